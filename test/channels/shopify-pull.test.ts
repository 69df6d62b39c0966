/** The reconciliation listing against the simulated shop, over sockets. */
import { afterEach, describe, expect, it } from "vitest";
import { Blocked, type Page, type Pull } from "../../lib/channels/channel.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { shopify } from "../../lib/channels/shopify/index.ts";
import { http } from "../../lib/runtime/http.ts";
import { createShopifyShop, type ShopifyOptions, type ShopifyShop } from "../../local/simulators/shopify.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const purchase = { lines: [{ title: "Kubek próbny", sku: "KUB-1", quantity: 2, price: 3999 }] };
const SHOP = "sklep-probny.myshopify.com";

const shops: ShopifyShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

/** A shop with its clock in hand, and the pull of the account that polls it. */
async function setup({ faults }: { faults?: ShopifyOptions["faults"] } = {}) {
  const clock = { at: Date.UTC(2026, 10, 24, 12) };
  const calls: URL[] = [];
  const now = () => clock.at;
  const shop = await createShopifyShop({
    shop: SHOP,
    secret: "sekret-testowy-0001",
    accessToken: "shpat_test",
    webhookUrl: "http://127.0.0.1:9/",
    now,
    random: () => 0.5,
    ...(faults && { faults }),
  });
  shops.push(shop);
  function pull(changes: object = {}): Pull {
    const configured = {
      channel: "shopify",
      account: "main",
      shop: SHOP,
      secrets: ["sekret-testowy-0001"],
      baseUrl: shop.url,
    };
    const account = ShopifyAccount.parse({ ...configured, accessToken: "shpat_test", ...changes });
    const made = shopify.pull?.(account, {
      http: (url, request) => {
        calls.push(new URL(url));
        return http(url, request);
      },
      vault: { read: none, lock: none, save: none, unlock: none },
      budget: { spend: () => Promise.resolve() },
      now,
      random: () => 0,
    });
    if (!made) throw new Error("this account is not polled");
    return made;
  }
  return { shop, clock, calls, pull };
}

function none(): never {
  throw new Error("a shop's token is fixed");
}

function list(pull: Pull, cursor?: string): Promise<Page> {
  const [orders] = pull.listings;
  if (!orders) throw new Error("nothing is listed");
  return orders.page(cursor);
}

/** One run: page after page to the end of the listing. */
async function run(pull: Pull, cursor?: string): Promise<{ ids: string[]; cursor: string; pages: number }> {
  const ids: string[] = [];
  let page = await list(pull, cursor);
  let pages = 1;
  for (; ; pages += 1) {
    ids.push(...page.orders.map(idOf));
    if (!page.more) return { ids, cursor: page.cursor, pages };
    if (pages > 20) throw new Error("the listing does not end");
    page = await list(pull, page.cursor);
  }
}

function idOf(order: Page["orders"][number]): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

const idsOf = (shop: ShopifyShop) => shop.orders().map((order) => String(order.id));

