/** How a further report moves the state of an order, and what a person has to hear of it. Pure. */
import { type Change, changesOf } from "./changes.ts";
import type { HeldReason } from "./held-reasons.ts";
import { agreesInWorth, formatMinor } from "./money.ts";
import {
  DAY,
  type Instant,
  isShadowed,
  KOJARZ,
  type Order,
  SHADOWED,
  type Sighting,
  type Source,
  sourceOf,
} from "./order.ts";
import { lacksGoods } from "./sighting.ts";
import { isOwner, isSameOrder, isSameReporter, reporterOf } from "./sources.ts";
import { type change, inShadow } from "./states.ts";
import { present } from "./writes.ts";

/** What a report does to the state of its order. `reason`: the source's word for it, or ours. */
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

/**
 * @param rival the order that sends the goods of the same cart already
 * @param kept the report is taken in in shadow mode: it brings nothing into the ERP, and takes nothing back there
 */
export function effectOf(
  order: Order,
  sighting: Sighting,
  now: Instant,
  rival: Order | undefined,
  kept = false,
): Effect | undefined {
  const effect = liveEffectOf(order, sighting, now, rival);
  if (!kept || !effect?.changes) return effect;
  const { changes, ...rest } = effect;
  if (changes.cancelRequested) return undefined;
  return changes.state === "pending"
    ? { ...rest, reason: SHADOWED, changes: { ...changes, ...inShadow(order, now) } }
    : effect;
}

function liveEffectOf(order: Order, sighting: Sighting, now: Instant, rival: Order | undefined): Effect | undefined {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  // Told in two ways, an order's news come in any order: what is older than what the other way told moves nothing.
  if (order.sources.some((s) => isSameOrder(s, sighting) && s.version > sighting.version)) return undefined;
  switch (sighting.readiness) {
    case "waiting":
      return onNotReady(order, known, sighting);
    case "cancelled":
      return known?.readiness === "cancelled" ? undefined : onCancelled(order, sighting, now);
    case "ready": {
      const effect =
        onReady(order, known, sighting, now) ??
        onReactivated(order, known, sighting, now) ??
        onOwnerDisputes(order, sighting);
      if (isWithoutGoods(order, sighting)) return setAside(order, "no-lines", effect);
      return rival ? besideRival(order, known, effect) : effect;
    }
    default:
      return sighting.readiness satisfies never;
  }
}

/** Its only ready source takes it back before the ERP has it: paid, then failed. */
function onNotReady(order: Order, known: Source | undefined, sighting: Sighting): Effect | undefined {
  const goes = order.state === "pending" || isShadowed(order);
  if (!goes || known?.readiness !== "ready" || sighting.version <= known.version) return undefined;
  if (otherReady(order, sighting).length > 0) return undefined;
  return { reason: "not-ready", changes: { state: "waiting", reason: undefined, dueAt: order.expiresAt - DAY } };
}

function onReady(order: Order, known: Source | undefined, sighting: Sighting, now: Instant): Effect | undefined {
  // Who was ready in shadow mode brings it nowhere by saying so again.
  if (order.state === "held" && order.shadowed && known?.readiness === "ready") return undefined;
  // Whose it is says the shop that made two orders of one cart, and nobody who only relays one of them.
  if (order.reason === "same-cart" && !sighting.cart) return undefined;
  const lacked = order.reason === "gone-at-source" || sighting.money !== undefined;
  if (order.state !== "waiting" && !(isHeldUnsent(order) && lacked)) return undefined;
  return { reason: "ready", changes: { state: "pending", reason: undefined, shadowed: undefined, dueAt: now } };
}

const UNSENT: ReadonlySet<string | undefined> = new Set<HeldReason | typeof SHADOWED>([
  "gone-at-source",
  "no-lines",
  "same-cart",
  SHADOWED,
  "taken-in-shadow",
  "total-unknown",
]);

/** Held before the ERP was given anything of it, until a report brings what is missing. */
function isHeldUnsent({ state, reason }: Order): boolean {
  return state === "held" && UNSENT.has(reason);
}

