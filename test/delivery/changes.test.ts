/** What changes about a purchase on its way into the ERP and after: each change has its effect, or a person hears of it. */
import { describe, expect, test } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import { LATER, openWorld, type World } from "../support/erp-world.ts";
import { shopFloor } from "../support/shop-floor.ts";
import {
  allegroId,
  type Changes,
  fromAllegro,
  fromBaseLinker,
  NOW,
  number,
  OTHER_UUID,
  report,
  shopId,
  sighting,
  trace,
  UUID,
} from "../support/sightings.ts";

const told = (world: World) =>
  [...world.claims.held.values()].flatMap(({ reason, resolved }) => (resolved ? [] : reason));
const standing = (world: World) => world.erp.rows().filter((row) => !row.cancelled).length;
const cancelled = (changes: Changes = {}) =>
  sighting({ version: NOW + 1000, readiness: "cancelled", status: "cancelled", ...changes });

describe("a cancel", () => {
  const inShop = (id: string, changes: Changes = {}) =>
    sighting({ sourceOrder: id, keys: [allegroId(), shopId(id)], ...changes });

  test("of a second import cancels a copy, not the purchase: a person is told", async () => {
    using world = openWorld();
    await world.report(fromAllegro());
    await world.report(inShop("271"));
    await world.report(inShop("272"));
    await world.sweep();
    await world.report(inShop("272", { version: NOW + 1000, readiness: "cancelled" }));
    await world.report(inShop("272", { version: NOW + 1000, readiness: "cancelled" }));
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([1, ["cancel-disputed"]]);
  });

  test("by a relay, while the marketplace still says ready, is a person's; the marketplace's own is carried out", async () => {
    using world = openWorld();
    const id = await world.report(fromAllegro());
    await world.report(inShop("271"));
    await world.sweep();
    await world.report(inShop("271", { version: NOW + 1000, readiness: "cancelled" }));
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([1, ["cancel-disputed"]]);
    await world.report(fromAllegro({ version: NOW + 2000, readiness: "cancelled" }));
    await world.sweep();
    expect([standing(world), world.order(id).state]).toEqual([0, "cancelled"]);
  });

  test("of the shop cancels what BaseLinker only relays", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    await world.report(fromBaseLinker({ keys: [shopId("271")] }));
    await world.report(cancelled());
    expect(world.order(id).state).toBe("cancelled");
  });

  describe("of a copy is disputed too where the purchase's own source became ready", () => {
    const relayed = (changes: Changes = {}) => fromBaseLinker({ keys: [shopId("271")], ...changes });

    test("after the delivery", async () => {
      using world = openWorld();
      await world.report(sighting({ readiness: "waiting", status: "pending" }));
      await world.report(relayed());
      await world.sweep();
      await world.report(sighting({ version: NOW }));
      await world.report(relayed({ version: NOW + 1000, readiness: "cancelled" }));
      await world.sweep();
      expect([standing(world), told(world)]).toEqual([1, ["cancel-disputed"]]);
    });

    test("again, after it had cancelled a copy of its own", async () => {
      using world = openWorld();
      await world.report(inShop("271"));
      await world.report(inShop("272"));
      await world.sweep();
      await world.report(inShop("272", { version: NOW, readiness: "cancelled" }));
      await world.report(inShop("272", { version: NOW + 1000 }));
      await world.report(inShop("271", { version: NOW + 2000, readiness: "cancelled" }));
      await world.sweep();
      expect([standing(world), told(world)]).toEqual([1, ["cancel-disputed", "cancel-disputed"]]);
    });
  });

  test("that comes when two orders turned out to be one purchase is told as a cancel", async () => {
    using world = openWorld();
    await world.report(sighting({ keys: [shopId("271")] }));
    await world.report(fromAllegro());
    const keys = [shopId("271"), allegroId()];
    await world.report(sighting({ version: NOW, keys }));
    await world.report(cancelled({ keys }));
    expect(told(world)).toEqual(["two-orders", "two-orders-cancelled"]);
  });

  test("of an order that the ERP holds twice does not hide that both stand there", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    for (let i = 0; i < 2; i++) world.erp.foreign({ writer: "kojarz", kojarzOrder: id, currency: "PLN", total: 5899 });
    await world.sweep();
    await world.report(cancelled());
    expect([world.order(id).state, told(world)]).toEqual(["held", ["erp-many", "cancelled-while-held"]]);
  });

  test.each([
    ["a cancel", { readiness: "cancelled", status: "cancelled" }, "cancelled-after-window"],
    ["a refund", { refunded: 5899 }, "refunded"],
  ] as const)("%s that comes after the window is told, since the ERP has the order", async (_, change, reason) => {
    using world = openWorld();
    await world.report(sighting());
    await world.sweep();
    world.pass(15 * DAY);
    await world.sweep();
    await world.report(sighting({ version: NOW + DAY, ...change }));
    await world.report(sighting({ version: NOW + DAY, ...change }));
    expect([...world.claims.held.values()].map((h) => `${h.reason} ${h.count}`)).toEqual([`${reason} 1`]);
  });
});

