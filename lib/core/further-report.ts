/** A report of a purchase that is known, or that may be: linked to its order, ended in it, or held. Pure. */
import { cartWrites, rivalOf } from "./carts.ts";
import { type Decision, type Evidence, held } from "./decision.ts";
import { disputeOf, isDoubted, isOtherReading, likeliest, toldOf } from "./disputes.ts";
import type { HeldReason } from "./held-reasons.ts";
import type { Candidate, Relation } from "./identity.ts";
import type { Key } from "./keys.ts";
import { namedIn, settledIn, withNotice } from "./notices.ts";
import { isNoted, KOJARZ, type OpenNotice, type Order, type Sighting, sourceOf } from "./order.ts";
import type { Write } from "./ports/claims.ts";
import { type Joined, joined, keyWrites, losing, withGuesses } from "./record.ts";
import { current, isAnotherPurchase, roleOf } from "./roles.ts";
import type { Rules } from "./rules.ts";
import { cancelledOrder, change } from "./states.ts";
import { present } from "./writes.ts";

/** A further report of a known purchase. */
export function furtherReport(candidate: Candidate, evidence: Evidence): Decision {
  const { candidates, sighting, free, found, now, rules } = evidence;
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
  if (next.held) return heldButHeard(next.held, candidate, next);
  const { changed, quiet, changes, recheck, reread } = next;
  const doubtful = known === undefined ? candidates.filter((c) => isDoubted(c, order)) : [];
  const doubted = doubtful.length > 0 ? likeliest(doubtful, sighting) : undefined;
  const disputed = role === "report" && !next.tell ? (doubted ?? untold(other, order, sighting)) : undefined;
  const dispute = disputed && disputeOf(disputed, order, sighting);
  const isOwn = dispute?.account === sighting.account && dispute.sourceOrder === sighting.sourceOrder;
  // What has to be told is written, though the report itself says nothing new.
  const base = disputed && !next.changed ? change(order, rules.stamp, {}) : next.after;
  const after = withNotice(base, isOwn ? dispute : undefined);
  const joins = rival && next.tell === "same-cart" ? [rival, after] : undefined;
  const told = disputed ? toldOf(disputed, after, sighting) : { tell: next.tell, changes, joins };
  const carts = sighting.cart && role === "report" ? cartWrites(sighting, after, found, now) : [];
  const written = [...keyWrites(keys, after, found, now), ...carts];
  const write = present<Write>({
    order: { before: order, after },
    keys: written,
    also: alsoOf(losing(written, found, now, rules.stamp, dispute), isOwn ? undefined : disputed, dispute, rules),
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

/** A report that is held is remembered as the latest of its source. */
function heldButHeard(reason: HeldReason, { order, relation }: Candidate, { changed, after }: Joined): Decision {
  const write: Write | undefined = changed ? { order: { before: order, after }, keys: [] } : undefined;
  return { ...held(reason, order.id, relation.key), ...(write && { write }) };
}

/** What is told of a relay's report is remembered with the order that it is of: there it is settled. */
function alsoOf(
  losers: Write["also"],
  disputed: Candidate | undefined,
  dispute: OpenNotice | undefined,
  { stamp }: Rules,
): Write["also"] {
  if (!disputed || losers?.some(({ before }) => before.id === disputed.order.id)) return losers;
  const { order: before } = disputed;
  return [...(losers ?? []), { before, after: withNotice(change(before, stamp, {}), dispute) }];
}

/** Of each order that its other reading fits a person hears once. */
function untold(other: Candidate | undefined, order: Order, sighting: Sighting): Candidate | undefined {
  const notice = other && disputeOf(other, order, sighting);
  const both = other ? [order, other.order] : [];
  const isTold = notice && both.some((one) => both.every(({ id }) => namedIn(one, notice).includes(id)));
  return isTold ? undefined : other;
}

/**
 * The report turns out to be of a purchase that others have reported: its own order, which the ERP never got, ends in
 * that one.
 */
export function absorbing(first: Candidate, waiting: Candidate, evidence: Evidence): Decision {
  const { free, now, rules } = evidence;
  const decision = furtherReport(first, { ...evidence, free: [...free, ...waiting.keys] });
  const { write } = decision;
  if (!write?.order) return decision;
  const end = endOf(waiting.order, rules);
  const also = [...(write.also ?? []).filter(({ before }) => before.id !== end.before.id), end];
  const settle = [...(write.settle ?? []), ...(settledIn(end.before, end.after, now, rules.windowMs) ?? [])];
  return { ...decision, write: { ...write, also, ...(settle.length > 0 && { settle }) } };
}

/**
 * Several orders are the one that it is of. An id joins them into one purchase; guesses alone fit two purchases by
 * chance.
 */
export function ambiguous(first: Candidate, more: readonly Candidate[], { readiness }: Sighting): Decision {
  const isBridge = [first, ...more].some(({ relation }) => relation.is === "same" && relation.rank < 4);
  const joined = readiness === "cancelled" ? "two-orders-cancelled" : "two-orders";
  const reason = isBridge ? joined : "trace-ambiguous";
  const joins = [first, ...more].map(({ order }) => order);
  return { ...held(reason, first.order.id, first.relation.key), joins };
}

export type Doubtful = { order: Order; relation: Extract<Relation, { is: "doubtful" }> };

/**
 * Held, since nothing proves it. What fits by another reading than the setting says is most likely that purchase, so its keys
 * are remembered as guesses: what its source tells later, over another total or of a part, starts no order either.
 */
export function doubted(
  { order, relation }: Doubtful,
  waiting: Candidate | undefined,
  { sighting, free, found, now, rules }: Evidence,
): Decision {
  const decision = held(relation.reason, order.id, relation.key);
  if (relation.reason !== "other-reading-fits") return decision;
  const guesses = [...free, ...(waiting?.keys ?? [])].flatMap((key): Key[] =>
    key.rank < 5 ? [{ ...key, rank: 4 }] : [],
  );
  const { account, sourceOrder } = sighting;
  const notice = { account, sourceOrder, reason: relation.reason };
  const after = withNotice(withGuesses(order, guesses, rules), notice);
  const keys = keyWrites(guesses, after, found, now);
  if (keys.length === 0 && isNoted(order, notice)) return decision;
  const end = waiting && endOf(waiting.order, rules);
  const losers = losing(keys, found, now, rules.stamp)?.filter(({ before }) => before.id !== end?.before.id) ?? [];
  const also = [...losers, ...(end ? [end] : [])];
  return { ...decision, write: { order: { before: order, after }, keys, ...(also.length > 0 && { also }) } };
}

/** An order that nobody was given ends, because its report is another one's. */
function endOf(before: Order, { stamp }: Rules): { before: Order; after: Order } {
  return { before, after: { ...cancelledOrder(before, stamp, BY_KOJARZ), keys: [], open: [] } };
}

/** Who ended it, so that anybody may revive it. */
const BY_KOJARZ = { account: KOJARZ, version: 0 };
