/** PrestaShop: the signed call, and orders read from the simulated webservice over sockets. */
import { afterEach, describe, expect, it } from "vitest";
import { Blocked, type WebhookRequest } from "../../lib/channels/channel.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { PrestaAddress } from "../../lib/channels/prestashop/body.ts";
import { prestashop } from "../../lib/channels/prestashop/index.ts";
import { mapOrder } from "../../lib/channels/prestashop/map.ts";
import { SIGNATURE } from "../../lib/channels/prestashop/receive.ts";
import { signatureOf } from "../../lib/channels/shared/proof.ts";
import { wallClock } from "../../local/simulators/local-server.ts";
import { createPrestaShop, type PrestaOptions, type PrestaShop } from "../../local/simulators/prestashop.ts";
import { type PrestaCart, prestaOrder } from "../../local/simulators/prestashop-orders.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { inbox, onlySighting, pullIo, runListing } from "../support/pulled.ts";
import { deliverAll, shopFloor } from "../support/shop-floor.ts";
import { channelContract } from "./channel-contract.ts";
import { mappingContract } from "./order-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const SECRET = "a-secret-of-some-length";
const UUID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";

const configured = {
  channel: "prestashop",
  account: "sklep",
  baseUrl: "https://sklep.example/",
  webserviceKey: "KLUCZTESTOWY",
  secrets: [SECRET],
};
const account = PrestaShopAccount.parse(configured);

const delivery = sign(
  { method: "POST", headers: {}, query: {}, secretPath: undefined, body: Buffer.alloc(0) },
  Buffer.from('{"id_order":17}'),
);

function sign(from: WebhookRequest, body: Buffer, at = NOW, secret = SECRET): WebhookRequest {
  const headers = { ...from.headers, "x-kojarz-timestamp": String(at) };
  return {
    ...from,
    body,
    headers: { ...headers, "x-kojarz-signature": signatureOf(SIGNATURE, { headers, body }, secret) },
  };
}

function receive(from: WebhookRequest, now = NOW, as = account) {
  return prestashop.receive?.(from, as, now);
}

channelContract({
  name: "prestashop",
  channel: prestashop,
  account,
  otherAccount: PrestaShopAccount.parse({ ...configured, account: "drugi", secrets: ["the secret of another shop"] }),
  samples: {
    orders: [delivery],
    required: ["id_order"],
    forged: [
      { ...delivery, headers: {} },
      sign(delivery, delivery.body, NOW, "the secret of another shop"),
      { ...delivery, headers: { ...delivery.headers, "x-kojarz-timestamp": String(NOW + 1) } },
    ],
    proves: "body",
    sign: (from, body) => sign(from, body),
    secrets: [SECRET, configured.webserviceKey],
  },
});

describe("the call of a module", () => {
  it("is a hint at the order that it names", () => {
    expect(receive(delivery)).toEqual({ kind: "refreshes", ids: ["17"], answer: "accepted" });
  });

  it("is taken for five minutes on either side of our clock, and then no more", () => {
    const at = (age: number) => receive(delivery, NOW + age);
    for (const age of [-5 * MINUTE, 5 * MINUTE]) expect(at(age)?.kind).toBe("refreshes");
    for (const age of [-5 * MINUTE - 1, 5 * MINUTE + 1])
      expect(at(age)).toEqual({ kind: "refused", status: 401, code: "stale-timestamp" });
  });

  it("is refused where no secret is configured", () => {
    const as = PrestaShopAccount.parse({ ...configured, secrets: [] });
    expect(receive(delivery, NOW, as)).toMatchObject({ kind: "refused", code: "bad-signature" });
  });

  it("is signed over timestamp and body with a dot between (reckoned with openssl)", () => {
    const headers = { "x-kojarz-timestamp": "1795521600000" };
    expect(signatureOf(SIGNATURE, { headers, body: Buffer.from('{"id_order":17}') }, "k")).toBe(
      "sha256=69f8fe8a79c496592f4c91da59e7bc887fb937438c7ec455618176c2dad69a32",
    );
  });
});

