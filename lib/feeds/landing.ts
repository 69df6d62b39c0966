/**
 * The orders of one page become durable. One that fails keeps no other from landing; one that always fails keeps later
 * pages waiting for some runs only.
 */

import type { Connection, Page, Pulled } from "../channels/channel.ts";
import { isDoubt } from "../core/held-reasons.ts";
import type { Instant, Sighting } from "../core/order.ts";
import type { FeedState } from "../core/ports/feeds.ts";
import type { Rules } from "../core/rules.ts";
import { holdRaw } from "../intake/hold.ts";
import { intake, intakeDeps, type Outcome } from "../intake/intake.ts";
import { LeaseLost } from "./budget.ts";
import { lookAhead } from "./look-ahead.ts";
import type { FeedParts } from "./parts.ts";
import { recheckMs } from "./retry.ts";

/** An order that failed in so many runs in a row is given to a person, and keeps later ones waiting no longer. */
const RUNS_TO_GIVE_UP = 10;

export type Landing = {
  parts: FeedParts;
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
  const claims = await lookAhead(run.parts.claims, page.orders);
  const results = await Promise.allSettled(
    page.orders.map((order) => land({ ...run, parts: { ...run.parts, claims: claims() } }, order, askedAt)),
  );
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
  { parts, connection, token }: Landing,
  listing: string,
  before: object,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0 && Object.keys(before).length === 0) return;
  const saved = await parts.feeds.saveFailing(connection.name, token, listing, Object.fromEntries(counts));
  if (!saved) throw new LeaseLost();
}

/** Once: it is tried again whenever it is listed, without a word. */
async function giveUp({ parts, connection }: Landing, order: Pulled): Promise<void> {
  const raw = order.kind === "sighting" ? JSON.stringify(order.sighting) : order.kind === "unusable" ? order.raw : "";
  await holdRaw(parts, connection.name, { sourceOrder: idOf(order), reason: "cannot-be-taken-in" }, Buffer.from(raw));
}

function idOf(order: Pulled): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

async function land(run: Landing, order: Pulled, askedAt: Instant): Promise<void> {
  const { parts, connection } = run;
  switch (order.kind) {
    case "sighting":
      return landSighting(run, order.sighting, askedAt);
    case "refresh":
      return parts.feeds.requestRefresh(connection.name, order.id, askedAt);
    case "unusable":
      await holdRaw(parts, connection.name, { sourceOrder: order.id, ...order }, Buffer.from(order.raw), "uncounted");
      if (order.recheck)
        return parts.feeds.requestRecheck(connection.name, order.id, order.reason, askedAt + (recheckMs(0) ?? 0));
      run.covered.set(order.id, askedAt);
      return;
    default:
      return order satisfies never;
  }
}

/** What is held because nobody can say whose it is may be clear once others have reported: it is looked at again. */
async function landSighting(run: Landing, sighting: Sighting, askedAt: Instant): Promise<void> {
  const { parts, connection, covered } = run;
  const { sourceOrder } = sighting;
  const outcome = await take(run, sighting, askedAt);
  if (!isDoubtful(outcome) || !connection.channel.readsOrders) return void covered.set(sourceOrder, askedAt);
  return parts.feeds.requestRecheck(connection.name, sourceOrder, outcome.reason, askedAt + (recheckMs(0) ?? 0));
}

export function isDoubtful({ verdict, reason }: Outcome): boolean {
  return verdict === "held" && isDoubt(reason);
}

export async function take(
  run: Landing,
  sighting: Sighting,
  askedAt: Instant,
  asked: Pick<Rules, "holdBefore" | "released"> = {},
): Promise<Outcome> {
  const { parts, connection } = run;
  const raw = Buffer.from(JSON.stringify(sighting));
  const deps = intakeDeps(parts, connection, raw);
  return intake(sighting, { ...deps, rules: { ...deps.rules, ...asked, askedAt }, polled: true });
}
