/** `kojarz check` against the simulated platforms: each mistake of a new merchant is told in the platform's own words. */
import { describe, expect, test } from "vitest";
import type { CheckParts } from "../../cli/check/account.ts";
import type { FrontMistake } from "../../local/simulators/front.ts";
import { createIdoShop } from "../../local/simulators/idosell.ts";
import { createMagento, type MagentoOptions } from "../../local/simulators/magento.ts";
import { createPrestaShop, type PrestaOptions } from "../../local/simulators/prestashop.ts";
import { createShoperShop, type ShoperOptions } from "../../local/simulators/shoper.ts";
import { createShopifyShop, type ShopifyOptions } from "../../local/simulators/shopify.ts";
import { createShop, type ShopOptions } from "../../local/simulators/woocommerce.ts";
import { check, finding, fronted, troubleIn } from "./check-world.ts";

const KOJARZ = "https://orders.sklep.example";
const io = { now: Date.now, random: () => 0.5 };
const WOO_KEYS = { consumerKey: "ck_0123456789abcdef", consumerSecret: "cs_0123456789abcdef" };

async function woo(options: Partial<ShopOptions> = {}) {
  const webhookUrl = `${KOJARZ}/webhooks/woocommerce/main`;
  const shop = await createShop({ id: 1, secret: "sekret-testowy-0001", ...WOO_KEYS, webhookUrl, ...io, ...options });
  shop.place({
    lines: [{ name: "Kubek próbny", sku: "KUB-1", quantity: 2, gross: 7998 }],
    shipping: { method: "Kurier testowy", gross: 1500 },
    buyer: { firstName: "Ewa", lastName: "Przykładowa", email: "ewa.przykladowa@poczta.example" },
  });
  const front = await fronted(shop);
  const account = { channel: "woocommerce", account: "main", baseUrl: front.url, secrets: ["sekret-testowy-0001"] };
  return { shop, front, account: { ...account, ...WOO_KEYS, pollSeconds: 60 } };
}

async function magento(options: Partial<MagentoOptions> = {}) {
  const shop = await createMagento({ accessToken: "token-of-the-integration", ...io, ...options });
  shop.place({ lines: [{ sku: "KUB-1", name: "Kubek próbny", quantity: 1, gross: 3999 }] });
  const front = await fronted(shop);
  const account = { channel: "magento", account: "main", baseUrl: front.url, accessToken: "token-of-the-integration" };
  return { shop, front, account };
}

async function presta(options: Partial<PrestaOptions> = {}) {
  const shop = await createPrestaShop({ key: "KEYOFTHEWEBSERVICE", ...io, ...options });
  shop.place({ parcels: [{ lines: [{ name: "Kubek próbny", reference: "KUB-1", quantity: 1, gross: 3999 }] }] });
  const front = await fronted(shop);
  const account = { channel: "prestashop", account: "main", baseUrl: front.url, webserviceKey: "KEYOFTHEWEBSERVICE" };
  return { shop, front, account };
}

async function shoper(options: Partial<ShoperOptions> = {}) {
  const webhook = { id: "5", key: "klucz-testowy-0001", url: `${KOJARZ}/webhooks/shoper/main` };
  const shop = await createShoperShop({ user: "kojarz", password: "haslo-do-api", webhook, ...io, ...options });
  shop.place({ lines: [{ name: "Kubek próbny", code: "KUB-1", quantity: 1, gross: 3999 }] });
  const front = await fronted(shop);
  const keys = {
    apiUser: "kojarz",
    apiPassword: "haslo-do-api",
    secrets: ["klucz-testowy-0001"],
    cancelledStatuses: [9],
  };
  return { shop, front, account: { channel: "shoper", account: "main", baseUrl: front.url, ...keys } };
}

