/** How a further report moves the state of an order, and what a person has to hear of it. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import { DAY, type Instant, KOJARZ, type Order, type Sighting, type Source, sourceOf } from "../order.ts";
import { isOfSameVoice, isOwner, isSameOrder, voiceOf } from "../sources.ts";
import type { change } from "../states.ts";
import { moneyOf } from "./identity.ts";

export type Effect = {
  reason: string;
  changes?: Parameters<typeof change>[2];
  /** The window begins anew: the purchase starts once more. */
  renews?: boolean;
  /** The report changes nothing and waits for a person. */
  held?: HeldReason;
  /** The report is taken in, and a person hears of it. */
  tell?: HeldReason;
};

export function effectOf(order: Order, sighting: Sighting, now: Instant): Effect | undefined {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  // Told in two ways, an order's news come in any order: what is older than what the other way told moves nothing.
  if (order.sources.some((s) => isSameOrder(s, sighting) && s.version > sighting.version)) return undefined;
  switch (sighting.readiness) {
    case "waiting":
      return unready(order, known, sighting);
    case "cancelled":
      return known?.readiness === "cancelled" ? undefined : cancelling(order, sighting, now);
    case "ready":
      return readying(order, sighting, now) ?? reviving(order, known, sighting, now) ?? overruling(order, sighting);
    default:
      return sighting.readiness satisfies never;
  }
}

/** Its only ready source takes it back before the ERP has it: paid, then failed. */
function unready(order: Order, known: Source | undefined, sighting: Sighting): Effect | undefined {
  if (order.state !== "pending" || known?.readiness !== "ready" || sighting.version <= known.version) return undefined;
  if (otherReady(order, sighting).length > 0) return undefined;
  return { reason: "not-ready", changes: { state: "waiting", reason: undefined, dueAt: order.expiresAt - DAY } };
}

function readying(order: Order, sighting: Sighting, now: Instant): Effect | undefined {
  const lacked = order.reason === "gone-at-source" || moneyOf(sighting) !== undefined;
  if (order.state !== "waiting" && !(isHeldUnsent(order) && lacked)) return undefined;
  return { reason: "ready", changes: { state: "pending", reason: undefined, dueAt: now } };
}

/** Held before the ERP was given anything of it, until a report brings what is missing. */
function isHeldUnsent({ state, reason }: Order): boolean {
  return state === "held" && (reason === "total-unknown" || reason === "gone-at-source");
}

function cancelling(order: Order, sighting: Sighting, now: Instant): Effect | undefined {
  if (order.state === "cancelled" || order.cancelRequested) return undefined;
  if (sighting.excluded && (order.state === "submitting" || order.erp)) return inErpThoughExcluded(order);
  if (isDisputed(order, sighting)) return { reason: "cancel-disputed", tell: "cancel-disputed" };
  // What the ERP holds of it is just what nobody knows.
  if (order.state === "held" && !isHeldUnsent(order))
    return { reason: "cancelled-while-held", tell: "cancelled-while-held" };
  const by = { account: voiceOf(sighting), version: sighting.version };
  if (order.state === "submitting" || order.erp) {
    const dueAt = order.state === "submitting" ? order.dueAt : now;
    return { reason: "cancel-requested", changes: { cancelRequested: by, dueAt } };
  }
  const changes = { state: "cancelled", cancelledBy: by, lease: undefined, dueAt: order.expiresAt } as const;
  return { reason: "cancelled", changes };
}

/** It is no cancel of the purchase, so nothing is cancelled in the ERP; what another writer put there is its business. */
function inErpThoughExcluded({ erp }: Order): Effect | undefined {
  const reason = "in-erp-though-excluded";
  return erp?.how === "linked" ? undefined : { reason, tell: reason };
}

/**
 * Staff that clears a second import away cancels a copy, not the purchase: another order of the same source is still
 * ready, or the one who gave the purchase its best id still says that it is ready.
 */
function isDisputed(order: Order, sighting: Sighting): boolean {
  const others = otherReady(order, sighting);
  if (others.some((s) => isOfSameVoice(s, sighting))) return true;
  return !isOwner(order, voiceOf(sighting)) && others.some((s) => isOwner(order, voiceOf(s)));
}

function otherReady(order: Order, sighting: Sighting): Source[] {
  return order.sources.filter((s) => !isSameOrder(s, sighting) && s.role === "report" && s.readiness === "ready");
}

