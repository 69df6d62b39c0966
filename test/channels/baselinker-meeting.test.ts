/** One BaseLinker order by both of its ways, over sockets: pushed through the exchange and read through the API. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as anyChannel } from "../../functions/webhook.ts";
import { provideApp } from "../../lib/app/app.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import type { Order } from "../../lib/core/order.ts";
import { FIRST_NUMBER, isOwnNumber } from "../../lib/core/own-numbers.ts";
import { delivered } from "../../lib/core/states.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { type BaseLinker, type BaseLinkerOptions, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { type MemoryClaims, memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, fromAllegro, OTHER_UUID, UUID } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const TOKEN = "api-token-of-acme";
const PASSWORD = "exchange-key-of-acme";
const CANCELLED = 9099;
const MINUTE = 60_000;

let host: Host;
let app: FeedApp;
let claims: MemoryClaims;
let seller: BaseLinker;

beforeAll(async () => {
  host = await startHost({
    port: 0,
    now: () => app.clock,
    routes: { "ANY /webhooks/{channel}/{account}": anyChannel },
  });
});
afterAll(() => host.stop());

beforeEach(async () => {
  const table = await freshTable();
  claims = memoryClaims();
  app = Object.assign(feedApp(table), { claims, numbers: dynamoNumbers(table), http });
  provideApp(() => app);
  await open();
});
afterEach(() => seller.close());

/** A seller whose orders go to a real shop as well, so that a number in `shop_order_id` may be either's. */
async function open(options: Partial<BaseLinkerOptions> = {}): Promise<void> {
  seller = await createBaseLinker({
    token: TOKEN,
    now: () => app.clock,
    random: () => 0.5,
    exchange: { url: `${host.url}/webhooks/baselinker/acme`, password: PASSWORD },
    ...options,
  });
  app.config = ConfigFile.parse({
    accounts: [
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: seller.url,
        token: TOKEN,
        callbackToken: "callback-token-of-acme",
        exchangePassword: PASSWORD,
        cancelledStatuses: [CANCELLED],
        sources: { "allegro/7001": "allegro:acme" },
        exportShop: "woocommerce:main",
      },
    ],
  });
}

async function withFaults(faults: NonNullable<BaseLinkerOptions["faults"]>): Promise<void> {
  await seller.close();
  await open({ faults, random: () => 0 });
}

const place = (more: Parameters<BaseLinker["place"]>[0] = {}) =>
  seller.place({ external_order_id: UUID, delivery_price: 8.99, payment_done: 33.99, ...more });

/** The API is polled, and what was hinted at is read. */
async function poll(): Promise<void> {
  const [connection] = connectionsOf(app.config);
  if (!connection) throw new Error("no connection");
  await runFeed(app, connection);
}

function only(): Order {
  const [order, ...more] = claims.orders.values();
  if (!order || more.length > 0) throw new Error(`${claims.orders.size} orders instead of one`);
  return order;
}

const verdicts = () => app.explained.map(({ verdict }) => verdict);
const numberOf = (id: number) => seller.orders().find((order) => order.order_id === id)?.shop_order_id;
const later = (ms = MINUTE) => {
  app.clock += ms;
};

async function deliver(): Promise<void> {
  const before = only();
  const after = delivered(before, "erp", { erpId: "1", number: "ZO 0001/26", how: "created" }, app.clock);
  await claims.commit({ order: { before, after }, keys: [] }, app.clock);
}

