/** What a page of a listing costs, counted on the wire to the table. */
import { beforeEach, expect, test } from "vitest";
import type { Sighting } from "../../lib/core/order.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import type { Table } from "../../lib/store/table.ts";
import { connectionTo, type FeedApp, feedApp } from "../support/feed-app.ts";
import { allegroId, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { countCalls } from "../support/wire.ts";

const SIZE = 100;

let app: FeedApp;
let table: Table;

beforeEach(async () => {
  table = await freshTable();
  app = feedApp(table);
});

const uuidOf = (id: number) => `0cc20000-3b6d-11f0-9c4d-${String(id).padStart(12, "0")}`;

/** One account's listing that always shows the same page. */
function listing(pageOf: (account: string) => Sighting[]) {
  const connection = connectionTo(() => ({
    listings: [
      {
        name: "orders",
        everySeconds: 0,
        page: async () => ({
          orders: pageOf(connection.name).map((one) => ({ kind: "sighting" as const, sighting: one })),
          cursor: "1",
          more: false,
        }),
      },
    ],
  }));
  return connection;
}

const ordersOf = (account: string) =>
  Array.from({ length: SIZE }, (_, id) =>
    sighting({
      account,
      reporter: account,
      sourceOrder: `${id}`,
      keys: [shopId(`${1000 + id}`, account), allegroId(uuidOf(id))],
    }),
  );

/** Those that look and write; the feed's own bookkeeping apart. */
const ofClaims = ({ calls }: ReturnType<typeof countCalls>) =>
  calls.filter(({ command }) => /^(BatchGet|Transact)/.test(command)).length;

test("a page of 100 known, unchanged orders takes three reads and no write", async () => {
  const connection = listing(ordersOf);
  await runFeed(app, connection);
  expect(app.explained.map(({ verdict }) => verdict)).toEqual(Array(SIZE).fill("new"));
  app.explained.length = 0;
  app.clock += 60_000;
  const counted = countCalls(table);
  await runFeed(app, connection);
  expect(app.explained.map(({ verdict }) => verdict)).toEqual(Array(SIZE).fill("duplicate"));
  expect(ofClaims(counted)).toBe(3);
});

test("of a page only what is new is written, each by its own transaction", async () => {
  let added = 0;
  const connection = listing((account) => ordersOf(account).slice(0, 50 + added));
  await runFeed(app, connection);
  added = 3;
  app.clock += 60_000;
  app.explained.length = 0;
  const counted = countCalls(table);
  await runFeed(app, connection);
  expect(app.explained.filter(({ verdict }) => verdict === "new")).toHaveLength(3);
  expect(ofClaims(counted)).toBe(2 + 1 + 3);
});

test("one purchase that stands twice on a page becomes one order", async () => {
  const connection = listing((account) => {
    const [first] = ordersOf(account);
    return first ? [first, { ...first, sourceOrder: "again", keys: [allegroId(uuidOf(0))] }] : [];
  });
  await runFeed(app, connection);
  expect(app.explained.map(({ verdict }) => verdict).sort()).toEqual(["linked", "new"]);
  expect(new Set(app.explained.map(({ order }) => order)).size).toBe(1);
});

test("a page that cannot be looked at as a whole is looked at order by order", async () => {
  const { look } = app.claims;
  app.claims.look = (names, how) =>
    names.length > 2 ? Promise.reject(new Error("too much at once")) : look(names, how);
  await runFeed(
    app,
    listing((account) => ordersOf(account).slice(0, 3)),
  );
  expect(app.explained.map(({ verdict }) => verdict)).toEqual(["new", "new", "new"]);
});
