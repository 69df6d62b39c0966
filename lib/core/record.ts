/** What a decision writes: the order as it becomes, and the keys that will point to it. Pure. */

import { type Change, changesOf } from "./changes.ts";
import { effectOf, givenBeside } from "./effect.ts";
import type { HeldReason } from "./held-reasons.ts";
import { distinctKeys, type Key, keyId } from "./keys.ts";
import type { Worth } from "./money.ts";
import { stillOpen, withNotice } from "./notices.ts";
import {
  DAY,
  type Instant,
  isShadowed,
  isUnfinished,
  type OpenNotice,
  type Order,
  type Sighting,
  type Source,
  sourceOf,
} from "./order.ts";
import { leastSent, withParts } from "./parts.ts";
import type { Found, KeyRecord, Write } from "./ports/claims.ts";
import type { Rules } from "./rules.ts";
import { isForShadow, underOf } from "./sighting.ts";
import { reportToForward } from "./sources.ts";
import { change as changed, inShadow } from "./states.ts";
import { noticed, type Word, wordOf } from "./words.ts";
import { present } from "./writes.ts";

/** Totals are evidence, not history: a purchase whose total was edited more often than this keeps the first ones. */
const MAX_TOTALS = 12;

/**
 * So are numbers and traces, of each rank. All keys of an order have to fit into one transaction, which takes 100
 * items.
 */
const MAX_EVIDENCE = 20;

/** @param keys those that it takes. How ready the report is says in which state it begins. */
export function newOrder(sighting: Sighting, keys: readonly Key[], now: Instant, rules: Rules): Order {
  const expiresAt = now + windowOf(sighting, rules);
  const by = { account: sighting.reporter, version: sighting.version };
  const states = {
    ready: isForShadow(sighting, rules, now)
      ? inShadow({ acceptedAt: now, expiresAt }, now)
      : { state: "pending" as const, dueAt: now },
    waiting: { state: "waiting", dueAt: Math.min(now + rules.waitingMs, expiresAt - DAY) },
    cancelled: { state: "cancelled", dueAt: expiresAt, cancelledBy: by },
  } as const;
  return present({
    id: rules.orderId,
    version: 1,
    stamp: rules.stamp,
    ...states[sighting.readiness],
    acceptedAt: now,
    placedAt: sighting.placedAt,
    expiresAt,
    memoryUntil: Math.max(now + rules.memoryMs, expiresAt),
    keys: carried(keys),
    sources: [sourceFrom(sighting, "report", now, isForShadow(sighting, rules, now))],
    totals: totalsWith([], sighting),
    attempts: 0,
  });
}

export type Joined = {
  after: Order;
  changed: boolean;
  reason: string;
  held?: HeldReason;
  /** What a person has to know of it, since the ERP has the order as it was before. */
  tell?: HeldReason;
  /** What differs from what the ERP was given. */
  changes?: Change[];
  /** Only the version of its source is written: there is nothing to say. */
  quiet?: true;
  /** It is older than what was heard last, and says otherwise: only its source knows which is true. */
  recheck?: true;
  /** Orders of the same source that have to be read: it depends on them what this report means. */
  reread?: string[];
};

/**
 * An order with one more report. `changed` is false when the report says nothing new: then nothing is written.
 * @param keys the sighting's keys that this order may carry: those that point to it already and those that are free
 * @param rival the order that sends the goods of the same cart already
 */
export function joined(
  order: Order,
  sighting: Sighting,
  keys: readonly Key[],
  role: Source["role"],
  now: Instant,
  rules: Rules,
  rival?: Order,
): Joined {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  if (known && sighting.version < known.version) {
    const recheck = saysOtherwise(known, sighting) && { recheck: true as const };
    return { after: order, changed: false, reason: "stale", ...recheck };
  }

  const merged = carried([...order.keys, ...keys]);
  const totals = role === "part" ? order.totals : totalsWith(order.totals, sighting);
  // With the keys that it brings: an issuer may only now turn out to be the purchase's own.
  const kept = isForShadow(sighting, rules, now);
  const effect = role === "report" ? effectOf({ ...order, keys: merged }, sighting, now, rival, kept) : undefined;
  const told = { ...sourceFrom(sighting, role, now, kept), ...givenBeside(order, known, sighting) };
  const first = changed(order, rules.stamp, {
    sources: sourcesWith(order.sources, known, told, isHeavy(order) || isErased(order, effect?.changes?.state, now)),
    ...effect?.changes,
  });
  // What is held is the latest word of its source all the same: what was true in between and comes late is older.
  if (effect?.held) {
    const isNewest = known !== undefined && sighting.version > known.version;
    return { after: isNewest ? first : order, changed: isNewest, reason: effect.reason, held: effect.held };
  }

  const { sources, reread, areSettled } = withParts(first, known, sighting, role, rules);
  const moved = { ...first, sources, keys: merged };
  const { tell, changes, notice }: Word = effect?.tell
    ? noticed(effect.tell, sighting)
    : wordOf(order, moved, known, sighting, role);
  const reason =
    effect?.reason ??
    tell ??
    whatIsNew(order, known, sighting, role, merged, totals) ??
    (areSettled ? "parts-settled" : undefined);
  if (!reason) return remembered(order, known, sighting, sources, rules);

  const from = effect?.renews ? now : order.acceptedAt;
  const expiresAt = role === "late" ? order.expiresAt : Math.max(order.expiresAt, from + windowOf(sighting, rules));
  const untold = order.state === "delivered" && sources.some(({ erpNumber }) => erpNumber === "wanted");
  const after = changed(order, rules.stamp, {
    keys: merged,
    totals,
    placedAt: role === "report" ? earliest(order.placedAt, sighting.placedAt) : order.placedAt,
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, expiresAt),
    sources,
    ...(expiresAt > order.expiresAt && shorterKeys(order, expiresAt, now)),
    ...(untold && { dueAt: now }),
    ...leastSent(moved),
    ...effect?.changes,
    ...stillOpen(moved),
  });
  return present<Joined>({ after: withNotice(after, notice), changed: true, reason, tell, changes, reread });
}

