import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { BaseLinkerRefused, BaseLinkerUnavailable } from "../../lib/channels/baselinker/client.ts";
import { baselinker } from "../../lib/channels/baselinker/index.ts";
import { Blocked, type Page, type Pull, type PullIo } from "../../lib/channels/channel.ts";
import type { Vault } from "../../lib/core/ports/vault.ts";
import { type Http, http } from "../../lib/runtime/http.ts";
import {
  type BaseLinker,
  type BaseLinkerOptions,
  type BaseLinkerOrder,
  createBaseLinker,
} from "../../local/simulators/baselinker.ts";

const TOKEN = "4000001-secret-token";
const MINUTE = 60_000;

const opened: BaseLinker[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((simulator) => simulator.close()));
});

/** A seller's account with a clock that only the test moves. */
async function seller(options: Partial<BaseLinkerOptions> = {}) {
  const clock = { at: Date.UTC(2025, 5, 1, 12) };
  const now = () => clock.at;
  const api = await createBaseLinker({ token: TOKEN, now, random: () => 0.5, ...options });
  opened.push(api);
  return { api, clock, now, second: () => Math.floor(clock.at / 1000) };
}

type Seller = Awaited<ReturnType<typeof seller>>;

const noVault: Vault = {
  read: () => Promise.reject(new Error("unused")),
  lock: () => Promise.reject(new Error("unused")),
  save: () => Promise.reject(new Error("unused")),
  unlock: () => Promise.reject(new Error("unused")),
};

function pullOf(
  { api, now }: Seller,
  config: Record<string, unknown> = {},
  spend = async () => {},
  send: Http = http,
): Pull {
  const account = BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    baseUrl: api.url,
    token: TOKEN,
    callbackToken: "0123456789abcdef",
    sources: { "allegro/7001": "allegro:acme", "shop/101": "woocommerce:main" },
    ...config,
  });
  const io: PullIo = { http: send, vault: noVault, budget: { spend }, now, random: () => 0.5 };
  const pull = baselinker.pull?.(account, io);
  if (!pull) throw new Error("not pulled");
  return pull;
}

function listing(pull: Pull) {
  const orders = pull.listings.find(({ name }) => name === "orders");
  if (!orders) throw new Error("no listing");
  return orders;
}

/** What the feed does: pages until there is no more, and keeps the cursor. */
async function run(pull: Pull, cursor?: string): Promise<{ ids: string[]; cursor: string; pages: number }> {
  const ids: string[] = [];
  let at = cursor;
  for (let pages = 1; pages < 100; pages += 1) {
    const page: Page = await listing(pull).page(at);
    ids.push(...page.orders.map((o) => (o.kind === "sighting" ? o.sighting.sourceOrder : o.id)));
    at = page.cursor;
    if (!page.more) return { ids, cursor: page.cursor, pages };
  }
  throw new Error("a walk without end");
}

function placeMany({ api }: Seller, count: number, order: Partial<BaseLinkerOrder>): string[] {
  return Array.from({ length: count }, () => String(api.place(order)));
}

