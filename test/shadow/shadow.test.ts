import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparisonOf, SPAN } from "../../cli/report/compare.ts";
import { guardedConnection } from "../../lib/app/shadow.ts";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { cancelled, retried } from "../../lib/core/actions.ts";
import { keyOf } from "../../lib/core/keys.ts";
import { DAY } from "../../lib/core/order.ts";
import type { Modes } from "../../lib/core/rules.ts";
import { orderView } from "../../lib/ops/order-view.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { shadowWorld } from "../support/shadow-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, NOW, shopId, sighting } from "../support/sightings.ts";

const HOUR = DAY / 24;
const shop = (n: number, changes: Parameters<typeof sighting>[0] = {}) =>
  sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`)], placedAt: NOW, ...changes });

describe("in shadow mode", () => {
  test("a purchase is taken in, linked and decided, and is not forwarded", async () => {
    using world = shadowWorld();
    const first = await world.report(fromAllegro());
    const same = await world.report(fromBaseLinker());
    expect(same.id).toBe(first.id);
    expect(same).toMatchObject({ state: "held", reason: "shadowed", shadowed: true });
    for (let hours = 0; hours < 48; hours += 1) {
      await world.forward();
      world.pass(HOUR);
    }
    expect(world.written).toEqual([]);
    expect(world.cases()).toEqual([]);
  });

  test("what another integrator writes becomes its ERP order, and what it writes twice is raised", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(41));
    await world.byOthers({ customerNumber: "WC_41" });
    await world.watch();
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { how: "linked" } });
    await world.byOthers({ customerNumber: "WC_41" });
    await world.watch();
    expect(world.cases()).toEqual(["duplicated-in-erp"]);
    expect(world.written).toEqual([]);
  });

  test("a cancel ends what is not in the ERP, and takes nothing back there", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1));
    await world.report(shop(1, { readiness: "cancelled", version: NOW + 1 }));
    expect(world.order(id).state).toBe("cancelled");
    const linked = await world.report(shop(2));
    await world.byOthers({ customerNumber: "WC_2" });
    await world.watch();
    await world.report(shop(2, { readiness: "cancelled", version: NOW + 1 }));
    expect(world.order(linked.id)).toMatchObject({ state: "delivered", sources: [{ readiness: "cancelled" }] });
    expect(world.order(linked.id).cancelRequested).toBeUndefined();
    world.become({ liveFrom: NOW });
    world.pass(DAY);
    await world.forward();
    expect(world.written).toEqual([]);
  });

  test("a payment that fails takes it back, and one that comes brings it no further than before", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1));
    await world.report(shop(1, { readiness: "waiting", version: NOW + 1 }));
    expect(world.order(id).state).toBe("waiting");
    await world.report(shop(1, { version: NOW + 2 }));
    expect(world.order(id)).toMatchObject({ state: "held", reason: "shadowed" });
  });

  test("a source that wants the ERP's number is not told it", async () => {
    using world = shadowWorld();
    const { sources } = await world.report(shop(1, { wantsErpNumber: true }));
    expect(sources[0]?.erpNumber).toBeUndefined();
  });

  test("personal data go with the window, as of an order that is done", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1));
    for (let days = 0; days <= 15; days += 1) {
      await world.forward();
      world.pass(DAY);
    }
    expect(world.order(id).sources[0]?.report).toBeUndefined();
    expect(world.order(id).dueAt).toBeUndefined();
  });

  test("an order that a person sends or cancels waits until the mode is left, and then goes", async () => {
    using world = shadowWorld();
    const before = await world.report(shop(1));
    const ruling = retried(before, { now: world.now(), stamp: "by-hand" });
    if (ruling.is !== "writes") throw new Error("it can be sent");
    await world.claims.commit({ order: ruling.order, keys: ruling.keys }, world.now());
    expect(await world.deliver(before.id)).toMatchObject({ outcome: "postponed", reason: "shadow-mode" });
    world.become("live");
    world.pass(HOUR);
    await world.forward();
    expect(world.order(before.id).state).toBe("delivered");
    expect(world.written).toEqual([`submit ${before.id}`]);
  });

  test("what waited to go to the ERP when it began waits, and goes when it is over", async () => {
    using world = shadowWorld("live");
    const { id } = await world.report(shop(1));
    world.become("shadow");
    for (let hours = 0; hours < 30; hours += 1) {
      await world.forward();
      world.pass(HOUR);
    }
    expect(world.written).toEqual([]);
    world.become("live");
    world.pass(HOUR);
    await world.forward();
    expect(world.order(id).state).toBe("delivered");
  });

  test("an order of the ERP that a person cancels is cancelled once the mode is left", async () => {
    using world = shadowWorld("live");
    const { id } = await world.report(shop(1));
    await world.forward();
    world.become("shadow");
    const ruling = cancelled(world.order(id), { now: world.now(), stamp: "by-hand" });
    if (ruling.is !== "writes") throw new Error("it can be cancelled");
    await world.claims.commit({ order: ruling.order, keys: ruling.keys }, world.now());
    await world.forward();
    expect(world.written).toEqual([`submit ${id}`]);
    world.become("live");
    world.pass(HOUR);
    await world.forward();
    expect(world.written).toEqual([`submit ${id}`, `cancel ${id}`]);
  });
});

describe("when shadow mode is left", () => {
  test("what the ERP has is linked, what was placed since goes there, and the rest is a person's", async () => {
    using world = shadowWorld();
    const inErp = await world.report(shop(1));
    const missing = await world.report(shop(2));
    world.pass(2 * DAY);
    const liveFrom = world.now();
    const since = await world.report(shop(3, { placedAt: liveFrom + 1 }));
    await world.byOthers({ internetId: "1" });
    world.become({ liveFrom });
    world.pass(6 * HOUR);
    await world.forward();
    expect(world.order(inErp.id)).toMatchObject({ state: "delivered", erp: { how: "linked" } });
    expect(world.order(since.id)).toMatchObject({ state: "delivered", erp: { how: "created" } });
    expect(world.order(missing.id)).toMatchObject({ state: "held", reason: "taken-in-shadow" });
    expect(world.cases()).toEqual(["taken-in-shadow"]);
    expect(world.written).toEqual([`submit ${since.id}`]);
  });

  test("without a time nothing of it is forwarded by itself", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1));
    world.become("live");
    world.pass(6 * HOUR);
    await world.forward();
    expect(world.order(id)).toMatchObject({ state: "held", reason: "taken-in-shadow" });
    expect(world.written).toEqual([]);
  });

  test("a source that says again what it said in shadow mode brings nothing into the ERP", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1));
    world.become("live");
    await world.report(shop(1, { version: NOW + 1, status: "completed" }));
    expect(world.order(id)).toMatchObject({ state: "held", reason: "shadowed" });
    world.pass(6 * HOUR);
    await world.forward();
    await world.report(shop(1, { version: NOW + 2, status: "sent" }));
    expect(world.order(id)).toMatchObject({ state: "held", reason: "taken-in-shadow" });
    expect(world.written).toEqual([]);
  });

  test("a purchase that became an order before, and is heard of only now, is looked for and not forwarded", async () => {
    using world = shadowWorld({ liveFrom: NOW });
    const { id } = await world.report(shop(1, { placedAt: NOW - 1 }));
    world.pass(HOUR);
    await world.forward();
    expect(world.order(id)).toMatchObject({ state: "held", reason: "taken-in-shadow" });
    const paidSince = await world.report(shop(2, { placedAt: NOW - HOUR, orderedAt: NOW + 1 }));
    await world.forward();
    expect(world.order(paidSince.id).state).toBe("delivered");
  });

  test("going back and leaving again loses none of them", async () => {
    using world = shadowWorld();
    const { id } = await world.report(shop(1, { placedAt: NOW }));
    world.become({ liveFrom: NOW });
    world.become("shadow");
    world.pass(6 * HOUR);
    await world.forward();
    expect(world.order(id)).toMatchObject({ state: "held", reason: "shadowed" });
    world.become({ liveFrom: NOW });
    world.pass(6 * HOUR);
    await world.forward();
    expect(world.order(id).state).toBe("delivered");
  });
});

describe("one account in shadow mode", () => {
  const mode = { "woocommerce:main": "shadow" } as const;

  test("writes nothing by itself, and keeps no live account from forwarding the same purchase", async () => {
    using world = shadowWorld(mode);
    const { id } = await world.report(sighting({ keys: [allegroId(), shopId("1")] }));
    await world.forward();
    expect(world.written).toEqual([]);
    await world.report(fromAllegro());
    await world.forward();
    expect(world.order(id).state).toBe("delivered");
    expect(world.written).toEqual([`submit ${id}`]);
  });

  test("takes back nothing that a live account brought into the ERP", async () => {
    using world = shadowWorld(mode);
    const { id } = await world.report(fromAllegro());
    await world.forward();
    await world.report(sighting({ keys: [allegroId(), shopId("1")], readiness: "cancelled" }));
    await world.forward();
    expect(world.written).toEqual([`submit ${id}`]);
    expect(world.order(id).state).toBe("delivered");
  });
});

test("a poll of an account in shadow mode has no way to tell its platform a number", () => {
  const [connection] = connectionsOf({
    accounts: [
      BaseLinkerAccount.parse({
        channel: "baselinker",
        account: "acme",
        token: "4000001-secret-token",
        callbackToken: "0123456789abcdef",
        sources: {},
        erpNumberField: "extra_field_1",
      }),
    ],
  });
  if (!connection) throw new Error("it is configured");
  const tells = (modes: Modes) => guardedConnection(connection, modes, NOW).channel.writeBack !== undefined;
  expect(tells("live")).toBe(true);
  expect(tells("shadow")).toBe(false);
  expect(tells({ "baselinker:acme": "shadow" })).toBe(false);
  expect(tells({ "woocommerce:main": "shadow" })).toBe(true);
  expect(tells({ liveFrom: NOW + 1 })).toBe(false);
  expect(tells({ liveFrom: NOW })).toBe(true);
});

test("a report finds the ERP order that carries the id of who only relayed the purchase", async () => {
  using world = shadowWorld();
  const { id } = await world.report(shop(1));
  const own = keyOf("internet-id", "baselinker:acme", "801", 4);
  await world.report(sighting({ account: "baselinker:acme", sourceOrder: "801", keys: [shopId("1"), ...own] }));
  await world.byOthers({ customerNumber: "B_801", total: 9900 });
  const { purchases, erpOrders } = await world.compared(0);
  const { differing, missing } = comparisonOf(purchases, erpOrders, { ...SPAN, now: world.now() + DAY });
  expect(differing.map(({ purchase }) => purchase.order)).toEqual([id]);
  expect(missing).toEqual([]);
});

test("of a purchase a report gets the VAT as far as its source says it", async () => {
  using world = shadowWorld();
  await world.report(shop(1));
  const { purchases } = await world.compared(0);
  expect(purchases).toMatchObject([{ total: 5899, shares: [{ gross: 5000, vat: { rate: "23" } }, { gross: 899 }] }]);
});

test("what an operator sees of it names the mode, and no person", async () => {
  using world = shadowWorld();
  expect(orderView(await world.report(shop(1)), world.now(), () => undefined).next).toMatchObject({ what: "shadow" });
});

test("whatever comes in, in shadow mode there is no write", async () => {
  const step = fc.record({
    n: fc.integer({ min: 1, max: 4 }),
    what: fc.constantFrom("report", "relay", "cancel", "unpaid", "others", "watch", "sweep"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      using world = shadowWorld();
      for (const [at, { n, what }] of steps.entries()) {
        const version = NOW + at;
        const keys = [shopId(`${n}`)];
        if (what === "report") await world.report(shop(n, { version }));
        if (what === "cancel") await world.report(shop(n, { version, readiness: "cancelled" }));
        if (what === "unpaid") await world.report(shop(n, { version, readiness: "waiting" }));
        if (what === "relay")
          await world.report(sighting({ account: "baselinker:acme", sourceOrder: `8${n}`, keys, version }));
        if (what === "others") await world.byOthers({ customerNumber: `WC_${n}` });
        if (what === "watch") await world.watch();
        if (what === "sweep") await world.forward();
        world.pass(HOUR);
      }
      expect(world.written).toEqual([]);
    }),
    { numRuns: fuzzRuns },
  );
});
