/**
 * Money: a decimal string outside, integer minor units inside.
 *
 * Amounts are never read as floats: 19.99 * 100 is 1998.9999999999998.
 */
import * as z from "zod/mini";
import { anyInt } from "./shapes.ts";

/** An amount in minor units (grosze for PLN) of one ISO 4217 currency, written in capitals. */
export const Money = z.object({
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  minor: anyInt,
});
export type Money = z.infer<typeof Money>;

/** Languages write the noise of their floats too: 110.47000000000001, "58.989999999999995". */
const DECIMAL = /^(?<sign>[+-]?)(?<whole>\d{1,13})(?:\.(?<fraction>\d{1,20}))?$/;

/**
 * ISO 4217, written down here: the ICU of the runtime follows cash (no fillér, no cents of a rupiah) and changes with
 * its updates, which would read a stored total a hundredfold.
 */
const DECIMALS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries(DECIMALS).flatMap(([decimals, codes]) => codes.split(" ").map((code) => [code, Number(decimals)])),
);

/** How many decimals a currency has: 2 for PLN, 0 for JPY. An unknown code counts as 2. */
function exponentOf(currency: string): number {
  return EXPONENTS.get(currency) ?? 2;
}

/**
 * Reads a decimal amount, as text or as a JSON number, into minor units, rounding half away from zero:
 * shops may send more decimals than the currency has ("22.940000", "2.000").
 * @returns undefined for anything that is not a plain decimal; an unknown amount is never turned into 0.
 */
export function parseMinor(amount: string | number, currency: string): number | undefined {
  const text = typeof amount === "number" ? plain(amount) : amount.trim();
  const groups = DECIMAL.exec(text)?.groups;
  if (!groups) return undefined;
  const exponent = exponentOf(currency);
  const fraction = (groups.fraction ?? "").padEnd(exponent + 1, "0");
  const kept = BigInt(`${groups.whole}${fraction.slice(0, exponent)}`);
  const rounded = kept + (fraction.charAt(exponent) >= "5" ? 1n : 0n);
  const minor = Number(groups.sign === "-" ? -rounded : rounded);
  if (!Number.isSafeInteger(minor)) return undefined;
  return minor === 0 ? 0 : minor;
}

/** Writes minor units as a decimal string with the currency's own number of decimals. */
export function formatMinor(minor: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = Math.abs(minor)
    .toString()
    .padStart(exponent + 1, "0");
  const cut = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return minor < 0 ? `-${text}` : text;
}

/** Equal within what rounding by line can differ: one minor unit a line plus one. Currencies must be equal. */
export function agrees(a: Money, b: Money, lines: number): boolean {
  return a.currency === b.currency && Math.abs(a.minor - b.minor) <= lines + 1;
}

/** A JSON number without exponent notation; shortest round-trip digits are exact for amounts of a shop's size. */
function plain(amount: number): string {
  return Number.isFinite(amount) && Math.abs(amount) < 1e13 && (amount === 0 || Math.abs(amount) >= 1e-6)
    ? String(amount)
    : "";
}
