/**
 * Whether a sighting and an order are one purchase. Pure; the ranks are those of `keys.ts`.
 *
 * An id is first-hand from its issuer and second-hand from anybody else. A second-hand one that another purchase may carry
 * by chance (`isMistakable`) is believed only where the money agrees and the buyer is no other; and what its issuer says of
 * it beats it.
 */

import { isOfAStranger } from "./buyers.ts";
import type { HeldReason } from "./held-reasons.ts";
import { isMistakable, type Key, keyId, normalise, type Rank } from "./keys.ts";
import { agreesInWorth } from "./money.ts";
import { DAY, isNoted, type Order, type Sighting, sourceOf } from "./order.ts";
import { isErpAccount } from "./ports/erp.ts";
import { isSameReporter, owns, reporterOf, reportToForward } from "./sources.ts";

/** What a report and an order that its keys point to are to each other. */
export type Relation =
  /** `rank` decided, by `key`. */
  | { is: "same"; rank: Rank; key: Key }
  /**
   * Two purchases. `tell`: they may be one all the same, and nobody would hear of it. `everywhere`: their source gives both
   * of them this one id, so that it is no purchase's.
   */
  | { is: "different"; rank: Rank; key: Key; tell?: HeldReason; everywhere?: Key }
  /** Neither can be proven: a person decides. `open`: it may be one, as far as the time of both says. */
  | { is: "doubtful"; reason: HeldReason; key: Key; open?: true };

/** An order that a report may be of, and the report's keys that point to it. */
export type Candidate = { order: Order; live: boolean; relation: Relation; keys: Key[] };

/** A key that both carry, with the rank that the index knows it by. */
type Matched = { key: Key; known: Rank };

/**
 * The highest rank on which both sides carry a value decides; lower ranks then neither merge nor separate.
 * @param matched the sighting's keys that point to this order
 */
export function relate(sighting: Sighting, order: Order, matched: readonly Matched[]): Relation {
  const meant = matched.filter(({ key, known }) => !isVoid(key, known, order));
  const all = meant.length > 0 ? meant : matched;
  const weakest = all.map(({ key, known }) => ({ ...key, rank: weaker(key.rank, known) }));
  const best = weakest.reduce((a, b) => (b.rank < a.rank ? b : a));
  const isKnown = sourceOf(order, sighting.account, sighting.sourceOrder) !== undefined;
  if (meant.length === 0 && !isKnown) return { is: "different", rank: best.rank, key: best };
  if (splits(sighting, order)) return { is: "same", rank: best.rank, key: best };
  for (const rank of [1, 2, 3] as const) {
    const equal = equalAt(rank, sighting.keys, order.keys);
    if (equal === "none") continue;
    if (equal !== "differ") {
      const key = { ...best, rank };
      const isCertain = rank < 3 && equal.some((one) => isFirm(one, sighting, order));
      return isCertain ? { is: "same", rank, key } : proven(sighting, order, key);
    }
    if (isKnown) return { is: "doubtful", reason: "id-changed", key: best };
    return apart(sighting, order, { rank, best, trace: weakest.find((key) => key.rank >= 4) }, matched);
  }
  const reading = isKnown || !wasHeld(sighting, order) ? undefined : otherwiseRead(matched);
  return reading ? { is: "doubtful", reason: "other-reading-fits", key: reading } : proven(sighting, order, best);
}

/**
 * Whether an order may lose this key to the sighting: its issuer itself now says whose it is, and the order has it from
 * others only. What nobody carries by chance is lost only where it was a trace.
 */
export function isTakeable(key: Key, known: Rank, sighting: Sighting, order: Order): boolean {
  if (isVoid(key, known, order)) return true;
  if (!owns(sighting.reporter, key.issuer)) return false;
  return known >= 4 || (isMistakable(key) && isRelayed(order, key));
}

/**
 * A relay's number may be any shop's, so it is a trace of each; since one of them has told of the order under that number,
 * the others' say nothing of it.
 */
