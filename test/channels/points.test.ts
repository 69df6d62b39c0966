/** Parcel lockers and pick-up points: found where modules put them, and a way of delivery without one is told. */
import { describe, expect, test } from "vitest";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { mapOrder as mapIdo } from "../../lib/channels/idosell/map.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { mapOrder as mapMagento } from "../../lib/channels/magento/map.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { PrestaAddress } from "../../lib/channels/prestashop/body.ts";
import { mapOrder as mapPresta } from "../../lib/channels/prestashop/map.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { ShoperLine } from "../../lib/channels/shoper/body.ts";
import { mapOrder as mapShoper } from "../../lib/channels/shoper/map.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { mapOrder as mapShopify } from "../../lib/channels/shopify/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { idoOrder } from "../../local/simulators/idosell.ts";
import { magentoOrder } from "../../local/simulators/magento-orders.ts";
import { prestaOrder } from "../../local/simulators/prestashop-orders.ts";
import { shoperOrder } from "../../local/simulators/shoper.ts";
import { orderBody } from "../../local/simulators/shopify-body.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { sighted } from "./woocommerce-order.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const shop = { account: "main", baseUrl: "https://sklep.example" };

function only(mapped: { kind: string; sighting?: Sighting }): Sighting {
  if (!mapped.sighting) throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

/** `place`: what stands in a second line of the delivery address, or in a field that is named after the point. */
const SHOPS = {
  woocommerce: (method: string, place = "") =>
    sighted({
      shipping_lines: [{ method_title: method, total: "0.00", total_tax: "0.00", taxes: [] }],
      shipping: { address_2: place },
    }),
  prestashop(method: string, place = "") {
    const parcel = { lines: [{ name: "Kubek", reference: "KUB", quantity: 1, gross: 999 }] };
    const address = PrestaAddress.parse({ id: 30, address1: "Próbna 1", city: "Łódź", address2: place });
    const related = {
      addresses: new Map([["30", address]]),
      customers: new Map(),
      currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
      countries: new Map(),
      carriers: new Map([["2", { id: "2", name: method }]]),
    };
    const account = PrestaShopAccount.parse({ channel: "prestashop", ...shop, webserviceKey: "KLUCZ" });
    return only(mapPresta(prestaOrder(17, 3, { parcels: [parcel] }, parcel, NOW), related, account, NOW));
  },
  magento(method: string, place?: string) {
    const account = MagentoAccount.parse({ channel: "magento", ...shop, accessToken: "token" });
    const purchase = {
      lines: [{ name: "Kubek", sku: "KUB", quantity: 1, gross: 999 }],
      shipping: { method, gross: 0 },
      ...(place && { extension: { smile_pickup_point: place } }),
    };
    const settings = { ...account, account: "magento:main", issuer: "magento:main" };
    return only(mapMagento(magentoOrder(123, purchase, NOW), settings));
  },
  shopify(method: string, place?: string) {
    const account = ShopifyAccount.parse({
      channel: "shopify",
      account: "main",
      shop: "sklep-testowy.myshopify.com",
      secrets: ["sekret-testowy-0001"],
    });
    const body = orderBody(
      5_866_663_018_634,
      1,
      { lines: [{ title: "Kubek", sku: "KUB", quantity: 1, price: 999 }], shipping: { title: method, price: 0 } },
      NOW,
    );
    return only(mapShopify({ ...body, note_attributes: [{ name: "Punkt odbioru", value: place ?? "" }] }, account));
  },
  shoper(method: string, place = "") {
    const { head, lines } = shoperOrder("17", { lines: [{ name: "Kubek", quantity: 1, gross: 999 }] }, NOW);
    const account = ShoperAccount.parse({
      channel: "shoper",
      ...shop,
      secrets: ["sekret-testowy-0001"],
      apiToken: "token",
      cancelledStatuses: [10],
    });
    const parts = {
      order: { ...head, is_paid: "1", delivery_address: { street1: "Próbna 1", street2: place, city: "Łódź" } },
      lines: lines.map((line) => ShoperLine.parse(line)),
      names: { currency: "PLN", shipping: method, payment: "Przelewy24" },
      changedAt: NOW,
    };
    return only(mapShoper(parts, account, NOW));
  },
  idosell(method: string, place?: string) {
    const account = IdoSellAccount.parse({ channel: "idosell", ...shop, apiKey: "klucz" });
    const lines = [{ name: "Kubek", code: "KUB", quantity: 1, price: 9.99 }];
    const placed = idoOrder("klient-17", 1017, { lines }, NOW) as Record<"clientResult" | "orderDetails", object>;
    const clientPickupPointAddress = place && { externalPickupPointId: place };
    return only(
      mapIdo(
        {
          ...placed,
          clientResult: { ...placed.clientResult, clientPickupPointAddress },
          orderDetails: { ...placed.orderDetails, dispatch: { courierName: method }, orderStatus: "payment_waiting" },
        },
        { ...account, forwardStatuses: ["payment_waiting"] },
        NOW,
      ),
    );
  },
} satisfies Record<string, (method: string, place?: string) => Sighting>;

describe.each(Object.entries(SHOPS))("%s", (_, order) => {
  test("a point is found where modules put it, of a way of delivery that ends at one", () => {
    const { report, lacks } = order("InPost Paczkomaty 24/7", "KRA01M");
    expect([report.shipping.point, lacks]).toEqual(["KRA01M", undefined]);
  });

  test("a ready order to a locker without one lacks a setting, an order to a door does not", () => {
    expect(order("InPost Paczkomaty 24/7")).toMatchObject({ readiness: "ready", lacks: "point-not-found" });
    expect(order("Kurier DPD")).not.toHaveProperty("lacks");
  });
});

describe("a point of another carrier", () => {
  const found = (method: string, key: string, value: string) =>
    sighted({
      shipping_lines: [{ method_title: method, total: "0.00", total_tax: "0.00", taxes: [] }],
      meta_data: [
        { key: "_points_earned", value: "1234" },
        { key, value },
      ],
    });

  test.each([
    ["Packeta", "_packetery_point_id", "12345"],
    ["Zásilkovna", "packetery_point_id", "3060"],
    ["DPD Pickup", "_dpd_pudo_id", "PL11033"],
    ["DPD Pickup - punkt", "dpd_pickup_point_code", "PL11033"],
    ["ORLEN Paczka", "_orlen_paczka_point_id", "123456"],
    ["ORLEN Paczka", "orlen_pudo", "100107"],
    ["Pocztex - odbiór w punkcie", "poczta_punkt_id", "545654"],
    ["InPost Paczkomat 24/7", "wybrany_paczkomat", "Paczkomat KRA01M, ul. Próbna 1"],
  ])("%s stands where the field's name says so (%s)", (method, key, value) => {
    const { report, lacks } = found(method, key, value);
    expect([report.shipping.point, lacks]).toEqual([value.includes("KRA01M") ? "KRA01M" : value, undefined]);
  });

  test.each(["DPD Pickup", "Packeta", "Automat paczkowy DHL", "Odbiór w punkcie Poczty Polskiej", "UPS Access Point"])(
    "%s ends at one, and its absence is told",
    (method) => expect(found(method, "_nic", "").lacks).toBe("point-not-found"),
  );

  test("of an order to a door is what was chosen before, and not told", () => {
    expect(found("Kurier DPD", "_dpd_pudo_id", "PL11033").report.shipping.point).toBeUndefined();
  });

  test("may stand in the name of the way of delivery, and the name of a service is none", () => {
    expect(SHOPS.shopify("Paczkomaty InPost (KRA01M)").report.shipping.point).toBe("KRA01M");
    expect(SHOPS.shopify("DHL BOX24 automat DHL").report.shipping.point).toBeUndefined();
  });

  test("may stand in the address to which Magento sends", () => {
    const order = magentoOrder(
      123,
      { lines: [{ name: "Kubek", sku: "KUB", quantity: 1, gross: 999 }], shipping: { method: "DPD Pickup", gross: 0 } },
      NOW,
    );
    const assigned = order.extension_attributes.shipping_assignments[0]?.shipping;
    const account = MagentoAccount.parse({ channel: "magento", ...shop, accessToken: "token" });
    const extension_attributes = {
      shipping_assignments: [
        { shipping: { ...assigned, address: { ...assigned?.address, company: "PL11033 Żabka" } } },
      ],
    };
    const settings = { ...account, account: "magento:main", issuer: "magento:main" };
    expect(only(mapMagento({ ...order, extension_attributes }, settings)).report.shipping.point).toBe("PL11033");
  });
});

test("a copy of Allegro's order lacks nothing: Allegro says the point", () => {
  expect(SHOPS.woocommerce("Allegro Paczkomaty InPost")).not.toHaveProperty("lacks");
});

test("what only looks like a code is no point of an order to a door", () => {
  expect(SHOPS.woocommerce("Kurier", "KRA01M").report.shipping.point).toBeUndefined();
  expect(SHOPS.prestashop("Kurier", "KRA01M").report.shipping.point).toBeUndefined();
});

test("an order without its point goes on, and a person is told once an account", async () => {
  const claims = memoryClaims();
  const floor = shopFloor(claims);
  const order = SHOPS.woocommerce("InPost Paczkomaty 24/7");
  const { verdict } = await floor.report(order);
  await floor.report({
    ...order,
    sourceOrder: "888",
    keys: [{ kind: "internet-id", issuer: order.account, value: "888", rank: 2 }],
  });
  expect(verdict).toBe("new");
  expect([...claims.held.values()].map(({ reason, sourceOrder }) => [reason, sourceOrder])).toEqual([
    ["point-not-found", "settings"],
  ]);
});
