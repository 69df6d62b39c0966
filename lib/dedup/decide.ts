/** The decision: from one sighting and what its keys point at, to a verdict and the one write that makes it true. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import { type Instant, isLive, type Order, type Sighting, sourceOf, type Verdict } from "../order.ts";
import { isOfSameVoice, isSameOrder } from "../sources.ts";
import type { Found, KeyRecord, Write } from "./claims.ts";
import { paymentToTell } from "./effect.ts";
import { agreesWith, isGuess, moneyOf, type Relation, relate } from "./identity.ts";
import { bestKey, distinctKeys, type Key, keyId } from "./keys.ts";
import { freshOrder, joined, keyWrites } from "./record.ts";

export type Rules = {
  windowMs: number;
  memoryMs: number;
  waitingMs: number;
  /** Purchases that were orders before this are ignored; so are those older than the memory. */
  acceptFrom?: Instant | undefined;
  /** Purchases that were orders before this and are heard of only now are held: the ERP may have them from others. */
  holdBefore?: Instant | undefined;
  /** The id that a new order would get, and the stamp of whatever is written. */
  orderId: string;
  stamp: string;
};

export type Decision = Judged & {
  order?: string;
  /** The key that decided. */
  key?: Key;
  write?: Write;
  /** Orders that exist already and turn out to be one purchase, or that one report may be of. */
  joins?: Order[];
  /** What a person has to be told beside the verdict: the ERP has the order as it was before. */
  tell?: HeldReason;
};

/** Who holds something says so in words that a person finds explained. */
export type Judged = { verdict: "held"; reason: HeldReason } | { verdict: Exclude<Verdict, "held">; reason: string };

type Candidate = { order: Order; live: boolean; relation: Relation; keys: Key[] };

export function decide(sighting: Sighting, found: Found, now: Instant, rules: Rules): Decision {
  const keys = usableKeys(sighting, found);
  const { candidates, free } = lookAt({ ...sighting, keys }, found, now);
  const same = candidates.filter((c) => c.relation.is === "same");
  const [first, ...more] = same;
  if (first && more.length > 0) return several(first, more, sighting);
  if (first) return onto(first, { ...sighting, keys }, free, found, now, rules);
  const doubtful = candidates.find((c) => c.relation.is === "doubtful");
  if (doubtful?.relation.is === "doubtful")
    return held(doubtful.relation.reason, doubtful.order.id, doubtful.relation.key);
  return afresh({ ...sighting, keys }, free, candidates, found, now, rules);
}

/** A number that two orders carry decides nothing any more. */
function usableKeys(sighting: Sighting, found: Found): Key[] {
  return distinctKeys(sighting.keys).filter((key) => !found.keys.get(keyId(key))?.shared);
}

/**
 * Groups the keys by the order they point to. Expiry is judged here, after the read and with the order at hand:
 * a record that the store has not deleted yet proves nothing, and an unfinished order does not expire.
 */
