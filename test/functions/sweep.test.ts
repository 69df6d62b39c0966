import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { handler } from "../../functions/sweep.ts";
import { provideApp } from "../../lib/app/app.ts";
import { Settings } from "../../lib/app/config.ts";
import { guardedParts } from "../../lib/app/shadow.ts";
import type { Modes } from "../../lib/core/rules.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { openWorld } from "../support/erp-world.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { memoryDesk } from "../support/memory-desk.ts";
import { shadowWorld } from "../support/shadow-world.ts";
import { shopId, sighting } from "../support/sightings.ts";

const MINUTE = 60_000;

let out: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => out.mockRestore());

test("a backlog at a slow ERP is told with its ages, and the run ends in time and as a success", async () => {
  using world = openWorld();
  for (let n = 0; n < 40; n += 1) await world.report(sighting({ sourceOrder: `${n}`, keys: [shopId(`${100 + n}`)] }));
  world.pass(3 * 60 * MINUTE);
  const find: typeof world.erp.find = async (query) => {
    world.pass(4_000);
    return world.erp.find(query);
  };
  const config = { ...Settings.parse({ erpPerSecond: 1000 }), accounts: [] };
  const { now, random, unique, wait } = world.deps;
  const { claims } = world;
  const erp = { ...world.erp, name: "wapro", find };
  const circuit = () => ({ state: "closed", failures: 0 }) as const;
  const unused = () => expect.unreachable("nothing else is needed");
  const part = new Proxy({}, { get: () => unused }) as never;
  const rest = { feeds: part, vault: part, numbers: part, samples: part, bodies: part, http: unused, explain: unused };
  provideApp(() => ({
    ...rest,
    config,
    claims,
    cases: memoryCases(claims),
    desk: memoryDesk(claims),
    erp,
    now,
    random,
    unique,
    wait,
    circuit,
  }));

  const counts = await handler({}, lambdaContext("sweep", 110_000));
  expect(counts.delivered).toBeGreaterThan(8);
  expect((counts.delivered ?? 0) + (counts.left ?? 0)).toBe(40);
  const published = out.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
  const of = (metric: string) => published.flatMap((line) => (metric in line ? [line[metric]] : []));
  expect(of("DueOrders")).toEqual([40]);
  expect(of("UnfinishedAge")).toEqual(Array.from({ length: 40 }, () => 3 * 60 * 60));
  expect(of("Circuit")).toEqual([]);
  expect(published.findIndex((line) => "UnfinishedAge" in line)).toBeLessThan(
    published.findIndex((line) => "DeliveryTime" in line),
  );
});

test("an account that leaves shadow mode: all that it was kept from is looked after in the next run, and once", async () => {
  using world = shadowWorld();
  let mode: Modes = "shadow";
  const { claims, now } = world;
  const { random, unique, wait } = world.deps;
  const unused = () => expect.unreachable("nothing else is needed");
  const part = new Proxy({}, { get: () => unused }) as never;
  const rest = { feeds: part, vault: part, numbers: part, samples: part, bodies: part, http: unused, explain: unused };
  const parts = { ...rest, claims, cases: memoryCases(claims), desk: memoryDesk(claims), now, random, unique, wait };
  const run = async () => {
    const config = { ...Settings.parse({ mode, erpPerSecond: 1000 }), accounts: [] };
    // A deployment starts every function anew.
    provideApp(() => guardedParts({ ...parts, config, erp: world.counted }));
    return handler({}, lambdaContext("sweep", 110_000));
  };

  const inErp = await world.report(sighting({ sourceOrder: "1", keys: [shopId("1")], placedAt: now() }));
  await run();
  world.pass(5 * 60 * MINUTE);
  await run();
  const liveFrom = now();
  await world.byOthers({ internetId: "1" });
  const since = await world.report(sighting({ sourceOrder: "2", keys: [shopId("2")], placedAt: liveFrom + 1 }));
  const missing = await world.report(sighting({ sourceOrder: "3", keys: [shopId("3")], placedAt: liveFrom - MINUTE }));
  // Until that moment nothing is written, whatever is configured.
  mode = { liveFrom: liveFrom + MINUTE };
  world.pass(1);
  await run();
  expect(world.written).toEqual([]);

  mode = { liveFrom };
  const counts = await run();
  expect(counts["left-shadow"]).toBe(3);
  expect(world.order(inErp.id)).toMatchObject({ state: "delivered", erp: { how: "linked" } });
  expect(world.order(since.id)).toMatchObject({ state: "delivered", erp: { how: "created" } });
  expect(world.order(missing.id)).toMatchObject({ state: "held", reason: "taken-in-shadow" });
  expect((await run())["left-shadow"]).toBeUndefined();
  expect(world.written).toEqual([`submit ${since.id}`]);
});
