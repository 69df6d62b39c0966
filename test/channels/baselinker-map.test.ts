import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import type { Key } from "../../lib/core/keys.ts";
import { sumOf } from "../../lib/core/money.ts";
import { Sighting } from "../../lib/core/order.ts";
import { fuzzRuns } from "../support/fuzz.ts";

const FORM = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";
const OTHER_FORM = "1dd30000-3b6d-11f0-9c4d-8b1f2a6d7e90";
const RANDOM_UUID = "5f3c1a9e-7b2d-4e6f-8a1b-2c3d4e5f6071";

const account = accountWith();

function accountWith(more: Record<string, unknown> = {}): BaseLinkerAccount {
  return BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    token: "t",
    callbackToken: "0123456789abcdef",
    sources: {
      "shop/101": { account: "woocommerce:main", field: "id" },
      "shop/102": { account: "shopify:pl", field: "number" },
      "shop/103": { account: "idosell:pl", field: "auto" },
      "shop/104": "shoper:pl",
      "allegro/7001": "allegro:acme",
    },
    ...more,
  });
}

const product = {
  storage: "db",
  storage_id: 40001,
  order_product_id: 900000001,
  product_id: "120001",
  variant_id: "0",
  name: "Kubek testowy",
  sku: "KUB-1",
  ean: "5900000000017",
  auction_id: "13000000001",
  price_brutto: 25,
  tax_rate: 23,
  quantity: 2,
  bundle_id: 0,
};

const allegroOrder = {
  order_id: 800000101,
  shop_order_id: 0,
  external_order_id: FORM,
  order_source: "allegro",
  order_source_id: 7001,
  order_source_info: "-",
  order_status_id: 9001,
  confirmed: true,
  date_add: 1748400060,
  date_confirmed: 1748400360,
  date_in_status: 1748400361,
  user_login: "kupujacy_test",
  phone: "+48500000000",
  email: "abc123+testowy@allegromail.example",
  user_comments: "",
  admin_comments: "",
  currency: "PLN",
  payment_method: "Przelewy24",
  payment_method_cod: "0",
  payment_done: 58.99,
  delivery_method: "Allegro Paczkomaty InPost",
  delivery_price: 8.99,
  delivery_fullname: "Żaneta Źródło",
  delivery_company: "",
  delivery_address: "Łąkowa 1/2",
  delivery_postcode: "90-001",
  delivery_city: "Łódź",
  delivery_country_code: "PL",
  delivery_point_id: "TST01A",
  delivery_point_name: "Paczkomat TST01A",
  invoice_fullname: "",
  invoice_company: "",
  invoice_nip: "",
  invoice_address: "",
  invoice_postcode: "",
  invoice_city: "",
  invoice_country_code: "",
  extra_field_1: "",
  extra_field_2: "",
  pick_state: 0,
  pack_state: 0,
  products: [product],
};

const shopOrder = {
  ...allegroOrder,
  order_id: 800000202,
  order_source: "shop",
  order_source_id: 101,
  external_order_id: "",
  shop_order_id: 59138,
};

const personalOrder = {
  ...allegroOrder,
  order_id: 800000303,
  order_source: "personal",
  order_source_id: 0,
  external_order_id: "",
  currency: "",
};

function sighting(raw: unknown, of = account): Sighting {
  const mapped = mapOrder(raw, of);
  if (mapped.kind !== "sighting") throw new Error(`${mapped.kind}: ${mapped.reason}`);
  return Sighting.parse(mapped.sighting);
}

function key(rank: Key["rank"], kind: Key["kind"], issuer: string, value: string): Key {
  return { kind, issuer, value, rank };
}

const trace = (id: number): Key => key(4, "internet-id", "baselinker:acme", String(id));