function lookAt(sighting: Sighting, found: Found, now: Instant): { candidates: Candidate[]; free: Key[] } {
  const byOrder = new Map<string, Array<{ key: Key; known: KeyRecord }>>();
  const free: Key[] = [];
  for (const key of sighting.keys) {
    const known = found.keys.get(keyId(key));
    const order = known && found.orders.get(known.order);
    if (!known || !order || !isRemembered(known, order, now)) free.push(key);
    else byOrder.set(order.id, [...(byOrder.get(order.id) ?? []), { key, known }]);
  }
  const candidates = [...byOrder].flatMap(([id, matched]) => {
    const order = found.orders.get(id);
    if (!order) return [];
    const ranks = matched.map(({ key, known }) => ({ key, known: known.rank }));
    const relation = relate(sighting, order, ranks);
    if (relation.is === "different")
      free.push(...matched.flatMap((m) => (isGuess(m.key, m.known.rank, sighting) ? m.key : [])));
    return [{ order, live: isLive(order, now), relation, keys: matched.map(({ key }) => key) }];
  });
  return { candidates, free };
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
function afresh(
  sighting: Sighting,
  free: readonly Key[],
  others: readonly Candidate[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  if (rules.acceptFrom !== undefined && (orderedAt(sighting) ?? now) < rules.acceptFrom)
    return ignored("before-accept-from");
  if ((sighting.placedAt ?? now) < now - rules.memoryMs) return ignored("older-than-memory");
  if (rules.holdBefore !== undefined && (orderedAt(sighting) ?? now) < rules.holdBefore)
    return sighting.readiness === "cancelled" ? ignored("cancelled") : held("older-than-start");
  if (sighting.doubt !== undefined)
    return sighting.readiness === "cancelled" ? ignored("cancelled") : held(sighting.doubt);
  const shared = others.flatMap(({ relation }) => sharedNumber(relation, found));
  const taken = free.filter((key) => !shared.some(({ after }) => keyId(after) === keyId(key)));
  const own = taken.filter((key) => key.rank < 4);
  const [best] = [...own].sort((a, b) => a.rank - b.rank);
  if (!best) return held(others.length > 0 ? "ids-taken" : "no-usable-key");
  if (sighting.readiness === "ready" && !moneyOf(sighting)) return held("total-unknown", undefined, best);

  const order = freshOrder(sighting, free, now, rules);
  const write: Write = {
    order: { before: undefined, after: order },
    keys: [...keyWrites(taken, order, found, now), ...shared],
  };
  const reason = shared.length > 0 ? "shared-number" : sighting.status;
  if (order.state === "cancelled")
    return { verdict: "ignored", reason: cancelReason(sighting), order: order.id, key: best, write };
  const named = { reason, order: order.id, key: best, write };
  if (order.state === "waiting") return { verdict: "waiting", ...named };
  const tell = paymentToTell(undefined, sighting, order.state);
  return { verdict: "new", ...named, ...(tell && { tell }) };
}

function cancelReason({ excluded, status }: Sighting): string {
  return excluded ? status : "cancelled";
}

/** The number of a different order, claimed or only guessed: from now on it decides nothing. */
function sharedNumber(relation: Relation, found: Found): Write["keys"] {
  const before = found.keys.get(keyId(relation.key));
  return before && relation.is === "different" && before.kind === "customer-number"
    ? [{ before, after: { ...before, shared: true } }]
    : [];
}

/** A further report of a known purchase. */
function onto(
  candidate: Candidate,
  sighting: Sighting,
  free: readonly Key[],
  found: Found,
  now: Instant,
  rules: Rules,
): Decision {
  const { order, live, relation } = candidate;
  const named = { order: order.id, key: relation.key };
  // What never reached the ERP cannot be late for it.
  const role = live || !order.erp ? roleOf(order, sighting) : "late";
  if (role === "copy") return held("copy-or-split", order.id, relation.key);
  const keys = role === "part" ? [] : [...candidate.keys, ...free];
  const next = joined(order, sighting, keys, role, now, rules);
  if (next.held) return held(next.held, order.id, relation.key);
  const write: Write = { order: { before: order, after: next.after }, keys: keyWrites(keys, next.after, found, now) };
  const effect = { ...named, ...(next.changed && { write }), ...(next.tell && { tell: next.tell }) };
  if (role === "late") return { verdict: "late", reason: "window-over", ...effect };
  if (!next.changed) return { verdict: "duplicate", reason: next.reason, ...named };
  const reason = role === "part" ? "part" : next.reason;
  return { verdict: "linked", reason, ...effect };
}

/** What a report is to a live order: of the whole purchase, of a part of what was already sent, or a copy of it. */
function roleOf(order: Order, sighting: Sighting): "report" | "part" | "copy" {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  if (known) return known.role === "part" ? "part" : "report";
  if (!isSplit(order, sighting)) return "report";
  return isSmaller(order, sighting) ? "part" : "copy";
}

/**
 * Another order of the same source under an id that it already reported. Where the source does not split
 * by itself an equal total makes it a second import of the whole, as a cancelled one makes it the first that counts.
 */
function isSplit(order: Order, sighting: Sighting): boolean {
  const under = bestKey(sighting.keys);
  const others = order.sources.filter((s) => {
    return isOfSameVoice(s, sighting) && !isSameOrder(s, sighting) && s.under === under && s.role === "report";
  });
  if (sighting.splits) return others.length > 0;
  const goodsAreBoth = sighting.readiness !== "cancelled" && others.some((s) => s.readiness !== "cancelled");
  return goodsAreBoth && !agreesWith(order, sighting);
}

function isSmaller(order: Order, sighting: Sighting): boolean {
  const money = moneyOf(sighting);
  const whole = order.totals.filter((total) => total.currency === money?.currency);
  return money !== undefined && whole.length > 0 && whole.every((total) => money.minor < total.minor);
}

/** An id of one of them makes it a bridge. Guesses alone fit two purchases by chance, and it is one of the two. */
function several(first: Candidate, more: readonly Candidate[], { readiness }: Sighting): Decision {
  const isBridge = [first, ...more].some(({ relation }) => relation.is === "same" && relation.rank < 4);
  const joined = readiness === "cancelled" ? "two-orders-cancelled" : "two-orders";
  const reason = isBridge ? joined : "trace-ambiguous";
  const joins = [first, ...more].map(({ order }) => order);
  return { ...held(reason, first.order.id, first.relation.key), joins };
}

export function held(reason: HeldReason, order?: string, key?: Key): Decision {
  return { verdict: "held", reason, ...(order && { order }), ...(key && { key }) };
}

function ignored(reason: string): Decision {
  return { verdict: "ignored", reason };
}
