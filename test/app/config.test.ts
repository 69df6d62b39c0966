import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { unpolledOf } from "../../lib/app/accounts.ts";
import { ConfigError } from "../../lib/app/config.ts";
import { parseConfig } from "../../local/config-file.ts";

const shop = {
  channel: "woocommerce",
  account: "main",
  baseUrl: "https://sklep.example",
  secrets: ["sekret-testowy-0001"],
};
const magento = { channel: "magento", account: "main", baseUrl: "https://m.example", accessToken: "t" };
const seller = { channel: "baselinker", account: "acme", token: "t", callbackToken: "token-zwrotny-0001" };

const { publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const adobe = { channel: "adobe", account: "main", clientId: "c", publicKeys: { "/k.pem": publicKey } };

const parsed = (accounts: object[], settings: object = {}) => parseConfig(JSON.stringify({ ...settings, accounts }));

function mistakes(accounts: object[], settings: object = {}): string {
  try {
    parsed(accounts, settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace("configuration: ", "");
    throw error;
  }
  return "";
}

test("the ERP is a bridge that is called or that fetches, and a mistake in it is named", () => {
  const secrets = ["whsec_aHVzaC1odXNoLWh1c2gtaHVzaCE="];
  expect(parsed([shop], { erp: { kind: "pull", name: "wapro", secrets } }).erp).toMatchObject({ kind: "pull" });
  const called = { kind: "bridge", name: "wapro", baseUrl: "http://bridge.example", secrets };
  expect(mistakes([shop], { erp: called })).toBe("erp.baseUrl: must begin with https://");
  expect(mistakes([shop], { erp: { ...called, kind: "push" } })).toMatch(/^erp\.kind: /);
  expect(parsed([shop])).not.toHaveProperty("erp");
});

test.each([
  ["of a few bytes", Buffer.from("hush")],
  ["of one byte, repeated", Buffer.alloc(32, 5)],
])("a key of the bridge %s is refused", (_, key) => {
  const erp = { kind: "pull", name: "wapro", secrets: [`whsec_${key.toString("base64")}`] };
  expect(mistakes([shop], { erp })).toMatch(/^erp\.secrets\.0: .*at least 16 bytes, 5 of them different$/);
});

test("an account that is configured twice is named by its path", () => {
  expect(mistakes([shop, seller, shop])).toBe("accounts.2.account: woocommerce:main is configured twice");
});

test("a secret of two accounts is named where no message says of which shop it is", () => {
  const other = { ...shop, account: "outlet" };
  expect(mistakes([shop, other])).toBe(
    "accounts.0.secrets.0: woocommerce:outlet has the same secret: give each its own; " +
      "accounts.1.secrets.0: woocommerce:main has the same secret: give each its own",
  );
  expect(mistakes([seller, { ...seller, account: "other" }])).toContain(
    "accounts.1.callbackToken: baselinker:acme has",
  );
  const hints = [
    { ...magento, hintSecret: "sekret-testowy-0002" },
    {
      channel: "prestashop",
      account: "p",
      baseUrl: "https://p.example",
      webserviceKey: "k",
      secrets: ["sekret-testowy-0002"],
    },
  ];
  expect(mistakes(hints)).toContain("accounts.0.hintSecret: prestashop:p has the same secret");
  const [secrets, shopId] = [shop.secrets, "690933842"];
  const shopify = (account: string) => ({ channel: "shopify", account, shop: `${account}.myshopify.com`, secrets });
  expect(mistakes([shopify("pl"), { ...shopify("de"), shopId }])).toBe(
    "accounts.0.secrets.0: shopify:de has the same secret: set shopId, or give each its own",
  );
  expect(
    mistakes([
      { ...shopify("pl"), shopId: "690933843" },
      { ...shopify("de"), shopId },
    ]),
  ).toBe("");
});

test.each([
  ["a mistyped account", { sources: { "shop/101": "woocommerce:mian" } }, "sources.shop/101: woocommerce:mian"],
  ["a mistyped channel", { sources: { "shop/101": "wocommerce:main" } }, "sources.shop/101: wocommerce:main"],
  [
    "one with its field",
    { sources: { "shop/1": { account: "woocommerce:b", field: "auto" } } },
    "sources.shop/1: woocommerce:b",
  ],
  ["the shop exported to", { exportShop: "woocommerce:b2b" }, "exportShop: woocommerce:b2b"],
])("BaseLinker may map its orders to known accounts only: %s is a mistake", (_, more, mistake) => {
  expect(mistakes([shop, { ...seller, ...more }])).toBe(`accounts.1.${mistake} is not configured`);
});

test.each([
  [
    "a shop that names another BaseLinker",
    [{ ...shop, baselinkerAccount: "acmee" }, seller],
    "accounts.0.baselinkerAccount: baselinker:acmee",
  ],
  ["events of another shop", [magento, { ...adobe, issuer: "magento:b2b" }], "accounts.1.issuer: magento:b2b"],
])("%s is a mistake", (_, accounts, mistake) => {
  expect(mistakes(accounts)).toBe(`${mistake} is not configured`);
});

test("orders may belong to accounts that are configured, in whatever order, and to a shop that is not connected", () => {
  const sources = { "shop/101": "woocommerce:main", "allegro/7001": "allegro:acme" };
  expect(
    mistakes([
      { ...seller, sources },
      { ...shop, baselinkerAccount: "acme" },
    ]),
  ).toBe("");
});

test("purchases are remembered at least as long as they are recognised", () => {
  expect(mistakes([shop], { windowDays: 60, memoryDays: 59 })).toBe("memoryDays: must not be shorter than windowDays");
  expect(mistakes([shop], { windowDays: 120 })).toBe("memoryDays: must not be shorter than windowDays");
  expect(mistakes([shop], { windowDays: 60, memoryDays: 60 })).toBe("");
});

test("an account whose calls only name orders is polled without being told to", () => {
  const shoper = {
    channel: "shoper",
    account: "s",
    baseUrl: "https://s.example",
    secrets: ["sekret-testowy-0001"],
    apiToken: "t",
    cancelledStatuses: [9],
  };
  const presta = { channel: "prestashop", account: "p", baseUrl: "https://p.example", webserviceKey: "k" };
  for (const account of parsed([seller, shoper, presta, magento]).accounts)
    expect(account.pollSeconds, account.channel).toBeGreaterThan(0);
});

test("an account that could be polled and is not is named; one that cannot be is not", () => {
  const secrets = ["sekret-testowy-0003"];
  const polled = { ...shop, account: "second", secrets, consumerKey: "ck", consumerSecret: "cs", pollSeconds: 60 };
  const shopify = {
    channel: "shopify",
    account: "main",
    shop: "sklep.myshopify.com",
    secrets: ["sekret-testowy-0002"],
  };
  expect(unpolledOf(parsed([shop, polled, shopify, magento, seller, adobe]))).toEqual([
    "woocommerce:main",
    "shopify:main",
  ]);
});
