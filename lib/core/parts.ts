/** Goods that a source split off one of its orders: whether the ERP has them, or will get them. Pure. */
import type { Order, Sighting, Source } from "./order.ts";
import type { Rules } from "./rules.ts";
import { underOf } from "./sighting.ts";
import { isSameReporter, reportToForward } from "./sources.ts";

/**
 * Nobody sends a part by itself, so its goods have to be in what is sent of the whole purchase.
 * @returns by how much what this account has under the purchase is more than what the ERP has or will get; 0 while a part
 * waits for the next word on the order that it may have been split off
 */
export function missingOf(order: Order, account: string): number {
  const parts = livingParts(order, account);
  if (parts.length === 0 || parts.some(({ awaitsRest }) => awaitsRest)) return 0;
  return Math.max(0, goodsOf(order, account).least - covered(order));
}

/**
 * A part is an order of its own, which is cancelled or shrinks by itself. Of a cancel of the whole the ERP hears anyway.
 * @returns by how much what the ERP has, or is being given, is more than what this account has left under the purchase
 */
export function surplusOf(order: Order, account: string): number {
  const { cancelRequested, sent } = order;
  if (sent === undefined || cancelRequested || !isGiven(order)) return 0;
  return partsOf(order, account).length > 0 ? Math.max(0, sent - goodsOf(order, account).most) : 0;
}

/** What this account has under the purchase, parts and rest together, is just what the ERP has. */
export function isWholeInParts(order: Order, account: string): boolean {
  if (order.sent === undefined || !isGiven(order) || livingParts(order, account).length === 0) return false;
  const { least, most } = goodsOf(order, account);
  return least <= order.sent && order.sent <= most;
}

/**
 * The sources with what a report says of parts. A new part waits while the order that it may have been split off still has
 * all its goods: that is read first, and what is heard of it then settles it.
 * @param order with the report
 * @returns `reread`: the orders that have to be read
 */
export function withParts(
  order: Order,
  known: Source | undefined,
  sighting: Sighting,
  role: Source["role"],
  { rereads, askedAt }: Pick<Rules, "rereads" | "askedAt">,
): { sources: Source[]; reread?: string[]; areSettled: boolean } {
  const { sources } = order;
  const { account } = sighting;
  if (role === "part" && !known && sighting.splits && rereads && isOpen(order, sighting)) {
    const isNew = (source: Source) => source.account === account && source.sourceOrder === sighting.sourceOrder;
    const reread = originalsOf(order, sighting).map(({ sourceOrder }) => sourceOrder);
    return { sources: sources.map((s) => (isNew(s) ? { ...s, awaitsRest: true } : s)), reread, areSettled: false };
  }
  const waiting = role === "report" ? partsOf(order, account).filter(({ awaitsRest }) => awaitsRest) : [];
  const settled = sources.map((source) => (waiting.includes(source) ? heard(source) : source));
  // What was asked for before the part was there may show how it was before.
  const isLater = waiting.every(({ seenAt }) => askedAt === undefined || askedAt >= seenAt);
  const areSettled = waiting.length > 0 && (isLater || missingOf({ ...order, sources: settled }, account) === 0);
  return { sources: areSettled ? settled : sources, areSettled };
}

/** The order that it may have been split off has not shrunk by its goods yet. */
function isOpen(order: Order, { account, money }: Sighting): boolean {
  const totals = order.totals.filter((total) => total.currency === money?.currency);
  const whole = Math.max(0, ...totals.map(({ minor }) => minor));
  return missingOf(order, account) > 0 && goodsOf(order, account).least > whole;
}

function originalsOf({ sources }: Order, sighting: Sighting): Source[] {
  const under = underOf(sighting);
  return sources.filter((s) => s.role === "report" && s.under === under && isSameReporter(s, sighting));
}

function heard({ awaitsRest: _, ...source }: Source): Source {
  return source;
}

/**
 * What there is of the purchase in its account, parts and rest together. A part may have inherited the delivery that was
 * paid once: without and with it.
 */
export function goodsOf({ sources }: Order, account: string): { least: number; most: number } {
  const own = sources.filter((s) => s.account === account && s.readiness !== "cancelled");
  const whole = own.find(({ role }) => role === "report")?.money?.minor ?? 0;
  const parts = own.filter(({ role }) => role === "part");
  const most = parts.reduce((sum, { money }) => sum + (money?.minor ?? 0), whole);
  const deliveries = parts.reduce((sum, { report }) => sum + (report?.shipping.gross ?? 0), 0);
  return { least: most - deliveries, most };
}

function partsOf({ sources }: Order, account: string): Source[] {
  return sources.filter((s) => s.account === account && s.role === "part");
}

function livingParts(order: Order, account: string): Source[] {
  return partsOf(order, account).filter(({ readiness }) => readiness !== "cancelled");
}

function isGiven({ state }: Order): boolean {
  return state === "submitting" || state === "delivered";
}

/** Until the ERP has the order, it is to get it as it was reported last, and no total of the past counts. */
function covered(order: Order): number {
  const { state, cancelRequested, sent, totals } = order;
  if (state === "cancelled" || cancelRequested) return 0;
  if (isGiven(order)) return sent ?? Math.max(0, ...totals.map(({ minor }) => minor));
  return totalToSend(order) ?? 0;
}

function totalToSend(order: Order): number | undefined {
  return reportToForward(order)?.money?.minor;
}

/** While the ERP is being given the order, nobody knows whether it gets it as before this report or as after it. */
export function leastSent(order: Order): Pick<Order, "sent"> {
  const total = totalToSend(order);
  const isLess = order.state === "submitting" && order.sent !== undefined && total !== undefined && total < order.sent;
  return isLess ? { sent: total } : {};
}
