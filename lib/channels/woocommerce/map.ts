/** From a shop's order to a sighting. Pure. */
import { type Key, keyOf } from "../../dedup/keys.ts";
import type { Readiness, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import type { WooAccount } from "./account.ts";
import { GmtTime, WooError, WooHead, WooOrder } from "./body.ts";
import { fieldIn, freeIn } from "./fields.ts";
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
    ...orderedAt(order, account),
    readiness: readinessOf(order.status, account),
    status: order.status,
    ...identityOf(order, account),
    ...(amounts.currency !== undefined && { currency: amounts.currency }),
    ...(amounts.total !== undefined && { total: amounts.total }),
    ...(amounts.refunded > 0 && { refunded: amounts.refunded }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: reportOf(order, account, amounts),
  };
}

/** Shops that wait for a transfer put the order on hold at once: where that is an order, the payment came later. */
const PAID_LATER = new Set(["bacs", "cheque"]);

function orderedAt(order: WooOrder, { forwardStatuses }: WooAccount): Pick<Sighting, "orderedAt"> {
  if (PAID_LATER.has(order.payment_method ?? "") && forwardStatuses.includes("on-hold")) return {};
  const paidAt = GmtTime.safeParse(order.date_paid_gmt).data;
  return paidAt !== undefined && paidAt >= 0 ? { orderedAt: paidAt } : {};
}

function readinessOf(status: string, account: WooAccount): Readiness {
  if (status === "cancelled") return "cancelled";
  return account.forwardStatuses.includes(status) ? "ready" : "waiting";
}

function identityOf(order: WooOrder, account: WooAccount) {
  const { id, number } = order;
  const fieldOf = (field: string) => fieldIn(order, field);
  const more = baselinkerTrace(order, account);
  return shopKeys({ shop: accountName(account), id, number, fieldOf, free: freeIn(order), more }, account);
}

function baselinkerTrace(order: WooOrder, { baselinkerAccount }: WooAccount): Key[] {
  if (baselinkerAccount === undefined) return [];
  const id = fieldIn(order, "baselinker_order_id");
  return keyOf("internet-id", `baselinker:${baselinkerAccount}`, id && /^\d+$/.test(id) ? id : undefined, 4);
}
