import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import type { Erp } from "../../lib/core/ports/erp.ts";
import { FAULTS, type Fault, type Faults } from "../../local/fake-erp.ts";
import { Crash, LATER, LEASE_MS, mortal, openWorld, type World } from "../support/erp-world.ts";
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

/** The same purchase by the shop, with the marketplace's id. */
const fromShop = (changes = {}) => sighting({ keys: [allegroId(), shopId("271"), number("1001")], ...changes });
const cancelled = (changes = {}) => fromShop({ readiness: "cancelled", status: "cancelled", version: NOW, ...changes });
const foreign = { writer: "another integrator", currency: "PLN", total: 5899 };

const inErp = (world: World) => world.erp.rows().map((row) => row.kojarzOrder ?? row.writer);

/** Whatever is due is done, until nothing is. */
async function settleAll(world: World): Promise<void> {
  for (let round = 0; round < 12; round++) {
    world.pass(LATER);
    await world.sweep();
  }
}

describe("delivering an order", () => {
  test.each([1, 2, 3, 4, 5, 6].flatMap((at) => [[at, "before"] as const, [at, "after"] as const]))(
    "an order is never held without its message, where the connector dies at call %i, %s it",
    async (at, when) => {
      using world = openWorld({ refused: 1 });
      const id = await world.report(fromShop());
      await world.deliver(id, mortal(world.deps, at, when).io).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      expect(world.claims.held.size).toBe(world.order(id).state === "held" ? 1 : 0);
    },
  );

  test("it is created in the ERP and carries the ERP's number, at the cost of three requests to our store", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const { life, io } = mortal(world.deps, Infinity, "before");
    const result = await world.deliver(id, io);

    const erp = { erpId: "1", number: "ZO 0001/26", how: "created" };
    expect(result).toEqual({ outcome: "delivered", erp, tookMs: 0 });
    expect(world.order(id)).toMatchObject({ state: "delivered", erp, dueAt: world.order(id).expiresAt });
    expect(world.erp.rows()).toMatchObject([
      { kojarzOrder: id, internetId: UUID, customerNumber: "1001", total: "58.99", currency: "PLN" },
    ]);
    expect(life.calls).toEqual(["claims.read", "claims.commit", "erp.find", "erp.submit", "claims.commit"]);
  });

  test("delivering again does nothing", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    await world.deliver(id);
    expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
    expect(await world.deliver("unknown")).toEqual({ outcome: "nothing" });
    expect(inErp(world)).toEqual([id]);
  });

  test("an order that another integrator wrote is linked, not created", async () => {
    using world = openWorld();
    const { erpId, number } = world.erp.foreign({ ...foreign, internetId: UUID, total: 1 });
    const id = await world.report(fromShop());
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered", erp: { erpId, number, how: "linked" } });
    expect(inErp(world)).toEqual(["another integrator"]);
  });

  test.each([
    ["#1002", "shopify:main"],
    ["000000123", "magento:main"],
  ])("an order that another integrator wrote under %s, as the shop shows it, is linked", async (shown, account) => {
    using world = openWorld();
    const { erpId } = world.erp.foreign({ ...foreign, customerNumber: shown });
    const keys = [shopId("9", account), number(shown, account)];
    const id = await world.report(sighting({ account, keys, report: { ...sighting().report, number: shown } }));
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered", erp: { erpId, how: "linked" } });
  });

  test("another integrator's order counts when it was written up to a window before", async () => {
    using world = openWorld();
    world.erp.foreign({ ...foreign, internetId: UUID, createdAt: NOW - 14 * DAY - 1 });
    const id = await world.report(fromShop());
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered", erp: { how: "created" } });
  });

  describe("an ERP order that is linked to one order is never linked to a second", () => {
    const other = "woocommerce:other";
    const reports = [sighting(), sighting({ account: other, keys: [shopId("9", other), number("1001", other)] })];

    test.each([
      ["one shop", reports],
      ["the other", reports.toReversed()],
    ])("%s comes first", async (_, [first, second]) => {
      using world = openWorld();
      const { erpId } = world.erp.foreign({ ...foreign, customerNumber: "1001" });
      const ids = [await world.report(first ?? sighting()), await world.report(second ?? sighting())] as const;
      expect(await world.deliver(ids[0])).toMatchObject({ erp: { erpId, how: "linked" } });
      expect(await world.deliver(ids[1])).toMatchObject({ erp: { how: "created" } });
      expect(inErp(world)).toEqual(["another integrator", ids[1]]);
    });

    test("both come at the same instant", async () => {
      using world = openWorld();
      world.erp.foreign({ ...foreign, customerNumber: "1001" });
      const ids = await Promise.all(reports.map((report) => world.report(report)));
      const results = await Promise.all(ids.map((id) => world.deliver(id)));
      expect(results.map((r) => r.outcome === "delivered" && r.erp.how).sort()).toEqual(["created", "linked"]);
      expect(new Set(ids.map((id) => world.order(id).erp?.erpId)).size).toBe(2);
    });
  });

  test("an ERP order that Kojarz wrote for another purchase is not linked, although both have one number", async () => {
    using world = openWorld();
    const first = await world.report(sighting());
    await world.deliver(first);
    const other = "woocommerce:other";
    const second = await world.report(sighting({ account: other, keys: [shopId("9", other), number("1001", other)] }));
    expect(await world.deliver(second)).toMatchObject({ erp: { how: "created" } });
    expect(inErp(world)).toEqual([first, second]);
  });

  test("a number with another total is held: it may be another shop's order", async () => {
    using world = openWorld();
    world.erp.foreign({ ...foreign, customerNumber: "1001", total: 4999 });
    const id = await world.report(sighting());
    expect(await world.deliver(id)).toEqual({ outcome: "held", reason: "erp-number-unproven" });
    expect(world.order(id)).toMatchObject({ state: "held", reason: "erp-number-unproven" });
    expect(inErp(world)).toEqual(["another integrator"]);
  });

  test("keys that point to different ERP orders are held", async () => {
    using world = openWorld();
    world.erp.foreign({ ...foreign, internetId: UUID });
    world.erp.foreign({ ...foreign, customerNumber: "1001" });
    const id = await world.report(fromShop());
    expect(await world.deliver(id)).toEqual({ outcome: "held", reason: "erp-keys-disagree" });
  });

  test("an order without a total is held, never sent as 0", async () => {
    using world = openWorld();
    const { money: _, ...unpriced } = fromShop();
    await world.report({ ...unpriced, readiness: "waiting" });
    const id = await world.report({ ...unpriced, version: NOW });
    expect(world.order(id).state).toBe("pending");
    expect(await world.deliver(id)).toEqual({ outcome: "held", reason: "total-unknown" });
    expect(inErp(world)).toEqual([]);
  });

  test("whatever is taken in leaves room for its delivery; a larger order is held at once", async () => {
    const line = { sku: "KUB-1", name: "x".repeat(300), quantity: "1", gross: 1 };
    const bytes = JSON.stringify(line).length + 1;
    const outcomes = new Set<string>();
    for (let size = 383_000; size < 391_000; size += 90) {
      using world = openWorld();
      const lines = Array.from({ length: Math.floor(size / bytes) }, () => line);
      const large = { ...sighting().report, lines, note: "x".repeat(size % bytes) };
      await world.report(sighting({ report: large, total: lines.length + 899 })).catch(() => undefined);
      for (const id of world.claims.orders.keys()) outcomes.add((await world.deliver(id)).outcome);
      if (world.claims.orders.size === 0) outcomes.add([...world.claims.held.values()][0]?.reason ?? "lost");
    }
    expect(outcomes).toEqual(new Set(["delivered", "too-large"]));
  });

  test("an order whose turn the store does not take is not sent, and a person is told", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const claims = { ...world.claims, commit: async () => "too-large" as const };
    expect(await world.deliver(id, { claims })).toEqual({ outcome: "held", reason: "too-large" });
    expect(inErp(world)).toEqual([]);
    expect([...world.claims.held.values()]).toMatchObject([{ reason: "too-large" }]);
  });

  test("a waiting order is not sent", async () => {
    using world = openWorld();
    const id = await world.report(fromShop({ readiness: "waiting" }));
    expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
  });

  test("stream and sweep at the same instant make one ERP order", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const [a, b] = await Promise.all([world.deliver(id), world.deliver(id), world.sweep()]);
    expect(new Set([a.outcome, b.outcome])).toEqual(new Set(["delivered", "nothing"]));
    expect(inErp(world)).toEqual([id]);
  });

  test("an order that a person cancelled in the ERP is not made again", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const { io } = mortal(world.deps, 5, "before");
    await expect(world.deliver(id, io)).rejects.toThrow(Crash);
    const [row] = world.erp.rows();
    await world.erp.cancel({ erpId: row?.id ?? "", number: "" }, id);
    await settleAll(world);
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { number: row?.number } });
    expect(inErp(world)).toEqual([id]);
  });

  test("a failure of our own store is an exception", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const commit = () => Promise.reject(new Error("the table does not answer"));
    await expect(world.deliver(id, { claims: { ...world.claims, commit } })).rejects.toThrow(
      "the table does not answer",
    );
  });
});

