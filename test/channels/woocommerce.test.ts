import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { Received } from "../../lib/channels/channel.ts";
import { isSigned } from "../../lib/channels/shared/proof.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { SIGNATURE, signingKey } from "../../lib/channels/woocommerce/receive.ts";
import { keyId } from "../../lib/core/keys.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { channelContract } from "./channel-contract.ts";
import { bodyOf, signed, type Vector, vector, vectors } from "./woocommerce-vectors.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const SECRETS = [...new Set(vectors.map(({ secret }) => secret))];
const ALLEGRO_ID = "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01";

const configured = {
  channel: "woocommerce",
  account: "sklep",
  baseUrl: "https://sklep.example/",
  alsoKnownAs: ["https://stary-sklep.example"],
  // One was recorded with a secret that nobody may configure any more.
  secrets: SECRETS.filter((secret) => secret.length >= 12),
};
const account: WooAccount = { ...WooAccount.parse(configured), secrets: SECRETS };

function receive(from: Vector["delivery"], as: WooAccount = account): Received {
  if (!woocommerce.receive) throw new Error("no webhook");
  return woocommerce.receive(from, as, NOW);
}

function sightingOf(result: Received): Sighting {
  if (result.kind !== "sightings" || !result.sightings[0]) throw new Error(`no sighting but ${result.kind}`);
  return result.sightings[0];
}

const seen = (prefix: string, as?: WooAccount) => sightingOf(receive(vector(prefix).delivery, as));

const Recorded = z.object({ id: z.int(), date_modified_gmt: z.string() });

/** The delivery of a vector with some fields of its order changed, signed anew. */
function rewritten(prefix: string, changes: Record<string, unknown>): Vector["delivery"] {
  const original = vector(prefix);
  const body = Buffer.from(JSON.stringify({ ...bodyOf(original), ...changes }));
  return signed(original.delivery, body, original.secret);
}

const changedOrder = (prefix: string, changes: Record<string, unknown>, as?: WooAccount) =>
  receive(rewritten(prefix, changes), as);

const recordedOrders = vectors
  .filter(({ expected, name }) => expected.kind === "order" && expected.signatureValid && !name.includes("draft-on"))
  .filter((recorded) => bodyOf(recorded).status !== "checkout-draft")
  .map(({ delivery }) => delivery);

/** With one more line, whose only meta is this. */
function goodsWith(meta: { key: string; value: string }) {
  return { line_items: [{ name: "Kubek testowy", quantity: 1, total: "0", total_tax: "0", meta_data: [meta] }] };
}

const orderVector = vector("woo11-10");
const sign = (delivery: Vector["delivery"], body: Buffer) => signed(delivery, body, orderVector.secret);

channelContract({
  name: "woocommerce",
  channel: woocommerce,
  account,
  otherAccount: WooAccount.parse({ ...configured, account: "drugi", secrets: ["the secret of another shop"] }),
  samples: {
    orders: [orderVector.delivery, ...recordedOrders.filter((delivery) => delivery !== orderVector.delivery)],
    history: [vector("woo11-22").delivery, vector("woo11-23").delivery, rewritten("woo11-24", { status: "cancelled" })],
    cancelled: vector("woo11-44").delivery,
    keyless: rewritten("woo11-43", { id: 0, number: " # " }),
    required: ["id", "status", "date_modified_gmt"],
    forged: [
      vector("woo11-81").delivery,
      signed(orderVector.delivery, orderVector.delivery.body, "another shop's secret"),
      { ...orderVector.delivery, headers: { ...orderVector.delivery.headers, "x-wc-webhook-signature": "" } },
    ],
    proves: "body",
    sign,
    secrets: SECRETS.filter((secret) => secret.length > 10),
  },
});

