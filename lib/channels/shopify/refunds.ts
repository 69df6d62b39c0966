/** What of an order was paid back, and what was taken off before anybody paid. Pure. */
import { parseMinor } from "../../core/money.ts";
import { sum } from "../shared/amounts.ts";
import type { ShopifyOrder } from "./body.ts";

type Refund = NonNullable<ShopifyOrder["refunds"]>[number];

/** Minor units of the shop's currency; `pieces` by the id of their line. */
export type PaidBack = { amount: number | undefined; pieces: ReadonlyMap<string, number> };

/**
 * Only a refund with money pays anything back. A buyer who paid in another currency gets that one back: what it is in the
 * shop's own stands in the refund's lines and adjustments.
 */
export function paidBackOf(order: ShopifyOrder, currency: string): PaidBack {
  const withMoney = order.refunds?.filter((refund) => paymentsOf(refund).length > 0);
  const amounts = withMoney?.map((refund) => inOwnCurrency(refund, currency) ?? byItsRows(refund, order, currency));
  const amount = sum(amounts ?? [undefined]);
  return { amount: amount !== undefined && amount >= 0 ? amount : undefined, pieces: piecesIn(withMoney ?? []) };
}

/** A refund without money only says that goods were taken off. */
export function removedOf(order: ShopifyOrder): ReadonlyMap<string, number> {
  return piecesIn(order.refunds?.filter((refund) => paymentsOf(refund).length === 0) ?? []);
}

function paymentsOf({ transactions }: Refund) {
  return transactions.filter(({ kind, status }) => kind === "refund" && status === "success");
}

function inOwnCurrency(refund: Refund, currency: string): number | undefined {
  const payments = paymentsOf(refund);
  if (payments.some((payment) => (payment.currency ?? currency) !== currency)) return undefined;
  return sum(payments.map(({ amount }) => parseMinor(amount, currency)));
}

function byItsRows(refund: Refund, { taxes_included }: ShopifyOrder, currency: string): number | undefined {
  const minor = (amount: string | number | undefined) => (amount === undefined ? 0 : parseMinor(amount, currency));
  const tax = (amount: string | number | undefined) => (taxes_included ? 0 : minor(amount));
  const { refund_line_items: lines, order_adjustments: adjustments } = refund;
  if (lines.length + adjustments.length === 0) return undefined;
  const goods = sum(lines.flatMap(({ subtotal, total_tax }) => [minor(subtotal), tax(total_tax)]));
  const beside = sum(adjustments.flatMap(({ amount, tax_amount }) => [minor(amount), tax(tax_amount)]));
  return goods === undefined || beside === undefined ? undefined : goods - beside;
}

function piecesIn(refunds: readonly Refund[]): ReadonlyMap<string, number> {
  const pieces = new Map<string, number>();
  for (const { line_item_id, quantity } of refunds.flatMap(({ refund_line_items }) => refund_line_items))
    pieces.set(String(line_item_id), (pieces.get(String(line_item_id)) ?? 0) + quantity);
  return pieces;
}