describe("connecting the exchange", () => {
  test("BaseLinker's panel asks what there is, and gets every list", async () => {
    const methods = await seller.ask("SupportedMethods");
    expect(methods).toMatchObject({ status: 200, json: expect.arrayContaining(["OrderAdd", "StatusesList"]) });
    expect(await seller.ask("FileVersion")).toMatchObject({ status: 200, json: { platform: "Kojarz", standard: 4 } });
    for (const list of ["StatusesList", "DeliveryMethodsList", "PaymentMethodsList"])
      expect(Object.keys((await seller.ask(list)).json as object).length).toBeGreaterThan(0);
    expect(await seller.ask("OrdersGet", { time_from: "0" })).toEqual({ status: 200, json: [] });
  });

  test("a mistyped key is named as the protocol names it, and nothing is taken", async () => {
    await seller.close();
    await open({ exchange: { url: `${host.url}/webhooks/baselinker/acme`, password: "mistyped" } });
    const error = { error: true, error_code: "incorrect_password" };
    expect(await seller.exportOrder(place())).toMatchObject({ status: 401, json: error });
    expect([claims.orders.size, claims.held.size]).toEqual([0, 0]);
  });
});

describe("one order by both ways is one order of one source", () => {
  test("pushed first, then read", async () => {
    const id = place();
    expect((await seller.exportOrder(id)).json).toEqual({ order_id: FIRST_NUMBER });
    later();
    await poll();
    expect(verdicts()[0]).toBe("new");
    expect(only().sources.map(({ account, sourceOrder }) => `${account}/${sourceOrder}`)).toEqual([
      `baselinker:acme/${id}`,
    ]);
    expect(only().totals).toHaveLength(1);
  });

  test("read first, then pushed: nothing new, and a number all the same", async () => {
    const id = place();
    await poll();
    later();
    await seller.exportOrder(id);
    expect(verdicts()).toEqual(["new", "duplicate"]);
    expect(only().sources).toHaveLength(1);
    expect(isOwnNumber(String(numberOf(id)))).toBe(true);
  });

  test("both at the same instant", async () => {
    const id = place();
    await Promise.all([seller.exportOrder(id), poll()]);
    await poll();
    expect(only().sources).toHaveLength(1);
  });

  test("and of Allegro, whoever of the three is first", async () => {
    const id = place();
    await seller.exportOrder(id);
    await poll();
    const found = await claims.look(fromAllegro().keys);
    expect([...found.orders.keys()]).toEqual([only().id]);
  });

  test("the number comes back as the order's shop number, and no shop's id is claimed by it", async () => {
    const id = place();
    await seller.exportOrder(id);
    later();
    await poll();
    expect(numberOf(id)).toBe(FIRST_NUMBER);
    expect(only().keys.map(({ issuer }) => issuer)).toEqual(["allegro", "baselinker:acme"]);
  });

  test("an order that BaseLinker gave to the real shop keeps that shop's id", async () => {
    const id = place();
    seller.exportToShop(id, 2824);
    await poll();
    expect(only().keys.map(({ issuer, value }) => `${issuer}/${value}`)).toContain("woocommerce:main/2824");
  });

  test("what the API knows more of the same goods is no edit after delivery", async () => {
    const id = place({
      products: [{ name: "Kubek testowy", sku: "KUB-1", ean: "5900000000017", price_brutto: 25, quantity: 1 }],
    });
    await seller.exportOrder(id);
    await deliver();
    later();
    await poll();
    expect([claims.held.size, only().state]).toEqual([0, "delivered"]);
  });
});

