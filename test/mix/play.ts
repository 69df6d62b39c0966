/**
 * One merchant's purchases through the real stories (intake, delivery, sweep, cases) with the stores in memory: every
 * platform tells in its own time, whoever can be asked again is, and a person follows what is told.
 */

import { heldId } from "../../lib/core/held.ts";
import { DAY, type Instant, type Sighting } from "../../lib/core/order.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { type SweepDeps, sweep } from "../../lib/delivery/sweep.ts";
import { isDoubtful } from "../../lib/feeds/landing.ts";
import { recheckMs } from "../../lib/feeds/retry.ts";
import { type IntakeDeps, intake } from "../../lib/intake/intake.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { seeded } from "../chaos/random.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { NOW, rules } from "../support/sightings.ts";
import { type Claims, type Erp, type Operator, operatorOf } from "./operator.ts";
import { formSighting, relaySighting, shopSighting } from "./platforms.ts";
import { HOUR, markCollisions, newPurchase, type Purchase, type Standing } from "./purchases.ts";
import { type Accounts, accountsOf, allAuto, type Settings, settingsFrom } from "./settings.ts";

export type Played = {
  settings: Settings;
  purchases: Purchase[];
  claims: Claims;
  erp: Erp;
  operator: Operator;
  /** Who told of which purchase: `account sourceOrder` to its name. */
  tellers: ReadonlyMap<string, string>;
  reports: number;
  log: string[];
};

/** A feed polls its account so often. */
const POLL_MS = 60_000;
const STREAM_MS = 2_000;
/** What is bought comes within these days; the last words come within as many more. */
const BOUGHT_WITHIN = 3 * DAY;
const AFTERWARDS = 5 * DAY;

/** @returns one merchant; close its `erp` when it is judged */
async function play(seed: number, purchases: number): Promise<Played> {
  const random = seeded(seed);
  const settings = settingsFrom(random);
  const world = openWorld(settings, random);
  const floor = { random, settings, counts: new Map<string, number>() };
  const all = Array.from({ length: purchases }, (_, index) =>
    newPurchase(index, NOW + Math.floor(random() * BOUGHT_WITHIN), floor),
  );
  for (const purchase of all)
    for (const { at, change, tells } of purchase.happenings)
      world.at(at, async () => {
        change?.();
        if (tells) await world.tell(purchase, tells);
      });
  for (let at = NOW; at < NOW + BOUGHT_WITHIN + AFTERWARDS; at += HOUR) world.at(at, world.look);
  // Before any of them is taken apart or edited.
  markCollisions(all, settings);
  await world.run();
  return { settings, purchases: all, ...world.seen };
}

