/** Every action at once with reports, the connector, the sweep, the watch and another operator, in any order of their calls. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import type { Sighting } from "../../lib/core/order.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import type { Erp } from "../../lib/core/ports/erp.ts";
import type { FeedStore } from "../../lib/core/ports/feeds.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { memoryStores, type OperatorWorld, operatorWorld, type Stores } from "../support/operator-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, OTHER_UUID, shopId, sighting, UUID } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const by = "Ala";

/**
 * What is there before the race: two orders of one shop purchase and one of Allegro, linked or not, delivered or held; a report
 * that nobody could read, kept whole; and one that only its platform can tell anew.
 */
type Stage = { first: string; second: string; caseId: string | undefined; kept: string; unread: string };

const KEPT = sighting({ account: "woocommerce:other", sourceOrder: "5", keys: [shopId("5", "woocommerce:other")] });
const UNREAD = fromBaseLinker({
  sourceOrder: "800000103",
  keys: [allegroId(OTHER_UUID), { ...shopId("800000103", "baselinker:acme"), rank: 4 }],
});

async function prepare(world: OperatorWorld, isHeld: boolean): Promise<Stage> {
  if (isHeld) world.erpRefuses("erp-sku-unknown");
  const first = await world.forwarded(fromAllegro());
  await world.report(fromBaseLinker());
  const second = await world.forwarded(sighting({ keys: [shopId("271")] }));
  world.erpTakes();
  const [held] = await world.openCases();
  const [kept, unread] = [await unreadable(KEPT, world), await unreadable(UNREAD, world)];
  world.atItsPlatform(UNREAD);
  world.letters.add({ queue: "https://sqs/ScheduleFailures", receipt: "1", body: '{"account":"baselinker:acme"}' });
  world.letters.add({ queue: "https://sqs/StreamFailures", receipt: "2", body: '{"DDBStreamBatchInfo":{}}' });
  return { first, second, caseId: held?.id, kept, unread };
}

/** It could not be read when it came; it can be by now. */
async function unreadable(report: Sighting, { parts }: OperatorWorld): Promise<string> {
  const { account, sourceOrder } = report;
  const body = await parts.bodies.put(`${account}/${sourceOrder}`, Buffer.from(JSON.stringify(report)));
  const message = heldMessage(account, sourceOrder, "unreadable-order", { body });
  await parts.claims.hold(message, parts.now());
  return message.id;
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
  reread: ({ unread }) => ({ do: "reread", case: unread }),
  reprocess: ({ kept }) => ({ do: "reprocess", case: kept }),
  "redrive a feed": () => ({ do: "redrive", what: "feed", account: "baselinker:acme" }),
  "redrive the backlog": () => ({ do: "redrive", what: "backlog" }),
  "redrive the queues": () => ({ do: "redrive", what: "queues" }),
} satisfies Record<string, (stage: Stage) => object>;

const others = fc.uniqueArray(
  fc.constantFrom(
    "report",
    "late report",
    "the kept report again",
    "the unread report again",
    "poll",
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
  if (what === "the kept report again") return world.report({ ...KEPT, version: KEPT.version + 1 });
  if (what === "the unread report again") return world.report(UNREAD);
  if (what === "poll") return world.poll("baselinker:acme");
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
  const feeds = (real: FeedStore): FeedStore => ({
    ...real,
    take: wrap("take", real.take),
    requestRefresh: wrap("requestRefresh", real.requestRefresh),
    wake: wrap("wake", real.wake),
    dueRefreshes: wrap("dueRefreshes", real.dueRefreshes),
    settle: wrap("settle", real.settle),
    postpone: wrap("postpone", real.postpone),
  });
  const set = (on: boolean) => {
    isOn = on;
  };
  return { claims, erp, feeds, set };
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
    world.pass(60_000);
    const asked = { ...ACTIONS[name](stage), by, request: "the-click" };
    wraps.set(true);
    const all = [world.act(asked), world.act(asked), ...beside.map((what) => alongside(what, stage, world))];
    await scheduler.waitFor(Promise.all(all));
    wraps.set(false);
    await world.poll("baselinker:acme");
    await world.sweep();
    await world.sweep();
    await expectSound(world, stage);
    const taken = TAKES_IN[name];
    if (taken) await expectTakenIn(world, taken);
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

/** What an action brings in, whatever else goes on: it is an order, and in the ERP once. */
const TAKES_IN: { [name in keyof typeof ACTIONS]?: Sighting } = { reread: UNREAD, reprocess: KEPT };

async function expectTakenIn(world: OperatorWorld, { account, sourceOrder }: Sighting) {
  const isOf = (source: { account: string; sourceOrder: string }) =>
    source.account === account && source.sourceOrder === sourceOrder;
  const [order] = (await world.allOrders()).filter(({ sources }) => sources.some(isOf));
  expect(order?.state).toBe("delivered");
  expect(world.standing().filter(({ kojarzOrder }) => kojarzOrder === order?.id)).toHaveLength(1);
  expect((await world.openCases()).filter(isOf)).toEqual([]);
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
  return { claims: dynamoClaims(table), cases: dynamoCases(table), desk: dynamoDesk(table), feeds: dynamoFeeds(table) };
}
