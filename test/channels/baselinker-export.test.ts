/** Marketplace orders that BaseLinker exported to a shop: the shop's own integrator reports them too, by its number. */
import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import type { Sighting } from "../../lib/order.ts";
import { openWorld } from "../erp/world.ts";
import { onlySighting } from "../support/pulled.ts";
import { fromAllegro, NOW, number, shopId, sighting, UUID } from "../support/sightings.ts";

const oneShop = { "shop/101": "woocommerce:main", "allegro/7001": "allegro:acme" };
const twoShops = { ...oneShop, "shop/102": "shopify:pl" };

function accountWith(more: object): BaseLinkerAccount {
  return BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    token: "t",
    callbackToken: "c",
    sources: oneShop,
    ...more,
  });
}

const exported = (more: object = {}) => ({
  order_id: 8001,
  shop_order_id: 271,
  external_order_id: UUID.toUpperCase(),
  order_source: "allegro",
  order_source_id: 7001,
  confirmed: true,
  date_confirmed: NOW / 1000,
  currency: "PLN",
  delivery_price: 8.99,
  products: [{ name: "Kubek testowy", price_brutto: 25, quantity: 2 }],
  ...more,
});

const fromBaseLinker = (more: object = {}, account = accountWith({})) =>
  onlySighting(mapOrder(exported(more), account));
const fromShop = (more: Partial<Sighting> = {}) =>
  sighting({ sourceOrder: "271", keys: [shopId("271"), number("271")], ...more });

async function told(...reports: Sighting[]) {
  using world = openWorld();
  for (const report of reports) await world.report(report);
  await world.sweep();
  return { rows: world.erp.rows().length, held: [...world.claims.held.values()].map(({ reason }) => reason) };
}

describe("the only shop of `sources` is the one exported to", () => {
  test.each([
    ["BaseLinker, shop, Allegro", [fromBaseLinker(), fromShop(), fromAllegro()]],
    ["BaseLinker, Allegro, shop", [fromBaseLinker(), fromAllegro(), fromShop()]],
    ["shop, BaseLinker, Allegro", [fromShop(), fromBaseLinker(), fromAllegro()]],
    ["Allegro, BaseLinker, shop", [fromAllegro(), fromBaseLinker(), fromShop()]],
  ])("one purchase is one ERP order: %s", async (_, reports) => {
    expect(await told(...reports)).toEqual({ rows: 1, held: [] });
  });

  test.each([
    ["shop, Allegro", [fromShop(), fromAllegro()]],
    ["Allegro, shop", [fromAllegro(), fromShop()]],
  ])("nobody could know it before BaseLinker said so, and then a person hears it once: %s", async (_, reports) => {
    expect(await told(...reports, fromBaseLinker(), fromBaseLinker())).toEqual({ rows: 2, held: ["two-orders"] });
  });

  test("the number of another integrator that happens to be a shop's too merges no two purchases in silence", async () => {
    for (const reports of [
      [fromShop({ total: 9900 }), fromBaseLinker()],
      [fromBaseLinker(), fromShop({ total: 9900 })],
    ]) {
      expect(await told(...reports)).toEqual({ rows: 1, held: ["trace-total-differs"] });
    }
  });
});

describe("where several shops are mapped", () => {
  const keysWith = (more: object) => fromBaseLinker({}, accountWith(more)).keys.map(({ issuer }) => issuer);

  test("the order is held until somebody says which one it is", () => {
    const several = accountWith({ sources: twoShops });
    expect(mapOrder(exported(), several)).toEqual({ kind: "unusable", reason: "export-shop-unknown" });
    expect(keysWith({ sources: twoShops, exportShop: "shopify:pl" })).toContain("shopify:pl");
  });

  test.each([0, "", "0", "-", null])("an order that was not exported (%j) needs no answer", (shop_order_id) => {
    const several = accountWith({ sources: twoShops });
    expect(mapOrder(exported({ shop_order_id }), several)).toMatchObject({ kind: "sighting" });
  });

  test("two connections of one shop are one shop", () => {
    expect(keysWith({ sources: { ...oneShop, "shop/102": "woocommerce:main" } })).toContain("woocommerce:main");
  });

  test("`none` says that the numbers are another integrator's", () => {
    expect(keysWith({ sources: twoShops, exportShop: "none" })).toEqual(["allegro", "baselinker:acme"]);
    expect(keysWith({ exportShop: "none" })).toEqual(["allegro", "baselinker:acme"]);
  });
});