describe("recorded deliveries", () => {
  // What an order comes to is compared in test/recorded/.
  const others = vectors.filter(({ expected }) => expected.kind !== "order" || !expected.signatureValid);
  it.each(others.map((v) => [v.name, v] as const))("%s is taken for what it is", (_, { delivery, expected }) => {
    const result = receive(delivery);
    if (expected.signatureValid === false)
      return expect(result).toEqual({ kind: "refused", status: 401, code: "bad-signature" });
    switch (expected.kind) {
      case "ping":
        return expect(result).toEqual({ kind: "silent", status: 200 });
      case "deleted":
        return expect(result).toMatchObject({
          kind: "gone",
          sourceOrder: String(expected.orderId),
          keys: [{ rank: 2 }],
        });
      case "error":
        return expect(result).toEqual({ kind: "unusable", reason: "error-object" });
      default:
        return expect(result).toEqual({ kind: "ignored", reason: "not-about-orders" });
    }
  });

  it("an order's version is the time of its last change, and it is a report of its own account", () => {
    for (const delivery of recordedOrders) {
      const order = Recorded.parse(JSON.parse(delivery.body.toString()));
      expect(sightingOf(receive(delivery))).toMatchObject({
        account: "woocommerce:sklep",
        sourceOrder: String(order.id),
        version: Date.parse(`${order.date_modified_gmt}Z`),
      });
    }
  });

  it.each([
    ["woo11-10", "woo11-11"],
    ["woo11-20", "woo11-21"],
    ["woo11-22", "woo11-23", "woo11-24"],
    ["woo11-25", "woo11-26"],
    ["woo11-40", "woo11-41"],
    ["woo11-43", "woo11-44", "woo11-46"],
    ["woo11-54", "woo11-55"],
  ])("deliveries of one order carry one internet id: %s, %s", (...group) => {
    const ids = group.map((prefix) => seen(prefix).keys.find((key) => key.rank === 2)?.value);
    expect(new Set(ids).size).toBe(1);
  });

  it("two shop orders of one Allegro order meet in the trace", () => {
    const [first, second] = [seen("woo11-13").keys.map(keyId), seen("woo11-14").keys.map(keyId)];
    expect(first.filter((id) => second.includes(id))).toEqual([
      keyId({ kind: "internet-id", issuer: "allegro", value: "5a111dab-c91e-11f1-8003-6d0fa57b1c03" }),
    ]);
  });

  it("three orders made in one second stay three, though the shop gives them one delivery id", () => {
    const ids = ["woo11-50", "woo11-51", "woo11-52"].map((prefix) => seen(prefix).sourceOrder);
    expect(ids).toEqual(["307", "308", "309"]);
  });

  it("a draft that becomes an order is seen when it does", () => {
    expect(receive(vector("woo7-21").delivery)).toMatchObject({ kind: "ignored", reason: "draft" });
    expect(seen("woo7-22")).toMatchObject({ readiness: "ready", sourceOrder: "215" });
  });
});

describe("proof", () => {
  it.each(["woo11-70", "woo11-71", "woo11-72"])("the secret of %s is tried among all that are configured", (prefix) => {
    const { delivery, secret } = vector(prefix);
    expect(receive(delivery, { ...account, secrets: ["an older secret", secret] }).kind).toBe("sightings");
    expect(receive(delivery, { ...account, secrets: ["an older secret"] }).kind).toBe("refused");
  });

  it("a shop signs with its secret after the entities of quotes, ampersand and brackets are decoded, once", () => {
    expect(signingKey("a&amp;b&lt;c")).toBe("a&b<c");
    expect(signingKey("&#039;&#39;&#x27;&#X0027;&quot;&#34;&#x22;&gt;&#062;&#060;&#38;&#x26;")).toBe(`''''""">><&&`);
    expect(signingKey("&amp;lt; &amp;#39;")).toBe("&lt; &#39;");
    expect(signingKey("&nbsp; &#x3c; &#65; &LT; & &amp")).toBe("&nbsp; &#x3c; &#65; &LT; & &amp");
  });

  it("published signatures of other receivers and of WooCommerce's own test fit", () => {
    const testcase = "UyKdg7msIA67rxmmf7JcLMUkzMKGLvfptk2NaSuyRQM=";
    const entities = "VrDlznsIGEvhuE/5L4jOKOBnDur+Vi5jS3S1lim5btI=";
    const fits = (body: string, signature: string, secret: string) =>
      isSigned(SIGNATURE, { headers: { "x-wc-webhook-signature": signature }, body: Buffer.from(body) }, [secret]);
    expect(fits('{"test": 1 }', testcase, "testcase")).toBe(true);
    expect(fits("secret", "GBDo00G55h6IiV+6CxqivQPLbI//KzaOZm747971tPs=", "")).toBe(true);
    expect(fits('{"id":1}', entities, "a&amp;b&lt;c")).toBe(true);
  });

  it("a signature is accepted in one spelling only: no other padding, alphabet or encoding", () => {
    const { delivery, secret } = orderVector;
    const digest = createHmac("sha256", secret).update(delivery.body).digest();
    const base64 = digest.toString("base64");
    const others = [digest.toString("hex"), base64.replace(/=+$/, ""), `${base64.slice(0, -2)}${otherTail(base64)}=`];
    for (const signature of others) {
      const headers = { ...delivery.headers, "x-wc-webhook-signature": signature };
      expect(receive({ ...delivery, headers })).toMatchObject({ kind: "refused", status: 401 });
    }
  });

  /** Another last letter that decodes to the same bytes: its lowest bits are not used. */
  function otherTail(base64: string): string {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return alphabet.charAt(alphabet.indexOf(base64.charAt(base64.length - 2)) + 1);
  }

  it.each([
    ["a form with more in it", { body: Buffer.from("webhook_id=1&x=2") }],
    ["a form with another number", { body: Buffer.from("webhook_id=1e5") }],
    ["a line end behind it", { body: Buffer.from("webhook_id=1\n") }],
    ["another content type", { headers: { "content-type": "application/json" } }],
    ["a signature", { headers: { ...vector("woo11-01").delivery.headers, "x-wc-webhook-signature": "x" } }],
  ])("a ping with %s is no ping", (_, changes) => {
    expect(receive({ ...vector("woo11-01").delivery, ...changes })).toMatchObject({ kind: "refused", status: 401 });
  });

  it("a topic that is not known is ignored, and a missing one does not lose the order", () => {
    const { delivery } = orderVector;
    const withTopic = (topic: string | undefined) =>
      receive({ ...delivery, headers: { ...delivery.headers, "x-wc-webhook-topic": topic } });
    expect(withTopic("order.exploded")).toEqual({ kind: "ignored", reason: "not-about-orders" });
    expect(withTopic(undefined).kind).toBe("sightings");
  });
});

