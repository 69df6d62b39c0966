/** The simulated shop behaves as the measured one; otherwise what is proven against it proves nothing. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isSigned } from "../../../lib/channels/shared/proof.ts";
import { SIGNATURE } from "../../../lib/channels/woocommerce/receive.ts";
import { createShop, type Shop, type ShopOptions, shopFaults } from "../../../local/simulators/woocommerce.ts";
import { bodyOf, vector } from "../../channels/woocommerce-vectors.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const purchase = { lines: [{ name: "Kubek „Żółw” 1/2", sku: "KUB-1", quantity: 1, gross: 3999 }] };

type Heard = { headers: IncomingHttpHeaders; body: string };

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A shop, and what its webhook sends to a receiver that answers as told. */
async function setup(options: Partial<ShopOptions> = {}): Promise<{ shop: Shop; heard: Heard[]; answer: number[] }> {
  const heard: Heard[] = [];
  const answer = [200];
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    heard.push({ headers: request.headers, body });
    response.writeHead((answer.length > 1 ? answer.shift() : answer[0]) ?? 200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const shop = await createShop({
    id: 111,
    secret: "sekret-testowy-0001",
    consumerKey: "ck",
    consumerSecret: "cs",
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/woocommerce/main`,
    now: () => NOW,
    random: () => 0.5,
    ...options,
  });
  closing.push(shop.close, async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  return { shop, heard, answer };
}

const topics = (heard: Heard[]) => heard.map(({ headers }) => headers["x-wc-webhook-topic"]);

describe("the simulated shop", () => {
  it("makes orders with the fields of a recorded one", async () => {
    const { shop } = await setup();
    const order = shop.place({ ...purchase, shipping: { method: "Kurier", gross: 1499 } });
    const recorded = bodyOf(vector("woo11-10"));
    expect(new Set(Object.keys(order))).toEqual(new Set(Object.keys(recorded)));
    expect(order).toMatchObject({ total: "54.98", date_created: "2026-11-24T13:00:00", number: String(order.id) });
  });

  it("announces an order as created and updated, with the same signed bytes in PHP's own spelling", async () => {
    const { shop, heard } = await setup();
    await shop.activate();
    shop.place(purchase);
    await shop.runQueue();
    const [ping, created, updated] = heard;
    expect(ping).toMatchObject({ body: "webhook_id=111" });
    expect(Object.keys(ping?.headers ?? {}).filter((name) => name.startsWith("x-wc"))).toEqual([]);
    expect(topics(heard)).toEqual([undefined, "order.created", "order.updated"]);
    expect(created?.body).toBe(updated?.body);
    expect(created?.body).toContain("Kubek \\u201e\\u017b\\u00f3\\u0142w\\u201d 1\\/2");
    const headers = { "x-wc-webhook-signature": String(created?.headers["x-wc-webhook-signature"]) };
    expect(isSigned(SIGNATURE, { headers, body: Buffer.from(created?.body ?? "") }, ["sekret-testowy-0001"])).toBe(
      true,
    );
    expect(created?.headers["x-wc-webhook-delivery-id"]).toBe(updated?.headers["x-wc-webhook-delivery-id"]);
  });

  it("sends what the order is by then, once for each topic, and an error object when it is gone", async () => {
    const { shop, heard } = await setup();
    await shop.activate();
    const first = shop.place({ ...purchase, status: "pending" });
    shop.setStatus(first.id, "processing");
    const second = shop.place(purchase);
    shop.remove(second.id);
    await shop.runQueue();
    const sent = heard.slice(1).map(({ body }) => JSON.parse(body) as { status?: string; code?: string });
    expect(sent.map(({ status, code }) => status ?? code)).toEqual([
      "processing",
      "processing",
      "woocommerce_rest_shop_order_invalid_id",
      "woocommerce_rest_shop_order_invalid_id",
    ]);
  });

  it("pings after every delivery until one ping is answered with exactly 200", async () => {
    const { shop, heard, answer } = await setup();
    answer.splice(0, 1, 202, 202, 202, 200, 200);
    expect(await shop.activate()).toBe(202);
    shop.place(purchase);
    await shop.runQueue();
    expect(topics(heard)).toEqual([undefined, "order.created", undefined, "order.updated", undefined]);
    shop.place(purchase);
    await shop.runQueue();
    expect(shop.webhook.pings).toBe(3);
  });

  it("never repeats a delivery, and switches its webhook off at the seventh failure in a row", async () => {
    const { shop, heard, answer } = await setup();
    await shop.activate();
    answer[0] = 503;
    for (let order = 0; order < 3; order += 1) shop.place(purchase);
    await shop.runQueue();
    expect(shop.webhook).toMatchObject({ active: true, failures: 6 });
    shop.place(purchase);
    await shop.runQueue();
    expect(shop.webhook).toMatchObject({ active: false });
    expect(heard).toHaveLength(1 + 8);
    shop.place(purchase);
    expect(await shop.runQueue()).toEqual([]);
  });

  it.each([
    ["twin", ["order.created", "order.created", "order.updated", "order.updated"]],
    ["reordered", ["order.updated", "order.created"]],
    ["delivery-lost", []],
    ["delivery-late", []],
  ] as const)("can be made to go wrong: %s", async (fault, expected) => {
    const { shop, heard } = await setup({ faults: { [fault]: 1 } });
    await shop.activate();
    shop.place(purchase);
    await shop.runQueue();
    expect(topics(heard).slice(1)).toEqual(expected);
    expect(shop.fired[fault]).toBeGreaterThan(0);
  });

  it("goes wrong only where it is told to", async () => {
    const { shop } = await setup();
    await shop.activate();
    shop.place(purchase);
    await shop.runQueue();
    expect(shop.fired).toEqual(Object.fromEntries(shopFaults.map((fault) => [fault, 0])));
  });

  it("a late delivery comes in the next run of the queue", async () => {
    const { shop, heard } = await setup({ faults: { "delivery-late": 1 } });
    await shop.activate();
    shop.place(purchase);
    await shop.runQueue();
    await shop.runQueue();
    expect(topics(heard).slice(1)).toEqual(["order.created", "order.updated"]);
  });
});
