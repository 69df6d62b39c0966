/** Magento: the thin call, the mapping, and what an order is recognised by. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";
import { MagentoAccount, type OrderSettings } from "../../lib/channels/magento/account.ts";
import { magento } from "../../lib/channels/magento/index.ts";
import { mapOrder } from "../../lib/channels/magento/map.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { type MagentoPurchase, magentoOrder, magentoTime } from "../../local/simulators/magento-orders.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { channelContract } from "./channel-contract.ts";
import { mappingContract } from "./order-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const SECRET = "a-long-secret-of-the-shop";
const ALLEGRO_ID = "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01";

const configured = {
  channel: "magento",
  account: "main",
  baseUrl: "https://sklep.example/",
  accessToken: "integration-access-token",
  hintSecret: SECRET,
};
const account = MagentoAccount.parse(configured);
const settings: OrderSettings = { ...account, account: "magento:main", issuer: "magento:main" };

function call(body: string, headers: Record<string, string> = { "x-kojarz-secret": SECRET }): WebhookRequest {
  return { method: "POST", headers, query: {}, secretPath: undefined, body: Buffer.from(body) };
}

function receive(delivery: WebhookRequest, as: MagentoAccount = account): Received {
  if (!magento.receive) throw new Error("no webhook");
  return magento.receive(delivery, as, NOW);
}

const template = call('{"entity_id": 1017, "increment_id": "000001017", "updated_at": "2026-11-24 12:00:00"}');

channelContract({
  name: "magento",
  channel: magento,
  account,
  otherAccount: MagentoAccount.parse({ ...configured, account: "drugi", hintSecret: "the-secret-of-another-shop" }),
  samples: {
    orders: [template, call('{"order":{"increment_id":"PL-000000123"}}')],
    required: [],
    forged: [call("{}", {}), call("{}", { "x-kojarz-secret": "another" }), call("{}", { "x-kojarz-secret": "" })],
    proves: "sender",
    sign: (delivery, body) => ({ ...delivery, body }),
    secrets: [SECRET, configured.accessToken],
  },
});

describe("the thin call", () => {
  it.each([
    ["the id as a number", '{"entity_id":1017}', "1017"],
    ["the id as text with zeros", '{"entity_id":"0001017"}', "1017"],
    ["both", '{"increment_id":"000001017","entity_id":"1017"}', "1017"],
    ["the number alone", '{"increment_id":"000001017"}', "increment:000001017"],
    ["an order inside an event", '{"event_type":"order_created","payload":{"entity_id":5}}', "5"],
    ["the order before its rows", '{"items":[{"entity_id":9}],"order":{"entity_id":5}}', "5"],
    ["a placeholder beside a number", '{"entity_id":0,"increment_id":"000000007"}', "increment:000000007"],
    ["a name that breaks the JSON", '{"name":"Ewa "Próbna"","entity_id": "77"}', "77"],
    ["broken JSON with an address", '{"x":"a"b","entity_id":9,"increment_id":"000000012"}', "increment:000000012"],
  ])("a template with %s names one order", (_, body, id) => {
    expect(receive(call(body))).toEqual({ kind: "refreshes", ids: [id], answer: "accepted" });
  });

  it.each(["", "{}", "[]", "null", '{"order_id":5}', '{"increment_id":"żółw"}', '{"entity_id":"1 OR 1"}'])(
    "%s names none, and is counted",
    (body) => expect(receive(call(body))).toEqual({ kind: "ignored", reason: "no-order-id" }),
  );

  it("the header is the one that is configured, in any case of its letters", () => {
    const own = MagentoAccount.parse({ ...configured, hintHeader: "X-Shop-Key" });
    expect(receive(call('{"entity_id":1}', { "x-shop-key": SECRET }), own).kind).toBe("refreshes");
    expect(receive(call('{"entity_id":1}'), own)).toMatchObject({ kind: "refused", status: 401 });
  });

  it("a shop without a configured secret takes no calls, whatever they carry", () => {
    const { hintSecret: _, ...rest } = configured;
    const own = MagentoAccount.parse(rest);
    for (const secret of ["", "undefined", SECRET])
      expect(receive(call("{}", { "x-kojarz-secret": secret }), own)).toMatchObject({ kind: "refused", status: 404 });
  });
});

describe("the configuration", () => {
  it.each([
    ["accessToken", { accessToken: "" }],
    ["storeCode", { storeCode: "pl/../x" }],
    ["hintSecret", { hintSecret: "short" }],
    ["marketplaceFields.0.issuer", { marketplaceFields: [{ field: "a", issuer: "ebay" }] }],
    ["baseUrl", { baseUrl: "sklep.example" }],
  ])("a mistake is named by its path: %s", (path, changes) => {
    const parsed = MagentoAccount.safeParse({ ...configured, ...changes });
    expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });
});

const MUG: MagentoPurchase = {
  lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 }],
  shipping: { method: "Kurier", gross: 1499 },
};

function document(more: Partial<MagentoPurchase> = {}, at = NOW, changes: object = {}) {
  return { ...magentoOrder(123, { ...MUG, ...more }, NOW), updated_at: magentoTime(at), ...changes };
}

mappingContract({
  name: "magento",
  map: (order) => mapOrder(order, settings),
  samples: {
    orders: [
      document({ vatId: "525-000-00-00", note: `[Allegro: ktos] ${ALLEGRO_ID}` }),
      document({ allegroId: ALLEGRO_ID }),
      document({ lines: [{ name: "Koszulka", sku: "KOS-M", quantity: 1, gross: 4900, variant: true }] }),
      document({}, NOW, { increment_id: "000000123-1", relation_parent_id: "122", total_refunded: 1 }),
    ],
    history: [
      document({ state: "pending_payment" }),
      document({}, NOW + 60_000),
      document({ state: "canceled" }, NOW + 120_000),
    ],
    cancelled: document({ state: "canceled" }),
    keyless: document({}, NOW, { entity_id: 0, increment_id: " # " }),
    required: ["entity_id", "state", "updated_at"],
    secrets: [SECRET, configured.accessToken],
  },
});

function seen(changes: Record<string, unknown> = {}, purchase: MagentoPurchase = MUG, as = settings): Sighting {
  const mapped = mapOrder({ ...magentoOrder(123, purchase, NOW), ...changes }, as);
  if (mapped.kind !== "sighting") throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

describe("an order", () => {
  it("is reported with its ids, its total and the time of its last change", () => {
    expect(seen()).toMatchObject({
      account: "magento:main",
      sourceOrder: "123",
      version: NOW,
      placedAt: NOW,
      readiness: "ready",
      status: "processing",
      money: { currency: "PLN", minor: 9497 },
      keys: [
        { kind: "internet-id", issuer: "magento:main", value: "123", rank: 2 },
        { kind: "customer-number", issuer: "magento:main", value: "123", rank: 3 },
      ],
      report: {
        number: "000000123",
        lines: [{ sku: "KUB-1", name: "Kubek testowy", quantity: "2", gross: 7998, vat: { kind: "rate", rate: "23" } }],
        shipping: { method: "Kurier", gross: 1499, address: { street: "ul. Próbna 1 m. 2", country: "PL" } },
        buyer: { phone: "+48 600 000 000", billing: { name: "Ewa Przykładowa", city: "Łódź" } },
        payment: { method: "przelewy24", cashOnDelivery: false, paid: true },
      },
    });
  });

  it("has a number and an id that are different keys, though both are 123", () => {
    expect(new Set(seen().keys.map(({ kind }) => kind)).size).toBe(2);
  });

  it("numbers as text or with four decimals are the same amounts", () => {
    const items = [{ sku: "KUB-1", name: "Kubek", qty_ordered: "2.0000", row_total: "65.0200", tax_amount: "14.9600" }];
    expect(seen({ items, grand_total: "94.9700" })).toMatchObject({
      money: { minor: 9497 },
      report: { lines: [{ quantity: "2", gross: 7998 }] },
    });
  });

  it("an amount that cannot be read leaves the total unknown, never 0", () => {
    expect(seen({ grand_total: null }).money?.minor).toBeUndefined();
    expect(
      seen({ items: [{ sku: "A", qty_ordered: 1, row_total: "1,00", tax_amount: 0 }] }).money?.minor,
    ).toBeUndefined();
    expect(seen({ items: undefined }).money?.minor).toBeUndefined();
    expect(seen({ order_currency_code: "zł" }).money?.minor).toBeUndefined();
  });

  it.each([
    ["id", { entity_id: "x" }, { kind: "unusable", reason: "not-an-order", detail: "cannot be read: entity_id" }],
    [
      "state",
      { state: null },
      { kind: "unusable", reason: "incomplete-order", sourceOrder: "123", detail: "cannot be read: state" },
    ],
    [
      "time",
      { updated_at: "0000-00-00 00:00:00" },
      { kind: "unusable", reason: "incomplete-order", sourceOrder: "123", detail: "cannot be read: updated_at" },
    ],
  ])("without a readable %s is for a person", (_, changes, expected) => {
    expect(mapOrder({ ...magentoOrder(123, MUG, NOW), ...changes }, settings)).toEqual(expected);
  });

  it("the tax number and the locker are taken from the first configured field that has one", () => {
    const purchase = { ...MUG, vatId: "525-000-00-00", extension: { inpost_locker_id: "LOD01A" } };
    expect(seen({}, purchase).report).toMatchObject({ buyer: { taxId: "5250000000" }, shipping: { point: "LOD01A" } });
    const own = { ...settings, taxIdFields: ["extension_attributes.nip"], pointFields: ["locker"] };
    const changes = { locker: 17, extension_attributes: { nip: "5250000001" } };
    expect(seen(changes, purchase, own).report).toMatchObject({
      buyer: { taxId: "5250000001" },
      shipping: { point: "17" },
    });
  });

  it("where the shop rounds is configuration: its orders do not say it", () => {
    const rounding = { on: "piece", prices: "net" } as const;
    expect(seen({}, MUG, { ...settings, rounding }).report.rounding).toEqual(rounding);
    expect(seen({}, MUG).report).not.toHaveProperty("rounding");
  });

  it("payment on delivery is known by its code, which is configuration", () => {
    const own = { ...settings, cashOnDelivery: ["u_kuriera"] };
    const purchase = { ...MUG, paymentMethod: "u_kuriera" };
    for (const method of ["msp_cashondelivery", "inpost_cod", "platnosc_pobranie"])
      expect(seen({}, { ...MUG, paymentMethod: method }).report.payment.cashOnDelivery).toBe(true);
    expect(seen({}, purchase, own).report.payment.cashOnDelivery).toBe(true);
    expect(seen({}, purchase).report.payment.cashOnDelivery).toBe(false);
    expect(seen({}, { ...MUG, paymentMethod: "cashondelivery", state: "new" }).report.payment).toEqual({
      method: "cashondelivery",
      cashOnDelivery: true,
      paid: false,
    });
  });
});

describe("rows", () => {
  const row = { qty_ordered: 1, tax_amount: 0, tax_percent: 0 };
  const grosses = (items: unknown[]) => seen({ items }).report.lines.map(({ sku, gross }) => [sku, gross]);

  it("a configurable product and its variant are one line", () => {
    const purchase = { lines: [{ name: "Koszulka", sku: "KOS-M", quantity: 1, gross: 4900, variant: true }] };
    expect(magentoOrder(1, purchase, NOW).items).toHaveLength(2);
    expect(seen({}, purchase)).toMatchObject({
      money: { minor: 4900 },
      report: { lines: [{ sku: "KOS-M", gross: 4900 }] },
    });
  });

  it("a variant without row ids is known by its sku and its lack of a price", () => {
    const items = [
      { ...row, sku: "KOS-M", row_total: 48 },
      { ...row, sku: "KOS-M", row_total: "0.0000" },
      { ...row, sku: "GRATIS", row_total: 0 },
    ];
    expect(grosses(items)).toEqual([
      ["KOS-M", 4800],
      ["GRATIS", 0],
    ]);
  });

  it("a bundle made of its parts' prices is its parts, one with a price of its own is itself", () => {
    const parts = (price: number) => [
      { ...row, item_id: 1, sku: "ZESTAW", row_total: 30 },
      { ...row, item_id: 2, parent_item_id: 1, sku: "A", row_total: price },
      { ...row, item_id: 3, parent_item_id: 1, sku: "B", row_total: price * 2 },
    ];
    expect(grosses(parts(10))).toEqual([
      ["A", 1000],
      ["B", 2000],
    ]);
    expect(grosses(parts(0))).toEqual([["ZESTAW", 3000]]);
  });
});

describe("readiness", () => {
  it.each([
    ["new", "ready"],
    ["processing", "ready"],
    ["complete", "ready"],
    ["pending_payment", "waiting"],
    ["payment_review", "waiting"],
    ["holded", "waiting"],
    ["something_new", "waiting"],
    ["canceled", "cancelled"],
  ])("state %s is %s", (state, readiness) => {
    expect(seen({ state })).toMatchObject({ readiness, status: state });
  });

  it("how long a purchase is recognised is configuration, also for one shop alone", () => {
    expect(seen({}, MUG, { ...settings, windowDays: 30 }).windowDays).toBe(30);
    expect(seen()).not.toHaveProperty("windowDays");
  });

  it("which states are forwarded is configuration", () => {
    const own = { ...settings, forwardStates: ["processing"] };
    expect(seen({ state: "new" }, MUG, own).readiness).toBe("waiting");
  });

  it("paid back before anything was sent is a cancellation, paid back after it is a refund", () => {
    const { items } = magentoOrder(123, MUG, NOW);
    const closed = { state: "closed", total_refunded: 94.97 };
    expect(seen(closed)).toMatchObject({ readiness: "cancelled", refunded: 9497 });
    const sent = items.map((item) => ({ ...item, qty_shipped: "2.0000" }));
    expect(seen({ ...closed, items: sent })).toMatchObject({ readiness: "waiting", refunded: 9497 });
    expect(seen({ ...closed, is_virtual: "1" }).readiness).toBe("waiting");
    expect(seen({ ...closed, items: [] }).readiness).toBe("waiting");
  });

  it("closed with nothing paid back is done: free goods without delivery close at once", () => {
    const free = { state: "closed", is_virtual: 1, grand_total: 0, shipping_amount: 0, shipping_tax_amount: 0 };
    const items = [
      { sku: "EBOOK", name: "E-book", qty_ordered: 1, row_total: 0, row_total_incl_tax: 0, tax_amount: 0 },
    ];
    expect(seen({ ...free, total_refunded: 0, items })).toMatchObject({ readiness: "ready", money: { minor: 0 } });
    expect(seen({ ...free, items }, MUG, { ...settings, forwardStates: ["processing"] }).readiness).toBe("waiting");
  });

  it("complete with every piece paid back leaves nothing to send, though a grosz was kept", () => {
    const { items } = magentoOrder(123, MUG, NOW);
    const back = (qty_refunded: number, qty_shipped = 0) =>
      items.map((item) => ({ ...item, qty_refunded, qty_shipped }));
    const complete = { state: "complete", total_refunded: 94.96 };
    expect(seen({ ...complete, items: back(2) })).toMatchObject({ readiness: "cancelled", refunded: 9496 });
    expect(seen({ ...complete, items: back(2, 2) }).readiness).toBe("waiting");
    expect(seen({ ...complete, items: back(1) })).toMatchObject({
      readiness: "ready",
      refundedPieces: [{ sku: "KUB-1", name: "Kubek testowy", quantity: "1" }],
    });
  });

  it("what was paid back so far is told in minor units", () => {
    expect(seen({ total_refunded: "10.5000" }).refunded).toBe(1050);
    expect(seen()).not.toHaveProperty("refunded");
  });
});

describe("marketplace ids", () => {
  const allegroKeys = (sighting: Sighting) => sighting.keys.filter(({ issuer }) => issuer === "allegro");

  it("an order that the Allegro module imported carries the marketplace's word", () => {
    const rank1 = [{ kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID, rank: 1 }];
    expect(allegroKeys(seen({}, { ...MUG, allegroId: ALLEGRO_ID }))).toEqual(rank1);
    expect(allegroKeys(seen({ order_from: "Allegro", external_id: ALLEGRO_ID }))).toEqual(rank1);
  });

  it("the same field is only a trace where another marketplace filled it", () => {
    const changes = { order_from: "ebay", external_id: ALLEGRO_ID };
    expect(allegroKeys(seen(changes))).toMatchObject([{ rank: 4 }]);
  });

  it("an id in a free field is a trace, in a configured one the marketplace's word", () => {
    const changes = { ext_order_id: ALLEGRO_ID };
    expect(allegroKeys(seen(changes))).toMatchObject([{ rank: 4, value: ALLEGRO_ID }]);
    const own = { ...settings, marketplaceFields: [{ field: "ext_order_id", issuer: "allegro" as const }] };
    expect(allegroKeys(seen(changes, MUG, own))).toMatchObject([{ rank: 1, value: ALLEGRO_ID }]);
  });
});

it("an order that says to be Allegro's and names no id is in doubt, unless the shop is the only source", () => {
  const changes = { status_histories: [{ comment: "[Allegro: klient_probny]" }] };
  expect(seen(changes).doubt).toBe("marketplace-id-missing");
  expect(seen({ ...changes, ext_order_id: ALLEGRO_ID })).not.toHaveProperty("doubt");
  expect(seen(changes, MUG, { ...settings, unnamedMarketplaceOrders: "take" })).not.toHaveProperty("doubt");
});

it("ids of goods, of the buyer and of the payment are no traces, those in notes and extensions are", () => {
  const { items } = magentoOrder(123, MUG, NOW);
  const rankOf4 = (changes: Record<string, unknown>) => seen(changes).keys.filter(({ rank }) => rank === 4);
  const belonging = {
    items: items.map((item) => ({ ...item, sku: ALLEGRO_ID })),
    customer_external_id: ALLEGRO_ID,
    billing_address: { vat_request_id: ALLEGRO_ID },
    payment: { method: "p24", last_trans_id: ALLEGRO_ID },
    extension_attributes: { payment_additional_info: [{ key: "token", value: ALLEGRO_ID }] },
  };
  expect(rankOf4(belonging)).toEqual([]);
  expect(rankOf4({ customer_note: ALLEGRO_ID })).toHaveLength(1);
  expect(rankOf4({ extension_attributes: { allegro: ALLEGRO_ID } })).toHaveLength(1);
});

describe("edits", () => {
  const edit = {
    entity_id: 124,
    increment_id: "000000123-1",
    original_increment_id: "000000123",
    relation_parent_id: "123",
    relation_parent_real_id: "000000123",
  };
  const value = { ...magentoOrder(124, MUG, NOW), ...edit };

  it("an edit is a newer report of the order that it replaces, and known by both ids and numbers", () => {
    const mapped = mapOrder(value, settings);
    expect(mapped).toMatchObject({ kind: "sighting", sighting: { sourceOrder: "123", readiness: "ready" } });
    const keys = mapped.kind === "sighting" ? mapped.sighting.keys : [];
    expect(keys.map((key) => [key.rank, key.value])).toEqual([
      [2, "124"],
      [2, "123"],
      [3, "000000123-1"],
      [3, "123"],
    ]);
  });

  it("what was replaced reports nothing: its cancellation is not the purchase's", () => {
    const replaced = { ...magentoOrder(123, MUG, NOW), state: "canceled", relation_child_id: "124" };
    expect(mapOrder(replaced, settings)).toEqual({ kind: "replaced", sourceOrder: "123" });
  });

  it("an edit that is cancelled itself cancels the purchase", () => {
    const cancelled = mapOrder({ ...value, state: "canceled" }, settings);
    expect(cancelled).toMatchObject({ sighting: { sourceOrder: "123", readiness: "cancelled" } });
  });

  it("an edit of an edit is reported as the first order, if the way back to it is known", () => {
    const second = { ...value, entity_id: 130, increment_id: "000000123-2", relation_parent_id: "124" };
    const mapped = mapOrder({ ...second, relation_parent_real_id: "000000123-1" }, settings, ["124", "123"]);
    expect(mapped).toMatchObject({ sighting: { sourceOrder: "123" } });
    const ids = mapped.kind === "sighting" ? mapped.sighting.keys.filter(({ rank }) => rank === 2) : [];
    expect(ids.map((key) => key.value)).toEqual(["130", "124", "123"]);
  });
});

describe("fuzz", () => {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>("", "0", -1, 0.1, 1e21, "1e400", null, [], {}, true, "0000-00-00 00:00:00", "\ud800"),
  );

  it("a mutated call with the right secret ends as a hint of one order, or ignored", () => {
    const fields = fc.constantFrom("entity_id", "increment_id", "items", "order", "");
    const bodies = fc.oneof(
      fc.dictionary(fields, strange).map((value) => JSON.stringify(value)),
      fc.string(),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const result = receive(call(body));
        expect(["refreshes", "ignored"]).toContain(result.kind);
        if (result.kind === "refreshes")
          expect(result.ids).toEqual([expect.stringMatching(/^(\d{1,16}|increment:.{1,50})$/)]);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
