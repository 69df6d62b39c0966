/** `field: "auto"`: BaseLinker names an order of a shop by a number of which nobody knows whether it is id or number. */
import { expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { openWorld } from "../support/erp-world.ts";
import { onlySighting } from "../support/pulled.ts";
import { type Changes, NOW, number, shopId, sighting } from "../support/sightings.ts";

const account = BaseLinkerAccount.parse({
  channel: "baselinker",
  account: "acme",
  token: "t",
  callbackToken: "token-zwrotny-0001",
  sources: { "shop/101": { account: "woocommerce:main", field: "auto" } },
});

/** BaseLinker's report of the shop's usual order of 58.99. */
function fromBaseLinker(shopOrderId: number, more: object = {}): Sighting {
  const order = {
    order_id: 8001,
    shop_order_id: shopOrderId,
    order_source: "shop",
    order_source_id: 101,
    confirmed: true,
    date_confirmed: NOW / 1000,
    currency: "PLN",
    delivery_price: 8.99,
    products: [{ name: "Kubek testowy", price_brutto: 25, quantity: 2 }],
    ...more,
  };
  return onlySighting(mapOrder(order, account));
}

const fromShop = (id: string, shown: string, more: Changes = {}) =>
  sighting({ sourceOrder: id, keys: [shopId(id), number(shown)], ...more });

async function told(...reports: Sighting[]) {
  using world = openWorld();
  const orders: string[] = [];
  for (const report of reports) orders.push(await world.report(report));
  await world.sweep();
  return { orders, rows: world.erp.rows().length, held: [...world.claims.held.values()].map(({ reason }) => reason) };
}

test.each([
  ["the id", 271],
  ["the number", 1001],
])("whether it is %s, shop and BaseLinker meet in one ERP order, whoever comes first", async (_, shopOrderId) => {
  const reports = [fromBaseLinker(shopOrderId), fromShop("271", "1001")];
  for (const order of [reports, reports.toReversed()]) {
    const { orders, rows, held } = await told(...order);
    expect([new Set(orders).size, rows, held]).toEqual([1, 1, []]);
  }
});

test("the reading that did not fit takes nothing away from the shop's own next orders", async () => {
  const both = [fromShop("120", "100"), fromBaseLinker(120)];
  for (const reports of [both, both.toReversed()]) {
    const later = fromShop("140", "120", { total: 9900 });
    const { orders, rows, held } = await told(...reports, later, later);
    expect(orders.map((id) => orders.indexOf(id))).toEqual([0, 0, 2, 2]);
    expect([rows, held]).toEqual([2, []]);
  }
});

test("a number that is the id of one order and the number of another says nothing of the two", async () => {
  const both = [fromShop("70", "A-1"), fromShop("71", "70")];
  const { rows, held } = await told(...both, fromBaseLinker(70), fromBaseLinker(70));
  expect([rows, held]).toEqual([2, ["trace-ambiguous"]]);
});

test("nor where the next order costs the same", async () => {
  const { orders, rows, held } = await told(fromShop("120", "100"), fromBaseLinker(120), fromShop("140", "120"));
  expect([new Set(orders).size, rows, held]).toEqual([2, 2, []]);
});

test("after that, BaseLinker's repeats still belong to their order", async () => {
  const reports = [fromShop("120", "100"), fromBaseLinker(120), fromShop("140", "120", { total: 9900 })];
  const repeat = fromBaseLinker(120, { date_in_status: NOW / 1000 + 60 });
  const { orders, rows, held } = await told(...reports, repeat);
  expect([orders.indexOf(orders[3] ?? ""), rows, held]).toEqual([0, 2, []]);
});