/** Only who cancelled may revive, with a newer version; what Kojarz itself gave up, anybody may. */
function reviving(order: Order, known: Source | undefined, sighting: Sighting, now: Instant): Effect | undefined {
  const by = order.cancelRequested ?? order.cancelledBy;
  const gaveUp = by?.account === KOJARZ;
  if (!by || (by.account !== voiceOf(sighting) && !gaveUp)) return undefined;
  if (!gaveUp && sighting.version < by.version) return undefined;
  if (!gaveUp && sighting.version === by.version) {
    // Nobody can say which of the two came last: a platform's time does not move with every change.
    return known?.readiness === "cancelled" ? { reason: "revived", held: "revived-at-same-version" } : undefined;
  }
  if (order.cancelRequested) {
    // The ERP may have cancelled it already, and only the answer is missing.
    return order.state === "submitting"
      ? { reason: "revived", changes: { cancelRequested: undefined } }
      : { reason: "revived", held: "revived-while-cancelling" };
  }
  if (order.state !== "cancelled") return undefined;
  const changes = { state: "pending", cancelledBy: undefined, reason: undefined, dueAt: now } as const;
  return order.erp === undefined
    ? { reason: "revived", changes, renews: true }
    : { reason: "revived", held: "revived-after-erp-cancel" };
}

/**
 * The owner of the purchase says ready for the first time, and a copy or a relay cancelled it before anybody could
 * dispute that. Nobody but who cancelled revives; a person hears of it.
 */
function overruling(order: Order, sighting: Sighting): Effect | undefined {
  const by = order.cancelRequested ?? order.cancelledBy;
  if (!by || isOwner(order, by.account) || !isOwner(order, voiceOf(sighting))) return undefined;
  if (order.sources.some((s) => s.readiness === "ready" && isSameOrder(s, sighting))) return undefined;
  return { reason: "ready-though-cancelled", tell: "ready-though-cancelled" };
}

/**
 * What a person has to know although it moves no state: money was paid back or on top; or the ERP has the order, or is being
 * given it, and the source now says otherwise: goods, price or delivery. A status or a payment alone is no edit.
 */
export function changeToTell(
  order: Order,
  known: Source | undefined,
  sighting: Sighting,
  role: Source["role"],
  next: Order["state"],
): HeldReason | undefined {
  if (role === "part") return isAside(next) ? undefined : paymentOfPart(known, sighting);
  const payment = paymentToTell(order, sighting, next);
  if (payment) return payment;
  if (isAside(order.state)) return undefined;
  if (role === "late")
    return sighting.readiness === "cancelled" && known?.readiness !== "cancelled"
      ? "cancelled-after-window"
      : undefined;
  if (order.state !== "delivered" && order.state !== "submitting") return undefined;
  if (!known?.report || known.readiness === "waiting" || sighting.readiness !== "ready") return undefined;
  const { lines, shipping } = sighting.report;
  const same =
    known.money?.minor === sighting.total && agree([known.report.lines, known.report.shipping], [lines, shipping]);
  return same ? undefined : "edited-after-delivery";
}

/** @param order what is known of the purchase; undefined where this is its first report */
export function paymentToTell(
  order: Order | undefined,
  sighting: Sighting,
  next: Order["state"],
): "refunded" | "surcharge" | undefined {
  if (isAside(next)) return undefined;
  if (isMore(order, sighting, "refunded")) return "refunded";
  return isMore(order, sighting, "surcharged") ? "surcharge" : undefined;
}

/** What was paid for a part is no share of what was paid for the whole: it is compared with itself. */
function paymentOfPart(known: Source | undefined, sighting: Sighting): "refunded" | "surcharge" | undefined {
  if ((sighting.refunded ?? 0) > (known?.refunded ?? 0)) return "refunded";
  return (sighting.surcharged ?? 0) > (known?.surcharged ?? 0) ? "surcharge" : undefined;
}

/** More than any source said before; or, of what did not go to the ERP and now does, anything at all. */
function isMore(order: Order | undefined, sighting: Sighting, what: "refunded" | "surcharged"): boolean {
  const sources = order?.sources ?? [];
  const before = Math.max(0, ...sources.map((s) => (s.role === "part" ? 0 : (s[what] ?? 0))));
  const told = order && !isAside(order.state) ? before : 0;
  return Math.max(before, sighting[what] ?? 0) > told;
}

/** It does not go to the ERP as it stands: nothing of it there can be wrong. */
function isAside(state: Order["state"]): boolean {
  return state === "waiting" || state === "cancelled";
}

/** One account may report an order in two ways, one of which says less: what only one side says is no difference. */
function agree(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === undefined || b === undefined || a === b;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  const known = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([name, value]) => agree(value, known.get(name)));
}
