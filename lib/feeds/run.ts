/**
 * One run of a pull source: list what changed, make it durable, move the cursor, then read what was only hinted at.
 *
 * A cursor never passes an order that did not land: intake or hold comes first, the cursor after it.
 */
import { Blocked, type Listing, type Pull, type Read } from "../channels/channel.ts";
import { heldId, heldMessage } from "../held.ts";
import { holdRaw } from "../ops/hold.ts";
import { DAY, type Instant } from "../order.ts";
import type { App } from "../runtime/app.ts";
import type { Connection } from "../runtime/config.ts";
import { tellNumbers } from "./back.ts";
import { LeaseLost, type Ledger, ledger, mayReadSingly } from "./budget.ts";
import type { FeedState, Hint } from "./feed-store.ts";
import { holdGone } from "./gone.ts";
import { type Landing, landAll, take } from "./landing.ts";
import { feedLeaseMs } from "./lease.ts";
import { MAX_ATTEMPTS, recheckMs, retryMs, triedForMs } from "./retry.ts";

export type FeedReport = { ran: boolean; listed: number; read: number; blockedUntil?: Instant };

/** How far behind its platform an account is when a run ends, well or not. */
export type FeedLag = {
  /** How much later than planned, in ms, the latest listing is; absent while one has never come to its end. */
  cursorMs?: number;
  /** How long the order that was due first had to wait for this run, in ms; absent where nothing is read singly. */
  unreadMs?: number;
};

type Unusable = Extract<Read, { kind: "unusable" }>;

/** A run that would list for ever ends here; the next one goes on from its cursor. */
const MAX_PAGES = 200;
const COOLING_MS = 600_000;
const DUE_HINTS = 100;
const ERRORS_TO_STOP = 3;
/** Allegro's forms take about a second each; more than a few at once only provoke its limiter. */
const READS_AT_ONCE = 4;

type Run = Landing & {
  startedAt: Instant;
  budget: Ledger;
  pull: Pull;
  report: FeedReport;
  /** When each listing last came to its end; 0 while there is more to list. */
  listedAt: Map<string, Instant>;
  lag: FeedLag;
};

/**
 * @param observe hears how far behind the account is, once, unless the run did not begin
 * @throws what a listing or a read threw, after everything else of the run was done and the lease given back
 */
export async function runFeed(
  app: App,
  connection: Connection,
  observe: (lag: FeedLag) => void = () => undefined,
): Promise<FeedReport> {
  const { name } = connection;
  const report: FeedReport = { ran: false, listed: 0, read: 0 };
  const token = app.unique();
  const state = await app.feeds.take(name, token, app.now(), leaseEnd(app));
  if (!state) return report;
  const errors: unknown[] = [];
  let run: Run | undefined;
  try {
    if ((state.blockedUntil ?? 0) > app.now()) return { ...report, blockedUntil: state.blockedUntil ?? 0 };
    run = begin(app, connection, token, state, report);
    if (!run) return report;
    report.ran = true;
    for (const step of steps(run)) {
      try {
        await step();
      } catch (error) {
        if (error instanceof LeaseLost) break;
        if (error instanceof Blocked) {
          await block(run, error.until);
          break;
        }
        errors.push(error);
      }
    }
  } finally {
    if (run) observe(lagOf(run));
    await app.feeds.release(name, token);
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, `${name}: the run failed`);
  return report;
}

function begin(app: App, connection: Connection, token: string, state: FeedState, report: FeedReport): Run | undefined {
  const { name, channel, account } = connection;
  const limit = account.callsPerMinute ?? channel.callsPerMinute;
  const save = (calls: readonly Instant[]) => app.feeds.saveCalls(name, token, calls, 0);
  const budget = ledger(state.calls, limit, app.now, save);
  const { http, vault, now, random } = app;
  const pull = channel.pull?.(account, { http, vault, budget, now, random });
  const startedAt = now();
  const listedAt = new Map(Object.entries(state.cursors).map(([listing, known]) => [listing, known.listedAt]));
  return (
    pull && { app, startedAt, connection, token, state, budget, pull, report, covered: new Map(), listedAt, lag: {} }
  );
}