async function shopify(options: Partial<ShopifyOptions> = {}) {
  const name = "sklep-probny.myshopify.com";
  const webhookUrl = `${KOJARZ}/webhooks/shopify/main`;
  const own = { shop: name, secret: "sekret-testowy-0001", accessToken: "shpat_0123456789", webhookUrl };
  const shop = await createShopifyShop({ ...own, ...io, ...options });
  shop.place({ lines: [{ title: "Kubek próbny", sku: "KUB-1", quantity: 1, price: 3999 }] });
  const front = await fronted(shop);
  const keys = { shop: name, secrets: ["sekret-testowy-0001"], accessToken: "shpat_0123456789", pollSeconds: 60 };
  return { shop, front, account: { channel: "shopify", account: "main", baseUrl: front.url, ...keys } };
}

async function idosell() {
  const shop = await createIdoShop({ key: "klucz-do-api-0123", ...io });
  shop.place({ lines: [{ name: "Kubek próbny", code: "KUB-1", quantity: 1, price: 39.99 }] });
  const front = await fronted(shop);
  return {
    shop,
    front,
    account: { channel: "idosell", account: "main", baseUrl: front.url, apiKey: "klucz-do-api-0123" },
  };
}

const PLATFORMS = { woo, magento, presta, shoper, shopify, idosell };

describe.each(Object.entries(PLATFORMS))("%s", (_, make) => {
  test("a shop that can work says so, with one order as the ERP would get it", async () => {
    const { account } = await make();
    const checked = await check(account);
    const failed = checked.findings.filter(({ state }) => state === "fail").map(({ check: name }) => name);
    // Nobody has made its webhooks yet.
    expect(failed).toEqual(make === woo ? ["webhooks"] : []);
    expect(checked.order).toMatchObject({ state: "forwarded", currency: "PLN", erp: { lines: [{ sku: "KUB-1" }] } });
    expect(checked.order?.keys[0]).toContain("rank 2");
    expect(finding(checked, "clock").state).toBe("ok");
    expect(finding(checked, "time zone").state).toBe("ok");
    expect(finding(checked, "currency").says).toMatch(/^PLN: \d/);
  });

  const FRONTS: ReadonlyArray<readonly [FrontMistake, kind: string, words: string]> = [
    ["firewall", "firewall", "Attention Required"],
    ["maintenance", "maintenance", "Maintenance"],
    ["page", "page", "Sklep próbny"],
    ["redirect", "redirect", "https://www.sklep.example"],
  ];
  test.each(FRONTS)("what stands before it is told apart: %s", async (mistake, kind, words) => {
    const { front, account } = await make();
    front.mistake = mistake;
    const checked = await check(account);
    expect(checked.works).toBe(false);
    expect(troubleIn(checked)).toBe(kind);
    expect(finding(checked, "order list").says).toContain(words);
  });

  test("a shop that is not there is no shop with wrong keys", async () => {
    const { shop, front, account } = await make();
    await front.close();
    const checked = await check(account);
    expect(troubleIn(checked)).toBe("unreached");
    expect(finding(checked, "order list").says).toContain("ECONNREFUSED");
    await shop.close();
  });
});

const WRONG: ReadonlyArray<readonly [keyof typeof PLATFORMS, object, words: string]> = [
  ["woo", { consumerKey: "ck_of-another-shop" }, "Consumer key is invalid."],
  ["magento", { accessToken: "token-of-another-shop" }, "isn't authorized to access Magento_Sales::actions_view"],
  ["presta", { webserviceKey: "KEYOFANOTHERSHOP" }, "code 20"],
  ["shoper", { apiPassword: "inne-haslo" }, "unauthorized_client"],
  ["shopify", { accessToken: "shpat_of-another-shop" }, "Invalid API key or access token"],
  ["idosell", { apiKey: "klucz-innego-sklepu" }, "code 1"],
];

test.each(WRONG)("%s: wrong keys, in its own words", async (platform, keys, words) => {
  const { account } = await PLATFORMS[platform]();
  const checked = await check({ ...account, ...keys });
  expect(troubleIn(checked)).toBe("wrong-keys");
  expect(finding(checked, "order list").says).toContain(words);
});

