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
import { DAY, type Instant, type Order, type Source } from "./order.ts";
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
