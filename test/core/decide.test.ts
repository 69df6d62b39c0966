/** The table of the decision, told through the intake over claims in memory. */
import { describe, expect, it } from "vitest";
import type { Key } from "../../lib/core/keys.ts";
import type { Line } from "../../lib/core/money.ts";
import { DAY, type Order, type Sighting } from "../../lib/core/order.ts";
import { delivered, taken } from "../../lib/core/states.ts";
import { type MemoryClaims, memoryClaims } from "../support/memory-claims.ts";
import { type ShopFloor, shopFloor } from "../support/shop-floor.ts";
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
} from "../support/sightings.ts";

function start(): { claims: MemoryClaims; floor: ShopFloor } {
  const claims = memoryClaims();
  return { claims, floor: shopFloor(claims) };
}

async function verdictsOf(...sightings: Sighting[]): Promise<string[]> {
  const { floor } = start();
  const verdicts: string[] = [];
  for (const one of sightings) {
    const { verdict, reason } = await floor.report(one);
    verdicts.push(verdict === "held" ? `held ${reason}` : verdict);
  }
  return verdicts;
}

function only(claims: MemoryClaims): Order {
  const [order, ...more] = claims.orders.values();
  if (!order || more.length > 0) throw new Error(`${claims.orders.size} orders instead of one`);
  return order;
}

async function deliver(claims: MemoryClaims, now = NOW, how: "created" | "linked" = "created"): Promise<Order> {
  const before = only(claims);
  const after = delivered(taken(before, "erp", now), "erp", { erpId: "1", number: "ZO 0001/26", how }, now);
  await claims.commit({ order: { before, after }, keys: [] }, now);
  return after;
}

describe("one purchase", () => {
  it("is new once, then a duplicate", async () => {
    expect(await verdictsOf(sighting(), sighting())).toEqual(["new", "duplicate"]);
  });

  it("is a duplicate however the fields of its report are ordered", async () => {
    const { payment, buyer, shipping, lines, number: shown } = report;
    const turned = { lines, shipping, ...(shown && { number: shown }), buyer, payment };
    expect(await verdictsOf(sighting(), sighting({ report: turned }))).toEqual(["new", "duplicate"]);
  });

  it("is linked by its shop id when another source relays it", async () => {
    const relayed = fromBaseLinker({ keys: [shopId("271")] });
    expect(await verdictsOf(sighting(), relayed, relayed)).toEqual(["new", "linked", "duplicate"]);
    expect(await verdictsOf(relayed, sighting(), sighting())).toEqual(["new", "linked", "duplicate"]);
  });

  it("is one order over shop, BaseLinker and Allegro in every order of arrival", async () => {
    const shop = sighting({ keys: [shopId("271"), number("271"), allegroId()] });
    for (const order of permutations([shop, fromBaseLinker(), fromAllegro()])) {
      expect(await verdictsOf(...order)).toEqual(["new", "linked", "linked"]);
    }
  });

  it("is one order when a shop shows the Allegro id only as a trace and currency and total agree", async () => {
    const shop = sighting({ keys: [shopId("271"), number("271"), trace()] });
    expect(await verdictsOf(shop, fromAllegro())).toEqual(["new", "linked"]);
    expect(await verdictsOf(fromAllegro(), shop)).toEqual(["new", "linked"]);
  });

  it("is linked by the customer number only if currency and total agree", async () => {
    const byNumber = fromBaseLinker({ keys: [number("1001")] });
    expect(await verdictsOf(sighting(), byNumber)).toEqual(["new", "linked"]);
    const held = "held number-total-differs";
    const priced = (currency: string, total?: number) => fromBaseLinker({ keys: [number("1001")], currency, total });
    expect(await verdictsOf(sighting(), priced("PLN", 5902))).toEqual(["new", held]);
    expect(await verdictsOf(sighting(), priced("EUR", 5899))).toEqual(["new", held]);
    expect(await verdictsOf(sighting(), priced("PLN"))).toEqual(["new", "held number-total-unknown"]);
  });

  it("needs no proof for a source that repeats its own order with another total", async () => {
    const byNumber = fromBaseLinker({ keys: [number("1001")], readiness: "waiting", total: 1 });
    const confirmed = fromBaseLinker({ keys: [number("1001")], version: NOW });
    expect(await verdictsOf(byNumber, confirmed)).toEqual(["waiting", "linked"]);
  });

  it("is one order when nobody knows which of the shop's ids a relay carries, but currency and total agree", async () => {
    const own = { kind: "internet-id", issuer: "baselinker:acme", value: "800", rank: 2 } as const;
    const keys: Key[] = [own, { ...shopId("271"), rank: 4 }, { ...number("271"), rank: 4 }];
    const either = fromBaseLinker({ keys });
    const shop = sighting({ keys: [shopId("271"), number("ZS/2026/11/0042")] });
    expect(await verdictsOf(shop, either)).toEqual(["new", "linked"]);
    expect(await verdictsOf(either, shop)).toEqual(["new", "linked"]);
    expect(await verdictsOf(shop, fromBaseLinker({ keys, total: 1 }))).toEqual(["new", "held trace-total-differs"]);
  });

  it("agrees with any total that was ever reported for it", async () => {
    const edited = sighting({ version: NOW, total: 7000 });
    const byNumber = (total: number) => fromBaseLinker({ keys: [number("1001")], total });
    expect(await verdictsOf(sighting(), edited, byNumber(5899))).toEqual(["new", "linked", "linked"]);
    expect(await verdictsOf(sighting(), edited, byNumber(7001))).toEqual(["new", "linked", "linked"]);
  });
});

