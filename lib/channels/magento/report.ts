/** What the ERP is told of a Magento order. Pure. */
import type { Address, Report } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import {
  addressOf,
  firstTextAt,
  isNamed,
  isRecord,
  joined,
  nipIn,
  plainLine,
  plainText,
  pointIn,
} from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";
import { type Amounts, dueOf } from "./amounts.ts";
import type { MagentoAddress, MagentoOrder } from "./body.ts";

/** @param raw the order as it came, for the fields that the configuration names */
export function reportOf(order: MagentoOrder, raw: unknown, settings: OrderSettings, amounts: Amounts): Report {
  const method = order.payment?.method ?? "";
  const { fees, payments } = amounts;
  return present({
    number: order.increment_id || undefined,
    lines: amounts.lines,
    shipping: shippingOf(order, raw, settings, amounts),
    fees: fees.length > 0 ? fees : undefined,
    payments: payments.length > 0 ? payments : undefined,
    rounding: settings.rounding,
    totalField: "grand_total",
    buyer: buyerOf(order, raw, settings),
    payment: {
      method,
      cashOnDelivery: settings.cashOnDelivery.some((pattern) => isNamed(method, pattern)),
      paid: (dueOf(order) ?? 1) <= 0,
    },
    note: noteOf(order) || undefined,
  });
}

/** The buyer's note of the checkout, and what goes with a gift. */
function noteOf({ customer_note: note, extension_attributes: extension }: MagentoOrder): string {
  const { sender = "", recipient = "", message = "" } = extension?.gift_message ?? {};
  const people = [sender, recipient].filter(Boolean).join(" → ");
  const gift = message && people ? `${people}: ${message}` : message;
  return [note, gift].map(plainText).filter(Boolean).join("\n");
}

function shippingOf(order: MagentoOrder, raw: unknown, settings: OrderSettings, amounts: Amounts): Report["shipping"] {
  const { gross, shares } = amounts.shipping;
  const assigned = order.extension_attributes?.shipping_assignments[0]?.shipping;
  const { address: to = order.shipping_address, method: code } = assigned ?? {};
  const address = placeOf(to);
  const method = plainLine(order.shipping_description || code || "");
  const point =
    firstTextAt(raw, settings.pointFields) ?? pointIn([method, code], [to?.company, to?.street], namedIn(raw));
  return present({ method, gross, shares: shares.length > 0 ? shares : undefined, point, address });
}

/** Columns that a module added, in an event beside the order's own. */
function namedIn(raw: unknown): Array<[string, unknown]> {
  const extension = isRecord(raw) ? raw.extension_attributes : undefined;
  return [raw, extension].flatMap((fields) => (isRecord(fields) ? Object.entries(fields) : []));
}

function buyerOf(order: MagentoOrder, raw: unknown, settings: OrderSettings): Report["buyer"] {
  const billing = placeOf(order.billing_address);
  const phone = order.billing_address?.telephone;
  const known = firstTextAt(raw, settings.taxIdFields)?.replace(/[\s-]/g, "");
  const taxId = known ?? nipIn(order.billing_address?.company, order.customer_note);
  return present({
    email: order.customer_email || undefined,
    phone: phone || undefined,
    taxId: taxId || undefined,
    billing,
  });
}

function placeOf(address: MagentoAddress): Address | undefined {
  if (!address) return undefined;
  return addressOf({
    name: plainLine(joined(address.firstname, address.lastname)),
    company: plainLine(address.company),
    street: plainLine(address.street),
    postcode: address.postcode,
    city: plainLine(address.city),
    country: address.country_id,
    phone: address.telephone || undefined,
  });
}
