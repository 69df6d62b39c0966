/** A BaseLinker order becomes a sighting. Pure. */
import type { Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { isOwn, keysOf, type Unknown } from "./identity.ts";
import { amountsOf, reportOf } from "./report.ts";
import { reportedAt } from "./version.ts";
import { WireOrder } from "./wire.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  /** An order, but not one that can be judged or sent: a person has to look. */
  | { kind: "unusable"; reason: "unreadable-order" | Unknown | "unreadable-amount" | "no-lines" }
  /** Not an order at all. */
  | { kind: "skipped"; reason: "return" };

/** What makes an order one to send or not, in the source's own word. */
export type Standing = Pick<Sighting, "readiness" | "status">;

/** An order of `getOrders`. */
export function mapOrder(raw: unknown, account: BaseLinkerAccount): Mapped {
  const parsed = WireOrder.safeParse(raw);
  if (!parsed.success) return { kind: "unusable", reason: "unreadable-order" };
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
  const keys = keysOf(order, account);
  if (typeof keys === "string") return { kind: "unusable", reason: keys };
  const amounts = amountsOf(order);
  // An order that is not confirmed has no price for its delivery yet, and often not all of its products.
  if (readiness === "ready" && !amounts) return { kind: "unusable", reason: "unreadable-amount" };
  if (readiness === "ready" && order.products.length === 0) return { kind: "unusable", reason: "no-lines" };
  const currency = order.currency.toUpperCase();
  const sighting: Sighting = {
    account: accountName(account),
    sourceOrder: order.order_id,
    version,
    readiness,
    status,
    keys,
    splits: true,
    ...(wantsErpNumber(account) && { wantsErpNumber: true }),
    report: reportOf(order, amounts, numberOf(order)),
    ...(order.date_add > 0 && { placedAt: order.date_add }),
    ...(order.date_confirmed > 0 && { orderedAt: order.date_confirmed }),
    ...(/^[A-Z]{3}$/.test(currency) && { currency }),
    ...(amounts && { total: amounts.total }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
  };
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