const cup = { name: "Kubek testowy", reference: "KUB-1", ean13: "5900000000008", quantity: 2, gross: 1147 };
const cart = { parcels: [{ lines: [cup], shipping: 1299 }] as const };

function document(more: Partial<PrestaCart> = {}, at = NOW, changes: object = {}) {
  const order = prestaOrder(17, 3, { ...cart, ...more }, cart.parcels[0], NOW);
  return { ...order, date_upd: wallClock(at), ...changes };
}

const related = {
  addresses: new Map(),
  customers: new Map([["7", { id: "7", email: "ewa.przykladowa@poczta.example" }]]),
  currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
  countries: new Map(),
  carriers: new Map([["2", { id: "2", name: "Kurier testowy" }]]),
};

mappingContract({
  name: "prestashop",
  map: (order) => mapOrder(order, related, account, NOW),
  samples: {
    orders: [
      document({ voucher: { gross: 100 }, reference: "XKBKNABJK", note: `[Allegro: ktos] ${UUID}` }),
      document({ state: 13, module: "ps_cashondelivery" }),
      document({ extra: { total_wrapping_tax_incl: "5.000000" } }),
    ],
    history: [document({ state: 1 }), document({}, NOW + MINUTE), document({ state: 6 }, NOW + 2 * MINUTE)],
    cancelled: document({ state: 6 }),
    keyless: document({}, NOW, { id: 0, reference: "-" }),
    required: ["id", "current_state", "date_upd"],
    secrets: [SECRET, configured.webserviceKey],
  },
});

const shops: PrestaShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

type Setup = { at?: number } & Pick<PrestaOptions, "faults" | "rights"> & Record<string, unknown>;

async function setup({ at = NOW, faults, rights, ...changes }: Setup = {}) {
  const clock = { at };
  const now = () => clock.at;
  const key = configured.webserviceKey;
  const shop = await createPrestaShop({
    key,
    now,
    random: () => 0.5,
    ...(faults && { faults }),
    ...(rights && { rights }),
  });
  shops.push(shop);
  const parsed = PrestaShopAccount.parse({ ...configured, baseUrl: shop.url, ...changes });
  const io = pullIo(now);
  const list = () => prestashop.pull?.(parsed, io)?.listings[0];
  const slips = () => prestashop.pull?.(parsed, io)?.listings[1];
  const read = async (id: string) => prestashop.pull?.(parsed, io)?.read?.(id);
  return { shop, clock, list, slips, read, io };
}

describe("what the simulated shop's module sends", () => {
  it("is authentic and names its order, also when it comes twice", async () => {
    const mail = await inbox();
    const shop = await createPrestaShop({
      key: "",
      call: { url: mail.url, secret: SECRET },
      now: () => NOW,
      random: () => 0.5,
      faults: { twice: 1 },
    });
    const [id = ""] = shop.place(cart);
    expect(await shop.call(id)).toEqual([200, 200]);
    const hint = { kind: "refreshes", ids: [id], answer: "accepted" };
    expect(mail.deliveries.map((sent) => receive(sent))).toEqual([hint, hint]);
    await Promise.all([mail.close(), shop.close()]);
  });
});