describe("two purchases", () => {
  it("stay apart when they share a customer number, which then decides nothing any more", async () => {
    const { claims, floor } = start();
    const first = await floor.report(sighting());
    const second = await floor.report(sighting({ sourceOrder: "272", keys: [shopId("272"), number("1001")] }));
    expect([first.verdict, second.verdict]).toEqual(["new", "new"]);
    expect(second.order).not.toBe(first.order);
    const third = await floor.report(fromBaseLinker({ keys: [number("1001")] }));
    expect(third).toMatchObject({ verdict: "held", reason: "no-usable-key" });
    expect(claims.orders.size).toBe(2);
  });

  it("stay apart when they have the same number in two shops", async () => {
    const other = sighting({
      account: "woocommerce:second",
      keys: [shopId("271", "woocommerce:second"), number("1001", "woocommerce:second")],
    });
    expect(await verdictsOf(sighting(), other)).toEqual(["new", "new"]);
  });

  it("stay apart when a marketplace id says so, whatever their shop id says", async () => {
    const first = sighting({ keys: [shopId("271"), allegroId()] });
    const second = fromBaseLinker({ keys: [allegroId(OTHER_UUID), shopId("271")] });
    expect(await verdictsOf(first, second)).toEqual(["new", "new"]);
  });

  it("are not merged by a trace against differing shop ids: the second is held", async () => {
    const first = sighting({ keys: [shopId("273"), number("273"), trace()] });
    const second = sighting({ sourceOrder: "274", keys: [shopId("274"), number("274"), trace()] });
    expect(await verdictsOf(first, second)).toEqual(["new", "held trace-against-id"]);
  });

  it("are not merged by a trace when one was placed days after the other was done: a buyer quoted the last one", async () => {
    const quoted = (days: number) => sighting({ keys: [shopId("271"), trace()], placedAt: NOW + days * DAY });
    const verdictAfter = async (days: number, readyAfter: number | undefined) => {
      const { claims, floor } = start();
      const form = fromAllegro({ placedAt: NOW, readiness: "waiting" });
      await floor.report(form);
      if (readyAfter !== undefined) {
        floor.now = NOW + readyAfter * DAY;
        await floor.report({ ...form, readiness: "ready", version: floor.now });
        await deliver(claims, floor.now);
      }
      floor.now = NOW + days * DAY;
      return (await floor.report(quoted(days))).reason;
    };
    expect(await verdictAfter(5, 0)).toBe("trace-date-differs");
    expect(await verdictAfter(3, 0)).toBe("first-report");
    expect(await verdictAfter(8, 7)).toBe("first-report");
    expect(await verdictAfter(12, undefined)).toBe("ready");
    expect(await verdictsOf(quoted(0), fromAllegro({ placedAt: NOW - 5 * DAY }))).toEqual([
      "new",
      "held trace-date-differs",
    ]);
  });

  it("are one where two shops' orders both quote the marketplace's id, whoever comes first", async () => {
    const second = "prestashop:drugi";
    const quoting = sighting({ keys: [shopId("271"), trace()] });
    const other = sighting({ account: second, sourceOrder: "9", keys: [shopId("9", second), trace()] });
    expect(await verdictsOf(quoting, other)).toEqual(["new", "linked"]);
    expect(await verdictsOf(other, quoting)).toEqual(["new", "linked"]);
  });

  it("are not merged by a trace when the totals differ", async () => {
    const shop = sighting({ keys: [shopId("271"), trace()], total: 1 });
    expect(await verdictsOf(fromAllegro(), shop)).toEqual(["new", "held trace-total-differs"]);
  });

  it("stay apart when one only quotes the id that a marketplace gives the other", async () => {
    const quoting = sighting({ keys: [allegroId(), shopId("271"), trace(OTHER_UUID)] });
    const quoted = fromAllegro({ sourceOrder: OTHER_UUID, keys: [allegroId(OTHER_UUID)] });
    expect(await verdictsOf(quoting, quoted, quoting, quoted)).toEqual(["new", "new", "duplicate", "duplicate"]);
  });

  describe("that turn out to be one", () => {
    const bridge = fromBaseLinker({ keys: [allegroId(), shopId("271")] });

    async function two() {
      const { claims, floor } = start();
      const shop = await floor.report(sighting({ keys: [shopId("271")] }));
      const erp = await deliver(claims);
      const allegro = await floor.report(fromAllegro());
      expect(erp.id).toBe(shop.order);
      return { claims, floor, names: `orders ${allegro.order} and ${shop.order} (ERP order ZO 0001/26)` };
    }

    it("are held as what they are, by their ids and ERP numbers, and both orders go on", async () => {
      const { claims, floor, names } = await two();
      expect(await floor.report(bridge)).toMatchObject({ verdict: "held", reason: "two-orders" });
      expect(await floor.report(bridge)).toMatchObject({ verdict: "held" });
      expect([...claims.held.values()]).toMatchObject([{ reason: "two-orders", detail: names, count: 2 }]);
      expect(floor.explained.at(-1)).toMatchObject({ reason: "two-orders", note: names });
      expect([...claims.orders.values()].map((o) => o.state)).toEqual(["delivered", "pending"]);
    });

    it.each(["before", "after"])(
      "are one matter for a person although the process dies %s it is parked",
      async (when) => {
        const { claims, floor, names } = await two();
        const { hold } = claims;
        claims.hold = async (message, now) => {
          if (when === "after") await hold(message, now);
          throw new Error("died");
        };
        await expect(floor.report(bridge)).rejects.toThrow("died");
        claims.hold = hold;
        await floor.report(bridge);
        expect([...claims.held.values()]).toMatchObject([{ reason: "two-orders", detail: names }]);
      },
    );

    it("are named with the number that the ERP gave meanwhile, once the report is repeated", async () => {
      const { claims, floor } = start();
      const shop = await floor.report(sighting({ keys: [shopId("271")] }));
      const before = only(claims);
      const allegro = await floor.report(fromAllegro());
      await floor.report(bridge);
      const erp = { erpId: "1", number: "ZO 0001/26", how: "created" } as const;
      await claims.commit({ order: { before, after: delivered(before, "erp", erp, NOW) }, keys: [] }, NOW);
      await floor.report(bridge);
      const names = `orders ${allegro.order} and ${shop.order} (ERP order ZO 0001/26)`;
      expect([...claims.held.values()].map(({ detail }) => detail)).toEqual([names]);
    });
  });
});

