/**
 * How far the journal of events was read. Pure.
 *
 * Event ids are microseconds since the epoch, and `from` takes any integer: so "again from ten minutes before the
 * newest" is a subtraction. Events that were read are remembered as far back as the next read begins, so that reading
 * again costs a page and not one call an order.
 */
import { DAY, type Instant } from "../../core/order.ts";

export type Position = {
  /** When the end of the journal was last reached; at first, when reading began. */
  endReadAt: Instant;
  /** The next read begins behind this id. */
  from: bigint;
  /** The highest id that was read. */
  high: bigint;
  /** Ids that were read and that the next read may show again. */
  seen: ReadonlySet<bigint>;
};

/** More than this are not remembered: the oldest are then read again, which is harmless. */
const MAX_SEEN = 2_000;

/** The journal holds 60 days: what is deleted before it is read is skipped without a word. */
const GAP_MS = 59 * DAY;

/** The journal is younger than this: a smaller id is no time, as where a sandbox counts its events. */
const FIRST_ID = eventIdAt(Date.UTC(2015, 0, 1));

function eventIdAt(at: Instant): bigint {
  return BigInt(Math.max(0, Math.floor(at))) * 1_000n;
}

/** Ids of events that are there already: the newest one, or the oldest where nobody says which is the newest. */
export type Known = { latest?: bigint | undefined; oldest?: bigint | undefined };

/**
 * Begins at `start`, or at the newest event if that is older; at 0 if there is none, because whatever comes is new then,
 * or if ids do not say when they were written.
 */
export function beginning(start: Instant, { latest, oldest }: Known, now: Instant): Position {
  const some = latest ?? oldest ?? 0n;
  const from = some < FIRST_ID ? 0n : smaller(latest ?? eventIdAt(start), eventIdAt(start));
  return { endReadAt: now, from, high: from, seen: new Set() };
}

/**
 * Where to go on after a page. At the end of the journal: the overlap behind the highest id. In the middle: behind the
 * page's middle id, because ids need not be sorted at its border.
 */
export function following(
  before: Position,
  ids: readonly bigint[],
  full: boolean,
  overlapMs: number,
  now: Instant,
): Position {
  const overlap = eventIdAt(overlapMs);
  const high = ids.reduce(larger, before.high);
  const from = full ? middle(ids) : larger(0n, high - overlap);
  if (full && from <= before.from) throw new Error("the event journal does not go on behind the cursor");
  const seen = pruned([...before.seen, ...ids], smaller(from, high - overlap));
  return { endReadAt: full ? before.endReadAt : now, from, high, seen };
}

/** True where events may have been deleted before they were read. A quiet journal has no gap. */
export function hasGap({ endReadAt, high }: Position, now: Instant): boolean {
  return now - endReadAt > GAP_MS && eventIdAt(now) - high > eventIdAt(GAP_MS);
}

/** `endReadAt/from/high/seen`, the ids in `seen` each as the distance to the one before. */
export function encode({ endReadAt, from, high, seen }: Position): string {
  let before = 0n;
  const steps = [...seen].sort(byValue).map((id) => {
    const step = id - before;
    before = id;
    return step;
  });
  return [endReadAt, from, high, steps.join(".")].join("/");
}

const CURSOR = /^(?<endReadAt>\d+)\/(?<from>\d+)\/(?<high>\d+)\/(?<steps>(?:\d+(?:\.\d+)*)?)$/;

/** @throws for what `encode` did not write: going on from a wrong place would skip events */
export function decode(cursor: string): Position {
  const groups = CURSOR.exec(cursor)?.groups;
  if (!groups) throw new Error("the stored cursor of the event journal cannot be read");
  const { endReadAt = "", from = "", high = "", steps = "" } = groups;
  let id = 0n;
  const seen = steps === "" ? [] : steps.split(".").map((step) => (id += BigInt(step)));
  return { endReadAt: Number(endReadAt), from: BigInt(from), high: BigInt(high), seen: new Set(seen) };
}

function pruned(ids: readonly bigint[], floor: bigint): Set<bigint> {
  return new Set(
    ids
      .filter((id) => id > floor)
      .sort(byValue)
      .slice(-MAX_SEEN),
  );
}

function middle(ids: readonly bigint[]): bigint {
  return [...ids].sort(byValue)[Math.floor(ids.length / 2)] ?? 0n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function byValue(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
