/** IdoSell: orders found by the simulated Admin API over sockets. */
import { afterEach, describe, expect, it } from "vitest";
import { Blocked } from "../../lib/channels/channel.ts";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { idosell } from "../../lib/channels/idosell/index.ts";
import { mapOrder } from "../../lib/channels/idosell/map.ts";
import {
  createIdoShop,
  type IdoOptions,
  type IdoPurchase,
  type IdoShop,
  idoOrder,
} from "../../local/simulators/idosell.ts";
import { serveLocally, wallClock } from "../../local/simulators/local-server.ts";
import { onlySighting, pullIo, runListing } from "../support/pulled.ts";
import { mappingContract } from "./order-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const UUID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";
const OTHER_UUID = "0cc20001-3b6d-11f0-9c4d-8b1f2a6d7e90";

const configured = { channel: "idosell", account: "sklep", baseUrl: "https://sklep.example/", apiKey: "klucz-testowy" };
const account = IdoSellAccount.parse(configured);

const cup = { name: "Kubek testowy", code: "KUB-1", quantity: 3, price: 19.99 };

function document(more: Partial<IdoPurchase> = {}, at = NOW, changes: object = {}) {
  const order = idoOrder("klient-17", 1017, { lines: [cup], ...more }, NOW);
  return { ...order, orderDetails: { ...Object(order.orderDetails), orderChangeDate: wallClock(at) }, ...changes };
}

mappingContract({
  name: "idosell",
  map: (order) => mapOrder(order, account, NOW),
  samples: {
    orders: [
      document({ delivery: 12.9, paid: true, nip: "123-456-32-18", note: "Proszę o paragon" }),
      document({ external: { service: "allegro", id: UUID } }),
      document({ status: "new", paymentType: "cash_on_delivery" }),
    ],
    history: [
      document({ status: "new" }),
      document({ status: "on_order" }, NOW + MINUTE),
      document({ status: "canceled" }, NOW + 2 * MINUTE),
    ],
    cancelled: document({ status: "false" }),
    keyless: document({}, NOW, { orderId: "-", orderSerialNumber: 0 }),
    required: ["orderId", "orderDetails", "orderDetails.orderStatus", "orderDetails.orderChangeDate"],
    secrets: [configured.apiKey],
  },
});

const shops: IdoShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

type Setup = { at?: number; faults?: IdoOptions["faults"] } & Record<string, unknown>;

async function setup({ at = NOW, faults, ...changes }: Setup = {}) {
  const clock = { at };
  const now = () => clock.at;
  const shop = await createIdoShop({ key: configured.apiKey, now, random: () => 0.5, ...(faults && { faults }) });
  shops.push(shop);
  const parsed = IdoSellAccount.parse({ ...configured, baseUrl: shop.url, ...changes });
  const io = pullIo(now);
  const list = (name = "modified") => idosell.pull?.(parsed, io)?.listings.find((listing) => listing.name === name);
  const only = async () => onlySighting((await runListing(list())).orders[0]);
  return { shop, clock, list, only };
}

