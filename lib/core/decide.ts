/** The decision: from one sighting and what its keys point at, to a verdict and the one write that makes it true. Pure. */

import { cartWrites, rivalOf, setAside } from "./carts.ts";
import type { Change } from "./changes.ts";
import { disputeOf, isDoubted, isOtherReading, isTold, toldOf } from "./disputes.ts";
import type { HeldReason } from "./held-reasons.ts";
import { type Candidate, isTakeable, type Relation, relate } from "./identity.ts";
import { type Key, keyId } from "./keys.ts";
import { namedIn, settledIn, withNotice } from "./notices.ts";
import {
  type Instant,
  isLive,
  KOJARZ,
  type OpenNotice,
  type Order,
  type Sighting,
  sourceOf,
  type Verdict,
} from "./order.ts";
import type { Found, KeyRecord, Write } from "./ports/claims.ts";
import { joined, keyWrites, losing, newOrder, withGuesses } from "./record.ts";
import { current, isAnotherPurchase, roleOf } from "./roles.ts";
import type { Rules } from "./rules.ts";
import { lacksGoods } from "./sighting.ts";
import { apartFrom, orderApart, owns } from "./sources.ts";
import { cancelledOrder, change } from "./states.ts";
import { present, withEvent } from "./writes.ts";

export type Decision = Judged & {
  order?: string;
  /** The key that decided. */
  key?: Key;
  write?: Write;
  /** Orders that turn out to be one purchase, or that may be. */
  joins?: Order[];
  /** All orders, by their ids, that what is told has named so far, where it was told before. */
  named?: string[] | undefined;
  /** What a person has to be told beside the verdict: the ERP has the order as it was before. */
  tell?: HeldReason;
  /** Of whose report it is told, where that is not the one decided on. */
  about?: Pick<OpenNotice, "account" | "sourceOrder">;
  /** What differs from what the ERP was given. */
  changes?: Change[];
  /** It is older than what was heard last and says otherwise: its source has to be asked. */
  recheck?: true;
  /** Other orders of its source that have to be read, see `Joined`. */
  reread?: string[];
};

/** Who holds something says so in words that a person finds explained. */
export type Judged = { verdict: "held"; reason: HeldReason } | { verdict: Exclude<Verdict, "held">; reason: string };

/** Where a person told orders apart, `found` has those, too, that this report is of. */
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
  const keys = usableKeys(sighting, found);
  const looked = lookAt({ ...sighting, keys }, found, now);
  const { free } = looked;
  if (rules.released && !looked.candidates.some(({ order }) => sourceOf(order, sighting.account, sighting.sourceOrder)))
    return releasedReport({ ...sighting, keys }, free, looked.candidates, found, now, rules);
  const waiting = looked.candidates.find((c) => isReadyNow(c, sighting));
  const candidates = looked.candidates.filter((c) => c !== waiting);
  const same = candidates.filter((c) => c.relation.is === "same");
  const [first, ...more] = same;
  const judged = { ...sighting, keys };
  if (first && more.length > 0) return ambiguous(first, more, sighting);
  if (first && waiting) return absorbing(first, waiting, candidates, judged, free, found, now, rules);
  if (first) return furtherReport(first, candidates, judged, free, found, now, rules);
  const doubtful = doubtfulOf(candidates);
  if (doubtful) return doubted(doubtful, waiting, free, found, now, rules);
  if (waiting) return furtherReport(waiting, candidates, judged, free, found, now, rules);
  return firstReport(judged, free, candidates, found, now, rules);
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

