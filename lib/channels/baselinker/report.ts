/** What the ERP is told of a BaseLinker order. Pure. */
import type { Address, Report } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import { type Amounts, minorOf } from "./goods.ts";
import type { WireOrder } from "./wire.ts";

export function reportOf(order: WireOrder, amounts: Amounts | undefined, number: string): Report {
  const billing = addressOf(order, "invoice");
  const address = addressOf(order, "delivery");
  const point = order.delivery_point_id || order.delivery_point_name;
  return present({
    number,
    lines: amounts?.lines ?? [],
    fees: amounts && amounts.fees.length > 0 ? amounts.fees : undefined,
    payments: amounts && amounts.payments.length > 0 ? amounts.payments : undefined,
    shipping: present({
      method: order.delivery_method,
      gross: amounts?.shipping ?? 0,
      point: point || undefined,
      pointAddress: pointOf(order),
      address,
    }),
    buyer: present({
      email: order.email || undefined,
      phone: order.phone || undefined,
      taxId: order.invoice_nip || undefined,
      billing,
    }),
    payment: {
      method: order.payment_method,
      cashOnDelivery: order.payment_method_cod,
      paid: isPaid(order, amounts),
    },
    note: order.user_comments || undefined,
  });
}

/** What the point is called, and where it stands. */
function pointOf(order: WireOrder): Address | undefined {
  const { delivery_point_id: id, delivery_point_name: name, delivery_point_address: street } = order;
  if (!id || !(name || street)) return undefined;
  const { delivery_point_postcode: postcode, delivery_point_city: city, delivery_country_code: country } = order;
  return { name, street, postcode, city, country };
}

function isPaid(order: WireOrder, amounts: Amounts | undefined): boolean {
  const done = order.payment_done && minorOf(order.payment_done, order.currency);
  return amounts !== undefined && done !== undefined && done > 0 && done >= (amounts.due ?? amounts.total);
}

function addressOf(order: WireOrder, part: "delivery" | "invoice"): Address | undefined {
  const company = order[`${part}_company`];
  const address = {
    name: order[`${part}_fullname`] || company,
    street: order[`${part}_address`],
    postcode: order[`${part}_postcode`],
    city: order[`${part}_city`],
    country: order[`${part}_country_code`],
  };
  const isEmpty = !(address.name || address.street || address.city);
  return isEmpty ? undefined : present({ ...address, company: company || undefined });
}