describe("an order", () => {
  it("comes with its lines, its buyer and its money, which was JSON numbers", async () => {
    const { shop, only } = await setup();
    shop.place({ lines: [cup], delivery: 12.9, paid: true, nip: "123-456-32-18", note: "Proszę o paragon" });
    const place = { name: "Ewa Przykładowa", street: "Próbna 1/2", postcode: "90-001", city: "Łódź", country: "PL" };
    expect(await only()).toEqual({
      account: "idosell:sklep",
      reporter: "idosell:sklep",
      sourceOrder: "klient-1",
      version: NOW,
      placedAt: NOW,
      readiness: "ready",
      status: "on_order",
      keys: [
        { kind: "internet-id", issuer: "idosell:sklep", value: "klient-1", rank: 2 },
        { kind: "customer-number", issuer: "idosell:sklep", value: "1001", rank: 3 },
      ],
      money: { currency: "PLN", minor: 7287 },
      report: {
        number: "1001",
        lines: [{ sku: "KUB-1", name: "Kubek testowy", quantity: "3", gross: 5997, vat: { kind: "rate", rate: "23" } }],
        shipping: { method: "Kurier testowy", gross: 1290, address: place },
        buyer: {
          email: "ewa.przykladowa@poczta.example",
          phone: "600000000",
          taxId: "1234563218",
          billing: place,
        },
        payment: { method: "Przelewy24", cashOnDelivery: false, paid: true },
        note: "Proszę o paragon",
      },
    });
  });

  it.each([
    ["named by the service", { service: "allegro", id: UUID }, 1],
    ["named by the source", { service: "", name: "Allegro.pl Business", id: UUID }, 1],
    ["of Allegro's test site", { service: "testwebapi", id: UUID }, 4],
    ["of another marketplace", { service: "ebay", id: UUID }, 4],
    ["whose id is none of Allegro's", { service: "allegro", id: "12345" }, undefined],
  ])("from a marketplace, %s, has Allegro's id by that rank", async (_, external, rank) => {
    const { shop, only } = await setup();
    shop.place({ lines: [cup], external });
    const allegro = (await only()).keys.filter((key) => key.issuer === "allegro");
    expect(allegro.map((key) => key.rank)).toEqual(rank === undefined ? [] : [rank]);
  });

  it("has no trace of Allegro in the code of its goods", async () => {
    const { shop, only } = await setup();
    shop.place({ lines: [{ ...cup, code: UUID }], note: `[Allegro: ktos] ${OTHER_UUID}` });
    const allegro = (await only()).keys.filter((key) => key.issuer === "allegro");
    expect(allegro).toEqual([{ kind: "internet-id", issuer: "allegro", value: OTHER_UUID, rank: 4 }]);
  });

  it.each([
    ["new", "prepaid", false, "waiting"],
    ["new", "prepaid", true, "ready"],
    ["new", "cash_on_delivery", false, "ready"],
    ["new", "tradecredit", false, "ready"],
    ["payment_waiting", "prepaid", false, "waiting"],
    ["suspended", "prepaid", true, "waiting"],
    ["on_order", "prepaid", false, "ready"],
    ["finished", "prepaid", true, "ready"],
    ["canceled", "prepaid", true, "cancelled"],
    ["false", "prepaid", false, "cancelled"],
    ["joined", "prepaid", true, "cancelled"],
  ] as const)("in status %s, %s, paid %s, is %s", async (status, paymentType, paid, readiness) => {
    const { shop, only } = await setup();
    shop.place({ lines: [cup], status, paymentType, paid });
    expect((await only()).readiness).toBe(readiness);
  });

  it("says what was paid back", () => {
    const prepaids = [
      { paymentType: "payment", paymentStatus: "y", paymentValue: 59.97 },
      { paymentType: "repayment", paymentStatus: "y", paymentValue: 19.99 },
      { paymentType: "repayment", paymentStatus: "n", paymentValue: 19.99 },
    ];
    expect(onlySighting(mapOrder(orderWith({ prepaids }), account, NOW)).refunded).toBe(1999);
  });

  it.each([
    ["a line", { productsResults: [{ productName: "Kubek", productQuantity: "x", productOrderPrice: 1 }] }],
    ["all lines", { productsResults: undefined }],
    ["the goods' cost", { payments: { orderCurrency: { currencyId: "PLN" } } }],
  ])("without %s has no total: unknown is never 0", (_, changes) => {
    expect(onlySighting(mapOrder(orderWith(changes), account, NOW)).money?.minor).toBeUndefined();
  });

  it("without a time of change is held", () => {
    expect(mapOrder(orderWith({ orderChangeDate: "0000-00-00 00:00:00" }), account, NOW)).toEqual({
      kind: "unusable",
      reason: "incomplete-order",
      detail: "cannot be read: orderDetails.orderChangeDate",
      sourceOrder: "klient-1",
    });
  });
});

function orderWith(changes: object) {
  const orderCurrency = { currencyId: "PLN", orderProductsCost: 59.97, orderDeliveryCost: 0 };
  const details = {
    orderStatus: "on_order",
    orderAddDate: "2026-11-24 13:00:00",
    orderChangeDate: "2026-11-24 13:00:00",
    payments: { orderPaymentType: "prepaid", orderCurrency },
    productsResults: [{ productName: "Kubek", productQuantity: 3, productOrderPrice: 19.99 }],
    ...changes,
  };
  return { orderId: "klient-1", orderSerialNumber: 1001, orderDetails: details };
}

