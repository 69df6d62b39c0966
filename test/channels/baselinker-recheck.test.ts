/** Orders that nobody can use yet: held once however often a poll shows them, and taken as soon as they can be used. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectionsOf } from "../../lib/channels/index.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { ConfigFile } from "../../local/config-file.ts";
import type { BaseLinker } from "../../local/simulators/baselinker.ts";
import type { FeedApp } from "../support/feed-app.ts";
import type { MemoryClaims } from "../support/memory-claims.ts";
import { openSeller, selling } from "../support/seller.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const mapped = { "shop/101": "woocommerce:main", "shop/102": "woocommerce:outlet" };

let app: FeedApp;
let claims: MemoryClaims;
let seller: BaseLinker;

beforeEach(async () => {
  ({ app, claims } = await selling());
  seller = await openSeller(app);
});
afterEach(() => seller.close());

async function poll(sources: Record<string, string> = { "shop/101": "woocommerce:main" }): Promise<void> {
  const account = {
    channel: "baselinker",
    account: "acme",
    baseUrl: seller.url,
    token: "t",
    callbackToken: "token-zwrotny-0001",
  };
  app.config = ConfigFile.parse({ accounts: [{ ...account, sources }] });
  const [connection] = connectionsOf(app.config);
  if (!connection) throw new Error("no account");
  await runFeed(app, connection);
}

const fromShop = (order_source_id: number) => seller.place({ order_source: "shop", order_source_id, shop_order_id: 5 });
const held = () =>
  [...claims.held.values()].flatMap(({ reason, sourceOrder, count, resolved }) =>
    resolved ? [] : [{ reason, sourceOrder, count }],
  );
const orders = () => [...claims.orders.values()].map(({ state }) => state);

test("an order of an unmapped shop is held once, however many polls show it unchanged", async () => {
  const id = String(fromShop(102));
  for (let polls = 0; polls < 10; polls += 1) {
    await poll();
    app.clock += MINUTE;
  }
  expect(held()).toEqual([{ reason: "unmapped-source", sourceOrder: id, count: 1 }]);
  expect(app.explained).toHaveLength(1);
});

test("one that changed meanwhile is counted", async () => {
  const id = fromShop(102);
  await poll();
  seller.edit(id, { admin_comments: "pilne" });
  await poll();
  expect(held()).toMatchObject([{ count: 2 }]);
});

test.each([
  ["at once", 0],
  ["long after the listing has passed it", 3 * 24 * HOUR],
])("once its shop is mapped the order comes in, and nothing is held any more: mapped %s", async (_, later) => {
  fromShop(102);
  await poll();
  for (const until = app.clock + later; app.clock < until; app.clock += 2 * HOUR) {
    if (app.clock + 4 * HOUR > until) fromShop(101);
    await poll();
  }
  const before = orders().length;
  for (let polls = 0; polls < 4; polls += 1) {
    app.clock += 2 * HOUR;
    await poll(mapped);
  }
  expect([orders().length - before, held()]).toEqual([1, []]);
});

test("what nobody repairs is asked for four times a day, and after a month not any more", async () => {
  fromShop(102);
  await poll();
  app.clock += HOUR;
  fromShop(101);
  // Of a poll: one call for the journal, one for what is new, and one for what has moved.
  const readsOfDay: number[] = [];
  for (let day = 0; day < 33; day += 1) {
    const before = seller.calls().length;
    for (let polls = 0; polls < 4; polls += 1) {
      await poll();
      app.clock += 6 * HOUR;
    }
    readsOfDay.push(seller.calls().length - before - 12);
  }
  expect([readsOfDay[1], readsOfDay[32]]).toEqual([4, 0]);
  expect(held()).toMatchObject([{ reason: "unmapped-source", count: 1 }]);
});
