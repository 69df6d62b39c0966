/** From the ERP back to the source: the whole way, over the real table and a real BaseLinker of one's own. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectionsOf } from "../../lib/channels/index.ts";
import type { Order } from "../../lib/core/order.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { deliverDeps } from "../../lib/delivery/lease.ts";
import { sweep, sweepDeps } from "../../lib/delivery/sweep.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { handOnTo } from "../../lib/feeds/write-back.ts";
import { http } from "../../lib/runtime/http.ts";
import type { Table } from "../../lib/store/table.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { type FakeErp, openFakeErp } from "../../local/fake-erp.ts";
import { type BaseLinker, type BaseLinkerOptions, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { memoryVault } from "../support/memory-vault.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, fromAllegro, UUID } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const TOKEN = "4000001-secret-token";
const MINUTE = 60_000;

let table: Table;
let app: FeedApp;
let erp: FakeErp;
let api: BaseLinker;
beforeAll(async () => {
  table = await freshTable();
});
let accounts = 0;
let account = "";
beforeEach(() => {
  accounts += 1;
  account = `acme-${accounts}`;
});
afterEach(async () => {
  erp.close();
  await api.close();
});

/** Each test has an account of its own, and purchases of its own. */
async function open(options: Partial<BaseLinkerOptions> = {}, config: Record<string, unknown> = {}) {
  app = feedApp(table);
  erp = openFakeErp({ file: ":memory:", now: app.now, random: () => 0.5 });
  api = await createBaseLinker({ token: TOKEN, now: app.now, random: () => 0.5, ...options });
  const own = {
    channel: "baselinker",
    account,
    baseUrl: api.url,
    token: TOKEN,
    callbackToken: "0123456789abcdef",
    sources: { "allegro/7001": "allegro:acme" },
    erpNumberField: "extra_field_1",
    ...config,
  };
  Object.assign(app, { erp, http, vault: memoryVault(app.now), config: ConfigFile.parse({ accounts: [own] }) });
}

const purchaseId = () => `${String(accounts).padStart(8, "0")}${UUID.slice(8)}`;

async function poll() {
  const [connection] = connectionsOf(app.config);
  if (!connection) throw new Error("no account");
  return runFeed(app, connection);
}

async function look(id = purchaseId()): Promise<Order> {
  const [order] = [...(await app.claims.look([allegroId(id)])).orders.values()];
  if (!order) throw new Error("no order");
  return order;
}

const tidy = () => sweep({ ...sweepDeps(app), handOn: handOnTo(app) }, 500);
const told = () => api.orders().map(({ extra_field_1 }) => extra_field_1);

