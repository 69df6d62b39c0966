import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";
import { isSigned, signatureOf } from "../../lib/channels/shared/proof.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { shopify } from "../../lib/channels/shopify/index.ts";
import { SIGNATURE } from "../../lib/channels/shopify/signature.ts";
import { keyId } from "../../lib/core/keys.ts";
import { Sighting } from "../../lib/core/order.ts";
import { orderBody, type ShopifyPurchase } from "../../local/simulators/shopify-body.ts";
import { mutated } from "../support/documents.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { channelContract } from "./channel-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const ALLEGRO_ID = "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01";
const SECRETS = ["a secret of this year", "a secret of last year"];
const configured = { channel: "shopify", account: "sklep", shop: "sklep-probny.myshopify.com", secrets: SECRETS };
const account = ShopifyAccount.parse(configured);

const purchase: ShopifyPurchase = {
  lines: [
    { title: "Kubek próbny", sku: "KUB-1", quantity: 2, price: 3999 },
    { title: "Herbata", sku: "HER-1", quantity: 3, price: 1050, discount: 100 },
  ],
  shipping: { title: "Kurier", price: 1499 },
};
const TOTAL = 2 * 3999 + 3 * 1050 - 100 + 1499;
const order = orderBody(5_866_663_018_634, 1, purchase, NOW);

function delivery(body: unknown, topic = "orders/updated", secret = SECRETS[0] ?? ""): WebhookRequest {
  return signed(
    {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": "sklep-probny.myshopify.com",
        "x-shopify-webhook-id": "webhook-1",
        "x-shopify-event-id": "event-1",
      },
      query: {},
      secretPath: undefined,
      body: Buffer.alloc(0),
    },
    Buffer.from(JSON.stringify(body)),
    secret,
  );
}

function signed(from: WebhookRequest, body: Buffer, secret = SECRETS[0] ?? ""): WebhookRequest {
  return {
    ...from,
    body,
    headers: { ...from.headers, "x-shopify-hmac-sha256": signatureOf(SIGNATURE, { headers: {}, body }, secret) },
  };
}

function receive(from: WebhookRequest, as: ShopifyAccount = account): Received {
  if (!shopify.receive) throw new Error("no webhook");
  return shopify.receive(from, as, NOW);
}

function seen(changes: object, as?: ShopifyAccount): Sighting {
  const result = receive(delivery({ ...order, ...changes }), as);
  if (result.kind !== "sightings" || !result.sightings[0]) throw new Error(`no sighting but ${result.kind}`);
  return result.sightings[0];
}

const cancelledAt = "2026-11-24T13:05:00+01:00";

channelContract({
  name: "shopify",
  channel: shopify,
  account,
  // The shops of one app share its secret.
  otherAccount: ShopifyAccount.parse({ ...configured, account: "drugi", shop: "drugi-sklep.myshopify.com" }),
  samples: {
    orders: [delivery(order, "orders/create"), delivery(order, "orders/paid", SECRETS[1])],
    history: [
      delivery({ ...order, financial_status: "pending" }, "orders/create"),
      delivery({ ...order, updated_at: "2026-11-24T13:01:00+01:00" }, "orders/paid"),
      delivery({ ...order, updated_at: cancelledAt, cancelled_at: cancelledAt }, "orders/cancelled"),
    ],
    cancelled: delivery({ ...order, cancelled_at: cancelledAt }, "orders/cancelled"),
    keyless: delivery({ ...order, id: 0, admin_graphql_api_id: null, name: " # " }),
    required: ["updated_at"],
    forged: [
      signed(delivery(order), Buffer.from(JSON.stringify(order)), "another shop's secret"),
      { ...delivery(order), headers: { ...delivery(order).headers, "x-shopify-hmac-sha256": undefined } },
      { ...delivery(order), headers: { ...delivery(order).headers, "x-shopify-shop-domain": "inny.myshopify.com" } },
    ],
    proves: "body",
    sign: signed,
    secrets: SECRETS,
  },
});

