/** Discounts that a source writes down as rows of their own. Pure. */
import { type Share, takeOff, vatName } from "../../core/money.ts";

/**
 * Takes a discount off the rows of its own VAT, and what they are not worth off the others. One that carries no tax, or
 * of which nothing is said, comes off all of them.
 * @param discount `gross` is not negative
 * @returns `left`: what of it there was nothing to take off
 */
export function withoutDiscount<Row extends Share>(rows: readonly Row[], { gross, vat }: Share) {
  if (vat === undefined || vat.kind === "untaxed") return takeOff(rows, gross);
  const alike = takeOff(rows, gross, (row) => vatName(row.vat) === vatName(vat));
  return takeOff(alike.rows, alike.left);
}
