/**
 * Walking "everything changed since a moment", sorted by the order's id, page by page. Pure.
 *
 * Asked without an end, such a list only grows while it is walked (a change makes an order newer, never older) and ids
 * do not move, so an order that changes meanwhile can only come twice. Sorted by time it would leave its place, and
 * every later one would slip forward by one and be missed at the end of a page.
 */
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import { anyInt, anyText, naturalInt } from "../../shapes.ts";

/** A change becomes visible when the shop's transaction ends, a little after the time that it carries. */
const OVERLAP_MS = 120_000;

/** An order may change twice within the second that its time names: one this fresh is looked at again. */
const SETTLED_MS = 60_000;

/** More orders of the overlap than this are simply seen again. */
const MAX_SEEN = 200;

const Walk = z.object({
  /** Epoch ms. */
  from: anyInt,
  /** From 0. */
  page: naturalInt,
  /** The latest change seen so far. */
  newest: anyInt,
  /** Marks of the last changes, so that the overlap is not worked through again. */
  seen: z.array(z.tuple([anyText, anyInt])),
});
export type Walk = z.infer<typeof Walk>;

/** One order of a page. `mark` is equal as long as the order is. */
export type Entry = { mark: string; changedAt: Instant | undefined };

export function walkFrom(cursor: string | undefined, first: Instant): Walk {
  return cursor === undefined ? { from: first, page: 0, newest: first, seen: [] } : Walk.parse(JSON.parse(cursor));
}

export function isSeen(walk: Walk, { mark }: Entry): boolean {
  return walk.seen.some(([known]) => known === mark);
}

/** Where to go on. The next walk starts by the shop's own clock, but never ahead of ours. */
export function stepOn(walk: Walk, entries: readonly Entry[], more: boolean, now: Instant): Step {
  const times = entries.flatMap(({ changedAt }) => changedAt ?? []).filter((at) => at <= now);
  const newest = Math.max(walk.newest, ...times);
  const from = Math.max(walk.from, newest - OVERLAP_MS);
  const known = [...new Map([...walk.seen, ...marksOf(entries, from, now)])];
  // What earlier walks have seen is still needed on the pages to come.
  const next: Walk = more
    ? { ...walk, page: walk.page + 1, newest, seen: known.slice(-2 * MAX_SEEN) }
    : { from, page: 0, newest, seen: known.filter(([, at]) => at >= from).slice(-MAX_SEEN) };
  return { cursor: JSON.stringify(next), more };
}

type Step = { cursor: string; more: boolean };

function marksOf(entries: readonly Entry[], from: Instant, now: Instant): Walk["seen"] {
  return entries.flatMap(({ mark, changedAt: at }): Walk["seen"] =>
    at !== undefined && at >= from && at <= now - SETTLED_MS ? [[mark, at]] : [],
  );
}

/** The first look back reaches as far as a purchase is recognised. */
export function firstLook({ acceptFrom, windowDays = 14 }: LookBack, now: Instant): Instant {
  return Math.max(acceptFrom ?? now - windowDays * 86_400_000, 0);
}

type LookBack = { acceptFrom?: Instant | undefined; windowDays?: number | undefined };
