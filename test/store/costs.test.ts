/** What each verdict and a delivery cost: requests and items, counted on the wire to the table. */
import { beforeEach, describe, expect, it } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import type { Table } from "../../lib/store/table.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { type ShopFloor, shopFloor } from "../support/shop-floor.ts";
import { allegroId, fromBaseLinker, NOW, number, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { countCalls } from "../support/wire.ts";

let table: Table;
let floor: ShopFloor;

beforeEach(async () => {
  table = await freshTable();
  floor = shopFloor(dynamoClaims(table));
});

describe("a verdict costs", () => {
  it.each([
    ["new, two keys", [], sighting(), { requests: 2, read: 2, written: 3 }],
    ["duplicate", [sighting()], sighting(), { requests: 1, read: 3, written: 0 }],
    [
      "a newer version that says nothing else",
      [sighting()],
      sighting({ version: NOW }),
      { requests: 2, read: 3, written: 1 },
    ],
    [
      "linked by a known key",
      [sighting()],
      fromBaseLinker({ keys: [shopId("271")] }),
      { requests: 2, read: 2, written: 1 },
    ],
    [
      "linked with a new key",
      [fromBaseLinker({ keys: [shopId("271")] })],
      sighting(),
      { requests: 3, read: 3, written: 2 },
    ],
    ["waiting", [], sighting({ readiness: "waiting" }), { requests: 2, read: 2, written: 3 }],
    ["held without a key", [], sighting({ keys: [] }), { requests: 1, read: 0, written: 1 }],
    [
      "held as a late bridge",
      [sighting({ keys: [shopId("271")] }), fromBaseLinker()],
      fromBaseLinker({ sourceOrder: "2", keys: [allegroId(), shopId("271")] }),
      { requests: 3, read: 4, written: 1 },
    ],
    [
      "a part that a person is told of",
      [fromBaseLinker()],
      fromBaseLinker({ sourceOrder: "2", total: 5000 }),
      { requests: 2, read: 2, written: 2 },
    ],
    ["first heard of as cancelled", [], sighting({ readiness: "cancelled" }), { requests: 2, read: 2, written: 3 }],
    [
      "new beside a shared number",
      [sighting()],
      sighting({ sourceOrder: "272", keys: [shopId("272"), number("1001")] }),
      { requests: 3, read: 3, written: 3 },
    ],
  ] as const)("%s", async (_, before, report, cost) => {
    for (const earlier of before) await floor.report(earlier);
    const counted = countCalls(table);
    await floor.report(report);
    expect({ requests: counted.requests(), read: counted.readItems(), written: counted.writtenItems() }).toEqual(cost);
  });
});

it("a repeat costs a second read where another process took the report in", async () => {
  await floor.report(sighting());
  const other = shopFloor(dynamoClaims(table));
  const counted = countCalls(table);
  expect((await other.report(sighting())).verdict).toBe("duplicate");
  expect([counted.requests(), counted.readItems()]).toEqual([2, 3]);
  await other.report(sighting());
  expect([counted.requests(), counted.readItems()]).toEqual([3, 6]);
});

it("what is remembered of keys that moved on is read anew", async () => {
  const { order: first = "" } = await floor.report(sighting());
  const before = await dynamoClaims(table).read(first);
  const other = dynamoClaims(table);
  const { keys } = await other.look(sighting().keys);
  const second = before && { ...before, id: "second", version: 1, stamp: "second" };
  const moved = [...keys.values()].map((key) => ({ before: key, after: { ...key, order: "second" } }));
  const also = before ? [{ before, after: { ...before, keys: [], version: before.version + 1 } }] : [];
  if (second) await other.commit({ order: { before: undefined, after: second }, keys: moved, also }, NOW);
  const counted = countCalls(table);
  expect(await floor.report(sighting())).toMatchObject({ verdict: "duplicate", order: "second" });
  expect([counted.requests(), counted.readItems()]).toEqual([2, 4]);
});

async function deliveredOnce(): Promise<ReturnType<typeof countCalls>> {
  const { order = "" } = await floor.report(sighting());
  const erp = openFakeErp({ file: ":memory:", now: () => floor.now, random: () => 0 });
  const counted = countCalls(table);
  let tokens = 0;
  await deliver(order, {
    claims: dynamoClaims(table),
    erp,
    now: () => floor.now,
    random: () => 0,
    wait: async () => undefined,
    unique: () => `token-${++tokens}`,
    leaseMs: 60_000,
    windowMs: 14 * DAY,
  });
  expect(erp.rows()).toHaveLength(1);
  erp.close();
  return counted;
}

it("a delivery costs one read and two writes", async () => {
  const counted = await deliveredOnce();
  expect([counted.requests(), counted.readItems(), counted.writtenItems()]).toEqual([3, 1, 2]);
});

it("a late report costs one write, and its repeat none", async () => {
  await deliveredOnce();
  floor.now = NOW + 15 * DAY;
  const counted = countCalls(table);
  const late = fromBaseLinker({ keys: [shopId("271")] });
  expect((await floor.report(late)).verdict).toBe("late");
  expect([counted.requests(), counted.readItems(), counted.writtenItems()]).toEqual([2, 2, 1]);
  expect((await floor.report(late)).verdict).toBe("late");
  expect([counted.requests(), counted.readItems(), counted.writtenItems()]).toEqual([3, 4, 1]);
});
