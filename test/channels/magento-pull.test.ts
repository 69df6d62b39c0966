/** The order list of a Magento shop, over sockets, with the traps of the real one. */
import { describe, expect, it, onTestFinished } from "vitest";
import {
  Blocked,
  type Listing,
  type Page,
  type Pull,
  type Pulled,
  type Read,
  Refused,
} from "../../lib/channels/channel.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { magento } from "../../lib/channels/magento/index.ts";
import { DAY } from "../../lib/core/order.ts";
import { type IntakeDeps, intake } from "../../lib/intake/intake.ts";
import { http } from "../../lib/runtime/http.ts";
import { createMagento, type MagentoOptions, type MagentoShop } from "../../local/simulators/magento.ts";
import type { MagentoPurchase } from "../../local/simulators/magento-orders.ts";
import { memoryClaims } from "../support/memory-claims.ts";

const MINUTE = 60_000;
const TOKEN = "integration-access-token";
const MUG: MagentoPurchase = { lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 }] };
const CUP: MagentoPurchase = { lines: [{ name: "Filiżanka testowa", sku: "FIL-1", quantity: 1, gross: 4999 }] };

async function setup(options: Partial<MagentoOptions> = {}) {
  const clock = { at: Date.UTC(2026, 10, 24, 12) };
  const now = () => clock.at;
  const shop = await createMagento({ accessToken: TOKEN, now, random: () => 0.5, ...options });
  onTestFinished(() => shop.close());
  function pulled(changes: object = {}, spend = () => Promise.resolve()): Pull {
    const configured = { channel: "magento", account: "main", baseUrl: shop.url, accessToken: TOKEN, pageSize: 10 };
    const account = MagentoAccount.parse({ ...configured, ...changes });
    const vault = { read: none, lock: none, save: none, unlock: none };
    const pull = magento.pull?.(account, { http, vault, budget: { spend }, now, random: () => 0 });
    if (!pull) throw new Error("not pulled");
    return pull;
  }
  return { shop, clock, now, pulled };
}

type Setup = Awaited<ReturnType<typeof setup>>;

function none(): never {
  throw new Error("an access token is fixed");
}

function listing(pull: Pull): Listing {
  const [orders] = pull.listings;
  if (!orders) throw new Error("no listing");
  return orders;
}

type Ran = { orders: Pulled[]; ids: string[]; cursor: string; pages: number };

/** One run: page after page to the end of the listing. */
async function run(pull: Pull, cursor?: string): Promise<Ran> {
  const orders: Pulled[] = [];
  let at: Page = { orders: [], cursor: cursor ?? "", more: true };
  let pages = 0;
  for (; at.more; pages += 1) {
    at = await listing(pull).page(pages === 0 ? cursor : at.cursor);
    orders.push(...at.orders);
    if (pages > 300) throw new Error("the listing does not end");
  }
  return { orders, ids: orders.map(idOf), cursor: at.cursor, pages };
}

function idOf(order: Pulled): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

async function read({ read: readOne }: Pull, id: string): Promise<Read> {
  if (!readOne) throw new Error("nothing is read singly");
  return readOne(id);
}

function placeMany({ shop, clock }: Setup, count: number, everyMs = 1000): string[] {
  return Array.from({ length: count }, () => {
    clock.at += everyMs;
    return String(shop.place(MUG).entity_id);
  });
}