/**
 * A report that says nothing new. One with a newer version is remembered as the latest of its source all the same, so
 * that what was true in between and comes late is known to be older.
 */
function remembered(
  order: Order,
  known: Source | undefined,
  { version }: Sighting,
  sources: Source[],
  { stamp }: Rules,
): Joined {
  if (!known || version <= known.version) return { after: order, changed: false, reason: "nothing-new" };
  const open = stillOpen({ ...order, sources });
  return { after: changed(order, stamp, { sources, ...open }), changed: true, quiet: true, reason: "nothing-new" };
}

/** Whether a report of before contradicts the latest one in something that would be acted on. */
function saysOtherwise(known: Source, sighting: Sighting): boolean {
  if (known.readiness !== sighting.readiness) return true;
  const last = known.report && { report: known.report, money: known.money };
  return last !== undefined && changesOf(last, sighting).length > 0;
}

function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function whatIsNew(
  order: Order,
  known: Source | undefined,
  sighting: Sighting,
  role: Source["role"],
  keys: readonly Key[],
  totals: Order["totals"],
): string | undefined {
  if (!known) return "first-report";
  if (keysDiffer(order.keys, keys)) return "new-key";
  if (totals.length > order.totals.length) return "new-total";
  return isNewerReport(order, known, sighting, role) ? "newer-report" : undefined;
}

/**
 * Numbers leave the index with the window, and ids with the memory, that they were claimed for: where the window grows
 * beyond that, the sweep lengthens them.
 */
function shorterKeys(order: Order, expiresAt: Instant, now: Instant): Partial<Pick<Order, "keysUntil" | "dueAt">> {
  const hasNumber = order.keys.some(({ kind }) => kind === "customer-number");
  const keysUntil = order.keysUntil ?? (hasNumber ? order.expiresAt : order.memoryUntil);
  if (keysUntil >= expiresAt) return {};
  const rests = order.state === "delivered" && !order.cancelRequested;
  return present({ keysUntil, dueAt: rests ? Math.max(keysUntil - DAY, now) : undefined });
}

/** What one item of the table holds is limited: a further source of a huge order is linked without its report. */
const MAX_REPORTS = 200_000;

/** Its personal data are gone for good, unless this very report starts it once more: none of them come back. */
function isErased(order: Order, next: Order["state"] | undefined, now: Instant): boolean {
  const isOver = order.forgottenAt !== undefined || order.expiresAt <= now;
  return isOver && !isUnfinished(next === undefined ? order : { ...order, state: next });
}

function isHeavy(order: Order): boolean {
  return reportToForward(order)?.readiness === "ready" && JSON.stringify(order.sources).length > MAX_REPORTS;
}

/** What a source was when it was first seen it stays, and it is told the ERP's number once. */
function sourcesWith(sources: readonly Source[], known: Source | undefined, told: Source, heavy: boolean): Source[] {
  const { report, given, ...lean } = told;
  const source = heavy || !report ? lean : told;
  if (!known) return [...sources, source];
  const { role, seenAt, erpNumber = source.erpNumber, given: _, ...rest } = known;
  const next = present<Source>({ ...rest, ...source, role, seenAt, heardAt: source.seenAt, erpNumber });
  return sources.map((s) => (s === known ? next : s));
}

/**
 * The order with the keys of a report that was held, as guesses: whatever else its source tells under
 * these names is held too, and starts no order. Whose ids they are takes them back with a word.
 */
export function withGuesses(order: Order, guesses: readonly Key[], { stamp }: Pick<Rules, "stamp">): Order {
  return changed(order, stamp, { keys: carried([...order.keys, ...guesses]) });
}

/** One for each identity: every id, and the first of what is mere evidence. */
function carried(keys: readonly Key[]): Key[] {
  const distinct = distinctKeys(keys);
  const tooMany = ([3, 4, 5] as const).flatMap((rank) =>
    distinct.filter((key) => key.rank === rank).slice(MAX_EVIDENCE),
  );
  return distinct.filter((key) => !tooMany.includes(key));
}

