/** The functions of the exchange, their shapes, and what an order that is sent becomes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { baselinker } from "../../lib/channels/baselinker/index.ts";
import { mapOrder } from "../../lib/channels/baselinker/map.ts";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";
import type { Key } from "../../lib/core/keys.ts";
import { Sighting } from "../../lib/core/order.ts";
import { FIRST_NUMBER } from "../../lib/core/own-numbers.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { channelContract, type Format } from "./channel-contract.ts";

const PASSWORD = "exchange-key-of-acme";
const FORM_ID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";
const NOW = Date.UTC(2026, 10, 24, 12);

function accountWith(more: Record<string, unknown> = {}): BaseLinkerAccount {
  return BaseLinkerAccount.parse({
    channel: "baselinker",
    account: "acme",
    token: "api-token-of-acme",
    callbackToken: "callback-token-of-acme",
    exchangePassword: PASSWORD,
    cancelledStatuses: [9099],
    sources: { "allegro/7001": "allegro:acme" },
    ...more,
  });
}

const account = accountWith();

function deliver(fields: Record<string, string>, more: Partial<WebhookRequest> = {}, of = account): Received {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const delivery = { method: "POST", headers: {}, query: {}, secretPath: undefined, body, ...more };
  const received = baselinker.receive?.(delivery, of, NOW);
  if (!received) throw new Error("the channel has a webhook");
  return received;
}

const call = (action: string, fields: Record<string, string> = {}, of = account) =>
  deliver({ bl_pass: PASSWORD, action, ...fields }, {}, of);

/** The JSON that BaseLinker reads. */
function said(received: Received): unknown {
  const reply = "reply" in received ? received.reply : undefined;
  if (typeof reply !== "object") throw new Error(`${received.kind} prescribes no body`);
  expect(reply).toMatchObject({ status: 200, contentType: "application/json; charset=utf-8" });
  return JSON.parse(reply.body);
}

const product = {
  id: "120001",
  variant_id: "0",
  sku: "KUB-1",
  name: "Kubek testowy",
  price: 25,
  quantity: 2,
  auction_id: "13000000001",
  attributes: [{ name: "kolor", value: "żółty", price: 5 }],
};

const fields: Record<string, string> = {
  previous_order_id: "",
  baselinker_id: "800000101",
  date_add: "1795521600",
  service: "allegro",
  service_account: "7001",
  transaction_id: FORM_ID,
  client_login: "kupujacy_test",
  delivery_fullname: "Żaneta Źródło",
  delivery_company: "",
  delivery_address: "Łąkowa 1/2",
  delivery_postcode: "90-001",
  delivery_city: "Łódź",
  delivery_country: "Polska",
  delivery_country_code: "PL",
  delivery_point_id: "TST01A",
  delivery_point_name: "Paczkomat TST01A",
  invoice_fullname: "Żaneta Źródło",
  invoice_nip: "1234563218",
  invoice_country_code: "PL",
  email: "abc123+testowy@allegromail.example",
  phone: "+48500000000",
  delivery_method: "Allegro Paczkomaty InPost",
  delivery_method_id: "",
  delivery_price: "8.99",
  payment_method: "Przelewy24",
  payment_method_cod: "0",
  user_comments: "[Allegro: kupujacy_test] proszę zadzwonić",
  status_id: "",
  currency: "PLN",
  want_invoice: "1",
  paid: "1",
  change_products_quantity: "0",
  products: JSON.stringify([product]),
};

const add = (changes: Record<string, string> = {}, of = account) => call("OrderAdd", { ...fields, ...changes }, of);

function sighting(changes: Record<string, string> = {}, of = account): Sighting {
  const received = add(changes, of);
  if (received.kind !== "numbered") throw new Error(JSON.stringify(received));
  return Sighting.parse(received.sighting);
}

const products = (...list: unknown[]) => ({ products: JSON.stringify(list) });
const key = (rank: Key["rank"], issuer: string, value: string): Key => ({ kind: "internet-id", issuer, value, rank });

/** A form; the list of products in it is JSON. The key and the function's name are no fields of the order. */
const FORM: Format = {
  read(body) {
    const { bl_pass: _, action: __, products, ...form } = Object.fromEntries(new URLSearchParams(body.toString()));
    return { ...form, products: JSON.parse(products ?? "") };
  },
  write(document) {
    const written = Object.entries(Object(document)).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return Buffer.from(new URLSearchParams(written).toString());
  },
};

