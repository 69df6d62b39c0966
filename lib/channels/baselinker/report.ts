/** What the ERP is told of a BaseLinker order, and its total. Pure. */
import { parseMinor } from "../../money.ts";
import type { Line, Report } from "../../order.ts";
import { type Decimal, decimalText, plus, times } from "../shared/decimal.ts";
import type { WireOrder, WireProduct } from "./wire.ts";

/** Minor units. There is no total on the wire: it is the sum of the lines and the delivery, rounded once. */
export type Amounts = { lines: Line[]; shipping: number; total: number };

/** @returns undefined where one amount is missing or unreadable: a total that leaves it out would be wrong */
export function amountsOf(order: WireOrder): Amounts | undefined {
  const { currency, delivery_price: delivery } = order;
  const shipping = delivery && minorOf(delivery, currency);
  if (!delivery || shipping === undefined) return undefined;
  const lines: Line[] = [];
  let sum: Decimal = delivery;
  for (const product of order.products) {
    const gross = product.price_brutto && product.quantity && times(product.price_brutto, product.quantity);
    const line = gross && lineOf(product, gross, currency);
    if (!line) return undefined;
    lines.push(line);
    sum = plus(sum, gross);
  }
  const total = minorOf(sum, currency);
  return total === undefined ? undefined : { lines, shipping, total };
}

export function reportOf(order: WireOrder, amounts: Amounts | undefined, number: string): Report {
  const billing = addressOf(order, "invoice");
  const address = addressOf(order, "delivery");
  const point = order.delivery_point_id || order.delivery_point_name;
  return {
    number,
    lines: amounts?.lines ?? [],
    shipping: {
      method: order.delivery_method,
      gross: amounts?.shipping ?? 0,
      ...(point && { point }),
      ...(address && { address }),
    },
    buyer: {
      ...(order.email && { email: order.email }),
      ...(order.phone && { phone: order.phone }),
      ...(order.invoice_nip && { taxId: order.invoice_nip }),
      ...(billing && { billing }),
    },
    payment: {
      method: order.payment_method,
      cashOnDelivery: order.payment_method_cod,
      paid: isPaid(order, amounts),
    },
    ...(order.user_comments && { note: order.user_comments }),
  };
}

function lineOf(product: WireProduct, gross: Decimal, currency: string): Line | undefined {
  const minor = minorOf(gross, currency);
  if (minor === undefined || !product.quantity) return undefined;
  return {
    ...(product.sku && { sku: product.sku }),
    ...(product.ean && { ean: product.ean }),
    name: product.name,
    quantity: decimalText(product.quantity),
    gross: minor,
    ...(product.tax_rate && { taxRate: product.tax_rate }),
  };
}

function isPaid(order: WireOrder, amounts: Amounts | undefined): boolean {
  const done = order.payment_done && minorOf(order.payment_done, order.currency);
  return amounts !== undefined && done !== undefined && done > 0 && done >= amounts.total;
}

function minorOf(amount: Decimal, currency: string): number | undefined {
  return parseMinor(decimalText(amount), currency);
}

type Address = NonNullable<Report["shipping"]["address"]>;

function addressOf(order: WireOrder, part: "delivery" | "invoice"): Address | undefined {
  const company = order[`${part}_company`];
  const address = {
    name: order[`${part}_fullname`] || company,
    street: order[`${part}_address`],
    postcode: order[`${part}_postcode`],
    city: order[`${part}_city`],
    country: order[`${part}_country_code`],
  };
  const isEmpty = !(address.name || address.street || address.city);
  return isEmpty ? undefined : { ...address, ...(company && { company }) };
}
