import { describe, expect, test } from "vitest";
import type { Erp } from "../../lib/core/ports/erp.ts";
import { admit, answered, breaker, type Circuit, CLOSED, circuitLevel, failed } from "../../lib/delivery/breaker.ts";
import type { Backlog } from "../../lib/delivery/sweep.ts";
import { LATER, openWorld } from "../support/erp-world.ts";
import { NOW, number, sighting } from "../support/sightings.ts";

const limits = { failures: 3, shortestMs: 1_000, longestMs: 5_000 };
const failedTimes = (times: number, from: Circuit = CLOSED, now = NOW) =>
  Array.from({ length: times }).reduce<Circuit>((circuit) => failed(circuit, now, limits), from);

describe("a circuit", () => {
  test("opens after so many failures in a row, and a settled order forgets the ones before", () => {
    expect(failedTimes(2)).toEqual({ state: "closed", failures: 2 });
    expect(failedTimes(3)).toEqual({ state: "open", opened: 1, until: NOW + 1_000 });
    expect(answered(failedTimes(2), "settled", limits)).toEqual(CLOSED);
  });

  test("an ERP that answers questions and takes no orders opens it too", () => {
    const asked = (circuit: Circuit) => answered(circuit, "asked", limits);
    expect(failed(asked(failed(asked(failed(asked(CLOSED), NOW, limits)), NOW, limits)), NOW, limits).state).toBe(
      "open",
    );
  });

  test("one order alone never opens it; two that fail in turn do", () => {
    const failing = (...orders: string[]) =>
      orders.reduce<Circuit>((circuit, order) => failed(circuit, NOW, limits, order), CLOSED);
    expect(failing(...Array.from({ length: 20 }, () => "a"))).toEqual({ state: "closed", failures: 1, last: "a" });
    expect(failing("a", "a", "a", "b").state).toBe("closed");
    expect(failing("a", "b", "a").state).toBe("open");
  });

  test("lets one order try when its time is over, and opens for twice as long when that fails", () => {
    const open = failedTimes(3);
    expect(admit(open, NOW + 999, limits)).toEqual({ admitted: false, circuit: open });
    const { admitted, circuit: trying } = admit(open, NOW + 1_000, limits);
    expect({ admitted, state: trying.state }).toEqual({ admitted: true, state: "trying" });
    expect(admit(trying, NOW + 1_000, limits).admitted).toBe(false);
    expect(failed(trying, NOW + 1_000, limits)).toEqual({ state: "open", opened: 2, until: NOW + 3_000 });
    expect(answered(trying, "settled", limits)).toEqual(CLOSED);
  });

  test("an ERP that answers questions and takes no orders is left alone ever longer, until one order is settled", () => {
    const pauses: number[] = [];
    let [circuit, now] = [failedTimes(3), NOW];
    const tryOnce = () => {
      pauses.push(circuit.state === "open" ? circuit.until - now : 0);
      now += pauses.at(-1) ?? 0;
      return answered(admit(circuit, now, limits).circuit, "asked", limits);
    };
    for (let tries = 0; tries < 4; tries++) circuit = failed(tryOnce(), now, limits);
    expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000]);
    circuit = answered(tryOnce(), "settled", limits);
    expect(failedTimes(3, circuit, now)).toMatchObject({ until: now + 1_000 });
  });

  test("a try whose answer got lost with its process is made by another", () => {
    const { circuit } = admit(failedTimes(3), NOW + 1_000, limits);
    expect(admit(circuit, NOW + 2_000, limits).admitted).toBe(true);
  });

  test("stays open no longer than the limit", () => {
    const circuit = Array.from({ length: 9 }).reduce<Circuit>(
      (c) => failed(admit(c, 1e15, limits).circuit, NOW, limits),
      failedTimes(3),
    );
    expect(circuit).toMatchObject({ state: "open", until: NOW + 5_000 });
  });

  test("orders that a busy bridge puts off are no failures of the ERP: they never open it", async () => {
    const busy = async () => ({ outcome: "rejected", reason: "erp-bridge-busy", retry: true }) as const;
    const never = () => Promise.reject(new Error("nobody asks"));
    const guarded = breaker({ name: "erp", find: never, cancel: never, submit: busy }, () => NOW, limits);
    for (const order of ["a", "b", "c", "d", "e"]) await guarded.erp.submit({ order } as never, LATER);
    expect(guarded.circuit()).toEqual(CLOSED);
  });

  test("is a number for a metric", () => {
    const open = failedTimes(3);
    expect([CLOSED, admit(open, NOW + 1_000, limits).circuit, open].map(circuitLevel)).toEqual([0, 1, 2]);
  });
});