describe("the order list", () => {
  it("shows what a delivery lost, as the same sighting that the delivery would have been", async () => {
    const { shop, pull } = await setup({ faults: { "delivery-lost": 1 } });
    const placed = shop.place({ ...purchase, note: "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01" });
    expect(await shop.runQueue()).toEqual([]);
    expect(shop.fired["delivery-lost"]).toBe(3);
    expect(await list(pull())).toMatchObject({
      more: false,
      orders: [
        {
          kind: "sighting",
          sighting: {
            account: "shopify:main",
            sourceOrder: String(placed.id),
            readiness: "ready",
            money: { minor: 7998 },
            keys: [{ rank: 2 }, { rank: 3, value: "1001" }, { rank: 4, issuer: "allegro" }],
          },
        },
      ],
    });
  });

  it("is asked by modification, oldest first, every status, 250 at a time; a further page by its place alone", async () => {
    const { shop, calls, pull } = await setup();
    for (let i = 0; i < 260; i += 1) shop.place(purchase);
    await run(pull({ acceptFrom: "2026-11-24T08:00:00+01:00" }));
    const [first, second] = calls.map((url) => Object.fromEntries(url.searchParams));
    expect(calls[0]?.pathname).toBe("/admin/api/2026-07/orders.json");
    expect(first).toEqual({
      updated_at_min: "2026-11-24T07:00:00Z",
      status: "any",
      limit: "250",
      order: "updated_at asc",
    });
    expect(second).toEqual({ limit: "250", page_info: expect.any(String) });
  });

  it("is read to its end over as many pages as there are, also of orders that changed in one second", async () => {
    const { shop, pull } = await setup();
    for (let i = 0; i < 620; i += 1) shop.place(purchase);
    const { ids, pages } = await run(pull());
    expect(ids).toEqual(idsOf(shop));
    expect(pages).toBe(3);
  });

  it("misses nobody when an order changes between two pages and so moves to the end", async () => {
    const { shop, clock, pull } = await setup();
    for (let i = 0; i < 300; i += 1) {
      clock.at += SECOND;
      shop.place(purchase);
    }
    const polled = pull();
    const first = await list(polled);
    for (const { id } of shop.orders().slice(0, 60)) shop.cancel(id);
    const rest = await run(polled, first.cursor);
    expect(new Set([...first.orders.map(idOf), ...rest.ids])).toEqual(new Set(idsOf(shop)));
  });

  it("goes on from the last change that was seen when its place in the list is not known any more", async () => {
    const { shop, clock, pull } = await setup({ faults: { "page-expired": 1 } });
    for (let i = 0; i < 600; i += 1) {
      clock.at += 5 * SECOND;
      shop.place(purchase);
    }
    const { ids } = await run(pull());
    expect(new Set(ids)).toEqual(new Set(idsOf(shop)));
    expect(shop.fired["page-expired"]).toBeGreaterThan(0);
  });

  it("the next run reads an overlap again, because times are whole seconds and orders appear after their time", async () => {
    const { shop, clock, pull } = await setup();
    shop.place(purchase);
    clock.at += 10 * MINUTE;
    shop.place(purchase);
    const first = await run(pull());
    const sameSecond = shop.place(purchase);
    expect((await run(pull(), first.cursor)).ids).toEqual([String(sameSecond.id)]);
  });

  it("a payment brings an order back", async () => {
    const { shop, clock, pull } = await setup();
    const { id } = shop.place({ ...purchase, financialStatus: "pending" });
    const first = await run(pull());
    clock.at += 60 * MINUTE;
    shop.setPayment(id, "paid");
    const [order] = (await list(pull(), first.cursor)).orders;
    expect(order).toMatchObject({ sighting: { readiness: "ready", version: clock.at } });
  });

  it("cancelled orders are listed too", async () => {
    const { shop, pull } = await setup();
    shop.cancel(shop.place(purchase).id);
    expect((await list(pull())).orders).toMatchObject([{ sighting: { readiness: "cancelled" } }]);
  });

  it("the first run looks back over the window, or to the date from which purchases count", async () => {
    const { shop, clock, pull } = await setup();
    shop.place(purchase);
    clock.at += 10 * DAY;
    shop.place(purchase);
    const [, second] = idsOf(shop);
    expect((await run(pull())).ids).toEqual(idsOf(shop));
    expect((await run(pull({ windowDays: 5 }))).ids).toEqual([second]);
    expect((await run(pull({ acceptFrom: clock.at - MINUTE }))).ids).toEqual([second]);
  });

  it("an order dated in the future does not hide the later ones", async () => {
    const { shop, clock, pull } = await setup();
    clock.at += 365 * DAY;
    const future = shop.place(purchase);
    clock.at -= 365 * DAY;
    const first = await run(pull());
    const next = shop.place(purchase);
    expect([first.ids, (await run(pull(), first.cursor)).ids]).toEqual([[String(future.id)], [String(next.id)]]);
  });

  it("test orders are left out", async () => {
    const { shop, pull } = await setup();
    shop.place({ ...purchase, test: true });
    expect(await run(pull())).toMatchObject({ ids: [] });
  });

  it("what goods taken off and money paid back make of an order, the list tells as the ERP needs it", async () => {
    const { shop, pull } = await setup();
    const edited = shop.place({ ...purchase, financialStatus: "pending" });
    shop.takeOff(edited.id, 0, 1);
    const returned = shop.place(purchase);
    shop.refund(returned.id, 3999, 0, 1);
    expect((await list(pull())).orders).toMatchObject([
      {
        sighting: {
          money: { minor: 3999 },
          refunded: 0,
          readiness: "waiting",
          report: { lines: [{ quantity: "1", gross: 3999 }] },
        },
      },
      {
        sighting: {
          money: { minor: 7998 },
          refunded: 3999,
          readiness: "ready",
          refundedPieces: [{ quantity: "1" }],
          report: { lines: [{ quantity: "2", gross: 7998 }] },
        },
      },
    ]);
  });
});