const WITHOUT_RIGHTS: ReadonlyArray<readonly [string, () => Promise<{ account: object }>, words: string]> = [
  ["WooCommerce, a key for writing", () => woo({ rights: "write" }), "does not have read permissions"],
  ["WooCommerce, a key of nobody", () => woo({ rights: "none" }), "cannot list resources"],
  ["Magento", () => magento({ readsOrders: false, readsCatalog: true }), "Magento_Sales::actions_view"],
  ["PrestaShop", () => presta({ withheld: ["orders"] }), "code 26"],
  ["Shoper", () => shoper({ withheld: ["orders"] }), "access_denied"],
  ["Shopify", () => shopify({ scopes: [] }), "merchant approval for read_orders"],
];

test.each(WITHOUT_RIGHTS)("%s: known keys without the right, in its own words", async (_, make, words) => {
  const { account } = await make();
  const checked = await check(account);
  expect(troubleIn(checked)).toBe("no-rights");
  expect(finding(checked, "order list").says).toContain(words);
});

test("PrestaShop: a header that the web server takes away is no wrong key", async () => {
  const { front, account } = await presta();
  front.mistake = "header-dropped";
  expect(troubleIn(await check(account))).toBe("header-dropped");
});

test("PrestaShop: a webservice that is switched off is told", async () => {
  const { account } = await presta({ faults: { "webservice-off": 1 } });
  expect(troubleIn(await check(account))).toBe("api-off");
});

test("PrestaShop: another time zone than the shop's is found before the first order", async () => {
  const { account } = await presta({ timeZone: "Europe/London" });
  expect(finding(await check(account), "shop's clock")).toMatchObject({
    state: "fail",
    says: "the shop is in Europe/London, the setting timeZone says Europe/Warsaw",
  });
});

test("PrestaShop: a further resource that the key may not read is named, and the shop can work", async () => {
  const { account } = await presta({ rights: ["order_cart_rules", "cart_rules", "messages", "customizations"] });
  const checked = await check(account);
  expect(checked.works).toBe(true);
  expect(finding(checked, "rights")).toMatchObject({ state: "look", says: "the key may not GET order_slip" });
});

describe("WooCommerce", () => {
  test("a dropped header is told, and the keys in the address work", async () => {
    const { front, account } = await woo();
    front.mistake = "header-dropped";
    const checked = await check(account);
    expect(finding(checked, "Authorization header").state).toBe("look");
    expect(checked.order?.state).toBe("forwarded");
  });

  test("a shop that sees neither header nor address has dropped keys, and no wrong ones", async () => {
    const { account } = await woo();
    const blind = { ...account, consumerKey: account.consumerKey };
    const checked = await check(blind, {
      http: async (url, request) => {
        const { http } = await import("../../lib/runtime/http.ts");
        const { authorization: _, ...headers } = request?.headers ?? {};
        return http(url.replace(/consumer_(?:key|secret)=[^&]*&?/g, ""), { ...request, headers });
      },
    });
    expect(troubleIn(checked)).toBe("header-dropped");
  });

  test("webhooks: missing, switched off after failures, and leading elsewhere are three things", async () => {
    const { shop, account } = await woo();
    expect(finding(await check(account), "webhooks").says).toContain("none of 0 leads to");
    await shop.webhook.activate();
    expect(finding(await check(account), "webhook order.created").state).toBe("ok");
    const elsewhere = await check(account, { address: "https://inny.example" });
    expect(finding(elsewhere, "webhooks").says).toContain("none of 4 leads to");
    for (let failure = 0; failure < 7; failure += 1) await shop.webhook.send("order.created", "{}");
    const off = finding(await check(account, { address: KOJARZ }), "webhook order.created");
    expect(off).toMatchObject({ state: "fail", says: "no 1 is disabled" });
    expect(off.todo?.pl).toContain("siódmej");
  });

  test("a cache that answers every page with the first one is found", async () => {
    const { shop, front, account } = await woo();
    for (let order = 0; order < 150; order += 1) shop.place({ lines: [{ name: "Kubek", quantity: 1, gross: 100 }] });
    expect(finding(await check(account), "paging")).toMatchObject({
      state: "ok",
      says: expect.stringMatching(/further/),
    });
    front.mistake = "cached";
    expect(finding(await check(account), "paging")).toMatchObject({
      state: "fail",
      says: "every page is the first again",
    });
  });

  test("version and the shop's own clock are shown", async () => {
    const { account } = await woo();
    const checked = await check(account);
    expect(finding(checked, "version").says).toBe("WooCommerce 11.0.1, as an order says");
    expect(finding(checked, "shop's clock").says).toBe("Europe/Warsaw; orders are read in UTC");
  });

  test("the order is shown as the ERP would get it, without the person", async () => {
    const { account } = await woo();
    const { order, findings } = await check(account);
    expect(order).toMatchObject({
      verdict: "new",
      total: "94.98",
      erp: {
        lines: [{ name: "Kubek próbny", sku: "KUB-1", quantity: "2", gross: "79.98", vat: "23" }],
        shipping: { gross: "15.00" },
        buyer: expect.arrayContaining(["email", "billing address"]),
      },
    });
    expect(JSON.stringify({ order, findings })).not.toMatch(/Przykładowa|poczta\.example/);
  });

  test("without a key the shop can work, and a person hears what is lost", async () => {
    const { account } = await woo();
    const { consumerKey: _, consumerSecret: __, pollSeconds: ___, ...unpolled } = account;
    expect(finding(await check(unpolled), "order list")).toMatchObject({
      state: "look",
      says: expect.stringContaining("is not polled"),
    });
  });
});

