/** Plays a story of acts in a rough world, remembers what the sources said, and keeps a log that tells it again. */
import type fc from "fast-check";
import type { Order, Readiness } from "../../../lib/core/order.ts";
import type { Faults } from "../../../local/fake-erp.ts";
import { Crash } from "../../support/erp-world.ts";
import { NOW } from "../../support/sightings.ts";
import type { Act, Round } from "./acts.ts";
import { indexOf, indexUnder, type Purchase, type Source, sightingOf, sourceOf } from "./purchases.ts";
import { openRoughWorld, type RoughWorld } from "./world.ts";

export type Story = { purchases: Purchase[]; rounds: Round[]; faults: Faults };

/** One purchase, seen from outside: what was said of it, and what became of it. */
export type Fate = {
  purchase: Purchase;
  /** Each source's last word. */
  said: Map<Source, Readiness>;
  everReady: boolean;
  cancelledBy: Set<Source>;
  /** A source that had cancelled it said something else later. */
  tookCancelBack: boolean;
  /** How many of its reports wait for a person. */
  held: number;
};

export type Ending = {
  fates: Fate[];
  orders: Order[];
  /** ERP orders that are not cancelled. */
  standing: ReturnType<RoughWorld["rows"]>;
};

type Stage = { world: RoughWorld; fates: Fate[]; log: string[]; version: number };

/**
 * @param check looks at the world as it is once the faults have ended and the sweeps have run
 * @throws whatever `check` throws, with the story before it
 */
export async function play(
  scheduler: fc.Scheduler,
  story: Story,
  random: () => number,
  check: (ending: Ending) => void,
): Promise<void> {
  using world = openRoughWorld(scheduler, story.faults, random);
  const fates = story.purchases.map((purchase) => ({
    purchase,
    said: new Map<Source, Readiness>(),
    everReady: false,
    cancelledBy: new Set<Source>(),
    tookCancelBack: false,
    held: 0,
  }));
  const stage: Stage = { world, fates, log: story.purchases.map(told), version: NOW };
  try {
    for (const { acts, pass } of story.rounds) {
      await scheduler.waitFor(Promise.all(acts.map((act) => carryOut(act, stage))));
      world.pass(pass);
    }
    await world.settle();
    const orders = [...world.orders.values()];
    stage.log.push("in the end:", ...orders.map(toldOrder), ...world.rows().map(toldRow));
    check({ fates, orders, standing: world.rows().filter(({ cancelled }) => !cancelled) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${why}\n\nWhat happened:\n${stage.log.join("\n")}\n`, { cause });
  }
}

async function carryOut(act: Act, stage: Stage): Promise<void> {
  const { world } = stage;
  switch (act.act) {
    case "report":
      return report(act, stage);
    case "deliver": {
      const id = [...world.orders.keys()][act.order % Math.max(1, world.orders.size)];
      return id === undefined ? undefined : deliver(id, act, stage);
    }
    case "sweep": {
      const { counts } = await world.sweep();
      return tell(stage, `the sweep comes to ${JSON.stringify(counts)}`);
    }
    case "pass":
      await world.passAmongOthers(act.ms);
      return tell(stage, `${act.ms / 1000} s have passed`);
  }
}

async function report(act: Act & { act: "report" }, stage: Stage): Promise<void> {
  const fate = stage.fates[act.purchase];
  if (!fate) return;
  const { readiness, edited } = act;
  const source = sourceOf(fate.purchase, act.from);
  // What a source has once called ready it may cancel, but does not take back.
  if (readiness === "waiting" && fate.said.get(source) === "ready") return;
  stage.version += 1000;
  fate.said.set(source, readiness);
  fate.everReady ||= readiness === "ready";
  if (readiness !== "cancelled" && fate.cancelledBy.has(source)) fate.tookCancelBack = true;
  if (readiness === "cancelled") fate.cancelledBy.add(source);
  const { version } = stage;
  const outcome = await stage.world.report(sightingOf(fate.purchase, source, { readiness, version, edited }));
  if (outcome.verdict === "held") fate.held += 1;
  const onto = outcome.order === undefined ? "" : `, order ${outcome.order}`;
  const said = `${source} calls purchase ${act.purchase} ${readiness} (version ${version - NOW})`;
  tell(stage, `${said}: ${outcome.verdict} (${outcome.reason})${onto}`);
}

async function deliver(id: string, { death }: Act & { act: "deliver" }, stage: Stage): Promise<void> {
  try {
    const { outcome } = await stage.world.deliver(id, death);
    tell(stage, `order ${id} goes to the ERP: ${outcome}`);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    tell(stage, `order ${id} goes to the ERP: dies ${death?.when} call ${death?.at}`);
  }
}

/** Told when it is over: what ran at the same time may stand before or after it. */
function tell({ world, log }: Stage, line: string): void {
  log.push(`  ${((world.now() - NOW) / 1000).toFixed(1)} s: ${line}`);
}

function told({ index, soldOn, shopShows, baseLinkerShows, number, total }: Purchase): string {
  const shown = soldOn === "allegro" ? `, the shop shows ${shopShows}, BaseLinker the ${baseLinkerShows}` : "";
  return `purchase ${index}: sold on ${soldOn}, number ${number}, total ${total}${shown}`;
}

function toldOrder({ id, state, reason, sources, keys, erp }: Order): string {
  const from = sources.map(
    ({ account, sourceOrder, readiness }) => `${readiness} by ${account} of purchase ${indexOf(account, sourceOrder)}`,
  );
  const known = keys.map(({ value, rank }) => `${value} (rank ${rank})`);
  const there = erp ? `, ERP order ${erp.erpId}` : "";
  return `  order ${id}: ${state}${reason ? ` (${reason})` : ""}${there}, ${from.join(", ")}; keys ${known.join(", ")}`;
}

function toldRow({ id, cancelled, internetId, kojarzOrder }: Ending["standing"][number]): string {
  const state = cancelled ? "cancelled" : "standing";
  return `  ERP order ${id}: ${state}, purchase ${indexUnder(internetId)}, of order ${kojarzOrder}`;
}
