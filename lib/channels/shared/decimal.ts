/** Exact decimals, for prices times quantities: integers with a scale, never floats. Pure. */

/** The value is `units / 10 ** scale`. */
export type Decimal = { units: bigint; scale: number };

/** PHP writes a float sum with up to 17 digits: 58.989999999999995. */
const PLAIN = /^(?<sign>[+-]?)(?<whole>\d{1,13})(?:\.(?<fraction>\d{1,20}))?$/;

/** More than any currency has, and `parseMinor` takes them; cutting off the rest cannot change how it rounds. */
const MAX_DECIMALS = 12;

/** @returns undefined for anything that is not a plain decimal; an unknown amount is never 0 */
export function readDecimal(raw: unknown): Decimal | undefined {
  if (typeof raw !== "string" && typeof raw !== "number") return undefined;
  const groups = PLAIN.exec(String(raw).trim())?.groups;
  if (!groups) return undefined;
  const fraction = groups.fraction ?? "";
  const units = BigInt(`${groups.whole}${fraction}`);
  return { units: groups.sign === "-" ? -units : units, scale: fraction.length };
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { ...b, units: -b.units });
}

export function isAtLeast(a: Decimal, b: Decimal): boolean {
  return minus(a, b).units >= 0n;
}

/** As plain text without needless zeros, at most twelve decimals. */
export function decimalText({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale, digits.length - scale + MAX_DECIMALS).replace(/0{1,12}$/, "");
  return `${units < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}

function unitsAt({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}
