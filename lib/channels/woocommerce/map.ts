/** From a shop's order to a sighting. Pure. */
import { distinctKeys, type Key, keyOf } from "../../dedup/keys.ts";
import type { Readiness, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { uuidOf } from "../shared/traces.ts";
import type { WooAccount } from "./account.ts";
import { WooError, WooHead, WooOrder } from "./body.ts";
import { fieldOf, tracesOf } from "./fields.ts";
import { amountsOf, reportOf } from "./report.ts";

/** Carts: a checkout page that was opened, an order that the staff only begins to write. */
const DRAFTS: ReadonlySet<string> = new Set(["checkout-draft", "auto-draft", "draft"]);

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "draft"; sourceOrder: string }
  /** `error-object`: the shop could not read the order. `not-an-order`: no id or status. `incomplete-order`: no time. */
  | { kind: "unusable"; reason: "error-object" | "not-an-order" | "incomplete-order"; sourceOrder?: string };

export function mapOrder(value: unknown, account: WooAccount): Mapped {
  const head = WooHead.safeParse(value);
  if (!head.success) {
    return { kind: "unusable", reason: WooError.safeParse(value).success ? "error-object" : "not-an-order" };
  }
  const sourceOrder = head.data.id;
  if (DRAFTS.has(head.data.status)) return { kind: "draft", sourceOrder };
  const order = WooOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder };
  return { kind: "sighting", sighting: sightingOf(order.data, account) };
}

/** The version is the shop's own modification time: bodies are made when sent, so arrival says nothing. */
function sightingOf(order: WooOrder, account: WooAccount): Sighting {
  const amounts = amountsOf(order);
  const placedAt = order.date_created_gmt;
  return {
    account: accountName(account),
    sourceOrder: order.id,
    version: order.date_modified_gmt,
    ...(placedAt !== undefined && placedAt >= 0 && { placedAt }),
    readiness: readinessOf(order.status, account),
    status: order.status,
    keys: keysOf(order, account),
    ...(amounts.currency !== undefined && { currency: amounts.currency }),
    ...(amounts.total !== undefined && { total: amounts.total }),
    ...(amounts.refunded > 0 && { refunded: amounts.refunded }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: reportOf(order, account, amounts),
  };
}

function readinessOf(status: string, account: WooAccount): Readiness {
  if (status === "cancelled") return "cancelled";
  return account.forwardStatuses.includes(status) ? "ready" : "waiting";
}

/** A configured field is the marketplace's word (rank 1); the same id found elsewhere is only a trace (rank 4). */
function keysOf(order: WooOrder, account: WooAccount): Key[] {
  const shop = accountName(account);
  return distinctKeys([
    ...account.marketplaceFields.flatMap(({ field, issuer }) =>
      keyOf("internet-id", issuer, uuidOf(fieldOf(order, field)), 1),
    ),
    ...keyOf("internet-id", shop, order.id, 2),
    ...keyOf("customer-number", shop, order.number, 3),
    ...tracesOf(order).flatMap((uuid) => keyOf("internet-id", "allegro", uuid, 4)),
    ...baselinkerTrace(order, account),
  ]);
}

function baselinkerTrace(order: WooOrder, { baselinkerAccount }: WooAccount): Key[] {
  if (baselinkerAccount === undefined) return [];
  const id = fieldOf(order, "baselinker_order_id");
  return keyOf("internet-id", `baselinker:${baselinkerAccount}`, id && /^\d+$/.test(id) ? id : undefined, 4);
}
