/** What an operator is answered who looks: of all, of the open cases, of one, and of a number that somebody has at hand. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { DAY } from "../../lib/core/order.ts";
import { Answer, type Question } from "../../lib/ops/questions.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { memoryStores, type OperatorWorld, operatorWorld, type Stores } from "../support/operator-world.ts";
import { allegroId, fromAllegro, fromBaseLinker, NOW, number, shopId, sighting, UUID } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const MINUTE = 60_000;
const MAIN = "woocommerce:main";
const by = "Ala";
const baselinkerId = (id: string) => ({ ...shopId(id, "baselinker:acme"), rank: 4 as const });

async function onTable(): Promise<Stores> {
  const table = await freshTable();
  return { claims: dynamoClaims(table), cases: dynamoCases(table), desk: dynamoDesk(table) };
}

const stores: Array<[string, () => Promise<Stores>]> = [
  ["in memory", async () => memoryStores()],
  ["DynamoDB", onTable],
];

/** The answer to one question, which is of the kind that was asked for. */
async function asked<Kind extends Question["ask"]>(world: OperatorWorld, question: Extract<Question, { ask: Kind }>) {
  const answer = await world.look(question);
  expect(Answer.safeParse(JSON.parse(JSON.stringify(answer))).error).toBeUndefined();
  if (answer.answer !== question.ask) throw new Error(`answered ${JSON.stringify(answer)}`);
  return answer as Extract<Answer, { answer: Kind }>;
}

