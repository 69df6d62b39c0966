/**
 * Walking the list of a platform's orders, page by page, while orders are placed, changed and deleted. Pure.
 *
 * One promise for every kind of list: whatever changes while it pages, no order is skipped. The latest state of each is
 * shown by this walk or by a later one, and a walk over a platform at rest ends.
 *
 * - Within a walk the next page begins where nothing can slip past: behind an id, behind a place that the platform
 *   itself names, or at the last time that was seen. Where one time fills a page, see `numbered` and `byId`.
 * - The next walk begins no later than what this one can vouch for (`until`), and an overlap before that.
 */
import * as z from "zod/mini";
import { DAY, type Instant } from "../../core/order.ts";
import { anyInt, anyText, optionalNaturalInt, optionalPositiveInt, optionalText } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";

/** How a platform lists what changed since a moment: a row of `walk-kinds.ts`. */
export type WalkKind = {
  /** By the id, which stays as it is; or by the time of the change, so that what changes goes to the end. */
  sortedBy: "id" | "change";
  /** How a page is asked for that the time alone does not name. */
  pagedBy: "number" | "id" | "link";
  /** ms. The next walk begins so much earlier: a change is dated first and can be seen a little later. */
  overlapMs: number;
  /** The latest time, not after this one, from which the platform can be asked. */
  askable: (at: Instant) => Instant;
  /**
   * What a walk does not show again that an earlier one has shown with the same mark. `unchanged`: marks tell of every
   * change. `settled`: they are made of times, so only what has not changed for a while. Without it, nothing.
   */
  leavesOut?: "unchanged" | "settled";
};

/** An order may change twice within the second that its time names: one this fresh is shown again. */
const SETTLED_MS = 60_000;

/** Of more orders than this the mark is forgotten: they are simply shown again. */
const MAX_SEEN = 300;

/** Between two walks. Times are epoch ms. */
const restShape = () => ({
  from: anyInt,
  /** The latest change that was seen and that is not in the future. */
  newest: anyInt,
  /** Marks of orders that were shown, each with the time of its change: such an order is not shown again. */
  seen: z.array(z.tuple([anyText, anyInt])),
});
const restSchema = () => z.object(restShape());

const walkSchema = () =>
  z.object({
    ...restShape(),
    /** What changed later may have been changed behind the walk's back. */
    until: anyInt,
    /** From 1: which page of the list from `from` on. */
    page: optionalPositiveInt,
    /** Set while pages are read backwards: where to go on afterwards, null at the end of the list. */
    back: z.optional(z.nullable(anyInt)),
    /** Only orders with a higher id: of the whole list, or sorted by change of those dated `from`. */
    after: optionalNaturalInt,
    /** The platform's own name of the next page. */
    link: optionalText,
  });

export type Walk = z.infer<ReturnType<typeof walkSchema>>;
export type Rest = z.infer<ReturnType<typeof restSchema>>;

/** What a cursor holds: a walk that is on its way, or where the next one begins. Built where it is first used. */
export const Saved = z.lazy(() => z.union([walkSchema(), restSchema()]));

type Place = Pick<Walk, "from" | "page" | "back" | "after" | "link">;

/** One order of a page. `mark` is equal as long as the order is. `id` only where a kind pages by it. */
export type Entry = { mark: string; changedAt: Instant | undefined; id?: number | undefined };

/** A page as the platform gave it. `link` names the next one where a kind pages by links. */
export type ListPage = { entries: readonly Entry[]; more: boolean; link?: string | undefined };

/** `next`: a walk that is on its way, or, at its end, where the next one begins. */
export type Step = { next: Walk | Rest; more: boolean };

/** Where a list is looked at that has never been walked. */
export function restAt(from: Instant): Rest {
  return { from, newest: from, seen: [] };
}

/** Goes on with a walk that was interrupted, or begins one. */
export function walkOn(kind: WalkKind, saved: Walk | Rest, now: Instant): Walk {
  if ("until" in saved) return saved;
  // Sorted by id, an order may change behind the walk at once, by the shop's clock: not before what it has shown
  // already, nor a day before our own.
  const until = kind.sortedBy === "id" ? Math.max(saved.newest, now - DAY) : now;
  return { ...saved, until };
}

/** Whether an earlier walk, or a page before, has shown it as it is. */
export function isSeen({ seen }: Walk, { mark }: Entry): boolean {
  return seen.some(([known]) => known === mark);
}

