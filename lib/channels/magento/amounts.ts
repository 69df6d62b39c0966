/** Currency, total and lines of an order, each in minor units. Pure. */
import type { Line } from "../../order.ts";
import { minorOrNone, sum } from "../shared/amounts.ts";
import { decimalText, readDecimal } from "../shared/decimal.ts";
import type { MagentoItem, MagentoOrder } from "./body.ts";

/** `total` only where it and every line could be read: an unknown amount is never 0. */
export type Amounts = { currency?: string; total?: number; refunded: number; lines: Line[]; shipping: number };

export function amountsOf(order: MagentoOrder): Amounts {
  const currency = order.order_currency_code.toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) return { refunded: 0, lines: [], shipping: 0 };
  const total = isSaid(order.grand_total) ? minorOrNone(order.grand_total, currency) : undefined;
  const refunded = Math.max(minorOrNone(order.total_refunded, currency) ?? 0, 0);
  const shipping = shippingOf(order, currency);
  const lines = countedRows(order.items ?? [], currency).map((row) => lineOf(row, currency));
  const readable = lines.filter((line) => line !== undefined);
  const isKnown = total !== undefined && shipping !== undefined && order.items && readable.length === lines.length;
  return { currency, ...(isKnown && { total }), refunded, lines: readable, shipping: shipping ?? 0 };
}

/** Minor units of `total_due`; undefined where it is not said. */
export function dueOf(order: MagentoOrder): number | undefined {
  return isSaid(order.total_due) ? minorOrNone(order.total_due, order.order_currency_code.toUpperCase()) : undefined;
}

export function isSaid(amount: unknown): boolean {
  return amount !== undefined && amount !== null && amount !== "";
}

/**
 * Each good once. A configurable product is its own row and a row of its variant at no price: the first counts. The
 * parts of a bundle carry the price where it is made of theirs: then the parts count.
 */
function countedRows(items: readonly MagentoItem[], currency: string): MagentoItem[] {
  const ids = new Set(items.map((item) => item.item_id).filter(Boolean));
  const isPart = (item: MagentoItem) => item.parent_item_id !== "" && ids.has(item.parent_item_id);
  const isFree = (item: MagentoItem) => grossOf(item, currency) === 0;
  return items
    .filter((item) => !isPart(item) && !isNamelessVariant(item, items, isFree))
    .flatMap((item) => {
      const parts = items.filter((part) => isPart(part) && part.parent_item_id === item.item_id);
      return parts.every(isFree) ? [item] : parts;
    });
}

/** Events often come without row ids: then a free row is a variant if a priced one has the same sku. */
function isNamelessVariant(
  item: MagentoItem,
  items: readonly MagentoItem[],
  isFree: (item: MagentoItem) => boolean,
): boolean {
  if (item.item_id !== "" || item.sku === "" || !isFree(item)) return false;
  return items.some((other) => other !== item && other.sku === item.sku && !isFree(other));
}

function lineOf(item: MagentoItem, currency: string): Line | undefined {
  const gross = grossOf(item, currency);
  const quantity = readDecimal(item.qty_ordered);
  if (gross === undefined || quantity === undefined) return undefined;
  const taxRate = readDecimal(item.tax_percent);
  return {
    ...(item.sku && { sku: item.sku }),
    name: item.name,
    quantity: decimalText(quantity),
    gross,
    ...(taxRate && { taxRate: decimalText(taxRate) }),
  };
}

/** `row_total` and `row_total_incl_tax` are both before the discount; `tax_amount` is after it. */
function grossOf(item: MagentoItem, currency: string): number | undefined {
  const minor = (amount: unknown) => minorOrNone(amount, currency);
  const discount = minus(minor(item.discount_amount));
  if (isSaid(item.row_total) && isSaid(item.tax_amount)) {
    const hidden = minor(item.discount_tax_compensation_amount);
    return sum([minor(item.row_total), minor(item.tax_amount), hidden, discount]);
  }
  return isSaid(item.row_total_incl_tax) ? sum([minor(item.row_total_incl_tax), discount]) : undefined;
}

function shippingOf(order: MagentoOrder, currency: string): number | undefined {
  const minor = (amount: unknown) => minorOrNone(amount, currency);
  const discount = minus(minor(order.shipping_discount_amount));
  if (isSaid(order.shipping_incl_tax) && !isSaid(order.shipping_tax_amount))
    return sum([minor(order.shipping_incl_tax), discount]);
  const hidden = minor(order.shipping_discount_tax_compensation_amount);
  return sum([minor(order.shipping_amount), minor(order.shipping_tax_amount), hidden, discount]);
}

function minus(amount: number | undefined): number | undefined {
  return amount === undefined ? undefined : -Math.abs(amount);
}
