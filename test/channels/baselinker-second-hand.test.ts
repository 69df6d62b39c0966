/**
 * What BaseLinker says of a shop's ids is second-hand: it may read a number as an id, or mean another shop's. It joins where
 * the money agrees; the shop's own word about its id beats it; and whatever may be one purchase all the same is told.
 */
import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { mapOrder as mapWooOrder } from "../../lib/channels/woocommerce/receive.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import { openWorld, type World } from "../support/erp-world.ts";
import { onlySighting } from "../support/pulled.ts";
import { allegroId, type Changes, fromAllegro, NOW, number, shopId, sighting, UUID } from "../support/sightings.ts";

const EVERY_FIELD = ["id", "number", "auto", undefined] as const;

function accountWith(field: (typeof EVERY_FIELD)[number], more: object = {}): BaseLinkerAccount {
  const main = { account: "woocommerce:main", ...(field && { field }) };
  const sources = { "shop/101": main, "allegro/7001": "allegro:acme" };
  return BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    token: "t",
    callbackToken: "token-zwrotny-0001",
    sources,
    ...more,
  });
}

/** BaseLinker's report of an order of 58.99. */
function relayed(shopOrderId: number, account: BaseLinkerAccount, more: object = {}): Sighting {
  const order = {
    order_id: 800_000_000 + shopOrderId,
    shop_order_id: shopOrderId,
    order_source: "shop",
    order_source_id: 101,
    confirmed: true,
    date_add: NOW / 1000,
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

const held = (world: World) =>
  [...world.claims.held.values()].flatMap(({ reason, resolved }) => (resolved ? [] : reason));

async function told(...reports: Sighting[]) {
  using world = openWorld();
  for (const report of reports) await world.report(report).catch(() => "held");
  await world.sweep();
  return { rows: world.erp.rows().map(({ total }) => total), held: held(world) };
}

/** In both orders of arrival. */
const bothWays = <T>([a, b]: [T, T]): Array<[T, T]> => [
  [a, b],
  [b, a],
];

describe("a purchase of a shop whose numbers are not its ids", () => {
  test.each([undefined, "auto"] as const)(
    "is one in the ERP, whichever of the two BaseLinker sends (field %s)",
    async (field) => {
      const account = accountWith(field);
      for (const shown of [271, 1001])
        for (const reports of bothWays([fromShop("271", "1001"), relayed(shown, account)]))
          expect(await told(...reports)).toEqual({ rows: ["58.99"], held: [] });
    },
  );

  test.each([
    ["id", 271],
    ["number", 1001],
  ] as const)("is one where field (%s) says what BaseLinker sends", async (field, shown) => {
    for (const reports of bothWays([fromShop("271", "1001"), relayed(shown, accountWith(field))]))
      expect(await told(...reports)).toEqual({ rows: ["58.99"], held: [] });
  });

  test.each([
    ["id", 1001],
    ["number", 271],
  ] as const)(
    "is not doubled where field (%s) is wrong: whoever comes second is held, and the reason names the setting",
    async (field, shown) => {
      for (const reports of bothWays([fromShop("271", "1001"), relayed(shown, accountWith(field))]))
        expect(await told(...reports)).toEqual({ rows: ["58.99"], held: ["other-reading-fits"] });
    },
  );
});

describe("an order that BaseLinker shows before it is confirmed", () => {
  const early = {
    confirmed: false,
    date_confirmed: 0,
    delivery_price: 0,
    products: [{ name: "Kubek", price_brutto: 25, quantity: 1 }],
  };
  const later = { date_in_status: NOW / 1000 + 60 };

  test.each(["auto", "number"] as const)(
    "and that the shop tells of meanwhile is one purchase with it once it is confirmed (field %s)",
    async (field) => {
      const account = accountWith(field);
      const reports = [relayed(1001, account, early), fromShop("271", "1001"), relayed(1001, account, later)];
      expect(await told(...reports)).toEqual({ rows: ["58.99"], held: [] });
    },
  );

  test("is held where field is wrong, as any other: what it was before proved nothing", async () => {
    const account = accountWith("id");
    const reports = [relayed(1001, account, early), fromShop("271", "1001"), relayed(1001, account, later)];
    expect(await told(...reports)).toEqual({ rows: ["58.99"], held: ["other-reading-fits"] });
  });
});

describe("where field is wrong", () => {
  const account = accountWith("id");
  const edited = { date_in_status: NOW / 1000 + 60, delivery_price: 0 };

  test("an order that is held stays held when BaseLinker edits it or takes it apart", async () => {
    const part = relayed(1001, account, {
      ...edited,
      order_id: 900_001,
      products: [{ name: "Kubek", price_brutto: 25, quantity: 1 }],
    });
    const reports = [fromShop("271", "1001"), relayed(1001, account), relayed(1001, account, edited), part];
    const { rows, held: reasons } = await told(...reports);
    expect([rows, reasons[0]]).toEqual([["58.99"], "other-reading-fits"]);
  });

  test("an order of the shop stays held however often it is read, and when it is edited, until field is right", async () => {
    using world = openWorld();
    await world.report(relayed(271, accountWith("number")));
    for (const total of [5899, 5899, 9900]) {
      await world.report(fromShop("271", "1001", { total, version: NOW + total }));
      expect([world.claims.orders.size, held(world)]).toEqual([1, ["other-reading-fits"]]);
    }
    const right = relayed(271, accountWith("auto"), { date_in_status: NOW / 1000 + 60 });
    const relays = await world.report(right);
    expect(await world.report(fromShop("271", "1001", { version: NOW + 20_000 }))).toBe(relays);
    await world.sweep();
    expect(world.erp.rows().map(({ total }) => total)).toEqual(["58.99"]);
  });

  test("and the number of the order is BaseLinker's word for another one, it stays held all the same", async () => {
    using world = openWorld();
    const mapped = accountWith("number", { exportShop: { account: "woocommerce:main", field: "number" } });
    const more = { order_source: "allegro", order_source_id: 7001, external_order_id: UUID, delivery_price: 3 };
    await world.report(relayed(1004, mapped, more));
    await world.report(relayed(1001, mapped));
    for (const total of [5899, 9900]) {
      await world.report(fromShop("1001", "1004", { total, version: NOW + total }));
      expect([world.claims.orders.size, held(world)]).toEqual([2, ["other-reading-fits"]]);
    }
  });

  test("and Allegro's order was exported to the shop, both are in the ERP: a person hears of both, once", async () => {
    using world = openWorld();
    const mapped = accountWith("id", { exportShop: { account: "woocommerce:main", field: "id" } });
    const exported = (more: object) =>
      relayed(1001, mapped, { order_source: "allegro", order_source_id: 7001, external_order_id: UUID, ...more });
    const allegros = await world.report(fromAllegro());
    const shops = await world.report(fromShop("271", "1001"));
    for (const second of [0, 60, 120]) await world.report(exported({ date_in_status: NOW / 1000 + second }));
    const messages = [...world.claims.held.values()];
    expect(messages.map(({ reason, count }) => [reason, count])).toEqual([["other-reading-fits", 1]]);
    for (const id of [allegros, shops]) expect(messages[0]?.detail).toContain(id);
  });
});

test("a number that BaseLinker gave to an Allegro purchase merges it with no other order of that shop", async () => {
  using world = openWorld();
  const mapped = accountWith("id", { exportShop: { account: "woocommerce:main", field: "id" } });
  await world.report(fromAllegro());
  await world.report(sighting({ sourceOrder: "900", keys: [allegroId(), shopId("900")] }));
  await world.report(relayed(271, mapped, { order_source: "allegro", order_source_id: 7001, external_order_id: UUID }));
  await world.report(fromShop("271", "1001", { total: 9900 }));
  await world.sweep();
  expect(world.erp.rows().map(({ total }) => total)).toEqual(["58.99", "99.00"]);
});

test("a second order that disputes one number of BaseLinker's does not hide the first one", async () => {
  using world = openWorld();
  const account = accountWith(undefined, { sources: { "shop/101": "woocommerce:main", "shop/102": "shopify:pl" } });
  const byHand = { order_source: "personal", order_source_id: 0, order_id: 8001, extra_field_1: "271" };
  await world.report(relayed(0, account, byHand));
  const first = await world.report(fromShop("271", "1001", { total: 9900 }));
  const keys = [shopId("271", "shopify:pl")];
  const second = await world.report(sighting({ account: "shopify:pl", sourceOrder: "271", keys, total: 7700 }));
  const [message] = [...world.claims.held.values()];
  expect(message?.reason).toBe("id-disputed");
  for (const id of [first, second]) expect(message?.detail).toContain(id);
});

describe("a number that may be of several shops", () => {
  const account = accountWith(undefined, { sources: { "shop/101": "woocommerce:main", "shop/102": "shopify:pl" } });
  const byHand = (id: number, price = 8.99) =>
    relayed(0, account, {
      order_source: "personal",
      order_source_id: 0,
      order_id: id,
      extra_field_1: "1001",
      delivery_price: price,
    });
  const inOther = (total: number) =>
    sighting({
      account: "shopify:pl",
      sourceOrder: "5001",
      keys: [shopId("5001", "shopify:pl"), number("1001", "shopify:pl")],
      total,
    });

  test("says nothing of the others once one of them has told of its order: theirs is a purchase of its own", async () => {
    expect(await told(inOther(5899), byHand(8001), fromShop("271", "1001"))).toEqual({
      rows: ["58.99", "58.99"],
      held: [],
    });
  });

  test("is free for the next order that names it, which is one with the shop's", async () => {
    const reports = [inOther(6300), byHand(8001, 13), byHand(8002), fromShop("271", "1001")];
    expect(await told(...reports)).toEqual({ rows: ["63.00", "58.99"], held: [] });
  });

  test("is disputed until it is known of that very order, whatever other orders with it turn out to be", async () => {
    using world = openWorld();
    await world.report(byHand(8001));
    await world.report(fromShop("271", "1001", { total: 9900 }));
    expect(held(world)).toEqual(["id-disputed"]);
    const other = relayed(5001, account, { order_source_id: 102, order_id: 8003, delivery_price: 27 });
    await world.report(other);
    await world.report(inOther(7700));
    await world.report(inOther(7700));
    await world.report({ ...other, version: other.version + 60_000, status: "sent" });
    expect(held(world)).toEqual(["id-disputed"]);
  });
});

describe("an id that BaseLinker gave and that is another order's by the shop's own word", () => {
  test.each(EVERY_FIELD)(
    "keeps neither of the two out of the ERP, and a person hears of it (field %s)",
    async (field) => {
      const account = accountWith(field);
      const { rows, held: reasons } = await told(
        relayed(187_081, account),
        fromShop("187081", "99", { total: 571_766 }),
      );
      const isSilent = field === "number";
      expect([rows, reasons]).toEqual([["58.99", "5717.66"], isSilent ? [] : ["id-disputed"]]);
    },
  );

  test("is told with both orders, and no more once the shop's own report shows which one was meant", async () => {
    using world = openWorld();
    const relays = await world.report(relayed(187_081, accountWith(undefined)));
    const shops = await world.report(fromShop("187081", "99", { total: 571_766 }));
    const [message] = world.claims.held.values();
    expect(message).toMatchObject({ account: "baselinker:acme", sourceOrder: "800187081", reason: "id-disputed" });
    expect(message?.detail).toContain(relays);
    expect(message?.detail).toContain(shops);
    expect(await world.report(fromShop("187000", "187081"))).toBe(relays);
    expect(held(world)).toEqual([]);
  });

  test("named by BaseLinker after the shop told of it is held", async () => {
    const account = accountWith("id");
    const reports = [fromShop("187081", "99", { total: 571_766 }), relayed(187_081, account)];
    expect(await told(...reports)).toEqual({ rows: ["5717.66"], held: ["id-total-differs"] });
  });

  test("is joined again by BaseLinker's repeats, whatever the shop says of other orders", async () => {
    using world = openWorld();
    const account = accountWith("id");
    const relays = await world.report(relayed(187_081, account));
    await world.report(fromShop("187081", "99", { total: 571_766 }));
    const edit = relayed(187_081, account, { date_in_status: NOW / 1000 + 60, user_comments: "pilne" });
    expect(await world.report(edit)).toBe(relays);
  });

  test("of long ago says nothing of today's", async () => {
    using world = openWorld();
    await world.report(relayed(271, accountWith("id")));
    await world.sweep();
    await world.report(fromShop("271", "271", { total: 9900, placedAt: NOW + 9 * DAY }));
    await world.sweep();
    expect([world.erp.rows().length, held(world)]).toEqual([2, []]);
  });
});

describe("an order of a marketplace that was exported to a shop", () => {
  const exported = (account: BaseLinkerAccount, more: object = {}) =>
    relayed(271, account, { order_source: "allegro", order_source_id: 7001, external_order_id: UUID, ...more });

  test.each(EVERY_FIELD)(
    "to another shop than exportShop says joins no foreign order of that one (field %s)",
    async (field) => {
      const account = accountWith("id", { exportShop: { account: "woocommerce:main", ...(field && { field }) } });
      const foreign = fromShop("271", "271", { total: 9900 });
      for (const [a, b] of bothWays([foreign, exported(account)])) {
        const { rows, held: reasons } = await told(a, b, fromAllegro());
        expect([rows.toSorted(), reasons]).toEqual([
          ["58.99", "99.00"],
          [expect.stringMatching(/^id-disputed$|-total-differs$/)],
        ]);
      }
    },
  );

  test("is told where the marketplace's own order joins and the shop's does not: both are in the ERP", async () => {
    const account = accountWith("id", { exportShop: { account: "woocommerce:main", field: "id" } });
    const reports = [fromAllegro(), fromShop("271", "271", { total: 6399 }), exported(account)];
    expect(await told(...reports)).toEqual({ rows: ["58.99", "63.99"], held: ["id-disputed"] });
  });

  test("to one of several shops that are named joins the right one", async () => {
    const account = accountWith("id", { exportShop: ["woocommerce:main", "shopify:pl"] });
    const other = sighting({
      account: "shopify:pl",
      sourceOrder: "271",
      keys: [shopId("271", "shopify:pl")],
      total: 9900,
    });
    for (const [a, b] of bothWays([fromShop("271", "271"), exported(account)]))
      expect(await told(other, a, b)).toEqual({ rows: ["99.00", "58.99"], held: [] });
  });
});

describe("an order made in BaseLinker by a script or by hand", () => {
  const byHand = (left: object, more: object = {}) =>
    relayed(0, accountWith(undefined), {
      order_source: "personal",
      order_source_id: 0,
      order_id: 8001,
      ...left,
      ...more,
    });

  test.each([
    ["extra_field_1", { extra_field_1: "1001" }],
    ["extra_field_2, the id", { extra_field_2: "271" }],
    ["a custom field", { custom_extra_fields: { "12": "#1001" } }],
    ["a comment", { admin_comments: "zamówienie nr 1001, odbiór osobisty" }],
  ])("that names its shop order in %s is one with it where totals agree", async (_, left) => {
    for (const reports of bothWays([fromShop("271", "1001"), byHand(left)]))
      expect(await told(...reports)).toEqual({ rows: ["58.99"], held: [] });
  });

  test("that names an Allegro purchase is one with it", async () => {
    for (const reports of bothWays([fromAllegro(), byHand({ admin_comments: `Allegro ${UUID}` })]))
      expect(await told(...reports)).toEqual({ rows: ["58.99"], held: [] });
  });

  test("is held where the total is another one, and never keeps the shop's own order out", async () => {
    const cheap = byHand({ extra_field_1: "1001" }, { delivery_price: 0 });
    expect(await told(fromShop("271", "1001"), cheap)).toEqual({ rows: ["58.99"], held: ["trace-total-differs"] });
    expect(await told(cheap, fromShop("271", "1001"))).toEqual({ rows: ["50.00", "58.99"], held: ["id-disputed"] });
  });
});

test("BaseLinker's id in a shop's order is no name of the marketplace's purchase: without one the order is held", async () => {
  const configured = {
    channel: "woocommerce",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: ["sekret-testowy-0001"],
  };
  for (const baselinkerAccount of ["baselinker:acme", "acme"]) {
    const account = WooAccount.parse({ ...configured, baselinkerAccount });
    const order = {
      id: 271,
      status: "processing",
      currency: "PLN",
      date_modified_gmt: "2026-11-24T12:00:00",
      customer_note: "[Allegro: kupujacy]",
      meta_data: [{ key: "baselinker_order_id", value: "8001" }],
    };
    expect(onlySighting(mapWooOrder(order, account)).doubt).toBe("marketplace-id-missing");
  }
});
