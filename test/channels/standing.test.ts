/** What a platform says of where an order stands: whether it steps back, is in a status that nobody named, or has a cart. */
import { describe, expect, test } from "vitest";
import { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { CheckoutForm } from "../../lib/channels/allegro/form.ts";
import { sightingOf as allegroSighting } from "../../lib/channels/allegro/map.ts";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { mapOrder as mapIdo } from "../../lib/channels/idosell/map.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { mapOrder as mapMagento } from "../../lib/channels/magento/map.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { mapOrder as mapPresta } from "../../lib/channels/prestashop/map.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { mapOrder as mapShoper } from "../../lib/channels/shoper/map.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { mapOrder as mapShopify } from "../../lib/channels/shopify/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { idoOrder } from "../../local/simulators/idosell.ts";
import { magentoOrder } from "../../local/simulators/magento-orders.ts";
import { prestaOrder } from "../../local/simulators/prestashop-orders.ts";
import { shoperOrder } from "../../local/simulators/shoper.ts";
import { orderBody } from "../../local/simulators/shopify-body.ts";
import { onlySighting } from "../support/pulled.ts";
import { NOW } from "../support/sightings.ts";
import { sighted } from "./woocommerce-order.ts";

const shop = { account: "main", baseUrl: "https://sklep.example" };
type Reads = (changes: object, settings?: object) => Sighting;

const magento: Reads = (changes, settings = {}) => {
  const account = MagentoAccount.parse({ channel: "magento", ...shop, accessToken: "a", ...settings });
  const of = { ...account, account: "magento:main", issuer: "magento:main" };
  const cup = { sku: "KUB-1", name: "Kubek", quantity: 2, gross: 4000 };
  return onlySighting(mapMagento({ ...magentoOrder(17, { lines: [cup] }, NOW), ...changes }, of));
};

const presta: Reads = (changes, settings = {}) => {
  const account = PrestaShopAccount.parse({ channel: "prestashop", ...shop, webserviceKey: "K", ...settings });
  const cart = { parcels: [{ lines: [{ name: "Kubek", reference: "KUB-1", quantity: 2, gross: 1999 }] }] } as const;
  const related = {
    addresses: new Map(),
    customers: new Map(),
    currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
    countries: new Map(),
    carriers: new Map(),
  };
  const order = { ...prestaOrder(17, 60, cart, cart.parcels[0], NOW), ...changes };
  return onlySighting(mapPresta(order, related, account, NOW));
};

const shopify: Reads = (changes, settings = {}) => {
  const account = ShopifyAccount.parse({
    channel: "shopify",
    account: "main",
    shop: "sklep.myshopify.com",
    secrets: ["sekret-testowy-0001"],
    ...settings,
  });
  const order = orderBody(17, 1, { lines: [{ title: "Kubek", sku: "KUB-1", price: 1999, quantity: 2 }] }, NOW);
  return onlySighting(mapShopify({ ...order, ...changes }, account));
};

const shoper: Reads = (changes, settings = {}) => {
  const account = ShoperAccount.parse({
    channel: "shoper",
    ...shop,
    secrets: ["sekret-testowy-0001"],
    apiToken: "t",
    cancelledStatuses: ["8"],
    ...settings,
  });
  const { head } = shoperOrder("17", { lines: [{ name: "Kubek", code: "KUB-1", quantity: 2, gross: 3999 }] }, NOW);
  const names = { currency: "PLN", shipping: "Kurier" };
  return onlySighting(mapShoper({ order: { ...head, ...changes }, lines: [], names, changedAt: NOW }, account, NOW));
};

const idosell: Reads = (changes, settings = {}) => {
  const account = IdoSellAccount.parse({ channel: "idosell", ...shop, apiKey: "k", ...settings });
  const lines = [{ name: "Kubek", code: "KUB-1", quantity: 3, price: 19.99 }];
  return onlySighting(mapIdo(idoOrder("klient-17", 1017, { lines, ...changes }, NOW), account, NOW));
};

const allegro: Reads = (changes) => {
  const account = AllegroAccount.parse({
    channel: "allegro",
    account: "acme",
    clientId: "id",
    clientSecret: "secret",
    refreshToken: "token",
  });
  const price = { amount: "39.99", currency: "PLN" };
  const form = {
    id: "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90",
    status: "READY_FOR_PROCESSING",
    lineItems: [{ offer: { id: "1", name: "Kubek" }, quantity: 2, price, boughtAt: "2026-10-10T10:00:00.000Z" }],
    summary: { totalToPay: { amount: "79.98", currency: "PLN" } },
    ...changes,
  };
  return onlySighting(allegroSighting(CheckoutForm.parse(form), account));
};

const sentInPart = { status: "CANCELLED", shipmentSummary: { lineItemsSent: "SOME" } };

describe("an order steps back at its source", () => {
  test.each<[string, Reads, object]>([
    ["woocommerce failed", sighted, { status: "failed" }],
    ["woocommerce trash", sighted, { status: "trash" }],
    ["woocommerce pending", sighted, { status: "pending" }],
    ["magento pending_payment", magento, { state: "pending_payment" }],
    ["magento payment_review", magento, { state: "payment_review" }],
    ["magento holded", magento, { state: "holded" }],
    ["prestashop payment error", presta, { current_state: 8, valid: "0" }],
    ["prestashop a module's own unpaid state", presta, { current_state: 21, valid: "0" }],
    ["shopify voided", shopify, { financial_status: "voided" }],
    ["shoper unpaid", shoper, { is_paid: false, paid: "0.00" }],
    ["idosell payment_waiting", idosell, { status: "payment_waiting" }],
    ["idosell suspended", idosell, { status: "suspended" }],
    ["allegro filled in again", allegro, { status: "FILLED_IN" }],
  ])("%s", (_, read, changes) => {
    expect(read(changes)).toMatchObject({ readiness: "waiting", steppedBack: true });
  });

  test.each<[string, Reads, object]>([
    ["woocommerce in a status of the merchant's", sighted, { status: "wyslane" }],
    ["woocommerce ready", sighted, {}],
    ["magento closed", magento, { state: "closed", total_refunded: 80, items: [] }],
    ["magento ready", magento, {}],
    ["prestashop being written", presta, { current_state: 0, valid: "1" }],
    ["prestashop paid back", presta, { current_state: 7, valid: "0" }],
    ["shopify partially_paid", shopify, { financial_status: "partially_paid" }],
    ["shoper ready", shoper, {}],
    ["idosell missing", idosell, { status: "missing" }],
  ])("and not: %s", (_, read, changes) => {
    expect(read(changes).steppedBack).toBeUndefined();
  });
});

describe("a status that stands in no setting is named, with the setting", () => {
  test.each<[string, Reads, object, { status: string; setting: string }]>([
    ["woocommerce", sighted, { status: "wyslane" }, { status: "wyslane", setting: "forwardStatuses" }],
    ["magento", magento, { state: "exported" }, { status: "exported", setting: "forwardStates" }],
    ["prestashop", presta, { current_state: 21, valid: "0" }, { status: "21", setting: "forwardStates" }],
    ["shopify", shopify, { financial_status: "on_terms" }, { status: "on_terms", setting: "forwardStatuses" }],
    [
      "idosell",
      idosell,
      { status: "wait_for_packaging" },
      { status: "wait_for_packaging", setting: "forwardStatuses" },
    ],
  ])("%s", (_, read, changes, unconfigured) => {
    expect(read(changes)).toMatchObject({ readiness: "waiting", unconfigured });
    const setting = unconfigured.setting.replace("forward", "waiting");
    expect(read(changes, { [setting]: [unconfigured.status] }).unconfigured).toBeUndefined();
  });

  test("shoper, where it says which statuses are orders", () => {
    const settings = { forwardStatuses: ["3"] };
    expect(shoper({ status_id: "5" }, settings)).toMatchObject({
      unconfigured: { status: "5", setting: "forwardStatuses" },
    });
    expect(shoper({ status_id: "5" }).unconfigured).toBeUndefined();
    expect(shoper({ status_id: "5" }, { ...settings, waitingStatuses: ["5"] }).unconfigured).toBeUndefined();
  });

  test.each<[string, Reads, object]>([
    ["woocommerce pending", sighted, { status: "pending" }],
    ["woocommerce on-hold before the payment", sighted, { status: "on-hold", date_paid_gmt: null }],
    ["woocommerce refunded", sighted, { status: "refunded" }],
    ["magento holded", magento, { state: "holded" }],
    ["prestashop awaiting a transfer", presta, { current_state: 10, valid: "0" }],
    ["shopify pending", shopify, { financial_status: "pending" }],
    ["idosell new and unpaid", idosell, { status: "new" }],
  ])("and not what the platform itself calls waiting: %s", (_, read, changes) => {
    const { readiness, unconfigured } = read(changes);
    expect([readiness, unconfigured]).toEqual(["waiting", undefined]);
  });
});

describe("the cart of an order", () => {
  test.each<[string, Reads, object, string]>([
    ["magento's quote", magento, { quote_id: 4711 }, "4711"],
    ["prestashop's cart", presta, { id_cart: 60 }, "60"],
    ["shopify's checkout", shopify, { checkout_token: "f00dcafe" }, "f00dcafe"],
  ])("is %s", (_, read, changes, id) => {
    expect(read(changes).cart).toEqual({ id });
  });

  test.each<[string, Reads, object]>([
    ["magento", magento, { quote_id: null }],
    ["prestashop", presta, { id_cart: "0" }],
    ["shopify", shopify, { checkout_token: null }],
    ["woocommerce", sighted, { cart_hash: "" }],
    ["woocommerce of nobody", sighted, { cart_hash: "f00d", billing: {} }],
  ])("is none where the shop names none: %s", (_, read, changes) => {
    expect(read(changes).cart).toBeUndefined();
  });

  test("is woocommerce's hash of one buyer, for an hour: another buyer's of the same goods has the same hash", () => {
    const of = (email: string) => sighted({ cart_hash: "f00dcafe", billing: { email } }).cart;
    expect(of("Ala@poczta.example")).toEqual(of("ala@poczta.example"));
    expect(of("ala@poczta.example")?.id).not.toBe(of("ola@poczta.example")?.id);
    expect(of("ala@poczta.example")?.withinMs).toBe(3_600_000);
  });
});

describe("a field with an id of a plugin's own", () => {
  const uuid = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";
  test.each<[string, Reads, object, string]>([
    ["woocommerce", sighted, { meta_data: [{ key: "_sender", value: `acc:${uuid}` }] }, "_sender"],
    ["magento", magento, { extension_attributes: { sender: uuid } }, "extension_attributes.sender"],
    ["prestashop", presta, { sender: uuid }, "sender"],
    ["shopify", shopify, { note_attributes: [{ name: "sender", value: uuid }] }, "sender"],
    ["shoper", shoper, { additional_fields: [{ field_id: "3", value: uuid }] }, "additional_fields.value"],
  ])("is named as the setting names it that leaves it out: %s", (_, read, changes, field) => {
    expect(read(changes).traces).toEqual([{ value: uuid, field }]);
    const settled = read(changes, { ignoreFields: [field] });
    expect([settled.traces, settled.keys.filter(({ rank }) => rank === 4)]).toEqual([undefined, []]);
  });
});

describe("a part that is cancelled", () => {
  test("of an Allegro form, once the rest was sent, leaves the whole as it is", () => {
    expect(allegro({ fulfillment: sentInPart })).toMatchObject({ readiness: "waiting", cancelledInPart: true });
    expect(allegro({ fulfillment: { ...sentInPart, shipmentSummary: { lineItemsSent: "NONE" } } })).toMatchObject({
      readiness: "cancelled",
    });
    expect(allegro({ fulfillment: { status: "SENT", shipmentSummary: { lineItemsSent: "SOME" } } })).not.toHaveProperty(
      "cancelledInPart",
    );
  });
});
