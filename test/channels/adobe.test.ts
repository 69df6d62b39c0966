/** Adobe Commerce Events: handshake, proof, batches, and what an event has to hold. */
import { generateKeyPairSync, sign as rsaSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { adobe } from "../../lib/channels/adobe/index.ts";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { MagentoOrder } from "../../lib/channels/magento/body.ts";
import { mapOrder } from "../../lib/channels/magento/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { adobeEvent, adobeEventValue } from "../../local/simulators/adobe-event.ts";
import { type MagentoPurchase, magentoOrder } from "../../local/simulators/magento-orders.ts";
import { adobeVector } from "./adobe-vector.ts";
import { channelContract } from "./channel-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const CLIENT = "0123456789abcdef0123456789abcdef";
const PATHS = ["/prod/keys/pub-key-first.pem", "/prod/keys/pub-key-second.pem"] as const;
const pairs = [keyPair(), keyPair(), keyPair()] as const;
const [first, second, foreign] = pairs;

function keyPair() {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

const configured = {
  channel: "adobe",
  account: "main",
  clientId: CLIENT,
  publicKeys: { [PATHS[0]]: first.publicKey, [PATHS[1]]: Buffer.from(second.publicKey).toString("base64") },
};
const account = AdobeAccount.parse(configured);

const signatureOf = (body: Buffer, privateKey: string) => rsaSign("sha256", body, privateKey).toString("base64");

function signed(body: Buffer, keys: readonly [string, string] = [first.privateKey, second.privateKey]): WebhookRequest {
  const headers = {
    "content-type": "application/cloudevents+json",
    "x-adobe-event-id": "1f1c7d5e-0000-4000-8000-000000000001",
    "x-adobe-public-key1-path": PATHS[0],
    "x-adobe-public-key2-path": PATHS[1],
    "x-adobe-digital-signature-1": signatureOf(body, keys[0]),
    "x-adobe-digital-signature-2": signatureOf(body, keys[1]),
  };
  return { method: "POST", headers, query: {}, secretPath: undefined, body };
}

const of = (value: unknown) => signed(Buffer.from(JSON.stringify(value)));

function receive(delivery: WebhookRequest, as: AdobeAccount = account): Received {
  if (!adobe.receive) throw new Error("no webhook");
  return adobe.receive(delivery, as, NOW);
}

const MUG: MagentoPurchase = {
  lines: [
    { name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 },
    { name: "Koszulka testowa", sku: "KOS-M", quantity: 1, gross: 4900, variant: true },
  ],
  shipping: { method: "Kurier", gross: 1499 },
};

/** The order as an event holds it, with some of its fields changed. */
function orderValue(changes: Record<string, unknown> = {}) {
  const value = adobeEventValue(magentoOrder(123, MUG, NOW));
  const [billing, shipping] = value.addresses;
  return { ...value, addresses: [billing, { ...shipping, city: "Pabianice" }], ...changes };
}

function event(value: unknown, changes: Record<string, unknown> = {}) {
  const made = adobeEvent(magentoOrder(123, MUG, NOW), {
    eventId: "1f1c7d5e-0000-4000-8000-000000000001",
    clientId: CLIENT,
    at: NOW,
  });
  return { ...made, data: { ...made.data, value }, ...changes };
}

function sightingOf(result: Received): Sighting {
  if (result.kind !== "sightings" || !result.sightings[0]) throw new Error(`no sighting but ${JSON.stringify(result)}`);
  return result.sightings[0];
}

const seen = (changes: Record<string, unknown> = {}, as?: AdobeAccount) => receive(of(event(orderValue(changes))), as);

const order = of(event(orderValue()));

channelContract({
  name: "adobe",
  channel: adobe,
  account,
  // Adobe signs for all its customers with the same keys.
  otherAccount: AdobeAccount.parse({ ...configured, account: "drugi", clientId: "another-client" }),
  samples: {
    orders: [order, of([event(orderValue())]), of(event(orderValue({ grand_total: "143.9700" })))],
    history: [
      of(event(orderValue({ state: "pending_payment" }))),
      of(event(orderValue({ updated_at: "2026-11-24 12:01:00" }))),
      of(event(orderValue({ updated_at: "2026-11-24 12:02:00", state: "canceled" }))),
    ],
    cancelled: of(event(orderValue({ state: "canceled" }))),
    keyless: of(event(orderValue({ entity_id: "0", increment_id: " # " }))),
    required: [
      "type",
      "data",
      "data.value",
      "data.value.entity_id",
      "data.value.state",
      "data.value.updated_at",
      "data.value.items",
      "data.value.grand_total",
      "data.value.order_currency_code",
      "data.value.addresses",
    ],
    addressee: ["recipientclientid", "0.recipientclientid"],
    forged: [
      { ...order, headers: {} },
      signed(order.body, [foreign.privateKey, foreign.privateKey]),
      signed(order.body, [second.privateKey, first.privateKey]),
      {
        ...order,
        headers: { ...order.headers, "x-adobe-digital-signature-1": "", "x-adobe-digital-signature-2": "x" },
      },
    ],
    proves: "body",
    sign: (_, body) => signed(body),
    secrets: [],
  },
});

describe("the handshake", () => {
  const get = (challenge?: string) =>
    receive({ method: "GET", headers: {}, query: { challenge }, secretPath: undefined, body: Buffer.alloc(0) });

  it("a challenge is answered with itself, as text", () => {
    const challenge = "8ec8d794-e0ab-42df-9017-e3dada8e84f7";
    expect(get(challenge)).toEqual({
      kind: "answer",
      reply: { status: 200, contentType: "text/plain", body: challenge },
    });
  });

  it.each([undefined, "", "<script>alert(1)</script>", "a".repeat(201), "a b"])("%s is no challenge", (challenge) => {
    expect(get(challenge)).toMatchObject({ kind: "refused", status: 404 });
  });

  it("the other way to confirm is acknowledged, and its URL is not called", () => {
    const body = Buffer.from('{"validationUrl":"https://validate.example/abc"}');
    const delivery = { method: "POST", headers: {}, query: {}, secretPath: undefined, body };
    expect(receive(delivery)).toEqual({ kind: "silent", status: 200 });
  });

  it("its URL is handed on only where it leads to Adobe", () => {
    const asked = (validationUrl: unknown) => {
      const body = Buffer.from(JSON.stringify({ validationUrl }));
      return receive({ method: "POST", headers: {}, query: {}, secretPath: undefined, body });
    };
    const url = "https://csm.adobe.io/csm/registration/validate?id=8ec8d794-e0ab&challenge=42df-9017";
    expect(asked(url)).toEqual({ kind: "silent", status: 200, confirm: url });
    for (const foreign of [
      "https://adobe.io.evil.example/validate",
      "https://evil.example/?https://csm.adobe.io/",
      "https://csm.adobe.io@evil.example/",
      "http://csm.adobe.io/validate",
      `https://csm.adobe.io/${"a".repeat(600)}`,
      "https://csm.adobe.io/\nhttps://evil.example",
    ])
      expect(asked(foreign)).toEqual({ kind: "silent", status: 200 });
    expect(receive(of({ validationUrl: url })).kind).toBe("unusable");
    expect(asked(7)).toMatchObject({ kind: "refused", status: 401 });
  });
});

describe("proof", () => {
  it("Adobe's own published signature fits, and one changed byte does not", () => {
    const { clientId, publicKey, signature, body } = adobeVector;
    const own = AdobeAccount.parse({ ...configured, clientId, publicKeys: { "/pub-key-1.pem": publicKey } });
    const headers = { "x-adobe-digital-signature-1": signature, "x-adobe-public-key1-path": "/pub-key-1.pem" };
    const delivery = { method: "POST", headers, query: {}, secretPath: undefined, body: Buffer.from(body) };
    expect(receive(delivery, own)).toEqual({ kind: "unusable", reason: "not-an-event" });
    const changed = { ...delivery, body: Buffer.from(body.replace("world", "worle")) };
    expect(receive(changed, own)).toMatchObject({ kind: "refused", status: 401 });
    const base64 = { ...delivery, body: Buffer.from(Buffer.from(body).toString("base64")) };
    expect(receive(base64, own)).toMatchObject({ kind: "refused", status: 401 });
  });

  it.each([
    ["the first", [first.privateKey, foreign.privateKey]],
    ["the second", [foreign.privateKey, second.privateKey]],
  ] as const)("either signature is enough: %s", (_, keys) => {
    expect(receive(signed(order.body, keys)).kind).toBe("sightings");
  });

  it("a key that is not configured puts the delivery off, so that Adobe repeats it", () => {
    const headers = {
      ...order.headers,
      "x-adobe-public-key1-path": "/prod/keys/new-1.pem",
      "x-adobe-public-key2-path": "/prod/keys/new-2.pem",
    };
    expect(receive({ ...order, headers })).toEqual({ kind: "refused", status: 429, code: "unknown-key" });
  });

  it("a signature is read under either spelling of its header: Adobe's guide has a dash more than its own library", () => {
    const signedBy = (key: string) => ({
      ...order,
      headers: {
        "x-adobe-public-key1-path": PATHS[0],
        "x-adobe-digital-signature1": signatureOf(order.body, key),
      },
    });
    expect(receive(signedBy(first.privateKey)).kind).toBe("sightings");
    expect(receive(signedBy(foreign.privateKey))).toMatchObject({ kind: "refused", status: 401 });
  });

  it("while one of the keys is new, the other still proves", () => {
    const headers = { ...order.headers, "x-adobe-public-key2-path": "/prod/keys/new-2.pem" };
    expect(receive({ ...order, headers }).kind).toBe("sightings");
  });

  it.each(["https://evil.example/key.pem", "__proto__", "constructor", `https://static.adobeioevents.com${PATHS[0]}`])(
    "a header cannot bring a key of its own: %s",
    (path) => {
      const body = order.body;
      const headers = {
        "x-adobe-public-key1-path": path,
        "x-adobe-digital-signature-1": signatureOf(body, foreign.privateKey),
      };
      expect(receive({ ...order, headers })).toMatchObject({ kind: "refused" });
    },
  );

  it("an event that Adobe signed for somebody else is put off: the wrong client may stand in our configuration", () => {
    const theirs = event(orderValue(), { recipientclientid: "another-client" });
    expect(receive(of(theirs))).toEqual({ kind: "refused", status: 429, code: "wrong-recipient" });
    expect(receive(of([event(orderValue()), theirs]))).toMatchObject({ kind: "refused", status: 429 });
    const { recipientclientid: _, ...rest } = theirs;
    expect(receive(of({ ...rest, recipient_client_id: CLIENT })).kind).toBe("sightings");
    expect(receive(of({ ...rest, recipient_client_id: "another-client" }))).toMatchObject({ code: "wrong-recipient" });
    expect(receive(of(rest))).toEqual({ kind: "unusable", reason: "no-recipient" });
  });
});

describe("the configuration", () => {
  const paths = (changes: object) =>
    AdobeAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));

  it("a mistake is named by its path, and no key is shown", () => {
    expect(paths({ publicKeys: { "/a.pem": "bm8ga2V5" } })).toEqual(["publicKeys./a.pem"]);
    expect(paths({ publicKeys: { "https://evil.example/a.pem": first.publicKey } })).toEqual([
      "publicKeys.https://evil.example/a.pem",
    ]);
    // Before the first event names them nobody knows any: every one is put off as `unknown-key`.
    expect(paths({ publicKeys: {} })).toBeUndefined();
    expect(paths({ issuer: "main" })).toEqual(["issuer"]);
  });
});

