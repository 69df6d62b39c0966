/** A BaseLinker order becomes a sighting. Pure. */

import { accountName } from "../../core/keys.ts";
import type { Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { unread } from "../shared/unread.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { amountsOf, unreadAmountsOf } from "./goods.ts";
import { identityOf, isOwn, type Unknown } from "./identity.ts";
import { reportOf } from "./report.ts";
import { reportedAt } from "./version.ts";
import { WireOrder } from "./wire.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  /** An order, but not one that can be judged or sent: a person has to look. */
  | { kind: "unusable"; reason: "unreadable-order" | Unknown | "unreadable-amount" | "no-lines"; detail?: string }
  /** Not an order at all. */
  | { kind: "skipped"; reason: "return" };

/** What makes an order one to send or not, in the source's own word. */
export type Standing = Pick<Sighting, "readiness" | "status">;

/** An order of `getOrders`. */
export function mapOrder(raw: unknown, account: BaseLinkerAccount): Mapped {
  const parsed = WireOrder.safeParse(raw);
  if (!parsed.success) return { kind: "unusable", reason: "unreadable-order", ...unread(parsed.error) };
  const standing = standingOf(parsed.data, account);
  return sightingOf(parsed.data, account, standing, reportedAt(parsed.data, standing.readiness));
}

export function sightingOf(
  order: WireOrder,
  account: BaseLinkerAccount,
  { readiness, status }: Standing,
  version: number,
): Mapped {
  if (order.order_source === "order_return") return { kind: "skipped", reason: "return" };
  const identity = identityOf(order, account);
  if (typeof identity === "string") return { kind: "unusable", reason: identity };
  const amounts = amountsOf(order);
  // An order that is not confirmed has no price for its delivery yet, and often not all of its products.
  if (readiness === "ready" && !amounts)
    return { kind: "unusable", reason: "unreadable-amount", detail: unreadAmountsOf(order) };
  if (readiness === "ready" && order.products.length === 0) return { kind: "unusable", reason: "no-lines" };
  const currency = (order.currency || account.currency).toUpperCase();
  const sighting = newSighting({
    account: accountName(account),
    sourceOrder: order.order_id,
    version,
    readiness,
    status,
    steppedBack: readiness === "waiting" || undefined,
    ...identity,
    splits: true,
    wantsErpNumber: wantsErpNumber(account) || undefined,
    report: reportOf(order, amounts, numberOf(order)),
    placedAt: order.date_add > 0 ? order.date_add : undefined,
    orderedAt: order.date_confirmed > 0 ? order.date_confirmed : undefined,
    currency: /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    total: amounts?.total,
    due: amounts?.due,
    windowDays: account.windowDays,
  });
  return { kind: "sighting", sighting };
}

function wantsErpNumber({ erpNumberField, statusAfterErp }: BaseLinkerAccount): boolean {
  return erpNumberField !== undefined || statusAfterErp !== undefined;
}

/** A cancelled order keeps `confirmed`; which of the account's statuses mean cancelled, only the seller knows. */
function standingOf(order: WireOrder, account: BaseLinkerAccount): Standing {
  if (account.cancelledStatuses.some((id) => String(id) === order.order_status_id))
    return { readiness: "cancelled", status: `status-${order.order_status_id}` };
  return order.confirmed
    ? { readiness: "ready", status: "confirmed" }
    : { readiness: "waiting", status: "unconfirmed" };
}

/** The number that the buyer knows. */
function numberOf(order: WireOrder): string {
  const theirs = order.order_source === "shop" ? order.shop_order_id : order.external_order_id;
  return (isOwn(order) ? undefined : theirs) ?? order.order_id;
}