describe("what a source says with its first report is told too:", () => {
  const relayed = (changes: Changes = {}) => fromBaseLinker({ keys: [shopId("271")], ...changes });
  const counted = (world: World) => [...world.claims.held.values()].map((h) => `${h.reason} ${h.count}`);

  test("money paid back of a purchase that was never heard of", async () => {
    using world = openWorld();
    await world.report(sighting({ refunded: 2500 }));
    await world.report(sighting({ refunded: 2500 }));
    await world.report(relayed({ refunded: 2500 }));
    expect(counted(world)).toEqual(["refunded 1"]);
  });

  test("money paid back of what the ERP has from another source", async () => {
    using world = openWorld();
    await world.report(relayed());
    await world.sweep();
    await world.report(sighting({ refunded: 2500 }));
    await world.report(sighting({ refunded: 2500 }));
    expect(counted(world)).toEqual(["refunded 1"]);
  });

  test("money paid back of an order that waited, once it goes to the ERP", async () => {
    using world = openWorld();
    const waiting = sighting({ readiness: "waiting", status: "pending", refunded: 2500 });
    await world.report(waiting);
    expect(counted(world)).toEqual([]);
    await world.report(sighting({ version: NOW, refunded: 2500 }));
    expect(counted(world)).toEqual(["refunded 1"]);
  });

  test("a cancel that comes after the window", async () => {
    using world = openWorld();
    await world.report(relayed());
    await world.sweep();
    world.pass(15 * DAY);
    await world.report(cancelled({ version: NOW + 15 * DAY }));
    await world.report(cancelled({ version: NOW + 15 * DAY }));
    expect(counted(world)).toEqual(["cancelled-after-window 1"]);
  });

  test.each([
    ["before the ERP had it", false],
    ["after it", true],
  ])("that it is ready, where a copy of it was cancelled %s", async (_, swept) => {
    using world = openWorld();
    const id = await world.report(relayed());
    if (swept) await world.sweep();
    await world.report(relayed({ version: NOW, readiness: "cancelled" }));
    await world.report(sighting({ version: NOW + 1000 }));
    await world.report(sighting({ version: NOW + 1000 }));
    await world.report(sighting({ account: "events:main", reporter: "woocommerce:main", version: NOW + 1000 }));
    await world.sweep();
    expect([world.order(id).state, counted(world)]).toEqual(["cancelled", ["ready-though-cancelled 1"]]);
  });

  test("but not that a relay still says ready what the shop cancelled", async () => {
    using world = openWorld();
    await world.report(cancelled());
    await world.report(relayed());
    expect(counted(world)).toEqual([]);
  });
});