describe("an order", () => {
  it("comes with its addresses, names and money", async () => {
    const { shop, list } = await setup();
    shop.place({
      ...cart,
      reference: "XKBKNABJK",
      voucher: { gross: 100 },
      nip: "PL 123-456-32-18",
      message: "Proszę o paragon",
      note: "Klient trudny",
    });
    const { orders } = await runListing(list());
    const place = {
      name: "Ewa Przykładowa",
      street: "Próbna 1 m. 2",
      postcode: "90-001",
      city: "Łódź",
      country: "PL",
      phone: "600000000",
    };
    const vat = { kind: "rate", rate: "23" };
    expect(orders).toEqual([
      {
        kind: "sighting",
        sighting: {
          account: "prestashop:sklep",
          reporter: "prestashop:sklep",
          sourceOrder: "1",
          cart: { id: "1" },
          version: NOW,
          placedAt: NOW,
          readiness: "ready",
          status: "2",
          keys: [
            { kind: "internet-id", issuer: "prestashop:sklep", value: "1", rank: 2 },
            { kind: "customer-number", issuer: "prestashop:sklep", value: "xkbknabjk", rank: 3 },
          ],
          money: { currency: "PLN", minor: 3493 },
          report: {
            number: "XKBKNABJK",
            lines: [{ sku: "KUB-1", ean: "5900000000008", name: "Kubek testowy", quantity: "2", gross: 2194, vat }],
            shipping: {
              method: "Kurier testowy",
              gross: 1299,
              shares: [{ gross: 1299, vat }],
              address: place,
            },
            rounding: { on: "row", prices: "gross" },
            totalField: "total_paid_tax_incl",
            buyer: {
              email: "ewa.przykladowa@poczta.example",
              phone: "600000000",
              taxId: "PL1234563218",
              billing: place,
            },
            payment: { method: "Przelew", cashOnDelivery: false, paid: true },
            note: "Proszę o paragon",
          },
        },
      },
    ]);
  });

  it("that a call named is the same when it is read singly", async () => {
    const { shop, list, read } = await setup();
    const [id = ""] = shop.place(cart);
    const { orders } = await runListing(list());
    expect(await read(id)).toEqual(orders[0]);
    expect(await read("99")).toEqual({ kind: "absent", reason: "not-found" });
  });

  it("stands as the states of a fresh shop say, and as configured", async () => {
    const { shop, read } = await setup();
    const standing = async (state: number, as = read) => {
      shop.setState("1", state);
      return onlySighting(await as("1")).readiness;
    };
    shop.place({ ...cart, state: 0 });
    expect(await Promise.all([onlySighting(await read("1")).readiness])).toEqual(["waiting"]);
    for (const state of [1, 7, 8, 10, 12]) expect(await standing(state)).toBe("waiting");
    for (const state of [2, 3, 4, 5, 9, 11, 13]) expect(await standing(state)).toBe("ready");
    expect(await standing(6)).toBe("cancelled");
    // A payment module's own state, of which the shop says that its orders are valid.
    expect(await standing(14)).toBe("ready");
    shop.place({ ...cart, state: 14 });
    const strict = await setup({ forwardStates: [2] });
    strict.shop.place({ ...cart, state: 14 });
    expect(onlySighting(await strict.read("1")).readiness).toBe("waiting");
  });

  it("that was paid back after the ERP got it is told to a person, by the state of a fresh shop or as configured", async () => {
    const { shop, read, clock } = await setup();
    shop.place(cart);
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    await floor.report(onlySighting(await read("1")));
    await deliverAll(claims);
    clock.at += MINUTE;
    shop.setState("1", 7);
    const refunded = onlySighting(await read("1"));
    expect(refunded).toMatchObject({ readiness: "waiting", money: { minor: 3593 }, refunded: 3593 });
    await floor.report(refunded);
    expect(floor.explained.map(({ told }) => told)).toEqual([undefined, "refunded"]);
    const own = await setup({ refundedStates: [40] });
    own.shop.place({ ...cart, state: 7 });
    expect(onlySighting(await own.read("1"))).not.toHaveProperty("refunded");
  });

  it("whose address is gone is an order all the same", async () => {
    const { shop, read } = await setup({ faults: { "address-gone": 1 } });
    shop.place(cart);
    const { money, report } = onlySighting(await read("1"));
    const total = money?.minor;
    expect([report.buyer, total]).toEqual([{ email: "ewa.przykladowa@poczta.example" }, 3593]);
    expect(shop.fired["address-gone"]).toBe(1);
  });

  it("shows Allegro's id: by a configured field, and as a trace elsewhere", async () => {
    const { shop, read } = await setup({ marketplaceFields: [{ field: "x_allegro", issuer: "allegro" }] });
    shop.place({ ...cart, extra: { x_allegro: UUID } });
    shop.place({ ...cart, note: `[Allegro: ktos] ${UUID}` });
    const ranks = async (id: string) =>
      onlySighting(await read(id)).keys.flatMap(({ issuer, rank }) => (issuer === "allegro" ? [rank] : []));
    expect([await ranks("1"), await ranks("2")]).toEqual([[1], [4]]);
  });

  it("that says to be Allegro's and names no id is in doubt, unless the shop is the only source", async () => {
    const doubt = async (more: Record<string, unknown> = {}) => {
      const { shop, read } = await setup(more);
      shop.place({ ...cart, note: "[Allegro: ktos]" });
      return onlySighting(await read("1")).doubt;
    };
    expect(await doubt()).toBe("marketplace-id-missing");
    expect(await doubt({ unnamedMarketplaceOrders: "take" })).toBeUndefined();
  });

  it("has no trace of Allegro in the code of its goods: two purchases of one good stay two", async () => {
    const { shop, read } = await setup();
    const good = { ...cup, reference: UUID };
    shop.place({ parcels: [{ lines: [good] }] });
    shop.place({ parcels: [{ lines: [good] }] });
    const floor = shopFloor(memoryClaims());
    const verdicts = ["1", "2"].map(async (id) => (await floor.report(onlySighting(await read(id)))).verdict);
    expect(await Promise.all(verdicts)).toEqual(["new", "new"]);
  });

  it("without a readable amount has no total, and without a readable time is held", async () => {
    const { shop, read } = await setup();
    shop.place({ ...cart, extra: { total_paid_tax_incl: "dużo" } });
    shop.place({ ...cart, extra: { date_upd: "0000-00-00 00:00:00" } });
    expect(onlySighting(await read("1")).money?.minor).toBeUndefined();
    expect(await read("2")).toMatchObject({ kind: "unusable", reason: "incomplete-order" });
  });
});