describe("identity", () => {
  test("an Allegro order is known by its form id, and by BaseLinker's number only as a trace", () => {
    expect(sighting(allegroOrder).keys).toEqual([key(1, "internet-id", "allegro", FORM), trace(800000101)]);
  });

  test("a form id in capitals or with blanks is the same form id", () => {
    const shouted = { ...allegroOrder, external_order_id: ` ${FORM.toUpperCase()} ` };
    expect(sighting(shouted).keys).toEqual(sighting(allegroOrder).keys);
  });

  test("another marketplace issues its own ids and needs no mapping", () => {
    const empik = { ...allegroOrder, order_source: "empik", order_source_id: 3, external_order_id: "E-77" };
    expect(sighting(empik).keys[0]).toEqual(key(1, "internet-id", "empik", "e-77"));
  });

  test("a marketplace order exported to the shop also carries that shop's id, if it is said which shop", () => {
    const exported = { ...allegroOrder, shop_order_id: 2824 };
    const told = accountWith({ exportShop: { account: "woocommerce:main", field: "id" } });
    expect(sighting(exported, told).keys).toContainEqual(key(2, "internet-id", "woocommerce:main", "2824"));
  });

  test.each([
    ["id", 101, [2, 5]],
    ["number", 102, [5, 3]],
    ["auto: a trace of both", 103, [4, 4]],
    ["nothing is said: auto", 104, [4, 4]],
  ] as const)("a shop order is known by what its mapping says that the number is (%s)", (_, source, ranks) => {
    const { keys } = sighting({ ...shopOrder, order_source_id: source });
    const rankOf = (kind: string) => keys.find((one) => one.kind === kind && one.value === "59138")?.rank;
    expect([rankOf("internet-id"), rankOf("customer-number")]).toEqual(ranks);
    expect(keys).toHaveLength(3);
    expect(keys).toContainEqual(trace(800000202));
  });

  test("a part inherits the number of its shop, and so the name under which BaseLinker has the purchase", () => {
    for (const order_source_id of [101, 102, 103, 104]) {
      const [whole, part] = [1, 2].map((order_id) => sighting({ ...shopOrder, order_source_id, order_id }).under);
      expect(whole).toBe(part);
      expect(whole).toContain("59138");
    }
  });

  test("the same number in two shops is two different keys", () => {
    const [main] = sighting(shopOrder).keys;
    const [other] = sighting({ ...shopOrder, order_source_id: 102 }).keys;
    expect(main?.issuer).not.toBe(other?.issuer);
  });

  test.each(["personal", "blconnect"])("an order made in BaseLinker (%s) is known by BaseLinker's number", (source) => {
    const keys = sighting({ ...personalOrder, order_source: source }).keys;
    expect(keys).toEqual([key(2, "internet-id", "baselinker:acme", "800000303")]);
  });

  test.each([
    ["extra_field_1", { extra_field_1: "59138" }],
    ["extra_field_2", { extra_field_2: " #59138" }],
    ["custom_extra_field:77", { custom_extra_fields: { "77": "59138" } }],
  ])("an order that a shop made in BaseLinker by the API has the number that the shop left in %s", (from, left) => {
    const sources = { "personal/0": { account: "standard:sklep", field: "id", from } };
    const told = accountWith({ sources });
    const own = key(2, "internet-id", "baselinker:acme", "800000303");
    const shops = key(2, "internet-id", "standard:sklep", "59138");
    const other = key(5, "customer-number", "standard:sklep", "59138");
    expect(sighting({ ...personalOrder, ...left }, told).keys).toEqual([shops, own, other]);
    expect(sighting({ ...personalOrder, custom_extra_fields: [] }, told).keys).toEqual([own]);
    const unsaid = sighting({ ...personalOrder, ...left }, accountWith({ sources: { "shop/101": "standard:sklep" } }));
    expect(unsaid.keys).toEqual([own, { ...shops, rank: 4 }, { ...other, rank: 4 }]);
  });

  test.each([
    ["#59138", ["59138"]],
    ["Zamówienie nr 59138, prośba o fakturę", ["59138"]],
    ["do zamówienia 59138", ["59138"]],
    ["order #59138 (WooCommerce)", ["59138"]],
    ["zam. WT/59138/26.", ["wt/59138/26"]],
    ["2 sztuki, ul. Długa 5 m. 7", []],
    ["tel. 500000000", []],
    ["", []],
  ])(
    "a comment %j on an order of BaseLinker's own names the orders of shops that it quotes",
    (admin_comments, values) => {
      const { keys } = sighting(
        { ...personalOrder, admin_comments },
        accountWith({ sources: { "shop/101": "woocommerce:main" } }),
      );
      expect(keys.filter(({ kind }) => kind === "customer-number").map(({ value }) => value)).toEqual(values);
    },
  );

  test("and a form id on one names a purchase of Allegro", () => {
    const { keys } = sighting({ ...personalOrder, extra_field_2: FORM });
    expect(keys).toContainEqual(key(4, "internet-id", "allegro", FORM));
  });

  test.each(["", 0, "0", null, undefined, "-", "brak"])("no id, written as %j, is never a key", (none) => {
    const noExternal = { ...allegroOrder, external_order_id: none };
    const noShopId = { ...shopOrder, shop_order_id: none, external_order_id: none };
    expect(sighting(noExternal).keys).toEqual([trace(800000101)]);
    expect(sighting(noShopId).keys).toEqual([trace(800000202)]);
  });

  test.each([
    ["shop", 999],
    ["allegro", 7002],
    ["shop", ""],
  ])("an order of a source that is not mapped (%s/%s) is not guessed", (order_source, order_source_id) => {
    const raw = { ...allegroOrder, order_source, order_source_id };
    expect(mapOrder(raw, account)).toEqual({ kind: "unusable", reason: "unmapped-source" });
  });

  test("an order of Allegro by another country's name has Allegro's id, wherever it is mapped to Allegro", () => {
    const czech = { ...allegroOrder, order_source: "allegro-cz" };
    const mapped = accountWith({ sources: { "allegro-cz/7001": "allegro:acme" } });
    expect(sighting(czech, mapped).keys).toEqual(sighting(allegroOrder).keys);
    expect(mapOrder(czech, account)).toEqual({ kind: "unusable", reason: "unmapped-source" });
  });

  test.each([FORM.slice(0, 30), "7412589630", `${FORM}/1`])(
    "what is no whole form id (%s) would make a second purchase of an Allegro order",
    (external_order_id) => {
      const raw = { ...allegroOrder, external_order_id };
      expect(mapOrder(raw, account)).toEqual({ kind: "unusable", reason: "not-a-form-id" });
    },
  );

  test("goods that come back are no order", () => {
    const back = { ...allegroOrder, order_source: "order_return", order_source_id: 1 };
    expect(mapOrder(back, account)).toEqual({ kind: "skipped", reason: "return" });
  });

  test.each(["user_comments", "admin_comments", "extra_field_1", "extra_field_2"])(
    "a form id in %s of a shop order is a trace, any other UUID is not",
    (field) => {
      const raw = { ...shopOrder, [field]: `Allegro: ${FORM.toUpperCase()}; zapłata ${RANDOM_UUID}` };
      const traces = sighting(raw).keys.filter((k) => k.issuer === "allegro");
      expect(traces).toEqual([key(4, "internet-id", "allegro", FORM)]);
    },
  );

  test.each(["extra_field_1", "admin_comments", "custom_extra_field:135"])(
    "an id that a script writes into every order is named with its field (%s), and left out there by ignoreFields",
    (field) => {
      const [, custom] = field.split(":");
      const left = custom ? { custom_extra_fields: { [custom]: FORM } } : { [field]: FORM };
      const found = { value: FORM, field };
      expect(sighting({ ...shopOrder, ...left }).traces).toEqual([found]);
      expect(sighting({ ...personalOrder, ...left }).traces).toEqual([found]);
      const settled = sighting({ ...shopOrder, ...left }, accountWith({ ignoreFields: [field] }));
      expect([settled.traces, settled.keys]).toEqual([undefined, sighting(shopOrder).keys]);
    },
  );

  test("nor does ignoreFields leave the number of a shop's order in a field that a script fills by itself", () => {
    const left = { ...personalOrder, extra_field_1: "59138" };
    expect(sighting(left).keys.length).toBeGreaterThan(1);
    expect(sighting(left, accountWith({ ignoreFields: ["extra_field_1"] })).keys).toEqual(sighting(personalOrder).keys);
  });

  test("a form id in the comment of an Allegro order says nothing", () => {
    const raw = { ...allegroOrder, user_comments: `jak ${OTHER_FORM}` };
    expect(sighting(raw).keys).toEqual(sighting(allegroOrder).keys);
  });

  test("both parts of a split, and a copy, carry the id of the original and say that they may be parts", () => {
    const [first, second] = [800000101, 800000102].map((order_id) => sighting({ ...allegroOrder, order_id }));
    expect(first?.keys[0]).toEqual(second?.keys[0]);
    expect([first?.splits, second?.splits]).toEqual([true, true]);
    expect(first?.sourceOrder).not.toBe(second?.sourceOrder);
  });
});

