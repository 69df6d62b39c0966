/** What settles itself closes its case; what needs a person stays open, and is looked at ever more seldom. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Held } from "../../lib/core/held.ts";
import { heldMessage } from "../../lib/core/held.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import type { Cases } from "../../lib/core/ports/cases.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openWorld } from "../support/erp-world.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, report, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const HOUR = 3_600_000;

const stores: Array<[string, () => Promise<{ claims: Claims; cases: Cases }>]> = [
  [
    "in memory",
    async () => {
      const claims = memoryClaims("any");
      return { claims, cases: memoryCases(claims) };
    },
  ],
  [
    "DynamoDB",
    async () => {
      const table = await freshTable();
      return { claims: dynamoClaims(table), cases: dynamoCases(table) };
    },
  ],
];

describe.each(stores)("cases: %s", (_, open) => {
  let store: { claims: Claims; cases: Cases };
  beforeEach(async () => {
    store = await open();
  });

  const openCases = async (at: number): Promise<string[]> =>
    (await store.cases.due(at, 50)).map(({ reason }: Held) => reason).sort();
  const settle = (at: number) => settleCases({ ...store, now: () => at, windowMs: 14 * DAY }, 50);

  test("a report that could not be read is settled by a later right one", async () => {
    const floor = shopFloor(store.claims);
    await store.claims.hold(heldMessage("woocommerce:main", "271", "unreadable-order"), NOW - HOUR);
    expect(await settle(NOW - HOUR)).toEqual({ looked: 1, settled: 0 });
    await floor.report(sighting());
    expect(await settle(NOW + HOUR)).toEqual({ looked: 1, settled: 1 });
    expect(await openCases(NOW + DAY)).toEqual([]);
  });

  test("what only resembles it settles nothing: another order, or one that was taken in before", async () => {
    const floor = shopFloor(store.claims);
    await floor.report(sighting());
    await store.claims.hold(heldMessage("woocommerce:main", "271", "unreadable-order"), NOW + 1);
    await store.claims.hold(heldMessage("woocommerce:main", "272", "unreadable-order"), NOW + 1);
    expect(await settle(NOW + HOUR)).toEqual({ looked: 2, settled: 0 });
    expect(await openCases(NOW + DAY)).toEqual(["unreadable-order", "unreadable-order"]);
  });

  test("an old case is looked at ever more seldom, and never forgotten", async () => {
    await store.claims.hold(heldMessage("woocommerce:main", "9", "two-orders"), NOW);
    const looks: number[] = [];
    for (let at = NOW; at < NOW + 2 * DAY; at += 60_000) if ((await settle(at)).looked > 0) looks.push(at - NOW);
    expect(looks.length).toBeLessThan(60);
    expect(Math.max(...looks.slice(1).map((at, index) => at - (looks[index] ?? 0)))).toBeLessThanOrEqual(7 * HOUR);
  });

  test("what was said again meanwhile is not closed by what was read before", async () => {
    await store.claims.hold(heldMessage("woocommerce:main", "9", "two-orders"), NOW);
    const [held] = await store.cases.due(NOW, 1);
    if (!held) throw new Error("no case");
    await store.claims.hold(heldMessage("woocommerce:main", "9", "two-orders"), NOW + 1);
    expect(await store.cases.resolve(held, { how: "taken-in", at: NOW }, NOW + DAY)).toBe(false);
    const [again] = await store.cases.due(NOW + 1, 1);
    if (!again) throw new Error("no case");
    expect(await store.cases.resolve(again, { how: "taken-in", at: NOW + 2 }, NOW + DAY)).toBe(true);
    expect(await openCases(NOW + DAY)).toEqual([]);
    expect(await store.cases.resolve(again, { how: "taken-in", at: NOW + 3 }, NOW + DAY)).toBe(false);
  });

  test("what was closed opens again when it is said again", async () => {
    const floor = shopFloor(store.claims);
    await store.claims.hold(heldMessage("woocommerce:main", "271", "unreadable-order"), NOW - HOUR);
    await floor.report(sighting());
    await settle(NOW);
    await store.claims.hold(heldMessage("woocommerce:main", "271", "unreadable-order"), NOW + HOUR);
    expect(await openCases(NOW + DAY)).toEqual(["unreadable-order"]);
  });
});

describe("of an order that the ERP has", () => {
  const openIn = (world: ReturnType<typeof openWorld>) =>
    [...world.claims.held.values()].flatMap(({ reason, resolved }) => (resolved ? [] : [reason]));
  const settleIn = (world: ReturnType<typeof openWorld>) =>
    settleCases({ claims: world.claims, cases: memoryCases(world.claims), now: world.deps.now, windowMs: DAY }, 50);

  const rows: Array<[string, Partial<Sighting>, Partial<Sighting>]> = [
    ["an edit that is taken back", { report: { ...report, note: "x", lines: [] } }, {}],
    ["a failed payment that is paid after all", { readiness: "waiting", status: "failed", steppedBack: true }, {}],
  ];

  test.each(rows)("%s closes its case", async (_, changed, back) => {
    using world = openWorld();
    await world.report(sighting());
    await world.sweep();
    world.pass(HOUR);
    await world.report(sighting({ version: NOW, ...changed }));
    await settleIn(world);
    expect(openIn(world)).toHaveLength(1);
    world.pass(HOUR);
    await world.report(sighting({ version: NOW + 1, ...back }));
    await settleIn(world);
    expect(openIn(world)).toEqual([]);
  });
});