describe("listing", () => {
  test("confirmed orders come oldest first, each once", async () => {
    const shop = await seller();
    const late = placeMany(shop, 2, { date_confirmed: shop.second() - 10 });
    const early = placeMany(shop, 2, { date_confirmed: shop.second() - 20 });
    expect((await run(pullOf(shop))).ids).toEqual([...early, ...late]);
  });

  test("an order that is not confirmed is not listed until it is", async () => {
    const shop = await seller();
    const id = shop.api.place({ confirmed: false });
    const first = await run(pullOf(shop));
    shop.clock.at += MINUTE;
    shop.api.confirm(id);
    const second = await run(pullOf(shop), first.cursor);
    expect([first.ids, second.ids]).toEqual([[], [String(id)]]);
  });

  test("an account with 250 orders is read in pages of 100 and nothing is missed or repeated", async () => {
    const shop = await seller();
    const ids = Array.from({ length: 250 }, (_, index) =>
      String(shop.api.place({ date_confirmed: shop.second() - 1000 + index })),
    );
    const walked = await run(pullOf(shop));
    expect(walked.ids).toEqual(ids);
    expect(walked.pages).toBe(3);
  });

  test("a page that ends inside one second loses none of that second's orders", async () => {
    const shop = await seller();
    const ids = [
      ...placeMany(shop, 90, { date_confirmed: shop.second() - 60 }),
      ...placeMany(shop, 30, { date_confirmed: shop.second() - 50 }),
      ...placeMany(shop, 5, { date_confirmed: shop.second() - 40 }),
    ];
    expect((await run(pullOf(shop))).ids).toEqual(ids);
  });

  test.each([100, 101, 250, 300])("a second with %i orders is read in full, and so is what follows", async (count) => {
    const shop = await seller();
    const before = placeMany(shop, 3, { date_confirmed: shop.second() - 51 });
    const after = placeMany(shop, 3, { date_confirmed: shop.second() - 49 });
    const bulk = placeMany(shop, count, { date_confirmed: shop.second() - 50 });
    const { ids } = await run(pullOf(shop));
    expect(new Set(ids)).toEqual(new Set([...before, ...bulk, ...after]));
    expect(ids).toHaveLength(count + 6);
  });

  test("of a second that fills a page no order is left out, whichever of them a page shows first", async () => {
    const shop = await seller({ faults: { "ties-reversed": 1 } });
    const bulk = placeMany(shop, 250, { date_confirmed: shop.second() - 50 });
    const after = placeMany(shop, 3, { date_confirmed: shop.second() - 49 });
    const { ids } = await run(pullOf(shop));
    expect(new Set(ids)).toEqual(new Set([...bulk, ...after]));
    expect(shop.api.fired["ties-reversed"]).toBeGreaterThan(0);
  });

  test("the next run reads the last minutes again, and takes nothing that is unchanged", async () => {
    const shop = await seller();
    const old = placeMany(shop, 1, { date_confirmed: shop.second() - 1000 });
    const recent = placeMany(shop, 120, { date_confirmed: shop.second() - 100 });
    const first = await run(pullOf(shop));
    const second = await run(pullOf(shop), first.cursor);
    expect(new Set(first.ids)).toEqual(new Set([...old, ...recent]));
    expect(second.ids).toEqual([]);
    const [changed = ""] = recent;
    shop.api.edit(Number(changed), { admin_comments: "pilne" });
    const third = await run(pullOf(shop), second.cursor);
    expect(third.ids).toEqual([changed]);
    expect((await run(pullOf(shop), third.cursor)).ids).toEqual([]);
  });

  test("a confirmation that becomes visible a minute late is still found", async () => {
    const shop = await seller();
    shop.api.place({ date_confirmed: shop.second() });
    const first = await run(pullOf(shop));
    const late = shop.api.place({ date_confirmed: shop.second() - 60 });
    expect((await run(pullOf(shop), first.cursor)).ids).toContain(String(late));
  });

  test("a run that was cut off goes on from its last page", async () => {
    const shop = await seller();
    const ids = placeMany(shop, 150, { date_confirmed: shop.second() - 100 });
    const cut = await listing(pullOf(shop)).page(undefined);
    const seen = cut.orders.map((o) => (o.kind === "sighting" ? o.sighting.sourceOrder : o.id));
    const rest = await run(pullOf(shop), cut.cursor);
    expect(new Set([...seen, ...rest.ids])).toEqual(new Set(ids));
    expect(rest.ids).toHaveLength(50);
  });

  test("an account without orders is not read ever further back", async () => {
    const shop = await seller();
    const first = await run(pullOf(shop));
    const second = await run(pullOf(shop), first.cursor);
    expect(second.cursor).toBe(first.cursor);
  });

  test("the first run begins at acceptFrom, or a day ago", async () => {
    const shop = await seller();
    const weekAgo = shop.api.place({ date_confirmed: shop.second() - 7 * 86_400 });
    const today = shop.api.place({});
    expect((await run(pullOf(shop))).ids).toEqual([String(today)]);
    const acceptFrom = shop.clock.at - 8 * 86_400_000;
    expect((await run(pullOf(shop, { acceptFrom }))).ids).toEqual([String(weekAgo), String(today)]);
  });

  test("an order that cannot be used is handed on with its raw text, the others of its page as they are", async () => {
    const shop = await seller();
    const good = shop.api.place({});
    const unmapped = shop.api.place({ order_source: "shop", order_source_id: 999, shop_order_id: 5 });
    shop.api.place({ order_source: "order_return", order_source_id: 1 });
    const page = await listing(pullOf(shop)).page(undefined);
    expect(page.orders).toEqual([
      { kind: "sighting", sighting: expect.objectContaining({ sourceOrder: String(good) }) },
      {
        kind: "unusable",
        id: String(unmapped),
        reason: "unmapped-source",
        raw: expect.stringContaining(String(unmapped)),
        recheck: true,
      },
    ]);
  });

  test("the seller's own fields are asked for: a number may be left in one", async () => {
    const asked: string[] = [];
    const send: Http = (url, request) => {
      asked.push(String(new URLSearchParams(request?.body).get("parameters")));
      return http(url, request);
    };
    await run(pullOf(await seller(), {}, undefined, send));
    expect(asked.map((parameters) => parameters.includes('"include_custom_extra_fields":true'))).toEqual([true]);
  });

  test("orders with the types of before August 2023 are listed like the others", async () => {
    const shop = await seller({ faults: { "legacy-types": 1 } });
    const placed = shop.api.place({ order_source: "shop", order_source_id: 101, shop_order_id: 77 });
    const page = await listing(pullOf(shop)).page(undefined);
    expect(page.orders).toEqual([
      {
        kind: "sighting",
        sighting: expect.objectContaining({ sourceOrder: String(placed), money: { currency: "PLN", minor: 2500 } }),
      },
    ]);
    expect(shop.api.fired["legacy-types"]).toBe(1);
  });
});

