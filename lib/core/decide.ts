/**
 * The decision: from one sighting and what its keys point at, to a verdict and the one write that makes it true. Pure.
 */

import { cartWrites, rivalOf, setAside } from "./carts.ts";
import { type Decision, type Evidence, held, ignored } from "./decision.ts";
import { disputeOf, isTold, likeliest, toldOf } from "./disputes.ts";
import { absorbing, ambiguous, type Doubtful, doubted, furtherReport } from "./further-report.ts";
import type { HeldReason } from "./held-reasons.ts";
import { type Candidate, isTakeable, relate } from "./identity.ts";
import { type Key, keyId } from "./keys.ts";
import { withNotice } from "./notices.ts";
import { type Instant, isLive, type Order, SHADOWED, type Sighting, sourceOf } from "./order.ts";
import type { Found, KeyRecord, Write } from "./ports/claims.ts";
import { keyWrites, losing, newOrder } from "./record.ts";
import { releasedReport } from "./released-report.ts";
import type { Rules } from "./rules.ts";
import { everywhereIn, sharedId, sharedNumber, toldOfId } from "./shared-keys.ts";
import { lacksGoods, orderedAt } from "./sighting.ts";
import { orderApart, owns } from "./sources.ts";
import { present, withEvent } from "./writes.ts";

/**
 * Judges one report. Nothing is written yet: the decision says what is to be.
 * @param found what a look at its keys showed. Where a person told orders apart, those that it may be of are among them
 */
export function decide(sighting: Sighting, found: Found, now: Instant, rules: Rules): Decision {
  const decision = judge(sighting, found, now, rules);
  const { write, key, verdict, reason } = decision;
  if (!write?.order || verdict === "duplicate") return decision;
  const { account, sourceOrder } = sighting;
  const by = key && { key: keyId(key), rank: key.rank };
  const after = withEvent(write.order.after, { at: now, what: verdict, why: reason, account, sourceOrder, ...by });
  return { ...decision, write: { ...write, order: { ...write.order, after } } };
}

function judge(sighting: Sighting, found: Found, now: Instant, rules: Rules): Decision {
  const looked = lookAt({ ...sighting, keys: usableKeys(sighting, found) }, found, now, rules);
  if (rules.released && !looked.candidates.some(({ order }) => sourceOf(order, sighting.account, sighting.sourceOrder)))
    return releasedReport(looked);
  const waiting = looked.candidates.find((c) => isReadyNow(c, sighting));
  const evidence = { ...looked, candidates: looked.candidates.filter((c) => c !== waiting) };
  const [first, ...more] = evidence.candidates.filter(({ relation }) => relation.is === "same");
  if (first && more.length > 0) return ambiguous(first, more, sighting);
  if (first && waiting) return absorbing(first, waiting, evidence);
  if (first) return furtherReport(first, evidence);
  const doubtful = doubtfulOf(evidence.candidates);
  if (doubtful) return doubted(doubtful, waiting, evidence);
  if (waiting) return furtherReport(waiting, evidence);
  return firstReport(evidence);
}

/**
 * Only now it is one for the ERP, and nobody else knows of it: it is judged as if it were new. What it was while it waited
 * proved nothing: its total was not complete, and others have reported since.
 */
function isReadyNow({ order, relation }: Candidate, sighting: Sighting): boolean {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  const isAlone = order.state === "waiting" && order.sources.length === 1 && known !== undefined;
  return isAlone && relation.is === "same" && sighting.readiness === "ready" && sighting.version >= known.version;
}

/** Of several doubts the one whose order agrees says most: it is that purchase, and a setting is wrong. */
function doubtfulOf(candidates: readonly Candidate[]): Doubtful | undefined {
  const doubtful = candidates.flatMap(({ order, relation }) =>
    relation.is === "doubtful" ? [{ order, relation }] : [],
  );
  return doubtful.find(({ relation }) => relation.reason === "other-reading-fits") ?? doubtful[0];
}

/**
 * A number that two orders carry decides nothing any more. Of orders that a person told apart each knows its own reports, by
 * what they share, too.
 */
function usableKeys(sighting: Sighting, found: Found): Key[] {
  return sighting.keys.filter((key) => {
    const known = found.keys.get(keyId(key));
    const order = known?.shared ? found.orders.get(known.order) : undefined;
    return !known?.shared || (order?.apart && isOfEither(order, sighting));
  });
}

function isOfEither(order: Order, sighting: Sighting): boolean {
  return (
    sourceOf(order, sighting.account, sighting.sourceOrder) !== undefined || orderApart(order, sighting) !== undefined
  );
}

/**
 * Groups the keys by the order they point to. Expiry is judged here, after the read and with the order at hand:
 * a record that the store has not deleted yet proves nothing, and an unfinished order does not expire.
 */
function lookAt(sighting: Sighting, found: Found, now: Instant, rules: Rules): Evidence {
  const byOrder = new Map<string, Array<{ key: Key; known: KeyRecord }>>();
  const free = new Set<Key>();
  for (const key of sighting.keys) {
    const known = found.keys.get(keyId(key));
    const order = known && found.orders.get(known.order);
    if (!known || !order || !isRemembered(known, order, now)) free.add(key);
    else byOrder.set(order.id, [...(byOrder.get(order.id) ?? []), { key, known }]);
  }
  const candidates = [...byOrder].flatMap(([id, matched]): Candidate[] => {
    const order = found.orders.get(id);
    if (!order) return [];
    const apart = orderApart(order, sighting);
    if (apart !== undefined) return toldApart(found.orders.get(apart), matched, now);
    const ranks = matched.map(({ key, known }) => ({ key, known: known.rank }));
    const relation = relate(sighting, order, ranks);
    if (relation.is === "different")
      for (const { key, known } of ranks) if (isTakeable(key, known, sighting, order)) free.add(key);
    return [{ order, live: isLive(order, now), relation, keys: matched.map(({ key }) => key) }];
  });
  return { sighting, candidates, free: sighting.keys.filter((key) => free.has(key)), found, now, rules };
}