function lagOf({ app, pull, listedAt, lag }: Run): FeedLag {
  const ends = pull.listings.map(({ name, everySeconds }) => ({ at: listedAt.get(name) ?? 0, everySeconds }));
  if (ends.length === 0 || ends.some(({ at }) => at === 0)) return lag;
  const late = ends.map(({ at, everySeconds }) => app.now() - at - everySeconds * 1000);
  return { ...lag, cursorMs: Math.max(0, ...late) };
}

function steps(run: Run): Array<() => Promise<void>> {
  const { app, connection, budget, startedAt } = run;
  return [
    ...run.pull.listings.map((listing) => () => list(run, listing)),
    () => readHints(run),
    () => tellNumbers(app, connection, budget, startedAt),
    () => upkeep(run),
  ];
}

async function block({ app, connection, token, budget, report }: Run, until: Instant): Promise<void> {
  await app.feeds.saveCalls(connection.name, token, budget.calls(), until);
  report.blockedUntil = until;
}

async function list(run: Run, listing: Listing): Promise<void> {
  const { app, connection, state, report } = run;
  const known = state.cursors[listing.name];
  // A time in the future was written by a clock that has since gone back.
  const isRecent = known && known.listedAt <= app.now() && known.listedAt + listing.everySeconds * 1000 > app.now();
  if (isRecent) return;
  let cursor = known?.cursor;
  const failing = new Map<string, number>();
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const askedAt = app.now();
    const page = await listing.page(cursor);
    await landAll(run, listing.name, page, failing, askedAt);
    report.listed += page.orders.length;
    cursor = page.cursor;
    const listedAt = page.more ? 0 : askedAt;
    const saved = await app.feeds.saveCursor(connection.name, run.token, listing.name, cursor, listedAt, leaseEnd(app));
    if (!saved) throw new LeaseLost();
    run.listedAt.set(listing.name, listedAt);
    if (!page.more) return;
  }
}

/**
 * The first listing looks back a day or a window, but any event may name an order of any age. Where nobody says from
 * when purchases are to be accepted, what was an order long before the account was polled is for a person to judge.
 */
function holdBefore({ app, connection, state }: Run): Instant | undefined {
  return connection.account.acceptFrom === undefined ? state.startedAt - app.config.windowDays * DAY : undefined;
}