describe("types that drift", () => {
  test("an order with the types of before August 2023 is the same order", () => {
    const { pick_state: _, pack_state: __, ...rest } = allegroOrder;
    const legacy = {
      ...rest,
      order_id: "800000101",
      shop_order_id: "",
      order_source_id: "7001",
      order_status_id: "9001",
      confirmed: "1",
      date_add: "1748400060",
      date_confirmed: "1748400360",
      date_in_status: "1748400361",
      payment_method_cod: 0,
      payment_done: "58.99",
      delivery_price: "8.99",
      custom_extra_fields: [],
      products: [{ ...product, storage_id: "40001", price_brutto: "25.00", quantity: "2", tax_rate: "23" }],
    };
    expect(sighting(legacy)).toEqual(sighting(allegroOrder));
  });

  test.each([
    [true, "ready"],
    [1, "ready"],
    ["1", "ready"],
    [false, "waiting"],
    [0, "waiting"],
    ["0", "waiting"],
    ["", "waiting"],
    [null, "waiting"],
  ])("confirmed %j means %s", (confirmed, readiness) => {
    expect(sighting({ ...allegroOrder, confirmed }).readiness).toBe(readiness);
  });

  test("products numbered with gaps, which PHP sends as an object, are a list", () => {
    const asMap = { ...allegroOrder, products: { "0": product, "2": product } };
    expect(sighting(asMap).report.lines).toHaveLength(2);
  });

  test("the default personal source has the id 0, and that is not a missing id", () => {
    const mapped = accountWith({ sources: { "shop/0": "woocommerce:main" } });
    expect(sighting({ ...shopOrder, order_source_id: 0 }, mapped).keys[0]?.issuer).toBe("woocommerce:main");
  });

  test.each([
    ["no order id", { ...allegroOrder, order_id: "" }, "order_id"],
    ["an order id of zero", { ...allegroOrder, order_id: 0 }, "order_id"],
    ["no source", { ...allegroOrder, order_source: "" }, "order_source"],
    ["an unknown flag", { ...allegroOrder, confirmed: "maybe" }, "confirmed"],
    ["products that are text", { ...allegroOrder, products: "x" }, "products"],
    ["not an object", "order", "the whole"],
  ])("what cannot be relied on is unusable: %s", (_, raw, field) => {
    const detail = `cannot be read: ${field}`;
    expect(mapOrder(raw, account)).toEqual({ kind: "unusable", reason: "unreadable-order", detail });
  });
});

