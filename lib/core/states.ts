/**
 * Every change of an order's state, as a pure function.
 *
 *   waiting -> pending -> submitting -> delivered
 *   delivered -> waiting where another writer's ERP order was cancelled before a source reported the purchase.
 *   any of these may become held (a person decides) or cancelled.
 *
 * A store writes an order only while its `version` is still the one that was read, so whatever is decided here from
 * a stale copy is refused there and decided again.
 */
import { DAY, type Instant, type Order, SHADOWED, type Source } from "./order.ts";
import { isErpAccount } from "./ports/erp.ts";
import type { Modes } from "./rules.ts";
import { liveFromOf } from "./sighting.ts";
import { reportToForward } from "./sources.ts";

type Changes = Partial<{ [K in keyof Order]: Order[K] | undefined }>;

/** The next version of an order: `undefined` in the changes removes a field. */
export function change(order: Order, stamp: string, changes: Changes): Order {
  const next: Record<string, unknown> = { ...order, ...changes, version: order.version + 1, stamp };
  for (const [name, value] of Object.entries(next)) if (value === undefined) delete next[name];
  return next as Order;
}

/** May the connector take it now? */
export function isDeliverable(order: Order, now: Instant): boolean {
  if (order.state === "pending") return order.cancelRequested === undefined;
  return order.state === "submitting" && leaseIsOver(order, now) && (order.inDoubtUntil ?? 0) <= now;
}

function leaseIsOver(order: Order, now: Instant): boolean {
  return order.lease === undefined || order.lease.until <= now;
}

/** Taken for delivery: one owner until the lease is over. Due again just then, should the owner die. */
export function taken(order: Order, token: string, until: Instant): Order {
  // Nothing of an earlier try is in the ERP while it is pending: what is given now is what counts.
  const sources = order.sources.map(({ given, ...source }) =>
    given && order.state !== "pending" ? { ...source, given } : source,
  );
  return change(order, token, {
    state: "submitting",
    sources,
    lease: { token, until },
    sent: reportToForward(order)?.money?.minor,
    readyAt: order.readyAt ?? order.dueAt,
    attempts: order.attempts + 1,
    dueAt: until,
  });
}

/**
 * In the ERP. Due once more when the window is over, to erase personal data; at once if a cancel came meanwhile or a
 * source waits for the number.
 */
export function delivered(order: Order, stamp: string, erp: NonNullable<Order["erp"]>, now: Instant): Order {
  return change(order, stamp, {
    state: "delivered",
    erp,
    lease: undefined,
    inDoubtUntil: undefined,
    reason: undefined,
    dueAt: order.cancelRequested || order.sources.some(wantsNumber) ? now : restsUntil(order),
  });
}

/** The ERP alone knew of it, and cancelled it: it waits for a report of its purchase, and nothing of it is there. */
export function withdrawn(order: Order, stamp: string, until: Instant): Order {
  return change(order, stamp, {
    state: "waiting",
    erp: undefined,
    sources: order.sources.map((source) => ({ ...source, readiness: "cancelled" })),
    dueAt: Math.min(until, Math.max(order.expiresAt - DAY, 0)),
  });
}

/** When an order that is done is looked at once more: to lengthen its keys, or to erase personal data. */
export function restsUntil({ expiresAt, keysUntil }: Order): Instant {
  return keysUntil === undefined ? expiresAt : Math.max(keysUntil - DAY, 0);
}

function wantsNumber({ erpNumber }: Source): boolean {
  return erpNumber === "wanted";
}

/** The sources that still have to hear the number that the ERP gave. */
export function untoldSources(order: Order): Source[] {
  return order.state === "delivered" && order.erp ? order.sources.filter(wantsNumber) : [];
}

/** Telling the number is no longer this order's work. */
export function handedOn(order: Order, stamp: string): Order {
  const sources = order.sources.map((s) => (wantsNumber(s) ? { ...s, erpNumber: "handed-on" as const } : s));
  return change(order, stamp, { sources, dueAt: restsUntil(order) });
}