const ORDERS = 40;
const HOURS_72 = 72 * 3_600_000;

/** Orders reported one a second, all by one shop. */
async function backlog(world: ReturnType<typeof openWorld>): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < ORDERS; n++) {
    const value = String(2_000 + n);
    ids.push(
      await world.report(
        sighting({ sourceOrder: value, keys: [number(value)], version: world.now(), placedAt: world.now() }),
      ),
    );
    world.pass(1_000);
  }
  return ids;
}

function guardedWorld() {
  const world = openWorld();
  const faults: { down: boolean; answersLate: boolean } = { down: false, answersLate: false };
  const calls = { finds: 0, submits: 0, most: 0 };
  let atWork = 0;
  const erp: Erp = {
    ...world.erp,
    async find(query) {
      calls.finds += 1;
      if (faults.down) throw new Error("connection refused");
      return world.erp.find(query);
    },
    async submit(order, deadline) {
      calls.submits += 1;
      atWork += 1;
      calls.most = Math.max(calls.most, atWork);
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
      const answer = await world.erp.submit(order, deadline);
      return faults.answersLate ? { outcome: "in-doubt" } : answer;
    },
  };
  const guarded = breaker(erp, world.now);
  const deps = { erp: guarded.erp, breaker: guarded.breaker };
  return { world, faults, calls, deps, circuit: guarded.circuit };
}

const inErp = (world: ReturnType<typeof openWorld>) => world.erp.rows().map((row) => row.kojarzOrder);

describe("an ERP that comes back", () => {
  test("after days gets every order once, in order of acceptance behind the one that tried", async () => {
    const { world, faults, deps, calls } = guardedWorld();
    using _ = world;
    faults.down = true;
    const ids = await backlog(world);
    for (const id of ids) await world.deliver(id, deps);
    for (let passed = 0; passed < HOURS_72; passed += LATER) {
      world.pass(LATER);
      await world.sweep(deps);
    }
    expect(calls.finds).toBeLessThan(2 * (HOURS_72 / LATER));
    faults.down = false;
    world.pass(LATER);
    const { counts } = await world.sweep(deps);
    expect(counts).toEqual({ delivered: ORDERS });
    const [tried, ...rest] = inErp(world);
    expect(rest).toEqual(ids.filter((id) => id !== tried));
  });

  test("while it is down, orders cost neither calls nor writes, and stay unfinished", async () => {
    const { world, faults, deps, calls, circuit } = guardedWorld();
    using _ = world;
    faults.down = true;
    const ids = await backlog(world);
    for (const id of ids) await world.deliver(id, deps);
    expect({ finds: calls.finds, state: circuit().state }).toEqual({ finds: 5, state: "open" });
    const last = world.order(ids.at(-1) ?? "");
    expect(last).toMatchObject({ state: "pending", attempts: 0 });
    const found: Backlog[] = [];
    const { counts } = await world.sweep({ ...deps, backlog: (one) => found.push(one) });
    expect(counts).toEqual({ left: found[0]?.ages.length });
    expect(calls.finds).toBe(5);
  });

  test("it is started by one order, and then by no more at once than configured, no faster than configured", async () => {
    const { world, faults, deps, calls } = guardedWorld();
    using _ = world;
    faults.down = true;
    const ids = await backlog(world);
    for (const id of ids) await world.deliver(id, deps);
    faults.down = false;
    world.pass(LATER);
    const from = world.now();
    const wait = async (ms: number) => world.pass(ms);
    await world.sweep({ ...deps, pace: { atOnce: 3, perSecond: 2 }, wait });
    expect(inErp(world)).toHaveLength(ORDERS);
    expect(calls.most).toBeLessThanOrEqual(3);
    expect(world.now() - from).toBeGreaterThanOrEqual(((ORDERS - 1) / 2) * 1_000);
  });

  test("flapping, it gets every order once", async () => {
    const { world, faults, deps } = guardedWorld();
    using _ = world;
    const ids = await backlog(world);
    for (let round = 0; round < 40; round++) {
      faults.down = round % 2 === 0;
      faults.answersLate = round % 3 === 0;
      world.pass(LATER);
      await world.sweep(deps);
    }
    faults.down = false;
    faults.answersLate = false;
    for (let round = 0; round < 5; round++) {
      world.pass(LATER);
      await world.sweep(deps);
    }
    expect(new Set(inErp(world))).toEqual(new Set(ids));
    expect(inErp(world)).toHaveLength(ORDERS);
  });

  test("answering only after the timeout, it gets every order once", async () => {
    const { world, faults, deps } = guardedWorld();
    using _ = world;
    faults.answersLate = true;
    const ids = await backlog(world);
    for (let round = 0; round < 60; round++) {
      world.pass(LATER);
      await world.sweep(deps);
    }
    expect(inErp(world)).toHaveLength(ORDERS);
    expect(ids.every((id) => world.order(id).state === "delivered")).toBe(true);
  });
});