describe("readiness", () => {
  it.each([
    ["processing", "ready"],
    ["on-hold", "ready"],
    ["completed", "ready"],
    ["cancelled", "cancelled"],
    ["pending", "waiting"],
    ["failed", "waiting"],
    ["refunded", "waiting"],
    ["trash", "waiting"],
    ["w-pakowaniu", "waiting"],
  ])("status %s is %s", (status, readiness) => {
    expect(sightingOf(changedOrder("woo11-10", { status }))).toMatchObject({ readiness, status });
  });

  it.each(["checkout-draft", "auto-draft", "draft"])("%s is a cart and not an order", (status) => {
    expect(changedOrder("woo11-10", { status })).toMatchObject({ kind: "ignored", reason: "draft" });
  });

  it("which statuses are forwarded is configuration", () => {
    const own = WooAccount.parse({ ...configured, forwardStatuses: ["w-pakowaniu"] });
    expect(sightingOf(changedOrder("woo11-10", { status: "w-pakowaniu" }, own)).readiness).toBe("ready");
    expect(sightingOf(changedOrder("woo11-10", { status: "processing" }, own)).readiness).toBe("waiting");
  });
});

describe("keys", () => {
  it("the id, the number and a trace, each with its rank", () => {
    expect(seen("woo11-15").keys).toEqual([
      { kind: "internet-id", issuer: "woocommerce:sklep", value: "276", rank: 2 },
      { kind: "customer-number", issuer: "woocommerce:sklep", value: "zs/2026/11/0042", rank: 3 },
    ]);
    expect(seen("woo11-10").keys).toContainEqual({
      kind: "internet-id",
      issuer: "allegro",
      value: ALLEGRO_ID,
      rank: 4,
    });
  });

  it.each([
    ["woo11-10", "_allegro_checkout_form_id", ALLEGRO_ID],
    ["woo11-12", "_allegro_order_uuid", "5a10febc-c91e-11f1-8002-6d0fa57b1c02"],
    ["woo11-13", "transaction_id", "5a111dab-c91e-11f1-8003-6d0fa57b1c03"],
    ["woo11-14", "_allegro_checkout_form.id", "5a111dab-c91e-11f1-8003-6d0fa57b1c03"],
  ])(
    "%s: the id in the configured field %s is the marketplace's word and no trace any more",
    (prefix, field, value) => {
      const own = WooAccount.parse({ ...configured, marketplaceFields: [{ field, issuer: "allegro" }] });
      const marketplace = seen(prefix, own).keys.filter((key) => key.issuer === "allegro");
      expect(marketplace).toEqual([{ kind: "internet-id", issuer: "allegro", value, rank: 1 }]);
    },
  );

  it("a configured field that holds something else than an id is no key: it would make all its orders one", () => {
    const own = WooAccount.parse({ ...configured, marketplaceFields: [{ field: "_a", issuer: "allegro" }] });
    for (const value of ["yes", 1, ALLEGRO_ID.slice(0, 32), `${ALLEGRO_ID} ${ALLEGRO_ID}`, [ALLEGRO_ID], null]) {
      const { keys } = sightingOf(changedOrder("woo11-43", { meta_data: [{ key: "_a", value }] }, own));
      expect(keys.filter((key) => key.rank === 1)).toEqual([]);
    }
  });

  it("an id in JSON text inside a meta value is found", () => {
    expect(seen("woo11-33").keys).toContainEqual(expect.objectContaining({ rank: 4, issuer: "allegro" }));
  });

  it.each([
    ["the customer's note", { customer_note: `[Allegro: klient_probny] ${ALLEGRO_ID}` }],
    [
      "meta of the shipping",
      { shipping_lines: [{ total: "0", total_tax: "0", meta_data: [{ key: "x", value: ALLEGRO_ID }] }] },
    ],
    ["meta of a fee", { fee_lines: [{ total: "0", total_tax: "0", meta_data: [{ key: "x", value: ALLEGRO_ID }] }] }],
    ["meta of goods that names Allegro", goodsWith({ key: "_allegro_order", value: ALLEGRO_ID })],
  ])("an id in %s is a trace", (_, changes) => {
    const traces = sightingOf(changedOrder("woo11-43", changes)).keys.filter((key) => key.rank === 4);
    expect(traces.map(({ value }) => value)).toEqual([ALLEGRO_ID]);
  });

  it("an id in other meta of goods is none: it may be the good's own", () => {
    const { keys } = sightingOf(changedOrder("woo11-43", goodsWith({ key: "_sku_uuid", value: ALLEGRO_ID })));
    expect(keys.filter((key) => key.rank === 4)).toEqual([]);
  });

  it("an order that says to be Allegro's and names no id is in doubt, unless the shop is the only source", () => {
    const marked = (as?: WooAccount) =>
      sightingOf(changedOrder("woo11-43", { customer_note: "Proszę o paragon [Allegro: klient_probny]" }, as));
    expect(marked().doubt).toBe("marketplace-id-missing");
    const only = WooAccount.parse({ ...configured, unnamedMarketplaceOrders: "take" });
    expect(marked(only)).not.toHaveProperty("doubt");
    const named = changedOrder("woo11-43", { customer_note: "[Allegro: klient_probny]", transaction_id: ALLEGRO_ID });
    expect(sightingOf(named)).not.toHaveProperty("doubt");
    expect(seen("woo11-43")).not.toHaveProperty("doubt");
  });

  it("ids of payments, which are UUIDs of version 4, and pieces of longer texts are no traces", () => {
    const texts = ["9b2f6c1e-5a77-4c0e-9d0a-1f2e3d4c5b6a", `${ALLEGRO_ID}0`, `a${ALLEGRO_ID}`, ALLEGRO_ID.slice(1)];
    const { keys } = sightingOf(
      changedOrder("woo11-43", { transaction_id: texts[0], meta_data: [{ key: "x", value: texts }] }),
    );
    expect(keys.filter((key) => key.rank === 4)).toEqual([]);
  });

  it("spellings of one id are one trace, and more than ten are cut off", () => {
    const many = Array.from({ length: 30 }, (_, i) => `5a10dfcd-c91e-11f1-8001-6d0fa57b1c${String(i + 10)}`);
    const meta = [{ key: "x", value: { a: [ALLEGRO_ID.toUpperCase(), ALLEGRO_ID], b: many } }];
    const { keys } = sightingOf(changedOrder("woo11-43", { transaction_id: ALLEGRO_ID, meta_data: meta }));
    const traces = keys.filter((key) => key.rank === 4).map((key) => key.value);
    expect(traces).toEqual([ALLEGRO_ID, ...many.slice(0, 9)]);
  });

  it("the id of one Allegro payment in two orders that it paid for, of equal totals, merges neither", async () => {
    const floor = shopFloor(memoryClaims());
    const order = (id: number) =>
      changedOrder("woo11-43", { id, number: String(id), status: "processing", transaction_id: ALLEGRO_ID });
    const outcomes = [];
    for (const id of [501, 502]) outcomes.push(await floor.report(sightingOf(order(id))));
    expect(outcomes).toMatchObject([{ verdict: "new" }, { verdict: "held", reason: "trace-against-id" }]);
  });

  it("nesting deeper than any stack is searched like the rest", () => {
    const depth = 200_000;
    const body = orderVector.delivery.body
      .toString()
      .replace(
        '"value":"1234563218"',
        `"value":${"[".repeat(depth)}"${ALLEGRO_ID.replace("1c01", "1c99")}"${"]".repeat(depth)}`,
      );
    const { keys } = sightingOf(receive(sign(orderVector.delivery, Buffer.from(body))));
    expect(keys.filter((key) => key.rank === 4)).toHaveLength(2);
  });

  it("BaseLinker's order id is a trace when the shop's BaseLinker account is named", () => {
    const own = WooAccount.parse({ ...configured, baselinkerAccount: "acme" });
    const trace = { kind: "internet-id", issuer: "baselinker:acme", value: "149473472", rank: 4 };
    expect(seen("woo11-10", own).keys).toContainEqual(trace);
    expect(seen("woo11-10").keys).not.toContainEqual(trace);
  });
});

