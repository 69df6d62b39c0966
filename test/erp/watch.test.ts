import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf } from "../../lib/core/keys.ts";
import { DAY } from "../../lib/core/order.ts";
import { ErpUnavailable } from "../../lib/core/ports/erp.ts";
import { watchErp } from "../../lib/erp/watch.ts";
import type { Faults } from "../../local/fake-erp.ts";
import { LATER } from "../support/erp-world.ts";
import {
  allegroId,
  fromAllegro,
  fromBaseLinker,
  NOW,
  number,
  OTHER_UUID,
  shopId,
  sighting,
  UUID,
} from "../support/sightings.ts";
import { openWatching, type Watching } from "./watching.ts";

const registered = (world: Watching) => [...world.claims.orders.values()].filter((order) => order.erp);
const byBaseLinker = (changes = {}) =>
  fromBaseLinker({ keys: keyOf("internet-id", "baselinker:acme", "800000101", 4).concat(allegroId()), ...changes });

describe("an ERP order of another writer", () => {
  test("is registered as delivered, so that a later report links to it and the ERP is asked nothing", async () => {
    using world = await openWatching();
    const { erpId, number } = world.foreign({ internetId: UUID, total: 1 });
    expect(await world.watch()).toMatchObject({ ran: true, ended: true, listed: 1, registered: 1 });
    const erp = { ...world.erp, find: () => Promise.reject(new Error("asked")) };

    const id = await world.report(fromAllegro());
    expect(await world.deliver(id, { erp })).toEqual({ outcome: "nothing" });
    expect(world.order(id)).toMatchObject({
      state: "delivered",
      erp: { erpId, number, how: "linked" },
      sources: [{ account: "erp:wapro-stand-in", sourceOrder: erpId }, { account: "allegro:acme" }],
    });
    expect(world.erp.rows()).toHaveLength(1);
    expect(world.explained).toMatchObject([
      {
        verdict: "linked",
        reason: "registered-from-erp",
        account: "erp:wapro-stand-in",
        sourceOrder: erpId,
        order: id,
      },
    ]);
  });

  test.each([
    ["a shop's number with an equal total", { customerNumber: "1001" }, sighting()],
    ["a shop's number with another total", { customerNumber: "1001", total: 4999 }, undefined],
    ["BaseLinker's number with an equal total", { customerNumber: "B_800000101" }, byBaseLinker()],
    ["BaseLinker's number with another total", { customerNumber: "B_800000101", total: 4999 }, undefined],
  ])("%s links by the rules of the core", async (_what, foreign, report) => {
    using world = await openWatching();
    world.foreign(foreign);
    await world.watch();
    const [order] = registered(world);
    const outcome = world.report(report ?? (foreign.customerNumber === "1001" ? sighting() : byBaseLinker()));
    expect(await outcome).toBe(order?.id);
    expect(world.held().map(({ reason }) => reason)).toEqual(
      report ? [] : [expect.stringMatching(/^(number|trace)-total-differs$/)],
    );
  });

  test("without a value that a writer explains is left alone, and so is one in no currency", async () => {
    using world = await openWatching();
    world.foreign({ internetId: "12345", customerNumber: "ZAM/7" });
    world.foreign({});
    world.erp.foreign({ writer: "another integrator", internetId: UUID, currency: "", total: 5899 });
    expect(await world.watch()).toMatchObject({ listed: 3, registered: 0 });
    expect([world.claims.orders.size, world.told()]).toEqual([0, []]);
  });

  test("is left alone when it is cancelled", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID, cancelled: true });
    expect(await world.watch()).toMatchObject({ listed: 1, registered: 0 });
  });

  test("is registered once, however often it is seen", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID, customerNumber: "1001" });
    await world.watch();
    await world.watch();
    await world.watch();
    expect([world.claims.orders.size, world.told()]).toEqual([1, ["linked registered-from-erp"]]);
  });

  test("is never one that carries the id of an order in the index", async () => {
    using world = await openWatching();
    const id = await world.report(fromAllegro());
    await world.deliver(id);
    expect(await world.watch()).toMatchObject({ listed: 1, registered: 0, duplicated: 0 });
    expect(world.told()).toEqual([]);
  });

  test.each([
    ["known before the report", true],
    ["found for the report", false],
  ])("is one that Kojarz wrote and whose order the index lost: %s, it is linked", async (_, watched) => {
    using world = await openWatching();
    const { erpId } = world.foreign({ internetId: UUID, kojarzOrder: "an-order-of-a-lost-table" });
    if (watched) expect(await world.watch()).toMatchObject({ registered: 1 });
    const id = await world.report(fromAllegro());
    await world.deliver(id);
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { erpId, how: "linked" } });
    expect(world.erp.rows()).toHaveLength(1);
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 0 });
  });

  test("that a report was linked to by the connector is known", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    const id = await world.report(fromAllegro());
    await world.deliver(id);
    expect(await world.watch()).toMatchObject({ listed: 1, registered: 0, duplicated: 0 });
    expect(world.order(id).erp?.how).toBe("linked");
  });

  test("nothing is asked of the ERP where no writer is configured, and an adapter without a list is no error", async () => {
    using world = await openWatching({}, { erpWriters: [] });
    expect(await world.watch()).toMatchObject({ ran: false, ended: true, listed: 0 });
    using other = await openWatching();
    const { watch: _, ...blind } = other.app;
    expect(await watchErp(blind)).toMatchObject({ ran: false });
  });
});