describe("when the ERP fails", () => {
  test("a busy ERP is asked again later, not by the record of that very write, and then takes it", async () => {
    const faults: Faults = { busy: 1 };
    using world = openWorld(faults);
    const id = await world.report(fromShop());
    expect(await world.deliver(id)).toMatchObject({ outcome: "postponed", reason: "erp-busy", until: NOW + 1000 });
    faults.busy = 0;
    expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
    world.pass(1000);
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered" });
  });

  test("an ERP that is down for a weekend loses nothing, and is asked less and less, at least every quarter of an hour", async () => {
    const faults: Faults = { "find-fails": 1 };
    using world = openWorld(faults, () => 0.999);
    const id = await world.report(fromShop());
    const waits: number[] = [];
    for (let minute = 0; minute < 2 * 24 * 60; minute++) {
      await world.sweep();
      waits.push((world.order(id).dueAt ?? 0) - world.now());
      world.pass(60_000);
    }
    expect(waits[0]).toBeLessThan(2000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15 * 60_000);
    expect(world.order(id).attempts).toBeLessThan(250);
    faults["find-fails"] = 0;
    await settleAll(world);
    expect(inErp(world)).toEqual([id]);
  });

  test("what the ERP refuses for good is held with its reason", async () => {
    using world = openWorld({ refused: 1 });
    const id = await world.report(fromShop());
    expect(await world.deliver(id)).toEqual({ outcome: "held", reason: "erp-refused" });
    expect(inErp(world)).toEqual([]);
  });

  test.each<Fault>(["orphan", "timeout-before", "timeout-after-commit", "late-commit"])(
    "after %s nobody finds or submits before it is settled, then there is one ERP order",
    async (fault) => {
      const faults: Faults = { [fault]: 1 };
      using world = openWorld(faults);
      const id = await world.report(fromShop());
      expect(await world.deliver(id)).toEqual({ outcome: "in-doubt", until: NOW + LEASE_MS });
      faults[fault] = 0;
      expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
      world.pass(LEASE_MS);
      expect(await world.deliver(id)).toMatchObject({ outcome: "delivered" });
      expect(inErp(world)).toEqual([id]);
    },
  );

  test("an adapter that throws from a submit leaves it in doubt, with the cause", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const cause = new Error("the line broke");
    const submit: Erp["submit"] = async (...args) => {
      await world.erp.submit(...args);
      throw cause;
    };
    const result = await world.deliver(id, { erp: { ...world.erp, submit } });
    expect(result).toMatchObject({ outcome: "in-doubt", cause });
    await settleAll(world);
    expect(inErp(world)).toEqual([id]);
  });

  test("a find that fails does not turn doubt into absence: a cancel after it still reaches the ERP order", async () => {
    const faults: Faults = { "timeout-after-commit": 1 };
    using world = openWorld(faults);
    const id = await world.report(fromShop());
    await world.deliver(id);
    world.pass(LEASE_MS);
    faults["find-fails"] = 1;
    expect(await world.deliver(id)).toMatchObject({ outcome: "in-doubt" });
    await world.report(cancelled());
    faults["find-fails"] = 0;
    await settleAll(world);
    expect(world.erp.rows()).toMatchObject([{ kojarzOrder: id, cancelled: true }]);
    expect(world.order(id).state).toBe("cancelled");
  });
});