/** Keys that the order carries and that are not in the index yet as its own, or only as weaker evidence. */
export function keyWrites(keys: readonly Key[], order: Order, found: Found, now: Instant): Write["keys"] {
  const names = new Set(order.keys.map(keyId));
  return keys.flatMap((key) => {
    if (!names.has(keyId(key))) return [];
    const before = found.keys.get(keyId(key));
    const after = recordOf(key, order);
    if (after.expiresAt <= now && after.memoryUntil <= now) return [];
    if (before?.order !== order.id) return [{ before, after }];
    return before.rank > key.rank ? [{ before, after: { ...before, rank: key.rank } }] : [];
  });
}

/** The orders that lose a key by these writes: each is written, too, so that nobody relies on what it had. */
export function losing(
  keys: Write["keys"],
  { orders }: Found,
  now: Instant,
  stamp: string,
  dispute?: OpenNotice,
): Write["also"] {
  const moved = keys.filter(({ before, after }) => before && before.order !== after.order && before.expiresAt > now);
  const losers = new Set(moved.flatMap(({ before }) => orders.get(before?.order ?? "") ?? []));
  if (losers.size === 0) return undefined;
  return [...losers].map((before) => {
    const lost = new Set(moved.flatMap((key) => (key.before?.order === before.id ? keyId(key.after) : [])));
    const left = changed(before, stamp, { keys: before.keys.filter((key) => !lost.has(keyId(key))) });
    const isRelays = before.sources.some(
      (s) => s.account === dispute?.account && s.sourceOrder === dispute?.sourceOrder,
    );
    return { before, after: withNotice(left, isRelays ? dispute : undefined) };
  });
}

/** Customer order numbers are forgotten with the window, internet ids with the order. */
function recordOf(key: Key, order: Order): KeyRecord {
  const memoryUntil = key.kind === "internet-id" ? order.memoryUntil : order.expiresAt;
  return { ...key, order: order.id, expiresAt: order.expiresAt, memoryUntil, shared: false };
}

/**
 * Until the ERP has it, the order goes there as it was reported last; an edit does not move every platform's time.
 * Older ones were refused before.
 */
function isNewerReport(order: Order, known: Source, sighting: Sighting, role: Source["role"]): boolean {
  if (role === "late") return false;
  // The latest cancel has to be known, or a report from between two cancels would revive the purchase.
  if (sighting.readiness === "cancelled" && sighting.version > known.version) return true;
  if (role === "part") return false;
  if (sighting.readiness === "ready" && becomesReady(known, sighting)) return true;
  if (order.state !== "waiting" && order.state !== "pending" && !isShadowed(order)) return false;
  return !isEqual(known.report, sighting.report) || known.readiness !== sighting.readiness;
}

/** Whoever says ready disputes the cancel of a copy. At a cancel's own version nobody can say which came last. */
function becomesReady(known: Source, { version }: Sighting): boolean {
  return known.readiness === "waiting" || (known.readiness === "cancelled" && version > known.version);
}

/** Deep, whatever the order of the fields: a report that lay in the store has another one. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [ours, theirs] = [new Map<string, unknown>(Object.entries(a)), new Map<string, unknown>(Object.entries(b))];
  return [...ours.keys(), ...theirs.keys()].every((name) => isEqual(ours.get(name), theirs.get(name)));
}

/** @param kept in shadow mode no platform is told anything */
function sourceFrom(sighting: Sighting, role: Source["role"], now: Instant, kept: boolean): Source {
  return present({
    account: sighting.account,
    sourceOrder: sighting.sourceOrder,
    speaksFor: sighting.reporter === sighting.account ? undefined : sighting.reporter,
    version: sighting.version,
    readiness: sighting.readiness,
    status: sighting.status,
    seenAt: now,
    money: sighting.money,
    refunded: sighting.refunded,
    surcharged: sighting.surcharged,
    cancelledInPart: sighting.cancelledInPart,
    role,
    erpNumber: sighting.wantsErpNumber && !kept ? ("wanted" as const) : undefined,
    under: underOf(sighting),
    report: role !== "late" ? sighting.report : undefined,
  });
}

function totalsWith(totals: Order["totals"], { money, report }: Sighting): Order["totals"] {
  const saysIt = ({ currency, minor, due }: Worth, by: Worth) =>
    currency === by.currency && minor === by.minor && (by.due === undefined || due === by.due);
  const known = !money || totals.some((total) => saysIt(total, money));
  return known || totals.length >= MAX_TOTALS ? totals : [...totals, { ...money, lines: report.lines.length }];
}

function keysDiffer(before: readonly Key[], after: readonly Key[]): boolean {
  const ranks = new Map(before.map((key) => [keyId(key), key.rank]));
  return after.some((key) => ranks.get(keyId(key)) !== key.rank);
}

function windowOf(sighting: Sighting, rules: Rules): number {
  return Math.max(rules.windowMs, (sighting.windowDays ?? 0) * DAY);
}
