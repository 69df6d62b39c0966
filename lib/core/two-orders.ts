/** Two orders that an operator makes one, and one of which an operator makes two. Pure. */
import { AFRESH, ALREADY, acted, type Changes, type Doing, type Ruling, refused, writes } from "./actions.ts";
import { keyId, keyOf } from "./keys.ts";
import { OPERATOR, type Order, type Source, sourceOf } from "./order.ts";
import type { Found, KeyRecord, Write } from "./ports/claims.ts";
import { apartFrom, owns, reporterOf } from "./sources.ts";
import { present, withEvent } from "./writes.ts";

/** All keys of two orders have to fit into one transaction, which takes 100 items. */
const MAX_KEYS = 80;

/**
 * Two orders are one purchase: `drop` goes into `keep`, with its reports and keys.
 * @param found the keys of both
 * @param theirs what happens to the ERP order of `drop`
 */
export function merged(keep: Order, drop: Order, found: Found, theirs: "cancel" | "leave", doing: Doing): Ruling {
  if (keep.id === drop.id) return refused("same-order");
  if (drop.mergedInto === keep.id) return ALREADY;
  if (drop.mergedInto !== undefined || keep.mergedInto !== undefined) return refused("cancelled");
  if (keep.state === "submitting" || drop.state === "submitting") return refused("being-forwarded");
  if (keep.state === "cancelled") return refused("cancelled");
  if (drop.erp && drop.state !== "cancelled" && !keep.erp) return refused("keep-the-one-in-erp");
  const moving = [...found.keys.values()].filter((record) => record.order === drop.id && record.kind !== "erp-order");
  if (moving.length > MAX_KEYS) return refused("too-many-keys");
  const after = acted(keep, "merge", mergedChanges(keep, drop, doing), doing);
  const keys = moving.map((before) => ({ before, after: lengthened({ ...before, order: keep.id }, after) }));
  return writes(keep, after, { keys, also: [{ before: drop, after: droppedInto(keep, drop, theirs, doing) }] });
}

function mergedChanges(keep: Order, drop: Order, { now }: Doing): Changes {
  const news = drop.sources.filter(({ account, sourceOrder }) => !sourceOf(keep, account, sourceOrder));
  const sources = [...keep.sources, ...news.map((source) => toldAgain(source, keep))];
  const carried = new Set(keep.keys.map(keyId));
  const known = new Set(keep.totals.map(({ currency, minor }) => `${minor} ${currency}`));
  const apart = [...(keep.apart ?? []), ...(drop.apart ?? [])].filter(
    ({ order }) => order !== drop.id && order !== keep.id,
  );
  const wantsNumber = keep.state === "delivered" && sources.some(({ erpNumber }) => erpNumber === "wanted");
  return {
    sources,
    keys: [...keep.keys, ...drop.keys.filter((key) => !carried.has(keyId(key)))],
    totals: [...keep.totals, ...drop.totals.filter(({ currency, minor }) => !known.has(`${minor} ${currency}`))],
    expiresAt: Math.max(keep.expiresAt, drop.expiresAt),
    memoryUntil: Math.max(keep.memoryUntil, drop.memoryUntil),
    apart: apart.length > 0 ? apart : undefined,
    ...(wantsNumber && { dueAt: now }),
  };
}

/** It was told the number of the ERP order that goes, or none. */
function toldAgain(source: Source, { erp }: Order): Source {
  return source.erpNumber && erp ? { ...source, erpNumber: "wanted" } : source;
}

function lengthened(record: KeyRecord, { expiresAt, memoryUntil }: Order): KeyRecord {
  const memory = record.kind === "customer-number" ? expiresAt : memoryUntil;
  return {
    ...record,
    expiresAt: Math.max(record.expiresAt, expiresAt),
    memoryUntil: Math.max(record.memoryUntil, memory),
  };
}

function droppedInto(keep: Order, drop: Order, theirs: "cancel" | "leave", doing: Doing): Order {
  const by = { account: OPERATOR, version: 0 };
  const empty = { sources: [], keys: [], apart: undefined, open: undefined, mergedInto: keep.id };
  const isToCancel = theirs === "cancel" && drop.erp !== undefined && drop.state !== "cancelled";
  if (isToCancel) {
    const changes = { ...AFRESH, ...empty, state: "delivered", cancelRequested: by, dueAt: doing.now } as const;
    return acted(drop, "merge", changes, doing);
  }
  const gone = {
    ...AFRESH,
    ...empty,
    state: "cancelled",
    cancelledBy: by,
    cancelRequested: undefined,
    dueAt: undefined,
  } as const;
  return acted(drop, "merge", gone, doing);
}

/**
 * Undoes a link: this source becomes an order of its own, and neither's reports ever come to the other again.
 * @param found the keys of the order
 * @param made the id of the new order
 */
