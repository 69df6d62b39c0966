/**
 * One run of a pull source: list what changed, make it durable, move the cursor, then read what was only asked for.
 *
 * A cursor never passes an order that did not land: intake or hold comes first, the cursor after it.
 */

import { Blocked, type Connection, type Listing, type Pull, type Read } from "../channels/channel.ts";
import { heldId, heldMessage } from "../core/held.ts";
import { DAY, type Instant } from "../core/order.ts";
import { type FeedState, RELEASED, type RefreshTask } from "../core/ports/feeds.ts";
import { holdGone } from "../intake/gone.ts";
import { holdRaw } from "../intake/hold.ts";
import { GIVEN_UP } from "../intake/tries.ts";
import { LeaseLost, type Ledger, ledger, mayReadSingly } from "./budget.ts";
import { isDoubtful, type Landing, landAll, take } from "./landing.ts";
import { feedLeaseMs } from "./lease.ts";
import type { FeedParts } from "./parts.ts";
import { MAX_ATTEMPTS, recheckMs, retryMs, triedForMs } from "./retry.ts";
import { type Tries, triesOf } from "./tries.ts";
import { writeNumbersBack } from "./write-back.ts";

/** `reason`: why it is blocked, where this run was told so. */
export type FeedReport = { ran: boolean; listed: number; read: number; blockedUntil?: Instant; reason?: string };

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
const DUE_TASKS = 100;
const ERRORS_TO_STOP = 3;
/** Allegro's forms take about a second each; more than a few at once only provoke its limiter. */
const READS_AT_ONCE = 4;

type Run = Landing & {
  startedAt: Instant;
  budget: Ledger;
  tries: Tries;
  pull: Pull;
  report: FeedReport;
  /** When each listing last came to its end; 0 while there is more to list. */
  listedAt: Map<string, Instant>;
  /** Of listings that showed nothing: saved when the lease is given back. */
  idle: Record<string, FeedState["cursors"][string]>;
  lag: FeedLag;
};

/**
 * @param observe hears how far behind the account is, once, unless the run did not begin
 * @throws what a listing or a read threw, the same once, after everything else of the run was done and the lease given back
 */
export async function runFeed(
  parts: FeedParts,
  connection: Connection,
  observe: (lag: FeedLag) => void = () => undefined,
): Promise<FeedReport> {
  const { name } = connection;
  const report: FeedReport = { ran: false, listed: 0, read: 0 };
  const token = parts.unique();
  const state = await parts.feeds.take(name, token, parts.now(), leaseEnd(parts));
  if (!state) return report;
  const errors: unknown[] = [];
  let run: Run | undefined;
  try {
    if ((state.blockedUntil ?? 0) > parts.now()) return { ...report, blockedUntil: state.blockedUntil ?? 0 };
    run = begin(parts, connection, token, state, report);
    if (!run) return report;
    report.ran = true;
    for (const step of steps(run)) {
      try {
        await step();
      } catch (error) {
        if (error instanceof LeaseLost) break;
        if (error instanceof Blocked) {
          await block(run, error);
          break;
        }
        // A shop that refuses one list refuses the others in the same words.
        if (!errors.some((other) => String(other) === String(error))) errors.push(error);
      }
    }
  } finally {
    if (run) observe(lagOf(run));
    await parts.feeds.release(name, token, run?.tries.gaveUp(), run?.idle);
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, `${name}: the run failed`);
  return report;
}

function begin(
  parts: FeedParts,
  connection: Connection,
  token: string,
  state: FeedState,
  report: FeedReport,
): Run | undefined {
  const { name, channel, account } = connection;
  const limit = account.callsPerMinute ?? channel.callsPerMinute;
  const save = (calls: readonly Instant[]) => parts.feeds.saveCalls(name, token, calls, 0);
  const budget = ledger(state.calls, limit, parts.now, save);
  const { http, vault, now, random, wait } = parts;
  const tries = triesOf(parts, name, state.unended);
  const pull = channel.pull?.(account, { http, vault, budget, now, random, wait, each: tries.each });
  if (!pull) return undefined;
  const startedAt = now();
  const listedAt = new Map(Object.entries(state.cursors).map(([listing, known]) => [listing, known.listedAt]));
  const covered = new Map<string, Instant>();
  return {
    parts,
    startedAt,
    connection,
    token,
    state,
    budget,
    tries,
    pull,
    report,
    covered,
    listedAt,
    idle: {},
    lag: {},
  };
}

