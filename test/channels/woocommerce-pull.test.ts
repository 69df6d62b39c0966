/** The reconciliation listing against the simulated shop, over sockets. */
import { afterEach, describe, expect, it } from "vitest";
import { Blocked, type Listing, type Page } from "../../lib/channels/channel.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { createShop, type Shop, type ShopOptions } from "../../lib/local/simulators/woocommerce.ts";
import { http } from "../../lib/runtime/http.ts";

const MINUTE = 60_000;
const purchase = { lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 }] };
const keys = { consumerKey: "ck_test", consumerSecret: "cs_test" };

const shops: Shop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

/** A shop with its clock in hand, and the listing of the account that polls it. */
async function setup({
  at = Date.UTC(2026, 10, 24, 12),
  faults,
}: {
  at?: number;
  faults?: ShopOptions["faults"];
} = {}) {
  const clock = { at };
  const calls: string[] = [];
  const now = () => clock.at;
  const shop = await createShop({
    id: 111,
    secret: "sekret",
    ...keys,
    webhookUrl: "http://127.0.0.1:9/",
    now,
    random: () => 0.5,
    ...(faults && { faults }),
  });
  shops.push(shop);
  function listing(changes: object = {}): Listing {
    const configured = { channel: "woocommerce", account: "main", secrets: ["sekret"], baseUrl: shop.url };
    const account = WooAccount.parse({ ...configured, ...keys, ...changes });
    const pull = woocommerce.pull?.(account, {
      http: (url, request) => {
        calls.push(url);
        return http(url, request);
      },
      vault: { read: none, lock: none, save: none, unlock: none },
      budget: { spend: () => Promise.resolve() },
      now,
      random: () => 0,
    });
    const [first] = pull?.listings ?? [];
    if (!first) throw new Error("this account is not polled");
    return first;
  }
  return { shop, clock, calls, listing };
}

function none(): never {
  throw new Error("a shop's keys are fixed");
}

/** One run: page after page to the end of the listing. */
async function run(listing: Listing, cursor?: string): Promise<{ ids: string[]; cursor: string; pages: number }> {
  const ids: string[] = [];
  let at: Page = { orders: [], cursor: cursor ?? "", more: true };
  let pages = 0;
  for (; at.more; pages += 1) {
    at = await listing.page(pages === 0 ? cursor : at.cursor);
    ids.push(...at.orders.map(idOf));
    if (pages > 50) throw new Error("the listing does not end");
  }
  return { ids, cursor: at.cursor, pages };
}

function idOf(order: Page["orders"][number]): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