describe("the ERP's number", () => {
  test("reaches the BaseLinker order, once, and costs nothing afterwards", async () => {
    await open();
    api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    await tidy();
    await poll();
    expect(told()).toEqual(["ZO 0001/26"]);
    app.clock += MINUTE;
    const calls = api.calls().length;
    await tidy();
    await poll();
    expect(api.calls().length).toBe(calls + 2);
    expect(await look()).toMatchObject({ sources: [{ erpNumber: "handed-on" }], dueAt: (await look()).expiresAt });
  });

  test("reaches an order that BaseLinker reports when the purchase is in the ERP already", async () => {
    await open();
    await shopFloor(app.claims).report(fromAllegro({ keys: [allegroId(purchaseId())] }));
    await deliver((await look()).id, deliverDeps(app));
    await tidy();
    api.place({ external_order_id: purchaseId() });
    await poll();
    await tidy();
    await poll();
    expect(told()).toEqual(["ZO 0001/26"]);
  });

  test("is told after a crash at any point between the ERP and BaseLinker", async () => {
    await open();
    api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    const dies = () => Promise.reject(new Error("dead"));
    const handOn = handOnTo(app);
    // Before the work is durable; then after it, before the order forgets it.
    await sweep({ ...sweepDeps(app), handOn: dies }, 500);
    await sweep({ ...sweepDeps(app), claims: { ...app.claims, commit: dies }, handOn }, 500);
    expect((await look()).sources).toMatchObject([{ erpNumber: "wanted" }]);
    // Told, and dead before that was written down.
    const { settle } = app.feeds;
    app.feeds.settle = dies;
    await expect(poll()).rejects.toThrow("dead");
    app.feeds.settle = settle;
    app.clock += MINUTE;
    await tidy();
    await poll();
    expect(told()).toEqual(["ZO 0001/26"]);
  });

  test("waits behind a blocked token, delays no delivery, and is told when the block is over", async () => {
    const faults = { "blocked-token": 0 };
    await open({ faults });
    api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    await tidy();
    faults["blocked-token"] = 1;
    expect(await poll()).toMatchObject({ blockedUntil: app.clock + 10 * MINUTE });
    faults["blocked-token"] = 0;
    expect((await look()).state).toBe("delivered");
    app.clock += 5 * MINUTE;
    await poll();
    expect([told(), api.callsWhileBlocked()]).toEqual([[""], 0]);
    app.clock += 5 * MINUTE;
    await poll();
    expect(told()).toEqual(["ZO 0001/26"]);
  });

  test.each([
    ["stays where the seller has moved it meanwhile", 9009],
    ["moves on from where it was", 9001],
  ])("is followed by the status also after a block between the two: the order %s", async (_, status) => {
    await open({}, { statusAfterErp: 9005 });
    const id = api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    await tidy();
    const { http: working } = app;
    const block = JSON.stringify({ status: "ERROR", error_code: "ERROR_BLOCKED_TOKEN" });
    app.http = async (url, request) => {
      const isStatus = new URLSearchParams(request?.body).get("method") === "setOrderStatus";
      return isStatus ? { status: 200, headers: new Headers(), text: block } : working(url, request);
    };
    await poll();
    expect(told()).toEqual(["ZO 0001/26"]);
    app.http = working;
    api.edit(id, { order_status_id: status });
    app.clock += 11 * MINUTE;
    await poll();
    expect(api.orders()[0]?.order_status_id).toBe(status === 9001 ? 9005 : status);
  });

  test("never uses more than the share of the budget that single calls have: a backlog is told minute by minute", async () => {
    await open({ callsPerMinute: 20 }, { callsPerMinute: 20 });
    for (let n = 0; n < 12; n++)
      await handOnTo(app)(`baselinker:${account}`, String(api.place({ external_order_id: "" })), `ZO ${n}`);
    const perMinute: number[] = [];
    for (let minute = 0; minute < 6; minute++) {
      const before = told().filter(Boolean).length;
      await poll();
      perMinute.push(told().filter(Boolean).length - before);
      app.clock += MINUTE + 1;
    }
    expect(told()).toEqual(Array.from({ length: 12 }, (_, n) => `ZO ${n}`));
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(5);
    expect(api.callsWhileBlocked()).toBe(0);
  });

  test("that cannot be told is tried less and less, and after two days a person hears of it", async () => {
    await open();
    api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    await tidy();
    const { http: working } = app;
    let refused = 0;
    app.http = async (url, request) => {
      const isRead = new URLSearchParams(request?.body).get("parameters")?.includes('"order_id"') ?? false;
      if (isRead) refused += 1;
      return isRead ? { status: 502, headers: new Headers(), text: "<html>" } : working(url, request);
    };
    for (let half = 0; half < 2 * 24 * 3; half++) {
      await poll().catch(() => undefined);
      app.clock += 30 * MINUTE;
    }
    expect(refused).toBe(48);
    expect(app.explained.filter(({ verdict }) => verdict === "held")).toMatchObject([
      { reason: "number-not-told", account: `baselinker:${account}`, note: "ERP order ZO 0001/26" },
    ]);
  });

  test("is not waited for by an account that does not want it", async () => {
    await open({}, { erpNumberField: undefined });
    api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    const { dueAt, expiresAt, sources } = await look();
    expect([dueAt, sources[0]?.erpNumber]).toEqual([expiresAt, undefined]);
  });

  test("is not told of a purchase that was cancelled before", async () => {
    await open({}, { cancelledStatuses: [9008] });
    const id = api.place({ external_order_id: purchaseId() });
    await poll();
    await deliver((await look()).id, deliverDeps(app));
    app.clock += MINUTE;
    api.edit(id, { order_status_id: 9008 });
    await poll();
    expect((await look()).cancelRequested).toBeDefined();
    await tidy();
    await poll();
    expect([(await look()).state, told()]).toEqual(["cancelled", [""]]);
  });
});