describe("money", () => {
  test("the total is the sum of prices times quantities and the delivery", () => {
    expect(sighting(allegroOrder)).toMatchObject({ money: { currency: "PLN", minor: 5899 } });
  });

  describe("a discount among the products", () => {
    const book = { ...product, name: "Książka", sku: "KS-1", tax_rate: 5, price_brutto: 30, quantity: 1 };
    const rebate = { ...product, name: "Rabat", sku: "", ean: "", product_id: "", price_brutto: -5, quantity: 1 };
    const bought = (discount: object) =>
      sighting({ ...allegroOrder, payment_done: "50", products: [product, book, { ...rebate, ...discount }] });

    test("comes off the goods of its own VAT, and is no line", () => {
      const { money, report } = bought({ tax_rate: 5 });
      expect(report.lines.map(({ sku, gross }) => [sku, gross])).toEqual([
        ["KUB-1", 5000],
        ["KS-1", 2500],
      ]);
      expect([sumOf(report), report.payment.paid]).toEqual([money?.minor, false]);
    });

    test("of another VAT comes off all goods in proportion, to the grosz", () => {
      const { money, report } = bought({ tax_rate: -1 });
      expect(report.lines.map(({ gross }) => gross)).toEqual([4687, 2813]);
      expect(sumOf(report)).toBe(money?.minor);
    });

    test("that is a gift card is a payment: the order keeps its worth, and what is due stands beside it", () => {
      const card = { name: "Karta podarunkowa", tax_rate: 0, price_brutto: -50 };
      const { money, report } = bought(card);
      expect([money, sumOf(report)]).toEqual([{ currency: "PLN", minor: 8899, due: 3899 }, 8899]);
      expect(report.payments).toEqual([{ kind: "gift-card", name: "Karta podarunkowa", amount: 5000 }]);
      expect(report.payment.paid).toBe(true);
      expect(bought({ ...card, tax_rate: 23 }).report.payments).toBeUndefined();
    });

    test("of more than the goods of its VAT comes off the others, and never makes a line negative", () => {
      const { money, report } = bought({ tax_rate: 5, price_brutto: -40 });
      expect(report.lines.map(({ gross }) => gross)).toEqual([4000, 0]);
      expect(sumOf(report)).toBe(money?.minor);
    });
  });

  test.each([
    [23, { kind: "rate", rate: "23" }],
    ["8.00", { kind: "rate", rate: "8" }],
    [0, { kind: "rate", rate: "0" }],
    [-1, { kind: "exempt", code: "zw" }],
    ["-1.00", { kind: "exempt", code: "zw" }],
    [-0.02, { kind: "exempt", code: "np" }],
    ["-0.030", { kind: "exempt", code: "oo" }],
    ["", undefined],
    [null, undefined],
    [-7, undefined],
  ])("a tax rate of %j is a rate, a named exemption, or not said", (tax_rate, vat) => {
    expect(sighting({ ...allegroOrder, products: [{ ...product, tax_rate }] }).report.lines[0]?.vat).toEqual(vat);
  });

  test.each([
    ["Opłata za pobranie", "codFee"],
    ["Płatność za pobraniem", "codFee"],
    ["Kaucja za butelki", "deposit"],
    ["Pakowanie na prezent", "wrapping"],
    ["Ubezpieczenie przesyłki", "insurance"],
    ["Opłata za płatność odroczoną", "paymentFee"],
  ])("%s, which is in no catalogue, is a fee", (name, kind) => {
    const fee = { ...product, name, sku: "", ean: "", product_id: "0", auction_id: "", price_brutto: 5, quantity: 1 };
    const { report, money } = sighting({ ...allegroOrder, products: [product, fee] });
    expect(report.fees).toEqual([{ kind, name, quantity: "1", gross: 500, vat: { kind: "rate", rate: "23" } }]);
    expect(sumOf(report)).toBe(money?.minor);
  });

  test("an article that is called as a fee is, and what nobody knows, are lines", () => {
    const bag = { ...product, name: "Opakowanie prezentowe", sku: "TOR-1" };
    const odd = { ...product, name: "Dopłata", sku: "", ean: "", product_id: "", auction_id: "" };
    const { report } = sighting({ ...allegroOrder, products: [bag, odd] });
    expect([report.lines.map(({ name }) => name), report.fees]).toEqual([
      ["Opakowanie prezentowe", "Dopłata"],
      undefined,
    ]);
  });

  test("a bundle that BaseLinker took apart is its parts, each at its own price, one at 0 too", () => {
    const parts = [
      { ...product, name: "Kubek", bundle_id: 77, price_brutto: 40, quantity: 1 },
      { ...product, name: "Łyżeczka", sku: "LYZ-1", bundle_id: 77, price_brutto: 0, quantity: 2 },
    ];
    const { report, money } = sighting({ ...allegroOrder, products: parts });
    expect(report.lines.map(({ gross, quantity }) => [gross, quantity])).toEqual([
      [4000, "1"],
      [0, "2"],
    ]);
    expect(sumOf(report)).toBe(money?.minor);
  });

  test("amounts that floats get wrong are exact", () => {
    const products = [
      { ...product, price_brutto: 19.99, quantity: 3 },
      { ...product, price_brutto: "1.005", quantity: 1 },
      { ...product, price_brutto: 4.35, quantity: "0.5" },
    ];
    const { money, report } = sighting({ ...allegroOrder, delivery_price: 0, products });
    const total = money?.minor;
    expect(report.lines.map((line) => line.gross)).toEqual([5997, 101, 218]);
    // 59.97 + 1.005 + 2.175, rounded once.
    expect(total).toBe(6315);
  });

  test("a float sum with all its digits is read as the amount that it means", () => {
    expect(sighting({ ...allegroOrder, delivery_price: "8.989999999999995" }).money?.minor).toBe(5899);
  });

  test("the total of any lines is what integers say", () => {
    const grosze = fc.integer({ min: -100_000, max: 10_000_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(grosze, fc.integer({ min: 1, max: 99 })), { minLength: 1 }),
        grosze,
        (rows, ship) => {
          const products = rows.map(([price, quantity]) => ({ ...product, price_brutto: price / 100, quantity }));
          const expected = rows.reduce((sum, [price, quantity]) => sum + price * quantity, ship);
          expect(sighting({ ...allegroOrder, products, delivery_price: ship / 100 }).money?.minor).toBe(expected);
        },
      ),
    );
  });

  test("an order made by hand that says no currency has the account's", () => {
    expect(sighting(personalOrder).money?.currency).toBe("PLN");
    expect(sighting(personalOrder, accountWith({ currency: "EUR" })).money?.currency).toBe("EUR");
    expect(sighting({ ...personalOrder, currency: "eur" }).money?.currency).toBe("EUR");
  });

  test.each(["", null, undefined, "x", "12,50", {}])("an unreadable amount (%j) is never taken as 0", (amount) => {
    const unusable = (field: string) => {
      return { kind: "unusable", reason: "unreadable-amount", detail: `cannot be read: ${field}` };
    };
    const inProduct = (field: string) =>
      mapOrder({ ...allegroOrder, products: [{ ...product, [field]: amount }] }, account);
    expect(mapOrder({ ...allegroOrder, delivery_price: amount }, account)).toEqual(unusable("delivery_price"));
    expect(inProduct("price_brutto")).toEqual(unusable("products.0.price_brutto"));
    expect(inProduct("quantity")).toEqual(unusable("products.0.quantity"));
  });
});

