/**
 * Where a relay names an order of a shop and the money does not agree, it named another one, or it edited that very one:
 * both go on, and a person hears of it until a report shows which it was. Pure.
 */
import { isOfAStranger } from "./buyers.ts";
import type { HeldReason } from "./held-reasons.ts";
import { type Candidate, isSettled, type Relation } from "./identity.ts";
import { namedIn } from "./notices.ts";
import type { OpenNotice, Order, Sighting } from "./order.ts";
import { owns, reporterOf } from "./sources.ts";
import { present } from "./writes.ts";

/** Two purchases, as the issuer of the id says, and perhaps one all the same: a person is told. */
export function isTold(relation: Relation): boolean {
  return relation.is === "different" && relation.tell !== undefined;
}

/** Of several the one whose buyer may be this report's: a person is told of one. */
export function likeliest(candidates: readonly Candidate[], sighting: Sighting): Candidate | undefined {
  return candidates.find(({ order }) => !isOfAStranger(order, sighting)) ?? candidates[0];
}

/** Does a report that is of `of` name this order too, and state other money than it has? */
export function isDoubted({ order, relation }: Candidate, of: Order): boolean {
  const isOpen = relation.is === "doubtful" ? relation.open === true : isTold(relation);
  return isOpen && order.id !== of.id && !isSettled(of, relation.key);
}

/**
 * Would a report that is of `of` be of this order too, were a setting of its account wrong? Then the ERP gets one
 * purchase twice.
 */
export function isOtherReading({ order, relation }: Candidate, of: Order): boolean {
  return relation.is === "doubtful" && relation.reason === "other-reading-fits" && order.id !== of.id;
}

/**
 * What the order remembers of it until it is settled: whose report is in question, and the orders between which it is.
 * @param of the order that the report is of, or begins
 */
export function disputeOf({ order, relation }: Candidate, of: Order, sighting: Sighting): OpenNotice {
  const { issuer, value } = relation.key;
  const relayed = owns(sighting.reporter, issuer) ? order.sources.find((s) => !owns(reporterOf(s), issuer)) : undefined;
  const { account, sourceOrder } = relayed ?? sighting;
  const reason = reasonOf(relation);
  const about = reason === "id-disputed" ? value : undefined;
  const notice = present<OpenNotice>({ account, sourceOrder, reason, value: about });
  const before = [order, of].flatMap((one) => namedIn(one, notice));
  return { ...notice, orders: [...new Set([...before, order.id, of.id])] };
}

/** What a decision says of it. @param of the order that the report is of, or begins */
export function toldOf(other: Candidate, of: Order, sighting: Sighting) {
  const { account, sourceOrder, orders } = disputeOf(other, of, sighting);
  return { tell: reasonOf(other.relation), about: { account, sourceOrder }, joins: [other.order, of], named: orders };
}

function reasonOf(relation: Relation): HeldReason {
  if (relation.is === "doubtful" && relation.reason === "other-reading-fits") return relation.reason;
  return (relation.is === "different" && relation.tell) || "id-disputed";
}