describe.each(stores)("%s", (_, open) => {
  let world: OperatorWorld;
  beforeEach(async () => {
    world = operatorWorld(await open());
  });
  afterEach(() => world.close());

  const desk = () => world.parts.desk;
  const claims = () => world.parts.claims;
  const swept = (circuit: "closed" | "open" = "closed") =>
    desk().saveSweepState({ at: world.now(), circuit, due: 0, ...(circuit === "open" && { circuitUntil: NOW + DAY }) });
  const hold = (sourceOrder: string, reason: string, at = world.now()) =>
    claims().hold(heldMessage(MAIN, sourceOrder, reason, { body: "woocommerce/main/1" }), at);

  describe("status", () => {
    test("is well where the sweep runs and nothing is open, and is down where no sweep was ever seen", async () => {
      expect(await asked(world, { ask: "status" })).toMatchObject({ light: "down", circuit: { state: "unknown" } });
      await swept();
      const status = await asked(world, { ask: "status" });
      expect(status).toMatchObject({
        light: "well",
        cases: { open: 0, more: false, byReason: [] },
        backlog: { due: 0, more: false },
        circuit: { state: "closed", at: world.now() },
      });
      expect(status.circuit).not.toHaveProperty("until");
      world.pass(11 * MINUTE);
      expect(await asked(world, { ask: "status" })).toMatchObject({ light: "down" });
    });

    test("counts open cases by reason, and is down once one is older than a day", async () => {
      await swept();
      await hold("1", "unreadable-order");
      world.pass(MINUTE);
      await hold("2", "unreadable-order");
      await hold("3", "no-usable-key");
      const status = await asked(world, { ask: "status" });
      expect(status).toMatchObject({ light: "look", cases: { open: 3, more: false, oldestAt: NOW } });
      expect(status.cases.byReason).toEqual([
        { reason: "unreadable-order", open: 2, oldestAt: NOW },
        { reason: "no-usable-key", open: 1, oldestAt: NOW + MINUTE },
      ]);
      world.pass(DAY);
      await swept();
      expect(await asked(world, { ask: "status" })).toMatchObject({ light: "down" });
    });

    test("tells how much waits for the ERP, since when, and that it is left alone", async () => {
      await swept("open");
      await world.report(sighting());
      world.pass(20 * MINUTE);
      const { backlog, circuit, light } = await asked(world, { ask: "status" });
      expect(backlog).toMatchObject({ due: 1, more: false });
      expect(backlog.oldestDueAt).toBeLessThanOrEqual(world.now());
      expect({ circuit, light }).toMatchObject({ circuit: { state: "open", until: NOW + DAY }, light: "down" });
    });

    test("names each account with what was heard of it, and looks at one whose token ended", async () => {
      await swept();
      await desk().saveAccountState(MAIN, { lastReportAt: NOW, lastOrderAt: NOW });
      for (const [count, at] of [
        [1, NOW - 2 * DAY],
        [3, NOW - DAY + 1],
        [2, NOW],
      ] as const)
        await desk().countRefused(MAIN, "bad-signature", count, at);
      expect((await desk().accountStates([MAIN])).get(MAIN)).toMatchObject({ refusedSince: NOW - DAY + 1 });
      await desk().saveAccountState(MAIN, { tokenUntil: NOW + DAY, cursorLagMs: 5000, polledAt: NOW });
      const { accounts, light } = await asked(world, { ask: "status" });
      expect(light).toBe("well");
      expect(accounts).toMatchObject([
        {
          account: MAIN,
          lastReportAt: NOW,
          lastOrderAt: NOW,
          pollLagMs: 5000,
          tokenLeftMs: DAY,
          polled: false,
          refused: { "bad-signature": 6 },
          refusedAt: NOW,
        },
        { account: "woocommerce:other", polled: false, unread: 0 },
        { account: "baselinker:acme" },
      ]);
      expect(accounts[1]).not.toHaveProperty("lastReportAt");
      await desk().saveAccountState(MAIN, { tokenUntil: NOW - 1 });
      const later = await asked(world, { ask: "status" });
      expect(later).toMatchObject({ light: "look", accounts: [{ tokenLeftMs: -1, lastReportAt: NOW }, {}, {}] });
    });

    test("looks at an account that cannot be read, until it is read again", async () => {
      await swept();
      await desk().saveAccountState(MAIN, { polledWellAt: NOW - DAY });
      await desk().saveAccountState(MAIN, { failedAt: NOW, failure: "refused with status 401" });
      const failing = await asked(world, { ask: "status" });
      const told = { polledWellAt: NOW - DAY, failedAt: NOW, failure: "refused with status 401" };
      expect(failing).toMatchObject({ light: "look", accounts: [told, {}, {}] });
      await desk().saveAccountState(MAIN, { polledWellAt: NOW + 1 });
      const well = await asked(world, { ask: "status" });
      expect(well.light).toBe("well");
      expect(well.accounts[0]).not.toHaveProperty("failure");
    });
  });

  describe("cases", () => {
    test("come the oldest first or the newest, in pages that show each one once, and not once they are closed", async () => {
      for (let n = 0; n < 5; n += 1) {
        await hold(`${n}`, "unreadable-order");
        world.pass(MINUTE);
      }
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await asked(world, { ask: "cases", limit: 2, ...(cursor !== undefined && { cursor }) });
        expect(page.cases.length).toBeLessThanOrEqual(2);
        all.push(...page.cases.map(({ sourceOrder }) => sourceOrder));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(all).toEqual(["0", "1", "2", "3", "4"]);
      const newest = await asked(world, { ask: "cases", first: "newest" });
      expect(newest.cases.map(({ sourceOrder }) => sourceOrder)).toEqual(["4", "3", "2", "1", "0"]);
      await world.act({ do: "dismiss", case: newest.cases[0]?.id, by });
      const left = await asked(world, { ask: "cases" });
      expect(left.cases.map(({ sourceOrder }) => sourceOrder)).toEqual(["0", "1", "2", "3"]);
    });

    test("are told with their age, what to do, and where the shop shows the order; by reason and account", async () => {
      await hold("271", "unreadable-order");
      await claims().hold(heldMessage("woocommerce:other", "9", "no-usable-key"), world.now());
      world.pass(MINUTE);
      const { cases } = await asked(world, { ask: "cases", reason: "unreadable-order" });
      expect(cases).toMatchObject([{ account: MAIN, sourceOrder: "271", ageMs: MINUTE, count: 1 }]);
      expect(cases[0]?.panel).toContain("271");
      expect(cases[0]?.todo.pl).not.toBe(cases[0]?.todo.en);
      const { cases: other } = await asked(world, { ask: "cases", account: "woocommerce:other" });
      expect(other).toMatchObject([{ sourceOrder: "9", reason: "no-usable-key" }]);
      expect((await asked(world, { ask: "cases", account: MAIN, reason: "no-usable-key" })).cases).toEqual([]);
    });
  });

  describe("a case", () => {
    test("is told with its order and what can be done, and afterwards with how it ended and who did it", async () => {
      world.erpRefuses("erp-sku-unknown");
      const order = await world.forwarded(sighting());
      const [held] = await world.openCases();
      const before = await asked(world, { ask: "case", case: held?.id ?? "" });
      expect(before).toMatchObject({
        case: { reason: "erp-sku-unknown", order, hasBody: false },
        orders: [{ order, state: "held", reason: "erp-sku-unknown", next: { what: "person" } }],
        audit: [],
      });
      expect(before.case).not.toHaveProperty("resolved");
      expect(before.actions.map(({ action }) => action.do)).toEqual(
        expect.arrayContaining(["retry", "release", "done", "cancel", "dismiss"]),
      );
      for (const { action } of before.actions) expect(action).toMatchObject({ case: held?.id });
      world.erpTakes();
      await world.act({ do: "retry", case: held?.id, by, note: "kartoteka" });
      await world.sweep();
      const after = await asked(world, { ask: "case", case: held?.id ?? "" });
      expect(after).toMatchObject({
        case: { resolved: { how: expect.any(String) } },
        orders: [{ state: "delivered", erp: { number: expect.any(String) }, next: { what: "in-erp" } }],
        actions: [],
      });
      expect(after.audit).toContainEqual(expect.objectContaining({ do: "retry", by, note: "kartoteka", order }));
    });

    test("about two orders shows both side by side, and the action that makes them one", async () => {
      const first = await world.forwarded(sighting({ keys: [shopId("271")] }));
      const second = await world.forwarded(fromBaseLinker({ keys: [allegroId()] }));
      await world.report(
        sighting({ version: NOW + 1000, sourceOrder: "271", keys: [shopId("271"), allegroId()], total: 6000 }),
      );
      const held = (await world.openCases()).find(({ detail = "" }) => detail.startsWith("orders "));
      const answer = await asked(world, { ask: "case", case: held?.id ?? "" });
      expect(new Set(answer.orders.map(({ order }) => order))).toEqual(new Set([first, second]));
      const merges = answer.actions.filter(({ action }) => action.do === "merge");
      expect(merges).toHaveLength(1);
      const done = await world.act({ ...merges[0]?.action, theirs: "cancel", by });
      expect(done).toMatchObject({ answer: "done" });
      await world.sweep();
      expect(world.standing()).toHaveLength(1);
    });

    test("that nobody knows is refused with a text, and so is what is no question, with its fields", async () => {
      expect(await world.look({ ask: "case", case: "0".repeat(32) })).toMatchObject({
        answer: "refused",
        reason: "unknown-case",
        text: { pl: expect.any(String), en: expect.any(String) },
      });
      for (const wrong of [
        { ask: "cases", limit: 0 },
        { ask: "trace", of: "" },
        { ask: "cases", oldest: true },
        {},
        null,
      ])
        expect(await world.look(wrong as object)).toMatchObject({
          answer: "refused",
          reason: "not-a-question",
          fields: [expect.any(String)],
        });
    });
  });

  describe("a trace", () => {
    const tracedBy = async (of: string) => {
      const { orders } = await asked(world, { ask: "trace", of });
      return orders.map(({ order }) => order.order);
    };

    test("finds a purchase by any number that a person may hold, as people write it", async () => {
      const order = await world.forwarded(fromAllegro());
      await world.report(fromBaseLinker({ keys: [allegroId(), baselinkerId("800000101")] }));
      await world.forwarded(sighting({ sourceOrder: "5", keys: [shopId("5"), number("1005")] }));
      const erpNumber = world.order(order).erp?.number ?? "none";
      for (const of of [UUID, ` ${UUID} `, "800000101", order, erpNumber])
        expect([of, await tracedBy(of)]).toEqual([of, [order]]);
      for (const of of ["1005", "#1005", "5"]) expect([of, await tracedBy(of)]).not.toEqual([of, [order]]);
      expect(await tracedBy("1005")).toHaveLength(1);
      expect(await tracedBy("#1005")).toHaveLength(1);
      expect(await tracedBy("no such number")).toEqual([]);
    });

    test("tells reports, links, the ERP and an operator's hand in the order in which they came", async () => {
      const order = await world.forwarded(fromAllegro());
      world.pass(MINUTE);
      await world.report(fromBaseLinker());
      world.pass(MINUTE);
      await world.act({ do: "unlink", order, account: "baselinker:acme", sourceOrder: "800000101", by });
      const { orders } = await asked(world, { ask: "trace", of: order });
      const own = orders.find((one) => one.order.order === order);
      expect(own?.events.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
        "report new",
        "erp delivered",
        "report linked",
        "action unlink",
      ]);
      const times = own?.events.map(({ at }) => at) ?? [];
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(own?.events[2]).toMatchObject({ account: "baselinker:acme", key: { kind: "internet-id", rank: 1 } });
      expect(own?.audit).toMatchObject([{ do: "unlink", by }]);
      // What was told apart is shown beside it.
      expect(orders).toHaveLength(2);
    });

    test("shows what belongs to no order: a held message, and one that was ignored", async () => {
      await hold("271", "unreadable-order");
      await desk().noteIgnored({ account: MAIN, sourceOrder: "272", reason: "draft" }, world.now());
      const held = await asked(world, { ask: "trace", of: "#271" });
      expect(held).toMatchObject({ orders: [], cases: [{ reason: "unreadable-order" }], ignored: [] });
      expect(held.logQuery).toContain('"271"');
      const ignored = await asked(world, { ask: "trace", of: "272" });
      expect(ignored).toMatchObject({
        orders: [],
        cases: [],
        ignored: [{ account: MAIN, sourceOrder: "272", reason: "draft", at: world.now(), count: 1 }],
      });
    });

    test("shows of a buyer enough to compare two purchases, and no person", async () => {
      const order = await world.forwarded(sighting());
      const answer = await asked(world, { ask: "trace", of: order });
      expect(answer.orders[0]?.order.sources[0]?.buyer).toBe("k…@example.com");
      expect(JSON.stringify(answer)).not.toContain("kupujacy");
    });
  });
});
