/** What the ERP is told of an order. Pure. */
import type { Report } from "../../order.ts";
import type { ShopifyAccount } from "./account.ts";
import type { Amounts } from "./amounts.ts";
import type { ShopifyAddress, ShopifyOrder } from "./body.ts";
import { firstFieldOf, taxIdOf } from "./fields.ts";

const PAID: ReadonlySet<string> = new Set(["paid", "partially_refunded", "refunded"]);

export function reportOf(order: ShopifyOrder, account: ShopifyAccount, amounts: Amounts): Report {
  const number = order.name === undefined ? "" : String(order.name).trim();
  const note = order.note?.trim();
  return {
    ...(number && { number }),
    lines: amounts.lines,
    shipping: shippingOf(order, account, amounts.shipping),
    buyer: buyerOf(order, account),
    payment: {
      method: order.payment_gateway_names.join(", "),
      cashOnDelivery: isCashOnDelivery(order, account),
      paid: PAID.has(order.financial_status),
    },
    ...(note && { note }),
  };
}

/** Methods have no codes, only the names that the merchant gave them. */
export function isCashOnDelivery(order: ShopifyOrder, account: ShopifyAccount): boolean {
  const spelling = (name: string) => name.trim().toLowerCase();
  const names = new Set(account.cashOnDelivery.map(spelling));
  return order.payment_gateway_names.some((name) => names.has(spelling(name)));
}

function shippingOf(order: ShopifyOrder, account: ShopifyAccount, gross: number): Report["shipping"] {
  const kept = order.shipping_lines?.filter((line) => line.is_removed !== true) ?? [];
  const point = firstFieldOf(order, account.pointFields);
  const address = addressOf(order.shipping_address);
  return {
    method: kept.map((line) => line.title || line.code || "").join(", "),
    gross,
    ...(point && { point }),
    ...(address && { address }),
  };
}

function buyerOf(order: ShopifyOrder, account: ShopifyAccount): Report["buyer"] {
  const email = order.email || order.contact_email;
  const phone = order.phone || order.billing_address?.phone || order.shipping_address?.phone;
  const taxId = taxIdOf(order, account.taxIdFields);
  const billing = addressOf(order.billing_address);
  return { ...(email && { email }), ...(phone && { phone }), ...(taxId && { taxId }), ...(billing && { billing }) };
}

/** Undefined where every part is empty: an order of digital goods has no address. */
function addressOf(address: ShopifyAddress): Report["buyer"]["billing"] {
  const joined = (...parts: Array<string | undefined>) => parts.filter(Boolean).join(" ").trim();
  const parts = {
    name: joined(address?.first_name, address?.last_name) || joined(address?.name),
    street: joined(address?.address1, address?.address2),
    postcode: joined(address?.zip),
    city: joined(address?.city),
    country: joined(address?.country_code) || joined(address?.country),
  };
  const company = joined(address?.company);
  if (!company && Object.values(parts).every((part) => part === "")) return undefined;
  return { ...parts, ...(company && { company }) };
}