/** It turns out to be a purchase that others have reported: its own order, which nobody was given, ends in that. */
function absorbing(
  first: Candidate,
  waiting: Candidate,
  candidates: readonly Candidate[],
  sighting: Sighting,
  free: readonly Key[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  const theirs = [...free, ...waiting.keys];
  const decision = furtherReport(first, candidates, sighting, theirs, found, now, rules);
  const { write } = decision;
  if (!write?.order) return decision;
  const end = endOf(waiting.order, rules);
  const also = [...(write.also ?? []).filter(({ before }) => before.id !== end.before.id), end];
  const settle = [...(write.settle ?? []), ...(settledIn(end.before, end.after, now, rules.windowMs) ?? [])];
  return { ...decision, write: { ...write, also, ...(settle.length > 0 && { settle }) } };
}

/** Who ended it, so that anybody may revive it. */
const BY_KOJARZ = { account: KOJARZ, version: 0 };

type Doubtful = { order: Order; relation: Extract<Relation, { is: "doubtful" }> };

/** Of several doubts the one whose order agrees says most: it is that purchase, and a setting is wrong. */
function doubtfulOf(candidates: readonly Candidate[]): Doubtful | undefined {
  const doubtful = candidates.flatMap(({ order, relation }) =>
    relation.is === "doubtful" ? [{ order, relation }] : [],
  );
  return doubtful.find(({ relation }) => relation.reason === "other-reading-fits") ?? doubtful[0];
}

/**
 * What fits by another reading than the setting says is that purchase, most likely: whatever its source tells of it later,
 * over another total or of a part of it, is not to start an order either.
 */
function doubted(
  { order, relation }: Doubtful,
  waiting: Candidate | undefined,
  free: readonly Key[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  const decision = held(relation.reason, order.id, relation.key);
  if (relation.reason !== "other-reading-fits") return decision;
  const guesses = [...free, ...(waiting?.keys ?? [])].flatMap((key): Key[] =>
    key.rank < 5 ? [{ ...key, rank: 4 }] : [],
  );
  const after = withGuesses(order, guesses, rules);
  const keys = keyWrites(guesses, after, found, now);
  if (keys.length === 0) return decision;
  const end = waiting && endOf(waiting.order, rules);
  const losers = losing(keys, found, now, rules.stamp)?.filter(({ before }) => before.id !== end?.before.id) ?? [];
  const also = [...losers, ...(end ? [end] : [])];
  return { ...decision, write: { order: { before: order, after }, keys, ...(also.length > 0 && { also }) } };
}

/** An order that nobody was given ends, because its report is another one's. */
function endOf(before: Order, { stamp }: Rules): { before: Order; after: Order } {
  return { before, after: { ...cancelledOrder(before, stamp, BY_KOJARZ), keys: [], open: [] } };
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
function lookAt(sighting: Sighting, found: Found, now: Instant): { candidates: Candidate[]; free: Key[] } {
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
  return { candidates, free: sighting.keys.filter((key) => free.has(key)) };
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

/** What is no order yet becomes one after the start, however long ago it was placed: nobody else ever saw it ready. */
function orderedAt({ orderedAt, placedAt, readiness }: Sighting): Instant | undefined {
  return orderedAt ?? (readiness === "waiting" ? undefined : placedAt);
}

/** The first report of a purchase. */
function firstReport(
  sighting: Sighting,
  free: readonly Key[],
  others: readonly Candidate[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
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

  const disputed = sighting.readiness === "cancelled" ? undefined : others.find(({ relation }) => isTold(relation));
  const first = newOrder(sighting, free, now, rules);
  const dispute = disputed && disputeOf(disputed, first, sighting);
  const isOwnDispute = dispute?.account === sighting.account && dispute.sourceOrder === sighting.sourceOrder;
  const disputing = isOwnDispute ? withNotice(first, dispute) : first;
  const rival = sighting.cart && rivalOf(sighting, found, now);
  const order = rival ? setAside(disputing, sighting) : disputing;
  const carts = sighting.cart ? cartWrites(sighting, order, found, now) : [];
  const keys = [...keyWrites(free, order, found, now), ...carts, ...shared];
  const also = losing(keys, found, now, rules.stamp, dispute);
  const write = present<Write>({ order: { before: undefined, after: order }, keys, also });
  const reason = numbers.length > 0 ? "shared-number" : sighting.status;
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

/** A report that a person lets in as a purchase of its own: what it shares with others decides nothing from then on. */
function releasedReport(
  sighting: Sighting,
  free: readonly Key[],
  others: readonly Candidate[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  const [best] = sighting.keys;
  if (!best) return held("no-usable-key");
  if (sighting.readiness === "ready" && !sighting.money) return held("total-unknown", undefined, best);
  const orders = [...new Set(others.map(({ order }) => order))];
  const order = { ...newOrder(sighting, sighting.keys, now, rules), apart: apartFrom({}, orders) };
  const shared = sighting.keys.flatMap((key) => (free.includes(key) ? [] : (found.keys.get(keyId(key)) ?? [])));
  const keys = [
    ...keyWrites(free, order, found, now),
    ...shared.map((before) => ({ before, after: { ...before, shared: true } })),
  ];
  const also = orders.map((before) => ({
    before,
    after: change(before, rules.stamp, { apart: apartFrom(before, [order]) }),
  }));
  const write = { order: { before: undefined, after: order }, keys, also };
  const named = { reason: "released", order: order.id, key: best, write };
  const verdict = { ready: "new", waiting: "waiting", cancelled: "ignored" } as const;
  return { verdict: verdict[sighting.readiness], ...named };
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

/** What a person hears of a first report: that money went back, or came on top, or a part was cancelled, before the ERP has the order. */
function partBeside({ refunded = 0, surcharged = 0, cancelledInPart }: Sighting): HeldReason | undefined {
  if (refunded > 0) return "refunded";
  if (cancelledInPart) return "cancelled-in-part";
  return surcharged > 0 ? "surcharge" : undefined;
}

function cancelReason({ excluded, status }: Sighting): string {
  return excluded ? status : "cancelled";
}

/** The number that a different order carries, too: from now on it decides nothing. A guess at it says nothing of it. */
function sharedNumber(relation: Relation, sighting: Sighting, free: readonly Key[], found: Found): Write["keys"] {
  const name = keyId(relation.key);
  const before = found.keys.get(name);
  const isClaimed = sighting.keys.some((key) => keyId(key) === name && key.rank < 4);
  const isTaken = free.some((key) => keyId(key) === name);
  return before && relation.is === "different" && before.kind === "customer-number" && isClaimed && !isTaken
    ? [{ before, after: { ...before, shared: true } }]
    : [];
}

function everywhereIn(relation: Relation): Key | undefined {
  return relation.is === "different" ? relation.everywhere : undefined;
}

/** An id that stands in every order of a source decides nothing any more. */
function sharedId(relation: Relation, found: Found): Write["keys"] {
  const key = everywhereIn(relation);
  const before = key && found.keys.get(keyId(key));
  return before ? [{ before, after: { ...before, shared: true } }] : [];
}

/** Once, however many orders have it: who looks for it later finds that it is shared. */
function toldOfId(relation: Relation, { account }: Sighting): Pick<Decision, "tell" | "about"> {
  return { tell: "id-in-every-order", about: { account, sourceOrder: `id:${everywhereIn(relation)?.value}` } };
}

/** A further report of a known purchase. */
function furtherReport(
  candidate: Candidate,
  candidates: readonly Candidate[],
  sighting: Sighting,
  free: readonly Key[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  const { order, live, relation } = candidate;
  const named = { order: order.id, key: relation.key };
  if (isAnotherPurchase(order, sighting)) return held("not-the-same-order", order.id, relation.key);
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  const other = candidates.find((c) => isOtherReading(c, order));
  // What never reached the ERP cannot be late for it.
  const role = live || !order.erp ? roleOf(order, sighting) : "late";
  if (role === "copy") return held("copy-or-split", order.id, relation.key);
  const keys = role === "part" ? [] : [...candidate.keys, ...free];
  const rival = sighting.cart && role === "report" ? rivalOf(sighting, found, now, order) : undefined;
  const next = joined(order, current(sighting, order, rules.askedAt), keys, role, now, rules, rival);
  if (next.held) return held(next.held, order.id, relation.key);
  const { changed, quiet, changes, recheck, reread } = next;
  const doubted = known === undefined ? candidates.find((c) => isDoubted(c, order)) : undefined;
  const disputed = role === "report" && !next.tell ? (doubted ?? untold(other, order, sighting)) : undefined;
  // What has to be told is written, though the report itself says nothing new.
  const base = disputed && !next.changed ? change(order, rules.stamp, {}) : next.after;
  const after = disputed ? withNotice(base, disputeOf(disputed, order, sighting)) : next.after;
  const joins = rival && next.tell === "same-cart" ? [rival, after] : undefined;
  const told = disputed ? toldOf(disputed, after, sighting) : { tell: next.tell, changes, joins };
  const carts = sighting.cart && role === "report" ? cartWrites(sighting, after, found, now) : [];
  const written = [...keyWrites(keys, after, found, now), ...carts];
  const write = present<Write>({
    order: { before: order, after },
    keys: written,
    also: losing(written, found, now, rules.stamp),
    settle: settledIn(order, after, now, rules.windowMs),
  });
  const effect = present<
    Pick<Decision, "order" | "key" | "write" | "tell" | "changes" | "about" | "joins" | "named" | "reread">
  >({
    ...named,
    reread,
    write: changed || disputed ? write : undefined,
    ...told,
  });
  if (role === "late") return { verdict: "late", reason: "window-over", ...effect };
  if (!changed || quiet) return { verdict: "duplicate", reason: next.reason, ...effect, ...(recheck && { recheck }) };
  const reason = role === "part" ? "part" : next.reason;
  return { verdict: "linked", reason, ...effect };
}

/** Of each order that its other reading fits a person hears once. */
function untold(other: Candidate | undefined, order: Order, sighting: Sighting): Candidate | undefined {
  const isTold = other && namedIn(order, disputeOf(other, order, sighting)).includes(other.order.id);
  return isTold ? undefined : other;
}

/** An id of one of them makes it a bridge. Guesses alone fit two purchases by chance, and it is one of the two. */
function ambiguous(first: Candidate, more: readonly Candidate[], { readiness }: Sighting): Decision {
  const isBridge = [first, ...more].some(({ relation }) => relation.is === "same" && relation.rank < 4);
  const joined = readiness === "cancelled" ? "two-orders-cancelled" : "two-orders";
  const reason = isBridge ? joined : "trace-ambiguous";
  const joins = [first, ...more].map(({ order }) => order);
  return { ...held(reason, first.order.id, first.relation.key), joins };
}

export function held(reason: HeldReason, order?: string, key?: Key): Decision {
  return present({ verdict: "held", reason, order, key });
}

function ignored(reason: string): Decision {
  return { verdict: "ignored", reason };
}
