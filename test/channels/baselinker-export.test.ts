/** Marketplace orders that BaseLinker exported to a shop: the shop's own integrator reports them too, by its number. */
import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { openWorld } from "../support/erp-world.ts";
import { onlySighting } from "../support/pulled.ts";
import { type Changes, fromAllegro, NOW, number, shopId, sighting, UUID } from "../support/sightings.ts";

const oneShop = { "shop/101": "woocommerce:main", "allegro/7001": "allegro:acme" };
const twoShops = { ...oneShop, "shop/102": "shopify:pl" };

function accountWith(more: object): BaseLinkerAccount {
  return BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    token: "t",
    callbackToken: "token-zwrotny-0001",
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
const fromShop = (more: Changes = {}) =>
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
    expect(await told(fromShop({ total: 9900 }), fromBaseLinker())).toEqual({ rows: 1, held: ["trace-total-differs"] });
  });

  test("nor does it keep the shop's own order out: its own word about its id counts", async () => {
    expect(await told(fromBaseLinker(), fromShop({ total: 9900 }))).toEqual({ rows: 2, held: ["id-disputed"] });
  });
});

describe("where several shops are mapped", () => {
  const keysWith = (more: object) => fromBaseLinker({}, accountWith(more)).keys.map(({ issuer }) => issuer);

  test("the order goes on as a guess at each of them, and a person hears once that nobody says which it is", async () => {
    const several = accountWith({ sources: twoShops });
    expect(keysWith({ sources: twoShops })).toEqual(expect.arrayContaining(["woocommerce:main", "shopify:pl"]));
    expect(keysWith({ sources: twoShops, exportShop: "shopify:pl" })).not.toContain("woocommerce:main");
    const other = (n: number) => ({
      order_id: 8001 + n,
      external_order_id: `${UUID.slice(0, -1)}${n}`,
      shop_order_id: 300 + n,
    });
    const reports = [1, 2, 3].map((n) => fromBaseLinker(other(n), several));
    expect(await told(...reports)).toEqual({ rows: 3, held: ["export-shop-unknown"] });
    expect(await told(fromBaseLinker({}, several), fromShop())).toEqual({ rows: 1, held: ["export-shop-unknown"] });
  });

  test("several may be named, and then nothing is missing", async () => {
    const both = accountWith({
      sources: twoShops,
      exportShop: ["shopify:pl", { account: "woocommerce:main", field: "id" }],
    });
    for (const reports of [
      [fromBaseLinker({}, both), fromShop()],
      [fromShop(), fromBaseLinker({}, both)],
    ])
      expect(await told(...reports)).toEqual({ rows: 1, held: [] });
  });

  test.each([0, "", "0", "-", null])("an order that was not exported (%j) needs no answer", (shop_order_id) => {
    const several = accountWith({ sources: twoShops });
    expect(fromBaseLinker({ shop_order_id }, several).lacks).toBeUndefined();
  });

  test("two connections of one shop are one shop", () => {
    expect(keysWith({ sources: { ...oneShop, "shop/102": "woocommerce:main" } })).toContain("woocommerce:main");
  });

  test("`none` says that the numbers are another integrator's", () => {
    expect(keysWith({ sources: twoShops, exportShop: "none" })).toEqual(["allegro", "baselinker:acme"]);
    expect(keysWith({ exportShop: "none" })).toEqual(["allegro", "baselinker:acme"]);
  });
});
