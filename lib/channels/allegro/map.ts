/** One checkout form as a sighting. Pure. */

import { accountName, keyOf } from "../../core/keys.ts";
import { formatMinor } from "../../core/money.ts";
import type { Readiness, Report, Address as ReportAddress, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { present } from "../../core/writes.ts";
import type { AllegroAccount } from "./account.ts";
import { type Address, type CheckoutForm, firstPurchase, type InvoiceAddress, latestPurchase } from "./form.ts";
import { type Goods, goodsOf, minorOf, worthOf } from "./goods.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "unknown-status" | "unreadable-line"; detail: string };

/**
 * A form's id is the only id of an Allegro order: people see the same one. It is unique over all accounts.
 * @param sent the line items that were sent, of a form of which only some were and the rest is cancelled
 */
export function sightingOf(form: CheckoutForm, account: AllegroAccount, sent?: ReadonlySet<string>): Mapped {
  const readiness = readinessOf(form);
  if (!readiness) return { kind: "unusable", reason: "unknown-status", detail: `status: ${form.status.slice(0, 60)}` };
  const left = isPartlySent(form) && sent ? leftOf(form, sent) : form;
  const money = left.summary?.totalToPay;
  const total = minorOf(money);
  const goods = goodsOf(left.lineItems, minorOf(left.delivery?.cost) ?? 0, total);
  if (!goods)
    return { kind: "unusable", reason: "unreadable-line", detail: "cannot be read: lineItems price or quantity" };

  const isUnclear = isPartlySent(form) && left === form;
  const placedAt = firstPurchase(form);
  const paidAt = readiness === "ready" ? form.payment?.finishedAt : undefined;
  const surcharged = (form.surcharges ?? []).reduce((sum, { paidAmount }) => sum + (minorOf(paidAmount) ?? 0), 0);
  const version = form.updatedAt ?? latestPurchase(form) ?? 0;
  return {
    kind: "sighting",
    sighting: newSighting({
      account: accountName(account),
      sourceOrder: form.id,
      version,
      placedAt,
      orderedAt: typeof paidAt === "number" ? paidAt : undefined,
      readiness: isUnclear ? "waiting" : readiness,
      status: isCancelledBySeller(form) ? "fulfillment CANCELLED" : form.status,
      keys: keyOf("internet-id", "allegro", form.id, 1),
      currency: money?.currency,
      total,
      surcharged: surcharged > 0 ? surcharged : undefined,
      cancelledInPart: isUnclear || undefined,
      steppedBack: isUnclear || readiness === "waiting" || undefined,
      windowDays: account.windowDays,
      report: reportOf(left, goods),
      ...(readiness !== "cancelled" && isLeftToAllegro(form, account) && EXCLUDED),
    }),
  };
}

/**
 * Some items are on their way, and the seller cancelled the rest: never a cancel of the whole. Which they are, only the
 * form's shipments say.
 */
export function isPartlySent({ fulfillment }: CheckoutForm): boolean {
  return fulfillment?.status === "CANCELLED" && fulfillment.shipmentSummary?.lineItemsSent === "SOME";
}

/** The form as it is without the items that were not sent; the form itself where that is all or nothing of it. */
function leftOf(form: CheckoutForm, sent: ReadonlySet<string>): CheckoutForm {
  const isSent = ({ id }: CheckoutForm["lineItems"][number]) => id != null && sent.has(id);
  const lineItems = form.lineItems.filter(isSent);
  const off = worthOf(form.lineItems.filter((item) => !isSent(item)));
  const money = form.summary?.totalToPay;
  const total = minorOf(money);
  if (lineItems.length === 0 || !off || !money || total === undefined) return form;
  const amount = formatMinor(total - off, money.currency);
  return { ...form, lineItems, summary: { totalToPay: { ...money, amount } } };
}

/**
 * Of before every other version: whoever switches One Fulfillment on later gets the order by the same form, and one that
 * went to the ERP before it was switched off is not touched.
 */
const EXCLUDED = { readiness: "cancelled", status: "one-fulfillment", version: 0, excluded: true } as const;

function isLeftToAllegro({ fulfillment }: CheckoutForm, { oneFulfillment }: AllegroAccount): boolean {
  return fulfillment?.provider?.id === "ALLEGRO" && oneFulfillment === "ignore";
}

/** Before payment the id may still be replaced, when the buyer pays several purchases at once. */
function readinessOf(form: CheckoutForm): Readiness | undefined {
  if (isCancelledBySeller(form) && !isPartlySent(form)) return "cancelled";
  switch (form.status) {
    case "READY_FOR_PROCESSING":
      return "ready";
    case "CANCELLED":
      return "cancelled";
    case "BOUGHT":
    case "FILLED_IN":
      return "waiting";
    default:
      return undefined;
  }
}

/** A cancel by the seller leaves `status` as it was. */
function isCancelledBySeller(form: CheckoutForm): boolean {
  return form.fulfillment?.status === "CANCELLED";
}

function reportOf(form: CheckoutForm, { lines, fees }: Goods): Report {
  const { buyer, delivery, payment, invoice } = form;
  const taxId = invoice?.required ? taxIdOf(invoice.address) : undefined;
  const billing = invoice?.required && invoice.address ? invoiceAddress(invoice.address) : buyerAddress(form);
  const shipTo = delivery?.address && plainAddress(delivery.address);
  const cashOnDelivery = payment?.type === "CASH_ON_DELIVERY";
  const phone = buyer?.phoneNumber ?? delivery?.address?.phoneNumber;
  return {
    number: form.id,
    lines,
    ...(fees.length > 0 && { fees }),
    shipping: present({
      method: delivery?.method?.name ?? "",
      gross: minorOf(delivery?.cost) ?? 0,
      ...text("point", delivery?.pickupPoint?.id),
      pointAddress: pointOf(form),
      address: shipTo || undefined,
    }),
    buyer: present({
      ...text("email", buyer?.email),
      ...text("phone", phone),
      ...text("taxId", taxId),
      billing,
    }),
    payment: {
      method: payment?.type ?? "",
      cashOnDelivery,
      /** `finishedAt` is no proof: cash on delivery and cancelled payments carry it too. */
      paid: !cashOnDelivery && (minorOf(payment?.paidAmount) ?? 0) > 0,
    },
    ...text("note", form.messageToSeller),
  };
}

function taxIdOf(address: InvoiceAddress | null | undefined): string | undefined {
  const ids = address?.company?.ids ?? [];
  const id = ids.find(({ type }) => type === "PL_NIP") ?? ids.find(({ type }) => type === "VAT_EU");
  return id?.value ?? address?.company?.taxId ?? undefined;
}

function plainAddress(address: Address): ReportAddress {
  return {
    name: joined(address.firstName, address.lastName),
    ...text("company", address.companyName),
    ...place(address),
    ...text("phone", address.phoneNumber),
  };
}

/** What the point is called, and where it stands. */
function pointOf({ delivery }: CheckoutForm): ReportAddress | undefined {
  const point = delivery?.pickupPoint;
  if (!point?.id?.trim() || !(point.name?.trim() || point.address)) return undefined;
  return { name: point.name?.trim() ?? "", ...place(point.address ?? {}) };
}

function invoiceAddress(address: InvoiceAddress): ReportAddress {
  const { company, naturalPerson } = address;
  return {
    name: joined(naturalPerson?.firstName, naturalPerson?.lastName),
    ...text("company", company?.name),
    ...place(address),
  };
}

/** The buyer's name stands beside the address, not in it. */
function buyerAddress({ buyer }: CheckoutForm): ReportAddress | undefined {
  if (!buyer?.address) return undefined;
  const { firstName, lastName, companyName } = buyer;
  return plainAddress({ ...buyer.address, firstName, lastName, companyName });
}

function place(address: Partial<Pick<Address, "street" | "zipCode" | "postCode" | "city" | "countryCode">>) {
  return {
    street: address.street ?? "",
    postcode: address.zipCode ?? address.postCode ?? "",
    city: address.city ?? "",
    country: address.countryCode ?? "",
  };
}

function joined(...parts: Array<string | null | undefined>): string {
  return parts.flatMap((part) => part?.trim() || []).join(" ");
}

/** The field, unless there is nothing in it. */
function text<K extends string>(name: K, value: string | null | undefined): { [P in K]?: string } {
  const trimmed = value?.trim();
  return (trimmed ? { [name]: trimmed } : {}) as { [P in K]?: string };
}