const proof = new URLSearchParams({ action: "OrderAdd", bl_pass: PASSWORD });

function send(changes: Record<string, string>, pass = PASSWORD): WebhookRequest {
  const body = new URLSearchParams({ ...fields, ...changes, action: "OrderAdd", bl_pass: pass });
  return { method: "POST", headers: {}, query: {}, secretPath: undefined, body: Buffer.from(body.toString()) };
}

channelContract({
  name: "baselinker (exchange)",
  channel: baselinker,
  account,
  otherAccount: accountWith({ account: "other", exchangePassword: "exchange-key-of-another-account" }),
  samples: {
    orders: [
      send({}),
      send({ paid: "0", payment_method_cod: "1" }),
      send({ service: "empik", transaction_id: "E-77" }),
    ],
    cancelled: send({ status_id: "cancelled" }),
    required: ["baselinker_id", "service_account", "products", "products.0.price", "delivery_price"],
    forged: [send({}, "guessed"), send({}, ""), { ...send({}), body: Buffer.alloc(0), query: { bl_pass: PASSWORD } }],
    proves: "sender",
    sign: (delivery, body) => ({ ...delivery, body: Buffer.concat([body, Buffer.from(`&${proof}`)]) }),
    format: FORM,
    secrets: [PASSWORD, account.token, account.callbackToken],
  },
});

describe("who may ask", () => {
  test.each([
    ["no key", {}, "no-password"],
    ["an empty key", { bl_pass: "" }, "no-password"],
    ["a wrong key", { bl_pass: "guessed" }, "incorrect-password"],
    ["the key and more", { bl_pass: `${PASSWORD}x` }, "incorrect-password"],
    ["the key in capitals", { bl_pass: PASSWORD.toUpperCase() }, "incorrect-password"],
    ["the API's token", { bl_pass: "api-token-of-acme" }, "incorrect-password"],
  ])("%s is refused in the protocol's own words", (_, pass, code) => {
    const body = { error: true, error_code: code.replace("-", "_"), error_text: expect.any(String) };
    const refused = { kind: "refused", status: 401, code, body };
    expect(deliver({ action: "SupportedMethods", ...pass })).toEqual(refused);
    expect(deliver({ ...fields, action: "OrderAdd", ...pass })).toEqual(refused);
  });

  test("a key in the query or in JSON is none: it would stand in logs, or be no form", () => {
    const query = { bl_pass: PASSWORD, action: "FileVersion" };
    expect(deliver({}, { query })).toMatchObject({ kind: "refused", code: "no-password" });
    expect(deliver({}, { body: Buffer.from(JSON.stringify(query)) })).toMatchObject({ kind: "refused" });
  });

  test.each(["GET", "HEAD"])("a %s, as of somebody who opens the address in a browser, is refused", (method) => {
    const asked = deliver({ bl_pass: PASSWORD, action: "FileVersion" }, { method });
    expect(asked).toMatchObject({ kind: "refused", status: 401, code: "no-password" });
  });

  test("without a key in the configuration there is no exchange, as if the account did not exist", () => {
    const { exchangePassword: _, ...rest } = account;
    const none = { ...rest } as BaseLinkerAccount;
    const unknown = { kind: "refused", status: 404, code: "unknown-account" };
    expect(call("OrderAdd", fields, none)).toEqual(unknown);
    expect(call("OrderAdd", { ...fields, bl_pass: "" }, none)).toEqual(unknown);
  });

  test("the callback keeps its secret path, and the exchange's key does not open it", () => {
    const hint = deliver({ order_id: "77" }, { secretPath: "callback-token-of-acme" });
    expect(hint).toMatchObject({ kind: "refreshes", ids: ["77"] });
    const foreign = deliver({ bl_pass: PASSWORD, action: "FileVersion" }, { secretPath: "guessed" });
    expect(foreign).toMatchObject({ kind: "refused", status: 404 });
  });
});

