/** From a Shopify order to a sighting. Pure. */
import type { Readiness, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { shopKeys } from "../shared/shop-keys.ts";
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
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string };

export function mapOrder(value: unknown, account: ShopifyAccount): Mapped {
  if (TestOrder.safeParse(value).success) return { kind: "test" };
  const head = ShopifyHead.safeParse(value);
  if (!head.success) return { kind: "unusable", reason: "not-an-order" };
  const sourceOrder = head.data.id;
  const order = ShopifyOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder };
  return { kind: "sighting", sighting: sightingOf(sourceOrder, order.data, account) };
}

/**
 * The version is the shop's modification time: deliveries come in any order, and a repeated one holds what the order
 * was at first. An order that was imported has its real date in `processed_at`.
 */
function sightingOf(sourceOrder: string, order: ShopifyOrder, account: ShopifyAccount): Sighting {
  const amounts = amountsOf(order);
  const placedAt = order.processed_at ?? order.created_at;
  const readiness = readinessOf(order, account);
  return {
    account: accountName(account),
    sourceOrder,
    version: order.updated_at,
    ...(placedAt !== undefined && placedAt >= 0 && { placedAt }),
    readiness,
    status: readiness === "cancelled" ? "cancelled" : order.financial_status,
    ...identityOf(sourceOrder, order, account),
    ...(amounts.currency !== undefined && { currency: amounts.currency }),
    ...(amounts.total !== undefined && { total: amounts.total }),
    ...(amounts.refunded !== undefined && { refunded: amounts.refunded }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: reportOf(order, account, amounts),
  };
}

/** `voided` is a payment that was let go of, not an order that was cancelled: only `cancelled_at` says that. */
function readinessOf(order: ShopifyOrder, account: ShopifyAccount): Readiness {
  if (typeof order.cancelled_at === "string" && order.cancelled_at !== "") return "cancelled";
  if (order.financial_status === "pending" && isCashOnDelivery(order, account)) return "ready";
  return account.forwardStatuses.includes(order.financial_status) ? "ready" : "waiting";
}

function identityOf(id: string, order: ShopifyOrder, account: ShopifyAccount) {
  const fieldOf = (field: string) => fieldIn(order, field);
  return shopKeys({ shop: accountName(account), id, number: order.name, fieldOf, free: freeIn(order) }, account);
}