describe("each setting changes what is reported", () => {
  const address = { id: "30", siret: "123-456-32-18", dni: "999", address2: "WAW01A" };
  const at = { ...related, addresses: new Map([["30", PrestaAddress.parse(address)]]) };
  const seen = (changes: object, setting: object = {}) =>
    onlySighting(mapOrder(document({}, NOW, changes), at, PrestaShopAccount.parse({ ...configured, ...setting }), NOW));

  it.each([
    [{ taxIdFields: ["siret", "dni"] }, {}, { report: { buyer: { taxId: "1234563218" } } }],
    [{ pointFields: ["x_punkt"] }, { x_punkt: "LOD01A" }, { report: { shipping: { point: "LOD01A" } } }],
    [{ cashOnDelivery: ["u_kuriera"] }, { module: "u_kuriera" }, { report: { payment: { cashOnDelivery: true } } }],
    [{ windowDays: 30 }, {}, { windowDays: 30 }],
    [{ pointFields: ["delivery.address2"] }, {}, { report: { shipping: { point: "WAW01A" } } }],
    [{ forwardStates: [40] }, { current_state: 40, valid: "0" }, { readiness: "ready" }],
    [{ cancelledStates: [41] }, { current_state: 41 }, { readiness: "cancelled" }],
    [{ timeZone: "UTC" }, {}, { placedAt: NOW + 60 * MINUTE }],
  ])("%o", (setting, changes, expected) => {
    expect(seen(changes, setting)).toMatchObject(expected);
    expect(seen(changes)).not.toMatchObject(expected);
  });

  it("a tax number stands where a fresh shop has it", () => {
    expect(seen({}).report.buyer.taxId).toBe("999");
  });
});