function isVoid(key: Key, known: Rank, order: Order): boolean {
  const { value, issuer } = key;
  if (known < 4 || !isMistakable(key) || isReportedBy(order, issuer)) return false;
  const isMeant = (k: Key) => k.value === value && k.issuer !== issuer && k.rank <= 3 && hasWordOf(order, k);
  const isRelays = (k: Key) => order.sources.some((source) => !owns(reporterOf(source), k.issuer));
  return order.keys.some((k) => isMeant(k) && isRelays(k));
}

/** Others than its issuer have reported the order under that issuer's ids. One that stands in the ERP alone is no report. */
function isRelayed(order: Order, key: Key): boolean {
  return !hasWordOf(order, key) && order.sources.some(({ account }) => !isErpAccount(account));
}

/** The issuer has reported the order itself; of an id: under that id, since a relay may have named another one for it. */
function hasWordOf({ sources }: Order, { kind, issuer, value }: Key): boolean {
  const isNamed = (sourceOrder: string) => kind !== "internet-id" || normalise(sourceOrder) === value;
  return sources.some((source) => owns(reporterOf(source), issuer) && isNamed(source.sourceOrder));
}

function isReportedBy({ sources }: Order, issuer: string): boolean {
  return sources.some((source) => owns(reporterOf(source), issuer));
}

/** Nobody can mean another purchase by it: both sides have it from its issuer, or there is no second such id. */
function isFirm(key: Key, sighting: Sighting, order: Order): boolean {
  return !isMistakable(key) || (owns(sighting.reporter, key.issuer) && hasWordOf(order, key));
}

/** Another order of the same source under the name of one that is known to be this purchase. */
function splits(sighting: Sighting, { sources }: Order): boolean {
  const isAnother = ({ account, sourceOrder }: Order["sources"][number]) =>
    account !== sighting.account || sourceOrder !== sighting.sourceOrder;
  const { splits: can, under } = sighting;
  return Boolean(can) && sources.some((s) => isAnother(s) && isSameReporter(s, sighting) && s.under === under);
}

/** Both carry an id of a higher rank than what they share, and these differ. */
function apart(
  sighting: Sighting,
  order: Order,
  { rank, best, trace }: { rank: Rank; best: Key; trace: Key | undefined },
  matched: readonly Matched[],
): Relation {
  const different: Relation = { is: "different", rank, key: best };
  if (!trace) return different;
  const reading = heldBefore(sighting, order, matched);
  if (reading) return { is: "doubtful", reason: "other-reading-fits", key: reading };
  if (isMistakable(trace) && wasHeld(sighting, order)) {
    // The setting was mended: what it hid is the relay's word now.
    if (fits(sighting, order)) return { is: "same", rank: trace.rank, key: trace };
    return { is: "doubtful", reason: "other-reading-fits", key: trace };
  }
  if (!isMistakable(trace)) {
    // An id that another source only guessed at belongs to its issuer: whom the guess does not fit, it says nothing of.
    const isGuessed = matched.every(({ key, known }) => isTakeable(key, known, sighting, order));
    if (isGuessed) return different;
    if (isOfTwo(sighting, order, trace)) return { ...different, everywhere: trace };
    return { is: "doubtful", reason: "trace-against-id", key: trace };
  }
  if (!fits(sighting, order)) return different;
  if (trace.rank === 5) return otherReading(sighting, order, trace) ?? different;
  if (owns(sighting.reporter, trace.issuer))
    return goesAsRelayed(order, trace) ? { ...different, key: trace, tell: "trace-ambiguous" } : different;
  return { is: "doubtful", reason: "trace-against-id", key: trace };
}

/**
 * The order remembers that this very report, or one under its id, was held, and the reading that fitted then still names it:
 * an edit of the total makes it no other purchase.
 */
