import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { fromJSONSchema } from "zod";
import * as z from "zod/mini";
import { Settings } from "../../lib/app/config.ts";
import type { Received, WebhookRequest } from "../../lib/channels/channel.ts";
import { standard } from "../../lib/channels/standard/index.ts";
import { StandardOrder } from "../../lib/channels/standard/schema.ts";
import { Sighting } from "../../lib/core/order.ts";
import { receiveWebhook } from "../../lib/intake/webhook.ts";
import type { HttpEvent } from "../../lib/runtime/lambda.ts";
import { type Path, pathsOf } from "../support/documents.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { webhookFloor } from "../support/webhook-floor.ts";
import { channelContract } from "./channel-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const OLD = `whsec_${Buffer.from("an old secret of the shop").toString("base64")}`;
const SECRET = `whsec_${Buffer.from("the secret of a shop").toString("base64")}`;
/** For many more runs than usual, on a busy machine. */
const ALLEGRO_ID = "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01";

const configured = { channel: "standard", account: "sklep", secrets: [SECRET, OLD] };
const account = standard.account.parse(configured);

const order = {
  orderId: "c0ffee-17",
  orderNumber: "ZS/17/2026",
  updatedAt: "2026-11-24T12:58:00+01:00",
  placedAt: "2026-11-24T12:57:30+01:00",
  status: "ready",
  marketplace: { name: "allegro", orderId: ALLEGRO_ID },
  currency: "PLN",
  total: "94.97",
  lines: [{ name: "Kubek próbny", sku: "KUB-1", ean: "5901234123457", quantity: "2", gross: "79.98", taxRate: "23" }],
  shipping: { method: "Kurier", gross: "14.99", point: "LOD01A" },
  buyer: {
    email: "ewa.przykladowa@poczta.example",
    taxId: "1234563218",
    billing: { name: "Ewa Przykładowa", street: "ul. Próbna 1/2", postcode: "90-001", city: "Łódź", country: "PL" },
  },
  payment: { method: "transfer", cashOnDelivery: false, paid: true },
} satisfies z.input<typeof StandardOrder>;

type Sent = { at?: number; secrets?: readonly string[]; id?: string };

function delivery(body: unknown, sent: Sent = {}): WebhookRequest {
  return signed(Buffer.from(JSON.stringify(body)), sent);
}

function signed(body: Buffer, { at = NOW, secrets = [SECRET], id = "msg_1" }: Sent = {}): WebhookRequest {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body));
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": signatures.join(" "),
  };
  return { method: "POST", headers, query: {}, secretPath: undefined, body };
}

function receive(from: WebhookRequest, now = NOW): Received {
  if (!standard.receive) throw new Error("no webhook");
  return standard.receive(from, account, now);
}

function seen(changes: object): Sighting {
  const result = receive(delivery({ ...order, ...changes }));
  if (result.kind !== "sightings" || !result.sightings[0]) throw new Error(`no sighting but ${result.kind}`);
  return result.sightings[0];
}

const withHeader = (name: string, value: string | undefined): WebhookRequest => {
  const from = delivery(order);
  return { ...from, headers: { ...from.headers, [name]: value } };
};

channelContract({
  name: "standard",
  channel: standard,
  account,
  otherAccount: standard.account.parse({
    ...configured,
    account: "drugi",
    secrets: [`whsec_${Buffer.from("another shop's secret").toString("base64")}`],
  }),
  samples: {
    orders: [delivery(order), delivery({ ...order, status: "waiting", marketplace: undefined }, { secrets: [OLD] })],
    history: [
      delivery({ ...order, status: "waiting" }),
      delivery({ ...order, updatedAt: "2026-11-24T12:59:00+01:00" }),
      delivery({ ...order, updatedAt: "2026-11-24T13:00:00+01:00", status: "cancelled" }),
    ],
    cancelled: delivery({ ...order, status: "cancelled" }),
    keyless: delivery({ ...order, orderId: "-", orderNumber: " # ", marketplace: undefined }),
    required: [
      "orderId",
      "updatedAt",
      "status",
      "currency",
      "total",
      "lines",
      "lines.0.gross",
      "shipping",
      "buyer",
      "payment",
    ],
    forged: [
      delivery(order, { secrets: [`whsec_${Buffer.from("somebody else's").toString("base64")}`] }),
      withHeader("webhook-signature", undefined),
      withHeader("webhook-id", "msg_2"),
      withHeader("webhook-timestamp", String(NOW / 1000 + 1)),
      withHeader("webhook-timestamp", `0${NOW / 1000}`),
      delivery(order, { at: NOW - 6 * MINUTE }),
    ],
    proves: "body",
    sign: (_, body) => signed(body),
    secrets: [SECRET, OLD],
  },
});