describe("reading one order", () => {
  test("an order that is not confirmed yet waits, without being asked for again by itself", async () => {
    const shop = await seller();
    const id = String(shop.api.place({ confirmed: false }));
    const read = await pullOf(shop).read?.(id);
    expect(read).toEqual({
      kind: "sighting",
      sighting: expect.objectContaining({ sourceOrder: id, readiness: "waiting" }),
    });
  });

  test("an id that BaseLinker does not know is absent", async () => {
    const shop = await seller();
    expect(await pullOf(shop).read?.("12345")).toMatchObject({ kind: "absent", reason: "not-found" });
  });

  test("goods that come back are absent, an unmapped source is unusable", async () => {
    const shop = await seller();
    const back = String(shop.api.place({ order_source: "order_return", order_source_id: 1 }));
    const unmapped = String(shop.api.place({ order_source: "shop", order_source_id: 999 }));
    expect(await pullOf(shop).read?.(back)).toEqual({ kind: "absent", reason: "return" });
    expect(await pullOf(shop).read?.(unmapped)).toMatchObject({ kind: "unusable", reason: "unmapped-source" });
  });

  test("a run keeps the configured share for single reads", async () => {
    const shop = await seller();
    expect(pullOf(shop).readsPerRun).toBe(10);
    expect(pullOf(shop, { singleReads: 3 }).readsPerRun).toBe(3);
  });
});

describe("when BaseLinker does not answer as hoped", () => {
  test("a blocked token rests for the whole block", async () => {
    const shop = await seller({ faults: { "blocked-token": 1 } });
    const failed = await listing(pullOf(shop))
      .page(undefined)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ until: shop.clock.at + 600_000 });
  });

  test("the 101st call of a minute blocks the token, and a call after the block is served", async () => {
    const shop = await seller();
    const { read } = pullOf(shop);
    for (let call = 0; call < 100; call += 1) await read?.("1");
    await expect(read?.("1")).rejects.toBeInstanceOf(Blocked);
    shop.clock.at += 10 * MINUTE - 1;
    await expect(read?.("1")).rejects.toBeInstanceOf(Blocked);
    expect(shop.api.callsWhileBlocked()).toBe(1);
    shop.clock.at += 1;
    await expect(read?.("1")).resolves.toMatchObject({ kind: "absent" });
  });

  test("HTML from a gateway is a failure of its own and no empty page", async () => {
    const shop = await seller({ faults: { "http-502": 1 } });
    await expect(run(pullOf(shop))).rejects.toBeInstanceOf(BaseLinkerUnavailable);
    await expect(pullOf(shop).read?.("1")).rejects.toThrow("HTTP 502");
  });

  test("no answer at all keeps its cause", async () => {
    const shop = await seller();
    await shop.api.close();
    opened.splice(0);
    const failed = await run(pullOf(shop)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(BaseLinkerUnavailable);
    expect(failed).toHaveProperty("cause");
  });

  test("a wrong token is refused with its code, and no text names the token", async () => {
    const shop = await seller();
    const failed = await run(pullOf(shop, { token: "wrong-token-value" })).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(BaseLinkerRefused);
    expect(String(failed)).not.toContain("wrong-token-value");
  });

  test("a used-up budget makes no call", async () => {
    const shop = await seller();
    const empty = () => Promise.reject(new Blocked("budget", 1));
    await expect(run(pullOf(shop, {}, empty))).rejects.toBeInstanceOf(Blocked);
    expect(shop.api.calls()).toEqual([]);
  });
});

describe("the stand-in", () => {
  test("a split shares out the goods and inherits the ids", async () => {
    const { api } = await seller();
    const two = [1, 2].map((n) => ({ name: `Towar ${n}`, price_brutto: n, quantity: 1 }));
    const id = api.place({ external_order_id: "x", products: two });
    const part = api.split(id);
    const [rest, moved] = api.orders();
    expect([rest?.products, moved?.products]).toEqual([[two[0]], [two[1]]]);
    expect(moved).toMatchObject({ order_id: part, external_order_id: "x" });
  });

  test("an order that was placed unconfirmed confirms itself a little later", async () => {
    const shop = await seller({ faults: { "unconfirmed-first": 1 }, confirmAfterMs: 2000 });
    const id = shop.api.place({});
    const first = await run(pullOf(shop));
    shop.clock.at += 2000;
    const second = await run(pullOf(shop), first.cursor);
    expect([first.ids, second.ids]).toEqual([[], [String(id)]]);
    expect(shop.api.fired["unconfirmed-first"]).toBe(1);
  });

  test.each([
    ["callback-lost", undefined, 0],
    ["callback-twice", 204, 2],
  ] as const)("a %s shows in what the receiver gets", async (fault, status, count) => {
    const got: string[] = [];
    const receiver = createServer((request, response) => {
      got.push(`${request.method} ${request.url}`);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    try {
      const callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      const { api } = await seller({ callbackUrl, faults: { [fault]: 1 } });
      const id = api.place({});
      expect(await api.callback(id)).toBe(status);
      expect(got).toEqual(Array(count).fill(`HEAD /hook?order_id=${id}&state=x`));
      expect(api.fired[fault]).toBe(1);
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  });
});