describe("readiness", () => {
  test("an unconfirmed order waits, even without a price for its delivery", () => {
    const early = { ...allegroOrder, confirmed: false, date_confirmed: 0, delivery_price: "", products: [] };
    const waiting = sighting(early);
    expect(waiting).toMatchObject({ readiness: "waiting", status: "unconfirmed" });
    expect(waiting).not.toHaveProperty("total");
    expect(waiting.keys[0]).toEqual(key(1, "internet-id", "allegro", FORM));
  });

  test("a status that the seller named means cancelled, whatever else the order says", () => {
    const told = accountWith({ cancelledStatuses: [9099] });
    const cancelled = { ...allegroOrder, order_status_id: 9099, delivery_price: "" };
    expect(sighting(cancelled, told)).toMatchObject({ readiness: "cancelled", status: "status-9099" });
    expect(sighting(allegroOrder, told).readiness).toBe("ready");
  });

  test("a confirmed order without goods is nothing to send", () => {
    expect(mapOrder({ ...allegroOrder, products: [] }, account)).toEqual({ kind: "unusable", reason: "no-lines" });
  });

  test("the version grows with the last of the order's times, in milliseconds", () => {
    expect(sighting(allegroOrder)).toMatchObject({ version: 1748400361000, placedAt: 1748400060000 });
    expect(sighting(allegroOrder).orderedAt).toBe(1748400360000);
    expect(sighting({ ...allegroOrder, confirmed: false, date_confirmed: 0 }).orderedAt).toBeUndefined();
    expect(sighting({ ...allegroOrder, date_in_status: 0 }).version).toBe(1748400360000);
  });
});