describe("what cannot be used", () => {
  it("is held when it has no key at all: nothing is never hashed", async () => {
    const { claims, floor } = start();
    expect(await floor.report(sighting({ keys: [] }))).toMatchObject({ verdict: "held", reason: "no-usable-key" });
    expect(await floor.report(sighting({ sourceOrder: "272", keys: [] }))).toMatchObject({ verdict: "held" });
    expect(claims.held.size).toBe(2);
    expect(claims.orders.size).toBe(0);
  });

  it("is held when it has only a trace", async () => {
    expect(await verdictsOf(sighting({ keys: [trace()] }))).toEqual(["held no-usable-key"]);
  });

  it("is held when its total is unknown", async () => {
    expect(await verdictsOf(sighting({ total: undefined }))).toEqual(["held total-unknown"]);
  });

  it("is held when it may be another source's purchase, unless that one is known by a key of it", async () => {
    const doubtful = sighting({ doubt: "marketplace-id-missing" });
    expect(await verdictsOf(doubtful)).toEqual(["held marketplace-id-missing"]);
    const relayed = fromBaseLinker({ keys: [allegroId(), shopId("271")] });
    expect(await verdictsOf(relayed, doubtful)).toEqual(["new", "linked"]);
    expect(await verdictsOf({ ...doubtful, readiness: "cancelled" }, fromAllegro())).toEqual(["ignored", "new"]);
  });

  it("is ignored when it was placed before the account's start, or before the memory", async () => {
    const { claims } = start();
    const floor = shopFloor(claims, {
      rules: { windowMs: 14 * DAY, memoryMs: 90 * DAY, waitingMs: 31 * DAY, acceptFrom: NOW - DAY },
    });
    expect(await floor.report(sighting({ placedAt: NOW - DAY - 1 }))).toMatchObject({ verdict: "ignored" });
    expect(await floor.report(sighting({ placedAt: NOW - DAY }))).toMatchObject({ verdict: "new" });
    expect(await verdictsOf(sighting({ placedAt: NOW - 90 * DAY - 1 }))).toEqual(["ignored"]);
  });

  it("is taken when it was under way at the account's start: placed before it, an order after it", async () => {
    const rules = { windowMs: 14 * DAY, memoryMs: 90 * DAY, waitingMs: 31 * DAY, acceptFrom: NOW - DAY };
    const begun = () => shopFloor(memoryClaims(), { rules });
    const placedAt = NOW - 2 * DAY;
    const paid = sighting({ placedAt, orderedAt: NOW - DAY });
    expect(await begun().report(paid)).toMatchObject({ verdict: "new" });
    expect(await begun().report({ ...paid, orderedAt: NOW - DAY - 1 })).toMatchObject({ reason: "before-accept-from" });

    const floor = begun();
    const unpaid = sighting({ placedAt, readiness: "waiting" });
    expect(await floor.report(unpaid)).toMatchObject({ verdict: "waiting" });
    expect(await floor.report(sighting({ placedAt, version: NOW }))).toMatchObject({
      verdict: "linked",
      reason: "ready",
    });
    expect(await begun().report({ ...unpaid, orderedAt: placedAt })).toMatchObject({ reason: "before-accept-from" });
  });
});