function lagOf({ parts, pull, listedAt, lag }: Run): FeedLag {
  const ends = pull.listings.map(({ name, everySeconds }) => ({ at: listedAt.get(name) ?? 0, everySeconds }));
  if (ends.length === 0 || ends.some(({ at }) => at === 0)) return lag;
  const late = ends.map(({ at, everySeconds }) => parts.now() - at - everySeconds * 1000);
  return { ...lag, cursorMs: Math.max(0, ...late) };
}

function steps(run: Run): Array<() => Promise<void>> {
  const { parts, connection, budget, startedAt } = run;
  return [
    ...run.pull.listings.map((listing) => () => list(run, listing)),
    () => readTasks(run),
    () => writeNumbersBack(parts, connection, budget, startedAt),
    () => upkeep(run),
  ];
}

async function block(
  { parts, connection, token, budget, report }: Run,
  { until, message: reason }: Blocked,
): Promise<void> {
  await parts.feeds.saveCalls(connection.name, token, budget.calls(), until);
  report.blockedUntil = until;
  report.reason = reason;
}

async function list(run: Run, listing: Listing): Promise<void> {
  const { parts, connection, state, report } = run;
  const known = state.cursors[listing.name];
  // A time in the future was written by a clock that has since gone back.
  const isRecent = known && known.listedAt <= parts.now() && known.listedAt + listing.everySeconds * 1000 > parts.now();
  if (isRecent) return;
  let cursor = known?.cursor;
  const failing = new Map<string, number>();
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const askedAt = parts.now();
    const page = await listing.page(cursor);
    await landAll(run, listing.name, page, failing, askedAt);
    report.listed += page.orders.length;
    cursor = page.cursor;
    const listedAt = page.more ? 0 : askedAt;
    if (pages === 0 && !page.more && page.orders.length === 0 && isYoung(run)) {
      run.idle[listing.name] = { cursor, listedAt };
      run.listedAt.set(listing.name, listedAt);
      return;
    }
    const saved = await parts.feeds.saveCursor(
      connection.name,
      run.token,
      listing.name,
      cursor,
      listedAt,
      leaseEnd(parts),
    );
    if (!saved) throw new LeaseLost();
    run.listedAt.set(listing.name, listedAt);
    if (!page.more) return;
  }
}

/**
 * The first listing looks back a day or a window, but any event may name an order of any age. Where nobody says from
 * when purchases are to be accepted, what was an order long before the account was polled is for a person to judge.
 */
function holdBefore({ parts, connection, state }: Run): Instant | undefined {
  return connection.account.acceptFrom === undefined ? state.startedAt - parts.config.windowDays * DAY : undefined;
}

