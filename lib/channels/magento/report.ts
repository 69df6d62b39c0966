/** What the ERP is told of a Magento order. Pure. */
import type { Report } from "../../order.ts";
import { addressOf, joined } from "../shared/address.ts";
import { firstTextAt } from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";
import { type Amounts, dueOf } from "./amounts.ts";
import type { MagentoAddress, MagentoOrder } from "./body.ts";

/** @param raw the order as it came, for the fields that the configuration names */
export function reportOf(order: MagentoOrder, raw: unknown, settings: OrderSettings, amounts: Amounts): Report {
  const method = order.payment?.method ?? "";
  return {
    ...(order.increment_id && { number: order.increment_id }),
    lines: amounts.lines,
    shipping: shippingOf(order, raw, settings, amounts.shipping),
    buyer: buyerOf(order, raw, settings),
    payment: {
      method,
      cashOnDelivery: settings.cashOnDelivery.includes(method),
      paid: (dueOf(order) ?? 1) <= 0,
    },
    ...(order.customer_note && { note: order.customer_note }),
  };
}

function shippingOf(order: MagentoOrder, raw: unknown, settings: OrderSettings, gross: number): Report["shipping"] {
  const assigned = order.extension_attributes?.shipping_assignments[0]?.shipping;
  const address = placeOf(assigned?.address ?? order.shipping_address);
  const point = firstTextAt(raw, settings.pointFields);
  const method = order.shipping_description || assigned?.method || "";
  return { method, gross, ...(point && { point }), ...(address && { address }) };
}

function buyerOf(order: MagentoOrder, raw: unknown, settings: OrderSettings): Report["buyer"] {
  const billing = placeOf(order.billing_address);
  const phone = order.billing_address?.telephone;
  const taxId = firstTextAt(raw, settings.taxIdFields)?.replace(/[\s-]/g, "");
  return {
    ...(order.customer_email && { email: order.customer_email }),
    ...(phone && { phone }),
    ...(taxId && { taxId }),
    ...(billing && { billing }),
  };
}

function placeOf(address: MagentoAddress): Report["buyer"]["billing"] {
  if (!address) return undefined;
  return addressOf({
    name: joined(address.firstname, address.lastname),
    company: address.company,
    street: address.street,
    postcode: address.postcode,
    city: address.city,
    country: address.country_id,
  });
}
