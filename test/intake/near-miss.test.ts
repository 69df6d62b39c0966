import { expect, test } from "vitest";
import { isNearMiss } from "../../lib/intake/near-miss.ts";

const ADDRESSES = ["woocommerce/main", "baselinker/acme", "standard/own"];

test.each([
  ["a mistyped channel", "/webhooks/woocomerce/main"],
  ["a mistyped channel and another account", "/webhooks/wocommerce/shop2"],
  ["a slash at the end", "/webhooks/woocommerce/main/"],
  ["a wrong prefix", "/webhook/woocommerce/main"],
  ["a prefix of one's own", "/api/v1/woocommerce/main"],
  ["no prefix", "/woocommerce/main"],
  ["a doubled slash", "//webhooks//woocommerce/main"],
  ["capital letters", "/Webhooks/WooCommerce/main"],
  ["no account", "/webhooks/woocommerce"],
  ["no channel", "/webhooks/main"],
  ["no channel, and more behind it", "/webhooks/main/orders"],
  ["a channel that is not deployed, with a known account", "/webhooks/shopify/main"],
  ["more behind it", "/webhooks/baselinker/acme/secret/x/y"],
])("%s is meant for us: %s", (_, path) => {
  expect(isNearMiss("POST", path, ADDRESSES)).toBe(true);
});

test.each([
  "/",
  "/.env",
  "/wp-login.php",
  "/xmlrpc.php",
  "/webhooks",
  "/webhooks/stripe",
  "/webhooks/github/push",
  "/wp-content/plugins/woocommerce/readme.txt",
  "/wp-json/wc/v3/orders",
  "/cgi-bin/luci/;stok=/locale",
  `/${"a".repeat(8_000)}`,
  "/%2e%2e/%2e%2e/etc/passwd",
])("%s is nobody's", (path) => {
  expect(isNearMiss("POST", path, ADDRESSES)).toBe(false);
});

test("who looks with a browser sends no order", () => {
  expect(isNearMiss("GET", "/webhooks/woocommerce/main/", ADDRESSES)).toBe(false);
});