describe("an installation with several shops", () => {
  it("shows the orders of the address's shop, and of another one only to the account that names it", async () => {
    const { shop, list, read } = await setup();
    shop.place(cart);
    shop.place({ ...cart, shop: 2 });
    expect((await runListing(list())).ids).toEqual(["1"]);
    expect(await read("2")).toEqual({ kind: "absent", reason: "not-found" });
    const parsed = PrestaShopAccount.parse({ ...configured, baseUrl: shop.url, shopId: 2 });
    const second = prestashop.pull?.(
      parsed,
      pullIo(() => NOW),
    );
    expect((await runListing(second?.listings[0])).ids).toEqual(["2"]);
    expect(await second?.read?.("2")).toMatchObject({ kind: "sighting", sighting: { sourceOrder: "2" } });
    expect(await second?.read?.("1")).toMatchObject({ kind: "absent" });
  });

  it("whose list is wider than it was asked for still brings the orders of the named shop alone", async () => {
    const answer = {
      orders: [
        { ...document(), id_shop: 1 },
        { ...document(), id: 18, id_shop: 2 },
      ],
    };
    const http = async (url: string) => ({
      status: 200,
      headers: new Headers(),
      text: url.includes("/orders?") ? JSON.stringify(answer) : "[]",
    });
    const pull = prestashop.pull?.(PrestaShopAccount.parse({ ...configured, shopId: 2 }), {
      ...pullIo(() => NOW),
      http,
    });
    const page = await pull?.listings[0]?.page(undefined);
    expect(page?.orders.map((order) => onlySighting(order).sourceOrder)).toEqual(["18"]);
    expect(await pull?.read?.("17")).toEqual({ kind: "absent", reason: "another-shop" });
  });
});

describe("what was paid back in part", () => {
  const two = {
    parcels: [
      {
        lines: [
          { ...cup, quantity: 3 },
          { ...cup, reference: "TAL-1" },
        ],
        shipping: 1299,
      },
    ],
  } as const;

  it("shows in slips alone: the amount with its shipping, and the pieces", async () => {
    const { shop, read, clock } = await setup();
    const [id = ""] = shop.place(two);
    clock.at += MINUTE;
    shop.payBack(id, [2, 0], 500);
    shop.payBack(id, [0, 1]);
    expect(onlySighting(await read(id))).toMatchObject({
      version: NOW + MINUTE,
      readiness: "ready",
      refunded: 3941,
      refundedPieces: [
        { sku: "KUB-1", quantity: "2" },
        { sku: "TAL-1", quantity: "1" },
      ],
    });
  });

  it("has its order read anew, though the order itself does not change", async () => {
    const { shop, slips, clock } = await setup();
    const [id = ""] = shop.place(two);
    const first = await runListing(slips());
    expect(first.ids).toEqual([]);
    clock.at += MINUTE;
    shop.payBack(id, [1, 0]);
    const second = await runListing(slips(), first.cursor);
    expect(second.orders).toEqual([{ kind: "refresh", id }]);
    clock.at += 10 * MINUTE;
    const third = await runListing(slips(), second.cursor);
    expect((await runListing(slips(), third.cursor)).ids).toEqual([]);
  });

  it("and was all of it leaves nothing to send, whatever state the shop shows", async () => {
    const { shop, read } = await setup();
    const [id = ""] = shop.place(two);
    shop.payBack(id, [3, 2], 1299);
    expect(onlySighting(await read(id))).toMatchObject({ status: "2", readiness: "waiting", refunded: 7034 });
  });

  it("and was all goods leaves nothing to send either; a part of their price does", async () => {
    const { shop, read } = await setup();
    const [all = "", some = ""] = [...shop.place(two), ...shop.place(two)];
    shop.payBack(all, [3, 2]);
    shop.payBack(some, [3, 0]);
    const standing = async (id: string) => onlySighting(await read(id)).readiness;
    expect([await standing(all), await standing(some)]).toEqual(["waiting", "ready"]);
  });
});

