/**
 * The watch over the ERP: what other writers wrote is registered, and what they wrote a second time is raised.
 *
 * Under a lease, with a cursor that moves only behind what is durable. Without a cursor it begins a window back, so a
 * backfill is the same round, only done at once.
 */
import * as z from "zod/mini";
import { DAY, Instant } from "../core/order.ts";
import { type Erp, type ErpListed, type ErpWatch, erpAccount } from "../core/ports/erp.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import { anyText, optionalBoolean, optionalText } from "../core/schemas.ts";
import { forEachLimit } from "../core/writes.ts";
import type { Noted, OtherWritersDeps } from "./noted.ts";
import { noteErpOrder } from "./other-writers.ts";

/** The parts of the process that the watch works with. */
export type WatchParts = Pick<OtherWritersDeps, "claims" | "explain" | "now" | "random" | "wait" | "unique"> & {
  feeds: FeedStore;
  erp: Pick<Erp, "name">;
  /** Absent where the adapter cannot show what others wrote. */
  watch?: ErpWatch;
  config: {
    windowDays: number;
    memoryDays: number;
    waitingDays: number;
    leaseSeconds: number;
    erpWriters: OtherWritersDeps["writers"];
  };
};

export type Watched = {
  /** False: another run is at work, or there is nothing to watch by. */
  ran: boolean;
  /** Nothing more to list for now, or nothing at all. */
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

/** Read again by the next round: a transaction becomes visible later than the time that it wrote. */
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

const Round = z.object({
  since: Instant,
  /** The adapter's cursor, while there is more. */
  page: optionalText,
  /** The latest creation seen: times are compared by the ERP's own clock. Never in the future, whatever a row says. */
  latest: Instant,
  /** This round reads the last day; and when the next such one is due. */
  wide: optionalBoolean,
  wideAt: z.optional(Instant),
  /** The earliest ERP order whose purchase was on its way into the ERP: the next round starts no later. */
  openSince: z.optional(Instant),
  /** Doubtful orders of the last day that a person was told of by earlier rounds, and by this one. */
  told: z.array(anyText),
  telling: z.array(anyText),
});
type Round = z.infer<typeof Round>;

type Page = ReadonlyArray<{ listed: ErpListed; noted: Noted }>;

/**
 * One run. It stops in time for its lease and leaves the rest to the next one.
 * @param options.afresh begins a window back, whatever the cursor says
 * @param options.page hears what the run came to so far, after each page
 * @throws `ErpUnavailable`, or what our own store threw; the cursor then stands where it was
 */
export async function watchErp(
  parts: WatchParts,
  { afresh = false, page = () => undefined }: { afresh?: boolean; page?: (watched: Watched) => void } = {},
): Promise<Watched> {
  const { watch, config, feeds, now } = parts;
  const watched: Watched = { ran: false, ended: false, listed: 0, registered: 0, duplicated: 0, doubtful: 0 };
  if (!watch || config.erpWriters.length === 0) return { ...watched, ended: true };
  const feed = erpAccount(parts.erp.name);
  const token = parts.unique();
  const leaseMs = config.leaseSeconds * 1000;
  const startedAt = now();
  const state = await feeds.take(feed, token, startedAt, startedAt + leaseMs);
  if (!state) return watched;
  watched.ran = true;
  try {
    const saved = new Map(Object.entries(state.cursors)).get(LISTING);
    let round = roundFrom(afresh ? undefined : saved?.cursor, startedAt, config.windowDays * DAY);
    for (let pages = 0; pages < PAGES && now() - startedAt < leaseMs / 2; pages++) {
      const askedAt = now();
      const { orders, cursor } = await watch.list(round.since, round.page);
      const noted = await noteAll(orders, round, parts);
      round = stepOn(round, noted, cursor, askedAt);
      const listedAt = cursor === undefined ? askedAt : 0;
      if (!(await feeds.saveCursor(feed, token, LISTING, JSON.stringify(round), listedAt, now() + leaseMs))) break;
      count(watched, noted, round);
      watched.ended = cursor === undefined;
      page(watched);
      if (watched.ended) break;
    }
  } finally {
    await feeds.release(feed, token);
  }
  return watched;
}

function roundFrom(cursor: string | undefined, now: Instant, windowMs: number): Round {
  const widely = { wide: true, wideAt: now + WIDE_EVERY_MS };
  if (cursor === undefined) {
    const since = Math.max(0, now - windowMs);
    return { since, latest: since, told: [], telling: [], ...widely };
  }
  const round = Round.parse(JSON.parse(cursor));
  const goesOn = round.page !== undefined || (round.wideAt ?? 0) > now;
  return goesOn ? round : { ...round, since: Math.min(round.since, now - DAY), ...widely };
}

/** Where the round goes on, or, at its end, where the next one starts. Pure. */
function stepOn(round: Round, page: Page, cursor: string | undefined, now: Instant): Round {
  const inFlight = page.filter(({ noted }) => noted === "in-flight").map(({ listed }) => listed.createdAt);
  const openSince = Math.min(round.openSince ?? Infinity, ...inFlight);
  const latest = Math.min(now, Math.max(round.latest, ...page.map(({ listed }) => listed.createdAt)));
  const doubtful = page.filter(({ noted }) => noted === "doubtful").map(({ listed }) => listed.erpId);
  const telling = [...new Set([...round.telling, ...doubtful])];
  const { since, wide, wideAt, told } = round;
  if (cursor === undefined) {
    const next = Math.max(since, Math.min(openSince, latest - OVERLAP_MS));
    // A wide round saw every one of the day again: what it did not tell of is settled, or older.
    return { since: next, latest, wideAt, told: wide ? telling : [...new Set([...told, ...telling])], telling: [] };
  }
  const open = openSince < Infinity ? { openSince } : {};
  return { since, page: cursor, latest, wide, wideAt, told, telling, ...open };
}

async function noteAll(orders: readonly ErpListed[], { told, telling }: Round, parts: WatchParts): Promise<Page> {
  const deps = otherWritersDeps(parts);
  const known = new Set([...told, ...telling]);
  const page: Array<Page[number]> = [];
  await forEachLimit(orders, AT_ONCE, async (listed) => {
    page.push({ listed, noted: await noteErpOrder(listed, known.has(listed.erpId), deps) });
  });
  return page;
}

function otherWritersDeps({ claims, erp, config, explain, now, random, wait, unique }: WatchParts): OtherWritersDeps {
  const { windowDays, memoryDays, waitingDays, erpWriters: writers } = config;
  const rules = { windowMs: windowDays * DAY, memoryMs: memoryDays * DAY, waitingMs: waitingDays * DAY };
  return { claims, erp: erp.name, writers, explain, now, random, wait, unique, rules };
}

function count(watched: Watched, page: Page, { latest }: Round): void {
  watched.listed += page.length;
  for (const { noted } of page) if (noted !== "nothing" && noted !== "in-flight") watched[noted] += 1;
  if (page.length > 0) watched.reached = latest;
}
