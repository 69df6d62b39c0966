/** Who did it: a name that was typed into a widget proves nobody, and is never shown as if it did. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { actDoor, readDoor } from "../../lib/ops/operator.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";
import { sighting } from "../support/sightings.ts";

const ACT = "arn:aws:lambda:eu-central-1:123456789012:function:kojarz-trial-OperatorAct";
const READ = ACT.replace("Act", "Read");
const ARN = "arn:aws:sts::123456789012:assumed-role/ops/ala";

let world: OperatorWorld;
let order: string;
beforeEach(async () => {
  world = operatorWorld();
  order = await world.forwarded(sighting());
});
afterEach(() => world.close());

const context = (all: Record<string, string> = {}, locale = "en") => ({ locale, theme: "light", forms: { all } });
const parts = () => ({ ...world.parts, feeds: { ...world.parts.feeds, dueRefreshes: async () => [] } });
const audits = () => world.parts.desk.audits(order);
const shown = (locale?: string) =>
  readDoor(parts(), { ask: "trace", of: order, widgetContext: context({}, locale) }, READ);

test("from a widget the name is kept as typed, also where a button claims an identity", async () => {
  const act = { do: "cancel", order, byProven: ARN };
  await actDoor(parts(), { act, widgetContext: context({ by: "Ala" }) }, ACT);
  expect(await audits()).toMatchObject([{ do: "cancel", by: "Ala" }]);
  expect((await audits())[0]).not.toHaveProperty("byProven");
  expect(await shown()).toContain("Ala (typed)");
  expect(await shown("pl")).toContain("Ala (wpisane)");
  expect(await shown()).not.toContain("(proven)");
});

test("from a terminal with credentials the ARN is kept beside the name, and shown as proven", async () => {
  await actDoor(parts(), { do: "cancel", order, by: "ala", byProven: ARN }, ACT);
  expect(await audits()).toMatchObject([{ do: "cancel", by: "ala", byProven: ARN }]);
  expect(await shown()).toContain(`${ARN} (proven)`);
  expect(await shown()).not.toContain("(typed)");
  const answer = await readDoor(parts(), { ask: "trace", of: order }, READ);
  expect(answer).toMatchObject({ orders: [{ audit: [{ by: "ala", byProven: ARN }] }] });
});

test("from a terminal without credentials there is a name alone", async () => {
  await actDoor(parts(), { do: "cancel", order, by: "ala" }, ACT);
  expect((await audits())[0]).not.toHaveProperty("byProven");
  expect(await shown()).toContain("ala (typed)");
});

test("without a name nothing is done", async () => {
  const answer = await actDoor(parts(), { act: { do: "cancel", order }, widgetContext: context() }, ACT);
  expect(answer).toContain("Say who does this.");
  expect(await actDoor(parts(), { do: "cancel", order }, ACT)).toMatchObject({ reason: "not-an-action" });
  expect(await audits()).toEqual([]);
});