describe("a cancel that is taken back", () => {
  test("while the ERP may have carried it out already is told to a person", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    await world.sweep();
    await world.report(cancelled());
    const cancel: typeof world.erp.cancel = async (...args) => {
      await world.erp.cancel(...args);
      throw new Error("timeout after the commit");
    };
    await world.deliver(id, { erp: { ...world.erp, cancel } });
    await world.report(sighting({ version: NOW + 2000 }));
    world.pass(LATER);
    await world.sweep();
    expect([world.order(id).state, told(world)]).toEqual(["cancelled", ["revived-while-cancelling"]]);
  });

  test("is the latest word of its source, though it is held: what was true before it and comes late is asked for", async () => {
    using world = openWorld();
    const id = await world.report(sighting());
    await world.sweep();
    await world.report(cancelled());
    await world.sweep();
    const revived = sighting({ version: NOW + 9000 });
    await world.report(revived);
    await world.report(cancelled({ version: NOW + 5000 }));
    await world.report(revived);
    expect(told(world)).toEqual(["revived-after-erp-cancel", "stale-and-differs"]);
    const [source] = world.order(id).sources;
    expect([source?.version, source?.readiness, world.order(id).state]).toEqual([NOW + 9000, "ready", "cancelled"]);
  });

  test("without a newer version is a person's: nobody can say which came last", async () => {
    using world = openWorld({ busy: 1 });
    const id = await world.report(fromAllegro());
    await world.sweep();
    await world.report(fromAllegro({ readiness: "cancelled" }));
    await world.report(fromAllegro());
    expect([world.order(id).state, told(world)]).toEqual(["cancelled", ["revived-at-same-version"]]);
  });
});

test("a report from between two cancels revives nothing, however late it comes", async () => {
  using world = openWorld();
  const id = await world.report(cancelled({ version: NOW + 1 }));
  await world.report(cancelled({ version: NOW + 4 }));
  await world.report(sighting({ version: NOW + 3 }));
  expect(world.order(id).state).toBe("cancelled");
});

test("a marketplace that brings its id only with its cancel is the owner of the purchase", async () => {
  using world = openWorld();
  const id = await world.report(sighting({ keys: [shopId("271"), trace()] }));
  await world.report(fromAllegro({ readiness: "cancelled" }));
  expect([world.order(id).state, told(world)]).toEqual(["cancelled", []]);
});

test("a cancel is carried out soon, also where a later report makes the window longer", async () => {
  using world = openWorld();
  const id = await world.report(sighting({ keys: [allegroId(), shopId("271"), number("1001")] }));
  await world.sweep();
  await world.report(cancelled({ keys: [allegroId(), shopId("271"), number("1001")] }));
  await world.report(fromAllegro());
  await world.sweep();
  expect(world.order(id).state).toBe("cancelled");
});

describe("an edit", () => {
  const lines = [...report.lines, { name: "Talerz testowy", quantity: "1", gross: 3000 }];

  test("that moves no time at its source is told after the delivery, and sent before it", async () => {
    using world = openWorld({ busy: 1 });
    const id = await world.report(fromBaseLinker());
    await world.sweep();
    const shipping = { ...report.shipping, point: "TST02B" };
    await world.report(fromBaseLinker({ report: { ...report, shipping } }));
    expect(world.order(id).sources[0]?.report?.shipping.point).toBe("TST02B");
    world.faults.busy = 0;
    world.pass(LATER);
    await world.sweep();
    await world.report(fromBaseLinker({ total: 8899, report: { ...report, lines, shipping } }));
    expect(told(world)).toEqual(["edited-after-delivery"]);
  });

  test("is told of a source too that became ready only after the delivery", async () => {
    using world = openWorld();
    await world.report(sighting({ readiness: "waiting", status: "pending" }));
    await world.report(fromBaseLinker({ keys: [shopId("271")] }));
    await world.sweep();
    await world.report(sighting({ version: NOW }));
    expect(told(world)).toEqual([]);
    await world.report(sighting({ version: NOW + 1000, total: 8899, report: { ...report, lines } }));
    expect(told(world)).toEqual(["edited-after-delivery"]);
  });

  test("of a shop order's marketplace id makes no second ERP order: it is held", async () => {
    using world = openWorld();
    await world.report(sighting({ keys: [allegroId(UUID), shopId("271")] }));
    await world.sweep();
    await world.report(sighting({ version: NOW + 1, keys: [allegroId(OTHER_UUID), shopId("271")] }));
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([1, ["id-changed"]]);
  });

  test("back to unpaid, before the ERP has it, keeps it from being sent", async () => {
    using world = openWorld({ busy: 1 });
    const id = await world.report(sighting());
    await world.sweep();
    world.faults.busy = 0;
    await world.report(sighting({ version: NOW + 1000, readiness: "waiting", status: "failed" }));
    world.pass(LATER);
    await world.sweep();
    expect([standing(world), world.order(id).state]).toEqual([0, "waiting"]);
    await world.report(sighting({ version: NOW + 2000 }));
    await world.sweep();
    expect(standing(world)).toBe(1);
  });
});