describe("each setting and each place changes what is reported", () => {
  const seen = (order: object, setting: object = {}) =>
    onlySighting(mapOrder(order, IdoSellAccount.parse({ ...configured, ...setting }), NOW));
  const details = (changes: object) => {
    const order = document();
    return { ...order, orderDetails: { ...order.orderDetails, ...changes } };
  };

  it.each([
    [{ windowDays: 30 }, document(), { windowDays: 30 }],
    [
      { rounding: { on: "piece", prices: "net" } },
      document(),
      { report: { rounding: { on: "piece", prices: "net" } } },
    ],
    [{ forwardStatuses: ["missing"] }, document({ status: "missing" }), { readiness: "ready" }],
    [{ forwardPaidStatuses: ["missing"] }, document({ status: "missing", paid: true }), { readiness: "ready" }],
    [{ cancelledStatuses: ["missing"] }, document({ status: "missing" }), { readiness: "cancelled" }],
    [{ timeZone: "UTC" }, document(), { placedAt: NOW + 60 * MINUTE }],
  ])("%o", (setting, order, expected) => {
    expect(seen(order, setting)).toMatchObject(expected);
    expect(seen(order)).not.toMatchObject(expected);
  });

  it("fees for payment and insurance are told by their kind, and are in the total", () => {
    const orderCurrency = {
      currencyId: "PLN",
      orderProductsCost: 59.97,
      orderDeliveryCost: 0,
      orderPayformCost: 2.5,
      orderInsuranceCost: 1,
    };
    const { money, report } = seen(details({ payments: { orderPaymentType: "prepaid", orderCurrency } }));
    const total = money?.minor;
    expect(total).toBe(6347);
    expect([report.lines.length, report.fees]).toEqual([
      1,
      [
        { kind: "paymentFee", name: "Payment fee", gross: 250 },
        { kind: "insurance", name: "Insurance", gross: 100 },
      ],
    ]);
    const onDelivery = seen(details({ payments: { orderPaymentType: "cash_on_delivery", orderCurrency } }));
    expect(onDelivery.report.fees?.[0]?.kind).toBe("codFee");
  });

  it("the payer's tax number counts where the buyer has none, and a pick-up point is read", () => {
    const clientResult = {
      ...Object(Reflect.get(document(), "clientResult")),
      payerAddress: { payerAddressNip: "525-000-00-00" },
      clientPickupPointAddress: { pickupPointId: "LOD01A" },
    };
    expect(seen({ ...document(), clientResult }).report).toMatchObject({
      buyer: { taxId: "5250000000" },
      shipping: { point: "LOD01A" },
    });
    const named = Reflect.get(document({ nip: "123-456-32-18" }), "clientResult");
    const both = { ...Object(named), payerAddress: { payerAddressNip: "525-000-00-00" } };
    expect(seen({ ...document(), clientResult: both }).report.buyer.taxId).toBe("1234563218");
  });
});

