/** What a person reads of money that was paid back, or on top. Pure. */
import { formatMinor } from "./money.ts";
import type { Sighting } from "./order.ts";

/** @returns the amount, and the pieces where the source says which; undefined where the source names no currency */
export function paymentDetail(
  what: "refunded" | "surcharged",
  { money, refundedPieces = [], ...amounts }: Sighting,
): string | undefined {
  const amount = amounts[what];
  if (!money || amount === undefined) return undefined;
  const { currency, minor } = money;
  const text = `${formatMinor(amount, currency)} of ${formatMinor(minor, currency)} ${currency}`;
  const pieces =
    what === "refunded" ? refundedPieces.map(({ sku, name, quantity }) => `${sku || name} x ${quantity}`) : [];
  return pieces.length > 0 ? `${text}: ${pieces.join(", ")}` : text;
}
