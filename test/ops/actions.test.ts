/** What each action makes of orders and cases, as an operator sees it afterwards. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, number, shopId, sighting } from "../support/sightings.ts";

let world: OperatorWorld;
beforeEach(() => {
  world = operatorWorld();
});
afterEach(() => world.close());

const by = "Ala";

describe("an order that the ERP refused", () => {
  test("is sent again by retry, and its case closes by itself", async () => {
    world.erpRefuses("erp-sku-unknown");
    const order = await world.forwarded(sighting());
    const [held] = await world.openCases();
    expect(held).toMatchObject({ reason: "erp-sku-unknown", order });
    world.erpTakes();
    const answer = await world.act({ do: "retry", case: held?.id, by });
    expect(answer).toMatchObject({
      answer: "done",
      moved: [{ order, before: "held:erp-sku-unknown", after: "pending" }],
    });
    await world.sweep();
    expect(world.order(order).state).toBe("delivered");
    expect(await world.openCases()).toEqual([]);
    expect(world.standing()).toHaveLength(1);
  });

  test("is sent again with all others of its reason, a page at a time", async () => {
    world.erpRefuses("erp-sku-unknown");
    for (let n = 0; n < 30; n += 1)
      await world.forwarded(sighting({ sourceOrder: `${n}`, keys: [shopId(`${500 + n}`)] }));
    world.erpTakes();
    const first = await world.act({ do: "retry", reason: "erp-sku-unknown", by });
    expect(first).toMatchObject({ answer: "done", goesOn: { cursor: expect.any(String) } });
    const cursor = first.answer === "done" ? first.goesOn?.cursor : undefined;
    const second = await world.act({ do: "retry", reason: "erp-sku-unknown", cursor, by });
    expect(second).toMatchObject({ answer: "done", left: [] });
    expect(second).not.toHaveProperty("goesOn");
    await world.sweep();
    expect(world.standing()).toHaveLength(30);
  });

  test("entered by hand it counts as delivered, under the number that was given, and is never sent", async () => {
    world.erpRefuses("erp-sku-unknown");
    const order = await world.forwarded(sighting());
    const [held] = await world.openCases();
    const answer = await world.act({ do: "done", case: held?.id, erpNumber: "ZO 7/26", by, note: "kartoteka" });
    expect(answer).toMatchObject({
      answer: "done",
      moved: [
        { order, after: "delivered" },
        { case: held?.id, after: "done" },
      ],
    });
    expect(world.order(order)).toMatchObject({ state: "delivered", erp: { number: "ZO 7/26", how: "by-hand" } });
    world.erpTakes();
    await world.sweep();
    expect(world.standing()).toEqual([]);
    expect(await world.openCases()).toEqual([]);
    const again = await world.act({ do: "done", order, erpNumber: "ZO 8/26", by });
    expect(again).toMatchObject({ answer: "refused", reason: "in-erp-already" });
  });

  test("dismissed it goes nowhere, and opens again only where its source says something new", async () => {
    world.erpRefuses("erp-sku-unknown");
    const order = await world.forwarded(sighting());
    const [held] = await world.openCases();
    await world.act({ do: "dismiss", case: held?.id, by });
    world.erpTakes();
    await world.report(sighting());
    await world.sweep();
    expect(world.order(order)).toMatchObject({ state: "cancelled", reason: "dismissed" });
    expect(world.standing()).toEqual([]);
    expect(await world.openCases()).toEqual([]);
  });
});

test("one request is carried out once, however often it is sent", async () => {
  world.erpRefuses("erp-sku-unknown");
  const order = await world.forwarded(sighting());
  const asked = { do: "retry", order, by, request: "click-1" };
  const first = await world.act(asked);
  await world.sweep();
  expect(world.order(order).state).toBe("held");
  const second = await world.act(asked);
  expect(first).toMatchObject({ answer: "done", already: false });
  expect(second).toMatchObject({ answer: "done", already: true, moved: [{ order, after: "pending" }] });
  expect(world.order(order).state).toBe("held");
});

test("every action leaves who did it, what, and what it was before", async () => {
  world.erpRefuses("erp-sku-unknown");
  const order = await world.forwarded(sighting());
  const byProven = "arn:aws:sts::1:assumed-role/ops/ala";
  await world.act({ do: "cancel", order, by, byProven, note: "klient zrezygnował" });
  expect(await world.parts.desk.audits(order)).toEqual([
    expect.objectContaining({ do: "cancel", by, byProven, before: "held:erp-sku-unknown", after: "cancelled:by-hand" }),
  ]);
  expect(world.order(order).state).toBe("cancelled");
});

describe("two orders that are one", () => {
  test("are merged into the one that is in the ERP, and further reports of both come to it", async () => {
    const keep = await world.forwarded(sighting({ keys: [shopId("271")] }));
    const drop = await world.forwarded(fromBaseLinker({ keys: [allegroId()] }));
    expect(world.standing()).toHaveLength(2);
    const answer = await world.act({ do: "merge", keep, drop, theirs: "cancel", by });
    expect(answer).toMatchObject({ answer: "done", moved: [{ order: keep }, { order: drop, after: "merged" }] });
    await world.sweep();
    expect(world.standing()).toHaveLength(1);
    expect(world.order(drop)).toMatchObject({ state: "cancelled", mergedInto: keep });
    const late = await world.report(fromAllegro());
    expect(late).toMatchObject({ verdict: "linked", order: keep });
  });

  test("are not merged into the one that is not in the ERP", async () => {
    const drop = await world.forwarded(sighting({ keys: [shopId("271")] }));
    world.erpRefuses("erp-sku-unknown");
    const keep = await world.forwarded(fromBaseLinker({ keys: [allegroId()] }));
    expect(await world.act({ do: "merge", keep, drop, by })).toMatchObject({ reason: "keep-the-one-in-erp" });
  });
});

describe("a wrong link that is undone", () => {
  test("makes the report an order of its own, and both stay apart whatever keys they share", async () => {
    const order = await world.forwarded(fromAllegro());
    await world.report(fromBaseLinker());
    const answer = await world.act({
      do: "unlink",
      order,
      account: "baselinker:acme",
      sourceOrder: "800000101",
      by,
    });
    expect(answer).toMatchObject({ answer: "done", moved: [{ before: "none", after: "pending" }, { order }] });
    await world.sweep();
    expect(world.standing()).toHaveLength(2);
    const split = answer.answer === "done" ? answer.moved[0]?.order : undefined;
    const version = world.now() + DAY;
    expect(await world.report(fromBaseLinker({ version, total: 6000 }))).toMatchObject({ order: split });
    expect(await world.report(fromAllegro({ version, total: 6000 }))).toMatchObject({ order });
    const third = await world.report(sighting({ sourceOrder: "9", keys: [allegroId()] }));
    expect(third).toMatchObject({ verdict: "held", reason: "no-usable-key" });
    await world.sweep();
    expect(world.standing()).toHaveLength(2);
  });

  test("takes its own ids with it", async () => {
    const order = await world.forwarded(fromBaseLinker({ keys: [allegroId()] }));
    await world.report(sighting({ keys: [shopId("271"), number("1001"), allegroId()] }));
    await world.act({ do: "unlink", order, account: "woocommerce:main", sourceOrder: "271", by });
    const version = world.now() + DAY;
    const again = await world.report(
      sighting({ version, keys: [shopId("271"), number("1001"), allegroId()], total: 6000 }),
    );
    expect(again.order).not.toBe(order);
    await world.sweep();
    expect(world.standing()).toHaveLength(2);
  });

  test("is refused where it is the only report", async () => {
    const order = await world.forwarded(sighting());
    const asked = { do: "unlink", order, account: "woocommerce:main", sourceOrder: "271", by };
    expect(await world.act(asked)).toMatchObject({ answer: "refused", reason: "not-the-only-report" });
  });
});

test("a cancel reaches the ERP, and what the ERP would not cancel is closed by hand", async () => {
  const order = await world.forwarded(sighting());
  world.erpWouldNotCancel();
  expect(await world.act({ do: "cancel", order, by })).toMatchObject({ answer: "done" });
  await world.sweep();
  const [held] = await world.openCases();
  expect(held).toMatchObject({ reason: "erp-cannot-cancel", order });
  expect(await world.act({ do: "dismiss", case: held?.id, by })).toMatchObject({ answer: "done" });
  expect(world.order(order).state).toBe("cancelled");
  expect(await world.openCases()).toEqual([]);
});

test("a report that was held as doubtful is let in as a purchase of its own, and the two stay apart", async () => {
  await world.forwarded(sighting());
  const doubtful = sighting({ sourceOrder: "5", account: "woocommerce:other", keys: [number("1001")], total: 100 });
  expect(await world.report(doubtful)).toMatchObject({ verdict: "held" });
  const [held] = await world.openCases();
  const answer = await world.act({ do: "release", case: held?.id, by });
  expect(answer).toMatchObject({ answer: "done" });
  await world.sweep();
  expect(world.standing()).toHaveLength(2);
  expect(await world.openCases()).toEqual([]);
  expect(await world.report(doubtful)).toMatchObject({ verdict: "duplicate" });
});

describe("a person's data", () => {
  test("are erased of one order that is finished, and no later report brings them back", async () => {
    const order = await world.forwarded(sighting());
    const answer = await world.act({ do: "forget", order, by });
    expect(answer).toMatchObject({
      answer: "done",
      proof: [{ order, erased: expect.arrayContaining(["sources.report"]) }],
    });
    expect(JSON.stringify(world.order(order))).not.toMatch(/example\.com|Kubek/);
    await world.report(sighting({ version: world.now() + DAY, total: 7000 }));
    expect(JSON.stringify(world.order(order))).not.toMatch(/example\.com|Kubek/);
    expect(await world.report(sighting())).toMatchObject({ order });
  });

  test("are kept while the order is unfinished", async () => {
    world.erpRefuses("erp-sku-unknown");
    const order = await world.forwarded(sighting());
    expect(await world.act({ do: "forget", order, by })).toMatchObject({ answer: "refused", reason: "unfinished" });
  });

  test("are found by e-mail through the whole table, which says how far it is", async () => {
    const order = await world.forwarded(sighting());
    const answer = await world.act({ do: "forget", email: "KUPUJACY@example.com", by });
    expect(answer).toMatchObject({ answer: "done", scan: { found: 1 }, proof: [{ order }] });
    expect(JSON.stringify(world.order(order))).not.toMatch(/example\.com/);
  });
});