const MINUTE = 60_000;

/** An ERP that is well, but for some orders it breaks at the question or takes them not now, for ever. */
function choosyWorld(where: "find" | "submit") {
  const world = openWorld();
  const bad = new Set<string>();
  const tried: string[] = [];
  const erp: Erp = {
    ...world.erp,
    async find(query) {
      tried.push(query.order);
      if (where === "find" && bad.has(query.order)) throw new Error("this one breaks the question");
      return world.erp.find(query);
    },
    submit: async (order, deadline) =>
      where === "submit" && bad.has(order.order)
        ? { outcome: "rejected", reason: "row-locked", retry: true }
        : world.erp.submit(order, deadline),
  };
  const guarded = breaker(erp, world.now);
  const deps = { erp: guarded.erp, breaker: guarded.breaker };
  const report = (value: string) =>
    world.report(sighting({ sourceOrder: value, keys: [number(value)], version: world.now(), placedAt: world.now() }));
  const sweeps = async (times: number, every: number) => {
    for (let i = 0; i < times; i++) {
      await world.sweep(deps);
      world.pass(every);
    }
  };
  return {
    world,
    deps,
    tried,
    circuit: guarded.circuit,
    sweeps,
    report,
    async reportBad(value: string): Promise<string> {
      const id = await report(value);
      bad.add(id);
      return id;
    },
  };
}

describe.each(["find", "submit"] as const)("an ERP that is well but fails on some orders (at %s)", (where) => {
  test("is not kept from orders by one of them, even in hours in which it is the only one", async () => {
    const { world, deps, circuit, sweeps, report, reportBad } = choosyWorld(where);
    using _ = world;
    await reportBad("1");
    await sweeps(120, MINUTE);
    expect(circuit().state).toBe("closed");
    const good = await report("2");
    expect(await world.deliver(good, deps)).toMatchObject({ outcome: "delivered" });
  });

  test("takes every other order, though those that fail were accepted first and opened the circuit", async () => {
    const { world, circuit, sweeps, report, reportBad } = choosyWorld(where);
    using _ = world;
    for (const value of ["1", "2", "3"]) await reportBad(value);
    for (let i = 0; i < 120 && circuit().state === "closed"; i++) await sweeps(1, MINUTE);
    expect(circuit().state).toBe("open");
    const good: string[] = [];
    for (let value = 4; value < 14; value++) good.push(await report(String(value)));
    await sweeps(10, MINUTE);
    expect(good.map((id) => world.order(id).state)).toEqual(good.map(() => "delivered"));
  });

  test("is asked for the one that fails ever more seldom, and forgets it never", async () => {
    const { world, tried, sweeps, reportBad } = choosyWorld(where);
    using _ = world;
    const id = await reportBad("1");
    await sweeps(60, MINUTE);
    const firstHour = tried.length;
    await sweeps(60, MINUTE);
    expect(tried.length - firstHour).toBeLessThan(firstHour);
    expect(world.order(id)).toMatchObject({ state: "pending" });
  });
});

test("an order that fails is put off by its own tries, not until the circuit is over", async () => {
  const { world, faults, deps, circuit } = guardedWorld();
  using _ = world;
  faults.down = true;
  const ids = await backlog(world);
  for (const id of ids) await world.deliver(id, deps);
  const open = circuit();
  const [first = ""] = ids;
  const until = open.state === "open" ? open.until : 0;
  expect(world.order(first).dueAt).toBeLessThan(until);
});

test("whoever was tried least goes first to an ERP that may be back, then whoever was accepted first", async () => {
  const { world, faults, deps } = guardedWorld();
  using _ = world;
  faults.down = true;
  const ids = await backlog(world);
  for (const id of ids) await world.deliver(id, deps);
  for (let n = 0; n < 3; n++) {
    world.pass(LATER);
    await world.sweep(deps);
  }
  expect(ids.map((id) => world.order(id).attempts).slice(0, 10)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
});
