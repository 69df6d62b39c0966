/** An id that a plugin writes into every order names no purchase: it is noticed, and merges nothing. */
import { beforeEach, describe, expect, test } from "vitest";
import { openWorld, type World } from "../support/erp-world.ts";
import {
  allegroId,
  type Changes,
  fromAllegro,
  fromBaseLinker,
  NOW,
  number,
  report,
  shopId,
  sighting,
  trace,
  UUID,
} from "../support/sightings.ts";

const buyer = (email: string) => ({ ...report, buyer: { email } });
const ofShop = (id: string, changes: Changes = {}) =>
  sighting({
    sourceOrder: id,
    keys: [shopId(id), number(id), trace()],
    traces: [{ value: UUID, field: "_sender" }],
    ...changes,
  });

let world: World;
beforeEach(() => {
  world = openWorld();
  return () => world[Symbol.dispose]();
});
const open = () => [...world.claims.held.values()].map(({ reason, sourceOrder }) => `${reason} ${sourceOrder}`);
const inErp = () => world.erp.rows().length;

describe("one id in the orders of one shop", () => {
  test.each([
    ["another total", { total: 7000 }],
    ["another buyer", { report: buyer("inny@example.com") }],
  ] as const)("of %s is told once, with the field to leave out, and every order goes on", async (_, changes) => {
    await world.report(ofShop("271"));
    await world.report(ofShop("272", changes));
    await world.report(ofShop("273", { total: 12_300 }));
    await world.report(ofShop("274"));
    await world.sweep();
    expect([inErp(), open()]).toEqual([4, [`id-in-every-order id:${UUID}`]]);
    const [message] = world.claims.held.values();
    expect(message).toMatchObject({ count: 1, detail: expect.stringContaining('add "_sender" to ignoreFields') });
  });

  test("of one buyer and an equal total may be a second import of one purchase: held", async () => {
    await world.report(ofShop("271"));
    await world.report(ofShop("272")).catch(() => undefined);
    await world.sweep();
    expect([inErp(), open()]).toEqual([1, ["trace-against-id 272"]]);
  });

  test("that the marketplace itself knows is no plugin's: parts of one purchase are not told apart by it", async () => {
    await world.report(fromAllegro());
    await world.report(ofShop("271"));
    await world.report(ofShop("272", { total: 2000 })).catch(() => undefined);
    expect(open()).toEqual(["trace-against-id 272"]);
  });

  test("that a configured field named is no plugin's either", async () => {
    await world.report(ofShop("271", { keys: [shopId("271"), allegroId()] }));
    await world.report(ofShop("272", { total: 2000 })).catch(() => undefined);
    expect(open()).toEqual(["trace-against-id 272"]);
  });

  test("joins nothing afterwards, whoever quotes it", async () => {
    await world.report(ofShop("271"));
    await world.report(ofShop("272", { total: 7000 }));
    await world.report(fromBaseLinker({ keys: [shopId("5", "shoper:main"), trace()] }));
    await world.sweep();
    expect(inErp()).toBe(3);
  });
});

describe("one id in the orders of two shops", () => {
  const ofOther = (changes: Changes = {}) =>
    sighting({ account: "shoper:main", sourceOrder: "9", keys: [shopId("9", "shoper:main"), trace()], ...changes });

  test("of two buyers merges nothing, though their totals are equal", async () => {
    await world.report(ofShop("271"));
    await world.report(ofOther({ report: buyer("inny@example.com") })).catch(() => undefined);
    await world.sweep();
    expect([inErp(), open()]).toEqual([1, ["trace-ambiguous 9"]]);
  });

  test("of one buyer is a copy, as before", async () => {
    const first = await world.report(ofShop("271"));
    expect(await world.report(ofOther())).toBe(first);
  });
});

test("what is told beside it is not lost: it is noticed with the next order", async () => {
  await world.report(ofShop("271"));
  await world.report(ofShop("272", { total: 7000, refunded: 100 }));
  expect(open()).toEqual(["refunded 272"]);
  await world.report(ofShop("273", { total: 9000, version: NOW }));
  expect(open()).toEqual(["refunded 272", `id-in-every-order id:${UUID}`]);
});
