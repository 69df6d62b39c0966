/** What an order costs, in the shop's own currency. Pure. */
import { parseMinor } from "../../money.ts";
import type { Line } from "../../order.ts";
import { sum, grossOf as timesPieces } from "../shared/amounts.ts";
import { decimalText, readDecimal, times } from "../shared/decimal.ts";
import type { ShopifyItem, ShopifyOrder, ShopifyShippingLine } from "./body.ts";

/** `total` is there only where every amount could be read: unknown is never 0. */
export type Amounts = { currency?: string; total?: number; refunded?: number; lines: Line[]; shipping: number };

/**
 * The lines are what is still to be delivered: pieces that were taken off or sent back are not among them. The total is
 * what was bought; `refunded` of it was paid back. So a refund changes one figure, and an edit the other.
 */
export function amountsOf(order: ShopifyOrder): Amounts {
  const { currency } = order;
  if (currency === undefined) return { lines: [], shipping: 0 };
  const lines = order.line_items?.filter(isLeft).map((item) => lineOf(order, item, currency)) ?? [undefined];
  const readable = lines.filter((line) => line !== undefined);
  const carriage = order.shipping_lines?.filter((line) => line.is_removed !== true);
  const shipping = sum(carriage?.map((line) => grossOf(order, line, 1, 1, currency)) ?? [undefined]);
  const refunded = refundedOf(order, currency);
  const total = totalOf(order, currency, refunded);
  const isReadable = total !== undefined && shipping !== undefined && readable.length === lines.length;
  return {
    currency,
    lines: readable,
    shipping: shipping ?? 0,
    ...(isReadable && { total }),
    ...(refunded !== undefined && { refunded }),
  };
}

/**
 * `current_total_price` is net of what was paid back, `total_price` counts goods that were taken off before anybody
 * paid. What was bought is what is left and what was paid back, but never more than the order ever came to.
 */
function totalOf(order: ShopifyOrder, currency: string, refunded: number | undefined): number | undefined {
  const bought = minor(order.total_price, currency);
  const left = order.current_total_price === undefined ? bought : minor(order.current_total_price, currency);
  if (bought === undefined || left === undefined) return undefined;
  if (refunded === undefined) return bought;
  return Math.max(left, Math.min(bought, left + refunded));
}

/** Money that went back. A refund without money only says that goods were taken off. Unknown in another currency. */
function refundedOf(order: ShopifyOrder, currency: string): number | undefined {
  const paidBack = order.refunds
    ?.flatMap(({ transactions }) => transactions)
    .filter(({ kind, status }) => kind === "refund" && status === "success")
    .map((transaction) =>
      (transaction.currency ?? currency) === currency ? minor(transaction.amount, currency) : undefined,
    );
  const refunded = sum(paidBack ?? [undefined]);
  return refunded !== undefined && refunded >= 0 ? refunded : undefined;
}

function isLeft({ quantity, current_quantity }: ShopifyItem): boolean {
  return quantity > 0 && current_quantity !== 0;
}

function lineOf(order: ShopifyOrder, item: ShopifyItem, currency: string): Line | undefined {
  const left = item.current_quantity ?? item.quantity;
  const gross = grossOf(order, item, left, item.quantity, currency);
  if (gross === undefined) return undefined;
  const taxRate = taxRateOf(item);
  return {
    ...(item.sku && { sku: item.sku }),
    name: item.name || item.title || "",
    quantity: String(left),
    gross,
    ...(taxRate && { taxRate }),
  };
}

/** Discounts and taxes stand for all pieces of a line; of those that are left they are the same share. */
function grossOf(
  order: ShopifyOrder,
  { price, discount_allocations, tax_lines }: ShopifyItem | ShopifyShippingLine,
  left: number,
  pieces: number,
  currency: string,
): number | undefined {
  const full = timesPieces(price, left, currency);
  const discount = sum(discount_allocations.map(({ amount }) => minor(amount, currency)));
  const tax = order.taxes_included ? 0 : sum(tax_lines.map((line) => minor(line.price, currency)));
  if (full === undefined || discount === undefined || tax === undefined) return undefined;
  return full + share(tax - discount, left, pieces);
}

/** Percent as text, from a rate of 0.23; none where several taxes apply. */
function taxRateOf({ tax_lines }: ShopifyItem): string | undefined {
  const [tax] = tax_lines;
  const rate = tax_lines.length === 1 ? readDecimal(tax?.rate) : undefined;
  return rate && decimalText(times(rate, { units: 100n, scale: 0 }));
}

function minor(amount: string | number | undefined, currency: string): number | undefined {
  return amount === undefined ? undefined : parseMinor(amount, currency);
}

/** Half away from zero, in whole minor units. */
function share(amount: number, left: number, pieces: number): number {
  if (left === pieces) return amount;
  const [part, whole] = [BigInt(Math.abs(amount)) * BigInt(left), BigInt(pieces)];
  const rounded = Number((part * 2n + whole) / (whole * 2n));
  return amount < 0 ? -rounded : rounded;
}
