/** What an order costs, in the shop's own currency. Pure. */
import {
  type Fee,
  type FeeKind,
  type Line,
  type Piece,
  parseMinor,
  type Share,
  type Vat,
  vatFrom,
  vatName,
} from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { sum, grossOf as timesPieces } from "../shared/amounts.ts";
import { decimalText, readDecimal, times } from "../shared/decimal.ts";
import type { ShopifyItem, ShopifyOrder, ShopifyShippingLine } from "./body.ts";
import { paidBackOf, removedOf } from "./refunds.ts";

/** `total` is there only where every amount could be read: unknown is never 0. */
export type Amounts = {
  currency?: string;
  total?: number;
  /** What of it is still to be paid. */
  outstanding?: number;
  refunded?: number;
  refundedPieces?: Piece[];
  cancelledPieces?: Piece[];
  lines: Line[];
  shipping: Share[];
  fees: Fee[];
};

/**
 * The lines are what was bought: pieces that were taken off before they were paid for are not among them, those that
 * were paid back are, and are told beside. So a refund changes one figure, and an edit the other.
 */
export function amountsOf(order: ShopifyOrder): Amounts {
  const { currency } = order;
  if (currency === undefined) return { lines: [], shipping: [], fees: [] };
  const paidBack = paidBackOf(order, currency);
  const lines = order.line_items?.flatMap((item) => {
    const pieces = boughtOf(item, paidBack.pieces.get(String(item.id)) ?? 0);
    return pieces > 0 ? [lineOf(order, item, pieces, currency)] : [];
  }) ?? [undefined];
  const carriage = order.shipping_lines?.filter((line) => line.is_removed !== true);
  const shipping = carriage?.map((line) => shareOf(order, line, currency)) ?? [undefined];
  const fees = feesOf(order, currency);
  const total = totalOf(order, currency, paidBack.amount);
  const isReadable = [...lines, ...shipping, ...fees].every((row) => row !== undefined);
  return present({
    currency,
    lines: lines.filter((line) => line !== undefined),
    shipping: byVat(shipping.filter((share) => share !== undefined)),
    fees: fees.filter((fee) => fee !== undefined),
    total: isReadable ? total : undefined,
    outstanding: minor(order.total_outstanding, currency),
    refunded: paidBack.amount,
    refundedPieces: piecesOf(order, paidBack.pieces),
    cancelledPieces: piecesOf(order, removedOf(order)),
  });
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

/** What is left of a line, and what of it was paid back: never more than there ever was. */
function boughtOf({ quantity, current_quantity }: ShopifyItem, paidBack: number): number {
  return Math.min(quantity, (current_quantity ?? quantity) + (current_quantity == null ? 0 : paidBack));
}

function lineOf(order: ShopifyOrder, item: ShopifyItem, pieces: number, currency: string): Line | undefined {
  const gross = grossOf(order, item, pieces, item.quantity, currency);
  if (gross === undefined) return undefined;
  return present({
    sku: item.sku || undefined,
    name: item.name || item.title || "",
    variant: variantOf(item),
    quantity: String(pieces),
    gross,
    vat: vatOf(order, item),
  });
}

/** The variant where the name does not hold it already, and what people may see of the buyer's own wishes. */
function variantOf({ name = "", variant_title = "", properties }: ShopifyItem): string | undefined {
  const variant = name.includes(variant_title) ? "" : variant_title;
  const wishes = properties.flatMap(({ name: label, value }) =>
    label && value && !label.startsWith("_") ? `${label}: ${value}` : [],
  );
  return [variant, ...wishes].filter(Boolean).join(", ") || undefined;
}

function shareOf(order: ShopifyOrder, line: ShopifyShippingLine, currency: string): Share | undefined {
  const gross = grossOf(order, line, 1, 1, currency);
  return gross === undefined ? undefined : present<Share>({ gross, vat: vatOf(order, line) });
}

function byVat(shares: readonly Share[]): Share[] {
  const groups = Map.groupBy(
    shares.filter(({ gross }) => gross !== 0),
    ({ vat }) => vatName(vat),
  );
  return [...groups.values()].map((group) => ({
    ...group[0],
    gross: group.reduce((total, { gross }) => total + gross, 0),
  }));
}

/** What is in the total and in no line: duties, fees that the shop adds, and a tip, which nobody taxes. */
function feesOf(order: ShopifyOrder, currency: string): Array<Fee | undefined> {
  const fee = (kind: FeeKind, name: string, amount: string | number | undefined, vat?: Vat) => {
    if (amount === undefined) return [];
    const gross = minor(amount, currency);
    return gross === 0 ? [] : [gross === undefined ? undefined : present<Fee>({ kind, name, gross, vat })];
  };
  const duties = order.current_total_duties_set ?? order.original_total_duties_set;
  const more = order.current_total_additional_fees_set ?? order.original_total_additional_fees_set;
  return [
    ...fee("duty", "Duties", duties?.shop_money.amount),
    ...fee("other", "Additional fees", more?.shop_money.amount),
    ...fee("other", "Tip", order.total_tip_received, { kind: "untaxed" }),
  ];
}

function piecesOf(order: ShopifyOrder, pieces: ReadonlyMap<string, number>): Piece[] | undefined {
  const found = order.line_items?.flatMap(({ id, sku, name, title }) => {
    const quantity = pieces.get(String(id)) ?? 0;
    return quantity > 0
      ? [present<Piece>({ sku: sku || undefined, name: name || title || "", quantity: String(quantity) })]
      : [];
  });
  return found && found.length > 0 ? found : undefined;
}

/** Discounts and taxes stand for all pieces of a line; of some of them they are the same share. */
function grossOf(
  order: ShopifyOrder,
  { price, discount_allocations, tax_lines }: ShopifyItem | ShopifyShippingLine,
  some: number,
  pieces: number,
  currency: string,
): number | undefined {
  const full = timesPieces(price, some, currency);
  const discount = sum(discount_allocations.map(({ amount }) => minor(amount, currency)));
  const tax = order.taxes_included ? 0 : sum(tax_lines.map((line) => minor(line.price, currency)));
  if (full === undefined || discount === undefined || tax === undefined) return undefined;
  return full + share(tax - discount, some, pieces);
}

/** From a rate of 0.23. Not said where several taxes apply, or none does and nothing says that none is owed. */
function vatOf({ tax_exempt }: ShopifyOrder, line: ShopifyItem | ShopifyShippingLine): Vat | undefined {
  const [tax, ...more] = line.tax_lines;
  if (tax === undefined)
    return tax_exempt || ("taxable" in line && line.taxable === false) ? { kind: "untaxed" } : undefined;
  const rate = more.length === 0 ? readDecimal(tax.rate) : undefined;
  return rate && vatFrom(decimalText(times(rate, { units: 100n, scale: 0 })));
}

function minor(amount: string | number | undefined, currency: string): number | undefined {
  return amount === undefined ? undefined : parseMinor(amount, currency);
}

/** Half away from zero, in whole minor units. */
function share(amount: number, some: number, pieces: number): number {
  if (some === pieces) return amount;
  const [part, whole] = [BigInt(Math.abs(amount)) * BigInt(some), BigInt(pieces)];
  const rounded = Number((part * 2n + whole) / (whole * 2n));
  return amount < 0 ? -rounded : rounded;
}
