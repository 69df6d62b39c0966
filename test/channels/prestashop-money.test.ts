/** What a PrestaShop order comes to: prices, vouchers, wrapping, fees and split carts, by rule. */
import { describe, expect, it } from "vitest";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { PrestaCustomization, PrestaDiscount, PrestaRule, type Related } from "../../lib/channels/prestashop/body.ts";
import { mapOrder } from "../../lib/channels/prestashop/map.ts";
import { vatBetween } from "../../lib/channels/prestashop/rate.ts";
import { sumOf, vatName } from "../../lib/core/money.ts";
import { type PrestaLine, type PrestaParcel, prestaOrder } from "../../local/simulators/prestashop-orders.ts";
import { onlySighting } from "../support/pulled.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const account = PrestaShopAccount.parse({
  channel: "prestashop",
  account: "sklep",
  baseUrl: "https://sklep.example/",
  webserviceKey: "KLUCZTESTOWY",
});
const names: Related = {
  addresses: new Map(),
  customers: new Map(),
  currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
  countries: new Map(),
  carriers: new Map(),
};

const cup: PrestaLine = { name: "Kubek", reference: "KUB", quantity: 3, gross: 999, product: 11 };
const honey: PrestaLine = { name: "Miód", reference: "MIOD", quantity: 2, gross: 1115, rate: 8, product: 12 };
const book: PrestaLine = { name: "Książka", reference: "KSI", quantity: 1, gross: 3885, rate: 5, product: 13 };

type Given = { changes?: object; related?: Partial<Related> };

function seen(parcel: PrestaParcel, { changes = {}, related = {} }: Given = {}) {
  const order = { ...prestaOrder(17, 3, { parcels: [parcel] }, parcel, NOW), ...changes };
  return onlySighting(mapOrder(order, { ...names, ...related }, account, NOW));
}

/** `KUB 23 2697`: each line, then the shipping and the fees. */
function written(parcel: PrestaParcel, given?: Given): string[] {
  const { report } = seen(parcel, given);
  const shares = (report.shipping.shares ?? []).map(({ vat, gross }) => `shipping ${vatName(vat)} ${gross}`);
  const fees = (report.fees ?? []).map(({ kind, vat, gross }) => `${kind} ${vatName(vat)} ${gross}`);
  return [...report.lines.map(({ sku, vat, gross }) => `${sku} ${vatName(vat)} ${gross}`), ...shares, ...fees];
}

/** An order from which a voucher of so much was taken off. */
function less(parcel: PrestaParcel, gross: number, net: number, more: object = {}) {
  const order = prestaOrder(17, 3, { parcels: [parcel] }, parcel, NOW);
  const six = (minor: number) => (minor / 100).toFixed(6);
  return {
    total_discounts_tax_incl: six(gross),
    total_discounts_tax_excl: six(net),
    total_paid_tax_incl: six(Math.round(Number(order.total_paid_tax_incl) * 100) - gross),
    ...more,
  };
}

function rules(...given: Array<{ value: string; net?: string; free?: boolean; rule?: object }>): Partial<Related> {
  return {
    discounts: given.map(({ value, net = value, free = false }, index) =>
      PrestaDiscount.parse({
        id: index + 1,
        id_order: 17,
        id_cart_rule: index + 101,
        value,
        value_tax_excl: net,
        free_shipping: free ? "1" : "0",
        deleted: "0",
      }),
    ),
    rules: new Map(
      given.flatMap(({ rule }, index) =>
        rule ? [[String(index + 101), PrestaRule.parse({ id: index + 101, reduction_amount: "1", ...rule })]] : [],
      ),
    ),
  };
}

