/** What the simulated shop sends, over sockets, taken in as the webhook takes it in: one purchase, one order. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { shopify } from "../../lib/channels/shopify/index.ts";
import { createShopifyShop, type ShopifyOptions } from "../../local/simulators/shopify.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";

const SHOP = "sklep-probny.myshopify.com";
const SECOND = 1000;
const HOUR = 3_600_000;
const purchase = { lines: [{ title: "Kubek próbny", sku: "KUB-1", quantity: 2, price: 3999 }] };
const account = ShopifyAccount.parse({
  channel: "shopify",
  account: "main",
  shop: SHOP,
  secrets: ["sekret-testowy-0001"],
});

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A shop, and a receiver that takes in what it sends; `down` is how many deliveries it fails to answer well. */
async function setup(faults: ShopifyOptions["faults"] = {}) {
  const claims = memoryClaims();
  const floor = shopFloor(claims);
  const outage = { down: 0 };
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const delivery = { method: "POST", headers, query: {}, secretPath: undefined, body: Buffer.concat(chunks) };
    outage.down -= 1;
    if (outage.down >= 0) return void response.writeHead(503).end();
    const received = shopify.receive?.(delivery, account, floor.now);
    if (received?.kind === "sightings") for (const sighting of received.sightings) await floor.report(sighting);
    response.writeHead(received?.kind === "refused" ? received.status : 200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const shop = await createShopifyShop({
    shop: SHOP,
    secret: "sekret-testowy-0001",
    accessToken: "shpat_test",
    webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/shopify/main`,
    now: () => floor.now,
    random: () => 0.5,
    faults,
  });
  closing.push(shop.close, async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  return { shop, floor, outage, orders: () => [...claims.orders.values()] };
}

describe("one purchase is one order", () => {
  it.each([[{}], [{ twin: 1 }], [{ reordered: 1 }], [{ twin: 1, reordered: 1 }]])(
    "however its deliveries come: %o",
    async (faults) => {
      const { shop, floor, orders } = await setup(faults);
      const { id } = shop.place({ ...purchase, financialStatus: "pending" });
      floor.now += 5 * SECOND;
      shop.setPayment(id, "paid");
      await shop.runQueue();
      expect(orders()).toMatchObject([
        { state: "pending", sources: [{ sourceOrder: String(id), readiness: "ready" }] },
      ]);
    },
  );

  it("paid within the second in which it was placed, in whichever order that is heard", async () => {
    for (const faults of [{}, { reordered: 1 }]) {
      const { shop, orders } = await setup(faults);
      const { id } = shop.place({ ...purchase, financialStatus: "pending" });
      shop.setPayment(id, "paid");
      await shop.runQueue();
      expect(orders()).toMatchObject([{ state: "pending" }]);
    }
  });

  it("a repeated delivery holds what the order was at first, and does not bring it back", async () => {
    const { shop, floor, outage, orders } = await setup();
    const { id } = shop.place({ ...purchase, financialStatus: "pending" });
    outage.down = 2;
    expect(await shop.runQueue()).toEqual([503, 503]);
    floor.now += 10 * SECOND;
    shop.setPayment(id, "paid");
    await shop.runQueue();
    floor.now += HOUR;
    expect(await shop.runQueue()).toEqual([200, 200]);
    expect(orders()).toMatchObject([{ state: "pending", sources: [{ readiness: "ready" }] }]);
    expect(floor.explained.map(({ reason }) => reason)).toContain("stale");
  });

  it("two orders of one second stay two", async () => {
    const { shop, orders } = await setup();
    shop.place(purchase);
    shop.place(purchase);
    await shop.runQueue();
    expect(orders()).toHaveLength(2);
  });

  it("an order cancelled before anybody took it is not forwarded, also when the news of it comes first", async () => {
    for (const faults of [{}, { reordered: 1 }]) {
      const { shop, floor, orders } = await setup(faults);
      const { id } = shop.place(purchase);
      floor.now += SECOND;
      shop.cancel(id);
      await shop.runQueue();
      expect(orders()).toMatchObject([{ state: "cancelled" }]);
    }
  });

  it("a test order makes none", async () => {
    const { shop, orders } = await setup();
    shop.place({ ...purchase, test: true });
    expect(await shop.runQueue()).toEqual([200, 200, 200]);
    expect(orders()).toEqual([]);
  });
});
