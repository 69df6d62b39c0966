/** Goods and money of Shopify, Shoper and IdoSell as their orders really say them. */
import { describe, expect, test } from "vitest";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { mapOrder as mapIdo } from "../../lib/channels/idosell/map.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { ShoperLine } from "../../lib/channels/shoper/body.ts";
import { mapOrder as mapShoper } from "../../lib/channels/shoper/map.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { mapOrder as mapShopify } from "../../lib/channels/shopify/map.ts";
import { sumOf } from "../../lib/core/money.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { idoOrder } from "../../local/simulators/idosell.ts";
import { shoperOrder } from "../../local/simulators/shoper.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const VAT_23 = { kind: "rate", rate: "23" };

function only(mapped: { kind: string; sighting?: Sighting }): Sighting {
  if (!mapped.sighting) throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

describe("Shopify", () => {
  const account = ShopifyAccount.parse({
    channel: "shopify",
    account: "main",
    shop: "sklep-testowy.myshopify.com",
    secrets: ["sekret-testowy-0001"],
  });
  const vat = { price: "18.70", rate: 0.23 };
  const cup = { id: 11, name: "Kubek - czerwony", sku: "KUB-1", quantity: 2, current_quantity: 2, price: "50.00" };
  const line = { ...cup, discount_allocations: [], tax_lines: [vat] };
  const order = (changes: object = {}) =>
    only(
      mapShopify(
        {
          id: 5_866_663_018_634,
          name: "#1001",
          updated_at: "2026-11-24T13:00:00+01:00",
          created_at: "2026-11-24T12:00:00+01:00",
          currency: "PLN",
          taxes_included: true,
          financial_status: "paid",
          total_price: "100.00",
          line_items: [line],
          shipping_lines: [],
          refunds: [],
          ...changes,
        },
        account,
      ),
    );

  test("a gift card paid a part, and the courier collects the rest: it is an order, with what is due", () => {
    const part = { financial_status: "partially_paid", total_outstanding: "70.00" };
    const onDelivery = order({ ...part, payment_gateway_names: ["gift_card", "Cash on Delivery (COD)"] });
    expect([onDelivery.readiness, onDelivery.money]).toEqual(["ready", { currency: "PLN", minor: 10000, due: 7000 }]);
    expect(order({ ...part, payment_gateway_names: ["gift_card", "przelewy24"] }).readiness).toBe("waiting");
  });

  test("the variant and what the buyer wrote stand on the line, an app's own marks do not", () => {
    const properties = [
      { name: "Grawer", value: "Ala" },
      { name: "_token", value: "x" },
    ];
    const [first] = order({ line_items: [{ ...line, variant_title: "czerwony", properties }] }).report.lines;
    expect(first?.variant).toBe("Grawer: Ala");
    const [second] = order({ line_items: [{ ...line, name: "Kubek", variant_title: "XL", properties: [] }] }).report
      .lines;
    expect(second?.variant).toBe("XL");
  });

  test("where the shop rounds is configuration: its orders do not say it", () => {
    const rounding = { on: "row", prices: "gross" } as const;
    const body = { id: 1, updated_at: "2026-11-24T13:00:00+01:00", financial_status: "paid" };
    expect(only(mapShopify(body, { ...account, rounding })).report.rounding).toEqual(rounding);
    expect(order().report).not.toHaveProperty("rounding");
  });

  test("numbers where texts are documented are read", () => {
    const [first] = order({ line_items: [{ ...line, sku: 590123 }] }).report.lines;
    expect(first?.sku).toBe("590123");
  });

  test("shipping carries its VAT, goods that nobody taxes are known untaxed, and what is not said stays unsaid", () => {
    const carriage = {
      price: "12.30",
      title: "Kurier",
      discount_allocations: [],
      tax_lines: [{ price: "2.30", rate: 0.23 }],
    };
    const gift = { ...line, tax_lines: [], taxable: false };
    const book = { ...line, tax_lines: [], taxable: true };
    const { report } = order({ line_items: [gift, book], shipping_lines: [carriage], total_price: "212.30" });
    expect([report.shipping.gross, report.shipping.shares]).toEqual([1230, [{ gross: 1230, vat: VAT_23 }]]);
    expect(report.lines.map((one) => one.vat)).toEqual([{ kind: "untaxed" }, undefined]);
  });

  test("duties, additional fees and a tip are fees: all of it is the total", () => {
    const money = (amount: string) => ({ shop_money: { amount, currency_code: "PLN" } });
    const { report, money: worth } = order({
      total_price: "117.00",
      current_total_duties_set: money("10.00"),
      original_total_additional_fees_set: money("2.00"),
      total_tip_received: "5.00",
    });
    expect(report.fees?.map(({ kind, gross }) => [kind, gross])).toEqual([
      ["duty", 1000],
      ["other", 200],
      ["other", 500],
    ]);
    expect(sumOf(report)).toBe(worth?.minor);
  });

  test.each([
    ["a term of the shop's own", { payment_terms: { payment_terms_type: "net" } }, "ready"],
    ["one that is at once", { payment_terms: { payment_terms_type: "receipt" } }, "waiting"],
    ["none", { payment_terms: null }, "waiting"],
    ["a name for payment on delivery", { payment_gateway_names: ["Kurier – płatność za pobraniem"] }, "ready"],
    ["a transfer", { payment_gateway_names: ["Przelew tradycyjny"] }, "waiting"],
  ])("an unpaid order with %s is told as such", (_, changes, readiness) => {
    expect(order({ financial_status: "pending", ...changes }).readiness).toBe(readiness);
  });

  const refund = (amount: string, currency: string, rows: object) => ({
    transactions: [{ kind: "refund", status: "success", amount, currency }],
    ...rows,
  });

  test.each([
    ["an amount alone", { order_adjustments: [{ amount: "-43.00", tax_amount: "0.00" }] }, 4300],
    [
      "one piece",
      { refund_line_items: [{ line_item_id: 11, quantity: 1, subtotal: "50.00", total_tax: "9.35" }] },
      5000,
    ],
    ["nothing that says how much it is in the shop's own currency", {}, undefined],
  ])("a refund in the buyer's currency is told in the shop's: %s", (_, rows, refunded) => {
    const told = order({ current_total_price: "57.00", refunds: [refund("10.00", "EUR", rows)] });
    expect(told.refunded).toBe(refunded);
  });

  test("pieces that were paid back are told, and stay among what was bought; pieces taken off do not", () => {
    const refund_line_items = [{ line_item_id: 11, quantity: 1, subtotal: "50.00", total_tax: "9.35" }];
    const left = [{ ...line, current_quantity: 1 }];
    const back = order({
      line_items: left,
      current_total_price: "50.00",
      financial_status: "partially_refunded",
      refunds: [refund("50.00", "PLN", { refund_line_items })],
    });
    const pieces = [{ sku: "KUB-1", name: "Kubek - czerwony", quantity: "1" }];
    expect([back.refundedPieces, back.report.lines[0]?.quantity, sumOf(back.report), back.money?.minor]).toEqual([
      pieces,
      "2",
      10_000,
      10_000,
    ]);
    const off = order({
      line_items: left,
      current_total_price: "50.00",
      refunds: [{ transactions: [], refund_line_items }],
    });
    expect([off.cancelledPieces, off.report.lines[0]?.quantity, off.money?.minor]).toEqual([pieces, "1", 5000]);
  });
});

describe("Shoper", () => {
  const account = ShoperAccount.parse({
    channel: "shoper",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: ["sekret-testowy-0001"],
    apiToken: "token-testowy",
    cancelledStatuses: [10],
  });
  const { head, lines } = shoperOrder(
    "17",
    { lines: [{ name: "Spódnica", code: "101", quantity: 1, gross: 14_995 }] },
    NOW,
  );
  const order = (changes: object = {}, line: object = {}, payment = "Przelewy24") =>
    only(
      mapShoper(
        {
          order: { ...head, ...changes },
          lines: lines.map((one) => ShoperLine.parse({ ...one, ...line })),
          names: { currency: "PLN", shipping: "Kurier", payment },
          changedAt: NOW,
        },
        account,
        NOW,
      ),
    );

  test("what the buyer chose tells two pieces of one article apart", () => {
    const [red] = order({}, { option: "Kolor: czerwony; Rozmiar: S" }).report.lines;
    const [green] = order({}, { option: "Kolor: zielony; Rozmiar: L" }).report.lines;
    expect([red?.sku, red?.variant, green?.variant]).toEqual([
      "101",
      "Kolor: czerwony, Rozmiar: S",
      "Kolor: zielony, Rozmiar: L",
    ]);
  });

  test.each([
    ["23%", VAT_23],
    ["zw.", { kind: "exempt", code: "zw" }],
    ["np.", { kind: "exempt", code: "np" }],
    ["", undefined],
  ])("a VAT of %j is what the shop means by it", (tax, vat) => {
    expect(order({}, { tax }).report.lines[0]?.vat).toEqual(vat);
  });

  test.each([
    ["is in the price already", { discount_perc: "10" }, { sum: "149.95" }, 14_995],
    ["still has to be taken off", { discount_perc: "10" }, { sum: "134.96" }, 13_496],
    ["of the whole order is spread over its lines", {}, { sum: "119.96", discount_code: "20" }, 11_996],
    ["that nobody states is not made up", {}, { sum: "119.96" }, 14_995],
  ])("a discount that %s", (_, line, changes, gross) => {
    expect(order({ shipping_cost: "0.00", ...changes }, line).report.lines[0]?.gross).toBe(gross);
  });

  test("what the panel kept as HTML is told as people read it", () => {
    const { report } = order(
      { notes: "Proszę<br>dzwonić" },
      { name: "Kubek &amp; spodek", option: "Grawer: <b>Ala</b>" },
    );
    expect([report.lines[0]?.name, report.lines[0]?.variant, report.note]).toEqual([
      "Kubek & spodek",
      "Grawer: Ala",
      "Proszę\ndzwonić",
    ]);
  });

  test("shipping carries its VAT, and the payment its name", () => {
    const { report } = order({ shipping_cost: "12.30", shipping_tax_name: "8%", sum: "162.25" });
    expect(report.shipping.shares).toEqual([{ gross: 1230, vat: { kind: "rate", rate: "8" } }]);
    expect(report.payment.method).toBe("Przelewy24");
  });

  test("an order that the shop itself sold on Allegro is no order of the shop alone", () => {
    expect(order({ payment_id: "12" }, {}, "Allegro").doubt).toBe("marketplace-id-missing");
    expect(order({ email: "abc+de@allegromail.pl" }).doubt).toBe("marketplace-id-missing");
    expect(order().doubt).toBeUndefined();
  });

  test("what the staff wrote for the buyer stands behind the buyer's note, marked", () => {
    const { report } = order({ notes: "Proszę dzwonić", notes_pub: "Ustalono: 3 szt. zamiast 4" });
    expect(report.note).toBe("Proszę dzwonić\n[sklep] Ustalono: 3 szt. zamiast 4");
  });
});

describe("IdoSell", () => {
  const account = IdoSellAccount.parse({
    channel: "idosell",
    account: "sklep",
    baseUrl: "https://sklep.example/",
    apiKey: "klucz-testowy",
  });
  const placed = idoOrder(
    "klient-17",
    1017,
    { lines: [{ name: "Kubek", code: "KUB-1", quantity: 1, price: 50 }] },
    NOW,
  );
  const order = (client: object = {}, product: object = {}) => {
    const { clientResult, orderDetails } = placed as {
      clientResult: object;
      orderDetails: { productsResults: object[] };
    };
    const productsResults = orderDetails.productsResults.map((one) => ({ ...one, ...product }));
    const raw = {
      ...placed,
      clientResult: { ...clientResult, ...client },
      orderDetails: { ...orderDetails, productsResults },
    };
    return only(mapIdo(raw, account, NOW));
  };

  test("the point's own code is read, IdoSell's number of it only where there is no other", () => {
    const point = { pickupPointId: 4711, externalPickupPointId: "LOD01A" };
    expect(order({ clientPickupPointAddress: point }).report.shipping.point).toBe("LOD01A");
    expect(order({ clientPickupPointAddress: { pickupPointId: 4711 } }).report.shipping.point).toBe("4711");
  });

  test.each([
    [{ sizePanelName: "XL" }, "XL"],
    [{ sizePanelName: "uniwersalny" }, undefined],
    [{ sizePanelName: "M", remarksToProduct: "Grawer: Ala" }, "M, Grawer: Ala"],
    [{ remarksToProduct: "Ala &amp; <i>Ola</i>" }, "Ala & Ola"],
  ])("what the buyer chose of a product, %j, is %s", (product, variant) => {
    expect(order({}, product).report.lines[0]?.variant).toBe(variant);
  });
});
