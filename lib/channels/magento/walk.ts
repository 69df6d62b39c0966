/**
 * Walking the orders in the order of their last change, always by key and never by page number. Pure.
 *
 * Asked for a page past the last one, Magento returns the last one again; and an order that changes meanwhile moves to
 * the end, so that by number every later one would slip forward and be missed. Each step therefore asks for the first
 * page of what is left: from a second on, or, inside a second that fills a page, from an id on.
 *
 * One order that the shop cannot put together makes every page that holds it an error. It is found by halving: which
 * half of all ids fails? Each step of that is a step of the walk, so a run that ends in the middle goes on there.
 */
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import { anyInt, naturalInt } from "../../shapes.ts";

/** Read again by the next walk: a change is dated before its transaction ends. */
const OVERLAP_SECONDS = 300;

/** `entity_id` is an unsigned 32-bit number. */
const LAST_ID = 2 ** 32 - 1;

/** A broken order is left out for so long, then read once more: what changed of it meanwhile was not listed. */
const LEFT_OUT_MS = 3_600_000;
const MAX_LEFT_OUT = 100;

const Second = anyInt;
const Id = naturalInt;

const LeftOut = z.array(z.object({ id: Id, until: anyInt }));

const Walk = z.object({
  from: Second,
  /** Set while the second `from` is walked by id: all up to this one were seen. */
  after: z.optional(Id),
  /** Where the walk started: the next one goes back no further, or a quiet shop would be read ever further back. */
  start: Second,
  /** Set while a broken order is searched for: it is one of these ids, both ends included. */
  within: z.optional(z.object({ low: Id, high: Id })),
  leftOut: LeftOut,
});
export type Walk = z.infer<typeof Walk>;

/** Between two walks. */
const Rest = z.object({ from: Second, leftOut: LeftOut });

export type Position = { id: number; second: number };
export type Step = { cursor: string; more: boolean };
type Filter = { field: "updated_at" | "entity_id"; condition: "gteq" | "lteq" | "gt" | "eq" | "nin"; value: string };

/**
 * Goes on with an interrupted walk, or begins a new one.
 * @returns `again`: the ids of orders that were left out until now
 */
export function walkFrom(cursor: string | undefined, first: Instant, now: Instant): { walk: Walk; again: string[] } {
  const saved: unknown = cursor === undefined ? undefined : JSON.parse(cursor);
  const interrupted = Walk.safeParse(saved);
  if (interrupted.success) return { walk: interrupted.data, again: [] };
  const rest = saved === undefined ? { from: Math.floor(first / 1000), leftOut: [] } : Rest.parse(saved);
  const leftOut = rest.leftOut.filter(({ until }) => until > now);
  const again = rest.leftOut.filter(({ until }) => until <= now).map(({ id }) => String(id));
  return { walk: { from: rest.from, start: rest.from, leftOut }, again };
}

export function filtersOf({ from, after, within, leftOut }: Walk): Filter[] {
  const byId = (condition: Filter["condition"], value: number | string): Filter => ({
    field: "entity_id",
    condition,
    value: String(value),
  });
  return [
    { field: "updated_at", condition: after === undefined ? "gteq" : "eq", value: utc(from) },
    ...(after === undefined ? [] : [byId("gt", after)]),
    ...(within ? [byId("gteq", within.low), byId("lteq", middle(within))] : []),
    ...(leftOut.length > 0 ? [byId("nin", leftOut.map(({ id }) => id).join(","))] : []),
  ];
}

/**
 * Where to go on after a page.
 * @param page what could be read of it
 * @param isLast no more than this page was left; by the shop's own count, never by an empty page
 */
export function stepOn(walk: Walk, page: readonly Position[], isLast: boolean, now: Instant): Step {
  const latest = page.reduce((last, { second }) => Math.max(last, second), walk.from);
  if (isLast) return walk.after === undefined ? ended(walk, latest, now) : on(walk, { from: walk.from + 1 });
  if (latest > walk.from) return on(walk, { from: latest });
  const lastId = page.reduce((last, { id }) => Math.max(last, id), walk.after ?? 0);
  if (lastId === (walk.after ?? 0)) throw new Error("the shop's order list shows neither ids nor times");
  return on(walk, { from: walk.from, after: lastId });
}

/** After a page that failed, or one that did not while a broken order is searched for. */
export function halved(walk: Walk, failed: boolean): Step {
  const { within } = walk;
  if (!within) return on(walk, { ...place(walk), within: { low: 1, high: LAST_ID } });
  const half = failed ? { ...within, high: middle(within) } : { ...within, low: middle(within) + 1 };
  return on(walk, { ...place(walk), within: half });
}

/** The only id that is left of the search. */
export function suspectOf({ within }: Walk): string | undefined {
  return within && within.low >= within.high ? String(within.high) : undefined;
}

/** @param isGuilty false where the search was misled by failures that passed: the walk goes on as before it */
export function searched(walk: Walk, isGuilty: boolean, now: Instant): Step {
  const found = isGuilty && walk.within ? [{ id: walk.within.high, until: now + LEFT_OUT_MS }] : [];
  return on({ ...walk, leftOut: [...walk.leftOut, ...found].slice(-MAX_LEFT_OUT) }, place(walk));
}

function on({ start, leftOut }: Walk, to: Pick<Walk, "from" | "after" | "within">): Step {
  const next: Walk = { ...to, start, leftOut };
  return { cursor: JSON.stringify(next), more: true };
}

/** Never ahead of our own clock: one order dated in the future would hide all the others. */
function ended({ start, leftOut }: Walk, latest: number, now: Instant): Step {
  const from = Math.max(start, latest - OVERLAP_SECONDS);
  const rest = { from: Math.min(from, Math.floor(now / 1000) - OVERLAP_SECONDS), leftOut };
  return { cursor: JSON.stringify(rest), more: false };
}

function place({ from, after }: Walk): Pick<Walk, "from" | "after"> {
  return { from, ...(after !== undefined && { after }) };
}

function middle({ low, high }: { low: number; high: number }): number {
  return low + Math.floor((high - low) / 2);
}

/** UTC without a zone, as the database keeps it. */
function utc(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");
}