describe("report", () => {
  test("the ERP is told the number that the buyer knows", () => {
    expect(sighting(allegroOrder).report.number).toBe(FORM);
    expect(sighting(shopOrder).report.number).toBe("59138");
    expect(sighting(personalOrder).report.number).toBe("800000303");
  });

  test("delivery, point, payment and goods are passed on", () => {
    expect(sighting(allegroOrder).report).toEqual({
      number: FORM,
      lines: [
        {
          sku: "KUB-1",
          ean: "5900000000017",
          name: "Kubek testowy",
          quantity: "2",
          gross: 5000,
          vat: { kind: "rate", rate: "23" },
        },
      ],
      shipping: {
        method: "Allegro Paczkomaty InPost",
        gross: 899,
        point: "TST01A",
        pointAddress: { name: "Paczkomat TST01A", street: "", postcode: "", city: "", country: "PL" },
        address: {
          name: "Żaneta Źródło",
          street: "Łąkowa 1/2",
          postcode: "90-001",
          city: "Łódź",
          country: "PL",
        },
      },
      buyer: { email: "abc123+testowy@allegromail.example", phone: "+48500000000" },
      payment: { method: "Przelewy24", cashOnDelivery: false, paid: true },
    });
  });
});

describe("what the buyer chose", () => {
  test.each([
    ["Rozmiar: L, Kolor: czarny", "Rozmiar: L, Kolor: czarny"],
    [
      [
        { name: "Rozmiar", value: "L", price: 0 },
        { name: "Grawer", value: "Ala" },
      ],
      "Rozmiar: L, Grawer: Ala",
    ],
    ["", undefined],
    [[], undefined],
  ])("%j is the variant of its line", (attributes, variant) => {
    const [line] = sighting({ ...allegroOrder, products: [{ ...product, attributes }] }).report.lines;
    expect(line?.variant).toBe(variant);
  });

  test("a locker has its name and its place", () => {
    const at = { delivery_point_address: "Testowa 5", delivery_point_postcode: "90-002", delivery_point_city: "Łódź" };
    expect(sighting({ ...allegroOrder, ...at }).report.shipping.pointAddress).toEqual({
      name: "Paczkomat TST01A",
      street: "Testowa 5",
      postcode: "90-002",
      city: "Łódź",
      country: "PL",
    });
  });
});