describe("the order list", () => {
  it("is read to its end in the order of change, page after page", async () => {
    const all = await setup();
    const ids = placeMany(all, 35);
    const { ids: seen, orders } = await run(all.pulled());
    expect([...new Set(seen)]).toEqual(ids);
    expect(orders[0]).toMatchObject({
      kind: "sighting",
      sighting: { account: "magento:main", money: { minor: 7998 } },
    });
  });

  it.each([0, 1, 9, 10, 11, 20])(
    "ends by the shop's own count with %i orders, though its last page never runs dry",
    async (count) => {
      const all = await setup();
      const ids = placeMany(all, count);
      expect(new Set((await run(all.pulled())).ids)).toEqual(new Set(ids));
      for (const call of all.shop.calls())
        expect(new URL(call, all.shop.url).searchParams.get("searchCriteria[currentPage]")).toBe("1");
    },
  );

  it.each([10, 11, 20, 47])(
    "a second in which %i orders changed is read in full, and so is what follows",
    async (count) => {
      const all = await setup();
      const before = placeMany(all, 3);
      all.clock.at += 1000;
      const bulk = placeMany(all, count, 0);
      const after = placeMany(all, 3);
      expect(new Set((await run(all.pulled())).ids)).toEqual(new Set([...before, ...bulk, ...after]));
    },
  );

  it("misses nobody when orders change between two pages and so move to the end", async () => {
    const all = await setup();
    const ids = placeMany(all, 30);
    const first = await listing(all.pulled()).page(undefined);
    for (const id of ids.slice(0, 8)) all.shop.setState(Number(id), "complete");
    const rest = await run(all.pulled(), first.cursor);
    expect(new Set([...first.orders.map(idOf), ...rest.ids])).toEqual(new Set(ids));
  });

  it("is asked for oldest first and by time in UTC: unsorted the newest come", async () => {
    const all = await setup();
    await run(all.pulled({ acceptFrom: "2026-11-24T08:00:00+01:00", storeCode: "pl" }));
    const url = new URL(all.shop.calls()[0] ?? "", all.shop.url);
    expect(url.pathname).toBe("/rest/pl/V1/orders");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      "searchCriteria[filter_groups][0][filters][0][field]": "updated_at",
      "searchCriteria[filter_groups][0][filters][0][value]": "2026-11-24 07:00:00",
      "searchCriteria[filter_groups][0][filters][0][condition_type]": "gteq",
      "searchCriteria[sortOrders][0][field]": "updated_at",
      "searchCriteria[sortOrders][0][direction]": "ASC",
      "searchCriteria[sortOrders][1][field]": "entity_id",
      "searchCriteria[sortOrders][1][direction]": "ASC",
      "searchCriteria[pageSize]": "10",
      "searchCriteria[currentPage]": "1",
    });
  });

  it("the next run reads the last minutes again, because a change is dated before it can be seen", async () => {
    const all = await setup();
    placeMany(all, 25, 1000);
    const first = await run(all.pulled());
    all.clock.at -= 4 * MINUTE;
    const late = String(all.shop.place(MUG).entity_id);
    all.clock.at += 5 * MINUTE;
    expect((await run(all.pulled(), first.cursor)).ids).toContain(late);
  });

  it("a quiet shop is not read ever further back", async () => {
    const all = await setup();
    placeMany(all, 3);
    all.clock.at += 60 * MINUTE;
    const first = await run(all.pulled());
    expect((await run(all.pulled(), first.cursor)).cursor).toBe(first.cursor);
  });

  it("the first run looks back over the window, or to the date from which purchases count", async () => {
    const all = await setup();
    const [old] = placeMany(all, 1);
    all.clock.at += 10 * DAY;
    const [recent] = placeMany(all, 1);
    expect((await run(all.pulled())).ids).toEqual([old, recent]);
    expect((await run(all.pulled({ windowDays: 5 }))).ids).toEqual([recent]);
    expect((await run(all.pulled({ acceptFrom: all.clock.at - MINUTE }))).ids).toEqual([recent]);
  });

  it("an order dated in the future does not hide the later ones", async () => {
    const all = await setup();
    all.clock.at += 365 * DAY;
    const future = String(all.shop.place(MUG).entity_id);
    all.clock.at -= 365 * DAY;
    const first = await run(all.pulled());
    const [next] = placeMany(all, 1);
    expect([first.ids, (await run(all.pulled(), first.cursor)).ids]).toEqual([[future], [next]]);
  });

  it("a run that was cut off goes on where it was", async () => {
    const all = await setup();
    const ids = placeMany(all, 30);
    const first = await listing(all.pulled()).page(undefined);
    const rest = await run(all.pulled(), first.cursor);
    expect(rest.ids.slice(-1)).toEqual(ids.slice(-1));
    expect(rest.ids).not.toContain(ids[0]);
  });
});