describe("an owner that was paused", () => {
  /** Stops inside one call of the ERP until it is let go. */
  function paused(world: World, where: "find" | "submit", stop: "before" | "after") {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const halt = async () => {
      arrived.resolve();
      await gate.promise;
    };
    const wrap =
      <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
      async (...args: Args) => {
        if (stop === "before") await halt();
        const result = await call(...args);
        if (stop === "after") await halt();
        return result;
      };
    const erp: Erp = { ...world.erp, [where]: wrap<never[], unknown>(world.erp[where] as never) };
    return { erp, arrived: arrived.promise, release: gate.resolve };
  }

  test.each([
    ["before it looked into the ERP", "find", "before"],
    ["after it found nothing", "find", "after"],
    ["on its way to the ERP", "submit", "before"],
    ["before it could mark what it wrote", "submit", "after"],
  ] as const)("%s makes no second ERP order", async (_when, where, stop) => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const owner = paused(world, where, stop);
    const slow = world.deliver(id, { erp: owner.erp });
    await owner.arrived;
    expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
    world.pass(LEASE_MS);
    expect(await world.deliver(id)).toMatchObject({ outcome: "delivered" });
    owner.release();
    expect((await slow).outcome).toBe("lost");
    expect(inErp(world)).toEqual([id]);
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { erpId: world.erp.rows()[0]?.id } });
  });

  test("that nobody replaced does not submit after its deadline, and leaves the order to be tried again", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const owner = paused(world, "find", "after");
    const slow = world.deliver(id, { erp: owner.erp });
    await owner.arrived;
    world.pass(LEASE_MS * 0.8);
    owner.release();
    expect(await slow).toMatchObject({ outcome: "postponed", reason: "turn-too-short" });
    expect(inErp(world)).toEqual([]);
    await settleAll(world);
    expect(inErp(world)).toEqual([id]);
  });
});

