/** What a decision writes: the order as it becomes, and the keys that will point to it. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import { DAY, type Instant, type Order, type Sighting, type Source, sourceOf } from "../order.ts";
import { leadOf, voiceOf } from "../sources.ts";
import { change } from "../states.ts";
import type { Found, KeyRecord, Write } from "./claims.ts";
import type { Rules } from "./decide.ts";
import { changeToTell, effectOf } from "./effect.ts";
import { moneyOf } from "./identity.ts";
import { bestKey, distinctKeys, type Key, keyId } from "./keys.ts";
import { outgrown } from "./merged.ts";
import { leastSent, uncovered, unwanted } from "./parts.ts";

/** Totals are evidence, not history: a purchase whose total was edited more often than this keeps the first ones. */
const MAX_TOTALS = 12;

/** So are numbers and traces, of each rank. All keys of an order have to fit into one transaction, which takes 100 items. */
const MAX_EVIDENCE = 20;

export function freshOrder(sighting: Sighting, keys: readonly Key[], now: Instant, rules: Rules): Order {
  const expiresAt = now + windowOf(sighting, rules);
  const by = { account: voiceOf(sighting), version: sighting.version };
  const states = {
    ready: { state: "pending", dueAt: now },
    waiting: { state: "waiting", dueAt: Math.min(now + rules.waitingMs, expiresAt - DAY) },
    cancelled: { state: "cancelled", dueAt: expiresAt, cancelledBy: by },
  } as const;
  return {
    id: rules.orderId,
    version: 1,
    stamp: rules.stamp,
    ...states[sighting.readiness],
    acceptedAt: now,
    ...(sighting.placedAt !== undefined && { placedAt: sighting.placedAt }),
    expiresAt,
    memoryUntil: Math.max(now + rules.memoryMs, expiresAt),
    keys: carried(keys),
    sources: [sourceFrom(sighting, "report", now)],
    totals: totalsWith([], sighting),
    attempts: 0,
  };
}

export type Joined = {
  after: Order;
  changed: boolean;
  reason: string;
  held?: HeldReason;
  /** What a person has to know of it, since the ERP has the order as it was before. */
  tell?: HeldReason;
};

/**
 * An order with one more report. `changed` is false when the report says nothing new: then nothing is written.
 * @param keys the sighting's keys that this order may carry: those that point to it already and those that are free
 */
export function joined(
  order: Order,
  sighting: Sighting,
  keys: readonly Key[],
  role: Source["role"],
  now: Instant,
  rules: Rules,
): Joined {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  if (known && sighting.version < known.version) return { after: order, changed: false, reason: "stale" };

  const merged = carried([...order.keys, ...keys]);
  const totals = role === "part" ? order.totals : totalsWith(order.totals, sighting);
  // With the keys that it brings: an issuer may only now turn out to be the purchase's own.
  const effect = role === "report" ? effectOf({ ...order, keys: merged }, sighting, now) : undefined;
  if (effect?.held) return { after: order, changed: false, reason: effect.reason, held: effect.held };

  const sources = sourcesWith(order.sources, known, sourceFrom(sighting, role, now), isHeavy(order));
  const moved = change(order, rules.stamp, { sources, ...effect?.changes });
  const tell =
    effect?.tell ??
    changeToTell(order, known, sighting, role, moved.state) ??
    uncovered(order, moved, sighting.account) ??
    unwanted(order, moved, sighting.account) ??
    outgrown(order, { ...moved, keys: merged }) ??
    sharing(order, known);
  const reason = effect?.reason ?? tell ?? whatIsNew(order, known, sighting, role, merged, totals);
  if (!reason) return { after: order, changed: false, reason: "nothing-new" };

  const from = effect?.renews ? now : order.acceptedAt;
  const expiresAt = role === "late" ? order.expiresAt : Math.max(order.expiresAt, from + windowOf(sighting, rules));
  const untold = order.state === "delivered" && sources.some(({ erpNumber }) => erpNumber === "wanted");
  const placedAt = earliest(order.placedAt, sighting.placedAt);
  const after = change(order, rules.stamp, {
    keys: merged,
    totals,
    ...(role === "report" && placedAt !== undefined && { placedAt }),
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, expiresAt),
    sources,
    ...(expiresAt > order.expiresAt && shorterKeys(order, expiresAt, now)),
    ...(untold && { dueAt: now }),
    ...leastSent(moved),
    ...effect?.changes,
  });
  return { after, changed: true, reason, ...(tell && { tell }) };
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
  return { keysUntil, ...(rests && { dueAt: Math.max(keysUntil - DAY, now) }) };
}

/** The first report of an order whose ERP order was linked to another one in the meantime. */
function sharing({ erp, erpTakenBy, sources }: Order, known: Source | undefined): HeldReason | undefined {
  return erp && erpTakenBy !== undefined && !known && sources.length === 1 ? "erp-order-shared" : undefined;
}

/** What one item of the table holds is limited: a further source of a huge order is linked without its report. */
const MAX_REPORTS = 200_000;

function isHeavy(order: Order): boolean {
  return leadOf(order)?.readiness === "ready" && JSON.stringify(order.sources).length > MAX_REPORTS;
}

/** What a source was when it was first seen it stays, and it is told the ERP's number once. */
function sourcesWith(sources: readonly Source[], known: Source | undefined, told: Source, heavy: boolean): Source[] {
  const { report, ...rest } = told;
  const source = heavy || !report ? rest : told;
  if (!known) return [...sources, source];
  const { role, seenAt, erpNumber = source.erpNumber } = known;
  const next = { ...known, ...source, role, seenAt, ...(erpNumber && { erpNumber }) };
  return sources.map((s) => (s === known ? next : s));
}

/** One for each identity: every id, and the first of what is mere evidence. */
function carried(keys: readonly Key[]): Key[] {
  const distinct = distinctKeys(keys);
  const tooMany = ([3, 4] as const).flatMap((rank) => distinct.filter((key) => key.rank === rank).slice(MAX_EVIDENCE));
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
  if (order.state !== "waiting" && order.state !== "pending") return false;
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

function sourceFrom(sighting: Sighting, role: Source["role"], now: Instant): Source {
  const money = moneyOf(sighting);
  return {
    account: sighting.account,
    sourceOrder: sighting.sourceOrder,
    ...(sighting.speaksFor !== undefined && { speaksFor: sighting.speaksFor }),
    version: sighting.version,
    readiness: sighting.readiness,
    seenAt: now,
    ...(money && { money }),
    ...(sighting.refunded !== undefined && { refunded: sighting.refunded }),
    ...(sighting.surcharged !== undefined && { surcharged: sighting.surcharged }),
    role,
    ...(sighting.wantsErpNumber && { erpNumber: "wanted" as const }),
    under: bestKey(sighting.keys),
    ...(role !== "late" && { report: sighting.report }),
  };
}

function totalsWith(totals: Order["totals"], sighting: Sighting): Order["totals"] {
  const money = moneyOf(sighting);
  const known = !money || totals.some((t) => t.currency === money.currency && t.minor === money.minor);
  return known || totals.length >= MAX_TOTALS ? totals : [...totals, { ...money, lines: sighting.report.lines.length }];
}

function keysDiffer(before: readonly Key[], after: readonly Key[]): boolean {
  const ranks = new Map(before.map((key) => [keyId(key), key.rank]));
  return after.some((key) => ranks.get(keyId(key)) !== key.rank);
}

function windowOf(sighting: Sighting, rules: Rules): number {
  return Math.max(rules.windowMs, (sighting.windowDays ?? 0) * DAY);
}
