/**
 * Looking back at confirmed orders: a later status, a cancel above all, moves none of them back into the listing. Pure.
 *
 * The journal would tell, but it is off by default. So the confirmed orders of two weeks are listed again every hour,
 * and those whose status has moved, or that were made since, are taken.
 */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { anyInt, naturalInt, optionalText } from "../../core/schemas.ts";
import { type ListPage, restAt, stepOn, type Walk, walkOn } from "../shared/walk.ts";
import { BY_CHANGE_THEN_ID } from "../shared/walk-kinds.ts";
import { Cursor, firstAt, OVERLAP_SECONDS } from "./walk.ts";
import { movedAt } from "./wire.ts";

const BACK_SECONDS = 14 * 86_400;
const EVERY_SECONDS = 3600;
/** Of one run: the budget is shared with every other integrator of the seller. */
const PAGES_PER_RUN = 5;

const Second = naturalInt;

const Relist = z.lazy(() =>
  z.object({
    /** Where the listing itself began: what was confirmed before is none of ours. */
    since: Second,
    /** Statuses that moved before were seen by the pass before this one. */
    movedFrom: Second,
    /** When the pass began, or when the next one begins. */
    at: Second,
    pages: anyInt,
    /** Set within a pass. */
    walk: optionalText,
  }),
);
export type Relist = z.infer<typeof Relist>;

/** @param cursor of the pass before; undefined where none was made: the first one begins in an hour */
export function relistFrom(cursor: string | undefined, acceptFrom: Instant | undefined, now: Instant): Relist {
  if (cursor !== undefined) return Relist.parse(JSON.parse(cursor));
  const at = Math.floor(now / 1000);
  return { since: Math.floor(firstAt({ acceptFrom }, now) / 1000), movedFrom: at, at: at + EVERY_SECONDS, pages: 0 };
}

/** @returns undefined while the next pass is not due */
export function passOf(relist: Relist, now: Instant): { walk: Walk; relist: Relist } | undefined {
  const second = Math.floor(now / 1000);
  if (relist.walk === undefined && second < relist.at) return undefined;
  const begun = relist.walk === undefined ? { ...relist, at: second } : relist;
  const first = restAt(Math.max(relist.since, second - BACK_SECONDS) * 1000);
  const saved = relist.walk === undefined ? first : Cursor.parse(JSON.parse(relist.walk));
  return { walk: walkOn(BY_CHANGE_THEN_ID, saved, now), relist: begun };
}

/** Whether its status has moved since the last pass began. */
export function hasMoved(raw: unknown, { movedFrom }: Relist): boolean {
  return movedAt(raw) >= movedFrom - OVERLAP_SECONDS;
}

/** Where a pass goes on after a page. `more` ends a run after so many pages, and the pass goes on in the next. */
export function passOn(relist: Relist, walk: Walk, page: ListPage, now: Instant): { cursor: string; more: boolean } {
  const { next: on, more } = stepOn(BY_CHANGE_THEN_ID, walk, page, now);
  const pages = relist.pages + 1;
  const next: Relist = more
    ? { ...relist, pages, walk: JSON.stringify(on) }
    : { since: relist.since, movedFrom: relist.at, at: relist.at + EVERY_SECONDS, pages: 0 };
  return { cursor: JSON.stringify(next), more: more && pages % PAGES_PER_RUN > 0 };
}
