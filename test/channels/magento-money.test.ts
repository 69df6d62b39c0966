/** What a Magento order comes to, in each way in which its amounts are written: by rule. */
import { describe, expect, it } from "vitest";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { MagentoAccount, type OrderSettings } from "../../lib/channels/magento/account.ts";
import { mapOrder } from "../../lib/channels/magento/map.ts";
import { sumOf, vatName } from "../../lib/core/money.ts";
import { adobeEventValue } from "../../local/simulators/adobe-event.ts";
import { asInDatabase, type MagentoPurchase, magentoOrder } from "../../local/simulators/magento-orders.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const account = MagentoAccount.parse({
  channel: "magento",
  account: "main",
  baseUrl: "https://sklep.example/",
  accessToken: "integration-access-token",
});
const settings: OrderSettings = { ...account, account: "magento:main", issuer: "magento:main" };

const BASKET: MagentoPurchase = {
  lines: [
    { name: "Kubek", sku: "KUB", quantity: 3, gross: 2997, discount: 300 },
    { name: "Miód", sku: "MIOD", quantity: 2, gross: 2230, discount: 223, rate: 8 },
  ],
  shipping: { method: "Kurier", gross: 1499 },
};

function seen(order: object, as: OrderSettings = settings) {
  const mapped = mapOrder(order, as);
  if (mapped.kind !== "sighting") throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

function written(order: object, as?: OrderSettings): string[] {
  const { report } = seen(order, as);
  const shares = (report.shipping.shares ?? []).map(({ vat, gross }) => `shipping ${vatName(vat)} ${gross}`);
  const fees = (report.fees ?? []).map(({ kind, vat, gross }) => `${kind} ${vatName(vat)} ${gross}`);
  const lines = report.lines.map(({ sku, quantity, vat, gross }) => `${sku} ${quantity} ${vatName(vat)} ${gross}`);
  return [...lines, ...shares, ...fees];
}

const DISCOUNTED = ["KUB 3 23 2697", "MIOD 2 8 2007", "shipping 23 1499"];

describe("a discount is taken off once", () => {
  const rest = magentoOrder(123, BASKET, NOW);
  const database = { ...rest, items: rest.items.map(asInDatabase) };
  /** As answers of 2020 were recorded: of the two totals of a row only the net one is after the discount. */
  const mixed = {
    ...rest,
    items: rest.items.map((row) => ({ ...row, row_total_incl_tax: row.row_total_incl_tax + row.discount_amount })),
  };

  it.each([
    ["REST has both totals of a row after it", rest],
    ["the database, and so an event, has both before it", database],
    ["older REST has one after and one before it", mixed],
  ])("%s", (_, order) => {
    for (const source of ["rest", "event"] as const)
      expect(written(order, { ...settings, source })).toEqual(DISCOUNTED);
    expect(seen(order).money?.minor).toBe(6203);
  });

  it("an event of the simulated shop says the same as REST", () => {
    const adobe = AdobeAccount._zod.innerType.shape;
    expect(adobe.eventTypes).toBeDefined();
    expect(written(adobeEventValue(rest), { ...settings, source: "event" })).toEqual(DISCOUNTED);
  });

  it("one of all of it leaves rows of 0, and no other row in their place", () => {
    const free: MagentoPurchase = { lines: [{ name: "Kubek", sku: "KUB", quantity: 1, gross: 999, discount: 999 }] };
    expect(written(magentoOrder(5, free, NOW))).toEqual(["KUB 1 23 0"]);
  });

  it("where the total holds more than the order says, the likely way of writing counts, and the sum stays short", () => {
    const order = { ...rest, grand_total: 67.03 };
    expect(written(order)).toEqual(DISCOUNTED);
    expect([seen(order).money?.minor, sumOf(seen(order).report)]).toEqual([6703, 6203]);
  });
});

describe("fixed product tax", () => {
  const row = {
    item_id: 1,
    sku: "PRALKA",
    qty_ordered: 2,
    price: 812.2,
    tax_percent: 23,
    tax_amount: 373.61,
    row_total: 1624.39,
  };
  const order = { ...magentoOrder(7, { lines: [] }, NOW), grand_total: 2009, shipping_amount: 0 };
  const applied = (net: number, gross: number) =>
    JSON.stringify([{ title: "Opłata", row_amount: net, row_amount_incl_tax: gross }]);

  it.each([
    ["REST, no VAT on it", { row_total_incl_tax: 2009, weee_tax_applied: applied(11, 11) }],
    [
      "REST, VAT on it: only its net amount is in the row",
      { row_total_incl_tax: 2006.94, weee_tax_applied: applied(8.94, 11) },
    ],
    ["an event: none of it is in the row", { row_total_incl_tax: 1998, weee_tax_applied: applied(8.94, 11) }],
  ])("is in what the buyer pays for the row (%s)", (_, amounts) => {
    expect(written({ ...order, items: [{ ...row, ...amounts }] })).toEqual(["PRALKA 2 23 200900"]);
  });
});

describe("pieces that were cancelled", () => {
  const purchase: MagentoPurchase = {
    lines: [
      { name: "Kubek", sku: "KUB", quantity: 5, gross: 4995 },
      { name: "Miód", sku: "MIOD", quantity: 1, gross: 1115, rate: 8 },
    ],
    shipping: { method: "Kurier", gross: 1499 },
  };
  const whole = magentoOrder(9, purchase, NOW);
  const [cup, honey] = whole.items;
  const invoiced = { qty_invoiced: 3, row_invoiced: 24.37, tax_invoiced: 5.6, discount_invoiced: 0 };
  const part = {
    ...whole,
    total_canceled: 31.13,
    total_due: 31.13,
    items: [
      { ...cup, qty_canceled: 2, ...invoiced },
      { ...honey, qty_canceled: 1, qty_invoiced: 0 },
    ],
  };

  it("are in no line and not in the total, and nothing is due for them", () => {
    expect(written(part)).toEqual(["KUB 3 23 2997", "shipping 23 1499"]);
    expect(seen(part)).toMatchObject({
      money: { minor: 4496 },
      cancelledPieces: [
        { sku: "KUB", quantity: "2" },
        { sku: "MIOD", quantity: "1" },
      ],
      report: { payment: { paid: true } },
    });
  });

  it("are taken off also where the order does not say what they came to", () => {
    const { total_canceled: _, ...unsaid } = part;
    expect(seen(unsaid)).toMatchObject({ money: { minor: 4496 } });
    expect(written(unsaid)).toEqual(["KUB 3 23 2997", "shipping 23 1499"]);
  });

  it("that an event does not say leave the sum over the total: a person has to look", () => {
    const items = part.items.map(({ qty_canceled: _, ...item }) => item);
    const { money, report } = seen({ ...part, items });
    expect([money?.minor, sumOf(report)]).toEqual([4496, 7609]);
  });

  it("of an order that is cancelled as a whole are what was ordered", () => {
    const items = whole.items.map((item) => ({ ...item, qty_canceled: item.qty_ordered }));
    const cancelled = { ...whole, state: "canceled", total_canceled: whole.grand_total, items };
    expect(seen(cancelled)).toMatchObject({ readiness: "cancelled", money: { minor: 7609 } });
    expect(written(cancelled)).toHaveLength(3);
    expect(seen(cancelled)).not.toHaveProperty("cancelledPieces");
  });
});

describe("what is neither goods nor shipping", () => {
  const order = magentoOrder(123, BASKET, NOW);

  it("gift wrapping of Adobe Commerce is a fee, in REST and in an event", () => {
    const wrapping = { gw_price: "4.0700", gw_tax_amount: "0.9300", gw_price_incl_tax: "5.0000", gw_items_price: null };
    const grand_total = 67.03;
    const rest = { ...order, grand_total, extension_attributes: { ...order.extension_attributes, ...wrapping } };
    for (const value of [rest, { ...order, grand_total, ...wrapping }])
      expect(written(value)).toEqual([...DISCOUNTED, "wrapping 23 500"]);
  });

  it("the fee of a module is read by the fields that are configured", () => {
    const extension = {
      ...order.extension_attributes,
      msp_cod_amount: 4.07,
      msp_cod_tax_amount: 0.93,
      nasza_oplata: 2,
    };
    const value = { ...order, grand_total: 69.03, extension_attributes: extension };
    const own = {
      ...settings,
      feeFields: [...settings.feeFields, { field: "nasza_oplata", kind: "insurance" as const }],
    };
    expect(written(value, own)).toEqual([...DISCOUNTED, "codFee 23 500", "insurance not said 200"]);
  });

  it.each([
    [{ cod_fee: 5, cod_fee_incl_tax: 5 }, 5, ["codFee not said 500"]],
    [{ amasty_extrafee_fee_amount: 4.07, amasty_extrafee_tax_amount: 0.93 }, 5, ["other 23 500"]],
    [{ payment_surcharge: "2.50" }, 2.5, ["paymentFee not said 250"]],
  ])("a fee that no setting names is read where it is just what no row has: %j", (fields, fee, fees) => {
    const value = (grand_total: number) => ({
      ...order,
      grand_total,
      extension_attributes: { ...order.extension_attributes, ...fields },
    });
    expect(written(value(62.03 + fee))).toEqual([...DISCOUNTED, ...fees]);
    expect(written(value(62.03))).toEqual(DISCOUNTED);
    const unexplained = seen(value(69.03));
    expect(unexplained.report.fees).toBeUndefined();
    expect(unexplained.money?.minor).not.toBe(sumOf(unexplained.report));
  });

  it("credit of a module is a payment where it is just what the total lacks", () => {
    const extension_attributes = { ...order.extension_attributes, amstorecredit_amount: 40 };
    const { money, report } = seen({ ...order, grand_total: 22.03, extension_attributes });
    expect([money, sumOf(report)]).toEqual([{ currency: "PLN", minor: 6203, due: 2203 }, 6203]);
    expect(report.payments).toEqual([{ kind: "store-credit", name: "amstorecredit_amount", amount: 4000 }]);
  });

  it("gift cards and credit are payments: the order keeps its worth, and what was due stands beside it", () => {
    const gift = { gift_cards_amount: 40, customer_balance_amount: "2.0300" };
    const extension = { ...order.extension_attributes, ...gift };
    for (const value of [
      { ...order, grand_total: 20, ...gift },
      { ...order, grand_total: 20, extension_attributes: extension },
    ]) {
      expect(written(value)).toEqual(DISCOUNTED);
      expect(seen(value)).toMatchObject({
        money: { minor: 6203, due: 2000 },
        report: {
          payments: [
            { kind: "gift-card", amount: 4000 },
            { kind: "store-credit", amount: 203 },
          ],
        },
      });
    }
  });
});

describe("the shipping", () => {
  it.each([
    [
      "as the order itemises it",
      { shipping_amount: 10, shipping_incl_tax: 10.8 },
      { item_applied_taxes: [{ type: "shipping", applied_taxes: [{ percent: 8 }] }] },
      "8",
    ],
    ["by its prices before any discount", { shipping_amount: 10, shipping_incl_tax: 10.8 }, {}, "8"],
    ["none for a buyer who pays none", { shipping_amount: 12.19, shipping_incl_tax: 12.19 }, {}, "0"],
  ])("has its VAT %s", (_, amounts, extension_attributes, rate) => {
    const order = { ...magentoOrder(123, BASKET, NOW), ...amounts, extension_attributes };
    expect(seen(order).report.shipping.shares?.map(({ vat }) => vatName(vat))).toEqual([rate]);
  });

  it("to a shop's own place names that place", () => {
    const purchase = { ...BASKET, extension: { pickup_location_code: "gdynia" } };
    expect(seen(magentoOrder(123, purchase, NOW)).report.shipping.point).toBe("gdynia");
  });
});

describe("what the buyer chose", () => {
  const line = (items: object[]) => seen({ ...magentoOrder(123, BASKET, NOW), items }).report.lines[0];
  const row = {
    item_id: 1,
    sku: "KOS-M",
    name: "Koszulka",
    qty_ordered: 2,
    row_total: 40,
    row_total_incl_tax: 49.2,
    tax_amount: 9.2,
  };
  const child = {
    item_id: 2,
    parent_item_id: 1,
    sku: "KOS-M",
    name: "Koszulka M",
    qty_ordered: 2,
    price: 0,
    row_total: 0,
  };

  it("of a configurable article in REST is what its variant is called beyond it", () => {
    expect(line([row, child])).toMatchObject({ name: "Koszulka", variant: "M" });
    expect(line([row, { ...child, name: "T-shirt" }])).toMatchObject({ variant: "T-shirt" });
    expect(line([row, { ...child, name: "Koszulka" }])).not.toHaveProperty("variant");
  });

  it("in an event has its labels, as an object or as JSON in a text", () => {
    const options = {
      attributes_info: [{ label: "Rozmiar", value: "M" }],
      options: [{ label: "Grawer", value: "1", print_value: "Ala &amp; Ola" }],
    };
    for (const product_options of [options, JSON.stringify(options)])
      expect(line([{ ...row, product_options }, child])).toMatchObject({ variant: "Rozmiar: M, Grawer: Ala & Ola" });
  });

  it("and typed is told in REST too; ids of a list only tell one choice from another", () => {
    const custom_options = [
      { option_id: "1", option_value: "Sto lat" },
      { option_id: "2", option_value: "14,15" },
    ];
    const product_option = { extension_attributes: { custom_options } };
    expect(line([{ ...row, product_option }])).toMatchObject({ variant: "Sto lat, option 2: 14,15" });
  });

  it("of a bundle with a price of its own is what is in one of it", () => {
    const bundle = { ...row, sku: "ZESTAW", name: "Zestaw", product_type: "bundle" };
    const parts = [
      { ...child, sku: "A", name: "Kubek", qty_ordered: 4 },
      { ...child, item_id: 3, sku: "B", name: "Miód" },
    ];
    expect(line([bundle, ...parts])).toMatchObject({ sku: "ZESTAW", variant: "2 × Kubek, 1 × Miód" });
  });
});

it("a gift's message goes with the buyer's note", () => {
  const extension = { gift_message: { sender: "Piotr", recipient: "Ewa", message: "Wszystkiego &amp; więcej" } };
  const { report } = seen(magentoOrder(123, { ...BASKET, note: "Proszę<br>dzwonić", extension }, NOW));
  expect(report.note).toBe("Proszę\ndzwonić\nPiotr → Ewa: Wszystkiego & więcej");
});
