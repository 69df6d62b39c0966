/** Orders that have to be read, in the real table: no hint is lost on the way, whatever happens at the same time. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Read } from "../../lib/channels/channel.ts";
import { DAY } from "../../lib/core/order.ts";
import type { RefreshTask } from "../../lib/core/ports/feeds.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { openTable, type Table } from "../../lib/store/table.ts";
import { connectionTo, feedApp } from "../support/feed-app.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";
import { engineConfig, freshTable } from "../support/table.ts";

let table: Table;
let account: string;
let accounts = 0;
beforeAll(async () => {
  table = await freshTable();
});
beforeEach(() => {
  accounts += 1;
  account = `platform:hinted-${accounts}`;
});

async function due(now = NOW): Promise<RefreshTask> {
  const [hint, ...more] = await dynamoFeeds(table).dueRefreshes(account, now, 10, "oldest");
  if (!hint || more.length > 0) throw new Error("not one hint");
  return hint;
}

test("a hint that comes after its order was read outlives whoever still ends the one before", async () => {
  const feeds = dynamoFeeds(table);
  await feeds.requestRefresh(account, "1", NOW);
  const before = await due();
  await feeds.settle(account, before);
  await feeds.requestRefresh(account, "1", NOW);
  // Repeated after a lost answer, or by a run that outlived its lease.
  await feeds.settle(account, before);
  await feeds.postpone(account, before, NOW + DAY, 1);
  await feeds.cool(account, before, NOW + DAY);
  expect(await due()).toMatchObject({ id: "1", dueAt: NOW, attempts: 0 });
});

test("a run that outlived its lease does not end what a later run put off", async () => {
  const feeds = dynamoFeeds(table);
  await feeds.requestRefresh(account, "1", NOW);
  const slow = await due();
  await feeds.postpone(account, slow, NOW + 1, 0);
  await feeds.settle(account, slow);
  expect(await due(NOW + 1)).toMatchObject({ id: "1" });
});

test("a hint of an order that is read and forgotten in the same moment is kept", async () => {
  const other = dynamoFeeds(table);
  await other.requestRefresh(account, "1", NOW);
  await other.cool(account, await due(), NOW + 1000);
  await other.requestRefresh(account, "1", NOW);

  const slow = openTable(table.name, engineConfig());
  let updates = 0;
  slow.documents.middlewareStack.add(
    (next) => async (args) => {
      updates += 1;
      if (updates === 2) await other.settle(account, await due(NOW + 1000));
      return next(args);
    },
    { step: "initialize", name: "meanwhile" },
  );
  await dynamoFeeds(slow).requestRefresh(account, "1", NOW);
  expect(await due()).toMatchObject({ id: "1" });
});

test("an order that cannot be read is tried less and less, a person hears of it, and it lands once it can be read", async () => {
  const app = feedApp(table);
  const order = sighting({ account, sourceOrder: "1", keys: [shopId("1", account)] });
  let reads = 0;
  let answer: () => Read = () => {
    throw new Error("502");
  };
  const connection = connectionTo(() => ({
    listings: [],
    async read() {
      reads += 1;
      return answer();
    },
  }));
  const run = () => runFeed(app, connection).catch(() => undefined);
  await app.feeds.requestRefresh(connection.name, "1", app.clock);
  for (let half = 0; half < 2 * 24 * 3; half += 1) {
    await run();
    app.clock += 30 * 60_000;
  }
  const held = app.explained.filter(({ verdict }) => verdict === "held");
  expect(held).toMatchObject([{ reason: "cannot-be-read", account: connection.name, sourceOrder: "1" }]);
  expect(reads).toBeLessThan(80);

  app.clock += 60 * DAY;
  answer = () => ({ kind: "sighting", sighting: order });
  await run();
  expect([...(await app.claims.look(order.keys)).orders.values()]).toMatchObject([{ state: "pending" }]);
});

test("an order that is looked at again and again while it waits counts as no failure", async () => {
  const app = feedApp(table);
  const order = sighting({ account, sourceOrder: "2", keys: [shopId("2", account)], readiness: "waiting" });
  const connection = connectionTo(() => ({
    listings: [],
    read: async () => ({ kind: "sighting", sighting: order, againAt: app.clock + 3_600_000 }),
  }));
  await app.feeds.requestRefresh(connection.name, "2", app.clock);
  for (let hour = 0; hour < 60; hour += 1) {
    await runFeed(app, connection);
    app.clock += 3_600_000;
  }
  const [hint] = await app.feeds.dueRefreshes(connection.name, app.clock, 10, "oldest");
  expect(hint?.attempts).toBe(0);
});

test("what waits to be read is never deleted by its age, and what the platform does not know is", async () => {
  const feeds = dynamoFeeds(table);
  const ttls = async () => {
    const { Items = [] } = await table.documents.send(new ScanCommand({ TableName: table.name }));
    return Items.filter(({ pk }) => pk === `W#${account}/1`).map(({ ttl }) => ttl);
  };
  await feeds.requestRefresh(account, "1", NOW);
  expect(await ttls()).toEqual([undefined]);
  await feeds.cool(account, await due(), NOW + 1000);
  expect(await ttls()).toEqual([(NOW + 1000 + DAY) / 1000]);
  await feeds.requestRefresh(account, "1", NOW);
  expect(await ttls()).toEqual([undefined]);
});
