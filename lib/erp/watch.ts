/**
 * The watch over the ERP: what other writers wrote is registered, and what they wrote a second time is raised.
 *
 * Under a lease, with a cursor that moves only behind what is durable. Without a cursor it begins a window back, so a
 * backfill is the same walk, only done at once.
 */
import * as z from "zod/mini";
import { DAY, Instant } from "../order.ts";
import type { App } from "../runtime/app.ts";
import type { Settings } from "../runtime/config.ts";
import { anyText, optionalBoolean, optionalText } from "../shapes.ts";
import { type ErpListed, erpAccount } from "./erp.ts";
import { type ForeignDeps, type Noted, noteErpOrder } from "./foreign.ts";

export type WatchingApp = Pick<App, "claims" | "feeds" | "erp" | "watch" | "explain" | "now" | "unique"> & {
  config: Settings;
};

export type Watched = {
  /** False: another run is at work, or there is nothing to watch by. */
  ran: boolean;
  /** Nothing more to list for now. */
  ended: boolean;
  listed: number;
  registered: number;
  /** Purchases that are in the ERP twice. */
  duplicated: number;
  /** Left to a person, because the values alone do not prove anything. */
  doubtful: number;
  /** When the latest ERP order seen was created; absent before the first. */
  reached?: Instant;
};

/** Read again by the next walk: a transaction becomes visible later than the time that it wrote. */
const OVERLAP_MS = 15 * 60_000;
/**
 * And the whole last day once an hour: a person may confirm an order, or cancel it, hours after its header was begun, and
 * the ERP keeps the time of the header alone.
 */
const WIDE_EVERY_MS = DAY / 24;
const LISTING = "orders";
const AT_ONCE = 8;
/** A run that would list for ever ends here; the next one goes on from its cursor. */
const PAGES = 50;

const Walk = z.object({
  since: Instant,
  /** The adapter's cursor, while there is more. */
  page: optionalText,
  /** The latest creation seen: times are compared by the ERP's own clock. Never in the future, whatever a row says. */
  latest: Instant,
  /** This walk reads the last day; and when the next such one is due. */
  wide: optionalBoolean,
  wideAt: z.optional(Instant),
  /** The earliest ERP order whose purchase was on its way into the ERP: the next walk starts no later. */
  openSince: z.optional(Instant),
  /** Doubtful orders of the last day that a person was told of by earlier walks, and by this one. */
  told: z.array(anyText),
  telling: z.array(anyText),
});
type Walk = z.infer<typeof Walk>;

type Page = ReadonlyArray<{ listed: ErpListed; noted: Noted }>;

/**
 * One run. It stops in time for its lease and leaves the rest to the next one.
 * @param options.afresh begins a window back, whatever the cursor says
 * @param options.page hears what the run came to so far, after each page
 * @throws `ErpUnavailable`, or what our own store threw; the cursor then stands where it was
 */
export async function watchErp(
  app: WatchingApp,
  { afresh = false, page = () => undefined }: { afresh?: boolean; page?: (watched: Watched) => void } = {},
): Promise<Watched> {
  const { watch, config, feeds, now } = app;
  const watched: Watched = { ran: false, ended: false, listed: 0, registered: 0, duplicated: 0, doubtful: 0 };
  if (!watch || config.erpWriters.length === 0) return watched;
  const feed = erpAccount(app.erp.name);
  const token = app.unique();
  const leaseMs = config.leaseSeconds * 1000;
  const startedAt = now();
  const state = await feeds.take(feed, token, startedAt, startedAt + leaseMs);
  if (!state) return watched;
  watched.ran = true;
  try {
    const saved = new Map(Object.entries(state.cursors)).get(LISTING);
    let walk = walkFrom(afresh ? undefined : saved?.cursor, startedAt, config.windowDays * DAY);
    for (let pages = 0; pages < PAGES && now() - startedAt < leaseMs / 2; pages++) {
      const askedAt = now();
      const { orders, cursor } = await watch.list(walk.since, walk.page);
      const noted = await noteAll(orders, walk, app);
      walk = stepOn(walk, noted, cursor, askedAt);
      const listedAt = cursor === undefined ? askedAt : 0;
      if (!(await feeds.saveCursor(feed, token, LISTING, JSON.stringify(walk), listedAt, now() + leaseMs))) break;
      count(watched, noted, walk);
      watched.ended = cursor === undefined;
      page(watched);
      if (watched.ended) break;
    }
  } finally {
    await feeds.release(feed, token);
  }
  return watched;
}

function walkFrom(cursor: string | undefined, now: Instant, windowMs: number): Walk {
  const widely = { wide: true, wideAt: now + WIDE_EVERY_MS };
  if (cursor === undefined) {
    const since = Math.max(0, now - windowMs);
    return { since, latest: since, told: [], telling: [], ...widely };
  }
  const walk = Walk.parse(JSON.parse(cursor));
  const goesOn = walk.page !== undefined || (walk.wideAt ?? 0) > now;
  return goesOn ? walk : { ...walk, since: Math.min(walk.since, now - DAY), ...widely };
}

/** Where the walk goes on, or, at its end, where the next one starts. Pure. */
function stepOn(walk: Walk, page: Page, cursor: string | undefined, now: Instant): Walk {
  const inFlight = page.filter(({ noted }) => noted === "in-flight").map(({ listed }) => listed.createdAt);
  const openSince = Math.min(walk.openSince ?? Infinity, ...inFlight);
  const latest = Math.min(now, Math.max(walk.latest, ...page.map(({ listed }) => listed.createdAt)));
  const doubtful = page.filter(({ noted }) => noted === "doubtful").map(({ listed }) => listed.erpId);
  const telling = [...new Set([...walk.telling, ...doubtful])];
  const { since, wide, wideAt, told } = walk;
  if (cursor === undefined) {
    const next = Math.max(since, Math.min(openSince, latest - OVERLAP_MS));
    // A wide walk saw every one of the day again: what it did not tell of is settled, or older.
    return { since: next, latest, wideAt, told: wide ? telling : [...new Set([...told, ...telling])], telling: [] };
  }
  const open = openSince < Infinity ? { openSince } : {};
  return { since, page: cursor, latest, wide, wideAt, told, telling, ...open };
}

async function noteAll(orders: readonly ErpListed[], { told, telling }: Walk, app: WatchingApp): Promise<Page> {
  const deps = foreignDeps(app);
  const known = new Set([...told, ...telling]);
  const rest = orders.entries();
  const page: Array<Page[number]> = [];
  const worker = async () => {
    for (const [, listed] of rest)
      page.push({ listed, noted: await noteErpOrder(listed, known.has(listed.erpId), deps) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return page;
}

function foreignDeps({ claims, erp, config, explain, now, unique }: WatchingApp): ForeignDeps {
  const { windowDays, memoryDays, waitingDays, erpWriters: writers } = config;
  const rules = { windowMs: windowDays * DAY, memoryMs: memoryDays * DAY, waitingMs: waitingDays * DAY };
  return { claims, erp: erp.name, writers, explain, now, unique, rules };
}

function count(watched: Watched, page: Page, { latest }: Walk): void {
  watched.listed += page.length;
  for (const { noted } of page) if (noted !== "nothing" && noted !== "in-flight") watched[noted] += 1;
  if (page.length > 0) watched.reached = latest;
}
