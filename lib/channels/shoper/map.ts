/** A Shoper order with its lines becomes a sighting. Pure. */

import { accountName } from "../../core/keys.ts";
import { type Line, parseMinor, takeOff, vatFrom } from "../../core/money.ts";
import type { Instant, Readiness, Report, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { present } from "../../core/writes.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { grossOf, minorOrNone } from "../shared/amounts.ts";
import { decimalText, minus, readDecimal, times } from "../shared/decimal.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import {
  addressOf,
  firstTextAt,
  joined,
  lackOf,
  plainLine,
  plainText,
  pointIn,
  textAt,
  without,
} from "../shared/wire.ts";
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
  /** What the shop notes of its sale on a marketplace; undefined where it notes none. */
  auction?: unknown;
};

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "not-an-order"; detail?: string };

export function mapOrder(parts: ShoperParts, account: ShoperAccount, now: Instant): Mapped {
  const parsed = ShoperOrder.safeParse(parts.order);
  return parsed.success
    ? { kind: "sighting", sighting: sightingOf(parsed.data, parts, account, now) }
    : { kind: "unusable", reason: "not-an-order", ...unread(parsed.error) };
}

function sightingOf(order: ShoperOrder, parts: ShoperParts, account: ShoperAccount, now: Instant): Sighting {
  const shop = accountName(account);
  const currency = parts.names.currency?.toUpperCase();
  const placedAt = readClock(order.date, account.timeZone, now);
  const statusAt = readClock(order.status_date, account.timeZone, now);
  const isCurrency = currency !== undefined && /^[A-Z]{3}$/.test(currency);
  const lines = isCurrency ? linesOf(order, parts.lines, currency) : undefined;
  const total = isCurrency && lines ? parseMinor(order.sum, currency) : undefined;
  const paid = isPaid(order, isCurrency ? currency : "PLN");
  const standing = standingOf(order, paid, account);
  const shipping = shippingOf(order, parts.names, isCurrency ? currency : "PLN", account);
  return newSighting({
    account: shop,
    sourceOrder: order.order_id,
    version: Math.max(placedAt ?? 0, statusAt ?? 0, parts.changedAt ?? 0),
    placedAt,
    ...standing,
    ...lackOf(standing.readiness, shipping),
    ...identityOf(order, parts, shop, account),
    currency: isCurrency ? currency : undefined,
    refunded:
      total !== undefined && account.refundedStatuses.includes(order.status_id) ? Math.max(total, 0) : undefined,
    total,
    windowDays: account.windowDays,
    report: present({
      number: order.order_id,
      lines: lines ?? [],
      shipping,
      rounding: account.rounding,
      buyer: buyerOf(order),
      payment: { method: parts.names.payment || order.payment_id, cashOnDelivery: isOnDelivery(order, account), paid },
      note: noteOf(order),
    }),
  });
}

/** The customer sees the id: it is both the internet id and the number. */
function identityOf(order: ShoperOrder, { names, auction }: ShoperParts, shop: string, account: ShoperAccount) {
  const { order_id: id } = order;
  const own = without(order, ["billing_address", "delivery_address", "payment", "products", "user"]);
  const free = auction === undefined ? own : { ...own, auction };
  const isSoldOnAllegro = auction !== undefined || isNamedAllegro(order, names);
  const identity = { shop, id, number: id, fieldOf: (field: string) => textAt(order, field), free, isSoldOnAllegro };
  return shopKeys(identity, account);
}

/**
 * The shop sells on Allegro by itself: then the payment or the delivery is called so, or the e-mail is the one that Allegro
 * made for the purchase.
 */
function isNamedAllegro({ email }: ShoperOrder, { payment = "", shipping = "" }: ShoperNames): boolean {
  return /allegro/i.test(`${payment} ${shipping}`) || /@allegromail\.\w+$/i.test(email);
}