/** An order of nothing: no report that could be sent has any goods. */
function isWithoutGoods(order: Order, sighting: Sighting): boolean {
  const hasGoods = ({ report }: Pick<Source, "report">) => (report?.lines.length ?? 0) > 0;
  return lacksGoods(sighting) && !otherReady(order, sighting).some(hasGoods);
}

/** What would go to the ERP, or waits to go there, stays here for a person. What is there already is no matter of this. */
function setAside(order: Order, reason: "no-lines" | "same-cart", effect: Effect | undefined): Effect | undefined {
  const goes = effect ? effect.changes?.state === "pending" : order.state === "pending";
  if (!goes) return effect;
  if (order.state === "held" && order.reason === reason) return undefined;
  const changes = { ...effect?.changes, state: "held", reason, dueAt: Math.max(order.expiresAt - DAY, 0) } as const;
  return { ...effect, reason, changes, tell: reason };
}

/** Whoever is taken in, or let go by a person, goes on; what both have sent is told when it shows. */
function besideRival(order: Order, known: Source | undefined, effect: Effect | undefined): Effect | undefined {
  if (order.state === "pending" && known) return effect;
  if (isInErp(order) && !known) return { ...effect, reason: "same-cart", tell: "same-cart" };
  return setAside(order, "same-cart", effect);
}

function onCancelled(order: Order, sighting: Sighting, now: Instant): Effect | undefined {
  if (order.state === "cancelled" || order.cancelRequested) return undefined;
  if (sighting.excluded && (order.state === "submitting" || order.erp)) return inErpThoughExcluded(order);
  if (isDisputed(order, sighting)) return { reason: "cancel-disputed", tell: "cancel-disputed" };
  // What the ERP holds of it is just what nobody knows.
  if (order.state === "held" && !isHeldUnsent(order))
    return { reason: "cancelled-while-held", tell: "cancelled-while-held" };
  const by = { account: sighting.reporter, version: sighting.version };
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
  if (others.some((s) => isSameReporter(s, sighting))) return true;
  return !isOwner(order, sighting.reporter) && others.some((s) => isOwner(order, reporterOf(s)));
}

function otherReady(order: Order, sighting: Sighting): Source[] {
  return order.sources.filter((s) => !isSameOrder(s, sighting) && s.role === "report" && s.readiness === "ready");
}