describe("an order that was only named", () => {
  it("is read", async () => {
    const { shop, pull } = await setup();
    const { id } = shop.place(purchase);
    expect(await pull().read?.(String(id))).toMatchObject({ kind: "sighting", sighting: { sourceOrder: String(id) } });
  });

  it("is forgotten when the shop does not have it, or when it is a test", async () => {
    const { shop, pull } = await setup();
    expect(await pull().read?.("123")).toEqual({ kind: "absent", reason: "unknown-at-shop" });
    const { id } = shop.place({ ...purchase, test: true });
    expect(await pull().read?.(String(id))).toEqual({ kind: "absent", reason: "test-order" });
  });
});

describe("a shop that does not answer well", () => {
  it("a 429 ends the run for as long as the shop says, and the cursor stays where it was", async () => {
    const { shop, clock, pull } = await setup({ faults: { "rest-429": 1 } });
    const failed = await list(pull()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message: "shop-answers-429", until: clock.at + 2 * SECOND });
    expect(shop.fired["rest-429"]).toBe(1);
  });

  it("more calls than the shop takes at once end so too, and it takes them again when the clock has moved", async () => {
    const { clock, pull } = await setup();
    const polled = pull();
    for (let call = 0; call < 40; call += 1) await list(polled);
    await expect(list(polled)).rejects.toBeInstanceOf(Blocked);
    clock.at += 2 * SECOND;
    await expect(list(polled)).resolves.toMatchObject({ more: false });
  });

  it("a 5xx ends the run for about a minute", async () => {
    const { clock, pull } = await setup({ faults: { "rest-5xx": 1 } });
    await expect(list(pull())).rejects.toMatchObject({ message: "shop-answers-503", until: clock.at + MINUTE });
  });

  it("a refused token is a fault that names the status and no token", async () => {
    const { pull } = await setup();
    const refused = pull({ accessToken: "shpat_wrong" });
    await expect(list(refused)).rejects.toThrow("the shop refuses its order list with status 401");
    await expect(refused.read?.("1")).rejects.toThrow("the shop refuses an order with status 401");
  });

  it("the token goes to the configured address only, whatever a link says", async () => {
    const { shop, calls, pull } = await setup();
    for (let i = 0; i < 260; i += 1) shop.place(purchase);
    await run(pull());
    expect(new Set(calls.map(({ origin }) => origin))).toEqual(new Set([shop.url]));
  });

  it("a shop without a token is not polled", () => {
    const account = ShopifyAccount.parse({
      channel: "shopify",
      account: "main",
      shop: SHOP,
      secrets: ["sekret-testowy-0001"],
    });
    const vault = { read: none, lock: none, save: none, unlock: none };
    const io = { http, vault, budget: { spend: none }, now: () => 0, random: () => 0 };
    expect(shopify.pull?.(account, io)).toBeUndefined();
  });
});