describe("proof", () => {
  it("the example of the Standard Webhooks specification fits", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const at = 1_614_265_330_000;
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    const example = {
      method: "POST",
      headers,
      query: {},
      secretPath: undefined,
      body: Buffer.from('{"test": 2432232314}'),
    };
    const theirs = standard.account.parse({ ...configured, secrets: [secret] });
    expect(standard.receive?.(example, theirs, at)).toMatchObject({ kind: "unusable", reason: "unreadable-order" });
  });

  it("the headers may have the names of Svix, which gave the specification its own", () => {
    const from = delivery(order);
    const renamed = Object.fromEntries(
      Object.entries(from.headers).map(([name, value]) => [name.replace(/^webhook-/, "svix-"), value]),
    );
    expect(receive({ ...from, headers: renamed })).toEqual(receive(from));
    expect(receive({ ...from, headers: { ...renamed, "svix-id": "msg_2" } })).toMatchObject({ kind: "refused" });
    expect(receive({ ...from, headers: { ...renamed, "webhook-id": "msg_2" } })).toMatchObject({ kind: "refused" });
  });

  it("covers the very bytes, also those that are no text", () => {
    const message = (byte: number) =>
      Buffer.concat([
        Buffer.from(JSON.stringify({ ...order, note: "x" }).slice(0, -3)),
        Buffer.from([byte]),
        Buffer.from('"}'),
      ]);
    const of = (body: Buffer, signedAs: Buffer): WebhookRequest => {
      const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
      const text = Buffer.concat([Buffer.from(`msg_1.${NOW / 1000}.`), signedAs]);
      const signature = `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
      return { ...signed(body), headers: { ...signed(body).headers, "webhook-signature": signature }, body };
    };
    expect(receive(of(message(0xff), message(0xff))).kind).toBe("sightings");
    expect(receive(of(message(0xff), message(0xfe)))).toMatchObject({ kind: "refused", code: "bad-signature" });
  });

  it("a sender that replaces its secret signs with both, and one of them is enough", () => {
    const unknown = `whsec_${Buffer.from("a secret to come").toString("base64")}`;
    expect(receive(delivery(order, { secrets: [unknown, OLD] })).kind).toBe("sightings");
    expect(
      receive(withHeader("webhook-signature", `v1a,zzz ${delivery(order).headers["webhook-signature"]}`)).kind,
    ).toBe("sightings");
  });

  it("a message may be five minutes old or early by our clock, and no more", () => {
    for (const minutes of [-5, 0, 5]) expect(receive(delivery(order), NOW + minutes * MINUTE).kind).toBe("sightings");
    for (const minutes of [-6, 6])
      expect(receive(delivery(order), NOW + minutes * MINUTE)).toEqual({
        kind: "refused",
        status: 401,
        code: "bad-timestamp",
      });
  });
});

describe("an order", () => {
  const { taxRate: _, ...line } = order.lines[0] ?? {};

  it("is told in the words of the schema", () => {
    expect(seen({})).toEqual({
      account: "standard:sklep",
      reporter: "standard:sklep",
      sourceOrder: "c0ffee-17",
      version: Date.UTC(2026, 10, 24, 11, 58),
      placedAt: Date.UTC(2026, 10, 24, 11, 57, 30),
      readiness: "ready",
      status: "ready",
      keys: [
        { kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID, rank: 1 },
        { kind: "internet-id", issuer: "standard:sklep", value: "c0ffee-17", rank: 2 },
        { kind: "customer-number", issuer: "standard:sklep", value: "zs/17/2026", rank: 3 },
      ],
      money: { currency: "PLN", minor: 9497 },
      report: {
        number: "ZS/17/2026",
        lines: [{ ...line, gross: 7998, vat: { kind: "rate", rate: "23" } }],
        shipping: { ...order.shipping, gross: 1499 },
        buyer: order.buyer,
        payment: order.payment,
      },
    });
  });

  it("needs no more than an id, a time, its state, money, goods and how it is sent and paid", () => {
    const { orderNumber: _, placedAt: __, marketplace: ___, ...least } = order;
    const { keys } = seen({ ...least, orderNumber: undefined, placedAt: undefined, marketplace: undefined, buyer: {} });
    expect(keys.map((key) => key.rank)).toEqual([2]);
  });

  it("money paid back, decimals of other currencies and ids in the note are understood", () => {
    const sighting = seen({
      currency: "JPY",
      total: "1200",
      refunded: "200",
      marketplace: undefined,
      note: ALLEGRO_ID,
    });
    expect(sighting).toMatchObject({ money: { minor: 1200 }, refunded: 200 });
    expect(sighting.keys).toContainEqual({ kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID, rank: 4 });
  });

  it("an id that a sender writes into every note is left out where ignoreFields says so", () => {
    const message = delivery({ ...order, marketplace: undefined, note: ALLEGRO_ID });
    const keysOf = (settings: object) => {
      const received = standard.receive?.(message, standard.account.parse({ ...configured, ...settings }), NOW);
      if (received?.kind !== "sightings") throw new Error("no sighting");
      return received.sightings.map(({ keys, traces }) => [keys.some(({ rank }) => rank === 4), traces]);
    };
    expect(keysOf({})).toEqual([[true, [{ value: ALLEGRO_ID, field: "note" }]]]);
    expect(keysOf({ ignoreFields: ["note"] })).toEqual([[false, undefined]]);
  });

  it("a note that says Allegro where the order names no marketplace puts it in doubt", () => {
    const note = "[Allegro: klient_probny]";
    expect(seen({ marketplace: undefined, note }).doubt).toBe("marketplace-id-missing");
    expect(seen({ note })).not.toHaveProperty("doubt");
  });

  it("VAT is a rate, an exemption, known untaxed, or not said", () => {
    const vat = (taxRate?: string) =>
      seen({ lines: [{ ...line, ...(taxRate !== undefined && { taxRate }) }] }).report.lines[0]?.vat;
    expect(["23", "8,0 %", "0", "zw", "NP.", "untaxed", "", undefined].map(vat)).toEqual([
      { kind: "rate", rate: "23" },
      { kind: "rate", rate: "8" },
      { kind: "rate", rate: "0" },
      { kind: "exempt", code: "zw" },
      { kind: "exempt", code: "np" },
      { kind: "untaxed" },
      undefined,
      undefined,
    ]);
  });

  it("what the buyer chose, fees by kind, shipping by rate and what was paid with beside are told", () => {
    const fee = { kind: "codFee", name: "Pobranie", gross: "5.00", taxRate: "23" };
    const card = { kind: "gift-card", name: "Karta", amount: "50.00" };
    const shares = [
      { gross: "10.00", taxRate: "23" },
      { gross: "4.99", taxRate: "5" },
    ];
    const sighting = seen({
      total: "99.97",
      lines: [{ ...line, variant: "Kolor: biały", taxRate: "23" }],
      shipping: { ...order.shipping, shares },
      fees: [fee],
      payments: [card],
      rounding: { on: "piece", prices: "gross" },
    });
    expect(sighting).toMatchObject({
      money: { minor: 9997, due: 4997 },
      report: {
        lines: [{ variant: "Kolor: biały", gross: 7998 }],
        shipping: {
          gross: 1499,
          shares: [
            { gross: 1000, vat: { rate: "23" } },
            { gross: 499, vat: { rate: "5" } },
          ],
        },
        fees: [{ kind: "codFee", name: "Pobranie", gross: 500, vat: { kind: "rate", rate: "23" } }],
        payments: [{ kind: "gift-card", name: "Karta", amount: 5000 }],
        rounding: { on: "piece", prices: "gross" },
      },
    });
    expect(seen({ shipping: { ...order.shipping, taxRate: "zw" } }).report.shipping.shares).toEqual([
      { gross: 1499, vat: { kind: "exempt", code: "zw" } },
    ]);
    expect(seen({ due: "1.00", payments: [card] }).money?.due).toBe(100);
  });

  it("pieces that were paid back or cancelled, the recipient's own phone and when it was ordered are told", () => {
    const piece = { sku: "KUB-1", name: "Kubek próbny", quantity: "1" };
    const address = { ...order.buyer.billing, phone: "+48 600 100 200" };
    const sighting = seen({
      refundedPieces: [piece],
      cancelledPieces: [piece],
      orderedAt: "2026-11-24T12:58:00+01:00",
      shipping: { ...order.shipping, address },
    });
    expect(sighting).toMatchObject({
      refundedPieces: [piece],
      cancelledPieces: [piece],
      orderedAt: Date.UTC(2026, 10, 24, 11, 58),
      report: { shipping: { address: { phone: "+48 600 100 200" } } },
    });
  });

  it("a negative line is a discount on the others, those of its VAT first, and no line gets negative", () => {
    const lines = [
      { name: "Kubek", quantity: "1", gross: "100.00", taxRate: "23" },
      { name: "Talerz", quantity: "1", gross: "50.00", taxRate: "23" },
      { name: "Książka", quantity: "1", gross: "30.00", taxRate: "5" },
    ];
    const grosses = (discount: object) =>
      seen({ lines: [...lines, { name: "Rabat", quantity: "1", ...discount }] }).report.lines.map(({ gross }) => gross);
    expect(grosses({ gross: "-15.00", taxRate: "23" })).toEqual([9000, 4500, 3000]);
    expect(grosses({ gross: "-18.00" })).toEqual([9000, 4500, 2700]);
    expect(grosses({ gross: "-160.00", taxRate: "23" })).toEqual([0, 0, 2000]);
  });
});

describe("a message that does not follow the schema", () => {
  const answered = (changes: object) => {
    const result = receive(delivery({ ...order, ...changes }));
    if (result.kind !== "unusable" || !result.reply) throw new Error(`no refusal but ${result.kind}`);
    const { reply, ...rest } = result;
    return { ...rest, status: reply.status, problems: JSON.parse(reply.body).problems as Array<{ path: string }> };
  };

  it.each([
    ["an amount that is no decimal text", { total: 94.97 }, "total"],
    ["an amount with a comma", { total: "94,97" }, "total"],
    ["a time without a zone", { updatedAt: "2026-11-24T12:58:00" }, "updatedAt"],
    ["a state that is not known", { status: "paid" }, "status"],
    ["a line without an amount", { lines: [{ name: "Kubek", quantity: "1" }] }, "lines.0.gross"],
    ["a fee of no kind that is known", { fees: [{ kind: "tip", name: "x", gross: "1.00" }] }, "fees.0.kind"],
    ["VAT that nobody can read", { shipping: { ...order.shipping, taxRate: "23 zł" } }, "shipping.taxRate"],
  ])("is answered 422 with path and problem, and held under its own id: %s", (_, changes, path) => {
    expect(answered(changes)).toEqual({
      kind: "unusable",
      reason: "unreadable-order",
      sourceOrder: "c0ffee-17",
      detail: expect.stringMatching(`^${path}: \\S`),
      status: 422,
      problems: [{ path, problem: expect.stringMatching(/\S/) }],
    });
  });

  it("is told without a word of what it says, and of many mistakes the first ten", () => {
    const lines = Array.from({ length: 30 }, () => ({ name: 5, quantity: "1", gross: "Ewa Przykładowa" }));
    const { problems, detail } = answered({ lines });
    expect(problems).toHaveLength(10);
    expect(JSON.stringify([problems, detail])).not.toContain("Przykładowa");
  });

  it("is answered 422 where it is no JSON, or names no order", () => {
    expect(receive(signed(Buffer.from("{")))).toMatchObject({ kind: "unusable", reply: { status: 422 } });
    const { sourceOrder, problems } = answered({ orderId: "" }) as { sourceOrder?: string; problems: unknown };
    expect({ sourceOrder, problems }).toMatchObject({ sourceOrder: undefined, problems: [{ path: "orderId" }] });
  });

  it("is over with once a right one comes, be it new or known", async () => {
    const floor = webhookFloor({ ...Settings.parse({}), accounts: [account] }, NOW);
    const send = async (changes: object) => {
      const { headers, body } = delivery({ ...order, ...changes });
      const http = { method: "POST" };
      const event = { pathParameters: { account: "sklep" }, requestContext: { http }, headers, body: body.toString() };
      const { statusCode } = await receiveWebhook(floor.app, "standard", event as unknown as HttpEvent);
      const open = [...floor.claims.held.values()].filter(({ resolved }) => !resolved);
      return [statusCode, open.length];
    };
    expect(await send({ total: 94.97 })).toEqual([422, 1]);
    expect(await send({ total: "" })).toEqual([422, 1]);
    expect(await send({})).toEqual([200, 0]);
    expect(await send({ status: "paid" })).toEqual([422, 1]);
    expect(await send({})).toEqual([200, 0]);
    expect(floor.claims.orders.size).toBe(1);
  });
});

describe("the published schema", () => {
  const schema = z.toJSONSchema(StandardOrder, { io: "input" });

  it("is the one that the parser has: `vitest -u` writes it anew", async () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../lib/channels/standard/order.schema.json");
  });

  it("is the answer to GET, without a proof", () => {
    const asked = { method: "GET", headers: {}, query: {}, secretPath: undefined, body: Buffer.alloc(0) };
    expect(standard.methods).toEqual(["POST", "GET"]);
    expect(receive(asked)).toEqual({
      kind: "answer",
      reply: { status: 200, contentType: "application/schema+json", body: JSON.stringify(schema) },
    });
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: expect.arrayContaining(["orderId", "updatedAt", "status", "total"]),
    });
  });

  it("and the parser agree on every message: what fits one is taken, and nothing else", () => {
    const published = fromJSONSchema(JSON.parse(JSON.stringify(schema)));
    const verdicts = { taken: 0, held: 0 };
    fc.assert(
      fc.property(changedOrders(), (message) => {
        const fits = published.safeParse(message).success;
        expect(receive(delivery(message)).kind).toBe(fits ? "sightings" : "unusable");
        verdicts[fits ? "taken" : "held"] += 1;
      }),
      { numRuns: fuzzRuns },
    );
    expect(Math.min(verdicts.taken, verdicts.held)).toBeGreaterThan(fuzzRuns / 20);
  });

  it("everything that fits it is a whole sighting", () => {
    fc.assert(
      fc.property(changedOrders(), (message) => {
        const result = receive(delivery(message));
        if (result.kind === "sightings") expect(z.array(Sighting).safeParse(result.sightings).error).toBeUndefined();
      }),
      { numRuns: fuzzRuns },
    );
  });

  /** Orders with values replaced by likely mistakes, by other right values, or left out. */
  function changedOrders() {
    const right = fc.constantFrom<unknown>(
      "12.50",
      "-3",
      "0",
      "1",
      "2026-02-28T23:59:59Z",
      "ready",
      "EUR",
      "PL",
      [],
      {},
      true,
    );
    const wrong = fc.constantFrom<unknown>(
      "",
      "1e5",
      "1.",
      "12,5",
      "2026-02-30T10:00:00Z",
      "pln",
      null,
      1,
      "x".repeat(2000),
    );
    const value = fc.oneof(right, wrong, fc.constant(undefined), fc.string({ unit: "binary" }), fc.jsonValue());
    const change = fc.tuple(fc.constantFrom(...pathsOf(order)), value);
    return fc.array(change, { maxLength: 3 }).map((changes) => changes.reduce(changed, order as unknown));
  }

  function changed(document: unknown, [[key, ...rest], to]: [Path, unknown]): unknown {
    if (key === undefined) return to ?? null;
    if (typeof document !== "object" || document === null || !Object.hasOwn(document, key)) return document;
    const next = changed(Reflect.get(document, key), [rest, to]);
    return Array.isArray(document) ? document.with(Number(key), next) : { ...document, [key]: next };
  }
});

describe("configuration", () => {
  const mistakes = (changes: object) =>
    standard.account.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));

  it("mistakes are named by their path", () => {
    expect(mistakes({ secrets: [] })).toEqual(["secrets"]);
    expect(mistakes({ secrets: ["sekret-testowy-0001"] })).toEqual(["secrets.0"]);
    expect(mistakes({ secrets: [SECRET, "whsec_"] })).toEqual(["secrets.1"]);
    expect(mistakes({ secrets: ["whsec_eA==", `whsec_${Buffer.alloc(32).toString("base64")}`] })).toEqual([
      "secrets.0",
      "secrets.1",
    ]);
    expect(mistakes({ secrets: [SECRET, "whsec_%%%"] })).toEqual(["secrets.1"]);
    expect(mistakes({ toleranceSeconds: 0 })).toEqual(["toleranceSeconds"]);
    expect(mistakes({ baseUrl: "https://sklep.example" })).toEqual([""]);
  });
});