describe("the window", () => {
  const WINDOW = 14 * DAY;

  async function afterDelivery(days: number, again: Sighting, first = sighting()) {
    const { claims, floor } = start();
    await floor.report(first);
    await deliver(claims);
    floor.now = NOW + days;
    const outcome = await floor.report(again);
    return { outcome, claims, floor };
  }

  it("matches one millisecond before it is over and not at its end", async () => {
    expect((await afterDelivery(WINDOW - 1, sighting())).outcome.verdict).toBe("duplicate");
    expect((await afterDelivery(WINDOW, sighting())).outcome.verdict).toBe("late");
  });

  it("lets a remembered internet id never make a second order", async () => {
    const { outcome, claims, floor } = await afterDelivery(
      WINDOW + DAY,
      fromBaseLinker({ keys: [shopId("271"), allegroId()] }),
    );
    expect(outcome.verdict).toBe("late");
    expect(only(claims).sources.map((s) => s.role)).toEqual(["report", "late"]);
    expect((await floor.report(fromAllegro())).verdict).toBe("late");
    expect(claims.orders.size).toBe(1);
  });

  it("frees a customer number, which then starts a new order", async () => {
    const { outcome, claims } = await afterDelivery(WINDOW, fromBaseLinker({ keys: [number("1001")] }));
    expect(outcome.verdict).toBe("new");
    expect(claims.orders.size).toBe(2);
  });

  it("forgets internet ids with the memory, at its very end", async () => {
    const again = sighting({ placedAt: NOW + 80 * DAY });
    expect((await afterDelivery(90 * DAY - 1, again)).outcome.verdict).toBe("late");
    expect((await afterDelivery(90 * DAY, again)).outcome.verdict).toBe("new");
  });

  it("is the longest of an order's issuers", async () => {
    const first = sighting({ keys: [shopId("271"), number("1001"), allegroId()] });
    const { claims, floor } = start();
    await floor.report(first);
    await floor.report(fromAllegro());
    await deliver(claims);
    floor.now = NOW + 89 * DAY;
    expect((await floor.report(first)).verdict).toBe("duplicate");
  });

  it("does not end for an order that is not finished", async () => {
    const { claims, floor } = start();
    await floor.report(sighting());
    floor.now = NOW + 100 * DAY;
    expect((await floor.report(sighting({ placedAt: NOW }))).verdict).toBe("duplicate");
    expect(only(claims).state).toBe("pending");
  });
});

