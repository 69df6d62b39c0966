/** Whether a sighting and an order are one purchase. Pure; the ranks are those of `keys.ts`. */

import type { HeldReason } from "../held-reasons.ts";
import { agrees, type Money } from "../money.ts";
import { DAY, type Order, type Sighting, sourceOf } from "../order.ts";
import { owns, voiceOf } from "../sources.ts";
import { type Key, keyId, type Rank } from "./keys.ts";

export type Relation =
  /** `rank` decided, by `key`. */
  | { is: "same"; rank: Rank; key: Key }
  /** A higher rank than the one that matched separates them. */
  | { is: "different"; rank: Rank; key: Key }
  /** Neither can be proven: a person decides. */
  | { is: "doubtful"; reason: HeldReason; key: Key };

/**
 * The highest rank on which both sides carry a value decides; lower ranks then neither merge nor separate.
 * @param matched the sighting's keys that point to this order, each with the rank that the index knows it by
 */
export function relate(sighting: Sighting, order: Order, matched: ReadonlyArray<{ key: Key; known: Rank }>): Relation {
  const relation = compare(sighting, order, matched);
  // An id that another source only guessed at belongs to its issuer: whom the guess does not fit, it says nothing of.
  const guessed = matched.every(({ key, known }) => isGuess(key, known, sighting));
  const isUnfit =
    relation.is === "doubtful" &&
    (relation.reason === "trace-against-id" || matched.every(({ key }) => key.kind === "customer-number"));
  return guessed && isUnfit ? { is: "different", rank: 4, key: relation.key } : relation;
}

/** Known only as a trace, while its issuer itself now names it as its own. */
export function isGuess(key: Key, known: Rank, sighting: Pick<Sighting, "account" | "speaksFor">): boolean {
  return known === 4 && key.rank < 4 && owns(voiceOf(sighting), key.issuer);
}

function compare(sighting: Sighting, order: Order, matched: ReadonlyArray<{ key: Key; known: Rank }>): Relation {
  const weakest = matched.map(({ key, known }) => ({ ...key, rank: weaker(key.rank, known) }));
  const best = weakest.reduce((a, b) => (b.rank < a.rank ? b : a));
  for (const rank of [1, 2, 3] as const) {
    const verdict = compareAt(rank, sighting.keys, order.keys);
    if (!verdict) continue;
    if (verdict === "equal")
      return rank === 3 ? proven(sighting, order, { ...best, rank }) : { is: "same", rank, key: best };
    if (sourceOf(order, sighting.account, sighting.sourceOrder))
      return { is: "doubtful", reason: "id-changed", key: best };
    const trace = weakest.find((key) => key.rank === 4);
    if (trace) return { is: "doubtful", reason: "trace-against-id", key: trace };
    return { is: "different", rank, key: best };
  }
  return proven(sighting, order, best);
}

/**
 * A number or a trace is not enough: currency and total have to agree with one that was reported for the order.
 * A source that repeats its own order needs no proof: its total may have changed.
 */
function proven(sighting: Sighting, order: Order, key: Key): Relation {
  if (sourceOf(order, sighting.account, sighting.sourceOrder)) return { is: "same", rank: key.rank, key };
  const what = key.rank === 4 ? "trace" : "number";
  if (key.rank === 4 && !isOfItsTime(order, sighting)) return { is: "doubtful", reason: "trace-date-differs", key };
  if (!moneyOf(sighting) || order.totals.length === 0) return { is: "doubtful", reason: `${what}-total-unknown`, key };
  if (!agreesWith(order, sighting)) return { is: "doubtful", reason: `${what}-total-differs`, key };
  return { is: "same", rank: key.rank, key };
}

/** How much later an integrator may copy a purchase that is ready, or how much a clock may be wrong. */
const COPIED_WITHIN = 3 * DAY;

/**
 * Who buys the same again may quote the last purchase in a note. A copy is placed between the purchase and the moment
 * when that was ready for the ERP: a late payment may keep it waiting for weeks.
 */
function isOfItsTime({ placedAt: from, readyAt, acceptedAt, erp }: Order, { placedAt }: Sighting): boolean {
  if (placedAt === undefined || from === undefined) return true;
  const until = readyAt ?? (erp ? acceptedAt : Number.POSITIVE_INFINITY);
  return placedAt >= from - COPIED_WITHIN && placedAt <= until + COPIED_WITHIN;
}

/** With any total that was ever reported for it. */
export function agreesWith({ totals }: Order, sighting: Sighting): boolean {
  const money = moneyOf(sighting);
  const lines = sighting.report.lines.length;
  return money !== undefined && totals.some((total) => agrees(total, money, Math.max(total.lines, lines)));
}

export function moneyOf(sighting: Sighting): Money | undefined {
  return sighting.currency !== undefined && sighting.total !== undefined
    ? { currency: sighting.currency, minor: sighting.total }
    : undefined;
}

/** Whether lines and shipping add up to the total, as far as a shop's rounding goes. An unknown total cannot differ. */
export function addsUp(sighting: Sighting): boolean {
  const money = moneyOf(sighting);
  const { lines, shipping } = sighting.report;
  if (!money) return true;
  const sum = lines.reduce((all, line) => all + line.gross, shipping.gross);
  return agrees(money, { ...money, minor: sum }, lines.length);
}

/**
 * Marketplace ids exclude each other over all issuers: a purchase happens on one marketplace.
 * Shop ids and numbers can only be compared within their issuer.
 */
function compareAt(rank: Rank, ours: readonly Key[], theirs: readonly Key[]): "equal" | "differ" | undefined {
  const [mine, known] = [ours, theirs].map((keys) => keys.filter((key) => key.rank === rank));
  if (!mine?.length || !known?.length) return undefined;
  if (mine.some((key) => known.some((other) => keyId(other) === keyId(key)))) return "equal";
  const comparable = rank === 1 || mine.some((key) => known.some((other) => other.issuer === key.issuer));
  return comparable ? "differ" : undefined;
}

function weaker(a: Rank, b: Rank): Rank {
  return a > b ? a : b;
}