describe("goods that were split", () => {
  const part = (sourceOrder: string, total: number, version = NOW) => fromBaseLinker({ sourceOrder, total, version });

  test("after the whole was sent are parts of it, and nobody is troubled", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.sweep();
    await world.report(part("1", 6000, NOW + 1));
    expect(told(world)).toEqual(["edited-after-delivery"]);
    await world.report(part("2", 4000));
    expect([standing(world), told(world)]).toEqual([1, []]);
  });

  test.each([
    ["halves", 5000, 5000],
    ["a greater rest", 6000, 4000],
    ["a greater part", 4000, 6000],
  ])("are parts of what was sent in any order of arrival: %s", async (_, rest, taken) => {
    const reports = [part("1", rest, NOW + 1), part("2", taken)];
    for (const order of [reports, reports.toReversed()]) {
      using world = openWorld();
      await world.report(part("1", 10_000));
      await world.sweep();
      for (const one of order) await world.report(one);
      const [only, ...more] = [...world.claims.orders.values()];
      const roles = only?.sources.map(({ sourceOrder, role }) => `${sourceOrder} ${role}`);
      expect([more, roles, told(world)]).toEqual([[], ["1 report", "2 part"], []]);
    }
  });

  test("in three are told nobody of, either", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.sweep();
    const steps = [part("1", 7000, NOW + 1), part("2", 3000), part("1", 5000, NOW + 2), part("3", 2000)];
    for (const one of steps) await world.report(one);
    expect(told(world)).toEqual([]);
  });

  describe("where the source can be asked again", () => {
    const asking = (world: World) => {
      const asked: string[] = [];
      const recheck = async (sourceOrder: string) => void asked.push(sourceOrder);
      return { asked, floor: shopFloor(world.claims, { recheck }) };
    };

    test("a part that comes before its rest is told nobody of until the rest has been read", async () => {
      using world = openWorld();
      const { asked, floor } = asking(world);
      await floor.report(part("1", 10_000));
      await world.sweep();
      await floor.report(part("2", 4000));
      await floor.report(part("2", 4000));
      expect([asked, told(world)]).toEqual([["1"], []]);
      await floor.report(part("1", 6000, NOW + 1));
      expect(told(world)).toEqual([]);
    });

    test("and what was no part after all, since the rest is as it was, is told once that is known", async () => {
      using world = openWorld();
      const { floor } = asking(world);
      await floor.report(part("1", 10_000));
      await world.sweep();
      await floor.report(part("2", 4000));
      await floor.report(part("1", 10_000));
      expect(told(world)).toEqual(["part-not-covered"]);
    });
  });

  test("before the first report are not dropped unseen: a person is told of the part that nobody sends", async () => {
    using world = openWorld();
    await world.report(part("1", 6000));
    await world.report(part("2", 4000));
    await world.report(part("2", 4000));
    expect(told(world)).toEqual(["part-not-covered"]);
  });

  test.each([
    ["the rest first", [part("1", 6000, NOW + 1), part("2", 4000)]],
    ["the part first", [part("2", 4000), part("1", 6000, NOW + 1)]],
  ])(
    "while the ERP was away, reported %s: the ERP gets the rest, and a person hears of the part once",
    async (_, reports) => {
      using world = openWorld();
      await world.report(part("1", 10_000));
      for (const one of [...reports, ...reports]) await world.report(one);
      await world.sweep();
      for (const one of reports) await world.report(one);
      expect([world.erp.rows().map(({ total }) => total), told(world)]).toEqual([["60.00"], ["part-not-covered"]]);
    },
  );

  test("after a smaller edit was sent are not taken for what once was more", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.report(part("1", 6000, NOW + 1));
    await world.sweep();
    await world.report(part("2", 4000));
    expect(told(world)).toEqual(["part-not-covered"]);
  });

  test("while the ERP is being given them, and it may get them as before or as after: a person hears of the part", async () => {
    using world = openWorld({ "timeout-before": 1 });
    await world.report(part("1", 10_000));
    await world.sweep();
    await world.report(part("1", 6000, NOW + 1));
    await world.report(part("2", 4000));
    expect(told(world)).toEqual(["edited-after-delivery", "part-not-covered"]);
  });

  test("are covered where another source still has the whole purchase on its way", async () => {
    using world = openWorld();
    await world.report(fromAllegro({ total: 10_000 }));
    await world.report(part("1", 10_000));
    await world.report(part("1", 6000, NOW + 1));
    await world.report(part("2", 4000));
    await world.sweep();
    expect([world.erp.rows().map(({ total }) => total), told(world)]).toEqual([["100.00"], []]);
  });

  test("and grow afterwards are told once more, a plain edit is not", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.report(part("1", 12_000, NOW + 1));
    await world.sweep();
    expect(told(world)).toEqual([]);
    await world.report(part("1", 8000, NOW + 2));
    await world.report(part("2", 4000));
    expect(told(world)).toEqual([]);
    await world.report(part("2", 5000, NOW + 3));
    expect(told(world)).toEqual(["part-not-covered"]);
  });

  test("stay without an order when the rest is cancelled, which cancels what was sent: a person hears of the part", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.sweep();
    await world.report(part("1", 6000, NOW + 1));
    await world.report(part("2", 4000));
    await world.report({ ...part("1", 6000, NOW + 2), readiness: "cancelled" });
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([0, ["part-not-covered"]]);
  });

  test("and are all cancelled: a person hears of the part, whose goods the ERP still has then, and of the rest no more", async () => {
    using world = openWorld();
    await world.report(part("1", 10_000));
    await world.sweep();
    await world.report(part("1", 6000, NOW + 1));
    await world.report(part("2", 4000));
    await world.report({ ...part("2", 4000, NOW + 2), readiness: "cancelled" });
    const before = told(world);
    await world.report({ ...part("1", 6000, NOW + 3), readiness: "cancelled" });
    await world.sweep();
    expect(before).toEqual(["edited-after-delivery"]);
    expect([standing(world), told(world)]).toEqual([0, before]);
  });
});

