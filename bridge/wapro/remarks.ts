/** What a person reads at an order in WAPRO, in Polish. Pure. */
import { formatMinor, type Payment } from "../../lib/core/money.ts";
import type { Address, Report } from "../../lib/core/order.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import type { Item } from "./items.ts";
import type { TextPlace } from "./texts.ts";

type Text = string | undefined;

/**
 * The buyer's note first, and shortened before anything else is: all the rest is needed to send and to invoice the order.
 * @param isStandIn the order goes to the stand-in contractor, so that NIP and company are nowhere else
 */
export function remarksOf(
  order: ErpOrder,
  uncoded: readonly Item[],
  isStandIn: boolean,
  { letters, length }: TextPlace,
): string {
  const { shipping, buyer } = order.report;
  const recipient = [shipping.address, buyer.billing].find((address) => address && isPlace(address));
  const rest = [
    shipping.method,
    pointOf(shipping),
    addressOf(recipient, buyer.phone),
    joined(buyer.phone, buyer.email),
    payingOf(order),
    isStandIn ? invoiceOf(buyer, recipient) : undefined,
    uncoded.length > 0
      ? `gratis: ${uncoded.map(({ name, quantity }) => `${name} x ${quantity}`).join(", ")}`
      : undefined,
  ];
  const known = letters(lines(rest));
  const note = letters(order.report.note?.trim() ?? "");
  const room = length - known.length - 1;
  return cut(lines([room > 0 ? cut(note, room) : "", known]), length);
}

/** For texts that people read, never for ids. */
export function fitted(text: string, { letters, length }: TextPlace): string {
  return cut(letters(text), length);
}

/** What was cut shows it. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The name of the goods, and behind it what the buyer chose and wrote: of the two the name is cut. */
export function descriptionOf(
  { name, variant }: Pick<Item, "name" | "variant">,
  { letters, length }: TextPlace,
): string {
  const [full, chosen] = [letters(name), letters(variant?.trim() ?? "")];
  if (chosen === "" || full.includes(chosen)) return cut(full, length);
  const behind = `, ${cut(chosen, length - Math.min(full.length, SHORTEST_NAME) - 2)}`;
  return `${cut(full, length - behind.length)}${behind}`;
}

const SHORTEST_NAME = 20;

function pointOf({ point, pointAddress }: Report["shipping"]): Text {
  const place = addressOf(pointAddress, undefined);
  return point && place ? `${point}: ${place}` : (point ?? place);
}

function addressOf(address: Address | undefined, buyersPhone: Text): Text {
  if (!address) return undefined;
  const { name, company, street, postcode, city, country, phone } = address;
  const own = phone && digitsOf(phone) !== digitsOf(buyersPhone) ? `tel. odbiorcy ${phone}` : undefined;
  return joined(name, company === name ? undefined : company, street, `${postcode} ${city}`.trim(), country, own);
}

/** Without the phone, which is nothing of an invoice. */
function placeOf(address: Address | undefined): Text {
  return address && addressOf({ ...address, phone: undefined }, undefined);
}

/** Some sources send an address whose every field is empty. */
function isPlace({ name, company, street, city }: Address): boolean {
  return [name, company, street, city].some((text) => text?.trim());
}

/** Without the country's prefix, which one of two fields may lack. */
function digitsOf(phone: Text): string {
  return (phone ?? "").replaceAll(/\D/g, "").slice(-9);
}

function invoiceOf({ taxId, billing }: Report["buyer"], recipient: Address | undefined): Text {
  const other = billing === recipient ? joined(billing?.company) : placeOf(billing);
  const parts = joined(taxId && `NIP ${taxId}`, other === placeOf(recipient) ? undefined : other);
  return parts && `faktura: ${parts}`;
}

const PAID_BY: Readonly<Record<Payment["kind"], string>> = {
  "gift-card": "karta podarunkowa",
  "store-credit": "saldo klienta",
  voucher: "bon",
  other: "inna płatność",
};

function payingOf({ report: { payment, payments = [] }, total, due, currency }: ErpOrder): Text {
  const money = (minor: number) => `${formatMinor(minor, currency)} ${currency}`;
  const left = due ?? total - payments.reduce((sum, { amount }) => sum + amount, 0);
  const isLess = left !== total;
  const parts = payments.map(({ kind, name, amount }) => `${PAID_BY[kind]}${name && ` (${name})`}: ${money(amount)}`);
  if (payment.cashOnDelivery) parts.push(isLess ? `pobranie ${money(left)}` : "pobranie");
  else if (payment.paid) parts.push("zapłacone");
  else if (isLess) parts.push(`do zapłaty ${money(left)}`);
  return joined(...parts);
}

function joined(...parts: readonly Text[]): Text {
  return parts.filter(Boolean).join(", ") || undefined;
}

function lines(parts: readonly Text[]): string {
  return parts.filter((part) => part !== undefined && part.trim() !== "").join("\n");
}