export function unlinked(
  order: Order,
  of: Pick<Source, "account" | "sourceOrder">,
  found: Found,
  made: { id: string; windowMs: number; memoryMs: number },
  doing: Doing,
): Ruling {
  const source = sourceOf(order, of.account, of.sourceOrder);
  if (!source) return order.apart?.some((one) => isNamed(one, of)) ? ALREADY : refused("unknown-source");
  const rest = order.sources.filter((other) => other !== source);
  if (!rest.some(({ role }) => role === "report")) return refused("not-the-only-report");
  if (order.state === "submitting") return refused("being-forwarded");
  if (!source.report) return refused("data-erased");
  if (source.readiness === "ready" && !source.money) return refused("total-unknown");
  const records = [...found.keys.values()].filter((record) => record.order === order.id && record.kind !== "erp-order");
  if (records.length > MAX_KEYS) return refused("too-many-keys");
  const own = records.filter((record) => isOnlyOf(record, source, rest));
  const named = records.filter((record) => !own.includes(record) && keyId(record) === source.under);
  const split = splitOff(order, source, [...own, ...named], made, doing);
  const left = leftOf(order, source, own, split, doing);
  const keys = [
    ...own.map((before) => ({ before, after: lengthened({ ...before, order: split.id }, split) })),
    ...named.map((before) => ({ before, after: { ...before, shared: true } })),
    ...idOf(source, split, found),
  ];
  // The new order is what is written; the old one gives up its keys in the same write.
  return present<Ruling>({
    is: "writes",
    order: { before: undefined, after: split },
    also: [{ before: order, after: left }],
    keys,
  });
}

function isNamed(one: Pick<Source, "account" | "sourceOrder">, of: Pick<Source, "account" | "sourceOrder">): boolean {
  return one.account === of.account && one.sourceOrder === of.sourceOrder;
}

/** The ids that this source gave, and nobody else of the order could have. */
function isOnlyOf(record: KeyRecord, source: Source, rest: readonly Source[]): boolean {
  const reporter = reporterOf(source);
  if (!owns(reporter, record.issuer) || rest.some((other) => owns(reporterOf(other), record.issuer))) return false;
  return rest.every((other) => other.under !== keyId(record));
}

function splitOff(
  order: Order,
  source: Source,
  records: readonly KeyRecord[],
  { id, windowMs, memoryMs }: { id: string; windowMs: number; memoryMs: number },
  { now, stamp }: Doing,
): Order {
  const states = {
    ready: { state: "pending", dueAt: now },
    waiting: { state: "waiting", dueAt: now + windowMs / 2 },
    cancelled: {
      state: "cancelled",
      dueAt: now + windowMs,
      cancelledBy: { account: reporterOf(source), version: source.version },
    },
  } as const;
  const carried = records.flatMap(({ kind, issuer, value, rank }) =>
    kind === "erp-order" || kind === "cart" ? [] : [{ kind, issuer, value, rank }],
  );
  const expiresAt = Math.max(order.expiresAt, now + windowMs);
  const { given: _, awaitsRest: __, ...own } = source;
  const made = present<Order>({
    id,
    version: 1,
    stamp,
    ...states[source.readiness],
    acceptedAt: source.seenAt,
    placedAt: order.placedAt,
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, now + memoryMs),
    keys: carried.length > 0 ? carried : ownId(source),
    sources: [{ ...own, role: "report" }],
    totals: source.money ? [{ ...source.money, lines: source.report?.lines.length ?? 0 }] : [],
    attempts: 0,
    apart: apartFrom({}, [{ id: order.id, sources: order.sources.filter((other) => other !== source) }]),
  });
  return withEvent(made, {
    at: now,
    what: "action",
    why: "unlink",
    account: source.account,
    sourceOrder: source.sourceOrder,
  });
}

/** What a source calls its order, where it gave no other id of its own: the ERP and a trace find the order by it. */
function ownId(source: Source) {
  return keyOf("internet-id", reporterOf(source), source.sourceOrder, 2);
}

function idOf(source: Source, split: Order, { keys }: Found): Write["keys"] {
  const { expiresAt, memoryUntil, id: order } = split;
  return ownId(source)
    .filter((key) => split.keys.some((one) => keyId(one) === keyId(key)) && !keys.has(keyId(key)))
    .map((key) => ({ before: undefined, after: { ...key, order, expiresAt, memoryUntil, shared: false } }));
}

function leftOf(order: Order, source: Source, own: readonly KeyRecord[], split: Order, doing: Doing): Order {
  const lost = new Set(own.map(keyId));
  const sources = order.sources.filter((other) => other !== source);
  const isSaidByOthers = ({ minor, currency }: Order["totals"][number]) =>
    minor !== source.money?.minor || sources.some(({ money }) => money?.minor === minor && money.currency === currency);
  const totals = order.totals.filter(isSaidByOthers);
  return acted(
    order,
    "unlink",
    {
      sources,
      keys: order.keys.filter((key) => !lost.has(keyId(key))),
      totals: totals.length > 0 ? totals : order.totals,
      apart: apartFrom(order, [split]),
    },
    doing,
  );
}