describe("an order that a relay merged with another one", () => {
  const other = fromAllegro({ sourceOrder: OTHER_UUID, keys: [allegroId(OTHER_UUID)], total: 4000 });
  const merged = fromBaseLinker({ total: 10_000 });
  const sold = fromAllegro({ total: 6000 });
  const totals = (world: World) => world.erp.rows().map(({ total }) => total);

  test.each([
    ["the relay first", [merged, sold, other]],
    ["the marketplace first", [sold, other, merged]],
  ])("goes to the ERP as the marketplace sold it, reported %s, and a person hears of it once", async (_, reports) => {
    using world = openWorld();
    for (const one of [...reports, ...reports]) await world.report(one);
    await world.sweep();
    expect([new Set(totals(world)), told(world)]).toEqual([new Set(["40.00", "60.00"]), ["total-differs"]]);
  });

  test("and that the ERP has already is told of", async () => {
    using world = openWorld();
    await world.report(merged);
    await world.sweep();
    await world.report(sold);
    await world.report(other);
    await world.sweep();
    expect([new Set(totals(world)), told(world)]).toEqual([new Set(["100.00", "40.00"]), ["total-differs"]]);
  });

  test("is none where both mean the same: the first report goes, and nobody is troubled", async () => {
    using world = openWorld();
    await world.report(fromBaseLinker({ total: 6001 }));
    await world.report(sold);
    await world.sweep();
    expect([totals(world), told(world)]).toEqual([["60.01"], []]);
  });

  test("but split by a relay, is sent whole where the marketplace tells of the whole in time", async () => {
    using world = openWorld();
    await world.report(fromBaseLinker({ total: 6000 }));
    await world.report(fromAllegro({ total: 10_000 }));
    await world.report(fromBaseLinker({ sourceOrder: "2", total: 4000 }));
    await world.sweep();
    expect([totals(world), told(world)]).toEqual([["100.00"], []]);
  });
});