describe("prices", () => {
  it("every row and the shipping has the rate that lies between its net and its gross price", () => {
    expect(written({ lines: [cup, honey, book, { ...cup, rate: 0, reference: "ZN" }], shipping: 1499 })).toEqual([
      "KUB 23 2997",
      "MIOD 8 2230",
      "KSI 5 3885",
      "ZN 0 2997",
      "shipping 23 1499",
    ]);
  });

  it.each([
    ["0.813009", "1.000001", "23"],
    ["0.050000", "0.061500", "23"],
    ["0.050000", "0.054000", "8"],
    ["10.330000", "11.156400", "8"],
    ["100.000000", "105.500000", "5.5"],
    ["100.00", "127.00", "27"],
    ["8.12", "9.99", "23"],
    ["6.600000", "6.600000", "0"],
    ["0.000000", "0.000000", "not said"],
    ["0.01", "0.01", "not said"],
    ["", "9.99", "not said"],
  ])("%s and %s are %s per cent", (net, gross, rate) => {
    expect(vatName(vatBetween(net, gross))).toBe(rate);
  });

  it.each([
    ["each piece", 1, 99_900],
    ["each row", 2, 99_876],
    ["the total alone", 3, 99_876],
  ])("a shop that rounds %s has the rows that it shows", (_, round_type, gross) => {
    const row = { ...prestaOrder(17, 3, { parcels: [{ lines: [cup] }] }, { lines: [cup] }, NOW) };
    const [line] = (row.associations as { order_rows: object[] }).order_rows;
    const prices = { product_quantity: 100, unit_price_tax_incl: "9.987600", unit_price_tax_excl: "8.120000" };
    const total = (gross / 100).toFixed(6);
    const changes = {
      round_type,
      associations: { order_rows: [{ ...line, ...prices }] },
      total_products_wt: total,
      total_paid_tax_incl: total,
    };
    expect(written({ lines: [cup] }, { changes })).toEqual([`KUB 23 ${gross}`]);
  });

  it("rows that are rounded apart from the total are brought to it, by a grosz", () => {
    const changes = { total_paid_tax_incl: "52.26", total_products_wt: "52.26" };
    const { report, money } = seen({ lines: [cup, honey] }, { changes });
    expect([money?.minor, sumOf(report)]).toEqual([5226, 5226]);
  });

  it("rows that the shop's own total contradicts stay as they are, for a person to see", () => {
    const { report, money } = seen({ lines: [cup], shipping: 1499 }, { changes: { total_paid_tax_incl: "48.21" } });
    expect([money?.minor, sumOf(report), report.totalField]).toEqual([4821, 4496, "total_paid_tax_incl"]);
  });

  it("an order without rows has no total: nobody knows what was bought", () => {
    for (const associations of [undefined, {}, { order_rows: [] }])
      expect(seen({ lines: [cup] }, { changes: { associations } }).money?.minor).toBeUndefined();
  });
});