/** Where to go on after a page. */
export function stepOn(kind: WalkKind, walk: Walk, page: ListPage, now: Instant): Step {
  const dated = page.entries.flatMap(({ mark, changedAt: at }): Dated[] => (at === undefined ? [] : [[mark, at]]));
  // One order dated in the future would hide all that change until then.
  const newest = dated.reduce((latest, [, at]) => (at <= now ? Math.max(latest, at) : latest), walk.newest);
  const place = placeAfter(kind, walk, page);
  const rest = restAfter(kind, walk, newest, now);
  const shown = shownBy(kind, walk, dated, rest.from, now);
  if (!place)
    return { next: { ...rest, seen: shown.filter(([, at]) => at >= rest.from).slice(-MAX_SEEN) }, more: false };
  const seen = kind.leavesOut ? shown : shownAt(kind, walk, dated, place.from);
  return { next: present<Walk>({ ...place, until: walk.until, newest, seen }), more: true };
}

type Dated = [mark: string, at: Instant];

/** The platform has forgotten the place that a link named: the list is asked anew from what was seen last. */
export function withoutLink({ overlapMs }: WalkKind, { until, newest }: Walk): Walk {
  return { from: newest - overlapMs, until, newest, seen: [] };
}

/** A list by id that one page showed whole changed behind nobody's back. */
function restAfter({ sortedBy, overlapMs }: WalkKind, walk: Walk, newest: Instant, now: Instant): Rest {
  const isWhole = sortedBy === "id" && walk.page === undefined && walk.after === undefined;
  return { from: Math.min(newest, isWhole ? now : walk.until, now) - overlapMs, newest, seen: [] };
}

/** Undefined at the end of the list. */
function placeAfter(kind: WalkKind, walk: Walk, page: ListPage): Place | undefined {
  const { from } = walk;
  if (kind.pagedBy === "link") return page.link === undefined ? undefined : { from, link: page.link };
  if (kind.sortedBy === "change")
    return kind.pagedBy === "number" ? numbered(kind, walk, page) : byId(kind, walk, page);
  if (!page.more) return undefined;
  return { from, after: lastId(walk, page) };
}

/**
 * Sorted by change, a page begins at the last time that was seen. A time that fills a page is read by number, and what
 * changes then leaves it, so that every later order slips towards the front: perhaps past the page to come. So its pages
 * are then read backwards, from its last to its first: an order that slips towards the front slips to a page that is
 * still to come. (What joins a time meanwhile is as fresh as the walk, and shown by the next one.)
 */
function numbered(kind: WalkKind, walk: Walk, page: ListPage): Place | undefined {
  const { from, back } = walk;
  const number = pageOf(walk);
  if (back !== undefined) {
    if (number > 1) return { from, page: number - 1, back };
    return back === null ? undefined : { from: back };
  }
  const latest = latestOf(kind, walk, page);
  if (page.more && latest === kind.askable(from)) return { from, page: number + 1 };
  const onwards = page.more ? latest : null;
  if (number > 1) return { from, page: number - 1, back: onwards };
  return onwards === null ? undefined : { from: onwards };
}

/** Sorted by change, a page begins at the last time that was seen. A time that fills a page is read by id. */
function byId(kind: WalkKind, walk: Walk, page: ListPage): Place | undefined {
  const { from, after } = walk;
  if (after !== undefined) return page.more ? { from, after: lastId(walk, page) } : { from: from + SECOND };
  if (!page.more) return undefined;
  const latest = latestOf(kind, walk, page);
  // Orders of one time may come in any order, so the page need not have shown those with the lowest ids.
  return latest > kind.askable(from) ? { from: latest } : { from, after: 0 };
}

const SECOND = 1000;

function pageOf({ page }: Walk): number {
  return page ?? 1;
}

/** The latest time of a page, as it can be asked for. */
function latestOf({ askable }: WalkKind, { from }: Walk, { entries }: ListPage): Instant {
  return askable(Math.max(from, ...entries.flatMap(({ changedAt }) => changedAt ?? [])));
}

function lastId({ after = 0 }: Walk, { entries }: ListPage): number {
  const last = Math.max(...entries.map(({ id }) => id ?? 0));
  if (!(last > after)) throw new Error("the list of orders does not go on behind an id");
  return last;
}

/** What earlier walks have shown is still needed on the pages to come. */
function shownBy(
  { leavesOut }: WalkKind,
  { seen }: Walk,
  dated: readonly Dated[],
  from: Instant,
  now: Instant,
): Dated[] {
  if (!leavesOut) return [];
  const latest = leavesOut === "settled" ? now - SETTLED_MS : Number.POSITIVE_INFINITY;
  const shown = dated.filter(([, at]) => at >= from && at <= latest);
  return [...new Map([...seen, ...shown])].slice(-2 * MAX_SEEN);
}

/** Sorted by change: the time at which the next page begins was shown in part. */
function shownAt({ askable }: WalkKind, { from, seen }: Walk, dated: readonly Dated[], next: Instant): Dated[] {
  const known = next === from ? seen : [];
  const shown = dated.filter(([, at]) => askable(at) === askable(next));
  return [...new Map([...known, ...shown])].slice(-MAX_SEEN);
}