describe("an order that the shop cannot put together", () => {
  const unusable = (orders: readonly Pulled[]) => orders.filter((order) => order.kind === "unusable");

  it.each([
    ["the first", 0],
    ["one in the middle", 17],
    ["the last", 34],
  ])("is found and held, and every other order is taken: %s", async (_, at) => {
    const all = await setup();
    const ids = placeMany(all, 35);
    const broken = ids[at] ?? "";
    all.shop.breakOrder(Number(broken));
    const { orders } = await run(all.pulled());
    expect(unusable(orders)).toEqual([{ kind: "unusable", id: broken, reason: "broken-at-shop", raw: "" }]);
    const taken = orders.filter((order) => order.kind === "sighting").map(idOf);
    expect(new Set(taken)).toEqual(new Set(ids.filter((id) => id !== broken)));
    expect(all.shop.fired["broken-page"]).toBeGreaterThan(0);
  });

  it("several of them are found one after the other, also within one second", async () => {
    const all = await setup();
    const ids = placeMany(all, 30, 0);
    for (const at of [2, 3, 21]) all.shop.breakOrder(Number(ids[at]));
    const { orders } = await run(all.pulled());
    expect(unusable(orders).map(idOf)).toEqual([ids[2], ids[3], ids[21]]);
    expect(new Set(orders.map(idOf))).toEqual(new Set(ids));
  });

  it("costs about as many calls as its id has bits, and the search outlives a run", async () => {
    const all = await setup();
    const ids = placeMany(all, 5);
    all.shop.breakOrder(Number(ids[2]));
    let cursor: string | undefined;
    const orders: Pulled[] = [];
    for (let runs = 0; runs < 60; runs += 1) {
      const page = await listing(all.pulled()).page(cursor);
      orders.push(...page.orders);
      cursor = page.cursor;
      if (!page.more) break;
    }
    expect(new Set(orders.map(idOf))).toEqual(new Set(ids));
    expect(all.shop.calls().length).toBeLessThan(45);
  });

  it("is left out for an hour and then read once more, so that what changed of it meanwhile is not missed", async () => {
    const all = await setup();
    const [id = ""] = placeMany(all, 1);
    all.shop.breakOrder(Number(id));
    const first = await run(all.pulled());
    all.shop.repairOrder(Number(id));
    all.clock.at += 10 * MINUTE;
    all.shop.setState(Number(id), "canceled");
    all.clock.at += 20 * MINUTE;
    const [other = ""] = placeMany(all, 1);
    const second = await run(all.pulled(), first.cursor);
    expect(second.ids).toEqual([other]);
    all.clock.at += 40 * MINUTE;
    const third = await run(all.pulled(), second.cursor);
    expect(third.orders).toContainEqual({ kind: "refresh", id });
    expect(await read(all.pulled(), id)).toMatchObject({ sighting: { readiness: "cancelled" } });
    expect((await run(all.pulled(), third.cursor)).orders).not.toContainEqual({ kind: "refresh", id });
  });

  it("shows itself again once it is repaired and changed", async () => {
    const all = await setup();
    const [id = ""] = placeMany(all, 1);
    all.shop.breakOrder(Number(id));
    const first = await run(all.pulled());
    all.shop.repairOrder(Number(id));
    all.clock.at += 90 * MINUTE;
    all.shop.setState(Number(id), "complete");
    const second = await run(all.pulled(), first.cursor);
    expect(second.orders).toContainEqual(
      expect.objectContaining({ kind: "sighting", sighting: expect.objectContaining({ sourceOrder: id }) }),
    );
  });

  it("is not blamed when everything fails: then the shop is left alone", async () => {
    const all = await setup({ faults: { "rest-500": 1 } });
    placeMany(all, 5);
    const failed = await run(all.pulled()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(all.shop.calls()).toHaveLength(2);
  });

  it("failures that pass in the middle of the search hold no innocent order and lose none", async () => {
    const faults = { "rest-500": 0 };
    const all = await setup({ faults });
    const ids = placeMany(all, 12);
    all.shop.breakOrder(Number(ids[4]));
    const orders: Pulled[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 400; pages += 1) {
      faults["rest-500"] = pages > 3 && pages < 12 ? 1 : 0;
      const page = await listing(all.pulled())
        .page(cursor)
        .catch((error: unknown) => {
          expect(error).toBeInstanceOf(Blocked);
        });
      if (!page) continue;
      orders.push(...page.orders);
      cursor = page.cursor;
      if (!page.more) break;
    }
    expect(unusable(orders).map(idOf)).toEqual([ids[4]]);
    expect(new Set(orders.map(idOf))).toEqual(new Set(ids));
    expect(all.shop.fired["rest-500"]).toBeGreaterThan(0);
  });
});

describe("reading one order", () => {
  it("by its id, and by its number where the call had no id", async () => {
    const all = await setup();
    const [id = ""] = placeMany(all, 2);
    for (const hint of [id, `increment:${id.padStart(9, "0")}`])
      expect(await read(all.pulled(), hint)).toMatchObject({ kind: "sighting", sighting: { sourceOrder: id } });
  });

  it("what the shop does not have is absent", async () => {
    const all = await setup();
    for (const hint of ["99", "increment:000000099"])
      expect(await read(all.pulled(), hint)).toEqual({ kind: "absent", reason: "not-found" });
  });

  it("a broken order is held, and while the shop is down nothing is", async () => {
    const faults = { "rest-500": 0 };
    const all = await setup({ faults });
    const [id = ""] = placeMany(all, 1);
    all.shop.breakOrder(Number(id));
    expect(await read(all.pulled(), id)).toEqual({ kind: "unusable", reason: "broken-at-shop", raw: "" });
    faults["rest-500"] = 1;
    await expect(read(all.pulled(), id)).rejects.toBeInstanceOf(Blocked);
  });

  it("a thin call of the shop names the order that is then read", async () => {
    const all = await setup();
    const order = all.shop.place(MUG);
    const account = MagentoAccount.parse({
      channel: "magento",
      account: "main",
      baseUrl: all.shop.url,
      accessToken: TOKEN,
      hintSecret: "a-long-secret-of-the-shop",
    });
    const body = Buffer.from(JSON.stringify({ increment_id: order.increment_id }));
    const headers = { "x-kojarz-secret": "a-long-secret-of-the-shop" };
    const received = magento.receive?.({ method: "POST", headers, query: {}, secretPath: undefined, body }, account, 0);
    const [hint = ""] = received?.kind === "refreshes" ? received.ids : [];
    expect(await read(all.pulled(), hint)).toMatchObject({ sighting: { sourceOrder: String(order.entity_id) } });
  });
});

describe("an order that is edited in the shop's admin", () => {
  const deps = (now: () => number, claims: IntakeDeps["claims"]): IntakeDeps => {
    let unique = 0;
    return {
      claims,
      explain: () => {},
      now,
      random: () => 0,
      wait: async () => undefined,
      unique: () => `u${unique++}`,
      rules: { windowMs: 14 * DAY, memoryMs: 90 * DAY, waitingMs: 31 * DAY, acceptFrom: undefined },
    };
  };

  /** One run as a feed does it: the listing, then what it only hinted at. */
  async function feed(pull: Pull, shop: { intake: IntakeDeps; cursor?: string }): Promise<void> {
    const { orders, cursor } = await run(pull, shop.cursor);
    shop.cursor = cursor;
    for (const order of orders) {
      const found = order.kind === "refresh" ? await read(pull, order.id) : order;
      if (found.kind === "sighting") await intake(found.sighting, shop.intake);
    }
  }

  async function scene() {
    const all = await setup();
    const claims = memoryClaims();
    const state: { intake: IntakeDeps; cursor?: string } = { intake: deps(all.now, claims) };
    const go = async () => {
      await feed(all.pulled(), state);
      all.clock.at += MINUTE;
    };
    const orders = async (entityId: number) => {
      const value = String(entityId);
      const found = await claims.look([{ kind: "internet-id", issuer: "magento:main", value }]);
      return [...found.orders.values()];
    };
    return { ...all, go, orders };
  }

  async function onlyOrder(
    orders: (id: number) => ReturnType<Awaited<ReturnType<typeof scene>>["orders"]>,
    ids: number[],
  ) {
    const found = (await Promise.all(ids.map(orders))).flat();
    expect(found).toHaveLength(ids.length);
    expect(new Set(found.map((order) => order.id)).size).toBe(1);
    return found[0];
  }

  it("stays one purchase, and goes to the ERP as it was edited", async () => {
    const { shop, go, orders } = await scene();
    const first = shop.place(MUG);
    await go();
    const edit = shop.edit(first.entity_id, CUP);
    expect(edit.increment_id).toBe("000001001-1");
    await go();
    const order = await onlyOrder(orders, [first.entity_id, edit.entity_id]);
    expect(order).toMatchObject({
      state: "pending",
      sources: [{ money: { minor: 4999 }, report: { lines: [{ sku: "FIL-1" }] } }],
    });
  });

  it("stays one purchase when the edits were made before anything was read in between", async () => {
    const { shop, go, orders } = await scene();
    const first = shop.place(MUG);
    await go();
    const second = shop.edit(first.entity_id, CUP);
    const third = shop.edit(second.entity_id, MUG);
    await go();
    const order = await onlyOrder(orders, [first.entity_id, second.entity_id, third.entity_id]);
    expect(order).toMatchObject({ state: "pending", sources: [{ sourceOrder: String(first.entity_id) }] });
  });

  it("stays one purchase when nobody saw it before it was edited", async () => {
    const { shop, go, orders } = await scene();
    const first = shop.place(MUG);
    const edit = shop.edit(first.entity_id, CUP);
    await go();
    expect(await onlyOrder(orders, [first.entity_id, edit.entity_id])).toMatchObject({ state: "pending" });
  });

  it("is cancelled when its last edition is", async () => {
    const { shop, go, orders } = await scene();
    const first = shop.place(MUG);
    await go();
    const edit = shop.edit(first.entity_id, CUP);
    await go();
    shop.setState(edit.entity_id, "canceled");
    await go();
    expect(await onlyOrder(orders, [first.entity_id, edit.entity_id])).toMatchObject({ state: "cancelled" });
  });
});

describe("options that an article has of its own", () => {
  const colour = { id: 5, title: "Kolor", value: { id: 12, title: "czerwony" } };
  const engraved = { id: 6, title: "Grawer", value: "2026" };
  const MUG_OF_COLOUR: MagentoPurchase = {
    lines: [{ name: "Kubek", sku: "KUB/1", quantity: 1, gross: 3999, options: [colour, engraved] }],
  };
  const variants = ({ orders }: Ran) =>
    orders.flatMap((order) =>
      order.kind === "sighting" ? order.sighting.report.lines.map((line) => line.variant) : [],
    );

  it("are told by the names that the articles have, each article asked for once a run", async () => {
    const all = await setup({ readsCatalog: true });
    all.shop.place(MUG_OF_COLOUR);
    const pull = all.pulled();
    expect(variants(await run(pull))).toEqual(["Kolor: czerwony, Grawer: 2026"]);
    const read = await pull.read?.(String(all.shop.orders()[0]?.entity_id));
    expect(read).toMatchObject({ sighting: { report: { lines: [{ variant: "Kolor: czerwony, Grawer: 2026" }] } } });
    expect(all.shop.calls().filter((call) => call.includes("/products"))).toHaveLength(2);
  });

  it("are told by their ids where the token may not read articles: two pieces of one article still differ", async () => {
    const all = await setup();
    all.shop.place(MUG_OF_COLOUR);
    all.shop.place(MUG_OF_COLOUR);
    const told = "option 5: 12, option 6: 2026";
    expect(variants(await run(all.pulled()))).toEqual([told, told]);
    expect(all.shop.calls().filter((call) => call.includes("/products"))).toHaveLength(1);
  });

  it("cost an order without them no call", async () => {
    const all = await setup({ readsCatalog: true });
    placeMany(all, 2);
    await run(all.pulled());
    expect(all.shop.calls().filter((call) => call.includes("/products"))).toEqual([]);
  });
});

describe("a shop that does not answer well", () => {
  it("maintenance ends the run for about a minute, and the cursor stays where it was", async () => {
    const all = await setup({ faults: { "rest-503": 1 } });
    const failed = await run(all.pulled()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message: "shop-answers-503", until: all.clock.at + MINUTE });
  });

  it("a refused token is a fault that names the status and no token", async () => {
    const all = await setup();
    const failed = await run(all.pulled({ accessToken: "wrong-token-value" })).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Refused);
    expect(String(failed)).toBe(
      "Refused: magento:main: the shop refuses its orders with status 401 (The consumer isn't authorized to access %resources.)",
    );
  });

  it("a used-up budget makes no call", async () => {
    const all = await setup();
    const empty = () => Promise.reject(new Blocked("budget", 1));
    await expect(run(all.pulled({}, empty))).rejects.toBeInstanceOf(Blocked);
    expect(all.shop.calls()).toEqual([]);
  });
});

describe("the simulated shop", () => {
  async function list(
    shop: MagentoShop,
    query: string,
  ): Promise<{ items: Array<{ entity_id: number }>; total_count: number }> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { text } = await http(`${shop.url}/rest/all/V1/orders?${query}`, { headers });
    return JSON.parse(text);
  }

  it("lists everything, the newest first, unless it is asked otherwise", async () => {
    const all = await setup();
    const ids = placeMany(all, 12).map(Number);
    expect((await list(all.shop, "searchCriteria=")).items.map((order) => order.entity_id)).toEqual(ids.reverse());
  });

  it("shows nothing to whoever asks past its last page; before 2.4.7 that page again", async () => {
    const page = (shop: MagentoShop, number: number) =>
      list(shop, `searchCriteria[pageSize]=10&searchCriteria[currentPage]=${number}`);
    const [all, older] = [await setup(), await setup({ repeatsLastPage: true })];
    for (const each of [all, older]) placeMany(each, 12);
    expect(await page(all.shop, 9)).toEqual({ items: [], total_count: 12 });
    expect(await page(older.shop, 9)).toEqual(await page(older.shop, 2));
    expect(await page(older.shop, 9)).toMatchObject({ items: [{}, {}], total_count: 12 });
  });
});
