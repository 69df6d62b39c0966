/** The units behind the table of costs, counted over the real store with an order that a real shop sent. */
import { expect, test } from "vitest";
import { costOfMonth, costOfOperators, costOfPulling, costOfThousand, UNITS, type Units } from "../../infra/cost.ts";
import { deploymentFrom } from "../../infra/deployment.ts";
import { standingOf } from "../../infra/standing.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { heldMessage } from "../../lib/core/held.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { RECORDED, vector } from "../channels/woocommerce-vectors.ts";
import { deliverOnce } from "../support/deliver-once.ts";
import { operatorWorld } from "../support/operator-world.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, NOW } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { countUnits } from "../support/units.ts";

function expectAtMost(counted: Units, stated: Units): void {
  expect(counted.reads).toBeLessThanOrEqual(stated.reads);
  expect(counted.writes).toBeLessThanOrEqual(stated.writes);
}

test("a recorded order costs no more units than the table of costs says", async () => {
  const table = await freshTable();
  const claims = dynamoClaims(table);
  const units = countUnits(table);
  const floor = shopFloor(claims);
  floor.now = RECORDED;
  const { delivery, secret } = vector("woo11-15");
  const account = woocommerce.account.parse({
    channel: "woocommerce",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: [secret],
  });
  const received = woocommerce.receive?.(delivery, account, RECORDED);
  const sighting = received?.kind === "sightings" ? received.sightings[0] : undefined;
  if (!sighting) throw new Error("the recorded delivery holds no order");

  const { order = "", verdict } = await floor.report(sighting);
  expect(verdict).toBe("new");
  expectAtMost(units.take(), UNITS.new);

  expect((await floor.report(sighting)).verdict).toBe("duplicate");
  expectAtMost(units.take(), UNITS.duplicate);

  const known = sighting.keys.filter(({ rank }) => rank < 3);
  const other = { ...sighting, account: "allegro:acme", sourceOrder: "form", keys: [...known, allegroId()] };
  expect((await floor.report(other)).verdict).toBe("linked");
  expectAtMost(units.take(), UNITS.linked);

  expect(await deliverOnce(claims, order, floor.now)).toBe("delivered");
  expectAtMost(units.take(), UNITS.delivery);
});

test("what operators look at and do costs no more units than the table of costs says", async () => {
  const table = await freshTable();
  const world = operatorWorld({ claims: dynamoClaims(table), cases: dynamoCases(table), desk: dynamoDesk(table) });
  const units = countUnits(table);
  const hold = (n: number) =>
    world.parts.claims.hold(heldMessage("woocommerce:main", `${n}`, "no-total", { body: "woocommerce/main/1" }), NOW);

  await hold(0);
  expectAtMost(units.take(), UNITS["case opened"]);

  const [held] = await world.openCases();
  units.take();
  await world.act({ do: "dismiss", case: held?.id, by: "Ala" });
  expectAtMost(units.take(), UNITS["case closed"]);

  for (let n = 1; n <= 60; n += 1) await hold(n);
  units.take();
  await world.look({ ask: "cases" });
  expectAtMost(units.take(), UNITS["page of cases"]);

  await world.look({ ask: "trace", of: "10042" });
  expectAtMost(units.take(), UNITS.trace);
  world.close();
});

test("a thousand orders, told twice by one source and once by another and delivered, cost a few cents", () => {
  const lines = costOfThousand();
  for (const { dynamo, lambda, api, logs, sum } of lines) expect(sum).toBeCloseTo(dynamo + lambda + api + logs, 10);
  const all = lines.reduce((total, { sum }) => total + sum, 0);
  expect(all).toBeGreaterThan(0.02);
  expect(all).toBeLessThan(0.1);
});

test("a thousand looks or actions of operators cost a few cents each, and none goes over the API", () => {
  for (const { api, sum } of costOfOperators()) {
    expect(api).toBe(0);
    expect(sum).toBeLessThan(0.1);
  }
});

test("what does not depend on orders is told apart", () => {
  const none = { alarmMetrics: 0, ownMetrics: 0, dashboards: 0, schedules: [], polls: [] };
  expect(costOfMonth(none).sum).toBe(0);
  expect(costOfMonth({ ...none, alarmMetrics: 10, ownMetrics: 10, dashboards: 1 }).sum).toBeCloseTo(1 + 3 + 3, 10);
  const { parts } = costOfMonth({ ...none, schedules: [1], polls: [1] });
  expect(parts["idle polls"]).toBeCloseTo((43_200 * (2 * 0.625 + 0.125) + 8_640 * 0.625) / 1_000_000, 10);
});

test("three accounts are watched for at most 15 dollars a month, one dashboard included, and a trial for none", () => {
  const three = deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:main@15 baselinker:acme@2 allegro:acme@1" });
  expect(costOfMonth(standingOf(three, true)).sum).toBeLessThanOrEqual(15);
  expect(standingOf(three, false).dashboards).toBe(0);
});

test("a bridge that asks every second costs some dollars a month, one that asks every five a fifth of it", () => {
  expect(costOfPulling(1)).toBeGreaterThan(3);
  expect(costOfPulling(1)).toBeLessThan(8);
  expect(costOfPulling(5)).toBeCloseTo(costOfPulling(1) / 5, 10);
});
