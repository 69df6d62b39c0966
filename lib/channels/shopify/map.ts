/** From a Shopify order to a sighting. Pure. */

import { accountName } from "../../core/keys.ts";
import type { Readiness, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import { lackOf } from "../shared/wire.ts";
import type { ShopifyAccount } from "./account.ts";
import { amountsOf } from "./amounts.ts";
import { ShopifyHead, ShopifyOrder, TestOrder } from "./body.ts";
import { fieldIn, freeIn } from "./fields.ts";
import { isCashOnDelivery, reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  /** Nobody pays for it: it is no purchase. */
  | { kind: "test" }
  /** `not-an-order`: no id. `incomplete-order`: no modification time. */
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string; detail?: string };

export function mapOrder(value: unknown, account: ShopifyAccount): Mapped {
  if (TestOrder.safeParse(value).success) return { kind: "test" };
  const head = ShopifyHead.safeParse(value);
  if (!head.success) return { kind: "unusable", reason: "not-an-order", ...unread(head.error) };
  const sourceOrder = head.data.id;
  const order = ShopifyOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder, ...unread(order.error) };
  return { kind: "sighting", sighting: sightingOf(sourceOrder, order.data, account) };
}

/**
 * The version is the shop's modification time: requests come in any order, and a repeated one holds what the order
 * was at first. An order that was imported has its real date in `processed_at`.
 */
function sightingOf(sourceOrder: string, order: ShopifyOrder, account: ShopifyAccount): Sighting {
  const amounts = amountsOf(order);
  const placedAt = order.processed_at ?? order.created_at;
  const readiness = readinessOf(order, account);
  const report = reportOf(order, account, amounts);
  return newSighting({
    account: accountName(account),
    sourceOrder,
    version: order.updated_at,
    placedAt: placedAt !== undefined && placedAt >= 0 ? placedAt : undefined,
    ...standingOf(order, readiness, account),
    ...identityOf(sourceOrder, order, account),
    currency: amounts.currency,
    total: amounts.total,
    due: isRestOnDelivery(order, account) ? amounts.outstanding : undefined,
    refunded: amounts.refunded,
    refundedPieces: amounts.refundedPieces,
    cancelledPieces: amounts.cancelledPieces,
    windowDays: account.windowDays,
    ...lackOf(readiness, report.shipping),
    report,
  });
}

/** Payments that failed, or were let go of. `partially_paid` is an edit that costs more: the order stands. */
const STEPS_BACK: ReadonlySet<string> = new Set(["pending", "voided", "expired"]);

/** What Shopify documents; `unknown` is what it leaves out. */
const KNOWN: ReadonlySet<string> = new Set([
  ...STEPS_BACK,
  "authorized",
  "overdue",
  "expiring",
  "paid",
  "partially_paid",
  "partially_refunded",
  "refunded",
  "unpaid",
  "unknown",
]);

function standingOf(
  { financial_status: status }: ShopifyOrder,
  readiness: Readiness,
  { forwardStatuses, waitingStatuses }: ShopifyAccount,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  if (readiness !== "waiting") return { readiness, status: readiness === "cancelled" ? "cancelled" : status };
  const unconfigured = unlessNamed(status, "forwardStatuses", KNOWN, forwardStatuses, waitingStatuses);
  return { readiness, status, ...(STEPS_BACK.has(status) && { steppedBack: true }), ...unconfigured };
}

/** `voided` is a payment that was let go of, not an order that was cancelled: only `cancelled_at` says that. */
function readinessOf(order: ShopifyOrder, account: ShopifyAccount): Readiness {
  if (typeof order.cancelled_at === "string" && order.cancelled_at !== "") return "cancelled";
  const isOpen = order.financial_status === "pending" || isRestOnDelivery(order, account);
  if (isOpen && (isCashOnDelivery(order, account) || hasTerm(order))) return "ready";
  return account.forwardStatuses.includes(order.financial_status) ? "ready" : "waiting";
}

/** A gift card paid a part of it, and the courier is to collect the rest. */
function isRestOnDelivery(order: ShopifyOrder, account: ShopifyAccount): boolean {
  return order.financial_status === "partially_paid" && isCashOnDelivery(order, account);
}

function hasTerm({ payment_terms: terms }: ShopifyOrder): boolean {
  return terms?.payment_terms_type !== undefined && terms.payment_terms_type !== "receipt";
}

function identityOf(id: string, order: ShopifyOrder, account: ShopifyAccount) {
  const fieldOf = (field: string) => fieldIn(order, field);
  const { name: number, checkout_token: cart } = order;
  return shopKeys({ shop: accountName(account), id, number, fieldOf, free: freeIn(order), cart }, account);
}
