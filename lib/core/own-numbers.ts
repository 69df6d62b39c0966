/**
 * The numbers that we give to orders where a platform insists on a shop's number. Pure.
 *
 * They come back in other fields, where a real shop's number may stand too, and nothing but the number tells which it
 * is. So they have a range that no shop counts in: below every date-like number of today (`2026110001`, `261124…`) and
 * every Unix time, above every counter, and within the 31 bits that platforms keep.
 */
export const FIRST_NUMBER = 1_100_000_001;
export const LAST_NUMBER = 1_199_999_999;

/** @param number as a platform writes it: anything but plain digits is not ours */
export function isOwnNumber(number: string | undefined): boolean {
  if (number === undefined || !/^\d{10}$/.test(number)) return false;
  return Number(number) >= FIRST_NUMBER && Number(number) <= LAST_NUMBER;
}