describe("what arrives while the ERP is writing", () => {
  const during = (world: World, arrive: () => Promise<unknown>): Erp => ({
    ...world.erp,
    submit: async (...args) => {
      const answer = await world.erp.submit(...args);
      await arrive();
      return answer;
    },
  });

  test("a linked report does not lose the mark", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const erp = during(world, () => world.report(fromBaseLinker()));
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "delivered" });
    expect(world.order(id)).toMatchObject({ state: "delivered", sources: [{}, { account: "baselinker:acme" }] });
  });

  test("a cancel reaches the ERP order as soon as it is there", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    const erp = during(world, () => world.report(cancelled()));
    await world.deliver(id, { erp });
    expect(await world.deliver(id)).toEqual({ outcome: "cancelled" });
    expect(world.erp.rows()).toMatchObject([{ cancelled: true }]);
    expect(world.order(id)).toMatchObject({ state: "cancelled", cancelledBy: { account: "woocommerce:main" } });
  });
});

describe("cancelling", () => {
  test("before anything was sent, nothing is sent", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    await world.report(cancelled());
    await settleAll(world);
    expect(world.order(id).state).toBe("cancelled");
    expect(inErp(world)).toEqual([]);
  });

  test("a cancel that comes before a second attempt makes nothing, when the first wrote nothing", async () => {
    const faults: Faults = { "timeout-before": 1 };
    using world = openWorld(faults);
    const id = await world.report(fromShop());
    await world.deliver(id);
    await world.report(cancelled());
    faults["timeout-before"] = 0;
    await settleAll(world);
    expect(world.order(id)).toMatchObject({ state: "cancelled", cancelledBy: { account: "woocommerce:main" } });
    expect(inErp(world)).toEqual([]);
  });

  test("what the ERP cannot cancel any more is held", async () => {
    using world = openWorld({ "cancel-refused": 1 });
    const id = await world.report(fromShop());
    await world.deliver(id);
    await world.report(cancelled());
    expect(await world.deliver(id)).toEqual({
      outcome: "held",
      reason: "erp-cannot-cancel",
      detail: "erp-order-shipped",
    });
    expect(world.order(id)).toMatchObject({ state: "held", reason: "erp-cannot-cancel" });
    const told = { reason: "erp-cannot-cancel", order: id, detail: "erp-order-shipped" };
    expect([...world.claims.held.values()]).toMatchObject([told]);
  });

  test("an ERP that does not answer is asked again", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    await world.deliver(id);
    await world.report(cancelled());
    const cancel = () => Promise.reject(new Error("no answer"));
    expect(await world.deliver(id, { erp: { ...world.erp, cancel } })).toMatchObject({ outcome: "postponed" });
    expect(await world.deliver(id)).toEqual({ outcome: "nothing" });
    await settleAll(world);
    expect(world.erp.rows()).toMatchObject([{ cancelled: true }]);
    expect(world.order(id).state).toBe("cancelled");
  });

  test("a purchase that is revived while the ERP cancels it is cancelled, and a person is told", async () => {
    using world = openWorld();
    const id = await world.report(fromShop());
    await world.deliver(id);
    await world.report(cancelled());
    const cancel: Erp["cancel"] = async (...args) => {
      const answer = await world.erp.cancel(...args);
      await world.report(fromShop({ version: NOW + 1 }));
      return answer;
    };
    const result = await world.deliver(id, { erp: { ...world.erp, cancel } });
    expect(result).toEqual({ outcome: "cancelled" });
    expect([...world.claims.held.values()].map(({ reason }) => reason)).toEqual(["revived-while-cancelling"]);
  });
});

