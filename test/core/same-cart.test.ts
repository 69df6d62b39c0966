/** Two orders of one cart with equal goods may be one purchase: the second waits for a person. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { DAY, type Report } from "../../lib/core/order.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openWorld, type World } from "../support/erp-world.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { scheduled } from "../support/scheduled.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { type Changes, fromBaseLinker, NOW, number, report, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { countCalls } from "../support/wire.ts";

const HOUR = 3_600_000;

const ofCart = (id: string, changes: Changes = {}) =>
  sighting({
    sourceOrder: id,
    keys: [shopId(id), number(id)],
    cart: { id: "cart-7" },
    report: { ...report, number: id },
    ...changes,
  });
const other: Report = {
  ...report,
  number: "272",
  lines: [{ sku: "TAL-1", name: "Talerz testowy", quantity: "1", gross: 5000, vat: { kind: "rate", rate: "23" } }],
};

const held = ({ claims }: Pick<World, "claims">) =>
  [...claims.held.values()].flatMap(({ reason, sourceOrder, resolved }) =>
    resolved ? [] : [`${reason} ${sourceOrder}`],
  );
const inErp = (world: World) => world.erp.rows().filter((row) => !row.cancelled).length;

describe("the second order of a cart", () => {
  let world: World;
  beforeEach(() => {
    world = openWorld();
    return () => world[Symbol.dispose]();
  });

  test("with equal goods is held, names both, and does not reach the ERP", async () => {
    const first = await world.report(ofCart("271"));
    const second = await world.report(ofCart("272"));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([1, ["same-cart 272"]]);
    const [message] = world.claims.held.values();
    expect(message).toMatchObject({ order: second, detail: expect.stringContaining(first) });
    expect(message?.detail).toContain(second);
  });

  test("with another coupon or another delivery is held all the same: the goods are equal", async () => {
    await world.report(ofCart("271"));
    const dearer = { ...report, number: "272", shipping: { method: "Kurier", gross: 1500 } };
    await world.report(ofCart("272", { total: 6500, report: dearer }));
    expect(held(world)).toEqual(["same-cart 272"]);
  });

  test("with other goods is a part of a split cart: two orders, and nobody is told", async () => {
    await world.report(ofCart("271"));
    await world.report(ofCart("272", { report: other }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([2, []]);
  });

  test("under the same number is one that the shop split itself, whatever its goods", async () => {
    await world.report(ofCart("271", { report: { ...report, number: "XKBKNABJK" } }));
    await world.report(ofCart("272", { report: { ...report, number: "XKBKNABJK" } }));
    await world.report(ofCart("273", { report: { ...report, number: "OTHER" } }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([2, ["same-cart 273"]]);
  });

  test("goes on where the first was never paid, or was cancelled", async () => {
    await world.report(ofCart("271", { readiness: "waiting", status: "pending" }));
    await world.report(ofCart("272"));
    await world.report(ofCart("273", { cart: { id: "cart-8" } }));
    await world.report(ofCart("273", { cart: { id: "cart-8" }, version: NOW, readiness: "cancelled" }));
    await world.report(ofCart("274", { cart: { id: "cart-8" } }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([2, []]);
  });

  test("is held when the first is paid after all", async () => {
    await world.report(ofCart("271", { readiness: "waiting", status: "pending" }));
    await world.report(ofCart("272"));
    await world.sweep();
    await world.report(ofCart("271", { version: NOW }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([1, ["same-cart 271"]]);
  });

  test("comes in by its next report once the first is cancelled, and its case is closed with it", async () => {
    await world.report(ofCart("271"));
    await world.report(ofCart("272"));
    await world.report(ofCart("272", { version: NOW }));
    expect(held(world)).toEqual(["same-cart 272"]);
    await world.report(ofCart("271", { version: NOW, readiness: "cancelled" }));
    await world.report(ofCart("272", { version: NOW + 1 }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([1, []]);
    await world.report(ofCart("273"));
    expect(held(world)).toEqual(["same-cart 273"]);
  });

  test("that is cancelled needs nobody any more", async () => {
    await world.report(ofCart("271"));
    await world.report(ofCart("272"));
    await world.report(ofCart("272", { version: NOW, readiness: "cancelled" }));
    expect(held(world)).toEqual([]);
  });

  test("is not brought to the ERP by a relay's report of it either", async () => {
    await world.report(ofCart("271"));
    await world.report(ofCart("272"));
    await world.report(fromBaseLinker({ keys: [shopId("272")] }));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([1, ["same-cart 272"]]);
  });

  test("stays back where the relay came first and the ERP has nothing of it yet; else a person is told", async () => {
    await world.report(ofCart("271"));
    await world.report(fromBaseLinker({ keys: [shopId("272")] }));
    await world.report(ofCart("272"));
    await world.sweep();
    expect([inErp(world), held(world)]).toEqual([1, ["same-cart 272"]]);
    await world.report(fromBaseLinker({ sourceOrder: "800000102", keys: [shopId("273")] }));
    await world.sweep();
    await world.report(ofCart("273"));
    expect([inErp(world), held(world)]).toEqual([2, ["same-cart 272", "same-cart 273"]]);
  });

  test("of another shop has nothing to do with it", async () => {
    await world.report(ofCart("271"));
    await world.report(ofCart("271", { account: "magento:main", keys: [shopId("271", "magento:main")] }));
    expect(held(world)).toEqual([]);
  });

  test("is another purchase after a while, where the cart's id says no more than who buys what", async () => {
    const cart = { id: "hash", withinMs: HOUR };
    await world.report(ofCart("271", { cart }));
    await world.report(ofCart("272", { cart, placedAt: NOW - 2000 + HOUR }));
    await world.report(ofCart("273", { cart, placedAt: NOW - 2000 + 5 * HOUR }));
    await world.report(ofCart("274", { cart, placedAt: NOW - 2000 + 5.5 * HOUR }));
    expect(held(world)).toEqual(["same-cart 272", "same-cart 274"]);
  });

  test("is another purchase after the window", async () => {
    await world.report(ofCart("271"));
    await world.sweep();
    world.pass(15 * DAY);
    await world.report(ofCart("272", { placedAt: NOW + 15 * DAY }));
    expect(held(world)).toEqual([]);
  });
});

describe("races", () => {
  test("of two orders of one cart, whatever the interleaving, one is new and the other held", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.infiniteStream(fc.nat({ max: 9 })), async (s, losses) => {
        const claims = memoryClaims();
        const floor = shopFloor(scheduled(claims, s, () => losses.next().value === 0));
        const reports = [ofCart("271"), ofCart("272"), ofCart("271"), ofCart("272", { version: NOW })];
        const done = Promise.all(reports.map((one) => floor.report(one)));
        await s.waitFor(done);
        await done;
        const states = new Set([...claims.orders.values()].map(({ state }) => state));
        expect(claims.orders.size).toBe(2);
        expect(states).toEqual(new Set(["held", "pending"]));
        expect(held({ claims })).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });

  test("a cancel of the first beside the second: never both, and never neither without a case", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const claims = memoryClaims();
        const floor = shopFloor(scheduled(claims, s, () => false));
        await s.waitFor(floor.report(ofCart("271")));
        const cancel = ofCart("271", { version: NOW, readiness: "cancelled" });
        const revival = ofCart("271", { version: NOW + 1 });
        const done = Promise.all([cancel, ofCart("272"), revival].map((one) => floor.report(one)));
        await s.waitFor(done);
        await done;
        const going = [...claims.orders.values()].filter(({ state }) => state === "pending");
        expect(going.length).toBeLessThanOrEqual(1);
        expect(going.length + held({ claims }).length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  test("at the same moment against the engine", async () => {
    const floor = shopFloor(dynamoClaims(await freshTable()), { random: Math.random });
    const ids = Array.from({ length: 8 }, (_, n) => `${300 + n}`);
    const outcomes = await Promise.all(ids.map((id) => floor.report(ofCart(id))));
    expect(outcomes.map(({ verdict }) => verdict).sort()).toEqual([...Array(7).fill("held"), "new"]);
  });
});

describe("in the table", () => {
  let claims: Claims;
  let table: Awaited<ReturnType<typeof freshTable>>;
  beforeEach(async () => {
    table = await freshTable();
    claims = dynamoClaims(table);
  });

  test("a cart costs no more requests: one item more is read, and written once with the order", async () => {
    const floor = shopFloor(claims);
    const counted = countCalls(table);
    await floor.report(ofCart("271"));
    expect([counted.requests(), counted.readItems(), counted.writtenItems()]).toEqual([2, 3, 4]);
    await floor.report(ofCart("271"));
    expect([counted.requests(), counted.readItems(), counted.writtenItems()]).toEqual([3, 7, 4]);
  });

  test("the case is written with the order that is held, or not at all", async () => {
    const floor = shopFloor(claims);
    await floor.report(ofCart("271"));
    const counted = countCalls(table);
    await floor.report(ofCart("272"));
    // Two keys, the order and its case.
    expect([counted.requests(), counted.writtenItems()]).toEqual([3, 4]);
  });
});