describe("proof", () => {
  it("Shopify's own test of its library fits: published body, secret and signature", () => {
    const headers = { "x-shopify-hmac-sha256": "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=" };
    expect(isSigned(SIGNATURE, { headers, body: Buffer.from('{"foo": "bar"}') }, ["test_secret_key"])).toBe(true);
  });

  it("the old secret still counts while it is configured, and not after", () => {
    const late = delivery(order, "orders/paid", SECRETS[1]);
    expect(receive(late).kind).toBe("sightings");
    expect(receive(late, ShopifyAccount.parse({ ...configured, secrets: [SECRETS[0]] }))).toMatchObject({
      status: 401,
    });
  });

  it("the shops of one app share its secret, so another shop's order is not taken at this address", () => {
    const from = delivery(order);
    const headers = { ...from.headers, "x-shopify-shop-domain": "inny-sklep.myshopify.com" };
    expect(receive({ ...from, headers })).toEqual({ kind: "refused", status: 404, code: "another-shop" });
  });

  it("a message that names no shop is refused: the secret alone may be another shop's of the same app", () => {
    const from = delivery(order);
    expect(receive({ ...from, headers: { ...from.headers, "x-shopify-shop-domain": undefined } })).toEqual({
      kind: "refused",
      status: 401,
      code: "no-shop-named",
    });
  });
});