async function readHints(run: Run): Promise<void> {
  const { app, connection, pull, startedAt } = run;
  if (!pull.read) return;
  const due = await inTurn(run);
  run.lag.unreadMs = Math.max(0, ...due.map((hint) => app.now() - hint.dueAt + unreadFor(hint)));
  const isCovered = (hint: Hint) => (run.covered.get(hint.id) ?? -1) >= hint.dueAt;
  await Promise.all(due.filter(isCovered).map((hint) => settle(run, hint)));

  const limit = connection.account.callsPerMinute ?? connection.channel.callsPerMinute;
  const wanted = due.filter((hint) => !isCovered(hint)).slice(0, pull.readsPerRun ?? due.length);
  const errors: unknown[] = [];
  for (let next = 0; next < wanted.length; next += READS_AT_ONCE) {
    const outOfTime = app.now() - startedAt > feedLeaseMs(app.config) / 2;
    if (outOfTime || errors.length >= ERRORS_TO_STOP || !mayReadSingly(run.budget.calls(), limit, app.now())) break;
    const read = await Promise.allSettled(
      wanted.slice(next, next + READS_AT_ONCE).map((hint) => readOne(run, pull, hint)),
    );
    errors.push(...read.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    const end = errors.find((error) => error instanceof Blocked || error instanceof LeaseLost);
    if (end) throw end;
  }
  if (errors.length > 0) throw errors[0];
}

/** Before it was due this time. A note says that it was read and is held: a person has heard of it. */
function unreadFor({ note, attempts }: Hint): number {
  return note === undefined ? triedForMs(attempts) : 0;
}

async function readOne(run: Run, pull: Pull, hint: Hint): Promise<void> {
  try {
    const read = await pull.read?.(hint.id);
    if (read) await settleRead(run, hint, read);
  } catch (error) {
    if (error instanceof Blocked || error instanceof LeaseLost) throw error;
    await putOff(run, hint);
    throw error;
  }
}

/** Not in a long run: its lease may still stand when the next one is to begin. */
async function upkeep({ app, pull, startedAt }: Run): Promise<void> {
  const passed = app.now() - startedAt;
  if (!pull.upkeep?.isDue() || passed > pull.upkeep.afterMs / 2) return;
  await app.wait(pull.upkeep.afterMs - passed);
  await pull.upkeep.run();
}

/** It may become readable again by itself, so it is looked for also after a person has heard of it. */
async function putOff({ app, connection: { name } }: Run, hint: Hint): Promise<void> {
  const attempts = hint.attempts + 1;
  if (attempts === MAX_ATTEMPTS) {
    const reason = "cannot-be-read";
    await app.claims.hold(heldMessage(name, hint.id, reason), app.now());
    app.explain({ verdict: "held", reason, account: name, sourceOrder: hint.id });
  }
  await app.feeds.postpone(name, hint, app.now() + retryMs(hint.attempts), attempts);
}

/**
 * Due hints, the oldest and the newest in turn: a flood of forged ids can neither keep a real one that came before it
 * waiting, nor one that came after it.
 */
async function inTurn(run: Run): Promise<Hint[]> {
  const { app, connection } = run;
  const [oldest, newest] = await Promise.all([
    app.feeds.dueHints(connection.name, app.now(), DUE_HINTS, "oldest"),
    app.feeds.dueHints(connection.name, app.now(), DUE_HINTS, "newest"),
  ]);
  const turns = oldest.flatMap((hint, index) => [hint, newest[index] ?? hint]);
  return [...new Map([...turns, ...newest].map((hint) => [hint.id, hint])).values()];
}

async function settleRead(run: Run, hint: Hint, read: Read): Promise<void> {
  const { app, connection, report } = run;
  report.read += 1;
  switch (read.kind) {
    case "sighting":
      await take(run, read.sighting, holdBefore(run));
      break;
    case "unusable":
      return recheck(run, hint, read);
    case "absent":
      app.explain({ verdict: "ignored", reason: read.reason, account: connection.name, sourceOrder: hint.id });
      if (read.keys) await holdGone(app, { account: connection.name, sourceOrder: hint.id }, read.keys);
      if (read.againAt === undefined) return app.feeds.cool(connection.name, hint, app.now() + COOLING_MS);
      break;
    default:
      return read satisfies never;
  }
  if (read.againAt === undefined) return settle(run, hint);
  return app.feeds.postpone(connection.name, hint, read.againAt, 0);
}

/** A mapping may be added, a line repaired: it is then taken without anybody's doing. */
async function recheck({ app, connection: { name } }: Run, hint: Hint, read: Unusable): Promise<void> {
  const { reason, raw } = read;
  await holdRaw(app, name, hint.id, reason, Buffer.from(raw), "uncounted");
  if (hint.note !== undefined && hint.note !== reason) await app.claims.unhold(heldId(name, hint.id, hint.note));
  const after = recheckMs(hint.attempts);
  if (after === undefined) return app.feeds.settle(name, hint);
  return app.feeds.postpone(name, hint, app.now() + after, hint.attempts + 1, reason);
}

/** It was taken in, so what was held of it because nobody could use it is over. */
async function settle({ app, connection: { name } }: Run, hint: Hint): Promise<void> {
  if (hint.note !== undefined) await app.claims.unhold(heldId(name, hint.id, hint.note));
  await app.feeds.settle(name, hint);
}

function leaseEnd(app: App): Instant {
  return app.now() + feedLeaseMs(app.config);
}
