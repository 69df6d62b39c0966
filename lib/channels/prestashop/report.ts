/** What the ERP is told of a PrestaShop order. Pure. */
import { parseMinor } from "../../core/money.ts";
import type { Address, Report } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import { addressOf, isNamed, joined, nipIn, plainLine, plainText, pointIn, textAt } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";
import type { Amounts } from "./amounts.ts";
import type { PrestaAddress, PrestaOrder, Related } from "./body.ts";

/** @param amounts undefined where they are not known */
export function reportOf(
  order: PrestaOrder,
  amounts: Amounts | undefined,
  currency: string,
  related: Related,
  account: PrestaShopAccount,
): Report {
  return present({
    number: order.reference || undefined,
    lines: amounts?.lines ?? [],
    shipping: shippingOf(order, amounts, related, account),
    fees: amounts && amounts.fees.length > 0 ? amounts.fees : undefined,
    rounding: amounts?.rounding,
    totalField: "total_paid_tax_incl",
    buyer: buyerOf(order, related, account),
    payment: {
      method: plainLine(order.payment || order.module),
      cashOnDelivery: isOnDelivery(order, account),
      paid: isPaid(order, currency, related, account),
    },
    note: noteOf(order, related) || undefined,
  });
}

function shippingOf(
  order: PrestaOrder,
  amounts: Amounts | undefined,
  related: Related,
  account: PrestaShopAccount,
): Report["shipping"] {
  const carrier = related.carriers.get(order.id_carrier)?.name;
  const delivery = related.addresses.get(order.id_address_delivery);
  const address = placeOf(delivery, related);
  const method = plainLine(carrier || (order.id_carrier === "0" ? "" : order.id_carrier));
  const point =
    firstOf(account.pointFields, { ...order, delivery }) ??
    pointIn([method], [delivery?.address2, delivery?.other, delivery?.company]);
  const shares = amounts?.shipping ?? [];
  return present({
    method,
    gross: shares.reduce((sum, { gross }) => sum + gross, 0),
    shares: shares.length > 0 ? shares : undefined,
    point,
    address,
  });
}

/**
 * A cart that was split is paid once, and the payment is booked on one of its orders: it is found by the number that
 * they share. A free order is paid by nothing.
 */
function isPaid(order: PrestaOrder, currency: string, { payments }: Related, account: PrestaShopAccount): boolean {
  const minor = (text: string) => parseMinor(text, currency) ?? 0;
  const total = parseMinor(order.total_paid_tax_incl, currency);
  const paid = minor(order.total_paid_real);
  if (total === undefined) return false;
  if (paid >= total) return paid > 0 || order.valid;
  if (paid > 0 || !order.valid || isOnDelivery(order, account)) return false;
  const shared = (payments ?? []).filter((payment) => payment.order_reference === order.reference);
  return shared.reduce((sum, { amount }) => sum + minor(amount), 0) >= total;
}

export function isOnDelivery({ module }: PrestaOrder, { cashOnDelivery }: PrestaShopAccount): boolean {
  return cashOnDelivery.some((pattern) => isNamed(module, pattern));
}

/** The order's own `note` is the staff's and stays in the shop; the buyer's is a message of the checkout. */
function noteOf(order: PrestaOrder, { messages }: Related): string {
  const isBuyers = (message: { id_employee: string; private: boolean }) =>
    !message.private && /^0?$/.test(message.id_employee);
  const own = (messages ?? []).filter((message) => message.id_order === order.id && isBuyers(message));
  return [...own.map(({ message }) => message), order.gift_message].map(plainText).filter(Boolean).join("\n");
}

function buyerOf(order: PrestaOrder, related: Related, account: PrestaShopAccount): Report["buyer"] {
  const invoice = related.addresses.get(order.id_address_invoice);
  const delivery = related.addresses.get(order.id_address_delivery);
  const email = related.customers.get(order.id_customer)?.email;
  const phone = phoneOf(invoice) || phoneOf(delivery);
  const known = firstOf(account.taxIdFields, invoice)?.replace(/[\s-]/g, "");
  const taxId = known ?? nipIn(invoice?.company, invoice?.other);
  const billing = placeOf(invoice, related);
  return present({ email: email || undefined, phone: phone || undefined, taxId: taxId || undefined, billing });
}

function phoneOf(address: PrestaAddress | undefined): string | undefined {
  return address?.phone_mobile || address?.phone;
}

function firstOf(fields: readonly string[], of: unknown): string | undefined {
  return fields.map((field) => textAt(of, field)).find((text) => text !== undefined);
}

function placeOf(address: PrestaAddress | undefined, { countries }: Related): Address | undefined {
  if (!address) return undefined;
  return addressOf({
    name: plainLine(joined(address.firstname, address.lastname)),
    company: plainLine(address.company),
    street: plainLine(joined(address.address1, address.address2)),
    postcode: address.postcode,
    city: plainLine(address.city),
    country: countries.get(address.id_country)?.iso_code ?? "",
    phone: phoneOf(address) || undefined,
  });
}
