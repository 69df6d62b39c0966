/** Whatever is held because it cannot be read names the field, and shows no value. */
import { expect, test } from "vitest";
import { CheckoutForm } from "../../lib/channels/allegro/form.ts";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder as mapBaseLinker } from "../../lib/channels/baselinker/map.ts";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { mapOrder as mapIdo } from "../../lib/channels/idosell/map.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { mapOrder as mapMagento } from "../../lib/channels/magento/map.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { mapOrder as mapPresta } from "../../lib/channels/prestashop/map.ts";
import { unread } from "../../lib/channels/shared/unread.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { mapOrder as mapShoper } from "../../lib/channels/shoper/map.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { mapOrder as mapShopify } from "../../lib/channels/shopify/map.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { mapOrder as mapWoo } from "../../lib/channels/woocommerce/receive.ts";
import { NOW } from "../support/sightings.ts";

const shop = { account: "main", baseUrl: "https://sklep.example" };
const woo = WooAccount.parse({ channel: "woocommerce", ...shop, secrets: ["sekret-testowy-0001"] });
const magento = MagentoAccount.parse({ channel: "magento", ...shop, accessToken: "a" });
const presta = PrestaShopAccount.parse({ channel: "prestashop", ...shop, webserviceKey: "k" });
const shopify = ShopifyAccount.parse({
  channel: "shopify",
  account: "main",
  shop: "sklep.myshopify.com",
  secrets: ["sekret-testowy-0001"],
});
const ido = IdoSellAccount.parse({ channel: "idosell", ...shop, apiKey: "k" });
const shoper = ShoperAccount.parse({
  channel: "shoper",
  ...shop,
  secrets: ["sekret-testowy-0001"],
  apiToken: "t",
  cancelledStatuses: ["8"],
});
const baselinker = BaseLinkerAccount.parse({
  channel: "baselinker",
  account: "acme",
  token: "t",
  callbackToken: "a-token-of-some-length",
});
const related = {
  addresses: new Map(),
  customers: new Map(),
  currencies: new Map(),
  countries: new Map(),
  carriers: new Map(),
};
const product = { name: "Kubek", sku: "K", price_brutto: "dużo", tax_rate: 23, quantity: 1 };

test.each<[string, unknown, string]>([
  ["WooCommerce without an id", mapWoo({ status: "processing" }, woo), "id"],
  ["WooCommerce without a time", mapWoo({ id: 1, status: "processing" }, woo), "date_modified_gmt"],
  ["a list in the place of an order", mapWoo([], woo), "the whole"],
  [
    "Magento without a state",
    mapMagento({ entity_id: 1 }, { ...magento, issuer: "a", account: "a" }),
    "state, updated_at",
  ],
  ["PrestaShop without a state", mapPresta({ id: 1, date_upd: "x" }, related, presta, NOW), "current_state"],
  ["PrestaShop with a time of its own", mapPresta({ id: 1, current_state: 2 }, related, presta, NOW), "date_upd"],
  ["Shopify without a time", mapShopify({ id: 1 }, shopify), "updated_at"],
  ["IdoSell without a status", mapIdo({ orderId: "1", orderDetails: {} }, ido, NOW), "orderDetails.orderStatus"],
  [
    "Shoper without an id",
    mapShoper(
      { order: { status_id: "1" }, lines: [], names: { currency: "PLN", shipping: "" }, changedAt: 0 },
      shoper,
      NOW,
    ),
    "order_id",
  ],
  ["BaseLinker without a source", mapBaseLinker({ order_id: 1, confirmed: true }, baselinker), "order_source"],
  [
    "BaseLinker with a price in words",
    mapBaseLinker(
      { order_id: 1, order_source: "personal", confirmed: true, delivery_price: 0, products: [product] },
      baselinker,
    ),
    "products.0.price_brutto",
  ],
])("%s", (_, mapped, field) => {
  expect(mapped).toMatchObject({ kind: "unusable", detail: expect.stringContaining(`cannot be read: ${field}`) });
  expect(JSON.stringify(mapped)).not.toContain("dużo");
});

test("no more than five fields are named, each once", () => {
  const { error } = CheckoutForm.safeParse({ lineItems: Array(9).fill({}) });
  expect(error && unread(error).detail.split(", ")).toHaveLength(5);
});
