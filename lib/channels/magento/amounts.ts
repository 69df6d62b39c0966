/** Currency, total and all that an order is made of, each in minor units. Pure. */
import { type Fee, type Line, type Payment, type Piece, type Share, type Vat, vatFrom } from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { broughtTo, minorOrNone, sum } from "../shared/amounts.ts";
import { type Decimal, decimalText, plus, readDecimal } from "../shared/decimal.ts";
import { plainLine } from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";
import type { MagentoItem, MagentoOrder } from "./body.ts";
import { extrasIn, feesOf, paymentsOf, shippingShares } from "./extras.ts";
import { countedRows, isSaid, keptGross, keptOf, READINGS, type Reading, type Row } from "./rows.ts";
import { variantOf } from "./variant.ts";

/** `total` only where it and every line could be read: an unknown amount is never 0. */
export type Amounts = {
  currency?: string;
  total?: number;
  /** What of it was to be paid after gift cards and the like; absent where there were none. */
  due?: number;
  refunded: number;
  refundedPieces: Piece[];
  cancelledPieces: Piece[];
  lines: Line[];
  shipping: { gross: number; shares: Share[] };
  fees: Fee[];
  payments: Payment[];
};

const NOTHING = {
  refunded: 0,
  refundedPieces: [],
  cancelledPieces: [],
  lines: [],
  shipping: { gross: 0, shares: [] },
  fees: [],
  payments: [],
};

type Settings = Pick<OrderSettings, "feeFields" | "source" | "labels">;

/** Undefined where the order says none. */
export function currencyOf({ order_currency_code }: Pick<MagentoOrder, "order_currency_code">): string | undefined {
  const currency = order_currency_code.toUpperCase();
  return /^[A-Z]{3}$/.test(currency) ? currency : undefined;
}

/** @param raw the order as it came, for the fields that other modules and the configuration name */
export function amountsOf(order: MagentoOrder, raw: unknown, settings: Settings): Amounts {
  const currency = currencyOf(order);
  if (currency === undefined) return NOTHING;
  const shipping = shippingOf(order, currency);
  const rows = countedRows(order.items ?? []);
  const readings = READINGS[settings.source ?? "rest"].flatMap((reading) => readBy(reading, rows, currency) ?? []);
  const { fees, payments } = besideOf(order, raw, currency, settings, readings);
  const paidInAdvance = totalOf(payments.map(({ amount }) => amount));
  const worth = isSaid(order.grand_total) ? sum([minorOrNone(order.grand_total, currency), paidInAdvance]) : undefined;
  const beside = sum([shipping, totalOf(fees.map(({ gross }) => gross))]);
  const goods = goodsOf(readings, less(worth, beside));
  const left = leftOf(order, goods, currency, settings);
  const total = less(worth, left?.cancelled);
  const isKnown = total !== undefined && beside !== undefined && order.items !== undefined;
  return present({
    currency,
    total: isKnown ? total : undefined,
    due: isKnown && paidInAdvance > 0 ? Math.max(total - paidInAdvance, 0) : undefined,
    refunded: Math.max(minorOrNone(order.total_refunded, currency) ?? 0, 0),
    refundedPieces: piecesOf(rows, (item) => item.qty_refunded),
    cancelledPieces: isPartlyCancelled(order, rows) ? piecesOf(rows, (item) => item.qty_canceled) : [],
    lines: isKnown ? [...broughtTo(left?.lines ?? [], total - beside)] : (left?.lines ?? []),
    shipping: { gross: shipping ?? 0, shares: shippingShares(raw, shipping ?? 0) },
    fees,
    payments,
  });
}

/** Minor units that are still to be paid: the shop counts what was cancelled as due. Undefined where it is not said. */
export function dueOf(order: MagentoOrder): number | undefined {
  const currency = order.order_currency_code.toUpperCase();
  if (!isSaid(order.total_due)) return undefined;
  const cancelled = order.state === "canceled" ? 0 : minorOrNone(order.total_canceled, currency);
  return sum([minorOrNone(order.total_due, currency), cancelled === undefined ? cancelled : -cancelled]);
}

type Good = { row: Row; gross: number };
/** All rows of an order as one way of reading has them. */
type Goods = { goods: Good[] };

function isNear({ goods }: Goods, wanted: number): boolean {
  return Math.abs(wanted - totalOf(goods.map(({ gross }) => gross))) <= goods.length + 1;
}

/** Fees and payments: those that are known, and of a module that is not, what makes the order add up where nothing else does. */
function besideOf(
  order: MagentoOrder,
  raw: unknown,
  currency: string,
  settings: Settings,
  readings: readonly Goods[],
): { fees: Fee[]; payments: Payment[] } {
  const [fees, payments] = [feesOf(raw, currency, settings), paymentsOf(raw, currency)];
  const beside = sum([shippingOf(order, currency), totalOf(fees.map(({ gross }) => gross))]);
  const said = isSaid(order.grand_total) ? minorOrNone(order.grand_total, currency) : undefined;
  const wanted = less(sum([said, totalOf(payments.map(({ amount }) => amount))]), beside);
  if (wanted === undefined || readings.some((reading) => isNear(reading, wanted))) return { fees, payments };
  const extra = extrasIn(raw, currency).find(({ off }) => readings.some((reading) => isNear(reading, wanted - off)));
  return {
    fees: extra?.fee ? [...fees, extra.fee] : fees,
    payments: extra?.payment ? [...payments, extra.payment] : payments,
  };
}