describe("the search", () => {
  it("is asked by the shop's clock and by serial number", async () => {
    const { shop, list } = await setup({ acceptFrom: "2026-11-24T08:00:00+01:00" });
    shop.place({ lines: [cup] });
    await runListing(list());
    expect(shop.searches).toEqual([
      {
        ordersRange: { ordersDateRange: { ordersDateType: "modified", ordersDateBegin: "2026-11-24 08:00:00" } },
        ordersBy: [{ elementName: "sn", sortDirection: "ASC" }],
        resultsPage: 0,
        resultsLimit: 100,
      },
    ]);
  });

  it("that finds nothing is no error, though it is answered like one", async () => {
    const { list } = await setup();
    expect((await runListing(list())).ids).toEqual([]);
  });

  it("goes to its end, and loses no order that changes meanwhile", async () => {
    const { shop, clock, list } = await setup();
    for (let n = 0; n < 201; n += 1) {
      clock.at += 1000;
      shop.place({ lines: [cup] });
    }
    const listing = list();
    const first = await listing?.page(undefined);
    clock.at += 1000;
    shop.setStatus("klient-3", "ready");
    const rest = await runListing(listing, first?.cursor);
    const seen = [...(first?.orders ?? []), ...rest.orders].map((order) => onlySighting(order).sourceOrder);
    expect(new Set(seen).size).toBe(201);
    clock.at += 2 * MINUTE;
    const next = await runListing(list(), rest.cursor);
    expect(next.orders.map(onlySighting)).toContainEqual(
      expect.objectContaining({ sourceOrder: "klient-3", status: "ready" }),
    );
  });

  it("loses no order of one second, though some change and others are deleted between two pages", async () => {
    const { shop, clock, list } = await setup();
    const ids = Array.from({ length: 250 }, () => shop.place({ lines: [cup] }));
    clock.at += 10 * MINUTE;
    const listing = list();
    const first = await listing?.page(undefined);
    for (const id of ids.slice(0, 30)) shop.remove(id);
    for (const id of [ids[40], ids[120], ids[249]]) shop.setStatus(id ?? "", "ready");
    const rest = await runListing(listing, first?.cursor);
    clock.at += MINUTE;
    const next = await runListing(list(), rest.cursor);
    const latest = new Map(
      [...(first?.orders ?? []), ...rest.orders, ...next.orders]
        .map(onlySighting)
        .map(({ sourceOrder, status }) => [sourceOrder, status]),
    );
    expect(new Set(latest.keys())).toEqual(new Set(ids));
    expect([...latest].filter(([, status]) => status === "ready").map(([id]) => id)).toEqual([
      ids[40],
      ids[120],
      ids[249],
    ]);
    expect(next.ids.length).toBeLessThan(250);
  });

  it("shows both states of an order that changes twice within a second", async () => {
    const { shop, clock, list } = await setup();
    const id = shop.place({ lines: [cup] });
    const first = await runListing(list());
    shop.setStatus(id, "canceled");
    clock.at += 5 * MINUTE;
    const next = await runListing(list(), first.cursor);
    expect([...first.orders, ...next.orders].map((order) => onlySighting(order).status)).toEqual([
      "on_order",
      "canceled",
    ]);
  });

  it("a shop that heeds no serial number is an error, and no walk without an end", async () => {
    const row = (number: number) => idoOrder(`klient-${number}`, number, { lines: [cup] }, NOW);
    const shop = await serveLocally(() => ({
      status: 200,
      body: { Results: [row(1), row(2)], resultsNumberPage: 2 },
    }));
    const listing = idosell.pull?.(
      IdoSellAccount.parse({ ...configured, baseUrl: shop.url }),
      pullIo(() => NOW),
    )?.listings[0];
    await expect(runListing(listing)).rejects.toThrow("the list of orders does not go on behind an id");
    await shop.close();
  });

  it("by the date of placing finds an order too, should placing not count as a change", async () => {
    const { shop, list } = await setup();
    shop.place({ lines: [cup] });
    expect((await runListing(list("placed"))).ids).toEqual(["klient-1"]);
    expect(shop.searches).toMatchObject([{ ordersRange: { ordersDateRange: { ordersDateType: "add" } } }]);
  });

  it("by payments shows an order that was paid and not changed otherwise", async () => {
    const { shop, clock, list } = await setup();
    const id = shop.place({ lines: [cup], status: "new" });
    clock.at += 5 * MINUTE;
    shop.place({ lines: [cup] });
    const modified = await runListing(list());
    const paid = await runListing(list("paid"));
    expect(modified.orders.map((order) => onlySighting(order).readiness)).toEqual(["waiting", "ready"]);
    clock.at += 10 * MINUTE;
    shop.pay(id);
    expect((await runListing(list(), modified.cursor)).orders).toEqual([]);
    const found = await runListing(list("paid"), paid.cursor);
    expect(found.orders.map((order) => onlySighting(order).readiness)).toEqual(["ready"]);
  });

  it("each order of a quiet shop comes once", async () => {
    const { shop, clock, list } = await setup();
    shop.place({ lines: [cup] });
    clock.at += 5 * MINUTE;
    const first = await runListing(list());
    clock.at += 5 * MINUTE;
    expect([first.ids, (await runListing(list(), first.cursor)).ids]).toEqual([["klient-1"], []]);
  });
});

describe("a shop that does not answer well", () => {
  it("503 ends the run for about a minute", async () => {
    const { list, clock } = await setup({ faults: { "http-503": 1 } });
    const failed = await runListing(list()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message: "shop-answers-503", until: clock.at + MINUTE });
  });

  it("an error inside a 200 is an error", async () => {
    const { shop, list } = await setup({ faults: { "fault-in-200": 1 } });
    await expect(runListing(list())).rejects.toThrow(
      "idosell:sklep: the shop refuses the search with status 200, code 3",
    );
    expect(shop.fired["fault-in-200"]).toBe(1);
  });

  it("a refused key is a fault that names no key", async () => {
    const { list } = await setup({ apiKey: "inny-klucz" });
    await expect(runListing(list())).rejects.toThrow(
      /^idosell:sklep: the shop refuses the search with status \d+, code 1(?: \([^)]*\))?$/,
    );
  });
});

describe("configuration", () => {
  it("mistakes are named by their path", () => {
    const mistakes = (changes: object) =>
      IdoSellAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));
    expect(mistakes({ apiKey: "" })).toEqual(["apiKey"]);
    expect(mistakes({ forwardStatuses: [] })).toEqual(["forwardStatuses"]);
    expect(mistakes({ marketplaceFields: [{ field: "x", issuer: "amazon" }] })).toEqual(["marketplaceFields.0.issuer"]);
    expect(mistakes({ unknown: 1 })).toEqual([""]);
  });
});
