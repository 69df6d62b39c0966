/**
 * The orders of one page become durable. One that fails keeps no other from landing; one that always fails keeps later
 * pages waiting for some runs only.
 */
import type { Page, Pulled } from "../channels/channel.ts";
import { intake } from "../intake.ts";
import { holdRaw } from "../ops/hold.ts";
import type { Instant, Sighting } from "../order.ts";
import type { App } from "../runtime/app.ts";
import type { Connection } from "../runtime/config.ts";
import { intakeDeps } from "../runtime/intake-deps.ts";
import { LeaseLost } from "./budget.ts";
import type { FeedState } from "./feed-store.ts";
import { recheckMs } from "./retry.ts";

/** An order that failed in so many runs in a row is given to a person, and keeps later ones waiting no longer. */
const RUNS_TO_GIVE_UP = 10;

export type Landing = {
  app: App;
  connection: Connection;
  token: string;
  state: FeedState;
  /** Orders that a listing of this run covered, and when that listing was asked. */
  covered: Map<string, Instant>;
};

/**
 * @param failing what did not land so far in this reading of the list, with the number of runs
 * @throws the first failure, when all others of the page have come to their end, unless each was given up
 */
export async function landAll(
  run: Landing,
  listing: string,
  page: Page,
  failing: Map<string, number>,
  askedAt: Instant,
): Promise<void> {
  const before = run.state.failing[listing] ?? {};
  const results = await Promise.allSettled(page.orders.map((order) => land(run, order, askedAt)));
  const landed = new Set<string>();
  const stopping: unknown[] = [];
  for (const [index, order] of page.orders.entries()) {
    const id = idOf(order);
    const result = results[index];
    if (result?.status !== "rejected") {
      landed.add(id);
      continue;
    }
    const runs = (before[id] ?? 0) + 1;
    if (runs < RUNS_TO_GIVE_UP) stopping.push(result.reason);
    if (runs === RUNS_TO_GIVE_UP && !failing.has(id)) await giveUp(run, order);
    failing.set(id, runs);
  }
  const isWhole = !page.more && stopping.length === 0;
  const unseen = isWhole ? [] : Object.entries(before).filter(([id]) => !landed.has(id));
  await saveCounts(run, listing, before, new Map([...unseen, ...failing]));
  if (stopping.length > 0) throw stopping[0];
}

async function saveCounts(
  { app, connection, token }: Landing,
  listing: string,
  before: object,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0 && Object.keys(before).length === 0) return;
  const saved = await app.feeds.saveFailing(connection.name, token, listing, Object.fromEntries(counts));
  if (!saved) throw new LeaseLost();
}

/** Once: it is tried again whenever it is listed, without a word. */
async function giveUp({ app, connection }: Landing, order: Pulled): Promise<void> {
  const raw = order.kind === "unusable" ? order.raw : JSON.stringify(order);
  await holdRaw(app, connection.name, idOf(order), "cannot-be-taken-in", Buffer.from(raw));
}

function idOf(order: Pulled): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

async function land(run: Landing, order: Pulled, askedAt: Instant): Promise<void> {
  const { app, connection } = run;
  switch (order.kind) {
    case "sighting":
      await take(run, order.sighting);
      run.covered.set(order.sighting.sourceOrder, askedAt);
      return;
    case "hint":
      return app.feeds.hint(connection.name, order.id, askedAt);
    case "unusable":
      await holdRaw(app, connection.name, order.id, order.reason, Buffer.from(order.raw), "uncounted");
      if (order.recheck)
        return app.feeds.hintHeld(connection.name, order.id, order.reason, askedAt + (recheckMs(0) ?? 0));
      run.covered.set(order.id, askedAt);
      return;
    default:
      return order satisfies never;
  }
}

export async function take(run: Landing, sighting: Sighting, holdBefore?: Instant): Promise<void> {
  const { app, connection } = run;
  const raw = Buffer.from(JSON.stringify(sighting));
  const deps = intakeDeps(app, connection, raw);
  await intake(sighting, { ...deps, rules: { ...deps.rules, holdBefore }, polled: true });
}