describe("a cart in several parcels", () => {
  it.each([
    ["of different totals", 1147, 2900],
    ["of equal totals", 1147, 1147],
  ])("%s becomes several orders, and every one of them is an order of its own in the end", async (_, one, two) => {
    const { shop, list, clock } = await setup();
    const parcel = (gross: number) => ({ lines: [{ ...cup, gross }], shipping: 0 });
    const ids = shop.place({ reference: "XKBKNABJK", parcels: [parcel(one), parcel(two)] });
    expect(ids).toHaveLength(2);
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    const verdicts: string[] = [];
    const report = async (cursor?: string) => {
      const run = await runListing(list(), cursor);
      for (const order of run.orders) verdicts.push((await floor.report(onlySighting(order))).verdict);
      return run.cursor;
    };
    const cursor = await report();
    expect(verdicts).toEqual(["new", "new"]);
    clock.at += 2 * MINUTE;
    shop.setState(ids[0] ?? "", 3);
    await report(cursor);
    expect(verdicts).not.toContain("held");
    expect([...claims.orders.values()].map((order) => order.sources.map((source) => source.sourceOrder))).toEqual([
      ["1"],
      ["2"],
    ]);
  });
});

it.each([[undefined], [[]]])(
  "a split cart is paid as a whole, whatever the key may read besides (%o)",
  async (rights) => {
    const { shop, list } = await setup(rights && { rights });
    const parcel = (gross: number) => ({ lines: [{ ...cup, gross }], shipping: 1299 });
    shop.place({ parcels: [parcel(1147), parcel(2900)] });
    shop.place({ parcels: [parcel(500)], state: 13, module: "ps_cashondelivery" });
    const { orders } = await runListing(list());
    const seen = orders.map((order) => onlySighting(order).report);
    expect(seen.map(({ payment, shipping }) => [payment.paid, shipping.gross])).toEqual([
      [true, 1299],
      [true, 1299],
      [false, 1299],
    ]);
  },
);

describe("the list of orders", () => {
  it("is asked by the shop's own clock, with what PrestaShop needs to filter a date", async () => {
    const { shop, list } = await setup({ acceptFrom: "2026-11-24T08:00:00+01:00" });
    await runListing(list());
    const [url] = shop.calls;
    expect(url?.pathname).toBe("/api/orders");
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      output_format: "JSON",
      display: "full",
      date: "1",
      "filter[date_upd]": "[2026-11-24 08:00:00,2999-12-31 23:59:59]",
      sort: "[id_ASC]",
      limit: "50",
    });
  });

  it("goes on behind the last order of a page, so that a deleted one takes no other with it", async () => {
    const { shop, list } = await setup();
    for (let n = 0; n < 120; n += 1) shop.place(cart);
    await runListing(list());
    const lists = shop.calls.filter(({ pathname }) => pathname === "/api/orders");
    const asked = lists.map(({ searchParams }) => searchParams.get("filter[id]"));
    expect(asked).toEqual([null, "[51,4294967295]", "[101,4294967295]"]);
  });

  it("asks for what many orders name together, once a page, and for what does not change once a run", async () => {
    const { shop, list } = await setup();
    for (let n = 0; n < 120; n += 1) shop.place(cart);
    const { ids } = await runListing(list());
    expect(ids).toHaveLength(120);
    const asked = Map.groupBy(shop.calls, (url) => url.pathname.replace("/api/", ""));
    expect(Object.fromEntries([...asked].map(([name, urls]) => [name, urls.length]))).toEqual({
      orders: 3,
      addresses: 3,
      customers: 3,
      currencies: 1,
      countries: 1,
      carriers: 1,
      messages: 3,
      order_slip: 3,
    });
  });

  it("loses no order that changes while it is read page by page", async () => {
    const { shop, clock, list } = await setup();
    for (let n = 0; n < 101; n += 1) {
      clock.at += 1000;
      shop.place(cart);
    }
    const listing = list();
    const first = await listing?.page(undefined);
    clock.at += 1000;
    shop.setState("1", 3);
    shop.setState("50", 3);
    const rest = await runListing(listing, first?.cursor);
    expect(new Set([...(first?.orders ?? []), ...rest.orders].map((o) => onlySighting(o).sourceOrder)).size).toBe(101);
    clock.at += 2 * MINUTE;
    const next = await runListing(list(), rest.cursor);
    expect(next.ids).toContain("1");
    expect(next.ids).toContain("50");
  });

  it("shows a change within the second in which the order was listed", async () => {
    const { shop, list, clock } = await setup();
    shop.place({ ...cart, state: 1 });
    const first = await runListing(list());
    shop.setState("1", 2);
    clock.at += 1000;
    const second = await runListing(list(), first.cursor);
    expect(second.orders.map((order) => onlySighting(order).readiness)).toEqual(["ready"]);
  });

  it("a quiet shop is asked for nothing but the list", async () => {
    const { shop, list, clock } = await setup();
    shop.place(cart);
    const first = await runListing(list());
    clock.at += 2 * MINUTE;
    const second = await runListing(list(), first.cursor);
    shop.calls.length = 0;
    clock.at += 2 * MINUTE;
    expect((await runListing(list(), second.cursor)).ids).toEqual([]);
    expect(shop.calls).toHaveLength(1);
  });
});