/** The ERP did not take it and nothing was written there: try again at `dueAt`. */
export function postponed(order: Order, stamp: string, reason: string, dueAt: Instant): Order {
  return change(order, stamp, { state: "pending", reason, lease: undefined, inDoubtUntil: undefined, dueAt });
}

/** The ERP did not answer: it may still write until `settledAt`, so nobody may find or submit before. */
export function inDoubt(order: Order, stamp: string, settledAt: Instant): Order {
  return change(order, stamp, { reason: "in-doubt", inDoubtUntil: settledAt, lease: undefined, dueAt: settledAt });
}

const HOUR = DAY / 24;
const SHORTEST_LOOK = HOUR / 4;
export const LONGEST_LOOK = 6 * HOUR;

/** Taken in, and not forwarded. Looked at now and then, whether its account is still in shadow mode, until its window is over. */
export function inShadow({ acceptedAt, expiresAt }: Pick<Order, "acceptedAt" | "expiresAt">, now: Instant) {
  const after = Math.min(LONGEST_LOOK, Math.max(SHORTEST_LOOK, Math.floor((now - acceptedAt) / 8)));
  const dueAt = Math.min(expiresAt, now + after);
  return { state: "held", reason: SHADOWED, shadowed: true, dueAt } as const;
}

/** Whether nothing may be written because of this account. */
export function isInShadow(modes: Modes | undefined, account: string, now: Instant): boolean {
  return (liveFromOf(modes, account) ?? 0) > now;
}

/** Whether all who reported it are in shadow mode. What the ERP alone tells of it does not count. */
export function isKeptInShadow({ sources }: Order, modes: Modes | undefined, now: Instant): boolean {
  const reporters = sources.filter(({ account }) => !isErpAccount(account));
  return reporters.length > 0 && reporters.every(({ account }) => isInShadow(modes, account, now));
}

/**
 * Taken in in shadow mode, and placed before its account forwards: whoever wrote into the ERP until then has it, or nobody
 * does. A person says which.
 */
export function isLeftByShadow(order: Order, modes: Modes | undefined): boolean {
  if (!order.shadowed || order.released) return false;
  const from = order.sources.map(({ account }) => liveFromOf(modes, account) ?? Number.POSITIVE_INFINITY);
  return (order.placedAt ?? order.acceptedAt) < Math.min(...from);
}

/** Its account is in shadow mode no more: it goes to the ERP, to be found there. */
export function outOfShadow(order: Order, stamp: string, now: Instant): Order {
  return change(order, stamp, { state: "pending", reason: undefined, dueAt: now });
}

/** Parked for a person. Looked at again before its keys would leave the index, only to keep them. */
export function heldOrder(order: Order, stamp: string, reason: string): Order {
  return change(order, stamp, {
    state: "held",
    reason,
    lease: undefined,
    inDoubtUntil: undefined,
    dueAt: Math.max(order.expiresAt - DAY, 0),
  });
}

/** Cancelled for good, in the ERP too where it was there. Personal data goes when the window is over. */
export function cancelledOrder(order: Order, stamp: string, by: NonNullable<Order["cancelledBy"]>): Order {
  return change(order, stamp, {
    state: "cancelled",
    cancelledBy: by,
    cancelRequested: undefined,
    lease: undefined,
    inDoubtUntil: undefined,
    dueAt: order.expiresAt,
  });
}

/** The window moved on for an order that is not finished: its keys must stay in the index. */
export function extended(order: Order, stamp: string, windowMs: number, memoryMs: number, now: Instant): Order {
  const expiresAt = Math.max(order.expiresAt, now + windowMs);
  return change(order, stamp, {
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, expiresAt, now + memoryMs),
    keysUntil: undefined,
    dueAt: order.state === "held" || order.state === "waiting" ? expiresAt - DAY : order.dueAt,
  });
}

/** The window is over and nothing is left to do: only ids, totals and the ERP number are remembered. */
export function erased(order: Order, stamp: string): Order {
  return change(order, stamp, { sources: order.sources.map(withoutPerson), dueAt: undefined });
}

/** Ids, totals and times: nothing of a person. */
export function withoutPerson({ report: _, given: __, ...rest }: Source): Source {
  return rest;
}
