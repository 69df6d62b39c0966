/**
 * Walking the confirmed orders in the order of their confirmation. Pure.
 *
 * A page may end inside one second, so the next one starts in that same second again and drops what it has seen.
 * A second that fills a whole page (a seller confirms hundreds of orders with one click) is walked by order id;
 * the API's own advice, to step on by one second, would lose the rest of it.
 */
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import { anyText, naturalInt } from "../../shapes.ts";

/** The most that one call returns. */
const PAGE = 100;

/** Read again by the next walk: a confirmation may become visible a little late. */
export const OVERLAP_SECONDS = 300;

const FIRST_LOOK_BACK_SECONDS = 86_400;

/** Orders of one second come in any order, so those of a full page need not be the ones with the lowest ids. */
const FIRST_ID = 1;

const Second = naturalInt;

const Walk = z.object({
  from: Second,
  /** Ids already returned for that second. */
  seen: z.array(anyText),
  /** Set while the second `from` is walked by id. */
  idFrom: z.optional(Second),
  /** Where the walk started; the next one starts no earlier, or a quiet account would be read ever further back. */
  start: Second,
  /** When the walk began. What becomes visible behind it meanwhile is found by the next one. */
  began: Second,
});
export type Walk = z.infer<typeof Walk>;

/** Between two walks only the place where the next one starts is known. */
const Rest = z.object({ from: Second });

export type Position = { id: string; second: number };

/** Goes on with an interrupted walk, or begins a new one. */
export function walkFrom(cursor: string | undefined, acceptFrom: Instant | undefined, now: Instant): Walk {
  const saved: unknown = cursor === undefined ? undefined : JSON.parse(cursor);
  const interrupted = Walk.safeParse(saved);
  if (interrupted.success) return interrupted.data;
  const began = Math.floor(now / 1000);
  const start = saved === undefined ? firstSecond(acceptFrom, began) : Rest.parse(saved).from;
  return { from: start, seen: [], start, began };
}

export function firstSecond(acceptFrom: Instant | undefined, began: number): number {
  return acceptFrom === undefined ? Math.max(began - FIRST_LOOK_BACK_SECONDS, 0) : Math.floor(acceptFrom / 1000);
}

export function parametersOf(walk: Walk): Record<string, unknown> {
  return {
    date_confirmed_from: walk.from,
    ...(walk.idFrom !== undefined && { id_from: walk.idFrom }),
    get_unconfirmed_orders: false,
  };
}

/**
 * Where to go on after a page, and whether there is more.
 * @param page what could be read of it
 * @param size how many orders it held
 */
export function stepOn(walk: Walk, page: readonly Position[], size: number): { cursor: string; more: boolean } {
  const { from, idFrom } = walk;
  const ids = page.map(({ id }) => id);
  const last = page.reduce((latest, { second }) => Math.max(latest, second), 0);
  if (idFrom !== undefined) {
    // A page that shows no later id: the API did not heed `id_from`, and would show it for ever.
    const isThrough = size < PAGE || afterAll(ids) <= idFrom;
    return isThrough ? on(walk, from + 1, []) : on(walk, from, walk.seen, afterAll(ids));
  }
  // A full page of nothing but earlier orders would come for ever.
  if (size < PAGE || last < from) return ended(walk, last);
  return last > from ? on(walk, last, idsAt(last, page)) : on(walk, from, ids, FIRST_ID);
}

function on(walk: Walk, from: number, seen: string[], idFrom?: number): { cursor: string; more: boolean } {
  const next: Walk = { from, seen, start: walk.start, began: walk.began, ...(idFrom !== undefined && { idFrom }) };
  return { cursor: JSON.stringify(next), more: true };
}

function ended(walk: Walk, last: number): { cursor: string; more: boolean } {
  const reached = Math.min(Math.max(last, walk.from), walk.began);
  const from = Math.max(walk.start, reached - OVERLAP_SECONDS);
  return { cursor: JSON.stringify({ from }), more: false };
}

function afterAll(ids: readonly string[]): number {
  return Math.max(0, ...ids.map(Number)) + 1;
}

function idsAt(moment: number, page: readonly Position[]): string[] {
  return page.filter(({ second }) => second === moment).map(({ id }) => id);
}
