/** Prices of one unit, in whole grosze, whose sum is what was paid. Pure. */

/** Some units of one article, each at `unitGross` grosze. `quantity`: a decimal as text. */
export type Priced = { quantity: string; unitGross: number };

/**
 * WAPRO takes a price for one unit. What does not divide becomes two lines a grosz apart, or the part of a unit becomes a
 * line of its own.
 * @param gross grosze for all of it
 * @returns undefined where the quantity is none, or no price of whole grosze gives that sum
 */
export function pricesOf(quantity: string, gross: number): Priced[] | undefined {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:\.(\d{1,6}?)0*)?$/.exec(withoutNoise(quantity.trim())) ?? [];
  if (whole === undefined || gross < 0) return undefined;
  if (fraction === "" || Number(fraction) === 0) return pieces(Number(whole), gross);
  const inOne = parts(whole, fraction, gross);
  if (inOne) return [inOne];
  const broken = halfUp(BigInt(gross) * BigInt(fraction), BigInt(`${whole}${fraction}`));
  const part = parts("0", fraction, Number(broken));
  const rest = pieces(Number(whole), gross - Number(broken));
  return part && rest && [...rest, part];
}

/** Systems write the noise of their floats too: `0.30000000000000004` pieces are 0.3. */
function withoutNoise(quantity: string): string {
  return /^\d{1,9}\.\d{7,20}$/.test(quantity) ? Number(quantity).toFixed(6) : quantity;
}

/** The net price of a gross one, at a rate in percent as decimal text. */
export function netOf(gross: number, rate: string): number {
  const [whole = "0", fraction = ""] = rate.split(".");
  const scale = 10n ** BigInt(fraction.length);
  return Number(halfUp(BigInt(gross) * 100n * scale, 100n * scale + BigInt(whole + fraction)));
}

function pieces(count: number, gross: number): Priced[] | undefined {
  if (count === 0) return undefined;
  const dearer = gross % count;
  const unit = (gross - dearer) / count;
  return [
    ...(count > dearer ? [{ quantity: String(count - dearer), unitGross: unit }] : []),
    ...(dearer > 0 ? [{ quantity: String(dearer), unitGross: unit + 1 }] : []),
  ];
}

function parts(whole: string, fraction: string, gross: number): Priced | undefined {
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(`${whole}${fraction}`);
  const unit = halfUp(BigInt(gross) * scale, scaled);
  return halfUp(unit * scaled, scale) === BigInt(gross)
    ? { quantity: `${whole}.${fraction}`, unitGross: Number(unit) }
    : undefined;
}

function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