describe("Shopify", () => {
  test("a token of another shop is found although it reads orders", async () => {
    const { account } = await shopify({ ownShop: "inny-sklep.myshopify.com" });
    expect(finding(await check(account), "shop")).toMatchObject({
      state: "fail",
      says: expect.stringContaining("and not sklep-probny.myshopify.com"),
    });
  });

  test("without read_all_orders the list ends after 60 days", async () => {
    const { account } = await shopify({ scopes: ["read_orders"] });
    expect(finding(await check(account), "rights")).toMatchObject({ state: "look" });
  });

  test("an API version that is retired is answered by another one", async () => {
    const { account } = await shopify();
    const { http } = await import("../../lib/runtime/http.ts");
    const asked: CheckParts["http"] = (url, request) => http(url.replace("2024-01", "2026-07"), request);
    const checked = await check({ ...account, apiVersion: "2024-01" }, { http: asked });
    expect(finding(checked, "version")).toMatchObject({
      state: "look",
      says: "asked for 2024-01, answered by 2026-07",
    });
  });
});

test("Shoper: a webhook that is off is told", async () => {
  const webhook = { id: "5", key: "klucz-testowy-0001", url: `${KOJARZ}/webhooks/shoper/main`, active: false };
  const { account } = await shoper({ webhook });
  expect(finding(await check(account), "webhook order.create")).toMatchObject({ state: "fail", says: "no 5 is off" });
});

test("a clock that is minutes off is found", async () => {
  const { account } = await woo();
  const fast = await check(account, { now: () => Date.now() + 600_000 });
  expect(finding(fast, "clock")).toMatchObject({ state: "fail", says: expect.stringMatching(/ahead of the platform/) });
  const slow = await check(account, { now: () => Date.now() - 600_000 });
  expect(finding(slow, "clock")).toMatchObject({ state: "fail", says: expect.stringMatching(/behind the platform/) });
});

test("Shoper: a clock in another zone dates its orders ahead of now", async () => {
  const { account } = await shoper();
  expect(finding(await check({ ...account, timeZone: "America/New_York" }), "time zone")).toMatchObject({
    state: "fail",
    says: expect.stringMatching(/minutes ahead of now/),
  });
});
