/**
 * The rows of an order that are goods, and what the buyer pays for each. Pure.
 *
 * A row's amounts are written in three ways, and none says which it is. Magento's database, and so an event, has
 * `row_total` and `row_total_incl_tax` before the discount. REST (seen: 2.4.7; read in code: from 2.3.1) has both after it.
 * Older recorded answers have the first after it and the second before. Of an order, the way counts by which it adds up.
 */

import { minorOrNone, sum } from "../shared/amounts.ts";
import { type Decimal, minus, plus, readDecimal } from "../shared/decimal.ts";
import { isRecord, jsonText } from "../shared/wire.ts";
import type { MagentoItem } from "./body.ts";

/** Minor units of a whole row, after its discount; undefined where an amount that it takes cannot be read. */
export type Reading = (item: MagentoItem, currency: string) => number | undefined;

const afterDiscount: Reading = (item, currency) => {
  if (!isSaid(item.row_total_incl_tax)) return undefined;
  const { net, gross } = fixedTaxOf(item, currency);
  return sum([minorOrNone(item.row_total_incl_tax, currency), gross, -net]);
};

const beforeDiscount: Reading = (item, currency) => {
  const minor = (amount: unknown) => minorOrNone(amount, currency);
  if (!isSaid(item.row_total) || !isSaid(item.tax_amount)) return undefined;
  const { row_total, tax_amount, discount_tax_compensation_amount: hidden } = item;
  return sum([
    minor(row_total),
    minor(tax_amount),
    minor(hidden),
    discountOf(item, currency),
    fixedTaxOf(item, currency).gross,
  ]);
};

const grossBeforeDiscount: Reading = (item, currency) => {
  if (!isSaid(item.row_total_incl_tax)) return undefined;
  const { row_total_incl_tax: gross } = item;
  return sum([minorOrNone(gross, currency), discountOf(item, currency), fixedTaxOf(item, currency).gross]);
};

/** In the order in which they are tried. */
export const READINGS = {
  rest: [afterDiscount, grossBeforeDiscount, beforeDiscount],
  event: [beforeDiscount, grossBeforeDiscount, afterDiscount],
} as const satisfies Record<string, readonly Reading[]>;

/** A fixed product tax (WEEE) is in the total of the order, with its VAT where that is put on it. */
function fixedTaxOf({ weee_tax_applied: applied }: MagentoItem, currency: string): { net: number; gross: number } {
  const taxes = typeof applied === "string" ? jsonText(applied) : applied;
  const rows = Array.isArray(taxes) ? taxes.filter(isRecord) : [];
  const total = (field: string, or: string) =>
    rows.reduce((all, row) => all + (minorOrNone(row[field] ?? row[or], currency) ?? 0), 0);
  return { net: total("row_amount", "row_amount"), gross: total("row_amount_incl_tax", "row_amount") };
}

function discountOf({ discount_amount: discount }: MagentoItem, currency: string): number | undefined {
  const amount = minorOrNone(discount, currency);
  return amount === undefined ? undefined : -Math.abs(amount);
}

/** `null` and "" say nothing; 0 does. */
export function isSaid(amount: unknown): boolean {
  return amount !== undefined && amount !== null && amount !== "";
}

/** `parts`: the rows that belong to it and are no goods of their own: a variant, or what is in a bundle. */
export type Row = { item: MagentoItem; parts: MagentoItem[] };

/**
 * Each good once. A configurable product is its own row and a row of its variant at no price: the first counts. The
 * parts of a bundle carry the price where it is made of theirs: then the parts count.
 */
export function countedRows(items: readonly MagentoItem[]): Row[] {
  const ids = new Set(items.map((item) => item.item_id).filter(Boolean));
  const isPart = (item: MagentoItem) => item.parent_item_id !== "" && ids.has(item.parent_item_id);
  return items
    .filter((item) => !isPart(item) && !isNamelessVariant(item, items))
    .flatMap((item): Row[] => {
      const parts = items.filter((part) => isPart(part) && part.parent_item_id === item.item_id);
      if (parts.every(isFree)) return [{ item, parts }];
      return parts.map((part) => ({ item: part, parts: [] }));
    });
}

/** Without a price: a discount of all of it makes no row free in this sense. */
function isFree({ price, row_total, row_total_incl_tax, tax_amount }: MagentoItem): boolean {
  return [price, row_total, row_total_incl_tax, tax_amount].every((amount) => Number(amount ?? 0) === 0);
}

/** Events often come without row ids: then a free row is a variant if a priced one has the same sku. */
function isNamelessVariant(item: MagentoItem, items: readonly MagentoItem[]): boolean {
  if (item.item_id !== "" || item.sku === "" || !isFree(item)) return false;
  return items.some((other) => other !== item && other.sku === item.sku && !isFree(other));
}

/** What is left of a row whose pieces were cancelled in part. */
export type Kept = { quantity: Decimal; cancelled: Decimal };

/** Pieces that are still bought, and those that were cancelled; undefined where a number cannot be read. */
export function keptOf(item: MagentoItem): Kept | undefined {
  const ordered = readDecimal(item.qty_ordered);
  const cancelled = readDecimal(isSaid(item.qty_canceled) ? item.qty_canceled : 0);
  if (!ordered || !cancelled) return undefined;
  return { quantity: minus(ordered, cancelled), cancelled };
}

/**
 * Cancelling takes all that is not invoiced, so what is left was: those amounts are exact. They are before the discount
 * in every way of writing.
 * @param gross of the whole row
 */
export function keptGross(item: MagentoItem, { quantity, cancelled }: Kept, gross: number, currency: string) {
  if (cancelled.units <= 0n) return gross;
  if (quantity.units <= 0n) return 0;
  const invoiced = readDecimal(item.qty_invoiced);
  const hasAll = invoiced && isSaid(item.row_invoiced) && isSaid(item.tax_invoiced) && isEqual(invoiced, quantity);
  const { net: fee } = fixedTaxOf(item, currency);
  if (hasAll && fee === 0) {
    const off = minorOrNone(item.discount_invoiced, currency);
    const parts = [item.row_invoiced, item.tax_invoiced, item.discount_tax_compensation_invoiced];
    const exact = sum([...parts.map((part) => minorOrNone(part, currency)), off === undefined ? off : -Math.abs(off)]);
    if (exact !== undefined) return exact;
  }
  const [part, all] = [quantity, plus(quantity, cancelled)];
  const divisor = all.units * 10n ** BigInt(part.scale);
  const dividend = BigInt(gross) * part.units * 10n ** BigInt(all.scale);
  return Number((2n * dividend + divisor) / (2n * divisor));
}

function isEqual(a: Decimal, b: Decimal): boolean {
  return minus(a, b).units === 0n;
}
