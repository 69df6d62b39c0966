/** What a shop's order is made of: goods, VAT, shipping, fees, discounts and payments. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOf } from "../../lib/core/money.ts";
import { mug, row, sighted, taxLines } from "./woocommerce-order.ts";

const rate = (percent: string) => ({ kind: "rate", rate: percent });
const untaxed = { kind: "untaxed" };
const line = (changes: object) => sighted({ line_items: [{ ...mug, ...changes }] }).report.lines[0];

describe("VAT of a row", () => {
  it.each([
    ["one tax", row("100.00", { 1: "23.00" }), rate("23")],
    [
      "one tax, with the others left empty",
      {
        taxes: [
          { id: 1, total: "23.00" },
          { id: 3, total: "" },
        ],
      },
      rate("23"),
    ],
    [
      "one tax, with the others at nothing",
      {
        taxes: [
          { id: 3, total: "0" },
          { id: 1, total: "23.00" },
        ],
      },
      rate("23"),
    ],
    ["a rate of 0 %", row("100.00", { 4: "0.00" }), rate("0")],
    ["a rate of which the shop took nothing", row("100.00", { 1: "0.00" }), untaxed],
    ["a rate that is nothing of a free line", row("0.00", { 1: "0.00" }), rate("23")],
    ["no tax", row("100.00", {}), untaxed],
    ["a tax of which the taxes say nothing", { total_tax: "8.00", taxes: [] }, rate("8")],
    ["a tax whose rate was deleted", row("100.00", { 77: "5.00" }), rate("5")],
    ["nothing said", { total_tax: "0.00", taxes: undefined }, undefined],
    ["nothing said but a tax", { total_tax: "23.00", taxes: undefined }, rate("23")],
    ["two taxes that lie on one another", row("100.00", { 1: "23.00", 2: "8.00" }), undefined],
  ])("%s", (_, changes, vat) => expect(line(changes)?.vat).toEqual(vat));

  it.each([
    ["a rate as text", { rate_id: "1", rate_percent: "23.0000" }, rate("23")],
    ["a rate that only its code says", { rate_id: 1, rate_code: "PL-VAT 23%-1" }, rate("23")],
    ["a rate of 0 % that is left of a deleted one", { rate_id: 1, rate_percent: 0 }, rate("23")],
  ])("%s", (_, tax, vat) => expect(sighted({ tax_lines: [tax] }).report.lines[0]?.vat).toEqual(vat));

  it.each([
    ["zw", { kind: "exempt", code: "zw" }],
    ["NP.", { kind: "exempt", code: "np" }],
    ["VAT 0%", rate("0")],
    ["Zero", rate("0")],
  ])("a rate of 0 %% that is called %s", (label, vat) => {
    const tax_lines = [{ rate_id: 4, rate_percent: 0, label }];
    const line_items = [{ ...mug, ...row("100.00", { 4: "0.00" }) }];
    expect(sighted({ tax_lines, line_items }).report.lines[0]?.vat).toEqual(vat);
  });
});

describe("shipping", () => {
  const shipping = (...lines: object[]) => sighted({ shipping_lines: lines }).report.shipping;

  it("carries the VAT that the shop put on it: a cart of books ships at 5 %", () => {
    expect(shipping({ method_title: "Kurier", ...row("12.19", { 3: "0.61" }) })).toMatchObject({
      method: "Kurier",
      gross: 1280,
      shares: [{ gross: 1280, vat: rate("5") }],
    });
  });

  it("of several parcels is told by rate, those of one rate together", () => {
    const parcels = [
      row("10.00", { 1: "2.30" }),
      row("12.19", { 3: "0.61" }),
      row("1.00", { 1: "0.23" }),
      row("2.00", {}),
    ];
    expect(shipping(...parcels.map((each) => ({ method_title: "List", ...each })))).toMatchObject({
      gross: 2833,
      shares: [
        { gross: 1353, vat: rate("23") },
        { gross: 1280, vat: rate("5") },
        { gross: 200, vat: untaxed },
      ],
    });
  });

  it("on which several rates lie as shares is told by them", () => {
    expect(shipping({ method_title: "Kurier", ...row("15.00", { 1: "2.30", 3: "0.25" }) })).toMatchObject({
      gross: 1755,
      shares: [
        { gross: 1230, vat: rate("23") },
        { gross: 525, vat: rate("5") },
      ],
    });
  });

  it("that is free has no shares", () => {
    expect(shipping({ method_title: "Odbiór osobisty", ...row("0.00", {}) })).toEqual(
      expect.not.objectContaining({ shares: expect.anything() }),
    );
  });
});

describe("fees", () => {
  const fees = (changes: object, ...lines: object[]) => sighted({ fee_lines: lines, ...changes }).report.fees;

  it.each([
    ["Opłata za pobranie", "codFee"],
    ["Pobranie", "codFee"],
    ["COD fee", "codFee"],
    ["Cash on delivery", "codFee"],
    ["Dopłata za płatność przy odbiorze", "codFee"],
    ["Opłata za płatność kartą", "paymentFee"],
    ["Payment processing fee", "paymentFee"],
    ["Prowizja Przelewy24", "paymentFee"],
    ["Pakowanie na prezent", "wrapping"],
    ["Gift wrap", "wrapping"],
    ["Ubezpieczenie przesyłki", "insurance"],
    ["Kaucja za butelkę", "deposit"],
    ["Cło", "duty"],
    ["Napiwek", "other"],
    ["Opłata manipulacyjna", "other"],
  ])("%s is a fee of the kind %s", (name, kind) => {
    expect(fees({}, { name, ...row("5.00", { 1: "1.15" }) })).toEqual([{ kind, name, gross: 615, vat: rate("23") }]);
  });

  it("for paying is one for cash on delivery where that is how it is paid", () => {
    const fee = { name: "Opłata za metodę płatności", ...row("5.00", {}) };
    expect(fees({ payment_method: "cod" }, fee)).toEqual([
      { kind: "codFee", name: fee.name, gross: 500, vat: untaxed },
    ]);
    expect(fees({}, fee)).toMatchObject([{ kind: "paymentFee" }]);
  });

  it("of nothing are none", () => expect(fees({}, { name: "Pobranie", ...row("0.00", {}) })).toBeUndefined());
});

describe("a negative fee is a discount", () => {
  const goods = [
    { ...mug, sku: "A", ...row("100.00", { 1: "23.00" }) },
    { ...mug, sku: "B", ...row("50.00", { 1: "11.50" }) },
    { ...mug, sku: "C", ...row("30.00", { 3: "1.50" }) },
  ];
  const discounted = (fee: object, changes: object = {}) => {
    const { report, money } = sighted({ line_items: goods, fee_lines: [{ name: "Rabat", ...fee }], ...changes });
    return {
      lines: report.lines.map(({ gross }) => gross),
      fees: report.fees,
      shipping: report.shipping,
      total: money?.minor,
    };
  };

  it("that comes off the goods of its rate, in proportion, and leaves no fee", () => {
    expect(discounted(row("-15.00", { 1: "-3.45" }))).toMatchObject({ lines: [11070, 5535, 3150], fees: undefined });
  });

  it("that comes off each rate by what the shop took off there", () => {
    // 180 net at 23 % and 5 % in the ratio 150 : 30.
    expect(discounted(row("-18.00", { 1: "-3.45", 3: "-0.15" }))).toMatchObject({ lines: [11070, 5535, 2835] });
  });

  it("that comes off all goods where no tax is in it", () => {
    expect(discounted(row("-21.60", {}))).toMatchObject({ lines: [11070, 5535, 2835] });
  });

  it("that is more than its goods are worth comes off the others, then off shipping and fees", () => {
    const shipping_lines = [{ method_title: "Kurier", ...row("10.00", { 1: "2.30" }) }];
    const { lines, shipping } = discounted(row("-180.00", { 1: "-41.40" }), { shipping_lines });
    expect({ lines, shipping: shipping.gross }).toEqual({ lines: [0, 0, 0], shipping: 690 });
    expect(discounted(row("-500.00", { 1: "-115.00" }), { shipping_lines })).toMatchObject({ shipping: { gross: 0 } });
  });

  it("whatever the cart holds, adds up to the total, and at each rate to what the shop reckoned there", () => {
    const RATES: Readonly<Record<number, number>> = { 1: 23, 2: 8, 3: 5 };
    const grosz = (minor: number) => (minor / 100).toFixed(2);
    const taxOf = (net: number, id: number) => Math.sign(net) * Math.round((Math.abs(net) * (RATES[id] ?? 0)) / 100);
    const cart = fc.array(fc.record({ id: fc.constantFrom(1, 2, 3), net: fc.integer({ min: 100, max: 50_000 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(cart, fc.double({ min: 0.001, max: 0.9, noNaN: true }), (items, share) => {
        const bases = [1, 2, 3].map((id) => items.reduce((sum, { id: of, net }) => (of === id ? sum + net : sum), 0));
        const all = bases.reduce((sum, base) => sum + base, 0);
        const off = Math.max(1, Math.floor(all * share));
        // The shop keeps the net of each rate unrounded, and only its tax is written down.
        const taxes = bases.map((base, place) => taxOf((off * base) / all, place + 1));
        const goods = items.map(({ id, net }, place) => ({
          ...mug,
          sku: `SKU-${place}`,
          ...row(grosz(net), { [id]: grosz(taxOf(net, id)) }),
        }));
        const written = Object.fromEntries(
          taxes.flatMap((tax, place) => (bases[place] ? [[place + 1, grosz(-tax)]] : [])),
        );
        const fee = { name: "Rabat", ...row(grosz(-off), written) };
        const total =
          items.reduce((sum, { id, net }) => sum + net + taxOf(net, id), 0) - off - taxes.reduce((a, b) => a + b, 0);
        const { report, money } = sighted({ line_items: goods, fee_lines: [fee], total: grosz(total) });
        expect(money?.minor).toBe(total);
        expect(sumOf(report)).toBe(total);
        expect(report.lines.every(({ gross }) => gross >= 0)).toBe(true);
        for (const [place, base] of bases.entries()) {
          const left = report.lines.filter((_, at) => items[at]?.id === place + 1);
          const exact = base + goodsTax(items, place + 1) - (off * base) / all - (taxes[place] ?? 0);
          expect(Math.abs(left.reduce((sum, { gross }) => sum + gross, 0) - exact)).toBeLessThanOrEqual(1);
        }
        function goodsTax(of: typeof items, id: number): number {
          return of.reduce((sum, item) => (item.id === id ? sum + taxOf(item.net, id) : sum), 0);
        }
      }),
    );
  });
});

describe("gift cards and store credit are payments: the order keeps its worth", () => {
  const paid = (changes: object) => {
    const { money, report } = sighted(changes);
    return { total: money?.minor, due: money?.due, payments: report.payments };
  };
  const card = { total: 12300, due: 7300, payments: [{ kind: "gift-card", name: "…7788", amount: 5000 }] };

  it.each([
    ["WooCommerce Gift Cards", { gift_cards: [{ id: 1, code: "AAAA-BBBB-7788", amount: 50 }] }],
    ["PW WooCommerce Gift Cards", { pw_gift_card_lines: [{ id: 9, card_number: "AAAA-BBBB-7788", amount: "50.00" }] }],
    ["YITH Gift Cards", { meta_data: [{ key: "_ywgc_applied_gift_cards", value: { "AAAA-BBBB-7788": 50 } }] }],
  ])("%s", (_, changes) => expect(paid({ total: "73.00", ...changes })).toEqual(card));

  it.each([
    ["_acfw_store_credits_order_paid", 'a:2:{s:6:"amount";d:50;s:8:"currency";s:3:"PLN";}', "store-credit"],
    ["_wt_gift_card_used", "50.00", "gift-card"],
    ["_points_redeemed", { points: 5000, amount: "50" }, "store-credit"],
  ])("of a plugin that is not known count where they are just what is missing (%s)", (key, value, kind) => {
    const changes = { meta_data: [{ key, value }] };
    const payments = [{ kind, name: "", amount: 5000 }];
    expect(paid({ total: "73.00", ...changes })).toEqual({ total: 12300, due: 7300, payments });
    expect(paid({ total: "73.50", ...changes })).toEqual({ total: 7350, due: undefined, payments: undefined });
    expect(paid(changes)).toEqual({ total: 12300, due: undefined, payments: undefined });
  });

  it("that pay all of it leave nothing due", () => {
    const gift_cards = [{ code: "AAAA-BBBB-7788", amount: 123 }];
    expect(paid({ total: "0.00", gift_cards })).toMatchObject({ total: 12300, due: 0 });
  });

  it("that a plugin writes as an untaxed negative fee are no discount", () => {
    const fee_lines = [{ name: "Karta podarunkowa", ...row("-50.00", {}) }];
    expect(paid({ total: "73.00", fee_lines })).toMatchObject({
      total: 12300,
      due: 7300,
      payments: [{ amount: 5000 }],
    });
    const wallet = [{ name: "Via wallet", ...row("-20.00", {}) }];
    expect(paid({ total: "103.00", fee_lines: wallet })).toMatchObject({
      payments: [{ kind: "store-credit", amount: 2000 }],
    });
  });

  it("that lower the tax are a discount, whatever they are called", () => {
    const fee_lines = [{ name: "Karta podarunkowa", ...row("-10.00", { 1: "-2.30" }) }];
    const { report, money } = sighted({ total: "110.70", fee_lines });
    expect({ total: money?.minor, lines: report.lines.map(({ gross }) => gross), payments: report.payments }).toEqual({
      total: 11070,
      lines: [11070],
      payments: undefined,
    });
  });

  it("that the total does not bear out are not counted: the prices were lowered already", () => {
    expect(paid({ gift_cards: [{ code: "AAAA-BBBB-7788", amount: 50 }] })).toEqual({ total: 12300 });
  });

  it("of two plugins are those that the total bears out", () => {
    const gift_cards = [{ code: "AAAA-BBBB-7788", amount: 50 }];
    const coupon_lines = [{ code: "KREDYT-2026", discount: "30.00", discount_type: "smart_coupon" }];
    expect(paid({ total: "43.00", gift_cards, coupon_lines })).toMatchObject({ due: 4300, payments: [{}, {}] });
    expect(paid({ total: "93.00", gift_cards, coupon_lines })).toMatchObject({ payments: [{ kind: "store-credit" }] });
  });

  it("are named by the end of their code alone: who has the code has the money", () => {
    const { payments } = paid({ total: "73.00", gift_cards: [{ code: "AAAA-BBBB-7788", amount: 50 }] });
    expect(JSON.stringify(payments)).not.toContain("BBBB");
  });
});

describe("a shop that keeps no decimals of its totals", () => {
  it("rounds each order, and what that makes is in the price of the goods", () => {
    const line_items = [{ ...mug, ...row("160.28", { 1: "36.86" }) }];
    const shipping_lines = [{ method_title: "Kurier", ...row("39.84", { 1: "9.16" }) }];
    const { report, money } = sighted({ total: "246", line_items, shipping_lines });
    expect({ total: money?.minor, sum: sumOf(report), shipping: report.shipping.gross }).toEqual({
      total: 24600,
      sum: 24600,
      shipping: 4900,
    });
  });

  it("hides no amount that rounding does not explain", () => {
    const { report } = sighted({ total: "115" });
    expect(sumOf(report)).toBe(12300);
  });
});

describe("bundles and composite products", () => {
  const whole = { ...mug, id: 10, name: "Zestaw", sku: "ZESTAW", bundled_items: [11, 12] };
  const cup = { ...mug, id: 11, name: "Kubek", sku: "KUB", quantity: 2, bundled_by: 10 };
  const plate = { ...mug, id: 12, name: "Talerz", sku: "TAL", quantity: 1, bundled_by: "10" };
  const free = { ...row("0.00", { 1: "0" }), subtotal: "0.00" };
  const goods = (...line_items: object[]) =>
    sighted({ line_items }).report.lines.map(({ sku, variant }) => [sku, variant]);

  it("that carry the price themselves are the goods, and their parts stand behind the name", () => {
    expect(goods(whole, { ...cup, ...free }, { ...plate, ...free })).toEqual([["ZESTAW", "2 × Kubek, 1 × Talerz"]]);
  });

  it.each(["_woosb_parent_id", "_wooco_parent_id", "_chained_product_of"])(
    "of other plugins name the product of the whole in the meta of each part (%s)",
    (key) => {
      const of = (part: object) => ({ ...part, bundled_by: undefined, meta_data: [{ key, value: "55" }] });
      const box = { ...whole, bundled_items: [], product_id: 55 };
      expect(goods(mug, box, of({ ...cup, ...free }), of({ ...plate, ...free }))).toEqual([
        ["KUB-1", undefined],
        ["ZESTAW", "2 × Kubek, 1 × Talerz"],
      ]);
      expect(goods({ ...box, ...free }, of(cup), of(plate)).map(([sku]) => sku)).toEqual(["KUB", "TAL"]);
      expect(goods(of(cup), { ...box, product_id: 56 }).map(([sku]) => sku)).toEqual(["KUB", "ZESTAW"]);
    },
  );

  it("whose parts carry the price are not: the parts are", () => {
    expect(goods({ ...whole, ...free, sku: "" }, cup, plate)).toEqual([
      ["KUB", undefined],
      ["TAL", undefined],
    ]);
  });

  it("are goods beside their parts where both carry a price", () => {
    expect(goods(whole, cup, plate).map(([sku]) => sku)).toEqual(["ZESTAW", "KUB", "TAL"]);
  });

  it("that a coupon makes free are told as before it", () => {
    const given = { ...row("0.00", { 1: "0" }), subtotal: "100.00" };
    expect(goods({ ...whole, ...given }, { ...cup, ...free }).map(([sku]) => sku)).toEqual(["ZESTAW"]);
  });

  it("keep what was written for the whole and chosen for a part", () => {
    const engraved = { meta_data: [{ key: "Grawer", value: "Ala" }] };
    const red = { meta_data: [{ key: "Kolor", value: "czerwony" }] };
    expect(goods({ ...whole, ...free, ...engraved }, cup, plate)[0]).toEqual(["KUB", "Grawer: Ala"]);
    expect(goods(whole, { ...cup, ...free, ...red })).toEqual([["ZESTAW", "2 × Kubek (Kolor: czerwony)"]]);
  });

  it("of composite products, also one in another, count once", () => {
    const composite = { ...mug, id: 1, sku: "KOMPLET", composite_children: [10] };
    const inner = { ...whole, ...free, composite_parent: 1 };
    expect(goods(composite, inner, { ...cup, ...free }).map(([sku]) => sku)).toEqual(["KOMPLET"]);
  });

  it("that hold each other, or hold what is not there, lose nobody", () => {
    expect(goods({ ...cup, bundled_by: 12 }, { ...plate, bundled_by: 11 }).map(([sku]) => sku)).toEqual(["KUB", "TAL"]);
    expect(goods({ ...cup, bundled_by: 99 }).map(([sku]) => sku)).toEqual(["KUB"]);
  });
});

describe("the variant", () => {
  const variant = (meta_data: object[], more: object = {}) => line({ name: "Koszulka", ...more, meta_data })?.variant;
  const shown = (label: string, value: unknown) => ({
    key: label.toLowerCase(),
    value,
    display_key: label,
    display_value: value,
  });

  it("is what the shop shows at the line, and tells two lines of one SKU apart", () => {
    expect(variant([shown("Rozmiar", "L"), shown("Kolor nadruku", "biały")])).toBe("Rozmiar: L, Kolor nadruku: biały");
  });

  it("leaves out what the shop hides, and what is no text", () => {
    const hidden = [
      { key: "_reduced_stock", value: "1" },
      shown("Plik", { a: 1 }),
      shown("Puste", ""),
      shown("Nic", null),
    ];
    expect(variant(hidden)).toBeUndefined();
    expect(variant([...hidden, shown("Liczba świec", 18)])).toBe("Liczba świec: 18");
  });

  it.each([
    ["Buty - 42", undefined, "42"],
    ["Buty - 42, czarne", "Buty", "czarne"],
    ["Bluza - XL, ciemno-zielony", "Bluza", "ciemno-zielony"],
  ])("is not said again where it stands in the name: %s", (name, parent_name, value) => {
    expect(variant([shown("Cecha", value)], { name, parent_name })).toBeUndefined();
  });

  it.each([
    ["Koszulka Lato", undefined, "L"],
    ["Bluza XL", "Bluza XL", "XL"],
    ["Kubek 42 ml - biały", "Kubek 42 ml", "42"],
  ])("is said where it is only like a word of the name: %s", (name, parent_name, value) => {
    expect(variant([shown("Cecha", value)], { name, parent_name })).toBe(`Cecha: ${value}`);
  });

  it("has texts of add-ons without their price, their markup and their entities", () => {
    const price = 'Grawer (<span class="amount">5,00&nbsp;<span>z&#322;</span></span>)';
    expect(
      variant([
        {
          key: "Grawer (5,00 zł)",
          value: "Ala &amp; Ola",
          display_key: price,
          display_value: "<p>Ala &amp; Ola</p>\n",
        },
      ]),
    ).toBe("Grawer: Ala & Ola");
    expect(variant([{ key: "Dodatki", value: ["Wstążka", "Bilecik"] }])).toBe("Dodatki: Wstążka, Bilecik");
  });

  it("is named by its key where nothing says how it is called", () => {
    expect(variant([{ key: "pa_kolor-nadruku", value: "bialy" }])).toBe("Kolor nadruku: bialy");
  });

  it("says each thing once", () => expect(variant([shown("A", "b"), shown("A", "b")])).toBe("A: b"));
});

describe("what WordPress keeps as HTML, and what plugins write as numbers", () => {
  it("is read as people read it", () => {
    const { report } = sighted({
      line_items: [{ ...mug, name: "Kubek &amp; spodek &#8211; bia&lstrok;y <b>XL</b>" }],
      shipping_lines: [{ method_title: "InPost &amp; kurier", ...row("0.00", {}) }],
      payment_method_title: 'Przelewy24 &#8211; BLIK <img src="x">',
      customer_note: "Prosz&eogon; o &quot;papier&quot;",
      shipping: { address_1: "632 O&#8217;Conner", city: "Łódź" },
    });
    expect(report).toMatchObject({
      lines: [{ name: "Kubek & spodek – biały XL" }],
      shipping: { method: "InPost & kurier", address: { street: "632 O’Conner" } },
      payment: { method: "Przelewy24 – BLIK" },
      note: 'Proszę o "papier"',
    });
  });

  it("keeps a SKU, an EAN, a postcode and a phone that come as numbers", () => {
    const { report } = sighted({
      line_items: [{ ...mug, sku: 590123, global_unique_id: 5901234123457 }],
      billing: { city: "Łódź", postcode: 12345, phone: 48500100200 },
    });
    expect(report).toMatchObject({
      lines: [{ sku: "590123", ean: "5901234123457" }],
      buyer: { phone: "48500100200", billing: { postcode: "12345" } },
    });
  });
});

describe("refunds", () => {
  it("have their pieces where the body says which", () => {
    const refunds = [
      { total: "-123.00", line_items: [{ name: "Kubek", sku: "KUB-1", quantity: -1, total: "-100.00" }] },
    ];
    expect(sighted({ refunds })).toMatchObject({
      refunded: 12300,
      refundedPieces: [{ sku: "KUB-1", name: "Kubek", quantity: "1" }],
    });
    expect(sighted({ refunds: [{ total: "-10.00" }] })).not.toHaveProperty("refundedPieces");
  });
});

it("an order says whether its prices are net, since a shop rounds each row", () => {
  expect(sighted({ prices_include_tax: false, tax_lines: taxLines }).report.rounding).toEqual({
    on: "row",
    prices: "net",
  });
});