describe("topics", () => {
  it.each(["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "ORDERS/CREATE "])(
    "%s says what the order is now",
    (topic) => {
      expect(receive(delivery(order, topic))).toEqual(receive(delivery(order)));
    },
  );

  it("event and webhook ids name deliveries: they change nothing", () => {
    const from = delivery(order);
    const headers = { ...from.headers, "x-shopify-webhook-id": "another", "x-shopify-event-id": "another" };
    expect(receive({ ...from, headers })).toEqual(receive(from));
  });

  it("what is not about orders is ignored, and a missing topic does not lose the order", () => {
    expect(receive(delivery({ id: 1 }, "products/update"))).toEqual({ kind: "ignored", reason: "not-about-orders" });
    const from = delivery(order);
    expect(receive({ ...from, headers: { ...from.headers, "x-shopify-topic": undefined } }).kind).toBe("sightings");
  });

  it("an order of another shop of the same app is kept out by the number that is signed with it", () => {
    const as = ShopifyAccount.parse({ ...configured, shopId: "690933842" });
    const of = (number: string) => ({
      ...order,
      order_status_url: `https://sklep.example/${number}/orders/f00d/authenticate`,
    });
    expect(receive(delivery(of("690933842")), as).kind).toBe("sightings");
    const kept = { kind: "unusable", reason: "other-shop", detail: "690933843", sourceOrder: "shop:690933843" };
    expect(receive(delivery(of("690933843")), as)).toMatchObject(kept);
    expect(receive(delivery({ ...order, order_status_url: undefined }), as)).toMatchObject({ reason: "other-shop" });
  });

  it("a deleted order is gone: a person hears of it where the ERP has it", () => {
    const sourceOrder = String(order.id);
    const keys = [{ kind: "internet-id", issuer: "shopify:sklep", value: sourceOrder, rank: 2 }];
    expect(receive(delivery({ id: order.id }, "orders/delete"))).toEqual({ kind: "gone", sourceOrder, keys });
    expect(receive(delivery({}, "orders/delete"))).toEqual({ kind: "ignored", reason: "deleted" });
  });

  it.each([
    ["refunds/create", { id: 1, order_id: order.id }],
    ["orders/edited", { order_edit: { id: 1, order_id: order.id } }],
  ])("%s only names an order: it is read where the shop is polled, and else told by orders/updated", (topic, body) => {
    const polled = ShopifyAccount.parse({ ...configured, accessToken: "shpat_test" });
    const id = String(order.id);
    expect(receive(delivery(body, topic), polled)).toEqual({ kind: "refreshes", ids: [id], answer: "accepted" });
    expect(receive(delivery(body, topic))).toEqual({
      kind: "ignored",
      reason: "told-by-orders-updated",
      sourceOrder: id,
    });
    expect(receive(delivery({}, topic), polled)).toEqual({
      kind: "unusable",
      reason: "not-an-order",
      detail: "cannot be read: order_id",
    });
  });

  it("a test order is no purchase, nor is the sample that the admin sends, whose id is too great for a number", () => {
    expect(receive(delivery({ ...order, test: true }))).toEqual({ kind: "ignored", reason: "test-order" });
    const sample = delivery({}, "orders/create");
    const body = Buffer.from('{"id":820982911946154508,"test":true,"name":"#9999"}');
    expect(receive(signed(sample, body))).toEqual({ kind: "ignored", reason: "test-order" });
  });
});

describe("readiness", () => {
  it.each([
    ["paid", "ready"],
    ["authorized", "ready"],
    ["partially_refunded", "ready"],
    ["pending", "waiting"],
    ["partially_paid", "waiting"],
    ["refunded", "waiting"],
    ["voided", "waiting"],
    ["expired", "waiting"],
    ["something_new", "waiting"],
  ])("payment status %s is %s", (status, readiness) => {
    expect(seen({ financial_status: status })).toMatchObject({ readiness, status });
  });

  it("a missing payment status waits, and is never free text", () => {
    for (const financial_status of [null, "Ewa Przykładowa", 7])
      expect(seen({ financial_status })).toMatchObject({ readiness: "waiting", status: "unknown" });
  });

  it("cash on delivery is forwarded before it is paid, under the name that the merchant gave it", () => {
    const pending = { financial_status: "pending", payment_gateway_names: ["cash on delivery (COD)"] };
    expect(seen(pending)).toMatchObject({
      readiness: "ready",
      report: { payment: { cashOnDelivery: true, paid: false } },
    });
    const own = ShopifyAccount.parse({ ...configured, cashOnDelivery: ["Płatność przy odbiorze"] });
    expect(seen(pending, own).readiness).toBe("waiting");
    const named = { ...pending, payment_gateway_names: ["Płatność przy odbiorze"] };
    expect(seen(named, own).readiness).toBe("ready");
  });

  it("a cancelled order is cancelled whatever its payment says", () => {
    const states = [
      seen({ cancelled_at: cancelledAt }),
      seen({ cancelled_at: cancelledAt, financial_status: "pending" }),
    ];
    for (const state of states) expect(state).toMatchObject({ readiness: "cancelled", status: "cancelled" });
  });

  it("only what is paid is told as paid", () => {
    const paid = (financial_status: string) => seen({ financial_status }).report.payment.paid;
    expect(["paid", "partially_refunded", "refunded"].map(paid)).toEqual([true, true, true]);
    expect(["authorized", "pending", "partially_paid", "voided"].map(paid)).toEqual([false, false, false, false]);
  });

  it("how long a purchase is recognised is configuration, also for one shop alone", () => {
    expect(seen({}, ShopifyAccount.parse({ ...configured, windowDays: 30 })).windowDays).toBe(30);
    expect(seen({})).not.toHaveProperty("windowDays");
  });

  it("which payment statuses are forwarded is configuration", () => {
    const own = ShopifyAccount.parse({ ...configured, forwardStatuses: ["paid", "partially_paid"] });
    expect(seen({ financial_status: "partially_paid" }, own).readiness).toBe("ready");
    expect(seen({ financial_status: "authorized" }, own).readiness).toBe("waiting");
  });
});

describe("keys", () => {
  const trace = { kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID, rank: 4 };

  it("the id and the name that the customer sees, each with its rank", () => {
    expect(seen({}).keys).toEqual([
      { kind: "internet-id", issuer: "shopify:sklep", value: "5866663018634", rank: 2 },
      { kind: "customer-number", issuer: "shopify:sklep", value: "1001", rank: 3 },
    ]);
    expect(seen({ name: "PL-1001/A" }).keys[1]?.value).toBe("pl-1001/a");
  });

  it("an id too great for a number is taken from the global id, which is text", () => {
    const body = JSON.stringify({ ...order, admin_graphql_api_id: "gid://shopify/Order/820982911946154508" });
    const result = receive(
      signed(delivery(order), Buffer.from(body.replace(`"id":${order.id},`, '"id":820982911946154508,'))),
    );
    expect(result).toMatchObject({ kind: "sightings", sightings: [{ sourceOrder: "820982911946154508" }] });
  });

  it.each([
    ["source_identifier", { source_identifier: ALLEGRO_ID }],
    ["Allegro Order", { note_attributes: [{ name: "allegro order", value: ALLEGRO_ID }] }],
  ])("the id in the configured field %s is the marketplace's word and no trace any more", (field, changes) => {
    const own = ShopifyAccount.parse({ ...configured, marketplaceFields: [{ field, issuer: "allegro" }] });
    const marketplace = seen(changes, own).keys.filter((key) => key.issuer === "allegro");
    expect(marketplace).toEqual([{ ...trace, rank: 1 }]);
    expect(seen(changes).keys).toContainEqual(trace);
  });

  it.each([
    ["a note", { note: `[Allegro: klient_probny] ${ALLEGRO_ID}` }],
    ["tags", { tags: `allegro, ${ALLEGRO_ID.toUpperCase()}` }],
  ])("an id in %s is a trace", (_, changes) => {
    expect(seen(changes).keys).toContainEqual(trace);
  });

  it("a note that says Allegro and names no id puts the order in doubt, unless the shop is the only source", () => {
    expect(seen({ note: "[Allegro: klient_probny]" }).doubt).toBe("marketplace-id-missing");
    expect(seen({ note: `[Allegro: klient_probny] ${ALLEGRO_ID}` })).not.toHaveProperty("doubt");
    const only = ShopifyAccount.parse({ ...configured, unnamedMarketplaceOrders: "take" });
    expect(seen({ note: "[Allegro: klient_probny]" }, only)).not.toHaveProperty("doubt");
  });

  it("a configured field that holds something else than an id is no key: it would make all its orders one", () => {
    const marketplaceFields = [{ field: "source_identifier", issuer: "allegro" }];
    const own = ShopifyAccount.parse({ ...configured, marketplaceFields });
    for (const source_identifier of ["yes", 1, ALLEGRO_ID.slice(1), null, [ALLEGRO_ID]])
      expect(seen({ source_identifier }, own).keys.filter((key) => key.rank === 1)).toEqual([]);
  });

  it("the shop order of an Allegro purchase meets the one from Allegro", () => {
    const allegro = keyId({ kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID });
    expect(seen({ note: ALLEGRO_ID }).keys.map(keyId)).toContain(allegro);
  });
});

describe("money", () => {
  const [cups, tea] = order.line_items;
  const refund = (amount: string, changes: object = {}) => ({
    transactions: [{ kind: "refund", status: "success", amount, currency: "PLN", ...changes }],
  });

  it("lines are gross after discounts, and add up with shipping to the total", () => {
    const { money, refunded, report } = seen({});
    expect({ money, refunded }).toEqual({ money: { currency: "PLN", minor: TOTAL }, refunded: 0 });
    expect(report.lines).toEqual([
      { name: "Kubek próbny", sku: "KUB-1", quantity: "2", gross: 7998, vat: { kind: "rate", rate: "23" } },
      { name: "Herbata", sku: "HER-1", quantity: "3", gross: 3050, vat: { kind: "rate", rate: "23" } },
    ]);
    expect(report.shipping).toMatchObject({ method: "Kurier", gross: 1499 });
  });

  it("everything is told in the shop's currency, whatever the buyer saw and paid", () => {
    const euros = orderBody(5_866_663_018_634, 1, { ...purchase, paysEuros: true }, NOW);
    expect(euros.presentment_currency).toBe("EUR");
    expect(seen(euros)).toEqual(seen({}));
  });

  it("net prices get their tax", () => {
    const changes = { taxes_included: false, line_items: [cups], shipping_lines: [] };
    expect(seen(changes).report.lines[0]?.gross).toBe(7998 + 1496);
  });

  it("goods taken off before they are paid are no lines, and are not in the total", () => {
    const changes = {
      current_total_price: "124.97",
      line_items: [
        { ...cups, current_quantity: 0 },
        { ...tea, current_quantity: 2 },
      ],
      refunds: [{ transactions: [], refund_line_items: [] }],
    };
    const { money, refunded, report } = seen(changes);
    const total = money?.minor;
    expect({ total, refunded }).toEqual({ total: 12497, refunded: 0 });
    expect(report.lines).toMatchObject([{ sku: "HER-1", quantity: "2", gross: 2 * 1050 - 67 }]);
  });

  it("money paid back leaves the total and is told beside it", () => {
    const changes = {
      financial_status: "partially_refunded",
      current_total_price: "85.48",
      line_items: [{ ...cups, current_quantity: 1 }, tea],
      refunds: [refund("39.99")],
    };
    const { money, refunded, report } = seen(changes);
    const total = money?.minor;
    expect({ total, refunded }).toEqual({ total: TOTAL, refunded: 3999 });
    expect(report.lines.reduce((sum, line) => sum + line.gross, report.shipping.gross)).toBe(TOTAL - 3999);
  });

  it("a gift of money changes no total, whether or not the shop takes it off the current one", () => {
    for (const current_total_price of ["125.47", "115.47"]) {
      const { money, refunded } = seen({ current_total_price, refunds: [refund("10.00")] });
      const total = money?.minor;
      expect({ total, refunded }).toEqual({ total: TOTAL, refunded: 1000 });
    }
  });

  it("goods added after the order count", () => {
    expect(seen({ current_total_price: "150.00" }).money?.minor).toBe(15000);
  });

  it("only money that went back counts: no failed, pending or other transaction", () => {
    const refunds = [refund("1.00", { status: "failure" }), refund("2.00", { kind: "void" }), refund("0.50")];
    expect(seen({ refunds }).refunded).toBe(50);
  });

  it("money paid back in another currency is unknown, never counted as the shop's", () => {
    const { money, refunded } = seen({ current_total_price: "85.48", refunds: [refund("10.00", { currency: "EUR" })] });
    const total = money?.minor;
    expect({ total, refunded }).toEqual({ total: TOTAL, refunded: undefined });
  });

  it.each([[[]], [null], [undefined]])("an order whose shipping is %o has none, and its total", (shipping_lines) => {
    const { money, report } = seen({ shipping_lines });
    const total = money?.minor;
    expect([total, report.shipping.gross]).toEqual([TOTAL, 0]);
  });

  it("an order that says neither that it was cancelled nor that it is a test is an order", () => {
    expect(seen({ cancelled_at: undefined, test: undefined }).readiness).toBe("ready");
  });

  it("shipping that was taken off is not charged", () => {
    const [carriage] = order.shipping_lines;
    const { report } = seen({ shipping_lines: [{ ...carriage, is_removed: true }] });
    expect(report.shipping).toMatchObject({ method: "", gross: 0 });
  });

  it.each([
    { total_price: "sto" },
    { total_price: null },
    { current_total_price: "-" },
    { line_items: "none" },
    { line_items: null },
    { line_items: undefined },
    { shipping_lines: "none" },
    { line_items: [{ quantity: 1, price: "x" }] },
    { line_items: [{ quantity: 1.5, price: "1.00" }] },
    { shipping_lines: [{ price: {} }] },
  ])("without a readable amount the total is unknown and never 0: %o", (changes) => {
    expect(seen(changes).money?.minor).toBeUndefined();
  });
});

describe("report", () => {
  it("the purchase is dated by processed_at: an imported order has its real date only there", () => {
    expect(seen({}).placedAt).toBe(NOW);
    expect(seen({ processed_at: "2026-10-01T10:00:00+02:00" }).placedAt).toBe(Date.UTC(2026, 9, 1, 8));
    expect(seen({ processed_at: null }).placedAt).toBe(NOW);
  });

  it("the version is the modification time, in any zone", () => {
    expect(seen({ updated_at: "2026-11-24T08:00:01-05:00" }).version).toBe(Date.UTC(2026, 10, 24, 13, 0, 1));
  });

  it("buyer, address, payment and note stand as the ERP wants them", () => {
    expect(seen({ note: " Proszę zadzwonić " }).report).toMatchObject({
      number: "#1001",
      buyer: {
        email: "ewa.przykladowa@poczta.example",
        phone: "+48 600 000 000",
        billing: { name: "Ewa Przykładowa", street: "ul. Próbna 1/2", postcode: "90-001", country: "PL" },
      },
      payment: { method: "shopify_payments", cashOnDelivery: false, paid: true },
      note: "Proszę zadzwonić",
    });
  });

  it.each([
    [
      "a note attribute, whatever its capitals",
      [],
      { note_attributes: [{ name: "NIP", value: "123-456-32-18" }] },
      "1234563218",
    ],
    ["a foreign number", [], { note_attributes: [{ name: "Tax ID", value: "DE 123456789" }] }, "DE123456789"],
    [
      "a company's name",
      ["billing_address.company"],
      { billing_address: { company: "Próba NIP: PL 123-456-32-18" } },
      "PL1234563218",
    ],
    ["a company's name, by default", [], { billing_address: { company: "Próba NIP: PL 123-456-32-18" } }, "1234563218"],
    ["a note", [], { note: "Faktura na NIP 1234563218" }, "1234563218"],
    [
      "an attribute of another name",
      [],
      { note_attributes: [{ name: "Numer NIP", value: "1234563218" }] },
      "1234563218",
    ],
    ["a company without one", ["billing_address.company"], { billing_address: { company: "Firma Probna" } }, undefined],
  ])("the tax number is found in %s", (_, fields, changes, expected) => {
    const own = ShopifyAccount.parse({ ...configured, ...(fields.length > 0 && { taxIdFields: fields }) });
    expect(seen(changes, own).report.buyer.taxId).toBe(expected);
  });

  it("a parcel locker is read where it is configured", () => {
    const own = ShopifyAccount.parse({ ...configured, pointFields: ["paczkomat"] });
    const changes = { note_attributes: [null, { name: "Paczkomat", value: "LOD01A" }] };
    expect(seen(changes, own).report.shipping.point).toBe("LOD01A");
  });
});

describe("fuzz", () => {
  it("whatever its topic, an order with any of its values replaced is understood, held or ignored", () => {
    const topics = fc.constantFrom(
      "orders/create",
      "orders/edited",
      "refunds/create",
      "orders/delete",
      "app/uninstalled",
    );
    fc.assert(
      fc.property(mutated(order), topics, (document, topic) => {
        const result = receive(delivery(document, topic));
        expect(["sightings", "unusable", "ignored", "refreshes", "gone"]).toContain(result.kind);
        if (result.kind === "sightings") expect(z.array(Sighting).safeParse(result.sightings).error).toBeUndefined();
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe("configuration", () => {
  const mistakes = (changes: object) =>
    ShopifyAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));

  it("a shop that is to be polled needs a token", () => {
    expect(mistakes({ pollSeconds: 60 })).toEqual(["accessToken"]);
    expect(mistakes({ pollSeconds: 60, accessToken: "shpat_test" })).toBeUndefined();
  });

  it("mistakes are named by their path", () => {
    expect(mistakes({ shop: "sklep.example" })).toEqual(["shop"]);
    expect(mistakes({ secrets: [] })).toEqual(["secrets"]);
    expect(mistakes({ secrets: ["eleven char"] })).toEqual(["secrets.0"]);
    expect(mistakes({ apiVersion: "2026-05" })).toEqual(["apiVersion"]);
    expect(mistakes({ marketplaceFields: [{ field: "x", issuer: "amazon" }] })).toEqual(["marketplaceFields.0.issuer"]);
    expect(mistakes({ acceptFrom: "wczoraj" })).toEqual(["acceptFrom"]);
  });
});
