/** Every action at once with reports, the connector, the sweep, the watch and another operator, in any order of their calls. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Claims } from "../../lib/core/ports/claims.ts";
import type { Erp } from "../../lib/core/ports/erp.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { memoryStores, type OperatorWorld, operatorWorld, type Stores } from "../support/operator-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, shopId, sighting, UUID } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const by = "Ala";

/** What is there before the race: two orders of one shop purchase and one of Allegro, linked or not, delivered or held. */
type Stage = { first: string; second: string; caseId: string | undefined };

async function prepare(world: OperatorWorld, isHeld: boolean): Promise<Stage> {
  if (isHeld) world.erpRefuses("erp-sku-unknown");
  const first = await world.forwarded(fromAllegro());
  await world.report(fromBaseLinker());
  const second = await world.forwarded(sighting({ keys: [shopId("271")] }));
  world.erpTakes();
  const [held] = await world.openCases();
  return { first, second, caseId: held?.id };
}

const ACTIONS = {
  retry: ({ first }) => ({ do: "retry", order: first }),
  "retry all": () => ({ do: "retry", reason: "erp-sku-unknown" }),
  release: ({ first }) => ({ do: "release", order: first }),
  done: ({ first }) => ({ do: "done", order: first, erpNumber: "ZO 99/26" }),
  dismiss: ({ caseId }) => ({ do: "dismiss", case: caseId ?? "none" }),
  merge: ({ first, second }) => ({ do: "merge", keep: first, drop: second, theirs: "cancel" }),
  unlink: ({ first }) => ({ do: "unlink", order: first, account: "baselinker:acme", sourceOrder: "800000101" }),
  cancel: ({ first }) => ({ do: "cancel", order: first }),
  forget: ({ first }) => ({ do: "forget", order: first }),
} satisfies Record<string, (stage: Stage) => object>;

const others = fc.uniqueArray(
  fc.constantFrom(
    "report",
    "late report",
    "deliver",
    "sweep",
    "watch",
    ...(Object.keys(ACTIONS) as Array<keyof typeof ACTIONS>),
  ),
  { maxLength: 4 },
);

async function alongside(what: string, stage: Stage, world: OperatorWorld): Promise<unknown> {
  const version = world.now() + 1000;
  if (what === "report") return world.report(fromBaseLinker({ version, total: 6000 }));
  if (what === "late report") return world.report(sighting({ version, keys: [shopId("271"), allegroId()] }));
  if (what === "deliver") return world.deliver(stage.first);
  if (what === "sweep") return world.sweepOnce();
  if (what === "watch") {
    world.foreign(UUID);
    const watched = await world.watch();
    expect([watched.ran, watched.listed > 0]).toEqual([true, true]);
    return watched;
  }
  return world.act({ ...ACTIONS[what as keyof typeof ACTIONS](stage), by, request: `other-${what}` });
}

function scheduled(scheduler: fc.Scheduler) {
  const turn = (call: string) => scheduler.schedule(Promise.resolve(), call);
  let isOn = false;
  const wrap =
    <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (isOn) await turn(name);
      return call(...args);
    };
  const claims = (real: Claims): Claims => ({
    ...real,
    look: wrap("look", real.look),
    read: wrap("read", real.read),
    commit: wrap("commit", real.commit),
    hold: wrap("hold", real.hold),
  });
  const erp = (real: Erp): Erp => ({
    name: real.name,
    find: wrap("find", real.find),
    submit: wrap("submit", real.submit),
    cancel: wrap("cancel", real.cancel),
  });
  const set = (on: boolean) => {
    isOn = on;
  };
  return { claims, erp, set };
}

async function race(
  scheduler: fc.Scheduler,
  stores: Stores,
  name: keyof typeof ACTIONS,
  isHeld: boolean,
  beside: readonly string[],
): Promise<void> {
  const wraps = scheduled(scheduler);
  const world = operatorWorld(stores, wraps);
  try {
    const stage = await prepare(world, isHeld);
    const asked = { ...ACTIONS[name](stage), by, request: "the-click" };
    wraps.set(true);
    const all = [world.act(asked), world.act(asked), ...beside.map((what) => alongside(what, stage, world))];
    await scheduler.waitFor(Promise.all(all));
    wraps.set(false);
    await world.sweep();
    await world.sweep();
    await expectSound(world, stage);
  } finally {
    world.close();
  }
}

async function expectSound(world: OperatorWorld, stage: Stage): Promise<void> {
  const orders = await world.allOrders();
  // What another integrator wrote is not ours to account for.
  const standing = world.standing().filter(({ kojarzOrder }) => kojarzOrder);
  // Each order is in the ERP at most once, and what stands there is known to its order.
  for (const order of orders) {
    const own = standing.filter(({ kojarzOrder }) => kojarzOrder === order.id);
    expect(own.length).toBeLessThanOrEqual(1);
    if (own[0] && order.state === "delivered") expect(order.erp?.erpId).toBe(own[0].id);
    expect(["delivered", "cancelled", "held"]).toContain(order.state);
    if (order.state === "cancelled" && order.mergedInto === undefined) expect(own).toEqual([]);
  }
  for (const row of standing) expect(orders.some(({ id }) => id === row.kojarzOrder)).toBe(true);
  // One click is one entry for each order, however often it was sent.
  for (const { id } of orders) {
    const clicks = (await world.parts.desk.audits(id)).filter(({ request }) => request === "the-click");
    expect(clicks.length).toBeLessThanOrEqual(1);
  }
  // No report is of two orders.
  const reports = orders.flatMap(({ sources }) =>
    sources.map(({ account, sourceOrder }) => `${account}/${sourceOrder}`),
  );
  expect(new Set(reports).size).toBe(reports.length);
  expect(orders.map(({ id }) => id)).toContain(stage.first);
}

describe.each(Object.keys(ACTIONS) as Array<keyof typeof ACTIONS>)("%s, at once with anything", (name) => {
  test("doubles nothing and loses nothing: in memory", async () => {
    const story = fc.asyncProperty(fc.scheduler(), fc.boolean(), others, (scheduler, isHeld, beside) =>
      race(scheduler, memoryStores(), name, isHeld, beside),
    );
    await fc.assert(story, { numRuns: 60 });
  });

  test("doubles nothing and loses nothing: DynamoDB", async () => {
    const story = fc.asyncProperty(fc.scheduler(), fc.boolean(), others, async (scheduler, isHeld, beside) =>
      race(scheduler, await storesOn(), name, isHeld, beside),
    );
    await fc.assert(story, { numRuns: 2 });
  });
});

async function storesOn(): Promise<Stores> {
  const table = await freshTable();
  return { claims: dynamoClaims(table), cases: dynamoCases(table), desk: dynamoDesk(table) };
}
