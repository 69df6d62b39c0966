/** Goods that a source split off one of its orders: whether the ERP has them, or will get them. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import type { Order } from "../order.ts";
import { leadOf } from "../sources.ts";

/**
 * Nobody sends a part by itself, so its goods have to be in what is sent of the whole purchase.
 * @returns what a person is told when a report makes goods of this account go missing, or more of them
 */
export function uncovered(before: Order, after: Order, account: string): HeldReason | undefined {
  return missing(after, account) > missing(before, account) ? "part-not-covered" : undefined;
}

/** By how much what this account has under the purchase is more than what the ERP has or will get. */
function missing(order: Order, account: string): number {
  const own = order.sources.filter((s) => s.account === account && s.readiness !== "cancelled");
  const parts = own.filter(({ role }) => role === "part");
  if (parts.length === 0) return 0;
  const rest = own.find(({ role }) => role === "report");
  const goods = [rest, ...parts].reduce((sum, source) => sum + (source?.money?.minor ?? 0), 0);
  return Math.max(0, goods - covered(order));
}

/** Until the ERP has the order, it is to get it as it was reported last, and no total of the past counts. */
function covered(order: Order): number {
  const { state, cancelRequested, sent, totals } = order;
  if (state === "cancelled" || cancelRequested) return 0;
  if (state === "submitting" || state === "delivered") return sent ?? Math.max(0, ...totals.map(({ minor }) => minor));
  return totalToSend(order) ?? 0;
}

function totalToSend(order: Order): number | undefined {
  return leadOf(order)?.money?.minor;
}

/** While the ERP is being given the order, nobody knows whether it gets it as before this report or as after it. */
export function leastSent(order: Order): Pick<Order, "sent"> {
  const total = totalToSend(order);
  const isLess = order.state === "submitting" && order.sent !== undefined && total !== undefined && total < order.sent;
  return isLess ? { sent: total } : {};
}