describe("sent more than once", () => {
  test("twice at once: one number, one order", async () => {
    await withFaults({ "export-twice": 1 });
    const id = place();
    await seller.exportOrder(id);
    // Each drew a number; whose is kept, the race decides.
    expect(numberOf(id)).toSatisfy(isOwnNumber);
    expect([seller.fired["export-twice"], only().sources.length]).toEqual([1, 1]);
    expect(new Set(verdicts())).toEqual(new Set(["duplicate", "new"]));
  });

  test("again because the answer was never heard: as new to BaseLinker, the same number and order here", async () => {
    await withFaults({ "export-lost-answer": 1 });
    const id = place();
    expect((await seller.exportOrder(id)).json).toBeUndefined();
    await seller.close();
    const [order] = seller.orders();
    await open();
    seller.place({ ...order, order_id: id });
    later();
    expect((await seller.exportOrder(id)).json).toEqual({ order_id: FIRST_NUMBER });
    expect(verdicts()).toEqual(["new", "duplicate"]);
    expect(only().sources).toHaveLength(1);
  });

  test("again after an edit: the order goes to the ERP as it was sent last", async () => {
    const id = place();
    await seller.exportOrder(id);
    later();
    seller.edit(id, { products: [{ name: "Kubek testowy", sku: "KUB-2", price_brutto: 25, quantity: 1 }] });
    expect((await seller.exportOrder(id)).json).toEqual({ order_id: FIRST_NUMBER });
    expect(only().sources[0]?.report?.lines[0]?.sku).toBe("KUB-2");
  });

  test("again after the API was read: the API is read again, for the date of the change", async () => {
    const id = place();
    await seller.exportOrder(id);
    await poll();
    later();
    seller.edit(id, { products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: 25, quantity: 2 }] });
    await seller.exportOrder(id);
    later();
    await poll();
    expect(only().sources[0]?.report?.lines[0]?.quantity).toBe("2");
  });

  test("a burst of a marketplace gets a number for each order", async () => {
    const ids = Array.from({ length: 24 }, (_, index) =>
      place({ external_order_id: `${UUID.slice(0, -2)}${10 + index}` }),
    );
    await Promise.all(ids.map((id) => seller.exportOrder(id)));
    expect(new Set(ids.map(numberOf)).size).toBe(24);
    expect(claims.orders.size).toBe(24);
  });

  test("a part that was split off gets its own number and does not go to the ERP a second time", async () => {
    const id = place({ products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: 25, quantity: 2 }] });
    await seller.exportOrder(id);
    later();
    const part = seller.split(id);
    const answer = await seller.exportOrder(part);
    expect(answer.json).not.toEqual({ order_id: FIRST_NUMBER });
    expect(only().sources.map(({ sourceOrder, role }) => [sourceOrder, role])).toEqual([
      [String(id), "report"],
      [String(part), "part"],
    ]);
  });
});

describe("two orders that were merged in BaseLinker before the ERP had them", () => {
  const read = async (...ids: number[]) => {
    for (const id of ids) await app.feeds.requestRefresh("baselinker:acme", String(id), app.clock);
    await poll();
  };
  const states = () => [...claims.orders.values()].map(({ state, reason }) => reason ?? state);

  test("are sent as the one that is left; the one that is gone is held", async () => {
    const [left, gone] = [place(), place({ external_order_id: OTHER_UUID })];
    await poll();
    later();
    seller.merge(left, gone);
    await read(left, gone);
    await read(gone);
    expect(new Set(states())).toEqual(new Set(["pending", "gone-at-source"]));
    expect([...claims.held.values()]).toMatchObject([
      { reason: "gone-at-source", sourceOrder: String(gone), count: 1 },
    ]);
  });

  test("are not held where the marketplace tells of them too, then or later", async () => {
    const [left, gone] = [place(), place({ external_order_id: OTHER_UUID })];
    await poll();
    later();
    seller.merge(left, gone);
    await read(gone);
    expect(states()).toContain("gone-at-source");
    const sold = fromAllegro({ sourceOrder: OTHER_UUID, keys: [allegroId(OTHER_UUID)] });
    await shopFloor(claims).report(sold);
    expect(states()).toEqual(["pending", "pending"]);
    later(11 * MINUTE);
    await read(gone);
    expect(states()).toEqual(["pending", "pending"]);
  });
});