function heldBefore(sighting: Sighting, order: Order, matched: readonly Matched[]): Key | undefined {
  const isRemembered = matched.some(({ key, known }) => known === 4 && owns(sighting.reporter, key.issuer));
  return isRemembered || wasHeld(sighting, order) ? otherwiseRead(matched) : undefined;
}

function otherwiseRead(matched: readonly Matched[]): Key | undefined {
  const reading = matched.find(({ key, known }) => weaker(key.rank, known) === 5);
  return reading && { ...reading.key, rank: 5 };
}

function wasHeld({ account, sourceOrder }: Sighting, order: Order): boolean {
  return isNoted(order, { account, sourceOrder, reason: "other-reading-fits" });
}

/**
 * A source that writes one id into two orders of its own, of other buyers or other totals, names no purchase by it: a
 * plugin writes an id of its own, its customer's account for example. What a marketplace itself, or a field that is
 * configured, says is another matter.
 */
function isOfTwo(sighting: Sighting, order: Order, trace: Key): boolean {
  const isOwn = order.sources.some((s) => isSameReporter(s, sighting) && s.sourceOrder !== sighting.sourceOrder);
  const isOther = !agreesWith(order, sighting) || isOfAnotherBuyer(order, sighting);
  return isOwn && isOther && sighting.money !== undefined && isOnlyGuessed(order, trace);
}

/** Found in free fields alone, and its issuer has not spoken. */
function isOnlyGuessed(order: Order, trace: Key): boolean {
  const isNamed = order.keys.some((key) => keyId(key) === keyId(trace) && key.rank < 4);
  return !isNamed && !hasWordOf(order, trace);
}

/** As far as both say who buys. */
function isOfAnotherBuyer({ sources }: Order, { report }: Sighting): boolean {
  const known = sources.flatMap((source) => source.report?.buyer.email?.toLowerCase() ?? []);
  const email = report.buyer.email?.toLowerCase();
  return email !== undefined && known.length > 0 && !known.includes(email);
}

/** Nobody can say which of two orders of a shop a relay meant; it matters where its report is the one that is sent. */
function goesAsRelayed(order: Order, { issuer }: Key): boolean {
  const sent = reportToForward(order);
  return sent !== undefined && !owns(reporterOf(sent), issuer);
}

/** Read the other way the number of a relay fits, which by its setting it should not. */
function otherReading(sighting: Sighting, order: Order, key: Key): Relation | undefined {
  const isSpoken = owns(sighting.reporter, key.issuer)
    ? isReportedBy(order, key.issuer)
    : isNamedOtherwise(sighting, order);
  return isSpoken ? undefined : { is: "doubtful", reason: "other-reading-fits", key };
}

/**
 * A number, a trace or a second-hand id is not enough: currency and total have to agree with one that was reported for
 * the order, and its buyer may be no stranger. A source that repeats its own order needs no proof: its total may have
 * changed.
 */
function proven(sighting: Sighting, order: Order, key: Key): Relation {
  if (sourceOf(order, sighting.account, sighting.sourceOrder)) return { is: "same", rank: key.rank, key };
  const doubt = doubtOf(sighting, order, key);
  const isByChance = isMistakable(key);
  const different: Relation = { is: "different", rank: key.rank, key };
  if (isByChance && isNamedOtherwise(sighting, order)) return different;
  if (key.rank === 5) return (doubt ? undefined : otherReading(sighting, order, key)) ?? different;
  // One plugin in two shops writes one id into the orders of both.
  const isGuess = key.rank === 4 && !isByChance && !owns(sighting.reporter, key.issuer) && isOnlyGuessed(order, key);
  if (isGuess && isOfAnotherBuyer(order, sighting)) return { is: "doubtful", reason: "trace-ambiguous", key };
  if (!doubt) return { is: "same", rank: key.rank, key };
  const isOpen = isByChance && isOfItsTime(order, sighting);
  const isOwn = owns(sighting.reporter, key.issuer) && isRelayed(order, key);
  const isNoHold = isOwn || isOneOfSeveral(key, sighting);
  if (!isByChance || !isNoHold) return { is: "doubtful", reason: doubt, key, ...(isOpen && { open: true }) };
  // What waits at a relay may be another order still: it is judged when it becomes one.
  const isSent = order.state !== "waiting";
  return isOpen && isSent && !isSettled(order, key) ? { ...different, tell: "id-disputed" } : different;
}