function openWorld(settings: Settings, random: () => number) {
  let accounts = accountsOf(settings);
  const claims = memoryClaims();
  let clock = NOW;
  let names = 0;
  const now = () => clock;
  const unique = () => `m${++names}`;
  const wait = async () => undefined;
  const erp = openFakeErp({ file: ":memory:", now, random });
  const cases = memoryCases(claims);
  const tellers = new Map<string, string>();
  const standings = new Map<string, { purchase: Purchase; standing: Standing }>();
  const log: string[] = [];
  const seen = {
    claims,
    erp,
    tellers,
    reports: 0,
    log,
    operator: operatorOf({ claims, erp, tellers, standings, now, correctField }),
  };
  const queue: Array<{ at: Instant; run: () => Promise<void> }> = [];
  const asked = new Set<string>();

  function correctField(): void {
    accounts = accountsOf({ ...settings, field: allAuto });
  }

  function at(when: Instant, run: () => Promise<void>): void {
    queue.push({ at: when, run });
  }

  const sweeping: SweepDeps = { claims, erp, now, random, wait, unique, leaseMs: 60_000, ...rules };

  async function take(sighting: Sighting, isPolled: boolean): Promise<boolean> {
    const { account, sourceOrder } = sighting;
    const deps: IntakeDeps = {
      claims,
      now,
      random,
      wait,
      unique,
      explain: ({ verdict, reason, order, told }) =>
        log.push(`${hours(clock)} ${account} ${sourceOrder}: ${verdict} ${reason} ${order ?? ""} ${told ?? ""}`),
      rules: { ...rules, ...(isPolled && { askedAt: clock }) },
      recheck: async (other) => refresh(account, other),
      polled: isPolled,
    };
    seen.reports += 1;
    const outcome = await intake(sighting, deps);
    const { order } = outcome;
    if (order !== undefined) at(clock + STREAM_MS, async () => void (await deliver(order, sweeping)));
    return isDoubtful(outcome);
  }

  /** Asked for by its id at the next poll, once. */
  function refresh(account: string, sourceOrder: string): void {
    const name = `${account} ${sourceOrder}`;
    if (asked.has(name)) return;
    asked.add(name);
    at(clock + POLL_MS, async () => {
      asked.delete(name);
      await ask(name, 0);
    });
  }

  /** What is held in doubt is read again, as a feed does, until it is clear or the play is over. */
  async function ask(name: string, attempt: number): Promise<void> {
    const known = standings.get(name);
    if (!known) return;
    const sighting = sightingOf(known.standing, accounts, settings);
    const before = reasonsOf(sighting);
    const isInDoubt = await take(sighting, true);
    if (!isInDoubt) return settle(sighting, before);
    const after = recheckMs(attempt);
    if (after !== undefined) at(clock + after, () => ask(name, attempt + 1));
  }

  function reasonsOf({ account, sourceOrder }: Sighting): string[] {
    const open = [...claims.held.values()].filter(({ resolved }) => !resolved);
    return open.flatMap((held) => (held.account === account && held.sourceOrder === sourceOrder ? held.reason : []));
  }

  async function settle({ account, sourceOrder }: Sighting, reasons: readonly string[]): Promise<void> {
    const doubts = reasons.filter((reason) => isDoubtful({ verdict: "held", reason }));
    for (const reason of doubts)
      await claims.unhold(heldId(account, sourceOrder, reason), { how: "taken-in", at: clock }, clock + 14 * DAY);
  }

  return {
    at,
    seen,
    async tell(purchase: Purchase, standing: Standing): Promise<void> {
      const sighting = sightingOf(standing, accounts, settings);
      const name = `${sighting.account} ${sighting.sourceOrder}`;
      tellers.set(name, purchase.name);
      standings.set(name, { purchase, standing });
      const isInDoubt = await take(sighting, standing.at !== "shop");
      const after = recheckMs(0);
      if (isInDoubt && after !== undefined) at(clock + after, () => ask(name, 1));
    },
    /** The sweep, the look after cases, and a person who works through what is open. */
    async look(): Promise<void> {
      await sweep(sweeping, 500);
      await settleCases({ cases, claims, now, windowMs: 14 * DAY }, 500);
      await seen.operator.work();
    },
    async run(): Promise<void> {
      while (queue.length > 0) {
        const next = queue.reduce((a, b) => (b.at < a.at ? b : a));
        queue.splice(queue.indexOf(next), 1);
        if (next.at > NOW + BOUGHT_WITHIN + AFTERWARDS) continue;
        clock = Math.max(clock, next.at);
        await next.run();
      }
    },
  };
}

function sightingOf(standing: Standing, accounts: Accounts, settings: Settings): Sighting {
  switch (standing.at) {
    case "shop":
      return shopSighting(standing.order, accounts, settings);
    case "allegro":
      return formSighting(standing.order, accounts);
    case "baselinker":
      return relaySighting(standing.order, accounts);
    default:
      return standing satisfies never;
  }
}

function hours(at: Instant): string {
  return `${((at - NOW) / HOUR).toFixed(2)} h`;
}

/** As many merchants as are needed for so many purchases, from one seed. */
export async function* playAll(seed: number, purchases: number, each: number): AsyncGenerator<Played> {
  for (let played = 0, merchant = 0; played < purchases; played += each, merchant += 1)
    yield await play(seed * 10_000 + merchant, Math.min(each, purchases - played));
}
