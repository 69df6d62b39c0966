/** What becomes of the recorded purchases today: nothing is lost, and nothing reaches the ERP a second time. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  erpOrdersOf,
  expectHeldAsRecorded,
  lastSent,
  openForTest,
  orderOf,
  recorded,
  saysNow,
  verdictOn,
  type Yesterday,
} from "./data.ts";
import { DAY, FORMS, MINUTE, RECORDED } from "./platforms.ts";

async function stateOf({ app }: Yesterday, name: string) {
  const order = await app.claims.read(orderOf(name));
  if (!order) throw new Error(`${name} is gone`);
  return order;
}

/** Sweeps until long after every lease and every pause of the recording. */
async function sweepOut(yesterday: Yesterday): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    yesterday.clock.now += 20 * MINUTE;
    await yesterday.sweep();
  }
}

const form = (id: string) => ({ marketplace: { name: "allegro", orderId: id } });

describe("a repeat", () => {
  /** Delivered or cancelled so long ago that the window is over. */
  const LATE = ["erased", "late", "late-elsewhere", "cancelled-in-erp"];

  /** An order that the ERP does not have yet takes what today's report says beyond the recorded one. */
  async function repeatsOf(yesterday: Yesterday, name: string): Promise<string[]> {
    const { state } = await stateOf(yesterday, name);
    return state === "waiting" || state === "pending" ? ["duplicate", "linked"] : ["duplicate"];
  }

  test("of everything that was reported names the same order, and nothing new reaches the ERP", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const before = yesterday.erp.rows();
    for (const [name, { order, sent }] of Object.entries(recorded.purchases)) {
      const last = sent.at(-1);
      if (!last || order === undefined || name === "gone" || name === "pushed") continue;
      const said = await verdictOn(yesterday, last);
      expect({ name, order: said.order }).toEqual({ name, order });
      expect(LATE.includes(name) ? ["late"] : await repeatsOf(yesterday, name), name).toContain(said.verdict);
    }
    expect(yesterday.erp.rows()).toEqual(before);
  });

  test("of an order that BaseLinker pushed is answered with the number that it got; the next order gets the next", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const pushed = lastSent("pushed");
    expect(JSON.parse((await yesterday.post(pushed)).text)).toEqual({ order_id: 1_100_000_001 });
    const another = { ...pushed, body: pushed.body.replace("baselinker_id=800000106", "baselinker_id=800000107") };
    expect(JSON.parse((await yesterday.post(another)).text)).toEqual({ order_id: 1_100_000_002 });
  });

  test("of a message that nobody could read is held by the order's own id now, and each of its cases keeps its body", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const folder = join(yesterday.bodies, "standard", "sklep");
    const bodies = readdirSync(folder);
    expect((await yesterday.post(lastSent("unreadable"))).status).toBe(422);
    const held = await yesterday.page("/held");
    const counts = held.filter(({ reason }) => reason === "unreadable-order").map(({ count }) => count);
    expect(counts.toSorted()).toEqual([1, 2]);
    expect(held).toHaveLength(recorded.held.length + 1);
    const added = readdirSync(folder).filter((name) => !bodies.includes(name));
    expect(added).toHaveLength(1);
    expect(bodies.every((name) => readdirSync(folder).includes(name))).toBe(true);
  });
});