describe("an order event", () => {
  it("is the same report as the same order over REST", () => {
    const shop = MagentoAccount.parse({
      channel: "magento",
      account: "main",
      baseUrl: "https://sklep.example",
      accessToken: "t",
    });
    const rest = mapOrder(magentoOrder(123, MUG, NOW), { ...shop, account: "adobe:main", issuer: "magento:main" });
    const { report, ...sighting } = sightingOf(seen({}, AdobeAccount.parse({ ...configured, issuer: "magento:main" })));
    const expected = rest.kind === "sighting" ? rest.sighting : undefined;
    expect(sighting).toEqual({ ...expected, report: undefined });
    expect(sighting.reporter).toBe("magento:main");
    expect({ ...report, shipping: { ...report.shipping, address: undefined } }).toEqual({
      ...expected?.report,
      shipping: { ...expected?.report.shipping, address: undefined },
    });
    expect(report.shipping.address?.city).toBe("Pabianice");
  });

  it("carries the ids of its own account where no other one is named", () => {
    expect(sightingOf(seen()).keys.map(({ issuer }) => issuer)).toEqual(["adobe:main", "adobe:main"]);
  });

  it("is ordered by the order's own time, since events come in any order", () => {
    const times = ["2026-11-24 12:00:05", "2026-11-24 12:00:01"];
    expect(times.map((updated_at) => sightingOf(seen({ updated_at })).version)).toEqual([NOW + 5000, NOW + 1000]);
  });

  it("has the time of its creation as long as it was never changed", () => {
    expect(sightingOf(seen({ updated_at: null })).version).toBe(NOW);
  });

  it("of another type is ignored; which types count is configuration", () => {
    const other = of(event({ sku: "A" }, { type: "com.adobe.commerce.observer.catalog_product_save_commit_after" }));
    expect(receive(other)).toEqual({ kind: "ignored", reason: "not-about-orders" });
    const own = AdobeAccount.parse({ ...configured, eventTypes: ["com.adobe.commerce.shop1.order_saved"] });
    expect(receive(of(event(orderValue(), { type: "com.adobe.commerce.shop1.order_saved" })), own).kind).toBe(
      "sightings",
    );
    expect(receive(order, own).kind).toBe("ignored");
  });

  it.each([
    ["order_currency_code", { order_currency_code: null }, "event-without-order_currency_code"],
    ["items", { items: undefined }, "event-without-items"],
    ["grand_total", { grand_total: undefined }, "event-without-amounts"],
    ["shipping_amount", { shipping_amount: undefined, shipping_incl_tax: undefined }, "event-without-shipping_amount"],
    ["addresses", { addresses: undefined }, "event-without-addresses"],
  ])("without %s is held, and the reason names the field that was not chosen", (_, changes, reason) => {
    expect(seen(changes)).toEqual({ kind: "unusable", reason, sourceOrder: "123" });
  });

  it("has every field that is read of it on the page that says what to subscribe", () => {
    const listed = readFileSync(new URL("../../docs/reference/adobe-fields.md", import.meta.url), "utf8");
    const { billing_address: _, shipping_address: __, payment: ___, ...shape } = MagentoOrder._zod.innerType.shape;
    const rows = Object.keys(magentoOrder(1, MUG, NOW).items[0] ?? {});
    for (const field of [...Object.keys(shape), ...rows]) expect(listed).toContain(`\`${field}\``);
  });

  it("that waits may be incomplete: it is not sent anywhere yet", () => {
    expect(sightingOf(seen({ state: "payment_review", items: undefined }))).toMatchObject({ readiness: "waiting" });
  });
});

