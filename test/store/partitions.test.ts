/** How orders are spread over the index of what is due, and that none is lost to it when that changes. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, expect, test } from "vitest";
import { change } from "../../lib/core/states.ts";
import { MOST_PARTITIONS } from "../../lib/core/writes.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import type { Table } from "../../lib/store/table.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

let table: Table;
beforeEach(async () => {
  table = await freshTable();
});

/** @returns the ids of the orders */
async function report(partitions: number, from: number, count: number): Promise<string[]> {
  const floor = shopFloor(dynamoClaims(table, partitions));
  const ids = [];
  for (let n = from; n < from + count; n += 1) {
    const { order = "" } = await floor.report(sighting({ sourceOrder: `${n}`, keys: [shopId(`${1000 + n}`)] }));
    ids.push(order);
  }
  return ids;
}

async function under(lane: string): Promise<number> {
  const { Count = 0 } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: "due",
      KeyConditionExpression: "lane = :lane",
      ExpressionAttributeValues: { ":lane": lane },
      Select: "COUNT",
    }),
  );
  return Count;
}

const LATER = NOW + 600_000;
const values = Array.from({ length: MOST_PARTITIONS }, (_, n) => (n === 0 ? "orders" : `orders#${n}`));

test("without a word of it every order stands under the one value that there always was", async () => {
  await report(1, 0, 5);
  expect(await Promise.all(values.map(under))).toEqual([5, 0, 0, 0, 0, 0, 0, 0]);
});

test("several partitions share the orders: none takes more than twice its part", async () => {
  await report(4, 0, 40);
  const counts = await Promise.all(values.map(under));
  expect(counts.reduce((a, b) => a + b)).toBe(40);
  expect(counts.slice(4)).toEqual([0, 0, 0, 0]);
  for (const count of counts.slice(0, 4)) expect(count).toBeGreaterThan(0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(20);
});

test.each([
  [1, 8],
  [8, 1],
  [8, 3],
])(
  "orders of %i partitions are due as before when there are %i, and no more than were asked for",
  async (before, after) => {
    const first = await report(before, 0, 12);
    const second = await report(after, 12, 6);
    const claims = dynamoClaims(table, after);
    expect(new Set(await claims.due(LATER, 100, "work"))).toEqual(new Set([...first, ...second]));
    expect(await claims.due(LATER, 5, "work")).toHaveLength(5);
  },
);

test("of all partitions the longest due come first, and an order that is written anew stands in one place", async () => {
  const ids = await report(8, 0, 6);
  const claims = dynamoClaims(table, 1);
  for (const [n, id] of [...ids].reverse().entries()) {
    const before = await claims.read(id);
    if (!before) throw new Error("no order");
    const after = change(before, "moved", { dueAt: NOW + n });
    expect(await claims.commit({ order: { before, after }, keys: [] }, NOW)).toBe("done");
  }
  expect(await claims.due(LATER, 100, "work")).toEqual([...ids].reverse());
  expect(await claims.due(LATER, 2, "work")).toEqual([...ids].reverse().slice(0, 2));
  expect(await Promise.all(values.map(under))).toEqual([6, 0, 0, 0, 0, 0, 0, 0]);
});
