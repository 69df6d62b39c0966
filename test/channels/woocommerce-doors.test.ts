/** What a shop's webhook brings to the door besides orders: deletions, and messages of copies of the shop. */
import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { Settings } from "../../lib/app/config.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { receiveWebhook } from "../../lib/intake/webhook.ts";
import type { HttpEvent } from "../../lib/runtime/lambda.ts";
import { deliverAll } from "../support/shop-floor.ts";
import { NOW } from "../support/sightings.ts";
import { type WebhookFloor, webhookFloor } from "../support/webhook-floor.ts";

const SECRET = "sekret-testowy-0001";
const account = WooAccount.parse({
  channel: "woocommerce",
  account: "main",
  baseUrl: "https://sklep.example",
  secrets: [SECRET],
});

const order = {
  id: 501,
  number: "501",
  status: "processing",
  currency: "PLN",
  total: "123.00",
  date_created_gmt: "2026-11-24T11:00:00",
  date_modified_gmt: "2026-11-24T11:01:00",
  line_items: [{ name: "Kubek", sku: "KUB-1", quantity: 1, total: "100.00", total_tax: "23.00" }],
  shipping_lines: [],
  fee_lines: [],
};

let floor: WebhookFloor;
beforeEach(() => {
  floor = webhookFloor({ ...Settings.parse({}), accounts: [account] }, NOW);
});

/** A signed message of the shop; `source`: the address that it gives as its own. */
async function send(topic: string, document: object, source = "https://sklep.example/") {
  const body = JSON.stringify(document);
  const event = {
    rawPath: "/webhooks/woocommerce/main",
    pathParameters: { account: "main" },
    requestContext: { http: { method: "POST" } },
    headers: {
      "x-wc-webhook-source": source,
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-signature": createHmac("sha256", SECRET).update(body).digest("base64"),
    },
    body,
  } as unknown as HttpEvent;
  const { statusCode, body: answer } = await receiveWebhook(floor.app, "woocommerce", event);
  return { status: statusCode, ...JSON.parse(String(answer)) };
}

const held = () =>
  [...floor.claims.held.values()]
    .filter(({ resolved }) => !resolved)
    .map(({ sourceOrder, reason, count }) => ({ sourceOrder, reason, count }));
const states = () => [...floor.claims.orders.values()].map(({ state }) => state);

describe("an order that was deleted at the shop", () => {
  it("is told to a person where the ERP has it, and stays there", async () => {
    await send("order.created", order);
    await deliverAll(floor.claims);
    expect(await send("order.deleted", { id: 501 })).toMatchObject({
      status: 200,
      verdict: "held",
      reason: "gone-at-source",
    });
    expect(held()).toEqual([{ sourceOrder: "501", reason: "gone-at-source", count: 1 }]);
    expect(states()).toEqual(["delivered"]);
  });

  it("is not sent where the ERP has not got it yet, and is sent once the shop restores it", async () => {
    await send("order.created", order);
    await send("order.deleted", { id: 501 });
    expect(states()).toEqual(["held"]);
    expect(await send("order.restored", order)).toMatchObject({ status: 200, verdict: "linked", reason: "ready" });
    expect(states()).toEqual(["pending"]);
  });

  it("is over with once it is restored, also where the ERP had it all along", async () => {
    await send("order.created", order);
    await deliverAll(floor.claims);
    await send("order.deleted", { id: 501 });
    await send("order.restored", order);
    expect(held()).toEqual([]);
  });

  it("is nobody's business where it never was more than a cart, or waits to be paid", async () => {
    expect(await send("order.deleted", { id: 77 })).toMatchObject({ status: 200, verdict: "ignored" });
    await send("order.created", { ...order, status: "pending" });
    expect(await send("order.deleted", { id: 501 })).toMatchObject({ status: 200, verdict: "ignored" });
    expect(held()).toEqual([]);
  });
});

describe("a message whose source is another shop", () => {
  const staging = "https://staging.sklep.example/";

  it("is kept out, so that a copy's test order under the same number takes nothing from the real one", async () => {
    const test = { ...order, total: "1.00", date_modified_gmt: "2026-11-24T11:30:00" };
    expect(await send("order.created", test, staging)).toMatchObject({
      status: 200,
      verdict: "held",
      reason: "other-shop",
    });
    expect(await send("order.created", order)).toMatchObject({ status: 200, verdict: "new" });
    expect([...floor.claims.orders.values()].map(({ totals }) => totals)).toMatchObject([[{ minor: 12300 }]]);
  });

  it("is told once a source and counted, without anything of what it says", async () => {
    for (const id of [1, 2, 3]) await send("order.created", { ...order, id }, staging);
    await send("order.deleted", { id: 1 }, staging);
    await send("order.created", order, "https://sklep.example/test/");
    expect(held()).toEqual([
      { sourceOrder: "shop:staging.sklep.example", reason: "other-shop", count: 4 },
      { sourceOrder: "shop:sklep.example/test", reason: "other-shop", count: 1 },
    ]);
    expect([...floor.bodies.values()].map(String)).toEqual([
      '{"source":"staging.sklep.example"}',
      '{"source":"sklep.example/test"}',
    ]);
  });

  it("cancels and deletes nothing of the real shop", async () => {
    await send("order.created", order);
    await send("order.updated", { ...order, status: "cancelled", date_modified_gmt: "2026-11-24T12:00:00" }, staging);
    await send("order.deleted", { id: 501 }, staging);
    expect(states()).toEqual(["pending"]);
  });

  it.each(["http://sklep.example/", "https://www.sklep.example", ""])("is none where it names %o", async (source) => {
    expect(await send("order.created", order, source)).toMatchObject({ verdict: "new" });
  });
});