describe("whatever the API sends", () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, undefined, "", "0", 0, -1, 1e300, 1e-9, [], {}, true, "żółć", "\ud800"),
    fc.constant({ toString: 1, valueOf: 1 }),
    fc.anything({ withNullPrototype: true }),
  );

  test("an order with any field replaced by anything is mapped or refused, never thrown at", () => {
    const field = fc.constantFrom(...Object.keys(allegroOrder));
    const base = fc.constantFrom(allegroOrder, shopOrder, personalOrder);
    fc.assert(
      fc.property(base, fc.array(fc.tuple(field, odd), { minLength: 1, maxLength: 4 }), (order, changes) => {
        const mapped = mapOrder({ ...order, ...Object.fromEntries(changes) }, account);
        if (mapped.kind === "sighting") Sighting.parse(mapped.sighting);
        else
          expect(mapped.reason).toMatch(
            /^(unreadable-order|unmapped-source|not-a-form-id|export-shop-unknown|unreadable-amount|no-lines|return)$/,
          );
      }),
      { numRuns: fuzzRuns },
    );
  });

  test("an order with any product field replaced by anything is mapped or refused", () => {
    const field = fc.constantFrom(...Object.keys(product));
    fc.assert(
      fc.property(field, odd, (name, value) => {
        const mapped = mapOrder({ ...allegroOrder, products: [{ ...product, [name]: value }] }, account);
        if (mapped.kind === "sighting") Sighting.parse(mapped.sighting);
      }),
    );
  });

  test("anything at all is mapped or refused", () => {
    fc.assert(fc.property(fc.anything(), (raw) => void mapOrder(raw, account)));
  });
});
