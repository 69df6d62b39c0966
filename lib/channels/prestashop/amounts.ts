/** What a PrestaShop order is made of, in minor units: goods, shipping and wrapping, each after its discounts. Pure. */
import {
  type Fee,
  formatMinor,
  type Line,
  parseMinor,
  type Rounding,
  type Share,
  type Vat,
  vatFrom,
} from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { broughtTo, grossOf, minorOrNone } from "../shared/amounts.ts";
import { plainLine } from "../shared/wire.ts";
import type { PrestaOrder, PrestaRow, Related } from "./body.ts";
import type { Goods } from "./concerned.ts";
import { discounted } from "./discounts.ts";
import { vatBetween } from "./rate.ts";

/** Minor units of the order's currency. */
export type Amounts = {
  total: number;
  lines: Line[];
  shipping: Share[];
  fees: Fee[];
  rounding: Rounding | undefined;
};

const ROUNDS_ON: Readonly<Record<string, Rounding["on"]>> = { 1: "piece", 2: "row", 3: "total" };

type Reading = { order: PrestaOrder; currency: string; minor: (text: string) => number | undefined };

/** Undefined where one amount cannot be read, or there are no rows: then nobody knows what was bought. */
export function amountsOf(
  order: PrestaOrder,
  related: Related,
  currency: string,
  isCashOnDelivery: boolean,
): Amounts | undefined {
  const minor = (text: string) => minorOrNone(text, currency);
  const reading = { order, currency, minor };
  const total = parseMinor(order.total_paid_tax_incl, currency);
  const discount = minor(order.total_discounts_tax_incl);
  const wrapping = minor(order.total_wrapping_tax_incl);
  const goods = goodsOf(reading, related);
  if (total === undefined || discount === undefined || wrapping === undefined || !goods) return undefined;
  const carried = shippingOf(reading, goods, total - wrapping + Math.abs(discount));
  if (!carried) return undefined;
  const kind = isCashOnDelivery ? "codFee" : isWithFee(order) ? "paymentFee" : undefined;
  const fees = [...wrappingOf(reading, wrapping), ...(kind ? feeOf(reading, kind, carried.unexplained) : [])];
  const before = { goods, shipping: carried.shares, fees };
  const after = discounted(before, Math.abs(discount), order, related, currency);
  const on = ROUNDS_ON[order.round_type];
  return {
    total,
    lines: broughtTo(after.goods, total - sumOf(after.shipping) - sumOf(after.fees)).map(
      ({ row, piece, ...line }) => line,
    ),
    shipping: after.shipping.filter(({ gross }) => gross !== 0),
    fees: fees
      .map((fee, index) => ({ ...fee, gross: after.fees[index]?.gross ?? 0 }))
      .filter(({ gross }) => gross !== 0),
    rounding: on && { on, prices: "gross" },
  };
}

function goodsOf({ order, currency }: Reading, related: Related): Goods[] | undefined {
  const rows = order.associations?.order_rows ?? [];
  const goods = rows.flatMap((row) => goodOf(row, order.round_type, related, currency) ?? []);
  return rows.length > 0 && goods.length === rows.length ? goods : undefined;
}

function goodOf(row: PrestaRow, roundType: string, related: Related, currency: string): Goods | undefined {
  const piece = parseMinor(row.unit_price_tax_incl, currency);
  if (piece === undefined) return undefined;
  const price = roundType === "1" ? formatMinor(piece, currency) : row.unit_price_tax_incl;
  const gross = grossOf(price, row.product_quantity, currency);
  if (gross === undefined) return undefined;
  return present({
    sku: row.product_reference || undefined,
    ean: row.product_ean13 || undefined,
    name: plainLine(row.product_name),
    variant: writtenFor(row, related) || undefined,
    quantity: row.product_quantity,
    gross,
    vat: vatBetween(row.unit_price_tax_excl, row.unit_price_tax_incl),
    row,
    piece,
  });
}

/** What the buyer wrote for it. Size and colour stand in the product's name already. */
function writtenFor({ id_customization: id }: PrestaRow, { customizations }: Related): string {
  const texts = customizations?.get(id)?.associations?.customized_data_text_fields ?? [];
  return texts.flatMap(({ value }) => plainLine(value) || []).join(", ");
}

/**
 * From 9.1 on, the parts of a cart that was split each state the shipping of the whole cart, while their totals hold
 * their own: it is what is left of the total.
 * @param rest the total without the wrapping, before discounts
 */
function shippingOf({ order, minor }: Reading, goods: readonly Goods[], rest: number) {
  const stated = minor(order.total_shipping_tax_incl);
  const products = order.total_products_wt === "" ? sumOf(goods) : minor(order.total_products_wt);
  if (stated === undefined || products === undefined) return undefined;
  const own = rest - products;
  const isSplit = own >= 0 && own < stated - tolerance(goods);
  const gross = isSplit ? own : stated;
  const unexplained = own - stated > tolerance(goods) ? own - stated : 0;
  if (gross === 0) return { shares: [], unexplained };
  return { shares: [present<Share>({ gross, vat: shippingVat(order, isSplit) })], unexplained };
}

/** A buyer without VAT pays none for the shipping either, whatever the carrier's rate is. */
function shippingVat(order: PrestaOrder, isSplit: boolean): Vat | undefined {
  const ofCarrier = order.carrier_tax_rate === "" ? undefined : vatFrom(order.carrier_tax_rate);
  const ofPrices = vatBetween(order.total_shipping_tax_excl, order.total_shipping_tax_incl);
  return isSplit ? (ofCarrier ?? ofPrices) : (ofPrices ?? ofCarrier);
}

function wrappingOf({ order }: Reading, gross: number): Fee[] {
  const vat = vatBetween(order.total_wrapping_tax_excl, order.total_wrapping_tax_incl);
  return gross === 0 ? [] : [present<Fee>({ kind: "wrapping", name: "Gift wrapping", gross, vat })];
}

/** Some modules put a fee on other ways to pay, and are called after it: `paypalwithfee`. */
function isWithFee({ module, payment }: PrestaOrder): boolean {
  return /fee|surcharge|opłat|prowizj/i.test(`${module} ${payment}`);
}

/** Modules put the fee for a way to pay into the total, and into no field of the order. */
function feeOf({ order, currency, minor }: Reading, kind: Fee["kind"], gross: number): Fee[] {
  if (gross === 0) return [];
  const parts = [order.total_products, order.total_shipping_tax_excl, order.total_wrapping_tax_excl].map(minor);
  const [total, discount] = [minor(order.total_paid_tax_excl), minor(order.total_discounts_tax_excl)];
  const known = parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
  const isKnown = known !== undefined && total !== undefined && discount !== undefined && order.total_paid_tax_excl;
  const net = isKnown ? total - known + Math.abs(discount) : undefined;
  const vat =
    net !== undefined && net > 0 ? vatBetween(formatMinor(net, currency), formatMinor(gross, currency)) : undefined;
  return [present<Fee>({ kind, name: order.payment || order.module, gross, vat })];
}

function tolerance(goods: readonly Goods[]): number {
  return goods.length + 1;
}

function sumOf(rows: readonly Share[]): number {
  return rows.reduce((sum, { gross }) => sum + gross, 0);
}