function standingOf(
  order: ShoperOrder,
  paid: boolean,
  account: ShoperAccount,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  const status = order.status_id;
  const standing = (readiness: Readiness, why = status) => ({ readiness, status: why });
  if (account.cancelledStatuses.includes(status)) return standing("cancelled");
  if (account.refundedStatuses.includes(status)) return standing("waiting");
  const { forwardStatuses, waitingStatuses } = account;
  if (forwardStatuses && !forwardStatuses.includes(status))
    return { ...standing("waiting"), ...unlessNamed(status, "forwardStatuses", waitingStatuses) };
  const isOwed = account.requirePaid && !paid && !isOnDelivery(order, account);
  return isOwed ? { ...standing("waiting", `${status} unpaid`), steppedBack: true } : standing("ready");
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
 * Whether `price` has the line's `discount_perc` taken off already is not documented, and what a discount of the whole
 * order took off stands in no line: of an order, the way counts by which it adds up.
 */
function linesOf(order: ShoperOrder, lines: readonly ShoperLine[] | undefined, currency: string): Line[] | undefined {
  const plain = readBy(lines, ({ price }) => price, currency);
  const reduced = readBy(lines, reducedPrice, currency);
  const [total, shipping] = [parseMinor(order.sum, currency), minorOrNone(order.shipping_cost, currency)];
  if (!plain || !reduced || total === undefined || shipping === undefined) return plain;
  const off = (of: readonly Line[]) => of.reduce((sum, { gross }) => sum + gross, shipping) - total;
  const fits = (of: readonly Line[]) => Math.abs(off(of)) <= of.length + 1;
  if (fits(plain)) return plain;
  if (fits(reduced)) return reduced;
  return hasDiscount(order) && off(plain) > 0 ? takeOff(plain, off(plain)).rows : plain;
}

function readBy(lines: readonly ShoperLine[] | undefined, priceOf: (line: ShoperLine) => string, currency: string) {
  const read = lines?.map((line) => lineOf(line, priceOf(line), currency));
  return read?.every((line) => line !== undefined) ? read : undefined;
}

function reducedPrice({ price, discount_perc }: ShoperLine): string {
  const [full, percent] = [readDecimal(price), readDecimal(discount_perc)];
  if (!full || !percent || percent.units <= 0n) return price;
  return decimalText(times(full, minus({ units: 1n, scale: 0 }, { ...percent, scale: percent.scale + 2 })));
}

function hasDiscount({ discount_client, discount_group, discount_levels, discount_code }: ShoperOrder): boolean {
  return [discount_client, discount_group, discount_levels, discount_code].some((discount) => Number(discount) > 0);
}

function lineOf(
  { name, code, ean, quantity, tax, option }: ShoperLine,
  price: string,
  currency: string,
): Line | undefined {
  const gross = grossOf(price, quantity, currency);
  if (gross === undefined) return undefined;
  const variant = option.split(";").flatMap((choice) => plainLine(choice.trim()) || []);
  return present({
    sku: code || undefined,
    ean: ean || undefined,
    name: plainLine(name),
    variant: variant.join(", ") || undefined,
    quantity,
    gross,
    vat: vatFrom(tax),
  });
}

function shippingOf(
  order: ShoperOrder,
  names: ShoperNames,
  currency: string,
  account: ShoperAccount,
): Report["shipping"] {
  const { street2, company } = order.delivery_address ?? {};
  const point = firstTextAt(order, account.pointFields) || pointIn([names.shipping], [street2, company]);
  const gross = minorOrNone(order.shipping_cost, currency) ?? 0;
  const vat = vatFrom(order.shipping_tax_name) ?? vatFrom(order.shipping_tax_value);
  const to = order.delivery_address?.phone;
  const address = placeOf(order.delivery_address, to === order.billing_address?.phone ? undefined : to);
  return present({
    method: names.shipping || order.shipping_id,
    gross,
    shares: vat && gross > 0 ? [{ gross, vat }] : undefined,
    point: point || undefined,
    address,
  });
}

/** The staff's words stand behind the buyer's, and are marked: they may say what was agreed afterwards. */
function noteOf({ notes, notes_pub }: ShoperOrder): string | undefined {
  const [own, staffs] = [notes, notes_pub].map(plainText);
  return [own, staffs && `[sklep] ${staffs}`].filter(Boolean).join("\n") || undefined;
}

function buyerOf({ email, billing_address: from, delivery_address: to }: ShoperOrder): Report["buyer"] {
  const billing = placeOf(from);
  const phone = from?.phone || to?.phone;
  const taxId = from?.tax_identification_number.replace(/[\s-]/g, "");
  return present({ email: email || undefined, phone: phone || undefined, taxId: taxId || undefined, billing });
}

/** @param phone the recipient's own; none for the buyer, who has one already */
function placeOf(address: ShoperAddress, phone?: string): Report["buyer"]["billing"] {
  return (
    address &&
    addressOf({
      name: joined(address.firstname, address.lastname),
      company: address.company,
      street: joined(address.street1, address.street2),
      postcode: address.postcode,
      city: address.city,
      country: address.country_code,
      ...(phone && { phone }),
    })
  );
}