describe("what Kojarz says of itself", () => {
  test("every function that it names, it has; products are none of it", () => {
    const named = said(call("SupportedMethods"));
    expect(named).toEqual([
      "SupportedMethods",
      "FileVersion",
      "OrderAdd",
      "OrderUpdate",
      "OrdersGet",
      "StatusesList",
      "DeliveryMethodsList",
      "PaymentMethodsList",
    ]);
    for (const name of named as string[]) expect(JSON.stringify(call(name))).not.toContain("unsupported_action");
  });

  test("the file has the structure that BaseLinker reads today", () => {
    expect(said(call("FileVersion"))).toEqual({ platform: "Kojarz", version: "1.0.0", standard: 4 });
  });

  test("nothing is bought here, so there is nothing to fetch", () => {
    expect(said(call("OrdersGet", { time_from: "0", id_from: "1" }))).toEqual([]);
  });

  test.each(["", "ProductsList", "orderadd", "constructor", "__proto__", "toString"])(
    "a function that is not there (%s) gets the protocol's error, with HTTP 200",
    (action) => {
      const error = { error: true, error_code: "unsupported_action", error_text: expect.any(String) };
      expect(said(call(action))).toEqual(error);
    },
  );

  test("lists go out as id and name", () => {
    const exchange = {
      statuses: [{ id: "1", name: "Przyjęte" }],
      deliveryMethods: [{ id: "dpd", name: "Kurier DPD" }],
      paymentMethods: [{ id: "p24", name: "Przelewy24" }],
    };
    const configured = accountWith({ exchange });
    expect(said(call("StatusesList", {}, configured))).toEqual({ "1": "Przyjęte" });
    expect(said(call("DeliveryMethodsList", {}, configured))).toEqual({ dpd: "Kurier DPD" });
    expect(said(call("PaymentMethodsList", {}, configured))).toEqual({ p24: "Przelewy24" });
  });

  test("without a configuration each list has what the seller needs to map to", () => {
    expect(said(call("StatusesList"))).toEqual({ new: "New", cancelled: "Cancelled" });
    expect(said(call("StatusesList", {}, accountWith({ cancelledStatuses: [] })))).toEqual({ new: "New" });
    expect(said(call("DeliveryMethodsList"))).toEqual({ delivery: "As in BaseLinker" });
    expect(said(call("PaymentMethodsList"))).toEqual({ payment: "As in BaseLinker" });
  });
});

describe("OrderAdd", () => {
  test("answers the number that it is given", () => {
    const received = add();
    if (received.kind !== "numbered") throw new Error(received.kind);
    expect(JSON.parse(received.reply(FIRST_NUMBER).body)).toEqual({ order_id: FIRST_NUMBER });
  });

  test("an order that is sent and the same order of the API are one source with the same keys, lines and total", () => {
    const ofApi = mapOrder(
      {
        ...fields,
        order_id: 800000101,
        external_order_id: FORM_ID,
        order_source: "allegro",
        order_source_id: 7001,
        order_status_id: 9001,
        confirmed: true,
        date_add: 1795521600,
        date_confirmed: 1795521900,
        date_in_status: 1795521900,
        delivery_price: 8.99,
        payment_done: 58.99,
        products: [{ name: "Kubek testowy", attributes: "kolor: żółty", sku: "KUB-1", price_brutto: 25, quantity: 2 }],
      },
      account,
    );
    const { version: _, ...sent } = sighting();
    expect(ofApi).toMatchObject({ kind: "sighting", sighting: sent });
    expect(sent.keys).toEqual([key(1, "allegro", FORM_ID), key(4, "baselinker:acme", "800000101")]);
  });

  test("carries buyer, delivery, point, payment and goods", () => {
    expect(sighting().report).toEqual({
      number: FORM_ID,
      lines: [{ sku: "KUB-1", name: "Kubek testowy", variant: "kolor: żółty", quantity: "2", gross: 5000 }],
      shipping: {
        method: "Allegro Paczkomaty InPost",
        gross: 899,
        point: "TST01A",
        pointAddress: { name: "Paczkomat TST01A", street: "", postcode: "", city: "", country: "PL" },
        address: { name: "Żaneta Źródło", street: "Łąkowa 1/2", postcode: "90-001", city: "Łódź", country: "PL" },
      },
      buyer: {
        email: "abc123+testowy@allegromail.example",
        phone: "+48500000000",
        taxId: "1234563218",
        billing: { name: "Żaneta Źródło", street: "", postcode: "", city: "", country: "PL" },
      },
      payment: { method: "Przelewy24", cashOnDelivery: false, paid: true },
      note: "[Allegro: kupujacy_test] proszę zadzwonić",
    });
  });

  test("an exported order is confirmed, so it is ready, paid or not", () => {
    expect(sighting()).toMatchObject({ readiness: "ready", status: "confirmed", splits: true });
    const unpaid = sighting({ paid: "0", payment_method_cod: "1" });
    expect(unpaid).toMatchObject({ readiness: "ready" });
    expect(unpaid.report.payment).toMatchObject({ paid: false, cashOnDelivery: true });
  });

  test("a status that the configuration calls cancelled cancels; BaseLinker's own ids are not of this list", () => {
    expect(sighting({ status_id: "cancelled" })).toMatchObject({
      readiness: "cancelled",
      status: "exchange-cancelled",
    });
    expect(sighting({ status_id: "9099" }).readiness).toBe("ready");
    const named = accountWith({ exchange: { statuses: [{ id: "7", name: "Anulowane", cancelled: true }] } });
    expect(sighting({ status_id: "7" }, named).readiness).toBe("cancelled");
  });

  test("prices are of one piece and gross; differences of attributes are in them, and a discount comes off them", () => {
    const list = products(
      { ...product, price: "19.99", quantity: "3" },
      { ...product, price: 1.005, quantity: 1 },
      { ...product, name: "Rabat", price: "-5.00", quantity: 1 },
    );
    const { money, report } = sighting({ ...list, delivery_price: "0.10" });
    const total = money?.minor;
    expect(report.lines.map((line) => line.gross)).toEqual([5505, 93]);
    expect(total).toBe(5608);
  });

  test("the total of any lines is what integers say", () => {
    const grosze = fc.integer({ min: 0, max: 10_000_000 });
    const rows = fc.array(fc.tuple(grosze, fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, grosze, fc.boolean(), (lines, ship, asText) => {
        const amount = (minor: number) => (asText ? (minor / 100).toFixed(2) : minor / 100);
        const list = lines.map(([price, quantity]) => ({ ...product, price: amount(price), quantity }));
        const expected = lines.reduce((sum, [price, quantity]) => sum + price * quantity, ship);
        expect(sighting({ ...products(...list), delivery_price: (ship / 100).toFixed(2) }).money?.minor).toBe(expected);
      }),
    );
  });

  test("the kept message has all but the key", () => {
    const received = add();
    if (received.kind !== "numbered") throw new Error(received.kind);
    const kept = new URLSearchParams(received.keep?.toString());
    expect(kept.get("delivery_fullname")).toBe("Żaneta Źródło");
    expect(received.keep?.toString()).not.toContain(PASSWORD);
  });
});