describe("a second ERP order for a purchase that is there already", () => {
  test("is told once, with both numbers, however often it is seen", async () => {
    using world = await openWatching();
    const id = await world.report(fromAllegro());
    await world.deliver(id);
    world.pass(60_000);
    const second = world.foreign({ internetId: UUID });
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 1 });
    await world.watch();
    await world.watch();
    expect(world.held()).toMatchObject([
      {
        account: "erp:wapro-stand-in",
        sourceOrder: second.erpId,
        reason: "duplicated-in-erp",
        detail: `ERP orders ${world.order(id).erp?.number} and ${second.number}`,
        count: 1,
      },
    ]);
    expect(world.explained).toMatchObject([{ verdict: "held", reason: "duplicated-in-erp", order: id }]);
  });

  test("is told when two other writers wrote it", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    await world.watch();
    world.foreign({ internetId: UUID });
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 1 });
    expect(world.held()).toMatchObject([
      { reason: "duplicated-in-erp", detail: "ERP orders ZO 0001/26 and ZO 0002/26" },
    ]);
  });

  test("is told also after the window, while the purchase is remembered", async () => {
    using world = await openWatching();
    const id = await world.report(sighting({ keys: [allegroId()] }));
    await world.deliver(id);
    await world.watch();
    world.pass(20 * DAY);
    world.foreign({ internetId: UUID });
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 1 });
  });

  test("is a matter for a person where a number agrees and the total does not, and told once", async () => {
    using world = await openWatching();
    const id = await world.report(sighting());
    await world.deliver(id);
    const { erpId, number: theirs } = world.foreign({ customerNumber: "1001", total: 4999 });
    expect(await world.watch()).toMatchObject({ duplicated: 0, doubtful: 1 });
    await world.watch();
    await world.watch();
    const detail = `ERP orders ${world.order(id).erp?.number} and ${theirs}`;
    expect(world.held()).toMatchObject([{ sourceOrder: erpId, reason: "number-total-differs", detail, count: 1 }]);
  });

  test("belongs to its purchase: no other is linked to it", async () => {
    using world = await openWatching();
    await world.deliver(await world.report(fromAllegro()));
    world.foreign({ internetId: UUID, customerNumber: "1001" });
    await world.watch();
    const other = await world.report(sighting());
    expect(await world.deliver(other)).toMatchObject({ erp: { how: "created" } });
  });

  test("is none when the purchase was cancelled, or is not in the ERP", async () => {
    using world = await openWatching();
    const cancelled = { readiness: "cancelled", status: "cancelled", version: Date.UTC(2027, 0, 1) } as const;
    await world.report(fromAllegro(cancelled));
    await world.report(sighting({ keys: [shopId("271"), number("1001")], readiness: "waiting" }));
    world.foreign({ internetId: UUID });
    world.foreign({ customerNumber: "1001" });
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 0, doubtful: 0 });
  });
});

