import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { fromJSONSchema } from "zod";
import * as z from "zod/mini";
import type { Delivery, Received } from "../../lib/channels/channel.ts";
import { standard } from "../../lib/channels/standard/index.ts";
import { StandardOrder } from "../../lib/channels/standard/schema.ts";
import { Sighting } from "../../lib/order.ts";
import { type Path, pathsOf } from "../support/documents.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { channelContract } from "./channel-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const OLD = `whsec_${Buffer.from("an old secret of the shop").toString("base64")}`;
const SECRET = `whsec_${Buffer.from("the secret of a shop").toString("base64")}`;
/** For many more runs than usual, on a busy machine. */
const fuzzTimeout = 30_000 + fuzzRuns * 10;
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

function delivery(body: unknown, sent: Sent = {}): Delivery {
  return signed(Buffer.from(JSON.stringify(body)), sent);
}

function signed(body: Buffer, { at = NOW, secrets = [SECRET], id = "msg_1" }: Sent = {}): Delivery {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body));
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": signatures.join(" "),
  };
  return { method: "POST", headers, query: {}, secretPath: undefined, body };
}

function receive(from: Delivery, now = NOW): Received {
  if (!standard.receive) throw new Error("no webhook");
  return standard.receive(from, account, now);
}

function seen(changes: object): Sighting {
  const result = receive(delivery({ ...order, ...changes }));
  if (result.kind !== "sightings" || !result.sightings[0]) throw new Error(`no sighting but ${result.kind}`);
  return result.sightings[0];
}

const withHeader = (name: string, value: string | undefined): Delivery => {
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
    expect(standard.receive?.(example, theirs, at)).toEqual({ kind: "unusable", reason: "unreadable-order" });
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
  it("is told in the words of the schema", () => {
    expect(seen({})).toEqual({
      account: "standard:sklep",
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
      currency: "PLN",
      total: 9497,
      report: {
        number: "ZS/17/2026",
        lines: [{ ...order.lines[0], gross: 7998 }],
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
    expect(sighting).toMatchObject({ total: 1200, refunded: 200 });
    expect(sighting.keys).toContainEqual({ kind: "internet-id", issuer: "allegro", value: ALLEGRO_ID, rank: 4 });
  });

  it("a note that says Allegro where the order names no marketplace puts it in doubt", () => {
    const note = "[Allegro: klient_probny]";
    expect(seen({ marketplace: undefined, note }).doubt).toBe("marketplace-id-missing");
    expect(seen({ note })).not.toHaveProperty("doubt");
  });

  it.each([
    ["an amount that is no decimal text", { total: 94.97 }],
    ["an amount with a comma", { total: "94,97" }],
    ["a time without a zone", { updatedAt: "2026-11-24T12:58:00" }],
    ["a state that is not known", { status: "paid" }],
  ])("%s is held for a person", (_, changes) => {
    expect(receive(delivery({ ...order, ...changes }))).toEqual({ kind: "unusable", reason: "unreadable-order" });
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

  it("and the parser agree on every message: what fits one is taken, and nothing else", {
    timeout: fuzzTimeout,
  }, () => {
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

  it("everything that fits it is a whole sighting", { timeout: fuzzTimeout }, () => {
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
    expect(mistakes({ secrets: ["sekret"] })).toEqual(["secrets.0"]);
    expect(mistakes({ secrets: [SECRET, "whsec_"] })).toEqual(["secrets.1"]);
    expect(mistakes({ secrets: [SECRET, "whsec_%%%"] })).toEqual(["secrets.1"]);
    expect(mistakes({ toleranceSeconds: 0 })).toEqual(["toleranceSeconds"]);
    expect(mistakes({ baseUrl: "https://sklep.example" })).toEqual([""]);
  });
});