describe("edits", () => {
  const edit = {
    entity_id: "124",
    increment_id: "000000123-1",
    original_increment_id: "000000123",
    relation_parent_id: "123",
    relation_parent_real_id: "000000123",
  };

  it("an edit is a newer report of what it replaces, and the replaced order reports nothing", () => {
    expect(sightingOf(seen(edit)).sourceOrder).toBe("123");
    expect(seen({ state: "canceled", relation_child_id: "124" })).toEqual({
      kind: "ignored",
      reason: "replaced-by-an-edit",
      sourceOrder: "123",
    });
  });

  it("an event that cannot say whether it is an edit, or was edited, is held", () => {
    expect(seen({ state: "canceled", relation_child_id: undefined })).toMatchObject({
      kind: "unusable",
      reason: "event-without-relation_child_id",
    });
    expect(seen({ ...edit, relation_parent_id: undefined })).toMatchObject({
      kind: "unusable",
      reason: "event-without-relation_parent_id",
    });
  });

  it("an edit of an edit is held: an event does not lead back to the first order", () => {
    const second = { ...edit, entity_id: "130", relation_parent_id: "124", relation_parent_real_id: "000000123-1" };
    expect(seen(second)).toMatchObject({ kind: "unusable", reason: "edit-of-an-edit" });
  });
});