describe("sent again", () => {
  test("a number that we gave means an update of that order: the API is asked for its date", () => {
    expect(add()).toMatchObject({ kind: "numbered", readAgain: false });
    const again = add({ previous_order_id: String(FIRST_NUMBER) });
    expect(again).toMatchObject({ kind: "numbered", readAgain: true, sighting: { sourceOrder: "800000101" } });
  });

  test.each(["0", "000", " "])("no number, written as %j, means sent for the first time", (previous_order_id) => {
    expect(add({ previous_order_id })).toMatchObject({ readAgain: false });
  });

  test("a part that was split off inherits the number, and is still another order", () => {
    const part = sighting({ previous_order_id: String(FIRST_NUMBER), baselinker_id: "800000102" });
    expect([part.sourceOrder, part.splits]).toEqual(["800000102", true]);
  });

  test("one order has one spelling, so that it gets one number", () => {
    expect(sighting({ baselinker_id: "000800000101" }).sourceOrder).toBe("800000101");
  });

  test("a later send is the newer one, and no send is newer than what the API dates", () => {
    const at = (now: number) => {
      const body = Buffer.from(new URLSearchParams({ ...fields, bl_pass: PASSWORD, action: "OrderAdd" }).toString());
      const received = baselinker.receive?.(
        { method: "POST", headers: {}, query: {}, secretPath: undefined, body },
        account,
        now,
      );
      if (received?.kind !== "numbered") throw new Error("not numbered");
      return received.sighting.version;
    };
    const longAgo = Date.UTC(2015, 0, 1);
    expect(at(NOW + 60_000)).toBeGreaterThan(at(NOW));
    expect(at(NOW + 20 * 365 * 86_400_000)).toBeLessThan(longAgo);
  });
});