describe("a process that dies", () => {
  const scenes: Array<[name: string, prepare: (world: World) => void, rows: number]> = [
    ["creating", () => {}, 1],
    ["linking", (world) => void world.erp.foreign({ ...foreign, internetId: UUID }), 1],
  ];
  const steps = scenes.flatMap(([name, prepare, rows]) =>
    [1, 2, 3, 4, 5].flatMap((step) =>
      (["before", "after"] as const).map((when) => ({ name, prepare, rows, step, when })),
    ),
  );

  test.each(steps)(
    "$when its call $step while $name leaves one ERP order in the end",
    async ({ prepare, rows, step, when }) => {
      using world = openWorld();
      prepare(world);
      const id = await world.report(fromShop());
      const { life, io } = mortal(world.deps, step, when);
      await expect(world.deliver(id, io)).rejects.toThrow(Crash);
      expect(life.died).toBe(true);
      await settleAll(world);
      expect(world.erp.rows()).toHaveLength(rows);
      expect(world.order(id)).toMatchObject({ state: "delivered", erp: { erpId: "1" } });
    },
  );
});

describe("any sequence of faults, deaths and repeats", () => {
  const faultOf = fc.constantFrom<Fault | undefined>(
    ...FAULTS.filter((f) => f !== "refused" && f !== "cancel-refused"),
    undefined,
  );
  const death = fc.option(
    fc.record({ at: fc.integer({ min: 1, max: 6 }), when: fc.constantFrom("before" as const, "after" as const) }),
    {
      nil: undefined,
    },
  );
  const happening = fc.record({
    fault: faultOf,
    death,
    owners: fc.integer({ min: 1, max: 3 }),
    pass: fc.constantFrom(0, 1, 1_000, 20_000, 48_000, 60_000, LATER),
    arrives: fc.constantFrom("nothing" as const, "another report" as const, "a repeat" as const),
  });
  const runs = { numRuns: 300 };

  async function live(world: World, id: string, { fault, death, owners, pass }: Happening): Promise<void> {
    if (fault) world.faults[fault] = 1;
    const turns = Array.from({ length: owners }, (_, owner) => {
      const over = death && owner === 0 ? mortal(world.deps, death.at, death.when).io : {};
      return world.deliver(id, over);
    });
    for (const { reason } of (await Promise.allSettled(turns)).filter((t) => t.status === "rejected"))
      expect(reason).toBeInstanceOf(Crash);
    if (fault) delete world.faults[fault];
    world.pass(pass);
  }
  type Happening = {
    fault: Fault | undefined;
    death: { at: number; when: "before" | "after" } | undefined;
    owners: number;
    pass: number;
  };

  const randomFrom = (seed: number) => {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
  };

  test("ends with exactly one ERP order, and the order says which", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 6 }),
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        async (events, seed) => {
          using world = openWorld({}, randomFrom(seed));
          const id = await world.report(fromShop());
          for (const event of events) {
            await live(world, id, event);
            if (event.arrives === "another report") await world.report(fromAllegro());
            if (event.arrives === "a repeat") await world.report(fromShop());
            expect(world.erp.rows().length).toBeLessThanOrEqual(1);
          }
          await settleAll(world);
          expect(inErp(world)).toEqual([id]);
          expect(world.order(id)).toMatchObject({ state: "delivered", erp: { erpId: world.erp.rows()[0]?.id } });
        },
      ),
      runs,
    );
  });

  test("with a cancel anywhere ends cancelled, and no ERP order is left standing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 5 }),
        fc.nat(5),
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        async (events, when, seed) => {
          using world = openWorld({}, randomFrom(seed));
          const id = await world.report(fromShop());
          for (const [index, event] of events.entries()) {
            const turn = live(world, id, event);
            if (index === when) await world.report(cancelled());
            await turn;
          }
          await world.report(cancelled());
          await settleAll(world);
          expect(world.order(id).state).toBe("cancelled");
          expect(world.erp.rows().filter((row) => !row.cancelled)).toEqual([]);
          expect(world.erp.rows().length).toBeLessThanOrEqual(1);
        },
      ),
      runs,
    );
  });

  test("several purchases never share an ERP order", async () => {
    using world = openWorld(
      Object.fromEntries(FAULTS.filter((f) => f !== "refused").map((f) => [f, 0.15])),
      randomFrom(7),
    );
    world.erp.foreign({ ...foreign, internetId: UUID });
    const ids = await Promise.all([
      world.report(fromShop()),
      world.report(fromAllegro({ sourceOrder: OTHER_UUID, keys: [allegroId(OTHER_UUID)] })),
      ...Array.from({ length: 20 }, (_, n) => world.report(sighting({ sourceOrder: `${n}`, keys: [shopId(`5${n}`)] }))),
    ]);
    for (let round = 0; round < 30; round++) {
      world.pass(LATER);
      await Promise.all([world.sweep(), ...ids.map((id) => world.deliver(id))]);
    }
    expect(new Set(ids.map((id) => world.order(id).erp?.erpId)).size).toBe(ids.length);
    expect(world.erp.rows()).toHaveLength(ids.length);
  });
});