describe("a shop that does not answer well", () => {
  it("an outage ends the run for about a minute", async () => {
    const { list, clock } = await setup({ faults: { "gateway-502": 1 } });
    const failed = await runListing(list()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message: "shop-answers-502", until: clock.at + MINUTE });
  });

  it.each([
    ["a refused key", { webserviceKey: "INNYKLUCZ" }, "status 401, code 20"],
    ["a webservice that is switched off", { faults: { "webservice-off": 1 } }, "status 503, code 22"],
  ])("%s is a fault that names the resource, the webservice's code and no key", async (_, setting, said) => {
    const { list } = await setup(setting);
    const refused = runListing(list());
    await expect(refused).rejects.toThrow(`prestashop:sklep: the shop refuses its orders with ${said}`);
    await expect(refused).rejects.not.toThrow("INNYKLUCZ");
  });

  it.each(["php-warning", "printed-warning"] as const)(
    "a warning of PHP costs no order: the list is in the answer all the same (%s)",
    async (fault) => {
      const { shop, list, read } = await setup({ faults: { [fault]: 1 } });
      shop.place(cart);
      shop.place(cart);
      expect((await runListing(list())).ids).toEqual(["1", "2"]);
      expect(onlySighting(await read("1")).money?.minor).toBe(3593);
      expect(shop.fired[fault]).toBeGreaterThan(0);
    },
  );

  it("a key without the further rights still brings every order, and asks in vain once a run", async () => {
    const { shop, list, slips } = await setup({ rights: [] });
    for (let n = 0; n < 60; n += 1) shop.place({ ...cart, voucher: { gross: 100 }, message: "Proszę o paragon" });
    const { orders } = await runListing(list());
    expect(orders.map((order) => onlySighting(order).money?.minor)).toEqual(Array.from({ length: 60 }, () => 3493));
    for (const order of orders) expect(onlySighting(order).report).not.toHaveProperty("note");
    const asked = (resource: string) => shop.calls.filter(({ pathname }) => pathname === `/api/${resource}`).length;
    expect(["messages", "order_slip", "order_cart_rules", "cart_rules"].map(asked)).toEqual([1, 1, 1, 0]);
    expect((await runListing(slips())).ids).toEqual([]);
  });
});

describe("configuration", () => {
  it("mistakes are named by their path", () => {
    const mistakes = (changes: object) =>
      PrestaShopAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));
    expect(mistakes({ webserviceKey: undefined })).toEqual(["webserviceKey"]);
    expect(mistakes({ secrets: ["short"] })).toEqual(["secrets.0"]);
    expect(mistakes({ forwardStates: [] })).toEqual(["forwardStates"]);
    expect(mistakes({ timeZone: "Polska" })).toEqual(["timeZone"]);
  });
});