describe("vouchers", () => {
  const goods = { lines: [cup, honey], shipping: 1499 };

  it("one over all goods falls on them in proportion, to the grosz", () => {
    const given = { changes: less(goods, 523, 450), related: rules({ value: "5.227", net: "4.502" }) };
    expect(written(goods, given)).toEqual(["KUB 23 2697", "MIOD 8 2007", "shipping 23 1499"]);
  });

  it("free shipping comes off the shipping, and the rest of the same rule off the goods", () => {
    const free = { changes: less(goods, 1499, 1219), related: rules({ value: "14.99", net: "12.19", free: true }) };
    expect(written(goods, free)).toEqual(["KUB 23 2997", "MIOD 8 2230"]);
    const both = { changes: less(goods, 2276, 1888), related: rules({ value: "22.76", net: "18.88", free: true }) };
    expect(written(goods, both)).toEqual(["KUB 23 2551", "MIOD 8 1899"]);
  });

  it("one that is bound to a product falls on that product alone", () => {
    const rule = { reduction_product: 12, reduction_percent: "0.00" };
    const given = { changes: less(goods, 500, 463), related: rules({ value: "5.00", net: "4.63", rule }) };
    expect(written(goods, given)).toEqual(["KUB 23 2997", "MIOD 8 1730", "shipping 23 1499"]);
  });

  it("one for the cheapest product falls on it, and a gift costs nothing", () => {
    const cheapest = { reduction_product: -1, reduction_percent: "50.00", reduction_amount: "0" };
    const half = { changes: less(goods, 500, 406), related: rules({ value: "4.995", net: "4.06", rule: cheapest }) };
    expect(written(goods, half)[0]).toBe("KUB 23 2497");
    const gift = { gift_product: 13, reduction_amount: "0" };
    const lines = [...goods.lines, book];
    const given = {
      changes: less({ lines }, 3885, 3700),
      related: rules({ value: "38.85", net: "37.00", rule: gift }),
    };
    expect(written({ lines }, given)).toEqual(["KUB 23 2997", "MIOD 8 2230", "KSI 5 0"]);
  });

  const plate: PrestaLine = { name: "Talerz", reference: "TAL", quantity: 1, gross: 2500, product: 14 };
  const bowl: PrestaLine = { name: "Miska", reference: "MIS", quantity: 2, gross: 1800, product: 15 };

  it("a percentage of a selection of products falls on those of which it is just that, also among equal rates", () => {
    const rule = { reduction_product: -2, reduction_percent: "10.00", reduction_amount: "0" };
    const lines = [cup, plate, bowl, honey];
    // A tenth of the plate and of the bowls: 2.50 + 3.60.
    const given = { changes: less({ lines }, 610, 496), related: rules({ value: "6.10", net: "4.959", rule }) };
    expect(written({ lines }, given)).toEqual(["KUB 23 2997", "TAL 23 2250", "MIS 23 3240", "MIOD 8 2230"]);
  });

  it("a percentage that leaves out what is on sale falls on the others; an amount knows no sale", () => {
    const rule = { reduction_product: 0, reduction_exclude_special: "1", reduction_amount: "0" };
    const lines = [cup, plate, bowl];
    const percent = { ...rule, reduction_percent: "20.00" };
    const given = {
      changes: less({ lines }, 500, 407),
      related: rules({ value: "5.00", net: "4.065", rule: percent }),
    };
    expect(written({ lines }, given)).toEqual(["KUB 23 2997", "TAL 23 2000", "MIS 23 3600"]);
    const amount = { ...rule, reduction_percent: "0", reduction_amount: "9.097" };
    const all = { changes: less({ lines }, 910, 740), related: rules({ value: "9.097", net: "7.40", rule: amount }) };
    expect(written({ lines }, all)).toEqual(["KUB 23 2697", "TAL 23 2250", "MIS 23 3240"]);
  });

  it("of the cheapest product it is one piece, and of those at one price the first; what is on sale does not count", () => {
    const cheapest = { reduction_product: -1, reduction_percent: "50.00", reduction_amount: "0" };
    const lines = [plate, cup, { ...cup, reference: "KUB-2", product: 16 }];
    const first = {
      changes: less({ lines }, 500, 406),
      related: rules({ value: "4.995", net: "4.06", rule: cheapest }),
    };
    expect(written({ lines }, first)).toEqual(["TAL 23 2500", "KUB 23 2497", "KUB-2 23 2997"]);
    const dearer = { ...cheapest, reduction_exclude_special: "1" };
    const given = {
      changes: less({ lines }, 1250, 1016),
      related: rules({ value: "12.5", net: "10.16", rule: dearer }),
    };
    expect(written({ lines }, given)).toEqual(["TAL 23 1250", "KUB 23 2997", "KUB-2 23 2997"]);
  });

  it("a gift beside a percentage leaves the percentage to the rest", () => {
    const rule = { gift_product: 13, reduction_product: 12, reduction_percent: "10.00", reduction_amount: "0" };
    const lines = [cup, honey, book];
    const given = { changes: less({ lines }, 4108, 3906), related: rules({ value: "41.08", net: "39.06", rule }) };
    expect(written({ lines }, given)).toEqual(["KUB 23 2997", "MIOD 8 2007", "KSI 5 0"]);
  });

  it("several are taken off one after the other, each where it belongs", () => {
    const bound = { reduction_product: 12 };
    const given = {
      changes: less(goods, 1000, 870),
      related: rules({ value: "5.00", net: "4.63", rule: bound }, { value: "5.00", net: "4.07", rule: {} }),
    };
    expect(written(goods, given)).toEqual(["KUB 23 2680", "MIOD 8 1547", "shipping 23 1499"]);
  });

  it("one of which nobody says where it falls has the VAT that its own net amount tells", () => {
    const onHoney = { changes: less(goods, 500, 463), related: { discounts: undefined } };
    expect(written(goods, onHoney)).toEqual(["KUB 23 2997", "MIOD 8 1730", "shipping 23 1499"]);
    const onAll = { changes: less(goods, 523, 450), related: { discounts: undefined } };
    expect(written(goods, onAll)).toEqual(["KUB 23 2697", "MIOD 8 2007", "shipping 23 1499"]);
    const shipping = { changes: less(goods, 1499, 1219), related: { discounts: undefined } };
    expect(written(goods, shipping)).toEqual(["KUB 23 2997", "MIOD 8 2230"]);
  });

  it("one over all that there is leaves nothing negative, and a free order is paid", () => {
    const given = {
      changes: less(goods, 6726, 5700, { total_paid_real: "0.000000" }),
      related: rules({ value: "90" }),
    };
    expect(written(goods, given)).toEqual(["KUB 23 0", "MIOD 8 0"]);
    expect(seen(goods, given)).toMatchObject({ money: { minor: 0 }, report: { payment: { paid: true } } });
  });
});