describe("when it became an order", () => {
  const orderedAt = (changes: Record<string, unknown>, as = account) => {
    const received = changedOrder("woo11-10", changes, as);
    return received.kind === "sightings" ? received.sightings[0]?.orderedAt : received.kind;
  };
  const paid = { date_paid_gmt: "2026-11-24T09:00:00" };

  it("is when it was paid, where the shop says so", () => {
    expect(orderedAt({ ...paid, payment_method: "p24" })).toBe(Date.UTC(2026, 10, 24, 9));
    expect(orderedAt({ date_paid_gmt: null, payment_method: "p24" })).toBeUndefined();
  });

  it("is not the payment of a transfer, unless what waits for one is no order here", () => {
    expect(orderedAt({ ...paid, payment_method: "bacs" })).toBeUndefined();
    const strict = WooAccount.parse({ ...configured, forwardStatuses: ["processing", "completed"] });
    expect(orderedAt({ ...paid, payment_method: "bacs" }, strict)).toBe(Date.UTC(2026, 10, 24, 9));
  });
});

describe("report", () => {
  it("lines are gross, by total and tax of the line, with EAN and rate; shipping, buyer and payment stand beside", () => {
    expect(seen("woo11-10")).toMatchObject({
      placedAt: Date.UTC(2026, 10, 24, 7, 48, 46),
      money: { minor: 11047 },
      report: {
        number: "271",
        lines: [
          { sku: "KUB-001", ean: "5901234123457", quantity: "2", gross: 7998, vat: { kind: "rate", rate: "23" } },
          { sku: "HER-100", ean: "5900000000015", quantity: "1", gross: 1850, vat: { kind: "rate", rate: "8" } },
        ],
        shipping: { method: "Allegro Paczkomaty InPost", gross: 1199, address: { city: "Poznań", postcode: "60-682" } },
        buyer: { taxId: "1234563218", phone: "+48 512 000 111", billing: { street: "os. Bolesława Śmiałego 12/3" } },
        payment: { method: "Allegro Finance", cashOnDelivery: false, paid: true },
        note: "[Allegro: kasia_zadlo]",
      },
    });
  });

  it("a parcel locker, a tax number with dashes and cash on delivery are recognised", () => {
    expect(seen("woo11-27").report).toMatchObject({
      shipping: { method: "Paczkomat InPost", point: "WAW22A" },
      buyer: { taxId: "1234563218", billing: { company: "Żabka & Ćma „Handel” Sp. z o.o." } },
      payment: { cashOnDelivery: true, paid: false },
    });
  });

  it("a line on which several taxes lie has no single rate, one whose other tax is empty has", () => {
    const tax_lines = [
      { rate_id: 1, rate_percent: 23 },
      { rate_id: 2, rate_percent: 1 },
    ];
    const rate = (second: string) => {
      const taxes = [
        { id: 1, total: "2.30" },
        { id: 2, total: second },
      ];
      const line_items = [{ name: "Kubek", quantity: 1, total: "10.00", total_tax: "2.40", taxes }];
      return sightingOf(changedOrder("woo11-43", { line_items, tax_lines })).report.lines[0]?.vat;
    };
    expect([rate("0.10"), rate("")]).toEqual([undefined, { kind: "rate", rate: "23" }]);
  });

  it("decimals beyond the currency's own are rounded", () => {
    const { money } = sightingOf(changedOrder("woo11-43", { total: "777.0049" }));
    const total = money?.minor;
    expect(total).toBe(77700);
  });

  it.each([[[]], [null], [undefined]])("an order whose fees and shipping are %o has none, and its total", (none) => {
    const goods = [{ name: "Kubek", quantity: 1, total: "10.00", total_tax: "2.30" }];
    const changes = { total: "12.30", line_items: goods, fee_lines: none, shipping_lines: none };
    const { money, report } = sightingOf(changedOrder("woo11-43", changes));
    const total = money?.minor;
    expect({ total, lines: report.lines.length, shipping: report.shipping.gross }).toEqual({
      total: 1230,
      lines: 1,
      shipping: 0,
    });
  });

  it("an order that does not say when it was paid is not paid", () => {
    for (const date_paid_gmt of [undefined, null, ""])
      expect(sightingOf(changedOrder("woo11-10", { date_paid_gmt })).report.payment.paid).toBe(false);
  });

  it.each([
    ["total", { total: "sto" }],
    ["total", { total: null }],
    ["total", { line_items: "none" }],
    ["total", { line_items: undefined }],
    ["total", { line_items: null }],
    ["total", { fee_lines: "none" }],
    ["total", { line_items: [{ quantity: 1, total: "1.00" }] }],
    ["total", { shipping_lines: [{ total: "x", total_tax: "0" }] }],
    ["currency and total", { currency: "złoty" }],
    ["currency and total", { currency: null }],
  ])("without a readable amount the %s is unknown and never 0: %o", (_, changes) => {
    const sighting = sightingOf(changedOrder("woo11-43", changes));
    expect(sighting.money?.minor).toBeUndefined();
  });

  it("lists that PHP wrote as objects are lists", () => {
    const { line_items: items, meta_data: meta } = bodyOf(vector("woo11-10"));
    const changes = { line_items: { ...(items as object) }, meta_data: { ...(meta as object) }, billing: [] };
    const sighting = sightingOf(changedOrder("woo11-10", changes));
    expect(sighting.report.lines).toHaveLength(2);
    expect(sighting.report.buyer).toEqual({ taxId: "1234563218" });
  });
});

