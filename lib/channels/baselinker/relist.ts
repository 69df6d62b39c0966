/**
 * Looking back at confirmed orders: a later status, a cancel above all, moves none of them back into the listing. Pure.
 *
 * The journal would tell, but it is off by default. So the confirmed orders of two weeks are listed again every hour,
 * and those whose status has moved, or that were made since, are taken.
 */
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import { anyInt, naturalInt, optionalText } from "../../shapes.ts";
import { firstSecond, OVERLAP_SECONDS, type Position, stepOn, type Walk, walkFrom } from "./walk.ts";
import { movedAt } from "./wire.ts";

const BACK_SECONDS = 14 * 86_400;
const EVERY_SECONDS = 3600;
/** Of one run: the budget is shared with every other integrator of the seller. */
const PAGES_PER_RUN = 5;

const Second = naturalInt;

const Relist = z.object({
  /** Where the listing itself began: what was confirmed before is none of ours. */
  since: Second,
  /** Statuses that moved before were seen by the pass before this one. */
  movedFrom: Second,
  /** When the pass began, or when the next one begins. */
  at: Second,
  pages: anyInt,
  /** Set within a pass. */
  walk: optionalText,
});
export type Relist = z.infer<typeof Relist>;

export function relistFrom(cursor: string | undefined, acceptFrom: Instant | undefined, now: Instant): Relist {
  if (cursor !== undefined) return Relist.parse(JSON.parse(cursor));
  const at = Math.floor(now / 1000);
  return { since: firstSecond(acceptFrom, at), movedFrom: at, at: at + EVERY_SECONDS, pages: 0 };
}

/** @returns undefined while the next pass is not due */
export function passOf(relist: Relist, now: Instant): { walk: Walk; relist: Relist } | undefined {
  const second = Math.floor(now / 1000);
  if (relist.walk === undefined && second < relist.at) return undefined;
  const begun = relist.walk === undefined ? { ...relist, at: second } : relist;
  const from = JSON.stringify({ from: Math.max(relist.since, second - BACK_SECONDS) });
  return { walk: walkFrom(relist.walk ?? from, undefined, now), relist: begun };
}

export function hasMoved(raw: unknown, { movedFrom }: Relist): boolean {
  return movedAt(raw) >= movedFrom - OVERLAP_SECONDS;
}

export function passOn(
  relist: Relist,
  walk: Walk,
  page: readonly Position[],
  size: number,
): { cursor: string; more: boolean } {
  const step = stepOn(walk, page, size);
  const pages = relist.pages + 1;
  const next: Relist = step.more
    ? { ...relist, pages, walk: step.cursor }
    : { since: relist.since, movedFrom: relist.at, at: relist.at + EVERY_SECONDS, pages: 0 };
  return { cursor: JSON.stringify(next), more: step.more && pages % PAGES_PER_RUN > 0 };
}
