/** Amounts of an order's lines, exactly. Pure. */
import { bringTo, parseMinor, type Share } from "../../core/money.ts";
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

/**
 * Shops round rows and total apart from each other, by a minor unit a row at most: the rows are then brought to what is
 * left of the total for them. What is further off is left as it is, for a person to see.
 */
export function broughtTo<Row extends Share>(rows: readonly Row[], wanted: number): readonly Row[] {
  const off = Math.abs(rows.reduce((all, { gross }) => all + gross, 0) - wanted);
  return off === 0 || wanted < 0 || off > rows.length + 1 ? rows : bringTo(rows, wanted);
}