describe("a purchase that is not an order yet", () => {
  const draft = sighting({ readiness: "waiting", status: "pending" });

  it("takes its keys and waits; its own source makes it ready", async () => {
    const { claims, floor } = start();
    expect((await floor.report(draft)).verdict).toBe("waiting");
    expect((await floor.report(draft)).verdict).toBe("duplicate");
    expect(await floor.report(sighting({ version: NOW }))).toMatchObject({ verdict: "linked", reason: "ready" });
    expect(only(claims)).toMatchObject({ state: "pending", dueAt: NOW });
  });

  it("is made ready by any other source, and goes to the ERP as that one reported it", async () => {
    const { claims, floor } = start();
    await floor.report(draft);
    await floor.report(fromBaseLinker({ keys: [shopId("271")], report: { ...report, number: "BL" } }));
    expect(only(claims).state).toBe("pending");
    expect(only(claims).sources.find((s) => s.readiness === "ready")?.report?.number).toBe("BL");
  });

  it("never goes back: an older report after a newer one changes nothing", async () => {
    const { claims, floor } = start();
    await floor.report(sighting({ version: NOW }));
    expect(await floor.report(draft)).toMatchObject({ verdict: "duplicate", reason: "stale" });
    expect(only(claims).state).toBe("pending");
  });
});

describe("a cancelled purchase", () => {
  const cancelled = (version: number) => sighting({ readiness: "cancelled", status: "cancelled", version });

  it("that is first heard of as cancelled is not revived by a late report of another source", async () => {
    const { claims, floor } = start();
    expect(await floor.report(cancelled(NOW))).toMatchObject({ verdict: "ignored", reason: "cancelled" });
    expect((await floor.report(fromBaseLinker({ keys: [shopId("271")] }))).verdict).toBe("linked");
    expect(only(claims).state).toBe("cancelled");
  });

  it("is revived by the account that cancelled, with a newer version only", async () => {
    const { claims, floor } = start();
    await floor.report(cancelled(NOW));
    await floor.report(sighting({ version: NOW }));
    expect(only(claims).state).toBe("cancelled");
    expect(await floor.report(sighting({ version: NOW + 1 }))).toMatchObject({ reason: "revived" });
    expect(only(claims).state).toBe("pending");
  });

  it("is not delivered when the cancel comes before the delivery", async () => {
    const { claims, floor } = start();
    await floor.report(sighting());
    expect((await floor.report(cancelled(NOW))).verdict).toBe("linked");
    expect(only(claims).state).toBe("cancelled");
  });

  it("becomes a duty to cancel in the ERP when it comes after the delivery", async () => {
    const { claims, floor } = start();
    await floor.report(sighting());
    await deliver(claims);
    await floor.report(cancelled(NOW));
    expect(only(claims)).toMatchObject({
      state: "delivered",
      cancelRequested: { account: "woocommerce:main" },
      dueAt: NOW,
    });
  });
});

describe("a purchase that its marketplace's account does not want in the ERP", () => {
  const excluded = fromAllegro({ readiness: "cancelled", status: "one-fulfillment", version: 0, excluded: true });

  it("is not brought there by another account either, whoever reports first", async () => {
    for (const reports of [
      [excluded, fromBaseLinker()],
      [fromBaseLinker(), excluded],
    ]) {
      const { claims, floor } = start();
      for (const one of [...reports, fromBaseLinker({ version: NOW + 1 })]) await floor.report(one);
      expect(only(claims).state).toBe("cancelled");
      expect(claims.held.size).toBe(0);
    }
  });

  it("says so in its verdict", async () => {
    const { floor } = start();
    expect(await floor.report(excluded)).toMatchObject({ verdict: "ignored", reason: "one-fulfillment" });
  });

  it("stays in the ERP where it is already, and a person hears of it, once", async () => {
    const { claims, floor } = start();
    await floor.report(fromBaseLinker());
    await deliver(claims);
    for (let times = 0; times < 3; times += 1) await floor.report(excluded);
    expect(only(claims)).toMatchObject({ state: "delivered" });
    expect(only(claims)).not.toHaveProperty("cancelRequested");
    expect([...claims.held.values()]).toMatchObject([{ reason: "in-erp-though-excluded", count: 1 }]);
  });

  it("is nobody's business where another writer put it into the ERP", async () => {
    const { claims, floor } = start();
    await floor.report(fromBaseLinker());
    await deliver(claims, NOW, "linked");
    expect(await floor.report(excluded)).toMatchObject({ verdict: "linked", reason: "first-report" });
    expect(only(claims)).not.toHaveProperty("cancelRequested");
    expect(claims.held.size).toBe(0);
  });

  it("is cancelled in the ERP when who brought it there cancels it", async () => {
    const { claims, floor } = start();
    await floor.report(fromBaseLinker());
    await deliver(claims);
    await floor.report(excluded);
    await floor.report(fromBaseLinker({ readiness: "cancelled", version: NOW + 1 }));
    expect(only(claims).cancelRequested).toMatchObject({ account: "baselinker:acme" });
  });

  it("goes there from the moment when the account wants it", async () => {
    const { claims, floor } = start();
    await floor.report(excluded);
    expect(await floor.report(fromAllegro())).toMatchObject({ verdict: "linked", reason: "revived" });
    expect(only(claims).state).toBe("pending");
    await floor.report(excluded);
    expect(only(claims).state).toBe("pending");
  });

  it("is not revived by a report that came before a true cancel", async () => {
    const { claims, floor } = start();
    await floor.report(excluded);
    await floor.report(fromAllegro({ readiness: "cancelled", version: NOW + 5 }));
    await floor.report(fromAllegro({ version: NOW + 1 }));
    expect(only(claims).state).toBe("cancelled");
  });
});