/** Only who cancelled may revive, with a newer version; what Kojarz itself gave up, anybody may. */
function onReactivated(order: Order, known: Source | undefined, sighting: Sighting, now: Instant): Effect | undefined {
  const by = order.cancelRequested ?? order.cancelledBy;
  const gaveUp = by?.account === KOJARZ;
  if (!by || (by.account !== sighting.reporter && !gaveUp)) return undefined;
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
function onOwnerDisputes(order: Order, sighting: Sighting): Effect | undefined {
  const by = order.cancelRequested ?? order.cancelledBy;
  if (!by || isOwner(order, by.account) || !isOwner(order, sighting.reporter)) return undefined;
  if (order.sources.some((s) => s.readiness === "ready" && isSameOrder(s, sighting))) return undefined;
  return { reason: "ready-though-cancelled", tell: "ready-though-cancelled" };
}

/** What a person is told, and what differs from what the ERP was given. */
export type Told = { reason: HeldReason; changes?: Change[] };

/**
 * What a person has to know although it moves no state: money was paid back or on top; or the ERP has the order, or is being
 * given it, and the source takes it back or now says otherwise. A payment or a progress of its status is no edit.
 */
export function changeToTell(
  order: Order,
  known: Source | undefined,
  sighting: Sighting,
  role: Source["role"],
  next: Order["state"],
): Told | undefined {
  const payment = role === "part" ? paymentOfPart(known, sighting) : paymentToTell(order, sighting);
  if (payment && !isAside(next)) return { reason: payment };
  if (sighting.cancelledInPart && !known?.cancelledInPart && !isAside(next)) return { reason: "cancelled-in-part" };
  if (role === "part" || isAside(order.state)) return undefined;
  if (sighting.steppedBack && isTakenBack(order, known, sighting)) return { reason: "unready-after-delivery" };
  if (role === "late")
    return sighting.readiness === "cancelled" && known?.readiness !== "cancelled"
      ? { reason: "cancelled-after-window" }
      : undefined;
  const isWhole = sighting.readiness === "ready" || sighting.unconfigured !== undefined;
  if (!isInErp(order) || !isWhole) return undefined;
  return (
    editToTell(known, sighting) ??
    (sighting.readiness === "ready" ? editWhileWaiting(order, known, sighting) : undefined)
  );
}

/** It is in the ERP, or on its way there. */
function isInErp({ state }: Order): boolean {
  return state === "delivered" || state === "submitting";
}

/** Whoever else still says ready answers for the order, unless the one who says otherwise gave it its best id. */
function isTakenBack(order: Order, known: Source | undefined, sighting: Sighting): boolean {
  if (!isInErp(order) || order.cancelRequested || known?.readiness !== "ready") return false;
  return otherReady(order, sighting).length === 0 || isOwner(order, sighting.reporter);
}

/** Told when it is news: what differs from what the ERP was given, and did not at the last report. */
function editToTell(known: Source | undefined, sighting: Sighting): Told | undefined {
  const given = known?.given ?? (known?.readiness === "waiting" ? undefined : known?.report);
  if (!known || !given) return undefined;
  const changes = changesOf({ report: given, money: known.given ? undefined : known.money }, sighting);
  const last = known.report && changesOf({ report: known.report, money: known.money }, sighting);
  const wasUntold = known.readiness === "waiting" && sighting.readiness === "ready";
  const isNews = last === undefined || last.length > 0 || wasUntold;
  return changes.length > 0 && isNews ? { reason: "edited-after-delivery", changes } : undefined;
}

/**
 * Another source's report went to the ERP while the purchase's own source still waited. Goods that wait may be incomplete, so
 * its total is compared with what the ERP was given, once: when it becomes ready.
 */
function editWhileWaiting(
  order: Order,
  known: Source | undefined,
  { money, reporter, report }: Sighting,
): Told | undefined {
  const { sent } = order;
  if (known?.readiness !== "waiting" || !isOwner(order, reporter) || sent === undefined || !money) return undefined;
  const given = { currency: money.currency, minor: sent };
  if (agreesInWorth(money, given, report.lines.length)) return undefined;
  const [from, to] = [sent, money.minor].map((minor) => formatMinor(minor, money.currency));
  return { reason: "edited-after-delivery", changes: [present<Change>({ what: "total", from, to })] };
}

/**
 * What the ERP was given of a source, to be kept beside a later report of it that says otherwise, or is not ready. What is
 * told again as it was given needs no second copy.
 */
export function givenBeside(order: Order, known: Source | undefined, sighting: Sighting): Pick<Source, "given"> {
  const given = known?.given ?? (isInErp(order) && known?.readiness === "ready" ? known.report : undefined);
  const isAsGiven = given && sighting.readiness === "ready" && changesOf({ report: given }, sighting).length === 0;
  return given && !isAsGiven ? { given } : {};
}

function paymentToTell(order: Order, sighting: Sighting): "refunded" | "surcharge" | undefined {
  if (isMore(order, sighting, "refunded")) return "refunded";
  return isMore(order, sighting, "surcharged") ? "surcharge" : undefined;
}

/** What was paid for a part is no share of what was paid for the whole: it is compared with itself. */
function paymentOfPart(known: Source | undefined, sighting: Sighting): "refunded" | "surcharge" | undefined {
  if ((sighting.refunded ?? 0) > (known?.refunded ?? 0)) return "refunded";
  return (sighting.surcharged ?? 0) > (known?.surcharged ?? 0) ? "surcharge" : undefined;
}

/** More than any source said before; or, of what did not go to the ERP and now does, anything at all. */
function isMore(order: Order, sighting: Sighting, what: "refunded" | "surcharged"): boolean {
  const before = Math.max(0, ...order.sources.map((s) => (s.role === "part" ? 0 : (s[what] ?? 0))));
  const told = isAside(order.state) ? 0 : before;
  return Math.max(before, sighting[what] ?? 0) > told;
}

/** It does not go to the ERP as it stands: nothing of it there can be wrong. */
function isAside(state: Order["state"]): boolean {
  return state === "waiting" || state === "cancelled";
}