describe("where an order was made", () => {
  test("another marketplace issues its own ids and needs no mapping", () => {
    const keys = sighting({ service: "Empik", service_account: "3", transaction_id: "E-77" }).keys;
    expect(keys[0]).toEqual(key(1, "empik", "e-77"));
  });

  test("a marketplace that the exchange names differently is named in the configuration", () => {
    const named = accountWith({ exchange: { services: { "Allegro.pl": "allegro" } } });
    expect(sighting({ service: "allegro.pl" }, named).keys[0]).toEqual(key(1, "allegro", FORM_ID));
  });

  test("an older send names only the seller's account there, which says enough where it is mapped once", () => {
    expect(sighting({ service: "" }).keys[0]).toEqual(key(1, "allegro", FORM_ID));
    const twice = accountWith({ sources: { "allegro/7001": "allegro:acme", "shop/7001": "woocommerce:main" } });
    expect(add({ service: "" }, twice)).toMatchObject({ kind: "unusable", reason: "unmapped-source" });
  });

  test.each([
    ["an account that is not mapped", { service_account: "7002" }, "unmapped-source"],
    ["Allegro by a name that is not configured", { service: "allegro_pl" }, "unmapped-source"],
    ["a seller's account that nobody named", { service: "", service_account: "9" }, "unmapped-source"],
    ["an order of a shop", { service: "shop", service_account: "101" }, "not-from-a-marketplace"],
    ["goods that come back", { service: "order_return" }, "not-from-a-marketplace"],
  ])("%s is held for a person, and BaseLinker hears that it was not taken", (_, changes, reason) => {
    const received = add(changes);
    expect(received).toMatchObject({ kind: "unusable", reason, sourceOrder: "800000101" });
    expect(said(received)).toEqual({
      error: true,
      error_code: "order_held",
      error_text: expect.stringContaining(reason),
    });
  });

  test.each(["", "0", "-", "brak"])("no id of the marketplace, written as %j, is never a key", (transaction_id) => {
    expect(sighting({ transaction_id }).keys).toEqual([key(4, "baselinker:acme", "800000101")]);
  });

  test("an order made in BaseLinker itself is known by BaseLinker's number", () => {
    const own = sighting({ service: "personal", service_account: "0", transaction_id: "" });
    expect(own.keys).toEqual([key(2, "baselinker:acme", "800000101")]);
  });
});

describe("an order that cannot be used is held with its message, without the key", () => {
  test.each([
    ["no order id", { baselinker_id: "" }, "unreadable-order"],
    ["an order id of zero", { baselinker_id: "0" }, "unreadable-order"],
    ["an order id that is text", { baselinker_id: "abc" }, "unreadable-order"],
    ["products that are no JSON", { products: "[{" }, "unreadable-order"],
    ["products that are text", { products: '"x"' }, "unreadable-order"],
    ["products that are numbers", { products: "[1]" }, "unreadable-order"],
    ["no products", { products: "[]" }, "no-lines"],
    ["an unreadable price", { ...products({ ...product, price: "dużo" }) }, "unreadable-amount"],
    ["no price", { ...products({ name: "Kubek" }) }, "unreadable-amount"],
    ["no delivery price", { delivery_price: "" }, "unreadable-amount"],
    ["a delivery price with a comma", { delivery_price: "8,99" }, "unreadable-amount"],
  ])("%s", (_, changes, reason) => {
    const received = add(changes);
    expect(received).toMatchObject({ kind: "unusable", reason });
    expect(said(received)).toMatchObject({ error: true });
    expect(JSON.stringify(received)).not.toContain(PASSWORD);
    expect(received.kind === "unusable" && received.keep?.toString()).not.toContain(PASSWORD);
  });

  test("an order with every field missing", () => {
    expect(call("OrderAdd")).toMatchObject({ kind: "unusable" });
  });

  test("products numbered with gaps, which PHP sends as an object, are a list", () => {
    const gaps = JSON.stringify({ "0": product, "2": product });
    expect(sighting({ products: gaps }).report.lines).toHaveLength(2);
  });
});

