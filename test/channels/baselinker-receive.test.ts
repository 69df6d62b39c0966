import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { baselinker } from "../../lib/channels/baselinker/index.ts";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";

const SECRET = "0123456789abcdef0123";

const entry = { channel: "baselinker", account: "acme", token: "t", callbackToken: SECRET };
const account = BaseLinkerAccount.parse(entry);

function received(changes: Partial<WebhookRequest>): Received | undefined {
  const delivery: WebhookRequest = {
    method: "HEAD",
    headers: {},
    query: { order_id: "800000101", state: "x" },
    secretPath: SECRET,
    body: Buffer.alloc(0),
    ...changes,
  };
  return baselinker.receive?.(delivery, account, 0);
}

describe("the callback", () => {
  test("a HEAD with an order id is a hint and is answered without a body", () => {
    expect(received({})).toEqual({ kind: "refreshes", ids: ["800000101"], answer: "silent" });
  });

  test("a GET with an order id is a hint and is answered with a verdict", () => {
    expect(received({ method: "GET" })).toEqual({ kind: "refreshes", ids: ["800000101"], answer: "accepted" });
  });

  test.each([
    ["a form", "order_id=800000101&state=x"],
    ["JSON with text", '{"order_id":"800000101"}'],
    ["JSON with a number", '{"order_id":800000101}'],
  ])("a POST may carry the order id as %s", (_, body) => {
    const posted = received({ method: "POST", query: {}, body: Buffer.from(body) });
    expect(posted).toEqual({ kind: "refreshes", ids: ["800000101"], answer: "accepted" });
  });

  test("it takes HEAD, GET and POST, and no other method", () => {
    expect(baselinker.methods).toEqual(["HEAD", "GET", "POST"]);
  });

  test.each([undefined, "", "wrong", `${SECRET}x`, SECRET.toUpperCase(), "żółć"])(
    "without the secret path (%s) the account does not seem to exist",
    (secretPath) => {
      expect(received({ secretPath })).toEqual({ kind: "refused", status: 404, code: "unknown-account" });
    },
  );

  test.each(["", "0", "-1", "abc", "[order_id]", "1".repeat(16), "1e3", "1.5", "٣"])(
    "what is no order id (%s) is ignored",
    (order_id) => {
      expect(received({ query: { order_id } })).toEqual({ kind: "ignored", reason: "no-order-id" });
    },
  );

  test.each(["{", '{"order_id":{}}', "[1]", "\u0000\ufffd", '{"order_id":1e20}'])(
    "a body that says no order id (%s) is ignored",
    (body) => {
      const posted = received({ method: "POST", query: {}, body: Buffer.from(body) });
      expect(posted).toEqual({ kind: "ignored", reason: "no-order-id" });
    },
  );

  test("one order has one spelling, so that repeats cost one read", () => {
    expect(received({ query: { order_id: "000800000101" } })).toMatchObject({ ids: ["800000101"] });
  });
});

describe("the configuration", () => {
  test("an account needs no more than its tokens", () => {
    expect(account).toMatchObject({
      baseUrl: "https://api.baselinker.com",
      sources: {},
      callsPerMinute: 80,
      blockSeconds: 600,
      singleReads: 10,
      cancelledStatuses: [],
    });
  });

  test("of a source named by its account alone nobody says which of the shop's ids it holds", () => {
    const parsed = BaseLinkerAccount.parse({
      ...entry,
      sources: { "shop/101": "woocommerce:main", "shop/102": { account: "shopify:pl", field: "number" } },
    });
    expect(parsed.sources).toEqual({
      "shop/101": { account: "woocommerce:main", field: "auto" },
      "shop/102": { account: "shopify:pl", field: "number" },
    });
  });

  test.each([
    ["callbackToken", { callbackToken: "fifteen-letters" }],
    ["callbackToken", { callbackToken: "a/slash/that/no/route/carries" }],
    ["callbackToken", { callbackToken: "a space that no route carries" }],
    ["exchangePassword", { exchangePassword: "seven l" }],
    ["exchange.statuses", { exchange: { statuses: [] } }],
    ["exchange.statuses.0.id", { exchange: { statuses: [{ id: "in transit", name: "In transit" }] } }],
    ["exchange.services.erli_pl", { exchange: { services: { erli_pl: "" } } }],
    ["cancelledStatuses", { exchange: { statuses: [{ id: "off", name: "Off", cancelled: true }] } }],
    ["token", { token: "" }],
    ["baseUrl", { baseUrl: "ftp://x" }],
    ["sources.shop/101.account", { sources: { "shop/101": "woocommerce" } }],
    ["sources.shop/101.field", { sources: { "shop/101": { account: "woocommerce:main", field: "name" } } }],
    ["sources.shop", { sources: { shop: "woocommerce:main" } }],
    ["exportShop.account", { exportShop: "main" }],
    ["cancelledStatuses.1", { cancelledStatuses: [1, "x"] }],
  ])("a mistake is named by its path: %s", (path, changes) => {
    const parsed = BaseLinkerAccount.safeParse({ ...entry, ...changes });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  test("an unknown key is a mistake", () => {
    expect(BaseLinkerAccount.safeParse({ ...entry, sourcs: {} }).success).toBe(false);
  });
});