/** The order that a report is of, whatever its keys point to; none where the store has forgotten it. */
function toldApart(order: Order | undefined, [matched]: readonly { key: Key }[], now: Instant): Candidate[] {
  if (!order || !matched) return [];
  const { key } = matched;
  return [{ order, live: isLive(order, now), relation: { is: "same", rank: key.rank, key }, keys: [] }];
}

/** Numbers match within the window only; internet ids stay longer, to answer `late`. */
function isRemembered(known: KeyRecord, order: Order, now: Instant): boolean {
  if (isLive(order, now)) return true;
  return known.kind === "internet-id" && known.memoryUntil > now;
}

/** The first report of a purchase. */
function firstReport({ sighting, free, candidates: others, found, now, rules }: Evidence): Decision {
  if (rules.acceptFrom !== undefined && (orderedAt(sighting) ?? now) < rules.acceptFrom)
    return ignored("before-accept-from");
  if ((sighting.placedAt ?? now) < now - rules.memoryMs) {
    const isPaidNow = (sighting.orderedAt ?? 0) >= now - rules.memoryMs && sighting.readiness === "ready";
    return isPaidNow ? held("old-and-paid-now") : ignored("older-than-memory");
  }
  if (rules.holdBefore !== undefined && (orderedAt(sighting) ?? now) < rules.holdBefore)
    return sighting.readiness === "cancelled" ? ignored("cancelled") : held("older-than-start");
  if (sighting.doubt !== undefined)
    return sighting.readiness === "cancelled" ? ignored("cancelled") : held(sighting.doubt);
  const beside = sighting.readiness === "waiting" ? undefined : partBeside(sighting);
  const repeated = beside ? undefined : others.find(({ relation }) => everywhereIn(relation));
  const numbers = others.flatMap(({ relation }) => sharedNumber(relation, sighting, free, found));
  const shared = [...numbers, ...(repeated ? sharedId(repeated.relation, found) : [])];
  const best = startOf(sighting, free, found);
  if (!best) return held(others.length > 0 ? "ids-taken" : "no-usable-key");
  if (sighting.readiness === "ready" && !sighting.money) return held("total-unknown", undefined, best);
  if (lacksGoods(sighting)) return held("no-lines", undefined, best);

  const disputing = sighting.readiness === "cancelled" ? [] : others.filter(({ relation }) => isTold(relation));
  const disputed = disputing.length > 0 ? likeliest(disputing, sighting) : undefined;
  const first = newOrder(sighting, free, now, rules);
  const dispute = disputed && disputeOf(disputed, first, sighting);
  const isOwnDispute = dispute?.account === sighting.account && dispute.sourceOrder === sighting.sourceOrder;
  const noted = isOwnDispute ? withNotice(first, dispute) : first;
  const rival = sighting.cart && rivalOf(sighting, found, now);
  const order = rival ? setAside(noted, sighting) : noted;
  const carts = sighting.cart ? cartWrites(sighting, order, found, now) : [];
  const keys = [...keyWrites(free, order, found, now), ...carts, ...shared];
  const also = losing(keys, found, now, rules.stamp, dispute);
  const write = present<Write>({ order: { before: undefined, after: order }, keys, also });
  const reason = order.shadowed ? SHADOWED : numbers.length > 0 ? "shared-number" : sighting.status;
  if (order.state === "cancelled")
    return { verdict: "ignored", reason: cancelReason(sighting), order: order.id, key: best, write };
  if (rival) return { ...held("same-cart", order.id, best), write, tell: "same-cart", joins: [rival, order] };
  const told = disputed
    ? toldOf(disputed, order, sighting)
    : present<Pick<Decision, "tell" | "about">>({
        tell: beside,
        ...(repeated && toldOfId(repeated.relation, sighting)),
      });
  const named = { reason, order: order.id, key: best, write, ...told };
  return order.state === "waiting" ? { verdict: "waiting", ...named } : { verdict: "new", ...named };
}

/**
 * The key that a new order begins with. A source's own id alone, as a trace, is none where what it says of the purchase is
 * the number of several.
 */
function startOf(sighting: Sighting, free: readonly Key[], found: Found): Key | undefined {
  const [best, ...more] = [...free].filter(({ rank }) => rank < 5).sort((a, b) => a.rank - b.rank);
  if (!best || best.rank < 4) return best;
  const own = free.find((key) => owns(sighting.reporter, key.issuer));
  const isShared = sighting.keys.some((key) => key.rank < 5 && found.keys.get(keyId(key))?.shared);
  return isShared || more.length === 0 ? undefined : own;
}

/**
 * What a person hears of a first report: that money went back, or came on top, or a part was cancelled, before the ERP
 * has the order.
 */
function partBeside({ refunded = 0, surcharged = 0, cancelledInPart }: Sighting): HeldReason | undefined {
  if (refunded > 0) return "refunded";
  if (cancelledInPart) return "cancelled-in-part";
  return surcharged > 0 ? "surcharge" : undefined;
}

function cancelReason({ excluded, status }: Sighting): string {
  return excluded ? status : "cancelled";
}
