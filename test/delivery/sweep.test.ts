import { describe, expect, test } from "vitest";
import { keyId } from "../../lib/core/keys.ts";
import { DAY } from "../../lib/core/order.ts";
import type { Forwarded } from "../../lib/delivery/lease.ts";
import type { Backlog } from "../../lib/delivery/sweep.ts";
import { LATER, LEASE_MS, openWorld, type World } from "../support/erp-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, NOW, number, shopId, sighting, UUID } from "../support/sightings.ts";

const numbered = (n: number) => sighting({ sourceOrder: `${n}`, keys: [shopId(`${1000 + n}`)] });
const waiting = () => sighting({ readiness: "waiting", status: "pending" });
const key = (world: World, name: Parameters<typeof keyId>[0]) => world.claims.keys.get(keyId(name));

describe("the sweep", () => {
  test("delivers what nobody else did", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    expect(await world.sweep()).toEqual({ counts: { delivered: 1 }, failures: [] });
    expect(world.order(id).state).toBe("delivered");
    expect(await world.sweep()).toEqual({ counts: {}, failures: [] });
  });

  test("leaves an order in its owner's hands until the lease is over", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    const submit = async () => {
      throw new Error("the owner's connection hangs");
    };
    const commit: typeof world.claims.commit = async (write, now) => {
      if (write.order?.after.reason === "in-doubt") throw new Error("the owner died");
      return world.claims.commit(write, now);
    };
    await expect(
      world.deliver(id, { erp: { ...world.erp, submit }, claims: { ...world.claims, commit } }),
    ).rejects.toThrow("died");
    world.pass(LEASE_MS - 1);
    expect((await world.sweep()).counts).toEqual({});
    world.pass(1);
    expect((await world.sweep()).counts).toEqual({ delivered: 1 });
  });

  test("one order that fails stops no other, and is named", async () => {
    using world = openWorld();
    const ids = await Promise.all([1, 2, 3].map((n) => world.report(numbered(n))));
    const cause = new Error("this item cannot be read");
    const read: typeof world.claims.read = async (id) => {
      if (id === ids[1]) throw cause;
      return world.claims.read(id);
    };
    expect(await world.sweep({ claims: { ...world.claims, read } })).toEqual({
      counts: { delivered: 2, failed: 1 },
      failures: [{ order: ids[1], cause }],
    });
  });

  test("tells what it found and for how long that could have been delivered, and then what each delivery came to", async () => {
    using world = openWorld({ "find-fails": 1 });
    const id = await world.report(sighting());
    world.pass(5_000);
    const told: unknown[] = [];
    const found = (backlog: Backlog) => told.push(backlog);
    const delivered = (order: string, { outcome }: Forwarded) => told.push([order, outcome]);
    await world.sweep({ backlog: found, delivered });
    expect(told).toEqual([{ due: 1, ages: [5_000] }, [id, "postponed"]]);
    world.pass(LATER);
    told.length = 0;
    await world.sweep({ backlog: found });
    expect(told).toEqual([{ due: 1, ages: [LATER + 5_000] }]);
  });

  test("starts nothing more when its time is up, and leaves the rest to the next one", async () => {
    using world = openWorld();
    for (let n = 0; n < 20; n += 1) await world.report(numbered(n));
    const find: typeof world.erp.find = async (query) => {
      world.pass(1_000);
      return world.erp.find(query);
    };
    const pace = { atOnce: 1, perSecond: 100 };
    const wait = async (ms: number) => world.pass(ms);
    const startUntil = world.now() + 4_000;
    const { counts } = await world.sweep({ erp: { ...world.erp, find }, startUntil, pace, wait });
    expect(counts).toEqual({ delivered: 4, left: 16 });
    expect((await world.sweep()).counts).toEqual({ delivered: 16 });
  });

  test("works on eight orders at once, no more", async () => {
    using world = openWorld();
    await Promise.all(Array.from({ length: 30 }, (_, n) => world.report(numbered(n))));
    let atWork = 0;
    let most = 0;
    const find: typeof world.erp.find = async (query) => {
      most = Math.max(most, ++atWork);
      await new Promise(setImmediate);
      atWork -= 1;
      return world.erp.find(query);
    };
    expect((await world.sweep({ erp: { ...world.erp, find } })).counts).toEqual({ delivered: 30 });
    expect(most).toBe(8);
  });

  test("keeps a waiting order and its keys in the index beyond its window, until its deadline", async () => {
    using world = openWorld();
    const id = await world.report(waiting());
    world.pass(13 * DAY);
    expect((await world.sweep()).counts).toEqual({ extended: 1 });
    const { expiresAt, memoryUntil } = world.order(id);
    expect(expiresAt).toBe(NOW + 27 * DAY);
    expect(key(world, number("1001"))).toMatchObject({ expiresAt, memoryUntil: expiresAt });
    expect(key(world, shopId("271"))).toMatchObject({ expiresAt, memoryUntil });
    expect((await world.sweep()).counts).toEqual({});

    world.pass(13 * DAY);
    expect((await world.sweep()).counts).toEqual({ extended: 1 });
    world.pass(5 * DAY);
    expect((await world.sweep()).counts).toEqual({ "gave-up": 1 });
    expect(world.order(id)).toMatchObject({
      state: "cancelled",
      reason: "deadline",
      cancelledBy: { account: "kojarz" },
    });
  });

  test.each([
    ["its source", sighting({ version: NOW })],
    ["any other source", fromBaseLinker({ keys: [shopId("271")] })],
  ])("an order that was given up is sent after all when %s says so", async (_, ready) => {
    using world = openWorld();
    const id = await world.report(waiting());
    for (const days of [13, 13, 5]) {
      world.pass(days * DAY);
      await world.sweep();
    }
    expect(world.order(id).state).toBe("cancelled");
    await world.report(ready);
    await world.sweep();
    expect(world.order(id).state).toBe("delivered");
  });

  test("an order that was cancelled and comes back after the window is sent: it is not late for the ERP", async () => {
    using world = openWorld();
    const id = await world.report(sighting({ readiness: "cancelled", status: "cancelled" }));
    world.pass(20 * DAY);
    await world.sweep();
    await world.report(sighting({ version: NOW }));
    await world.sweep();
    expect(world.order(id)).toMatchObject({ state: "delivered", expiresAt: NOW + 34 * DAY });
  });

  test("lengthens the number of an order whose window a later source made longer", async () => {
    using world = openWorld();
    const id = await world.report(sighting({ keys: [allegroId(), shopId("271"), number("1001")] }));
    await world.report(fromAllegro());
    await world.deliver(id);
    world.pass(13 * DAY);
    expect((await world.sweep()).counts).toEqual({ extended: 1 });
    const { expiresAt, dueAt } = world.order(id);
    expect(expiresAt).toBe(NOW + 90 * DAY);
    expect(dueAt).toBe(expiresAt);
    expect(key(world, number("1001"))).toMatchObject({ expiresAt, memoryUntil: expiresAt });
  });

  test("lengthens the ids of an order whose window a later source made longer than the memory", async () => {
    using world = openWorld();
    const id = await world.report(sighting({ keys: [allegroId(), shopId("271")] }));
    await world.report(fromAllegro({ windowDays: 120 }));
    await world.deliver(id);
    world.pass(89 * DAY);
    expect((await world.sweep()).counts).toEqual({ extended: 1 });
    expect(key(world, shopId("271"))?.memoryUntil).toBe(NOW + 120 * DAY);
    expect(world.order(id).dueAt).toBe(NOW + 120 * DAY);
  });

  test("keeps the ids of a purchase that is revived at the end of its memory, also while the ERP is down", async () => {
    const faults = { busy: 0 };
    using world = openWorld(faults);
    const id = await world.report(sighting({ keys: [shopId("271")], readiness: "cancelled", status: "cancelled" }));
    world.pass(80 * DAY);
    await world.sweep();
    faults.busy = 1;
    await world.report(sighting({ keys: [shopId("271")], version: NOW }));
    for (let day = 80; day < 92; day++) {
      await world.sweep();
      world.pass(DAY);
    }
    expect(key(world, shopId("271"))?.memoryUntil).toBeGreaterThan(NOW + 92 * DAY);
    faults.busy = 0;
    await world.sweep();
    expect(world.order(id).state).toBe("delivered");
  });

  test("extends an order that the ERP did not take for two weeks, and goes on trying", async () => {
    const faults = { busy: 1 };
    using world = openWorld(faults);
    const id = await world.report(sighting());
    for (let hour = 0; hour < 15 * 24; hour++) {
      await world.sweep();
      world.pass(3_600_000);
    }
    expect(world.order(id).expiresAt).toBeGreaterThan(NOW + 26 * DAY);
    expect(key(world, number("1001"))?.memoryUntil).toBeGreaterThan(NOW + 26 * DAY);
    faults.busy = 0;
    await world.sweep();
    expect(world.order(id).state).toBe("delivered");
  });

  test("keeps a held order's keys, and leaves the order to a person", async () => {
    using world = openWorld({ refused: 1 });
    const id = await world.report(sighting());
    await world.sweep();
    world.pass(13 * DAY);
    expect((await world.sweep()).counts).toEqual({ extended: 1 });
    expect(world.order(id)).toMatchObject({ state: "held", reason: "erp-refused", expiresAt: NOW + 27 * DAY });
    expect(key(world, shopId("271"))?.expiresAt).toBe(NOW + 27 * DAY);
  });

  test("a key that points to another order is not touched", async () => {
    using world = openWorld({ refused: 1 });
    await world.report(sighting({ keys: [shopId("270"), number("1001")], total: 100, sourceOrder: "270" }));
    world.pass(DAY);
    const id = await world.report(sighting());
    const shared = key(world, number("1001"));
    await world.sweep();
    world.pass(13 * DAY);
    await world.sweep();
    expect(world.order(id).expiresAt).toBeGreaterThan(NOW + 15 * DAY);
    expect(shared?.order).not.toBe(id);
  });

  test("when the window is over, personal data goes and the ids stay", async () => {
    using world = openWorld();
    const id = await world.report(sighting({ keys: [allegroId(), shopId("271")] }));
    await world.sweep();
    world.pass(14 * DAY - 1);
    expect((await world.sweep()).counts).toEqual({});
    world.pass(1);
    expect((await world.sweep()).counts).toEqual({ erased: 1 });
    expect(JSON.stringify(world.order(id))).not.toContain("kupujacy");
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { number: "ZO 0001/26" } });
    expect(key(world, allegroId())).toMatchObject({ order: id, value: UUID });
    expect((await world.sweep()).counts).toEqual({});
  });

  test("a forwarding that is due waits for none of the thousands of windows that end with it", async () => {
    using world = openWorld();
    for (let n = 0; n < 3_000; n += 1) await world.report(numbered(n));
    for (let n = 0; n < 30; n += 1) await world.sweep();
    world.pass(14 * DAY);
    const late = await world.report(numbered(3_001));
    const began: string[] = [];
    const submit: typeof world.erp.submit = async (...order) => {
      began.push("forwarding");
      return world.erp.submit(...order);
    };
    const commit: typeof world.claims.commit = async (write, now) => {
      if (write.order && write.order.after.id !== late) began.push("erasure");
      return world.claims.commit(write, now);
    };
    const io = { erp: { ...world.erp, submit }, claims: { ...world.claims, commit } };
    expect((await world.sweep(io)).counts).toEqual({ delivered: 1, erased: 100 });
    expect(world.order(late).state).toBe("delivered");
    expect(began.indexOf("forwarding")).toBe(0);
    for (let n = 0; n < 29; n += 1) expect((await world.sweep()).counts).toEqual({ erased: 100 });
  });

  test("an ERP that takes all the time of a run keeps no window from ending", async () => {
    using world = openWorld();
    const old = await world.report(numbered(1));
    await world.sweep();
    world.pass(14 * DAY);
    for (let n = 2; n < 12; n += 1) await world.report(numbered(n));
    const find: typeof world.erp.find = async (query) => {
      world.pass(10_000);
      return world.erp.find(query);
    };
    const until = { startUntil: world.now() + 20_000, endUntil: world.now() + 40_000 };
    const pace = { atOnce: 1, perSecond: 100 };
    const { counts } = await world.sweep({ erp: { ...world.erp, find }, ...until, pace });
    expect(counts).toEqual({ delivered: 2, left: 8, erased: 1 });
    expect(JSON.stringify(world.order(old))).not.toContain("kupujacy");
    world.pass(14 * DAY);
    expect((await world.sweep({ endUntil: world.now() })).counts).not.toHaveProperty("erased");
  });

  test("a window that grew meanwhile is waited for", async () => {
    using world = openWorld();
    const id = await world.report(sighting({ keys: [allegroId()] }));
    await world.sweep();
    await world.report(sighting({ account: "allegro:acme", sourceOrder: UUID, keys: [allegroId()], windowDays: 60 }));
    world.pass(14 * DAY);
    expect((await world.sweep()).counts).toEqual({ rescheduled: 1 });
    expect((await world.sweep()).counts).toEqual({});
    world.pass(46 * DAY);
    expect((await world.sweep()).counts).toEqual({ erased: 1 });
    expect(world.order(id).dueAt).toBeUndefined();
  });
});