describe("the order list", () => {
  it("shows what a delivery lost, as the same sighting that the delivery would have been", async () => {
    const { shop, listing } = await setup({ faults: { "delivery-lost": 1 } });
    await shop.activate();
    const placed = shop.place({ ...purchase, allegroId: "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01" });
    expect(await shop.runQueue()).toEqual([]);
    expect(shop.fired["delivery-lost"]).toBe(2);

    const page = await listing().page(undefined);
    expect(page).toMatchObject({
      more: false,
      orders: [
        {
          kind: "sighting",
          sighting: {
            account: "woocommerce:main",
            sourceOrder: String(placed.id),
            readiness: "ready",
            total: 7998,
            keys: [{ rank: 2 }, { rank: 3 }, { rank: 4, issuer: "allegro" }],
          },
        },
      ],
    });
  });

  it("is read to its end, over as many pages as there are", async () => {
    const { shop, clock, listing } = await setup();
    for (let i = 0; i < 250; i += 1) {
      clock.at += 1000;
      shop.place(purchase);
    }
    const { ids, pages } = await run(listing());
    expect(new Set(ids)).toEqual(new Set(shop.orders().map((order) => String(order.id))));
    expect(pages).toBe(3);
  });

  it("goes by page number while more orders changed in one second than a page holds", async () => {
    const { shop, clock, listing } = await setup();
    for (let i = 0; i < 230; i += 1) shop.place(purchase);
    clock.at += 5000;
    for (let i = 0; i < 30; i += 1) shop.place(purchase);
    const { ids } = await run(listing());
    expect(new Set(ids).size).toBe(260);
  });

  it("misses nobody when an order changes between two pages and so moves to the end", async () => {
    const { shop, clock, listing } = await setup();
    for (let i = 0; i < 150; i += 1) {
      clock.at += 1000;
      shop.place(purchase);
    }
    const list = listing();
    const first = await list.page(undefined);
    for (const { id } of shop.orders().slice(0, 20)) shop.setStatus(id, "completed");
    const rest = await run(list, first.cursor);
    expect(new Set([...first.orders.map(idOf), ...rest.ids]).size).toBe(150);
  });

  it("the next run reads an overlap again, because times are whole seconds and orders appear after their time", async () => {
    const { shop, clock, listing } = await setup();
    shop.place(purchase);
    clock.at += 10 * MINUTE;
    shop.place(purchase);
    const first = await run(listing());
    const sameSecond = shop.place(purchase);
    expect((await run(listing(), first.cursor)).ids).toEqual(["272", String(sameSecond.id)]);
  });

  it("a change of status brings an order back", async () => {
    const { shop, clock, listing } = await setup();
    const { id } = shop.place({ ...purchase, status: "pending" });
    const first = await run(listing());
    clock.at += 60 * MINUTE;
    shop.setStatus(id, "processing");
    const [order] = (await listing().page(first.cursor)).orders;
    expect(order).toMatchObject({ sighting: { readiness: "ready", version: clock.at } });
  });

  it("the first run looks back over the window, or to the date from which purchases count", async () => {
    const { shop, clock, listing } = await setup();
    shop.place(purchase);
    clock.at += 10 * 24 * 60 * MINUTE;
    shop.place(purchase);
    expect((await run(listing())).ids).toEqual(["271", "272"]);
    expect((await run(listing({ windowDays: 5 }))).ids).toEqual(["272"]);
    expect((await run(listing({ acceptFrom: clock.at - MINUTE }))).ids).toEqual(["272"]);
  });

  it("drafts are left out until they are orders", async () => {
    const { shop, clock, listing } = await setup();
    const { id } = shop.place({ ...purchase, status: "checkout-draft" });
    const first = await run(listing());
    expect(first.ids).toEqual([]);
    clock.at += MINUTE;
    shop.setStatus(id, "processing");
    expect((await run(listing(), first.cursor)).ids).toEqual([String(id)]);
  });

  it("an order dated in the future does not hide the later ones", async () => {
    const { shop, clock, listing } = await setup();
    clock.at += 365 * 24 * 60 * MINUTE;
    const future = shop.place(purchase);
    clock.at -= 365 * 24 * 60 * MINUTE;
    const first = await run(listing());
    const next = shop.place(purchase);
    expect((await run(listing(), first.cursor)).ids).toEqual([String(next.id), String(future.id)]);
  });

  it("orders of the hour that European clocks skip are found, though a shop cannot be asked for that hour", async () => {
    const { shop, clock, listing } = await setup({ at: Date.UTC(2027, 2, 28, 2, 20) });
    shop.place(purchase);
    const first = await run(listing());
    clock.at += 10 * MINUTE;
    const lost = shop.place(purchase);
    clock.at += 120 * MINUTE;
    const second = await run(listing(), first.cursor);
    expect(second.ids).toContain(String(lost.id));
  });

  it("is asked in UTC without a zone, by modification, every status", async () => {
    const { calls, listing } = await setup();
    await run(listing({ acceptFrom: "2026-11-24T08:00:00+01:00" }));
    const [url] = calls.map((call) => new URL(call));
    expect(url?.pathname).toBe("/wp-json/wc/v3/orders");
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      modified_after: "2026-11-24T07:00:00",
      dates_are_gmt: "true",
      orderby: "modified",
      order: "asc",
      per_page: "100",
      page: "1",
      status: "any",
    });
  });
});

describe("a shop that does not answer well", () => {
  it("a 5xx ends the run for about a minute, and the cursor stays where it was", async () => {
    const { shop, clock, listing } = await setup({ faults: { "rest-5xx": 1 } });
    const failed = await listing()
      .page(undefined)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message: "shop-answers-503", until: clock.at + MINUTE });
    expect(shop.fired["rest-5xx"]).toBe(1);
  });

  it("refused keys are a fault that names the status and no key", async () => {
    const { listing } = await setup();
    const failed = listing({ consumerSecret: "wrong" }).page(undefined);
    await expect(failed).rejects.toThrow("the shop refuses its order list with status 401");
  });

  it("a shop without keys is not polled", () => {
    const account = WooAccount.parse({
      channel: "woocommerce",
      account: "main",
      secrets: ["s"],
      baseUrl: "https://sklep.example",
    });
    const io = {
      http,
      vault: { read: none, lock: none, save: none, unlock: none },
      budget: { spend: none },
      now: () => 0,
      random: () => 0,
    };
    expect(woocommerce.pull?.(account, io)).toBeUndefined();
  });
});
