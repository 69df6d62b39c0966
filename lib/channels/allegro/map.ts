/** One checkout form as a sighting. Pure. */
import { keyOf } from "../../dedup/keys.ts";
import { parseMinor } from "../../money.ts";
import type { Line, Readiness, Report, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import {
  type Address,
  type CheckoutForm,
  firstPurchase,
  type InvoiceAddress,
  type LineItem,
  latestPurchase,
  type Price,
} from "./form.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "unknown-status" | "unreadable-line" };

/** A form's id is the only id of an Allegro order: people see the same one. It is unique over all accounts. */
export function sightingOf(form: CheckoutForm, account: AllegroAccount): Mapped {
  const readiness = readinessOf(form);
  if (!readiness) return { kind: "unusable", reason: "unknown-status" };
  const lines = linesOf(form);
  if (!lines) return { kind: "unusable", reason: "unreadable-line" };

  const placedAt = firstPurchase(form);
  const paidAt = readiness === "ready" ? form.payment?.finishedAt : undefined;
  const money = form.summary?.totalToPay;
  const total = minorOf(money);
  const surcharged = (form.surcharges ?? []).reduce((sum, { paidAmount }) => sum + (minorOf(paidAmount) ?? 0), 0);
  const version = form.updatedAt ?? latestPurchase(form) ?? 0;
  return {
    kind: "sighting",
    sighting: {
      account: accountName(account),
      sourceOrder: form.id,
      version,
      ...(placedAt !== undefined && { placedAt }),
      ...(typeof paidAt === "number" && { orderedAt: paidAt }),
      readiness,
      status: isCancelledBySeller(form) ? "fulfillment CANCELLED" : form.status,
      keys: keyOf("internet-id", "allegro", form.id, 1),
      ...(money && { currency: money.currency }),
      ...(total !== undefined && { total }),
      ...(surcharged > 0 && { surcharged }),
      windowDays: account.windowDays,
      report: reportOf(form, lines),
      ...(readiness !== "cancelled" && isLeftToAllegro(form, account) && EXCLUDED),
    },
  };
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
  if (isCancelledBySeller(form)) return "cancelled";
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

function reportOf(form: CheckoutForm, lines: Line[]): Report {
  const { buyer, delivery, payment, invoice } = form;
  const taxId = invoice?.required ? taxIdOf(invoice.address) : undefined;
  const billing = invoice?.required && invoice.address ? invoiceAddress(invoice.address) : buyerAddress(form);
  const shipTo = delivery?.address && plainAddress(delivery.address);
  const cashOnDelivery = payment?.type === "CASH_ON_DELIVERY";
  return {
    number: form.id,
    lines,
    shipping: {
      method: delivery?.method?.name ?? "",
      gross: minorOf(delivery?.cost) ?? 0,
      ...text("point", delivery?.pickupPoint?.id),
      ...(shipTo && { address: shipTo }),
    },
    buyer: {
      ...text("email", buyer?.email),
      ...text("phone", buyer?.phoneNumber ?? delivery?.address?.phoneNumber),
      ...text("taxId", taxId),
      ...(billing && { billing }),
    },
    payment: {
      method: payment?.type ?? "",
      cashOnDelivery,
      /** `finishedAt` is no proof: cash on delivery and cancelled payments carry it too. */
      paid: !cashOnDelivery && (minorOf(payment?.paidAmount) ?? 0) > 0,
    },
    ...text("note", form.messageToSeller),
  };
}

function linesOf(form: CheckoutForm): Line[] | undefined {
  const lines = form.lineItems.flatMap((item) => [lineOf(item), ...servicesOf(item)]);
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

function lineOf({ offer, price, quantity, tax }: LineItem): Line | undefined {
  const gross = grossOf(price, quantity);
  if (gross === undefined) return undefined;
  return {
    ...text("sku", offer.external?.id),
    name: offer.name ?? offer.id ?? "",
    quantity: String(quantity),
    gross,
    ...text("taxRate", tax?.rate?.toString()),
  };
}

/** Services that the buyer chose with a line (gift wrapping, mounting) are paid on top of it. */
function servicesOf({ selectedAdditionalServices }: LineItem): Array<Line | undefined> {
  return (selectedAdditionalServices ?? []).map(({ name, price, quantity }) => {
    const gross = price ? grossOf(price, quantity ?? 1) : 0;
    return gross === undefined ? undefined : { name: name ?? "", quantity: String(quantity ?? 1), gross };
  });
}

function grossOf(price: Price, quantity: string | number): number | undefined {
  const one = minorOf(price);
  const pieces = /^\d{1,6}$/.test(String(quantity)) ? Number(quantity) : undefined;
  if (one === undefined || !pieces) return undefined;
  return Number.isSafeInteger(one * pieces) ? one * pieces : undefined;
}

function minorOf(price: Price | null | undefined): number | undefined {
  return price ? parseMinor(price.amount, price.currency) : undefined;
}

function taxIdOf(address: InvoiceAddress | null | undefined): string | undefined {
  const ids = address?.company?.ids ?? [];
  const id = ids.find(({ type }) => type === "PL_NIP") ?? ids.find(({ type }) => type === "VAT_EU");
  return id?.value ?? address?.company?.taxId ?? undefined;
}

type ReportAddress = NonNullable<Report["shipping"]["address"]>;

function plainAddress(address: Address): ReportAddress {
  return {
    name: joined(address.firstName, address.lastName),
    ...text("company", address.companyName),
    ...place(address),
  };
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

function place(address: Pick<Address, "street" | "zipCode" | "postCode" | "city" | "countryCode">) {
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
