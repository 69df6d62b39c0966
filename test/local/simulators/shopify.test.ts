/** The simulated shop behaves as Shopify documents it; otherwise what is proven against it proves nothing. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isSigned } from "../../../lib/channels/shared/proof.ts";
import { SIGNATURE } from "../../../lib/channels/shopify/signature.ts";
import {
  createShopifyShop,
  type ShopifyOptions,
  type ShopifyShop,
  shopifyFaults,
} from "../../../local/simulators/shopify.ts";

const START = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const purchase = { lines: [{ title: "Kubek próbny", quantity: 1, price: 3999 }] };
const token = { "x-shopify-access-token": "shpat_test" };

type Heard = { headers: IncomingHttpHeaders; body: string };

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A shop, and what its webhooks bring to a receiver that answers as told. */
async function setup(options: Partial<ShopifyOptions> = {}) {
  const heard: Heard[] = [];
  const clock = { at: START };
  const answer = { status: 200 };
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    heard.push({ headers: request.headers, body });
    response.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const shop = await createShopifyShop({
    shop: "sklep-probny.myshopify.com",
    secret: "sekret-testowy-0001",
    accessToken: "shpat_test",
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/shopify/main`,
    now: () => clock.at,
    random: () => 0.5,
    ...options,
  });
  closing.push(shop.close, async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  return { shop, heard, clock, answer };
}

const topics = (heard: Heard[]) => heard.map(({ headers }) => headers["x-shopify-topic"]);

async function get(shop: ShopifyShop, query: string) {
  const answer = await fetch(`${shop.url}/admin/api/2026-07/orders.json${query}`, { headers: token });
  return { status: answer.status, link: answer.headers.get("link"), text: await answer.text() };
}

describe("the simulated shop's webhooks", () => {
  it("one event comes under each topic, with one event id and a webhook id of its own, signed", async () => {
    const { shop, heard } = await setup();
    shop.place(purchase);
    expect(await shop.runQueue()).toEqual([200, 200, 200]);
    expect(topics(heard)).toEqual(["orders/create", "orders/paid", "orders/updated"]);
    expect(new Set(heard.map(({ headers }) => headers["x-shopify-event-id"])).size).toBe(1);
    expect(new Set(heard.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(3);
    const signatures = heard.map(({ headers, body }) => ({
      headers: { "x-shopify-hmac-sha256": String(headers["x-shopify-hmac-sha256"]) },
      body: Buffer.from(body),
    }));
    for (const signed of signatures) expect(isSigned(SIGNATURE, signed, ["sekret-testowy-0001"])).toBe(true);
  });

  it("a delivery is repeated 8 times in 4 hours, with the body and the ids of its first try", async () => {
    const { shop, heard, clock, answer } = await setup({ topics: ["orders/create"] });
    answer.status = 503;
    const { id } = shop.place({ ...purchase, financialStatus: "pending" });
    await shop.runQueue();
    shop.setPayment(id, "paid");
    for (clock.at = START; clock.at <= START + 5 * HOUR; clock.at += HOUR / 60) await shop.runQueue();
    expect(heard).toHaveLength(1 + 8);
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
    expect(new Set(heard.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(1);
    expect(heard[8]?.body).toContain('"financial_status":"pending"');
  });

  it("the subscription is deleted after the last of them, and nothing comes any more", async () => {
    const { shop, heard, clock, answer } = await setup({ topics: ["orders/create"] });
    answer.status = 401;
    shop.place(purchase);
    for (clock.at = START; clock.at <= START + 4 * HOUR; clock.at += HOUR / 60) await shop.runQueue();
    expect(shop.subscription.active).toBe(false);
    answer.status = 200;
    shop.place(purchase);
    expect(await shop.runQueue()).toEqual([]);
    expect(heard).toHaveLength(9);
  });

  it("a delivery that is answered in the end is not repeated", async () => {
    const { shop, clock, answer } = await setup({ topics: ["orders/create"] });
    answer.status = 500;
    shop.place(purchase);
    await shop.runQueue();
    answer.status = 200;
    clock.at += HOUR;
    expect(await shop.runQueue()).toEqual([200]);
    clock.at += 4 * HOUR;
    expect(await shop.runQueue()).toEqual([]);
    expect(shop.subscription.active).toBe(true);
  });

  it("a refund and an edit name the order only", async () => {
    const { shop, heard } = await setup({ topics: ["refunds/create", "orders/edited"] });
    const { id } = shop.place({ ...purchase, lines: [{ title: "Kubek", quantity: 3, price: 1000 }] });
    shop.refund(id, 1000, 0, 1);
    shop.takeOff(id, 0, 1);
    await shop.runQueue();
    expect(heard.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { order_id: id, transactions: [{ amount: "10.00" }] },
      { order_edit: { order_id: id } },
    ]);
    expect(shop.orders()).toMatchObject([{ total_price: "30.00", current_total_price: "10.00" }]);
  });

  it.each([
    ["twin", ["orders/create", "orders/create"]],
    ["reordered", ["orders/updated", "orders/create"]],
    ["delivery-lost", []],
  ] as const)("can be made to go wrong: %s", async (fault, expected) => {
    const subscribed = fault === "reordered" ? ["orders/create", "orders/updated"] : ["orders/create"];
    const { shop, heard } = await setup({ faults: { [fault]: 1 }, topics: subscribed });
    shop.place(purchase);
    await shop.runQueue();
    expect(topics(heard)).toEqual(expected);
    expect(shop.fired[fault]).toBeGreaterThan(0);
  });

  it("goes wrong only where it is told to", async () => {
    const { shop } = await setup();
    shop.place(purchase);
    await shop.runQueue();
    expect(shop.fired).toEqual(Object.fromEntries(shopifyFaults.map((fault) => [fault, 0])));
  });
});

describe("the simulated order list", () => {
  it("gives 50 open orders, newest first, unless it is asked otherwise", async () => {
    const { shop, clock } = await setup();
    for (let i = 0; i < 60; i += 1) {
      clock.at += 1000;
      shop.place(purchase);
    }
    shop.cancel(shop.orders()[59]?.id ?? 0);
    const { orders } = JSON.parse((await get(shop, "")).text) as { orders: Array<{ id: number }> };
    expect(orders).toHaveLength(50);
    expect(orders[0]?.id).toBe(shop.orders()[58]?.id);
  });

  it("a place in the list is asked for without any filter beside it", async () => {
    const { shop } = await setup();
    for (let i = 0; i < 3; i += 1) shop.place(purchase);
    const { link } = await get(shop, "?limit=2&status=any");
    const info = link?.match(/page_info=([^>]+)>; rel="next"/)?.[1] ?? "";
    expect((await get(shop, `?limit=2&page_info=${info}`)).status).toBe(200);
    expect((await get(shop, `?limit=2&page_info=${info}&status=any`)).status).toBe(400);
    expect((await get(shop, "?page_info=made-up")).status).toBe(400);
  });

  it("refuses more than 250 a page and a wrong token", async () => {
    const { shop } = await setup();
    expect((await get(shop, "?limit=251")).status).toBe(400);
    expect((await fetch(`${shop.url}/admin/api/2026-07/orders.json`)).status).toBe(401);
  });
});