describe("a shop that is heard in two ways", () => {
  const way = { keys: [shopId("271"), number("1001")], sourceOrder: "271" };
  const polled = (changes: Changes = {}) => sighting({ ...way, ...changes });
  const event = (changes: Changes = {}) =>
    sighting({ ...way, account: "events:main", reporter: "woocommerce:main", ...changes });
  const cancelled = { readiness: "cancelled", status: "cancelled" } as const;

  it.each([
    ["one way", polled, event],
    ["the other", event, polled],
  ])("cancels what both reported as soon as it says so in %s", async (_, first, second) => {
    const { claims, floor } = start();
    await floor.report(first());
    await floor.report(second());
    expect(await floor.report(second({ ...cancelled, version: NOW }))).toMatchObject({ reason: "cancelled" });
    expect([only(claims).state, claims.held.size]).toEqual(["cancelled", 0]);
    await floor.report(first({ ...cancelled, version: NOW }));
    expect([only(claims).state, claims.held.size]).toEqual(["cancelled", 0]);
  });

  it("revives in one way what it cancelled in the other", async () => {
    const { claims, floor } = start();
    await floor.report(polled());
    await floor.report(event({ ...cancelled, version: NOW }));
    expect(await floor.report(polled({ version: NOW + 1 }))).toMatchObject({ reason: "revived" });
    expect(only(claims).state).toBe("pending");
  });

  it("moves nothing by news that are older than what it said in the other way", async () => {
    const { claims, floor } = start();
    await floor.report(polled({ version: NOW + 1 }));
    await floor.report(event({ ...cancelled, version: NOW }));
    expect([only(claims).state, claims.held.size]).toEqual(["pending", 0]);
  });

  it("has another order's cancel disputed still, as one that only a relay cancelled", async () => {
    const { claims, floor } = start();
    await floor.report(polled({ keys: [shopId("271"), allegroId()] }));
    await floor.report(event({ sourceOrder: "272", keys: [shopId("272"), allegroId()] }));
    await floor.report(event({ sourceOrder: "272", keys: [shopId("272"), allegroId()], ...cancelled, version: NOW }));
    expect([...claims.held.values()].map(({ reason }) => reason)).toEqual(["cancel-disputed"]);
  });
});

describe("a purchase that changes after the ERP has it", () => {
  const lines: Line[] = [
    { sku: "KUB-1", name: "Kubek testowy", quantity: "3", gross: 7500, vat: { kind: "rate", rate: "23" } },
  ];

  async function told(...later: Sighting[]): Promise<string[]> {
    const { claims, floor } = start();
    await floor.report(sighting());
    await deliver(claims);
    for (const one of later) await floor.report(one);
    return [...claims.held.values()].map(({ reason, count }) => `${reason} ${count}`);
  }

  it("is shown to a person once for each change, and stays one order", async () => {
    const edited = sighting({ version: NOW, total: 8399, report: { ...report, lines } });
    expect(await told(edited, edited)).toEqual(["edited-after-delivery 1"]);
  });

  it("has not changed because a later report of its source says more, or less, of the same goods", async () => {
    const [line] = report.lines;
    const fuller = { ...report, lines: [{ ...line, ean: "5900000000017" } as Line] };
    const barer = { ...report, lines: [{ name: "Kubek testowy", quantity: "2", gross: 5000 }] };
    expect(await told(sighting({ version: NOW, report: fuller }))).toEqual([]);
    expect(await told(sighting({ version: NOW, report: barer }))).toEqual([]);
  });

  it("is shown to a person when money was paid back", async () => {
    const refunded = sighting({ version: NOW, refunded: 2500 });
    const more = sighting({ version: NOW + 1, refunded: 5899 });
    expect(await told(refunded, refunded, more)).toEqual(["refunded 2"]);
  });

  it("is shown to a person when more was paid on top of it, which no line and no total shows", async () => {
    const surcharged = sighting({ version: NOW, surcharged: 500 });
    const more = sighting({ version: NOW + 1, surcharged: 900 });
    expect(await told(surcharged, surcharged, more)).toEqual(["surcharge 2"]);
  });

  it("is no matter for a person when only its status or payment moved", async () => {
    const payment = { ...report.payment, paid: false };
    expect(await told(sighting({ version: NOW, status: "completed", report: { ...report, payment } }))).toEqual([]);
  });

  it("goes to the ERP as it was reported last, as long as the ERP does not have it", async () => {
    const { claims, floor } = start();
    await floor.report(sighting());
    const edited = sighting({ version: NOW, total: 8399, report: { ...report, lines } });
    expect(await floor.report(edited)).toMatchObject({ verdict: "linked", reason: "new-total" });
    expect(only(claims).sources[0]).toMatchObject({ money: { minor: 8399 }, report: { lines } });
    expect(claims.held.size).toBe(0);
  });
});

