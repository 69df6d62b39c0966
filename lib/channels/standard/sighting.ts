/** From a shop's message to a sighting. Every field is checked by the schema; here is what is said differently inside. Pure. */

import { keyOf } from "../../core/keys.ts";
import {
  type Fee,
  type Line,
  type Payment,
  type Piece,
  parseMinor,
  type Share,
  type Vat,
  vatFrom,
} from "../../core/money.ts";
import type { Instant, Report, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { present } from "../../core/writes.ts";
import type { UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import { withoutDiscount } from "../shared/discounts.ts";
import { doubtOf, formKeys, tracesIn } from "../shared/shop-keys.ts";
import type { StandardOrder } from "./schema.ts";

type Settings = {
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders;
  ignoreFields: readonly string[];
  windowDays?: number | undefined;
};
type Minor = (amount: string) => number;

/** @param shop `channel:account` */
export function sightingOf(order: StandardOrder, shop: string, account: Settings): Sighting {
  const { currency, marketplace, orderNumber, note } = order;
  const minor = (amount: string) => parseMinor(amount, currency) ?? 0;
  const traces = tracesIn({ note }, account.ignoreFields);
  const keys = [
    ...(marketplace ? keyOf("internet-id", marketplace.name, marketplace.orderId, 1) : []),
    ...keyOf("internet-id", shop, order.orderId, 2),
    ...keyOf("customer-number", shop, orderNumber, 3),
    ...formKeys(traces),
  ];
  const payments = order.payments?.map((payment) => ({ ...payment, amount: minor(payment.amount) }));
  const total = minor(order.total);
  return newSighting({
    account: shop,
    sourceOrder: order.orderId,
    version: Date.parse(order.updatedAt),
    placedAt: instantOf(order.placedAt),
    orderedAt: instantOf(order.orderedAt),
    readiness: order.status,
    status: order.status,
    keys,
    ...doubtOf(keys, { free: note }, account),
    ...(traces.length > 0 && { traces }),
    currency,
    total,
    due: dueOf(order, total, payments, minor),
    refunded: order.refunded !== undefined ? minor(order.refunded) : undefined,
    refundedPieces: order.refundedPieces?.map((piece) => present<Piece>(piece)),
    cancelledPieces: order.cancelledPieces?.map((piece) => present<Piece>(piece)),
    windowDays: account.windowDays,
    report: reportOf(order, payments, minor),
  });
}

/** Before 1970 nobody ordered anything here. */
function instantOf(time: string | undefined): Instant | undefined {
  const at = time === undefined ? -1 : Date.parse(time);
  return at >= 0 ? at : undefined;
}

function dueOf(
  { due }: StandardOrder,
  total: number,
  payments: readonly Payment[] = [],
  minor: Minor,
): number | undefined {
  if (due !== undefined) return minor(due);
  const paid = payments.reduce((sum, { amount }) => sum + amount, 0);
  return paid > 0 ? Math.max(0, total - paid) : undefined;
}

function reportOf(order: StandardOrder, payments: Payment[] | undefined, minor: Minor): Report {
  const { orderNumber, note, rounding, buyer, payment } = order;
  return present({
    number: orderNumber || undefined,
    lines: linesOf(order, minor),
    shipping: shippingOf(order, minor),
    fees: order.fees?.map(({ taxRate, gross, ...fee }) =>
      present<Fee>({ ...fee, gross: minor(gross), vat: vatOf(taxRate) }),
    ),
    payments,
    rounding,
    buyer,
    payment,
    note: note || undefined,
  });
}

/** A negative line is a discount: it comes off what carries its VAT, and what of it is left off the rest. */
function linesOf({ lines }: StandardOrder, minor: Minor): Line[] {
  const rows = lines.map(({ taxRate, gross, ...line }) =>
    present<Line>({ ...line, gross: minor(gross), vat: vatOf(taxRate) }),
  );
  const discounts = rows.filter(({ gross }) => gross < 0);
  return discounts.reduce(
    (left, discount) => withoutDiscount(left, { ...discount, gross: -discount.gross }).rows,
    rows.filter(({ gross }) => gross >= 0),
  );
}

function shippingOf({ shipping }: StandardOrder, minor: Minor): Report["shipping"] {
  const { taxRate, shares, gross, ...rest } = shipping;
  const vat = vatOf(taxRate);
  const said = shares?.map((share) => present<Share>({ gross: minor(share.gross), vat: vatOf(share.taxRate) }));
  return present({ ...rest, gross: minor(gross), shares: said ?? (vat && [{ gross: minor(gross), vat }]) });
}

function vatOf(taxRate: string | undefined): Vat | undefined {
  const vat = vatFrom(taxRate);
  return vat?.kind === "exempt" && vat.code === "untaxed" ? { kind: "untaxed" } : vat;
}