describe("OrderUpdate", () => {
  const ours = [FIRST_NUMBER, FIRST_NUMBER + 1];
  const orders_ids = `${ours[0]}, ${ours[1]},2824,x,${ours[0]}`;

  test("a status names orders that may have changed: the API says how, and BaseLinker hears how many", () => {
    const received = call("OrderUpdate", { orders_ids, update_type: "status", update_value: "cancelled" });
    if (received.kind !== "refreshes" || typeof received.answer !== "object") throw new Error(received.kind);
    expect(received.ids).toEqual(ours.map((number) => `number-${number}`));
    expect(JSON.parse(received.answer.body)).toEqual({ counter: 2 });
  });

  test("the name of the field that the documentation's example has is understood too", () => {
    const received = call("OrderUpdate", { order_ids: orders_ids, update_type: "status", update_value: "new" });
    expect(received).toMatchObject({ kind: "refreshes" });
  });

  test.each([
    ["a parcel", { update_type: "delivery_number", update_value: "PL123" }, account],
    ["a payment", { update_type: "paid", update_value: "1" }, account],
    ["a status where none means cancelled", { update_type: "status" }, accountWith({ cancelledStatuses: [] })],
  ])("%s is acknowledged and moves nothing", (_, update, of) => {
    const received = call("OrderUpdate", { orders_ids, ...update }, of);
    expect(received.kind).toBe("answer");
    expect(said(received)).toEqual({ counter: 2 });
  });

  test.each(["", "2824", "x,,y"])("orders that are none of ours (%s) are counted as none", (none) => {
    expect(said(call("OrderUpdate", { orders_ids: none, update_type: "status" }))).toEqual({ counter: 0 });
  });

  test("more orders than any panel shows at once are held, not read one by one", () => {
    const flood = Array.from({ length: 1001 }, (_, index) => FIRST_NUMBER + index).join(",");
    const received = call("OrderUpdate", { orders_ids: flood, update_type: "status" });
    expect(received).toMatchObject({ kind: "unusable", reason: "too-many-orders" });
  });
});

describe("our number in the API", () => {
  const exported = (shop_order_id: number) => ({
    order_id: 800000101,
    shop_order_id,
    external_order_id: FORM_ID,
    order_source: "allegro",
    order_source_id: 7001,
    confirmed: true,
    date_add: 1795521600,
    currency: "PLN",
    delivery_price: 0,
    products: [{ name: "Kubek testowy", price_brutto: 25, quantity: 1 }],
  });
  const keysOf = (shop_order_id: number, of: BaseLinkerAccount) => {
    const mapped = mapOrder(exported(shop_order_id), of);
    return mapped.kind === "sighting" ? mapped.sighting.keys.map(({ issuer, value }) => `${issuer}/${value}`) : [];
  };

  test("is no shop's id, even where a shop is configured to which BaseLinker exports as well", () => {
    const both = accountWith({ exportShop: "woocommerce:main" });
    expect(keysOf(FIRST_NUMBER, both)).toEqual([`allegro/${FORM_ID}`, "baselinker:acme/800000101"]);
    expect(keysOf(2824, both)).toContain("woocommerce:main/2824");
  });

  test("an order without a configured shop has no shop's id, whoever numbered it", () => {
    for (const number of [FIRST_NUMBER, 2824])
      expect(keysOf(number, account)).toEqual([`allegro/${FORM_ID}`, "baselinker:acme/800000101"]);
  });

  test("an account without an exchange leaves every number to its shop", () => {
    const { exchangePassword: _, ...shopOnly } = accountWith({ exportShop: "woocommerce:main" });
    expect(keysOf(FIRST_NUMBER, shopOnly as BaseLinkerAccount)).toContain(`woocommerce:main/${FIRST_NUMBER}`);
  });
});

describe("whatever is sent with the right key", () => {
  const KINDS = ["answer", "numbered", "unusable", "refreshes"];

  function ends(received: Received): void {
    expect(KINDS).toContain(received.kind);
    if (received.kind === "numbered") {
      Sighting.parse(received.sighting);
      expect(received.sighting.sourceOrder).toMatch(/^[1-9]\d*$/);
    }
    for (const secret of [PASSWORD, account.token, account.callbackToken])
      expect(JSON.stringify({ ...received, keep: undefined })).not.toContain(secret);
  }

  const odd = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.constantFrom("", "0", "-1", "1e400", "NaN", "null", "[]", "{}", "\u0000", "\ud800", "x".repeat(5000)),
    fc.constant(`[${"[".repeat(5000)}${"]".repeat(5000)}]`),
  );

  test("any function with any fields ends as declared", () => {
    const action = fc.oneof(fc.constantFrom("OrderAdd", "OrderUpdate", "OrdersGet", "StatusesList"), odd);
    const any = fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields), "orders_ids", "update_type"), odd), odd);
    fc.assert(
      fc.property(action, any, (name, more) => {
        ends(call(name, { ...more, bl_pass: PASSWORD, action: name }));
      }),
      { numRuns: fuzzRuns },
    );
  });

  test("bytes that are no form prove nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(deliver({}, { body: Buffer.from(bytes) }).kind).toBe("refused");
      }),
    );
  });

  test("an order of 20,000 lines is read", () => {
    const list = Array.from({ length: 20_000 }, () => product);
    expect(sighting(products(...list)).money?.minor).toBe(20_000 * 5000 + 899);
  });
});