describe("which of two reports is the later one", () => {
  test("an order that the API saw unconfirmed goes on at once when it is sent", async () => {
    const id = place({ confirmed: false });
    await app.feeds.requestRefresh("baselinker:acme", String(id), app.clock);
    await poll();
    expect(only().state).toBe("waiting");
    later();
    seller.confirm(id);
    await seller.exportOrder(id);
    expect(only().state).toBe("pending");
  });

  test("a cancel that the API shows wins over a send that came after it", async () => {
    const id = place();
    await seller.exportOrder(id);
    later();
    seller.edit(id, { order_status_id: CANCELLED, delivery_method: "Odbiór" });
    later();
    await seller.exportOrder(id);
    expect(only().sources[0]?.report?.shipping.method).toBe("Odbiór");
    later();
    await poll();
    expect(only().state).toBe("cancelled");
  });

  test("a send that comes late does not revive what the API saw cancelled; BaseLinker's own status does", async () => {
    const id = place();
    await poll();
    later();
    seller.edit(id, { order_status_id: CANCELLED });
    await app.feeds.requestRefresh("baselinker:acme", String(id), app.clock);
    await poll();
    expect(only().state).toBe("cancelled");
    later();
    await seller.exportOrder(id);
    expect(only().state).toBe("cancelled");
    later();
    seller.edit(id, { order_status_id: 9001 });
    await app.feeds.requestRefresh("baselinker:acme", String(id), app.clock);
    await poll();
    expect(only().state).toBe("pending");
  });

  test("an order first sent as cancelled is not revived by Allegro's later report", async () => {
    const id = place();
    await seller.exportOrder(id, { status_id: "cancelled" });
    expect(only()).toMatchObject({ state: "cancelled", keys: expect.arrayContaining([allegroId()]) });
  });
});

describe("OrderUpdate", () => {
  test("of a cancelled order is found by our number and cancels", async () => {
    const id = place();
    await seller.exportOrder(id);
    later();
    seller.edit(id, { order_status_id: CANCELLED });
    const update = { orders_ids: String(numberOf(id)), update_type: "status", update_value: "cancelled" };
    expect(await seller.ask("OrderUpdate", update)).toEqual({ status: 200, json: { counter: 1 } });
    await poll();
    expect(only().state).toBe("cancelled");
  });

  test("of an order whose part was split off means the order, not the part", async () => {
    const id = place({ products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: 25, quantity: 2 }] });
    await seller.exportOrder(id);
    later();
    seller.split(id);
    seller.edit(id, { order_status_id: CANCELLED });
    const update = { orders_ids: String(numberOf(id)), update_type: "status", update_value: "cancelled" };
    await seller.ask("OrderUpdate", update);
    await poll();
    expect(only().state).toBe("cancelled");
  });

  test("of a number that no order has is read once and forgotten", async () => {
    const update = { orders_ids: String(FIRST_NUMBER + 5), update_type: "status", update_value: "new" };
    expect(await seller.ask("OrderUpdate", update)).toEqual({ status: 200, json: { counter: 1 } });
    await poll();
    expect(app.explained).toMatchObject([{ verdict: "ignored", reason: "not-found" }]);
  });
});

describe("what is not taken", () => {
  test("an order of an unmapped account is held with its message, once, and sent again when the gap is closed", async () => {
    const id = place({ order_source_id: 7002 });
    expect((await seller.exportOrder(id)).json).toMatchObject({ error: true, error_code: "order_held" });
    await seller.exportOrder(id);
    const [held] = claims.held.values();
    expect(held).toMatchObject({ sourceOrder: String(id), reason: "unmapped-source", count: 2 });
    const message = [...app.kept.values()].map(String).join();
    expect(message).toContain("Test+Testowy");
    expect(message).not.toContain(PASSWORD);
    seller.edit(id, { order_source_id: 7001 });
    expect((await seller.exportOrder(id)).json).toEqual({ order_id: FIRST_NUMBER });
    expect(only().state).toBe("pending");
  });

  test("when the store is away BaseLinker hears no number, and the same one when it sends again", async () => {
    const id = place();
    const { look } = claims;
    claims.look = () => Promise.reject(new Error("the store is away"));
    const log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(await seller.exportOrder(id)).toMatchObject({ status: 503, json: { error: "not-stored" } });
    log.mockRestore();
    claims.look = look;
    expect((await seller.exportOrder(id)).json).toEqual({ order_id: FIRST_NUMBER });
    expect(only().state).toBe("pending");
  });
});
