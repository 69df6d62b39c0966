/** A Shoper order with its lines becomes a sighting. Pure. */
import { parseMinor } from "../../money.ts";
import type { Instant, Line, Readiness, Report, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { addressOf, joined } from "../shared/address.ts";
import { grossOf, minorOrNone } from "../shared/amounts.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { firstTextAt, textAt, without } from "../shared/wire.ts";
import type { ShoperAccount } from "./account.ts";
import { type ShoperAddress, type ShoperLine, type ShoperNames, ShoperOrder } from "./body.ts";

/** All that was read of one order. */
export type ShoperParts = {
  order: unknown;
  /** Undefined where one of them cannot be read. */
  lines: readonly ShoperLine[] | undefined;
  names: ShoperNames;
  /** The shop's own time of the last change, epoch ms; undefined where it does not say. */
  changedAt: Instant | undefined;
};

export type Mapped = { kind: "sighting"; sighting: Sighting } | { kind: "unusable"; reason: "not-an-order" };

export function mapOrder(parts: ShoperParts, account: ShoperAccount, now: Instant): Mapped {
  const parsed = ShoperOrder.safeParse(parts.order);
  return parsed.success
    ? { kind: "sighting", sighting: sightingOf(parsed.data, parts, account, now) }
    : { kind: "unusable", reason: "not-an-order" };
}

function sightingOf(order: ShoperOrder, parts: ShoperParts, account: ShoperAccount, now: Instant): Sighting {
  const shop = accountName(account);
  const currency = parts.names.currency?.toUpperCase();
  const placedAt = readClock(order.date, account.timeZone, now);
  const statusAt = readClock(order.status_date, account.timeZone, now);
  const isCurrency = currency !== undefined && /^[A-Z]{3}$/.test(currency);
  const lines = isCurrency ? linesOf(parts.lines, currency) : undefined;
  const total = isCurrency && lines ? parseMinor(order.sum, currency) : undefined;
  const paid = isPaid(order, isCurrency ? currency : "PLN");
  return {
    account: shop,
    sourceOrder: order.order_id,
    version: Math.max(placedAt ?? 0, statusAt ?? 0, parts.changedAt ?? 0),
    ...(placedAt !== undefined && { placedAt }),
    ...standingOf(order, paid, account),
    ...identityOf(order, shop, account),
    ...(isCurrency && { currency }),
    ...(total !== undefined && account.refundedStatuses.includes(order.status_id) && { refunded: Math.max(total, 0) }),
    ...(total !== undefined && { total }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: {
      number: order.order_id,
      lines: lines ?? [],
      shipping: shippingOf(order, parts.names, isCurrency ? currency : "PLN", account),
      buyer: buyerOf(order),
      payment: { method: order.payment_id, cashOnDelivery: isOnDelivery(order, account), paid },
      ...(order.notes && { note: order.notes }),
    },
  };
}

/** The customer sees the id: it is both the internet id and the number. */
function identityOf(order: ShoperOrder, shop: string, account: ShoperAccount) {
  const { order_id: id } = order;
  const free = without(order, ["billing_address", "delivery_address", "payment", "products", "user"]);
  return shopKeys({ shop, id, number: id, fieldOf: (field) => textAt(order, field), free }, account);
}

function standingOf(order: ShoperOrder, paid: boolean, account: ShoperAccount) {
  const status = order.status_id;
  const standing = (readiness: Readiness, why = status) => ({ readiness, status: why });
  if (account.cancelledStatuses.includes(status)) return standing("cancelled");
  if (account.refundedStatuses.includes(status)) return standing("waiting");
  if (account.forwardStatuses && !account.forwardStatuses.includes(status)) return standing("waiting");
  const isOwed = account.requirePaid && !paid && !isOnDelivery(order, account);
  return isOwed ? standing("waiting", `${status} unpaid`) : standing("ready");
}

function isOnDelivery(order: ShoperOrder, account: ShoperAccount): boolean {
  return order.is_cash_on_delivery || account.cashOnDelivery.includes(order.payment_id);
}

/** `is_paid`, or as much paid as the sum; an order for nothing is not thereby paid. */
function isPaid(order: ShoperOrder, currency: string): boolean {
  const [paid, sum] = [parseMinor(order.paid, currency), parseMinor(order.sum, currency)];
  return order.is_paid || (paid !== undefined && sum !== undefined && paid > 0 && paid >= sum);
}

/**
 * Whether `price` has the line's `discount_perc` taken off already is not documented: a difference from the sum is
 * noted when the order is taken in, and the sum is what counts.
 */
function linesOf(lines: readonly ShoperLine[] | undefined, currency: string): Line[] | undefined {
  const read = lines?.map((line) => lineOf(line, currency));
  return read?.every((line) => line !== undefined) ? read : undefined;
}

function lineOf({ name, code, ean, price, quantity, tax }: ShoperLine, currency: string): Line | undefined {
  const gross = grossOf(price, quantity, currency);
  if (gross === undefined) return undefined;
  return {
    ...(code && { sku: code }),
    ...(ean && { ean }),
    name,
    quantity,
    gross,
    ...(tax && { taxRate: tax.replace(/%$/, "") }),
  };
}

function shippingOf(
  order: ShoperOrder,
  names: ShoperNames,
  currency: string,
  account: ShoperAccount,
): Report["shipping"] {
  const point = firstTextAt(order, account.pointFields);
  const address = placeOf(order.delivery_address);
  return {
    method: names.shipping || order.shipping_id,
    gross: minorOrNone(order.shipping_cost, currency) ?? 0,
    ...(point && { point }),
    ...(address && { address }),
  };
}

function buyerOf({ email, billing_address: from, delivery_address: to }: ShoperOrder): Report["buyer"] {
  const billing = placeOf(from);
  const phone = from?.phone || to?.phone;
  const taxId = from?.tax_identification_number.replace(/[\s-]/g, "");
  return { ...(email && { email }), ...(phone && { phone }), ...(taxId && { taxId }), ...(billing && { billing }) };
}

function placeOf(address: ShoperAddress): Report["buyer"]["billing"] {
  return (
    address &&
    addressOf({
      name: joined(address.firstname, address.lastname),
      company: address.company,
      street: joined(address.street1, address.street2),
      postcode: address.postcode,
      city: address.city,
      country: address.country_code,
    })
  );
}