describe("what happens at the same moment", () => {
  test("a report that arrives between the watch's look and its write keeps its order", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    let id = "";
    const commit: typeof world.claims.commit = async (write, now) => {
      id ||= await world.report(fromAllegro());
      return world.claims.commit(write, now);
    };
    expect(await world.watch({ claims: { ...world.claims, commit } })).toMatchObject({ registered: 0, duplicated: 0 });
    expect(await world.deliver(id)).toMatchObject({ erp: { how: "linked" } });
    expect(await world.watch()).toMatchObject({ registered: 0, duplicated: 0 });
  });

  test("an order that is being submitted is looked at again until it is settled, far behind the overlap", async () => {
    const faults: Faults = { "timeout-after-commit": 1 };
    using world = await openWatching(faults);
    const id = await world.report(fromAllegro());
    await world.deliver(id);
    faults["timeout-after-commit"] = 0;
    world.foreign({ internetId: UUID });
    expect(await world.watch()).toMatchObject({ duplicated: 0 });
    world.pass(DAY);
    world.foreign({ internetId: OTHER_UUID });
    expect(await world.watch()).toMatchObject({ duplicated: 0, registered: 1 });
    await world.sweep();
    expect(world.order(id).state).toBe("delivered");
    expect(await world.watch()).toMatchObject({ duplicated: 1 });
    expect(await world.watch()).toMatchObject({ listed: 1, duplicated: 0 });
  });

  test("two runs at once: one works, the other leaves", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    const runs = await Promise.all([world.watch(), world.watch()]);
    expect(runs.map(({ ran }) => ran).sort()).toEqual([false, true]);
    expect(world.claims.orders.size).toBe(1);
  });

  const happening = fc.constantFrom(
    "report",
    "repeat by another",
    "foreign",
    "deliver",
    "slow deliver",
    "watch",
    "time",
  );

  test("in any order of report, delivery, foreign write and watch: there is one ERP order, or a person knows of each more", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 9 }), async (events) => {
        using world = await openWatching();
        const write = () => world.foreign({ internetId: UUID, customerNumber: "1001" });
        const ids = () => [...world.claims.orders.keys()];
        for (const event of events) {
          if (event === "report") await world.report(fromAllegro());
          if (event === "repeat by another") await world.report(byBaseLinker());
          if (event === "foreign") write();
          if (event === "deliver") for (const id of ids()) await world.deliver(id);
          if (event === "slow deliver")
            for (const id of ids()) {
              const find: typeof world.erp.find = async (query) => {
                const hits = await world.erp.find(query);
                await Promise.all([write(), world.watch()]);
                return hits;
              };
              await world.deliver(id, { erp: { ...world.erp, find } });
            }
          if (event === "watch") await world.watch();
          if (event === "time") world.pass(LATER);
        }
        for (let round = 0; round < 3; round++) {
          world.pass(LATER);
          await world.sweep();
          await world.watch();
        }
        const rows = world.erp.rows().length;
        const known = world.held().filter(({ reason }) => /^(duplicated-in-erp|erp-many)$/.test(reason));
        expect(world.claims.orders.size).toBeLessThanOrEqual(1);
        if (
          known.some(({ reason }) => reason === "erp-many") ||
          ids().some((id) => world.order(id).reason === "erp-many")
        )
          return;
        expect(known).toHaveLength(Math.max(0, rows - 1));
        expect(known.every(({ count }) => count === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("an ERP order that only the watch knows", () => {
  /** Registered by the marketplace's id; its number means nothing to the watch, but the connector finds it. */
  async function known() {
    const world = await openWatching();
    const { erpId } = world.foreign({ internetId: UUID, customerNumber: "77" });
    await world.watch({ config: { ...world.app.config, erpWriters: world.app.config.erpWriters.slice(0, 1) } });
    return { world, erpId };
  }
  const shop = (account: string, order: string) =>
    sighting({ account, sourceOrder: order, keys: [shopId(order, account), number("77", account)] });

  test("still links to a report that it is found for by its number: no second ERP order is made", async () => {
    const { world, erpId } = await known();
    using _ = world;
    const id = await world.report(shop("woocommerce:main", "9"));
    expect(await world.deliver(id)).toMatchObject({ erp: { erpId, how: "linked" } });
    expect(world.erp.rows()).toHaveLength(1);
    expect(world.held()).toEqual([]);
  });

  test("that one report was linked to by its number and another joins by its id is shown to a person, once", async () => {
    const { world, erpId } = await known();
    using _ = world;
    const id = await world.report(shop("woocommerce:main", "9"));
    await world.deliver(id);
    const later = await world.report(fromAllegro());
    await world.report(fromAllegro({ version: NOW }));
    await world.report(fromBaseLinker());
    expect([id, later].map((order) => world.order(order).erp?.erpId)).toEqual([erpId, erpId]);
    expect(world.held()).toMatchObject([{ account: "allegro:acme", reason: "erp-order-shared", count: 1 }]);
    expect(await world.watch()).toMatchObject({ duplicated: 0 });
  });

  test("is no other shop's that counts to the same number: whoever comes first, it stays its own shop's", async () => {
    for (const accounts of [
      ["prestashop:second", "woocommerce:main"],
      ["woocommerce:main", "prestashop:second"],
    ]) {
      using world = await openWatching();
      const { erpId } = world.foreign({ customerNumber: "1001" });
      await world.watch();
      const found = new Map<string, string | undefined>();
      for (const account of accounts) {
        const keys = [shopId("1001", account), number("1001", account)];
        const id = await world.report(sighting({ account, keys }));
        await world.deliver(id);
        found.set(account, world.order(id).erp?.erpId);
      }
      expect(found.get("woocommerce:main")).toBe(erpId);
      expect(found.get("prestashop:second")).not.toBe(erpId);
      expect([world.erp.rows().length, world.held()]).toEqual([2, []]);
    }
  });

  test.each(["before the look", "before write 2", "before write 3", "after the link"])(
    "a report that joins by its id %s of one that is found by its number never shares it in silence",
    async (when) => {
      const { world, erpId } = await known();
      using _ = world;
      const id = await world.report(shop("woocommerce:main", "9"));
      const join = () => world.report(fromAllegro()).then(() => undefined);
      let commits = 0;
      const claims: typeof world.claims = {
        ...world.claims,
        async look(names) {
          if (when === "before the look") await join();
          return world.claims.look(names);
        },
        async commit(write, now) {
          if (when === `before write ${++commits}`) await join();
          return world.claims.commit(write, now);
        },
      };
      await world.deliver(id, { claims });
      if (when === "after the link") await join();
      const orders = [...world.claims.orders.values()].filter((order) => order.erp?.erpId === erpId);
      expect(orders.length === 1 || world.held().some(({ reason }) => reason === "erp-order-shared")).toBe(true);
    },
  );

  test("links to one purchase only: the same number of another shop is another ERP order", async () => {
    const { world } = await known();
    using _ = world;
    const ids = [await world.report(shop("woocommerce:main", "9")), await world.report(shop("woocommerce:other", "9"))];
    const results = await Promise.all(ids.map((id) => world.deliver(id)));
    expect(results.map((r) => r.outcome === "delivered" && r.erp.how).sort()).toEqual(["created", "linked"]);
  });

  test("is taken once a report has claimed it by its id", async () => {
    const { world } = await known();
    using _ = world;
    await world.report(fromAllegro());
    const id = await world.report(shop("woocommerce:main", "9"));
    expect(await world.deliver(id)).toMatchObject({ erp: { how: "created" } });
  });
});

const HOUR = DAY / 24;

describe("an ERP order of another writer that is cancelled in the ERP", () => {
  const cancelled = { readiness: "cancelled", status: "cancelled", version: NOW } as const;

  /** Registered, and cancelled by a person some hours later. */
  async function cancelledLater(between: (world: Watching) => Promise<unknown> = async () => undefined) {
    const world = await openWatching();
    const { erpId, number } = world.foreign({ internetId: UUID, customerNumber: "ZAM/77" });
    await world.watch();
    await between(world);
    world.pass(5 * HOUR);
    const cancel = () => world.erp.cancelByHand(erpId);
    cancel();
    return { world, erpId, number, cancel };
  }
  const standing = (world: Watching) => world.erp.rows().filter((row) => !row.cancelled);

  test("before a report came is none any more: the report makes another one", async () => {
    const { world, erpId } = await cancelledLater();
    using _ = world;
    await world.watch();
    const id = await world.report(fromAllegro());
    expect(world.order(id).state).toBe("pending");
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered", erp: { how: "created" } });
    expect(standing(world)).toMatchObject([{ kojarzOrder: id }]);
    expect(world.order(id).erp?.erpId).not.toBe(erpId);
    world.pass(HOUR);
    expect(await world.watch()).toMatchObject({ duplicated: 0, doubtful: 0 });
    expect(world.held()).toEqual([]);
  });

  test("is made anew also for a report that comes when nobody waits for one any more", async () => {
    const { world } = await cancelledLater();
    using _ = world;
    await world.watch();
    for (let days = 0; days < 40; days += 2) {
      world.pass(2 * DAY);
      await world.sweep();
    }
    const id = await world.report(fromAllegro({ placedAt: world.now() - 40 * DAY, version: world.now() }));
    await world.deliver(id);
    expect(standing(world)).toMatchObject([{ kojarzOrder: id }]);
  });

  test("is not made again for a purchase that its source cancels, whatever another one still says", async () => {
    const { world } = await cancelledLater();
    using _ = world;
    await world.watch();
    await world.report(fromAllegro(cancelled));
    const id = await world.report(byBaseLinker());
    await world.sweep();
    expect(world.order(id).state).toBe("cancelled");
    expect(standing(world)).toEqual([]);
  });

  test.each([
    ["joined what was registered", (world: Watching) => world.report(fromAllegro())],
    [
      "was linked to it by its number",
      async (world: Watching) => {
        const account = "woocommerce:other";
        const keys = [shopId("9", account), number("ZAM/77", account)];
        await world.deliver(await world.report(sighting({ account, keys })));
      },
    ],
  ])("after a report %s is shown to a person, once", async (_what, report) => {
    const { world, erpId, number: theirs } = await cancelledLater(report);
    using _ = world;
    for (let hours = 0; hours < 30; hours++) {
      await world.watch();
      world.pass(HOUR);
    }
    const detail = `ERP order ${theirs}`;
    expect(world.held()).toMatchObject([{ sourceOrder: erpId, reason: "cancelled-in-erp", detail, count: 1 }]);
  });

  test("by a person, because its source cancelled and another writer's order is not Kojarz's to cancel, is told once", async () => {
    const { world } = await cancelledLater(async (open) => {
      const id = await open.report(fromAllegro());
      await open.report(fromAllegro(cancelled));
      await open.deliver(id);
    });
    using _ = world;
    await world.watch();
    expect(standing(world)).toEqual([]);
    expect(world.held()).toMatchObject([{ reason: "erp-cannot-cancel" }]);
  });

  test("in the moment in which its first report comes is made again, or a person is told", async () => {
    for (const at of [1, 2]) {
      const { world } = await cancelledLater();
      using _ = world;
      let calls = 0;
      const join = async () => {
        calls += 1;
        if (calls === at) await world.report(fromAllegro());
      };
      const claims: typeof world.claims = {
        ...world.claims,
        async look(names) {
          const found = await world.claims.look(names);
          await join();
          return found;
        },
        async commit(write, now) {
          const committed = await world.claims.commit(write, now);
          await join();
          return committed;
        },
      };
      await world.watch({ claims });
      await world.sweep();
      expect(standing(world).length + world.held().length).toBe(1);
    }
  });
});

describe("what the walk reads again", () => {
  test("the last day, once an hour: an order that was begun hours before it was confirmed is seen", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    await world.watch();
    world.pass(10 * 60_000);
    world.foreign({ internetId: OTHER_UUID, createdAt: NOW - 20 * HOUR });
    expect(await world.watch()).toMatchObject({ listed: 1, registered: 0 });
    world.pass(HOUR);
    expect(await world.watch()).toMatchObject({ listed: 2, registered: 1 });
    world.pass(10 * 60_000);
    expect(await world.watch()).toMatchObject({ listed: 1 });
  });

  test("tells nothing again that a person was told of", async () => {
    using world = await openWatching();
    await world.deliver(await world.report(sighting()));
    world.foreign({ customerNumber: "1001", total: 4999 });
    for (let round = 0; round < 30; round++) {
      await world.watch();
      world.pass(HOUR / 2);
    }
    expect(world.held()).toMatchObject([{ reason: "number-total-differs", count: 1 }]);
  });

  test("an order dated in the future hides none that is written before that day", async () => {
    using world = await openWatching();
    world.foreign({ customerNumber: "77", createdAt: NOW + 30 * DAY });
    await world.watch();
    for (const internetId of [UUID, OTHER_UUID]) {
      world.pass(DAY);
      world.foreign({ internetId });
      expect(await world.watch()).toMatchObject({ registered: 1 });
    }
  });
});

describe("failures", () => {
  test("an ERP that does not answer is an exception; the next run goes on from the same place", async () => {
    const faults: Faults = { "find-fails": 1 };
    using world = await openWatching(faults);
    world.foreign({ internetId: UUID });
    await expect(world.watch()).rejects.toThrow(ErpUnavailable);
    faults["find-fails"] = 0;
    expect(await world.watch()).toMatchObject({ registered: 1 });
  });

  test("the cursor passes no order that could not be registered", async () => {
    using world = await openWatching();
    world.foreign({ internetId: UUID });
    const commit = () => Promise.reject(new Error("the table does not answer"));
    await expect(world.watch({ claims: { ...world.claims, commit } })).rejects.toThrow("the table does not answer");
    world.pass(DAY);
    world.foreign({ internetId: OTHER_UUID });
    expect(await world.watch()).toMatchObject({ registered: 2 });
  });

  const steps = [1, 2, 3].flatMap((at) => (["before", "after"] as const).map((when) => ({ at, when })));
  test.each(steps)(
    "a death $when the write number $at loses no notice and registers nothing twice",
    async ({ at, when }) => {
      using world = await openWatching();
      await world.deliver(await world.report(fromAllegro()));
      world.foreign({ internetId: UUID });
      world.foreign({ internetId: OTHER_UUID });
      let writes = 0;
      const dying =
        <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
        async (...args: Args): Promise<T> => {
          writes += 1;
          if (writes > at || (writes === at && when === "before")) throw new Error("dead");
          const result = await call(...args);
          if (writes >= at) throw new Error("dead");
          return result;
        };
      const { claims } = world;
      const io = { ...claims, commit: dying(claims.commit), hold: dying(claims.hold) };
      await expect(world.watch({ claims: io })).rejects.toThrow("dead");
      await world.watch();
      expect(world.held()).toMatchObject([{ reason: "duplicated-in-erp" }]);
      expect(registered(world)).toHaveLength(2);
    },
  );
});