describe("another BaseLinker order under an external id already taken", () => {
  const copy = fromBaseLinker({ sourceOrder: "800000102" });

  it("is a part when its total is smaller: recorded, not sent", async () => {
    const { claims, floor } = start();
    await floor.report(fromBaseLinker());
    const part = fromBaseLinker({ sourceOrder: "800000102", total: 2500 });
    expect(await floor.report(part)).toMatchObject({ verdict: "linked", reason: "part" });
    expect((await floor.report(part)).verdict).toBe("duplicate");
    expect(only(claims).sources.map((s) => s.role)).toEqual(["report", "part"]);
  });

  it("is held when its total is not smaller", async () => {
    expect(await verdictsOf(fromBaseLinker(), copy)).toEqual(["new", "held copy-or-split"]);
  });

  it("is linked when it came by another id: the shop's own import and BaseLinker's are one purchase", async () => {
    const shop = sighting({ keys: [shopId("271"), number("271"), allegroId()] });
    const importedFromShop = fromBaseLinker({ sourceOrder: "800000103", keys: [shopId("271")] });
    expect(await verdictsOf(shop, fromBaseLinker(), importedFromShop)).toEqual(["new", "linked", "linked"]);
  });
});

describe("another order of a shop under a marketplace id that it already reported", () => {
  const parcel = (id: string, total: number, changes: Changes = {}) =>
    sighting({ sourceOrder: id, keys: [shopId(id), allegroId()], total, ...changes });

  async function reported(...sightings: Sighting[]) {
    const { claims, floor } = start();
    const said: string[] = [];
    for (const one of sightings) {
      const { verdict, reason } = await floor.report(one);
      said.push(`${verdict} ${reason}`);
    }
    const open = [...claims.held.values()].filter(({ resolved }) => !resolved);
    return { said, told: open.map(({ reason }) => reason), order: only(claims) };
  }

  it("is a parcel of its own where totals differ, and never silent: whoever comes first was sent", async () => {
    const [small, great] = [parcel("1", 1000), parcel("2", 2900)];
    expect(await reported(small, great)).toMatchObject({
      said: ["new processing", "held copy-or-split"],
      told: ["copy-or-split"],
    });
    expect(await reported(great, small)).toMatchObject({
      said: ["new processing", "linked part"],
      told: ["part-not-covered"],
    });
  });

  it("is covered where the whole was sent already", async () => {
    const { said, told } = await reported(fromAllegro({ total: 3900 }), parcel("2", 2900), parcel("1", 1000));
    expect([said.at(-1), told]).toEqual(["linked part", []]);
  });

  describe("split off what the ERP has", () => {
    const part = (changes: Changes) => parcel("2", 1000, { version: NOW + 2, ...changes });
    const cancelled = part({ readiness: "cancelled" });

    async function toldOf(id: string, later: readonly Sighting[]) {
      const { claims, floor } = start();
      await floor.report(parcel("1", 3900));
      await deliver(claims);
      await floor.report(parcel("1", 2900, { version: NOW + 1 }));
      await floor.report(parcel("2", 1000, { version: NOW + 1 }));
      for (const one of later) await floor.report(one);
      const held = [...claims.held.values()].filter(({ sourceOrder }) => sourceOrder === id);
      return held.map(({ reason, count }) => `${reason} ${count}`);
    }

    const toldOfPart = (...later: Sighting[]) => toldOf("2", later);

    it("says nothing to a person by itself", async () => {
      expect(await toldOfPart()).toEqual([]);
    });

    it("and cancelled is told once, and once more when it is wanted again", async () => {
      expect(await toldOfPart(cancelled, cancelled)).toEqual(["edited-after-delivery 1"]);
      expect(await toldOfPart(cancelled, part({ version: NOW + 3 }))).toEqual(["edited-after-delivery 2"]);
    });

    it("and cancelled before the rest is: the ERP hears of that, and no person of an edit", async () => {
      const edited = await toldOf("1", []);
      const rest = parcel("1", 2900, { version: NOW + 3, readiness: "cancelled" });
      expect(await toldOf("1", [cancelled, rest])).toEqual(edited);
    });

    it("and smaller now is told", async () => {
      expect(await toldOfPart(part({ total: 400 }))).toEqual(["edited-after-delivery 1"]);
    });

    it("and paid back, or surcharged, is told", async () => {
      expect(await toldOfPart(part({ refunded: 400 }), part({ refunded: 400 }))).toEqual(["refunded 1"]);
      expect(await toldOfPart(part({ surcharged: 100 }))).toEqual(["surcharge 1"]);
    });
  });

  it("that came too late for the ERP and is cancelled needs nobody any more", async () => {
    const { claims, floor } = start();
    await floor.report(parcel("1", 2900));
    await deliver(claims);
    await floor.report(parcel("2", 1000));
    expect([...claims.held.values()].map(({ reason }) => reason)).toEqual(["part-not-covered"]);
    await floor.report(parcel("2", 1000, { version: NOW + 1, readiness: "cancelled" }));
    expect([...claims.held.values()]).toMatchObject([{ resolved: { how: "explained" } }]);
  });

  it("is a second import of the whole where totals agree", async () => {
    const { said, told } = await reported(parcel("1", 5899), parcel("2", 5900));
    expect([said.at(-1), told]).toEqual(["linked first-report", []]);
  });

  it("stands for the first where that one was cancelled, and means no goods where it is cancelled itself", async () => {
    const cancelled = { readiness: "cancelled", version: NOW } as const;
    const again = await reported(
      parcel("1", 5899),
      parcel("1", 5899, cancelled),
      parcel("2", 4999, { version: NOW + 1 }),
    );
    expect([again.said.at(-1), again.order.state]).toEqual(["linked revived", "pending"]);
    const cleared = await reported(parcel("1", 5899), parcel("2", 4999, cancelled));
    expect(cleared.told).toEqual(["cancel-disputed"]);
  });
});

