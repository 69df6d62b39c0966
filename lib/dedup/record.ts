/** What a decision writes: the order as it becomes, and the keys that will point to it. Pure. */
import { change, DAY, type Instant, type Order, type Sighting, type Source, sourceOf } from "../order.ts";
import type { Found, KeyRecord, Write } from "./claims.ts";
import type { Rules } from "./decide.ts";
import { moneyOf } from "./identity.ts";
import { bestKey, distinctKeys, type Key, keyId } from "./keys.ts";

/** Totals are evidence, not history: a purchase whose total was edited more often than this keeps the first ones. */
const MAX_TOTALS = 12;

export function freshOrder(sighting: Sighting, keys: readonly Key[], now: Instant, rules: Rules): Order {
  const expiresAt = now + windowOf(sighting, rules);
  const by = { account: sighting.account, version: sighting.version };
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
    expiresAt,
    memoryUntil: Math.max(now + rules.memoryMs, expiresAt),
    keys: [...keys],
    sources: [sourceFrom(sighting, "report", now)],
    totals: totalsWith([], sighting),
    attempts: 0,
  };
}

export type Joined = {
  after: Order;
  changed: boolean;
  reason: string;
  held?: string;
  /** What a person has to know of it, since the ERP has the order as it was before. */
  tell?: string;
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

  const merged = distinctKeys([...order.keys, ...keys]);
  const totals = role === "part" ? order.totals : totalsWith(order.totals, sighting);
  const turn = role === "report" ? turned(order, sighting, now) : undefined;
  if (turn?.held) return { after: order, changed: false, reason: turn.reason, held: turn.held };

  const tell = role === "report" ? changeToTell(order, known, sighting) : undefined;
  const reason = turn
    ? turn.reason
    : tell
      ? tell
      : !known
        ? "first-report"
        : keysDiffer(order.keys, merged)
          ? "new-key"
          : totals.length > order.totals.length
            ? "new-total"
            : isNewerReport(order, known, sighting, role)
              ? "newer-report"
              : undefined;
  if (!reason) return { after: order, changed: false, reason: "nothing-new" };

  const expiresAt =
    role === "late" ? order.expiresAt : Math.max(order.expiresAt, order.acceptedAt + windowOf(sighting, rules));
  const sources = sourcesWith(order.sources, known, sourceFrom(sighting, role, now));
  const untold = order.state === "delivered" && sources.some(({ erpNumber }) => erpNumber === "wanted");
  const after = change(order, rules.stamp, {
    keys: merged,
    totals,
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, expiresAt),
    sources,
    ...(untold && { dueAt: now }),
    ...turn?.changes,
  });
  return { after, changed: true, reason, ...(tell && { tell }) };
}

/** What a source was when it was first seen it stays, and it is told the ERP's number once. */
function sourcesWith(sources: readonly Source[], known: Source | undefined, source: Source): Source[] {
  if (!known) return [...sources, source];
  const { role, seenAt, erpNumber = source.erpNumber } = known;
  const next = { ...known, ...source, role, seenAt, ...(erpNumber && { erpNumber }) };
  return sources.map((s) => (s === known ? next : s));
}

/** Keys that are not in the index yet as this order's, or only as weaker evidence. */
export function keyWrites(keys: readonly Key[], order: Order, found: Found, now: Instant): Write["keys"] {
  return keys.flatMap((key) => {
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

type Turn = { reason: string; changes?: Parameters<typeof change>[2]; held?: string };

/** How a report moves the state. Only the account that cancelled may revive, with a newer version. */
function turned(order: Order, sighting: Sighting, now: Instant): Turn | undefined {
  switch (sighting.readiness) {
    case "waiting":
      return undefined;
    case "cancelled":
      return cancelling(order, sighting, now);
    case "ready":
      if (order.state === "waiting") return { reason: "ready", changes: { state: "pending", dueAt: now } };
      return reviving(order, sighting, now);
    default:
      return sighting.readiness satisfies never;
  }
}

function cancelling(order: Order, sighting: Sighting, now: Instant): Turn | undefined {
  const by = { account: sighting.account, version: sighting.version };
  if (order.state === "cancelled" || order.cancelRequested) return undefined;
  if (order.state === "submitting" || order.erp) {
    const dueAt = order.state === "submitting" ? order.dueAt : now;
    return { reason: "cancel-requested", changes: { cancelRequested: by, dueAt } };
  }
  return {
    reason: "cancelled",
    changes: { state: "cancelled", cancelledBy: by, lease: undefined, dueAt: order.expiresAt },
  };
}

function reviving(order: Order, sighting: Sighting, now: Instant): Turn | undefined {
  const by = order.cancelRequested ?? order.cancelledBy;
  if (!by || by.account !== sighting.account || sighting.version <= by.version) return undefined;
  if (order.cancelRequested) return { reason: "revived", changes: { cancelRequested: undefined } };
  if (order.state !== "cancelled") return undefined;
  if (order.erp) return { reason: "cancelled-in-erp", held: "revived-after-erp-cancel" };
  return { reason: "revived", changes: { state: "pending", cancelledBy: undefined, dueAt: now } };
}

/**
 * Money was paid back; or the ERP has the order, or is being given it, and the source now says otherwise: goods, price
 * or delivery changed. A status or a payment alone is no edit.
 */
function changeToTell(order: Order, known: Source | undefined, sighting: Sighting): string | undefined {
  if (!known || order.state === "waiting" || order.state === "cancelled") return undefined;
  if ((sighting.refunded ?? 0) > (known.refunded ?? 0)) return "refunded";
  if (order.state !== "delivered" && order.state !== "submitting") return undefined;
  if (sighting.version <= known.version || !known.report || known.readiness === "waiting") return undefined;
  const { lines, shipping } = sighting.report;
  const same =
    known.money?.minor === sighting.total && agree([known.report.lines, known.report.shipping], [lines, shipping]);
  return same ? undefined : "edited-after-delivery";
}

/** Until the ERP has it, the order goes there as it was reported last. */
function isNewerReport(order: Order, known: Source, sighting: Sighting, role: Source["role"]): boolean {
  if (role !== "report" || sighting.version <= known.version) return false;
  if (order.state !== "waiting" && order.state !== "pending") return false;
  return !isEqual(known.report, sighting.report) || known.readiness !== sighting.readiness;
}

/** One account may report an order in two ways, one of which says less: what only one side says is no difference. */
function agree(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === undefined || b === undefined || a === b;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  const known = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([name, value]) => agree(value, known.get(name)));
}

/** Both sides come from the same schema, so their fields stand in the same order. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sourceFrom(sighting: Sighting, role: Source["role"], now: Instant): Source {
  const money = moneyOf(sighting);
  return {
    account: sighting.account,
    sourceOrder: sighting.sourceOrder,
    version: sighting.version,
    readiness: sighting.readiness,
    seenAt: now,
    ...(money && { money }),
    ...(sighting.refunded !== undefined && { refunded: sighting.refunded }),
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