describe("each setting changes what is reported", () => {
  it.each([
    [
      { taxIdFields: ["_numer_firmy"] },
      { meta_data: [{ key: "_numer_firmy", value: "123-456-32-18" }] },
      { report: { buyer: { taxId: "1234563218" } } },
    ],
    [
      { pointFields: ["_punkt.kod"] },
      { meta_data: [{ key: "_punkt", value: { kod: "LOD01A" } }] },
      { report: { shipping: { point: "LOD01A" } } },
    ],
    [
      { cashOnDelivery: ["pobranie"] },
      { payment_method: "pobranie" },
      { report: { payment: { cashOnDelivery: true } } },
    ],
    [{ windowDays: 30 }, {}, { windowDays: 30 }],
  ])("%o", (setting, changes, expected) => {
    const own = WooAccount.parse({ ...configured, ...setting });
    expect(sightingOf(changedOrder("woo11-43", changes, own))).toMatchObject(expected);
    expect(sightingOf(changedOrder("woo11-43", changes))).not.toMatchObject(expected);
  });
});

describe("configuration", () => {
  const mistakes = (changes: object) =>
    WooAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));

  it("a shop that is to be polled needs both keys", () => {
    expect(mistakes({ pollSeconds: 60 })).toEqual(["consumerKey", "consumerSecret"]);
    expect(mistakes({ pollSeconds: 60, consumerKey: "ck", consumerSecret: "cs" })).toBeUndefined();
  });

  it("mistakes are named by their path", () => {
    expect(mistakes({ secrets: [] })).toEqual(["secrets"]);
    expect(mistakes({ secrets: ["eleven char", "aaaaaaaaaaaaaaaaaaaa"] })).toEqual(["secrets.0", "secrets.1"]);
    expect(mistakes({ account: "Mój sklep" })).toEqual(["account"]);
    expect(mistakes({ baseUrl: "ftp://sklep.example" })).toEqual(["baseUrl"]);
    expect(mistakes({ marketplaceFields: [{ field: "x", issuer: "amazon" }] })).toEqual(["marketplaceFields.0.issuer"]);
    expect(mistakes({ acceptFrom: "wczoraj" })).toEqual(["acceptFrom"]);
  });

  it("the date from which purchases count may be written as people write dates", () => {
    expect(WooAccount.parse({ ...configured, acceptFrom: "2026-11-01T00:00:00+01:00" }).acceptFrom).toBe(
      Date.UTC(2026, 9, 31, 23),
    );
  });
});