describe("an unfinished order", () => {
  test("is brought to the ERP once, wherever the recording left it", async () => {
    const yesterday = await openForTest();
    await sweepOut(yesterday);
    for (const name of ["pending", "adobe", "no-answer", "busy", "in-doubt-unwritten", "dead-unwritten"]) {
      const { state, erp } = await stateOf(yesterday, name);
      expect({ name, state, erp: erp?.how, orders: erpOrdersOf(yesterday, name).length }).toEqual({
        name,
        state: "delivered",
        erp: "created",
        orders: 1,
      });
    }
    const ids = yesterday.erp.rows().flatMap(({ kojarzOrder }) => kojarzOrder ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("that the ERP held already is found there", async () => {
    const yesterday = await openForTest();
    await sweepOut(yesterday);
    expect((await stateOf(yesterday, "in-doubt-written")).erp?.number).toBe("ZO 0021/26");
    for (const name of ["in-doubt-written", "dead-written"]) expect(erpOrdersOf(yesterday, name)).toHaveLength(1);
  });

  test("is left to its owner while the lease stands", async () => {
    const yesterday = await openForTest();
    await yesterday.wake(orderOf("dead-unwritten"));
    expect((await stateOf(yesterday, "dead-unwritten")).state).toBe("submitting");
    expect(erpOrdersOf(yesterday, "dead-unwritten")).toEqual([]);
  });

  test("that was to be cancelled is cancelled in the ERP", async () => {
    const yesterday = await openForTest();
    await sweepOut(yesterday);
    for (const name of ["to-cancel", "cancelled-in-doubt"]) {
      expect((await stateOf(yesterday, name)).state).toBe("cancelled");
      expect(erpOrdersOf(yesterday, name)).toMatchObject([{ cancelled: true }]);
    }
  });

  test("that is held stays held, and is told of no second time", async () => {
    const yesterday = await openForTest();
    await sweepOut(yesterday);
    for (const name of ["held-long", "refused", "cannot-cancel", "gone"])
      expect((await stateOf(yesterday, name)).state).toBe("held");
    await expectHeldAsRecorded(yesterday);
  });

  test("that waits for its payment goes to the ERP once it is paid", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const said = await verdictOn(yesterday, saysNow(yesterday, "waiting", { status: "ready" }));
    expect(said).toEqual({ verdict: "linked", order: orderOf("waiting") });
    await yesterday.wake(orderOf("waiting"));
    expect(erpOrdersOf(yesterday, "waiting")).toHaveLength(1);
  });

  test("whose source never made it ready is given up after its time, and is taken up again by whoever says so", async () => {
    const yesterday = await openForTest(RECORDED + 32 * DAY);
    await yesterday.sweep();
    expect(await stateOf(yesterday, "waiting")).toMatchObject({ state: "cancelled", reason: "deadline" });
    yesterday.clock.now = RECORDED + MINUTE;
    await yesterday.post(saysNow(yesterday, "given-up", { status: "ready" }));
    expect((await stateOf(yesterday, "given-up")).state).toBe("pending");
  });
});

describe("a purchase that another source reports today", () => {
  test("is linked to the ERP order that another writer made of it", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const rows = yesterday.erp.rows().length;
    const sent = saysNow(
      yesterday,
      "created",
      { ...form("1b000002-0000-11f1-8001-6d0fa57b1c01"), total: "42.00", orderId: "o-1", orderNumber: "O-1" },
      "outlet",
    );
    expect(await verdictOn(yesterday, sent)).toEqual({ verdict: "linked", order: orderOf("registered") });
    await yesterday.wake(orderOf("registered"));
    expect(yesterday.erp.rows()).toHaveLength(rows);
  });

  test("is told of where its ERP order was linked to another purchase", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const sent = saysNow(
      yesterday,
      "taker",
      { ...form("1b000003-0000-11f1-8001-6d0fa57b1c01"), orderId: "o-2", orderNumber: "O-2" },
      "outlet",
    );
    expect(await verdictOn(yesterday, sent)).toEqual({ verdict: "linked", order: orderOf("taken") });
    const [told] = (await yesterday.page("/held")).filter(({ reason }) => reason === "erp-order-shared");
    expect(told).toMatchObject({ account: "standard:outlet", sourceOrder: "o-2" });
  });

  test("is made where its ERP order was cancelled before anybody reported it", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const sent = saysNow(
      yesterday,
      "created",
      { ...form("1b000004-0000-11f1-8001-6d0fa57b1c01"), orderId: "o-3", orderNumber: "O-3" },
      "outlet",
    );
    expect(await verdictOn(yesterday, sent)).toEqual({ verdict: "linked", order: orderOf("withdrawn") });
    await yesterday.wake(orderOf("withdrawn"));
    expect(erpOrdersOf(yesterday, "withdrawn")).toHaveLength(1);
  });

  test("is recognised by the marketplace's id, and by one that stood in a note", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const more = { orderId: "o-4", orderNumber: "O-4" };
    const byId = saysNow(yesterday, "marketplace", more, "outlet");
    expect(await verdictOn(yesterday, byId)).toEqual({ verdict: "linked", order: orderOf("marketplace") });
    const noted = { ...form("1c000001-0000-11f1-8001-6d0fa57b1c01"), note: "", orderId: "o-5", orderNumber: "O-5" };
    const byTrace = saysNow(
      yesterday,
      "trace",
      { ...noted, placedAt: JSON.parse(lastSent("trace").body).placedAt },
      "outlet",
    );
    expect(await verdictOn(yesterday, byTrace)).toEqual({ verdict: "linked", order: orderOf("trace") });
  });

  test("is another one where only a number is equal that two orders carry", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const { verdict, order } = await verdictOn(yesterday, saysNow(yesterday, "shared-a", { orderId: "shared-c" }));
    expect(verdict).toBe("new");
    expect([orderOf("shared-a"), orderOf("shared-b")]).not.toContain(order);
  });

  test("waits for a person where it is two recorded ones", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    const { verdict } = await verdictOn(yesterday, saysNow(yesterday, "edited", form(FORMS.lately)));
    expect(verdict).toBe("held");
    const [told] = (await yesterday.page("/held")).filter(({ sourceOrder }) => sourceOrder === "edited");
    expect(told).toBeDefined();
  });
});

