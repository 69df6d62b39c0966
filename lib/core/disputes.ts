/**
 * Where a relay names an order of a shop and the money does not agree, it named another one, or it edited that very one:
 * both go on, and a person hears of it until a report shows which it was. Pure.
 */
import type { HeldReason } from "./held-reasons.ts";
import { type Candidate, isSettled, type Relation } from "./identity.ts";
import { namedIn } from "./notices.ts";
import type { OpenNotice, Order, Sighting } from "./order.ts";
import { owns, reporterOf } from "./sources.ts";
import { present } from "./writes.ts";

/** Another order than this one, by the word of the issuer of its id, and possibly not. */
export function isTold(relation: Relation): boolean {
  return relation.is === "different" && relation.tell !== undefined;
}

/** An order that the report names, too, beside the one that it is of, and does not agree with. */
export function isDoubted({ order, relation }: Candidate, of: Order): boolean {
  const isOpen = relation.is === "doubtful" ? relation.open === true : isTold(relation);
  return isOpen && order.id !== of.id && !isSettled(of, relation.key);
}

/** An order that the report names and agrees with, if its setting is wrong: then the ERP gets one purchase twice. */
export function isOtherReading({ order, relation }: Candidate, of: Order): boolean {
  return relation.is === "doubtful" && relation.reason === "other-reading-fits" && order.id !== of.id;
}

/**
 * Whose report is in question, as it is remembered until that is settled.
 * @param of the order that the report makes, or that it is of
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

/** @param of the order that the report makes, or that it is of */
export function toldOf(other: Candidate, of: Order, sighting: Sighting) {
  const { account, sourceOrder, orders } = disputeOf(other, of, sighting);
  return { tell: reasonOf(other.relation), about: { account, sourceOrder }, joins: [other.order, of], named: orders };
}

function reasonOf(relation: Relation): HeldReason {
  if (relation.is === "doubtful" && relation.reason === "other-reading-fits") return relation.reason;
  return (relation.is === "different" && relation.tell) || "id-disputed";
}
