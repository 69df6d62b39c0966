/** The reconciliation listing against the simulated shop, over sockets. */
import { afterEach, describe, expect, it } from "vitest";
import { Blocked, type Listing, type Page, type Pull, Refused } from "../../lib/channels/channel.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { http } from "../../lib/runtime/http.ts";
import { createShop, type Shop, type ShopOptions } from "../../local/simulators/woocommerce.ts";

const MINUTE = 60_000;
const purchase = { lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 }] };
const keys = { consumerKey: "ck_test", consumerSecret: "cs_test" };

const shops: Shop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

/** A shop with its clock in hand, and the listing of the account that polls it. */
async function setup({ at = Date.UTC(2026, 10, 24, 12), ...options }: { at?: number } & Partial<ShopOptions> = {}) {
  const clock = { at };
  const calls: string[] = [];
  const now = () => clock.at;
  const shop = await createShop({
    id: 111,
    secret: "sekret-testowy-0001",
    ...keys,
    webhookUrl: "http://127.0.0.1:9/",
    now,
    random: () => 0.5,
    ...options,
  });
  shops.push(shop);
  function pulled(changes: object = {}): Pull {
    const configured = { channel: "woocommerce", account: "main", secrets: ["sekret-testowy-0001"], baseUrl: shop.url };
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
    if (!pull) throw new Error("this account is not polled");
    return pull;
  }
  function listing(changes: object = {}, name = "orders"): Listing {
    const found = pulled(changes).listings.find((one) => one.name === name);
    if (!found) throw new Error(`there is no list ${name}`);
    return found;
  }
  return { shop, clock, calls, pulled, listing };
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
            money: { minor: 7998 },
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

  it("misses nobody when more orders changed in one second than a page holds, and some change again meanwhile", async () => {
    const { shop, clock, listing } = await setup();
    for (let i = 0; i < 292; i += 1) shop.place(purchase);
    clock.at += 10 * MINUTE;
    const list = listing();
    const first = await list.page(undefined);
    // Pages by number begin with the second that fills the first page.
    const again = await list.page(first.cursor);
    for (const { id } of shop.orders().slice(0, 3)) shop.setStatus(id, "completed");
    const rest = await run(list, again.cursor);
    expect(new Set([...first.orders.map(idOf), ...rest.ids]).size).toBe(292);
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
    expect((await run(listing(), first.cursor)).ids).toEqual([String(sameSecond.id)]);
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
    expect([first.ids, (await run(listing(), first.cursor)).ids]).toEqual([[String(future.id)], [String(next.id)]]);
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
      modified_after: "2026-11-24T06:59:59",
      dates_are_gmt: "true",
      orderby: "modified",
      order: "asc",
      per_page: "100",
      page: "1",
      status: "any",
    });
  });
});

describe("an overlap", () => {
  it("that did not change is not shown again, and what changed within its second is", async () => {
    const { shop, clock, listing } = await setup();
    const [one, two] = [shop.place(purchase), shop.place(purchase)];
    const first = await run(listing());
    shop.setStatus(two.id, "completed");
    const second = await run(listing(), first.cursor);
    expect([first.ids, second.ids]).toEqual([[String(one.id), String(two.id)], [String(two.id)]]);
    clock.at += MINUTE;
    expect((await run(listing(), second.cursor)).ids).toEqual([]);
  });
});