async function readTasks(run: Run): Promise<void> {
  const { parts, connection, pull, startedAt } = run;
  if (!pull.read) return;
  const due = await inTurn(run);
  run.lag.unreadMs = Math.max(0, ...due.map((task) => parts.now() - task.dueAt + unreadFor(task)));
  // What was asked for in the same millisecond may be newer than what the listing showed.
  const isCovered = (task: RefreshTask) => (run.covered.get(task.id) ?? -1) > task.dueAt;
  await Promise.all(due.filter(isCovered).map((task) => settle(run, task)));

  const limit = connection.account.callsPerMinute ?? connection.channel.callsPerMinute;
  const wanted = due.filter((task) => !isCovered(task)).slice(0, pull.readsPerRun ?? due.length);
  const errors: unknown[] = [];
  const atOnce = run.tries.isCareful ? 1 : READS_AT_ONCE;
  for (let next = 0; next < wanted.length; next += atOnce) {
    const outOfTime = parts.now() - startedAt > feedLeaseMs(parts.config) / 2;
    if (outOfTime || errors.length >= ERRORS_TO_STOP || !mayReadSingly(run.budget.calls(), limit, parts.now())) break;
    const read = await Promise.allSettled(wanted.slice(next, next + atOnce).map((task) => readOne(run, pull, task)));
    errors.push(...read.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    const end = errors.find((error) => error instanceof Blocked || error instanceof LeaseLost);
    if (end) throw end;
  }
  if (errors.length > 0) throw errors[0];
}

/** Before it was due this time. A note says that it was read and is held: a person has heard of it. */
function unreadFor({ note, attempts }: RefreshTask): number {
  return note === undefined ? triedForMs(attempts) : 0;
}

async function readOne(run: Run, pull: Pull, task: RefreshTask): Promise<void> {
  try {
    const askedAt = run.parts.now();
    const read = await run.tries.read(task.id, task.note === GIVEN_UP, async () => pull.read?.(task.id));
    if (read === "given-up") return await recheck(run, task, { kind: "unusable", reason: GIVEN_UP, raw: "" });
    if (read) await settleRead(run, task, read, askedAt);
  } catch (error) {
    if (error instanceof Blocked || error instanceof LeaseLost) throw error;
    await putOff(run, task);
    throw error;
  }
}

/** Not in a long run: its lease may still stand when the next one is to begin. */
async function upkeep({ parts, pull, startedAt }: Run): Promise<void> {
  const passed = parts.now() - startedAt;
  if (!pull.upkeep?.isDue() || passed > pull.upkeep.afterMs / 2) return;
  await parts.wait(pull.upkeep.afterMs - passed);
  await pull.upkeep.run();
}

/** It may become readable again by itself, so it is looked for also after a person has heard of it. */
async function putOff({ parts, connection: { name } }: Run, task: RefreshTask): Promise<void> {
  const attempts = task.attempts + 1;
  if (attempts === MAX_ATTEMPTS) {
    const reason = "cannot-be-read";
    await parts.claims.hold(heldMessage(name, task.id, reason), parts.now());
    parts.explain({ verdict: "held", reason, account: name, sourceOrder: task.id });
  }
  await parts.feeds.postpone(name, task, parts.now() + retryMs(task.attempts), attempts);
}

/**
 * Due tasks, the oldest and the newest in turn: a flood of forged ids can neither keep a real one that came before it
 * waiting, nor one that came after it.
 */
async function inTurn(run: Run): Promise<RefreshTask[]> {
  const { parts, connection } = run;
  const [oldest, newest] = await Promise.all([
    parts.feeds.dueRefreshes(connection.name, parts.now(), DUE_TASKS, "oldest"),
    parts.feeds.dueRefreshes(connection.name, parts.now(), DUE_TASKS, "newest"),
  ]);
  const turns = oldest.flatMap((task, index) => [task, newest[index] ?? task]);
  return [...new Map([...turns, ...newest].map((task) => [task.id, task])).values()];
}

async function settleRead(run: Run, task: RefreshTask, read: Read, askedAt: Instant): Promise<void> {
  const { parts, connection, report } = run;
  report.read += 1;
  switch (read.kind) {
    case "sighting": {
      const released = task.note === RELEASED;
      const outcome = await take(run, read.sighting, askedAt, { holdBefore: holdBefore(run), released });
      if (isDoubtful(outcome)) return recheckLater(run, task, outcome.reason);
      break;
    }
    case "unusable":
      return recheck(run, task, read);
    case "absent":
      parts.explain({ verdict: "ignored", reason: read.reason, account: connection.name, sourceOrder: task.id });
      if (read.keys) await holdGone(parts, { account: connection.name, sourceOrder: task.id }, read.keys);
      if (read.againAt === undefined) return parts.feeds.cool(connection.name, task, parts.now() + COOLING_MS);
      break;
    default:
      return read satisfies never;
  }
  if (read.againAt === undefined) return settle(run, task);
  return parts.feeds.postpone(connection.name, task, read.againAt, 0);
}

/** A mapping may be added, a line repaired: it is then taken without anybody's doing. */
async function recheck(run: Run, task: RefreshTask, read: Unusable): Promise<void> {
  const { parts, connection } = run;
  await holdRaw(parts, connection.name, { sourceOrder: task.id, ...read }, Buffer.from(read.raw), "uncounted");
  return recheckLater(run, task, read.reason);
}

async function recheckLater({ parts, connection: { name } }: Run, task: RefreshTask, reason: string): Promise<void> {
  if (task.note !== undefined && task.note !== reason) await settleHeld(parts, heldId(name, task.id, task.note));
  const after = recheckMs(task.attempts);
  if (after === undefined) return parts.feeds.settle(name, task);
  return parts.feeds.postpone(name, task, parts.now() + after, task.attempts + 1, reason);
}

/** It was taken in, so what was held of it because nobody could use it is over. */
async function settle({ parts, connection: { name } }: Run, task: RefreshTask): Promise<void> {
  if (task.note !== undefined) await settleHeld(parts, heldId(name, task.id, task.note));
  await parts.feeds.settle(name, task);
}

/** It was taken in, or is held for another reason now. */
function settleHeld({ claims, now, config }: FeedParts, id: string): Promise<void> {
  const at = now();
  return claims.unhold(id, { how: "taken-in", at }, at + config.windowDays * DAY);
}

/** Each saved cursor renews the lease: a run that lists for long must not wait for its end to do so. */
function isYoung({ parts, startedAt }: Run): boolean {
  return parts.now() - startedAt < feedLeaseMs(parts.config) / 4;
}

function leaseEnd(parts: FeedParts): Instant {
  return parts.now() + feedLeaseMs(parts.config);
}
