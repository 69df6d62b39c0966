/** Statuses that move long after the confirmation: no callback comes, and the listing has passed the order. */
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
const CANCELLED = 9099;

let app: FeedApp;
let claims: MemoryClaims;
let seller: BaseLinker;

beforeEach(async () => {
  ({ app, claims } = await selling());
  seller = await openSeller(app);
  app.config = ConfigFile.parse({
    accounts: [
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: seller.url,
        token: "t",
        callbackToken: "token-zwrotny-0001",
        cancelledStatuses: [CANCELLED],
      },
    ],
  });
});
afterEach(() => seller.close());

async function poll(): Promise<void> {
  const [connection] = connectionsOf(app.config);
  if (!connection) throw new Error("no account");
  await runFeed(app, connection);
}

const place = (more: object = {}) => seller.place({ order_source: "personal", order_source_id: 0, ...more });
const stateOf = (id: number) =>
  [...claims.orders.values()].find(({ sources }) => sources.some((s) => s.sourceOrder === String(id)))?.state;

/** Others are sold meanwhile, so that the listing goes on. */
async function goOn(ms: number): Promise<void> {
  for (const until = app.clock + ms; app.clock < until; app.clock += 10 * MINUTE) {
    place();
    await poll();
  }
}

test.each([
  ["the same day", 3 * HOUR],
  ["a week later", 7 * 24 * HOUR],
])("a cancel is seen within the hour: %s", async (_, later) => {
  const id = place();
  await poll();
  app.clock += later;
  await goOn(HOUR);
  expect(stateOf(id)).toBe("pending");
  seller.edit(id, { order_status_id: CANCELLED });
  await goOn(HOUR + 10 * MINUTE);
  expect(stateOf(id)).toBe("cancelled");
});

test("what was confirmed before the account was connected is none of ours, whatever becomes of it", async () => {
  const old = place({ date_confirmed: app.clock / 1000 - 3 * 86_400 });
  await poll();
  seller.edit(old, { order_status_id: 9005 });
  await goOn(3 * HOUR);
  expect(stateOf(old)).toBeUndefined();
});

test("unchanged orders are not taken in again, and a pass of many pages takes a few of them a run", async () => {
  const early = app.clock / 1000 - 10_000;
  for (let n = 0; n < 750; n += 1) place({ date_add: early + n, date_confirmed: early + n, date_in_status: early + n });
  place();
  await poll();
  app.clock += 2 * HOUR;
  const cost: number[][] = [];
  for (let polls = 0; polls < 3; polls += 1) {
    const [calls, reports] = [seller.calls().length, app.explained.length];
    await poll();
    cost.push([seller.calls().length - calls, app.explained.length - reports]);
    app.clock += MINUTE;
  }
  // One call is the listing's own, which takes nothing that it has seen, and one is the journal's.
  expect(cost).toEqual([
    [7, 0],
    [5, 1],
    [2, 0],
  ]);
});