describe("what `any` does not list", () => {
  it("an order in the trash is read singly, and gone; so is one that was deleted for good", async () => {
    const { shop, pulled, listing } = await setup();
    const placed = shop.place(purchase);
    const deleted = shop.place(purchase);
    shop.trash(placed.id);
    shop.remove(deleted.id);
    expect((await run(listing())).ids).toEqual([]);
    expect((await listing({}, "hidden").page(undefined)).orders).toEqual([{ kind: "refresh", id: String(placed.id) }]);
    const gone = (id: number, reason: string) => ({ kind: "absent", reason, keys: [{ rank: 2, value: String(id) }] });
    expect(await pulled().read?.(String(placed.id))).toMatchObject(gone(placed.id, "in-the-trash"));
    expect(await pulled().read?.(String(deleted.id))).toMatchObject(gone(deleted.id, "not-found"));
  });

  it("a status that its plugin hides is listed by its name where it is one to forward", async () => {
    const { shop, listing } = await setup({ hiddenStatuses: ["wyslane"] });
    const placed = shop.place({ ...purchase, status: "wyslane" });
    const forwardStatuses = ["processing", "wyslane"];
    expect((await run(listing({ forwardStatuses }))).ids).toEqual([]);
    const { orders } = await listing({ forwardStatuses }, "hidden").page(undefined);
    expect(orders).toMatchObject([{ sighting: { sourceOrder: String(placed.id), readiness: "ready" } }]);
  });

  it("a status whose plugin is gone keeps the trash from nobody", async () => {
    const { shop, listing } = await setup();
    const placed = shop.place(purchase);
    shop.trash(placed.id);
    const { orders } = await listing({ forwardStatuses: ["processing", "wyslane"] }, "hidden").page(undefined);
    expect(orders).toEqual([{ kind: "refresh", id: String(placed.id) }]);
  });

  it("a shop whose API is gone has no order that is gone", async () => {
    const { shop, pulled } = await setup();
    shop.place(purchase);
    const read = pulled({ baseUrl: `${shop.url}/inny` }).read?.("1");
    await expect(read).rejects.toThrow("status 404, code rest_no_route");
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

  it("a refusal is one line: the account, the status, and the shop's own code and message", async () => {
    const { listing } = await setup();
    const failed = await listing({ consumerKey: "ck_other" })
      .page(undefined)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Refused);
    expect(String(failed)).toBe(
      "Refused: woocommerce:main: the shop refuses its order list with status 401, code woocommerce_rest_authentication_error (Consumer key is invalid.)",
    );
  });

  it("a server that keeps the header to itself is given the keys in the address, and no error shows it", async () => {
    const { shop, calls, pulled } = await setup({ dropsAuthorization: true });
    const placed = shop.place(purchase);
    const pull = pulled();
    const [orders] = pull.listings;
    if (!orders) throw new Error("no list");
    expect((await run(orders)).ids).toEqual([String(placed.id)]);
    expect(await pull.read?.(String(placed.id))).toMatchObject({ kind: "sighting" });
    expect(calls.map((call) => new URL(call).searchParams.has("consumer_key"))).toEqual([false, true, true]);
    const wrong = await pulled({ consumerSecret: "cs_wrong" })
      .listings[0]?.page(undefined)
      .catch((error: unknown) => error);
    expect(String(wrong)).toMatch(/status 401, code woocommerce_rest_cannot_view/);
    expect(`${wrong} ${wrong instanceof Error && wrong.stack}`).not.toMatch(/consumer_|c[ks]_/);
  });

  it("keys that the shop saw and refused are not sent again", async () => {
    const { calls, listing } = await setup();
    await expect(listing({ consumerKey: "ck_other" }).page(undefined)).rejects.toThrow(Refused);
    expect(calls).toHaveLength(1);
  });

  it("a redirect is named as such, with where it leads and without the address that was asked", async () => {
    const { listing } = await setup({ redirectsTo: "https://www.sklep.example" });
    const failed = listing().page(undefined);
    await expect(failed).rejects.toThrow(/redirected with 301 to https:\/\/www\.sklep\.example$/);
  });

  it("maintenance that asks for ten minutes is looked at again after two", async () => {
    const { clock, listing } = await setup({ faults: { "rest-5xx": 1 }, retryAfterSeconds: 600 });
    await expect(listing().page(undefined)).rejects.toMatchObject({ until: clock.at + 2 * MINUTE });
  });

  it.each(["http://sklep.example", "http://10.0.0.1", "http://127.0.0.1.sklep.example"])(
    "the keys go to no address in clear: %s",
    (baseUrl) => {
      const account = { channel: "woocommerce", account: "main", secrets: ["sekret-testowy-0001"], baseUrl };
      const { error } = WooAccount.safeParse(account);
      expect(error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
        ["baseUrl", "must begin with https://"],
      ]);
    },
  );

  it("a shop without keys is not polled", () => {
    const account = WooAccount.parse({
      channel: "woocommerce",
      account: "main",
      secrets: ["sekret-testowy-0001"],
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