/**
 * Of the shops that a relay may have exported a marketplace's order to it means one: that the number does not fit another
 * of them is no wonder. Who has nothing but the number may mean any.
 */
function isOneOfSeveral({ value, issuer }: Key, { keys }: Sighting): boolean {
  const isExported = keys.some(({ rank }) => rank === 1);
  return isExported && keys.some((key) => key.rank === 4 && key.value === value && key.issuer !== issuer);
}

function doubtOf(sighting: Sighting, order: Order, key: Key): HeldReason | undefined {
  const what = key.rank >= 4 ? "trace" : key.rank === 3 ? "number" : "id";
  if (key.rank >= 4 && !isOfItsTime(order, sighting)) return "trace-date-differs";
  if (!sighting.money || order.totals.length === 0) return `${what}-total-unknown`;
  if (!agreesWith(order, sighting)) return `${what}-total-differs`;
  return isMistakable(key) && isOfAStranger(order, sighting) ? "buyer-differs" : undefined;
}

function fits(sighting: Sighting, order: Order): boolean {
  return agreesWith(order, sighting) && isOfItsTime(order, sighting) && !isOfAStranger(order, sighting);
}

/**
 * The same source has named an order of the same shop here already, and by another number: it does not mean this one too.
 * An order that it names by its own id alone may mean any.
 */
function isNamedOtherwise(sighting: Sighting, { sources }: Order): boolean {
  const { under } = sighting;
  const space = spaceOf(under);
  return sources.some(
    (s) =>
      isSameReporter(s, sighting) &&
      s.sourceOrder !== sighting.sourceOrder &&
      s.under !== under &&
      spaceOf(s.under) === space &&
      space !== undefined &&
      !owns(sighting.reporter, space),
  );
}

/** Whose id a source's name for its order is. */
function spaceOf(under: string | undefined): string | undefined {
  const issuer = under?.split("/")[1];
  return issuer === undefined ? undefined : decodeURIComponent(issuer);
}

/** What a relay named is known to be: the issuer of one of its readings has reported the order. */
export function isSettled(order: Order, { value }: Pick<Key, "value">): boolean {
  return order.keys.some((key) => key.value === value && key.rank <= 3 && hasWordOf(order, key));
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
export function agreesWith({ totals }: Order, { money, report }: Sighting): boolean {
  const lines = report.lines.length;
  return money !== undefined && totals.some((total) => agreesInWorth(total, money, Math.max(total.lines, lines)));
}

/**
 * The keys of this rank that both carry. Marketplace ids exclude each other over all issuers: a purchase happens on one
 * marketplace. Shop ids and numbers can only be compared within their issuer.
 */
function equalAt(rank: Rank, ours: readonly Key[], theirs: readonly Key[]): Key[] | "differ" | "none" {
  const [mine = [], known = []] = [ours, theirs].map((keys) => keys.filter((key) => key.rank === rank));
  const equal = mine.filter((key) => known.some((other) => keyId(other) === keyId(key)));
  if (equal.length > 0) return equal;
  const isComparable = rank === 1 && mine.length > 0 ? known.length > 0 : mine.some((key) => sharesIssuer(key, known));
  return isComparable ? "differ" : "none";
}

function sharesIssuer({ issuer }: Key, keys: readonly Key[]): boolean {
  return keys.some((key) => key.issuer === issuer);
}

function weaker(a: Rank, b: Rank): Rank {
  return a > b ? a : b;
}