describe("a batch", () => {
  const good = event(orderValue());
  const other = event({}, { type: "com.adobe.commerce.observer.catalog_product_save_commit_after" });
  const bad = event(orderValue({ items: undefined, entity_id: "77" }));

  it("gives all its orders, in their order", () => {
    const result = receive(of([good, other, event(orderValue({ entity_id: 124 }))]));
    expect(result.kind === "sightings" && result.sightings.map(({ sourceOrder }) => sourceOrder)).toEqual([
      "123",
      "124",
    ]);
  });

  it("loses neither the usable for the unusable nor the other way round", () => {
    const reason = "event-without-items";
    expect(receive(of([bad, good]))).toMatchObject({
      sightings: [{ sourceOrder: "123" }],
      unusable: [{ reason, sourceOrder: "77" }],
    });
    expect(receive(of([bad, bad]))).toMatchObject({ sightings: [], unusable: [{ reason }, { reason }] });
    expect(receive(of([bad, other]))).toEqual({ kind: "unusable", reason, sourceOrder: "77" });
  });

  it("of nothing, or of other things alone, is ignored", () => {
    expect(receive(of([]))).toEqual({ kind: "ignored", reason: "no-events" });
    expect(receive(of([other, other]))).toEqual({ kind: "ignored", reason: "not-about-orders" });
  });
});
