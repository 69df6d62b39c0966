/** What the ERP is told of an order. Pure. */
import type { Share } from "../../core/money.ts";
import type { Report } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import { isNamed, nipIn, pointIn, Text } from "../shared/wire.ts";
import type { ShopifyAccount } from "./account.ts";
import type { Amounts } from "./amounts.ts";
import type { ShopifyAddress, ShopifyOrder } from "./body.ts";
import { attributesOf, firstFieldOf, taxIdOf } from "./fields.ts";

const PAID: ReadonlySet<string> = new Set(["paid", "partially_refunded", "refunded"]);

export function reportOf(order: ShopifyOrder, account: ShopifyAccount, amounts: Amounts): Report {
  const number = order.name === undefined ? "" : String(order.name).trim();
  const note = order.note?.trim();
  return present({
    number: number || undefined,
    lines: amounts.lines,
    fees: amounts.fees.length > 0 ? amounts.fees : undefined,
    shipping: shippingOf(order, account, amounts.shipping),
    rounding: account.rounding,
    buyer: buyerOf(order, account),
    payment: {
      method: order.payment_gateway_names.join(", "),
      cashOnDelivery: isCashOnDelivery(order, account),
      paid: PAID.has(order.financial_status),
    },
    note: note || undefined,
  });
}

/** Methods have no codes, only the names that the merchant gave them. */
export function isCashOnDelivery(order: ShopifyOrder, account: ShopifyAccount): boolean {
  return order.payment_gateway_names.some((name) => account.cashOnDelivery.some((pattern) => isNamed(name, pattern)));
}

function shippingOf(order: ShopifyOrder, account: ShopifyAccount, shares: Share[]): Report["shipping"] {
  const kept = order.shipping_lines?.filter((line) => line.is_removed !== true) ?? [];
  const methods = kept.map((line) => line.title || line.code || "");
  const { address2, company } = order.shipping_address ?? {};
  const named = Object.entries(attributesOf(order));
  const point = firstFieldOf(order, account.pointFields) ?? pointIn(methods, [address2, company], named);
  const address = addressOf(order.shipping_address);
  return present({
    method: methods.join(", "),
    gross: shares.reduce((total, { gross }) => total + gross, 0),
    shares: shares.length > 0 ? shares : undefined,
    point: point || undefined,
    address,
  });
}

function buyerOf(order: ShopifyOrder, account: ShopifyAccount): Report["buyer"] {
  const email = order.email || order.contact_email;
  const phone = order.phone || order.billing_address?.phone || order.shipping_address?.phone;
  const taxId =
    taxIdOf(order, account.taxIdFields) ?? nipIn(...attributeTexts(order), order.billing_address?.company, order.note);
  const billing = addressOf(order.billing_address);
  return present({ email: email || undefined, phone: phone || undefined, taxId: taxId || undefined, billing });
}

/** Each with its name: one of another name than the settings know may hold the NIP. */
function attributeTexts(order: ShopifyOrder): string[] {
  return Object.entries(attributesOf(order)).map(([name, value]) => `${name}: ${Text.parse(value)}`);
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
  return present({ ...parts, company: company || undefined });
}
