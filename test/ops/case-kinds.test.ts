/** Cases that are about no one order, and cases that one message opened: what can be done about each, and what ends with it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { holdRaw } from "../../lib/intake/hold.ts";
import type { CaseAnswer, CasesAnswer } from "../../lib/ops/questions.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";
import { sighting } from "../support/sightings.ts";

const MAIN = "woocommerce:main";
const by = "Ala";

let world: OperatorWorld;
beforeEach(() => {
  world = operatorWorld();
  // Its platform can be asked for an order.
  world.parts.book = {
    ...world.parts.book,
    accounts: world.parts.book.accounts.map((account) => ({ ...account, polled: true, fetches: true })),
  };
});
afterEach(() => world.close());

const hold = (sourceOrder: string, reason: string, more: Parameters<typeof heldMessage>[3] = {}) =>
  world.parts.claims.hold(heldMessage(MAIN, sourceOrder, reason, more), world.now());
const offered = async (id: string) => {
  const answer = (await world.look({ ask: "case", case: id })) as CaseAnswer;
  return answer.actions.map(({ action }) => action.do);
};

test.each([
  ["the point of a parcel locker", "settings", "point-not-found"],
  ["a value that stands in every order", "id:1", "id-in-every-order"],
  ["a status in no setting", "status:paid-later", "status-not-configured"],
])("a case about %s is closed and not forwarded: it is of no one order", async (_, sourceOrder, reason) => {
  const { order = "" } = await world.report(sighting());
  await hold(sourceOrder, reason, reason === "point-not-found" ? {} : { order, detail: "in a field" });
  const [held] = await world.openCases();
  expect(await offered(held?.id ?? "")).toEqual(["dismiss"]);
  expect((await world.look({ ask: "cases" })) as CasesAnswer).not.toHaveProperty("cases.0.panel");
  const actions = reason === "point-not-found" ? ["release", "reread", "reprocess", "retry"] : ["reread", "reprocess"];
  for (const action of actions)
    expect(await world.act({ do: action, case: held?.id, by })).toMatchObject({ reason: "names-no-order" });
  if (reason === "point-not-found")
    expect(await world.act({ do: "done", case: held?.id, erpNumber: "ZO 1/26", by })).toMatchObject({
      reason: "names-no-order",
    });
  expect(await world.act({ do: "dismiss", case: held?.id, by })).toMatchObject({ answer: "done" });
  expect((await world.parts.claims.look([{ kind: "internet-id", issuer: MAIN, value: sourceOrder }])).keys.size).toBe(
    0,
  );
});

test("a case about one order that its platform can be asked for is fetched, let in or closed", async () => {
  await hold("187", "older-than-start");
  const [held] = await world.openCases();
  expect(await offered(held?.id ?? "")).toEqual(["release", "reread", "done", "dismiss"]);
});

test("what would be held again for the same is fetched anew, and not let in as it is", async () => {
  await hold("187", "no-usable-key");
  const [held] = await world.openCases();
  expect(await offered(held?.id ?? "")).toEqual(["reread", "done", "dismiss"]);
});

test("a gap in a journal is of many orders: it can only be closed", async () => {
  await hold("journal-2026-11-24T12:00:00.000Z", "journal-gap", { body: "woocommerce/main/1" });
  const [held] = await world.openCases();
  expect(await offered(held?.id ?? "")).toEqual(["dismiss"]);
  for (const action of ["release", "reread", "reprocess", "retry"])
    expect(await world.act({ do: action, case: held?.id, by })).toMatchObject({ reason: "names-no-order" });
});

test("two cases of one message each keep it: the first to end takes nothing from the other", async () => {
  const raw = Buffer.from(JSON.stringify({ ...sighting(), sourceOrder: "187" }));
  const { claims, bodies, explain, now } = world.parts;
  const keep = (sourceOrder: string) =>
    holdRaw({ claims, bodies, explain, now }, MAIN, { sourceOrder, reason: "unreadable-order" }, raw);
  await keep("187");
  await keep("188");
  await keep("188");
  const [one, other] = await world.openCases();
  expect(world.bodies.size).toBe(2);
  if (one?.body === undefined || other?.body === undefined) throw new Error("no message was kept");
  await world.parts.bodies.remove(one.body);
  expect(await world.parts.bodies.read(other.body)).toEqual(raw);
  expect(await offered(other.id)).toContain("reprocess");
});
