/** Cursors as the build of 2026-11-24 stored them, most of them in the middle of a walk: each goes on where it stood. */
import { expect, test } from "vitest";
import { channels } from "../../lib/channels/index.ts";
import type { Http } from "../../lib/runtime/http.ts";
import { pullIo } from "../support/pulled.ts";

const NOW = Date.UTC(2026, 10, 25, 12);
/** Unix seconds: 2026-11-24 12:00:00 UTC. */
const NOON = 1_795_521_600;

const ACCOUNTS = {
  woocommerce: { secrets: ["sekret-testowy-0001"], consumerKey: "ck_test", consumerSecret: "cs_test" },
  shopify: { shop: "sklep.myshopify.com", secrets: ["sekret-testowy-0001"], accessToken: "shpat_test" },
  magento: { accessToken: "token-testowy" },
  prestashop: { secrets: ["sekret-testowy-0001"], webserviceKey: "KLUCZ-TESTOWY" },
  idosell: { apiKey: "klucz-testowy" },
  baselinker: { token: "4000001-test", callbackToken: "0123456789abcdef", sources: {} },
};

/** A list without orders, in each platform's words. */
const NOTHING = {
  woocommerce: [],
  shopify: { orders: [] },
  magento: { items: [], total_count: 0 },
  prestashop: [],
  idosell: { Results: [], resultsNumberPage: 0 },
  baselinker: { status: "SUCCESS", orders: [] },
};

/** What a listing asks first, and what it stores after all of it was empty. */
async function goingOn(platform: keyof typeof ACCOUNTS, name: string, cursor: string) {
  const channel = channels.find((one) => one.name === platform);
  const asked: string[] = [];
  const http: Http = async (url, request) => {
    asked.push(decodeURIComponent(`${url} ${request?.body ?? ""}`.replaceAll("+", " ")));
    return { status: 200, headers: new Headers(), text: JSON.stringify(NOTHING[platform]) };
  };
  const fields = { channel: platform, account: "main", baseUrl: "https://sklep.example", ...ACCOUNTS[platform] };
  const account = channel?.account.parse(fields);
  const pull = account && channel?.pull?.(account, { ...pullIo(() => NOW), http });
  const listing = pull?.listings.find((one) => one.name === name);
  if (!listing) throw new Error(`${platform} has no listing ${name}`);
  const page = await listing.page(cursor);
  return { asked: asked[0], page };
}

test.each([
  ["woocommerce", "orders", { after: NOON, page: 3 }, ["modified_after=2026-11-24T12:00:00", "page=3"]],
  ["woocommerce", "orders", { after: NOON, page: 1 }, ["modified_after=2026-11-24T12:00:00", "page=1"]],
  ["shopify", "orders", { since: NOON, newest: NOON + 9, page: "abc" }, ["page_info=abc"]],
  ["shopify", "orders", { since: NOON, newest: NOON }, ["updated_at_min=2026-11-24T12:00:00Z"]],
  [
    "magento",
    "orders",
    { from: NOON, after: 17, start: NOON - 60, leftOut: [{ id: 5, until: NOW + 1 }], within: { low: 1, high: 9 } },
    ["[value]=2026-11-24 12:00:00", "[condition_type]=eq", "[value]=17", "[value]=5", "[condition_type]=lteq"],
  ],
  ["magento", "orders", { from: NOON, leftOut: [] }, ["[value]=2026-11-24 12:00:00", "[condition_type]=gteq"]],
  ["baselinker", "orders", { from: NOON }, [`"date_confirmed_from":${NOON},"get`]],
  [
    "baselinker",
    "orders",
    { from: NOON, seen: ["7"], idFrom: 800, start: NOON - 60, began: NOON },
    [`"date_confirmed_from":${NOON},"id_from":800`],
  ],
  ["idosell", "modified", grown(0), ["2026-11-24 13:00:00", '"resultsPage":0']],
  ["idosell", "modified", grown(2), ["2026-11-24 13:00:00", '"resultsPage":0']],
  ["prestashop", "orders", grown(2), ["[date_upd]=[2026-11-24 13:00:00,"]],
] as const)("%s, %s: %o", async (platform, name, cursor, expected) => {
  const { asked, page } = await goingOn(platform, name, JSON.stringify(cursor));
  for (const part of expected) expect(asked).toContain(part);
  expect(() => JSON.parse(page.cursor)).not.toThrow();
});

/** A walk by id began anew: what it had shown was remembered. */
function grown(page: number) {
  return { from: NOON * 1000, page, newest: NOON * 1000 + 5000, seen: [["1 2026-11-24 13:00:01", NOON * 1000]] };
}

test.each([
  ["woocommerce", { after: "yesterday" }],
  ["shopify", { since: NOON }],
  ["magento", { from: NOON }],
  ["baselinker", {}],
  ["prestashop", { from: NOON }],
] as const)("%s: what is no cursor at all is an error, and no walk from somewhere: %o", async (platform, cursor) => {
  await expect(goingOn(platform, "orders", JSON.stringify(cursor))).rejects.toThrow();
});
