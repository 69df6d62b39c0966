/** The units behind the table of costs, counted over the real store with an order that a real shop sent. */
import { expect, test } from "vitest";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { dynamoClaims } from "../../lib/dedup/dynamo-claims.ts";
import { costOfMonth, costOfPulling, costOfThousand, UNITS, type Units } from "../../lib/ops/cost.ts";
import { RECORDED, vector } from "../channels/woocommerce-vectors.ts";
import { deliverOnce } from "../support/deliver-once.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId } from "../support/sightings.ts";
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

test("a thousand orders, told twice by one source and once by another and delivered, cost a few cents", () => {
  const lines = costOfThousand();
  for (const { dynamo, lambda, api, logs, sum } of lines) expect(sum).toBeCloseTo(dynamo + lambda + api + logs, 10);
  const all = lines.reduce((total, { sum }) => total + sum, 0);
  expect(all).toBeGreaterThan(0.02);
  expect(all).toBeLessThan(0.1);
});

test("what does not depend on orders is told apart", () => {
  expect(costOfMonth({ alarms: 10, metrics: 10, runsPerMonth: 0 })).toBeCloseTo(1 + 3 + 3, 10);
});

test("a bridge that asks every second costs some dollars a month, one that asks every five a fifth of it", () => {
  expect(costOfPulling(1)).toBeGreaterThan(3);
  expect(costOfPulling(1)).toBeLessThan(8);
  expect(costOfPulling(5)).toBeCloseTo(costOfPulling(1) / 5, 10);
});
