/** Goods that a source split off one of its orders: whether the ERP has them, or will get them. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import type { Order, Source } from "../order.ts";
import { leadOf } from "../sources.ts";

/**
 * Nobody sends a part by itself, so its goods have to be in what is sent of the whole purchase.
 * @returns what a person is told when a report makes goods of this account go missing, or more of them
 */
export function uncovered(before: Order, after: Order, account: string): HeldReason | undefined {
  return missing(after, account) > missing(before, account) ? "part-not-covered" : undefined;
}

/**
 * A part is an order of its own, which is cancelled or shrinks by itself. Of a cancel of the whole the ERP hears anyway.
 * @returns what a person is told when a report changes which of the goods that the ERP has are still wanted
 */
export function unwanted(before: Order, after: Order, account: string): HeldReason | undefined {
  if (after.cancelRequested || surplus(after, account) === surplus(before, account)) return undefined;
  return "edited-after-delivery";
}

/** By how much what this account has under the purchase is more than what the ERP has or will get. */
function missing(order: Order, account: string): number {
  const isParted = partsOf(order, account).some(({ readiness }) => readiness !== "cancelled");
  return isParted ? Math.max(0, goodsOf(order, account) - covered(order)) : 0;
}

/** By how much what the ERP has, or is being given, is more than what this account has left under the purchase. */
function surplus(order: Order, account: string): number {
  const { state, cancelRequested, sent } = order;
  if (sent === undefined || cancelRequested || (state !== "submitting" && state !== "delivered")) return 0;
  return partsOf(order, account).length > 0 ? Math.max(0, sent - goodsOf(order, account)) : 0;
}

function partsOf({ sources }: Order, account: string): Source[] {
  return sources.filter((s) => s.account === account && s.role === "part");
}

/** What is left of the whole, and of the parts, that nobody cancelled. */
function goodsOf({ sources }: Order, account: string): number {
  const own = sources.filter((s) => s.account === account && s.readiness !== "cancelled");
  const counted = [own.find(({ role }) => role === "report"), ...own.filter(({ role }) => role === "part")];
  return counted.reduce((sum, source) => sum + (source?.money?.minor ?? 0), 0);
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
