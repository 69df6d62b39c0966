/**
 * Where the walk over the orders stands, and the search for an order that spoils it. Pure.
 *
 * One order that the shop cannot put together makes every page that holds it an error. It is found by halving: which
 * half of all ids fails? Each step of that is a step of the walk, so a run that ends in the middle goes on there.
 *
 * Pages are never asked for by number: asked for one past the last, Magento returns the last one again.
 */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { anyInt, naturalInt, optionalNaturalInt } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import { type Entry, restAt, Saved, stepOn, type Walk, type WalkKind, walkOn } from "../shared/walk.ts";
import { BY_CHANGE_THEN_ID } from "../shared/walk-kinds.ts";

const KIND: WalkKind = { ...BY_CHANGE_THEN_ID, leavesOut: "unchanged" };

/** `entity_id` is an unsigned 32-bit number. */
const LAST_ID = 2 ** 32 - 1;

/** A broken order is left out for so long, then read once more: what changed of it meanwhile was not listed. */
const LEFT_OUT_MS = 3_600_000;
const MAX_LEFT_OUT = 100;

const common = () => ({
  leftOut: z.array(z.object({ id: naturalInt, until: anyInt })),
  /** Set while a broken order is searched for: it is one of these ids, both ends included. */
  within: z.optional(z.object({ low: naturalInt, high: naturalInt })),
});

const cursorSchema = () => z.object({ walk: Saved, ...common() });

/** As it was written until 2026-11, with Unix seconds. `start` stands in a walk that was on its way. */
const earlierSchema = () =>
  z.object({ from: anyInt, start: z.optional(anyInt), after: optionalNaturalInt, ...common() });

type Cursor = z.infer<ReturnType<typeof cursorSchema>>;

const AnyCursor = z.lazy(() => z.union([cursorSchema(), z.pipe(earlierSchema(), z.transform(cursorOf))]));

function cursorOf({ from, start, after, ...rest }: z.infer<ReturnType<typeof earlierSchema>>): Cursor {
  const begun = restAt(from * 1000);
  return { ...rest, walk: start === undefined ? begun : present<Walk>({ ...begun, until: start * 1000, after }) };
}

export type Position = Omit<Cursor, "walk"> & { walk: Walk };
export type Step = { cursor: string; more: boolean };
type Filter = { field: "updated_at" | "entity_id"; condition: "gteq" | "lteq" | "gt" | "eq" | "nin"; value: string };

/**
 * Goes on with an interrupted walk, or begins a new one.
 * @returns `again`: the ids of orders that were left out until now
 */
export function positionFrom(cursor: string | undefined, first: Instant, now: Instant): Position & { again: string[] } {
  const known = cursor === undefined ? { walk: restAt(first), leftOut: [] } : AnyCursor.parse(JSON.parse(cursor));
  const walk = walkOn(KIND, known.walk, now);
  if (walk === known.walk) return { ...known, walk, again: [] };
  const leftOut = known.leftOut.filter(({ until }) => until > now);
  const again = known.leftOut.filter(({ until }) => until <= now).map(({ id }) => String(id));
  return { walk, leftOut, again };
}

export function filtersOf({ walk: { from, after }, within, leftOut }: Position): Filter[] {
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
 * @param entries what could be read of it
 * @param isLast no more than this page was left; by the shop's own count, never by an empty page
 */
export function pageRead({ walk, leftOut }: Position, entries: readonly Entry[], isLast: boolean, now: Instant): Step {
  const { next, more } = stepOn(KIND, walk, { entries, more: !isLast }, now);
  return step({ walk: next, leftOut }, more);
}

/** After a page that failed, or one that did not while a broken order is searched for. */
export function halved({ walk, leftOut, within }: Position, failed: boolean): Step {
  if (!within) return step({ walk, leftOut, within: { low: 1, high: LAST_ID } }, true);
  const half = failed ? { ...within, high: middle(within) } : { ...within, low: middle(within) + 1 };
  return step({ walk, leftOut, within: half }, true);
}

/** The only id that is left of the search. */
export function suspectOf({ within }: Position): string | undefined {
  return within && within.low >= within.high ? String(within.high) : undefined;
}

/** @param isGuilty false where the search was misled by failures that passed: the walk goes on as before it */
export function searched({ walk, leftOut, within }: Position, isGuilty: boolean, now: Instant): Step {
  const found = isGuilty && within ? [{ id: within.high, until: now + LEFT_OUT_MS }] : [];
  return step({ walk, leftOut: [...leftOut, ...found].slice(-MAX_LEFT_OUT) }, true);
}

function step(to: Omit<Cursor, "within"> & { within?: Position["within"] }, more: boolean): Step {
  return { cursor: JSON.stringify(to), more };
}

function middle({ low, high }: { low: number; high: number }): number {
  return low + Math.floor((high - low) / 2);
}

/** UTC without a zone, as the database keeps it. */
function utc(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