describe("a cancelled order", () => {
  test("is revived by the one who cancelled it, but not by another source", async () => {
    const yesterday = await openForTest(RECORDED + MINUTE);
    await yesterday.post(
      saysNow(yesterday, "cancelled-first", { status: "ready", ...form("1d000001-0000-11f1-8001-6d0fa57b1c01") }),
    );
    expect((await stateOf(yesterday, "cancelled-first")).state).toBe("pending");
    await yesterday.post(saysNow(yesterday, "cancelled-early", { status: "ready" }));
    expect((await stateOf(yesterday, "cancelled-early")).state).toBe("pending");
    const stored = saysNow(
      yesterday,
      "created",
      { ...form(FORMS.stored), orderId: "o-6", orderNumber: "O-6" },
      "outlet",
    );
    await yesterday.post(stored);
    expect((await stateOf(yesterday, "stored")).state).toBe("cancelled");
  });
});

describe("when the window of a recorded order is over", () => {
  test("its personal data goes, and a repeat is late", async () => {
    const yesterday = await openForTest(RECORDED + 15 * DAY);
    await yesterday.sweep();
    const { sources } = await stateOf(yesterday, "created");
    expect(sources.map(({ report }) => report)).toEqual([undefined]);
    expect(JSON.stringify(await yesterday.app.claims.read(orderOf("created")))).not.toContain("poczta.example");
    expect(await verdictOn(yesterday, lastSent("created"))).toEqual({ verdict: "late", order: orderOf("created") });
  });

  test("one that is held is still known", async () => {
    const yesterday = await openForTest(RECORDED + 13.5 * DAY);
    await yesterday.sweep();
    yesterday.clock.now = RECORDED + 20 * DAY;
    expect(await verdictOn(yesterday, lastSent("refused"))).toEqual({
      verdict: "duplicate",
      order: orderOf("refused"),
    });
  });

  test("one whose window another source made longer keeps all its keys as long", async () => {
    const yesterday = await openForTest(RECORDED + 10.5 * DAY);
    // The first one hands on the ERP's number, which a source still waits for.
    await yesterday.sweep();
    await yesterday.sweep();
    yesterday.clock.now = RECORDED + 30 * DAY;
    expect((await stateOf(yesterday, "joint")).keysUntil).toBeUndefined();
    expect(await verdictOn(yesterday, lastSent("joint"))).toEqual({ verdict: "duplicate", order: orderOf("joint") });
  });
});