it("every verdict is explained with the key that decided, its rank and its order", async () => {
  const { floor } = start();
  await floor.report(sighting());
  await floor.report(fromBaseLinker({ keys: [shopId("271")] }));
  expect(floor.explained).toMatchObject([
    { verdict: "new", account: "woocommerce:main", sourceOrder: "271", key: { value: "271", rank: 2 } },
    { verdict: "linked", reason: "first-report", account: "baselinker:acme", key: { value: "271", rank: 2 } },
  ]);
  expect(floor.explained[1]?.order).toBe(floor.explained[0]?.order);
  expect(JSON.stringify(floor.explained)).not.toContain("kupujacy");
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

it("notes a total that differs from its lines, and takes the order all the same", async () => {
  const { floor } = start();
  expect((await floor.report(sighting({ total: 9999, report }))).verdict).toBe("new");
  expect(floor.explained).toMatchObject([
    { verdict: "new", note: expect.stringContaining("total-differs-from-lines: lines ") },
  ]);
});

it("a change after the delivery is told with the write that carries it: a process that dies before tells nobody, and then again", async () => {
  const { claims, floor } = start();
  await floor.report(sighting());
  await deliver(claims);
  const { commit } = claims;
  const told = () => [...claims.held.values()].map(({ reason, count }) => [reason, count]);
  claims.commit = () => Promise.reject(new Error("died"));
  await expect(floor.report(sighting({ version: NOW, refunded: 100 }))).rejects.toThrow("died");
  expect(told()).toEqual([]);
  let races = 3;
  claims.commit = async (write, now) => (races-- > 0 ? "raced" : commit(write, now));
  await floor.report(sighting({ version: NOW, refunded: 100 }));
  expect(told()).toEqual([["refunded", 1]]);
});

it("a refund is told with its amount, and with the pieces that the source names", async () => {
  const { claims, floor } = start();
  await floor.report(sighting());
  await deliver(claims);
  const refundedPieces = [{ sku: "KUB-1", name: "Kubek testowy", quantity: "1" }];
  await floor.report(sighting({ version: NOW, refunded: 2500, refundedPieces }));
  expect([...claims.held.values()].map(({ reason, detail }) => [reason, detail])).toEqual([
    ["refunded", "25.00 of 58.99 PLN: KUB-1 x 1"],
  ]);
});