/** @param wanted what the goods come to by the order's own total; undefined where that is not known */
function goodsOf(readings: readonly Goods[], wanted: number | undefined): Good[] | undefined {
  const off = (goods: readonly Good[]) => (wanted ?? 0) - totalOf(goods.map(({ gross }) => gross));
  if (wanted === undefined) return readings[0]?.goods;
  const found = readings.filter((reading) => isNear(reading, wanted));
  const [best] = (found.length > 0 ? found : readings.filter(({ goods }) => off(goods) > 0)).sort(
    (a, b) => Math.abs(off(a.goods)) - Math.abs(off(b.goods)),
  );
  return (best ?? readings[0])?.goods;
}

/** Undefined where one row does not say what this reading takes. */
function readBy(reading: Reading, rows: readonly Row[], currency: string): Goods | undefined {
  const goods = rows.flatMap((row): Good[] => {
    const gross = reading(row.item, currency);
    return gross === undefined ? [] : [{ row, gross }];
  });
  return goods.length === rows.length ? { goods } : undefined;
}

/** Of an order that is cancelled as a whole, all that was ordered is told. */
function isPartlyCancelled({ state }: MagentoOrder, rows: readonly Row[]): boolean {
  const kept = rows.map(({ item }) => keptOf(item));
  const hasCancelled = kept.some((row) => row !== undefined && row.cancelled.units > 0n);
  return state !== "canceled" && hasCancelled && kept.some((row) => row !== undefined && row.quantity.units > 0n);
}

type Left = { lines: Line[]; cancelled: number };

/** Undefined where a quantity cannot be read, or a row's amount could not. */
function leftOf(
  order: MagentoOrder,
  goods: readonly Good[] | undefined,
  currency: string,
  settings: Settings,
): Left | undefined {
  const kept = goods?.map(({ row, gross }) => ({ row, gross, kept: keptOf(row.item) }));
  if (!kept) return undefined;
  const isPart = isPartlyCancelled(
    order,
    kept.map(({ row }) => row),
  );
  const left = kept.flatMap(({ row, gross, kept }) => {
    if (!kept) return [];
    const quantity = isPart ? kept.quantity : plus(kept.quantity, kept.cancelled);
    return [{ row, quantity, gross: isPart ? keptGross(row.item, kept, gross, currency) : gross, of: gross }];
  });
  if (left.length < kept.length) return undefined;
  // An event that was subscribed without the pieces still says what they came to: its sum is short then, and is held.
  const isUnsaid = order.state !== "canceled" && kept.every(({ row }) => !isSaid(row.item.qty_canceled));
  const isTold = (isPart || isUnsaid) && isSaid(order.total_canceled);
  const said = isTold ? minorOrNone(order.total_canceled, currency) : undefined;
  return {
    lines: left
      .filter(({ quantity }) => quantity.units > 0n)
      .map(({ row, quantity, gross }) => lineOf(row, quantity, gross, settings)),
    cancelled: said ?? totalOf(left.map(({ of, gross }) => of - gross)),
  };
}

function lineOf(row: Row, quantity: Decimal, gross: number, { labels }: Settings): Line {
  const { item } = row;
  return present({
    sku: item.sku || undefined,
    name: plainLine(item.name),
    variant: variantOf(row, labels) || undefined,
    quantity: decimalText(quantity),
    gross,
    vat: vatOf(item),
  });
}

function vatOf({ tax_percent }: MagentoItem): Vat | undefined {
  const rate = readDecimal(tax_percent);
  return rate && vatFrom(decimalText(rate));
}

function piecesOf(rows: readonly Row[], countOf: (item: MagentoItem) => unknown): Piece[] {
  return rows.flatMap(({ item }): Piece[] => {
    const count = readDecimal(countOf(item));
    if (!count || count.units <= 0n) return [];
    return [present<Piece>({ sku: item.sku || undefined, name: plainLine(item.name), quantity: decimalText(count) })];
  });
}

function shippingOf(order: MagentoOrder, currency: string): number | undefined {
  const minor = (amount: unknown) => minorOrNone(amount, currency);
  const discount = minor(order.shipping_discount_amount);
  const off = discount === undefined ? discount : -Math.abs(discount);
  if (isSaid(order.shipping_incl_tax) && !isSaid(order.shipping_tax_amount))
    return sum([minor(order.shipping_incl_tax), off]);
  const hidden = minor(order.shipping_discount_tax_compensation_amount);
  return sum([minor(order.shipping_amount), minor(order.shipping_tax_amount), hidden, off]);
}

function less(amount: number | undefined, by: number | undefined): number | undefined {
  return amount === undefined || by === undefined ? undefined : amount - by;
}

function totalOf(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0);
}
