/** Waiting is seen: a status that nobody named, and orders that are given up. */
import { beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openWorld, type World } from "../support/erp-world.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { type Changes, NOW, number, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const HOUR = 3_600_000;

const waits = (id: string, status: string, changes: Changes = {}) =>
  sighting({ sourceOrder: id, keys: [shopId(id), number(id)], readiness: "waiting", status, ...changes });
const unconfigured = (id: string, status: string, changes: Changes = {}) =>
  waits(id, status, { unconfigured: { status, setting: "forwardStatuses" }, ...changes });

let world: World;
beforeEach(() => {
  world = openWorld();
  return () => world[Symbol.dispose]();
});
const cases = () =>
  [...world.claims.held.values()].flatMap(({ reason, sourceOrder, count, resolved }) =>
    resolved ? [] : [`${reason} ${sourceOrder} x${count}`],
  );
const settle = () =>
  settleCases({ claims: world.claims, cases: memoryCases(world.claims), now: world.now, windowMs: 14 * DAY }, 50);

describe("a status that stands in no setting", () => {
  test("is told once for the account and the status, with the very setting", async () => {
    for (const id of ["271", "272", "273"]) await world.report(unconfigured(id, "wyslane"));
    await world.report(unconfigured("271", "wyslane", { version: NOW }));
    await world.report(unconfigured("274", "do-produkcji"));
    expect(cases()).toEqual([
      "status-not-configured status:wyslane x1",
      "status-not-configured status:do-produkcji x1",
    ]);
    const [first] = world.claims.held.values();
    expect(first?.detail).toBe(
      '"wyslane" stands in no setting of woocommerce:main: add "wyslane" to forwardStatuses if its orders are to go to the ' +
        "ERP, or to waitingStatuses if they are to wait",
    );
  });

  test("is no news of an order that the ERP has", async () => {
    await world.report(sighting());
    await world.sweep();
    await world.report(unconfigured("271", "wyslane", { version: NOW }));
    expect(cases()).toEqual([]);
  });

  test("is settled once its order goes on, by the setting or by itself", async () => {
    await world.report(unconfigured("271", "wyslane"));
    await settle();
    expect(cases()).toHaveLength(1);
    world.pass(HOUR);
    await world.report(sighting({ version: NOW }));
    await settle();
    expect(cases()).toEqual([]);
  });

  test("is told once in the table, too, though each report is told anew", async () => {
    const explained: string[] = [];
    const claims = dynamoClaims(await freshTable());
    const floor = shopFloor(claims, { explain: ({ reason }) => void explained.push(reason) });
    for (const id of ["271", "272"]) await floor.report(unconfigured(id, "wyslane"));
    expect(explained.filter((reason) => reason === "status-not-configured")).toHaveLength(1);
  });
});

describe("an order that is given up", () => {
  test("is told on day 31: one case for an account and a status, that counts its orders", async () => {
    for (const id of ["271", "272", "273"]) await world.report(waits(id, "pending"));
    await world.report(waits("274", "wyslane"));
    for (let day = 0; day < 32; day += 1) {
      world.pass(DAY);
      await world.sweep();
      if (day < 29) expect(cases()).toEqual([]);
    }
    expect(cases().sort()).toEqual(["given-up status:pending x3", "given-up status:wyslane x1"]);
    const [message] = world.claims.held.values();
    expect(message?.detail).toMatch(/^the last one is order 27\d of 2026-11-24$/);
  });

  test("is told with the status that it had last", async () => {
    await world.report(waits("271", "pending"));
    await world.report(waits("271", "failed", { version: NOW }));
    for (let day = 0; day < 32; day += 1) {
      world.pass(DAY);
      await world.sweep();
    }
    expect(cases()).toEqual(["given-up status:failed x1"]);
  });

  test("and whose sweep dies is told with the write that gives it up, or not yet", async () => {
    await world.report(waits("271", "pending"));
    world.pass(32 * DAY);
    const { commit } = world.claims;
    const dying = { ...world.claims, commit: async () => Promise.reject(new Error("died")) };
    await world.sweep({ claims: dying });
    expect(cases()).toEqual([]);
    await world.sweep({ claims: { ...world.claims, commit } });
    expect(cases()).toEqual(["given-up status:pending x1"]);
    await world.sweep();
    expect(cases()).toEqual(["given-up status:pending x1"]);
  });

  test("and is paid after all goes to the ERP", async () => {
    await world.report(waits("271", "pending"));
    world.pass(32 * DAY);
    await world.sweep();
    await world.report(sighting({ version: NOW + 32 * DAY }));
    await world.sweep();
    expect(world.erp.rows()).toHaveLength(1);
  });
});

describe("a part that is cancelled, and the source does not say which", () => {
  test("is told once, and cancels nothing", async () => {
    await world.report(sighting());
    await world.sweep();
    await world.report(sighting({ version: NOW, cancelledInPart: true }));
    await world.report(sighting({ version: NOW + 1, cancelledInPart: true }));
    await world.sweep();
    expect(cases()).toEqual(["cancelled-in-part 271 x1"]);
    expect(world.erp.rows().filter((row) => row.cancelled)).toEqual([]);
  });

  test("is told of a first report as well", async () => {
    await world.report(sighting({ cancelledInPart: true }));
    expect(cases()).toEqual(["cancelled-in-part 271 x1"]);
  });
});
