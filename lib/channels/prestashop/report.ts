/** What the ERP is told of a PrestaShop order. Pure. */
import { parseMinor } from "../../money.ts";
import type { Line, Report } from "../../order.ts";
import { addressOf, joined } from "../shared/address.ts";
import { grossOf, minorOrNone } from "../shared/amounts.ts";
import { firstTextAt } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";
import type { PrestaAddress, PrestaOrder, PrestaRow, Related } from "./body.ts";

/** Undefined where one amount cannot be read. Discount and gift wrapping are lines of their own. */
export function linesOf(order: PrestaOrder, currency: string): Line[] | undefined {
  const discount = minorOrNone(order.total_discounts_tax_incl, currency);
  const wrapping = minorOrNone(order.total_wrapping_tax_incl, currency);
  const rows = order.associations?.order_rows.map((row) => lineOf(row, currency));
  if (discount === undefined || wrapping === undefined || !rows?.every((line) => line !== undefined)) return undefined;
  return [...rows, ...extra("Discount", -discount), ...extra("Gift wrapping", wrapping)];
}

export function reportOf(
  order: PrestaOrder,
  lines: Line[],
  currency: string,
  related: Related,
  account: PrestaShopAccount,
): Report {
  const carrier = related.carriers.get(order.id_carrier)?.name;
  const address = placeOf(related.addresses.get(order.id_address_delivery), related);
  const point = firstTextAt(order, account.pointFields);
  return {
    ...(order.reference && { number: order.reference }),
    lines,
    shipping: {
      method: carrier || order.id_carrier,
      gross: minorOrNone(order.total_shipping_tax_incl, currency) ?? 0,
      ...(point && { point }),
      ...(address && { address }),
    },
    buyer: buyerOf(order, related, account),
    payment: {
      method: order.payment || order.module,
      cashOnDelivery: account.cashOnDelivery.includes(order.module),
      paid: isPaid(order, currency),
    },
    ...(order.note && { note: order.note }),
  };
}

function lineOf(row: PrestaRow, currency: string): Line | undefined {
  const gross = grossOf(row.unit_price_tax_incl, row.product_quantity, currency);
  if (gross === undefined) return undefined;
  return {
    ...(row.product_reference && { sku: row.product_reference }),
    ...(row.product_ean13 && { ean: row.product_ean13 }),
    name: row.product_name,
    quantity: row.product_quantity,
    gross,
  };
}

function extra(name: string, gross: number): Line[] {
  return gross === 0 ? [] : [{ name, quantity: "1", gross }];
}

function isPaid(order: PrestaOrder, currency: string): boolean {
  const paid = parseMinor(order.total_paid_real, currency);
  const total = parseMinor(order.total_paid_tax_incl, currency);
  return paid !== undefined && total !== undefined && paid > 0 && paid >= total;
}

function buyerOf(order: PrestaOrder, related: Related, account: PrestaShopAccount): Report["buyer"] {
  const invoice = related.addresses.get(order.id_address_invoice);
  const delivery = related.addresses.get(order.id_address_delivery);
  const email = related.customers.get(order.id_customer)?.email;
  const phone = invoice?.phone_mobile || invoice?.phone || delivery?.phone_mobile || delivery?.phone;
  const taxId = firstTextAt(invoice, account.taxIdFields)?.replace(/[\s-]/g, "");
  const billing = placeOf(invoice, related);
  return { ...(email && { email }), ...(phone && { phone }), ...(taxId && { taxId }), ...(billing && { billing }) };
}

function placeOf(address: PrestaAddress | undefined, { countries }: Related): Report["buyer"]["billing"] {
  return (
    address &&
    addressOf({
      name: joined(address.firstname, address.lastname),
      company: address.company,
      street: joined(address.address1, address.address2),
      postcode: address.postcode,
      city: address.city,
      country: countries.get(address.id_country)?.iso_code ?? "",
    })
  );
}
