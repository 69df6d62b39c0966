/** Amounts of an order's lines, exactly. Pure. */
import { parseMinor } from "../../money.ts";
import { decimalText, readDecimal, times } from "./decimal.ts";

/** Unit price times quantity in minor units, rounded once; undefined where either cannot be read. */
export function grossOf(price: unknown, quantity: unknown, currency: string): number | undefined {
  const [a, b] = [readDecimal(price), readDecimal(quantity)];
  return a && b && parseMinor(decimalText(times(a, b)), currency);
}

/** An amount in minor units; 0 where nothing is said at all, undefined where it cannot be read. */
export function minorOrNone(amount: unknown, currency: string): number | undefined {
  if (amount === undefined || amount === null || amount === "") return 0;
  const decimal = readDecimal(amount);
  return decimal && parseMinor(decimalText(decimal), currency);
}

/** Undefined as soon as one of them is. */
export function sum(amounts: ReadonlyArray<number | undefined>): number | undefined {
  return amounts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a + b), 0);
}