describe("what is neither goods nor shipping", () => {
  it("gift wrapping is a fee with its VAT, and the buyer's wish is a note", () => {
    const parcel = { lines: [cup] };
    const cart = { parcels: [parcel] as const, wrapping: { gross: 500, message: "Sto lat" } };
    const { report } = onlySighting(mapOrder(prestaOrder(17, 3, cart, parcel, NOW), names, account, NOW));
    expect(report.fees).toEqual([
      { kind: "wrapping", name: "Gift wrapping", gross: 500, vat: { kind: "rate", rate: "23" } },
    ]);
    expect(report.note).toBe("Sto lat");
  });

  it("what a module for cash on delivery adds to the total is its fee; of any other module nobody knows what it is", () => {
    const changes = { total_paid_tax_incl: "34.97", total_paid_tax_excl: "28.43", module: "ps_cashondelivery" };
    expect(written({ lines: [cup] }, { changes })).toEqual(["KUB 23 2997", "codFee 23 500"]);
    expect(written({ lines: [cup] }, { changes: { ...changes, module: "x" } })).toEqual(["KUB 23 2997"]);
    const withFee = { ...changes, module: "paypalwithfee" };
    expect(written({ lines: [cup] }, { changes: withFee })).toEqual(["KUB 23 2997", "paymentFee 23 500"]);
  });

  it("what the buyer wrote for an article stands beside its name", () => {
    const id_customization = 5;
    const customizations = new Map([
      [
        "5",
        PrestaCustomization.parse({
          id: 5,
          associations: { customized_data_text_fields: [{ value: "Ala &amp; Ola" }, { value: "2026" }] },
        }),
      ],
    ]);
    const order = prestaOrder(17, 3, { parcels: [{ lines: [cup] }] }, { lines: [cup] }, NOW);
    const [line] = (order.associations as { order_rows: object[] }).order_rows;
    const changes = { associations: { order_rows: [{ ...line, id_customization }] } };
    const { report } = seen({ lines: [cup] }, { changes, related: { customizations } });
    expect(report.lines).toMatchObject([{ name: "Kubek", variant: "Ala & Ola, 2026" }]);
  });
});

describe("a cart that was split", () => {
  const parcels = [
    { lines: [cup], shipping: 1499 },
    { lines: [book], shipping: 1229 },
  ] as const;
  const part = (index: 0 | 1, related: Partial<Related>) =>
    onlySighting(
      mapOrder(prestaOrder(17 + index, 3, { parcels }, parcels[index], NOW), { ...names, ...related }, account, NOW),
    );

  it("is orders of which each has its own shipping, though the shop states that of all of them", () => {
    expect([0, 1].map((index) => part(index === 0 ? 0 : 1, {}).report.shipping.gross)).toEqual([1499, 1229]);
  });

  it("is paid as a whole, by a payment that is booked on one of them", () => {
    const payments = [{ order_reference: "REFAAAAA3", id_currency: "1", amount: "96.100000" }];
    expect([part(0, { payments }), part(1, {})].map(({ report }) => report.payment.paid)).toEqual([true, true]);
    expect(part(0, { payments: [] }).report.payment.paid).toBe(false);
  });
});