describe("what the connector cannot decide", () => {
  test("is listed among what is held, with the report's own name", async () => {
    using world = openWorld({ refused: 1 });
    await world.report(sighting());
    await world.sweep();
    expect([...world.claims.held.values()]).toMatchObject([
      { account: "woocommerce:main", sourceOrder: "271", reason: "erp-refused", count: 1 },
    ]);
  });

  test("goes on by itself where only the total was missing and a report brings it", async () => {
    using world = openWorld();
    const noTotal = (changes: Changes) =>
      sighting({ keys: [allegroId(), shopId("271")], total: undefined, ...changes });
    const id = await world.report(noTotal({ readiness: "waiting", status: "pending" }));
    await world.report(noTotal({ version: NOW + 1000 }));
    await world.sweep();
    expect(world.order(id)).toMatchObject({ state: "held", reason: "total-unknown" });
    await world.report(fromBaseLinker());
    await world.sweep();
    expect(world.order(id).state).toBe("delivered");
  });

  test("a number that two orders share ties no ERP order of another writer to either", async () => {
    using world = openWorld();
    const first = await world.report(sighting());
    const second = await world.report(sighting({ sourceOrder: "300", keys: [shopId("300"), number("1001")] }));
    world.erp.foreign({ writer: "aukcje", customerNumber: "1001", currency: "PLN", total: 5899 });
    await world.sweep();
    expect([world.order(first).erp?.how, world.order(second).erp?.how]).toEqual(["created", "created"]);
  });
});

test("a number that BaseLinker only guessed at belongs to the shop that gives it", async () => {
  using world = openWorld();
  const own = { kind: "internet-id", issuer: "baselinker:acme", value: "800", rank: 2 } as const;
  const guesses = [shopId("1001"), number("1001")].map((key) => ({ ...key, rank: 4 as const }));
  await world.report(fromBaseLinker({ keys: [own, ...guesses], total: 7000 }));
  const innocent = await world.report(sighting({ keys: [shopId("55"), number("1001")] }));
  const meant = await world.report(
    sighting({ sourceOrder: "1001", keys: [shopId("1001"), number("2002")], total: 7000 }),
  );
  await world.sweep();
  expect(told(world)).toEqual([]);
  expect(innocent).not.toBe(meant);
  expect(standing(world)).toBe(2);
});

test("an edit that the shop made while it waited is told when BaseLinker's report went to the ERP meanwhile", async () => {
  using world = openWorld();
  await world.report(sighting({ readiness: "waiting", status: "pending" }));
  await world.report(fromBaseLinker({ keys: [shopId("271")] }));
  await world.sweep();
  await world.report(sighting({ version: NOW, total: 8899 }));
  const messages = [...world.claims.held.values()];
  expect(messages.map(({ reason, changes }) => [reason, changes])).toEqual([
    ["edited-after-delivery", [{ what: "total", from: "58.99", to: "88.99" }]],
  ]);
});
