/** What the ERP is told of a shop's order. Pure. */
import { parseMinor } from "../../money.ts";
import type { Line, Report } from "../../order.ts";
import type { WooAccount } from "./account.ts";
import type { WooAddress, WooFee, WooItem, WooOrder } from "./body.ts";
import { firstFieldOf } from "./fields.ts";

/** Currency and total of the order, and its lines; `total` only where every amount could be read. */
export type Amounts = { currency?: string; total?: number; refunded: number; lines: Line[]; shipping: number };

/** An order with an amount that nobody can read has no total, and is not forwarded: unknown is never 0. */
export function amountsOf(order: WooOrder): Amounts {
  const { currency } = order;
  if (currency === undefined) return { refunded: 0, lines: [], shipping: 0 };
  const total = order.total === undefined ? undefined : parseMinor(order.total, currency);
  const lines = [...linesOf(order, currency), ...feesOf(order, currency)];
  const shipping = sum(order.shipping_lines?.map((line) => grossOf(line, currency)) ?? [undefined]);
  const refunded = refundedOf(order, currency);
  const readable = lines.filter((line) => line !== undefined);
  if (total === undefined || shipping === undefined || readable.length < lines.length)
    return { currency, refunded, lines: readable, shipping: shipping ?? 0 };
  return { currency, total, refunded, lines: readable, shipping };
}

/** Refunds are negative texts. */
function refundedOf(order: WooOrder, currency: string): number {
  const amounts = order.refunds.map(({ total }) => (total === undefined ? 0 : (parseMinor(total, currency) ?? 0)));
  return amounts.reduce((all, amount) => all + Math.abs(amount), 0);
}

export function reportOf(order: WooOrder, account: WooAccount, amounts: Amounts): Report {
  const number = order.number === undefined ? "" : String(order.number).trim();
  const taxId = firstFieldOf(order, account.taxIdFields)?.replace(/[\s-]/g, "");
  const note = order.customer_note?.trim();
  return {
    ...(number && { number }),
    lines: amounts.lines,
    shipping: shippingOf(order, account, amounts.shipping),
    buyer: { ...contactOf(order), ...(taxId && { taxId }) },
    payment: {
      method: order.payment_method_title || order.payment_method || "",
      cashOnDelivery: account.cashOnDelivery.includes(order.payment_method ?? ""),
      paid: typeof order.date_paid_gmt === "string" && order.date_paid_gmt !== "",
    },
    ...(note && { note }),
  };
}

function linesOf(order: WooOrder, currency: string): Array<Line | undefined> {
  return order.line_items?.map((item) => lineOf(order, item, String(item.quantity), currency)) ?? [undefined];
}

/** A fee is a line of its own, positive or negative: without it the lines do not add up to the total. */
function feesOf(order: WooOrder, currency: string): Array<Line | undefined> {
  return order.fee_lines?.map((fee) => lineOf(order, fee, "1", currency)) ?? [undefined];
}

function lineOf(order: WooOrder, item: WooFee & Partial<WooItem>, quantity: string, currency: string) {
  const gross = grossOf(item, currency);
  if (gross === undefined) return undefined;
  const taxRate = taxRateOf(order, item.taxes);
  return {
    ...(item.sku && { sku: item.sku }),
    ...(item.global_unique_id && { ean: item.global_unique_id }),
    name: item.name,
    quantity,
    gross,
    ...(taxRate && { taxRate }),
  };
}

/** `total` of a line is always net of tax. */
function grossOf(line: { total: string | number; total_tax: string | number }, currency: string): number | undefined {
  return sum([parseMinor(line.total, currency), parseMinor(line.total_tax, currency)]);
}

/** Percent, as the shop writes it; none where several taxes apply. */
function taxRateOf(order: WooOrder, taxes: WooFee["taxes"]): string | undefined {
  const applied = taxes.filter((tax) => tax.total !== undefined && tax.total !== "");
  const [tax] = applied;
  if (tax === undefined || applied.length > 1) return undefined;
  const rate = order.tax_lines.find((line) => String(line.rate_id) === String(tax.id))?.rate_percent;
  return rate === undefined ? undefined : String(rate);
}

function shippingOf(order: WooOrder, account: WooAccount, gross: number): Report["shipping"] {
  const point = firstFieldOf(order, account.pointFields);
  const address = addressOf(order.shipping);
  const methods = order.shipping_lines?.map((line) => line.method_title || line.method_id || "") ?? [];
  return { method: methods.join(", "), gross, ...(point && { point }), ...(address && { address }) };
}

function contactOf({ billing }: WooOrder): Report["buyer"] {
  const address = addressOf(billing);
  return {
    ...(billing?.email && { email: billing.email }),
    ...(billing?.phone && { phone: billing.phone }),
    ...(address && { billing: address }),
  };
}

/** Undefined where every part is empty: orders made over REST often have no shipping address. */
function addressOf(address: WooAddress): Report["buyer"]["billing"] {
  const joined = (...parts: Array<string | undefined>) => parts.filter(Boolean).join(" ").trim();
  const parts = {
    name: joined(address?.first_name, address?.last_name),
    street: joined(address?.address_1, address?.address_2),
    postcode: joined(address?.postcode),
    city: joined(address?.city),
    country: joined(address?.country),
  };
  const company = joined(address?.company);
  if (!company && Object.values(parts).every((part) => part === "")) return undefined;
  return { ...parts, ...(company && { company }) };
}

function sum(amounts: ReadonlyArray<number | undefined>): number | undefined {
  return amounts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a + b), 0);
}
