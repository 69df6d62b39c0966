/** Shoper: what a webhook proves, and an order read from the simulated shop over sockets. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { Blocked, type WebhookRequest } from "../../lib/channels/channel.ts";
import { signatureOf } from "../../lib/channels/shared/proof.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { ShoperLine } from "../../lib/channels/shoper/body.ts";
import { createBucket } from "../../lib/channels/shoper/bucket.ts";
import { shoper } from "../../lib/channels/shoper/index.ts";
import { mapOrder } from "../../lib/channels/shoper/map.ts";
import { SIGNATURE } from "../../lib/channels/shoper/receive.ts";
import {
  createShoperShop,
  type ShoperOptions,
  type ShoperPurchase,
  type ShoperShop,
  shoperOrder,
} from "../../local/simulators/shoper.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { inbox, onlySighting, pullIo, runListing } from "../support/pulled.ts";
import { deliverAll, shopFloor } from "../support/shop-floor.ts";
import { channelContract } from "./channel-contract.ts";
import { mappingContract } from "./order-contract.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const SECRET = "unit-test-webhook-secret";
const UUID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";

const configured = {
  channel: "shoper",
  account: "sklep",
  baseUrl: "https://sklep.example/",
  secrets: [SECRET],
  apiUser: "kojarz",
  apiPassword: "haslo-testowe",
  cancelledStatuses: [8, "9"],
};
const account = ShoperAccount.parse(configured);

const delivery = sign({ ...base("order.create"), body: Buffer.from(JSON.stringify({ order_id: "17", sum: "12.30" })) });

function base(event: string): WebhookRequest {
  return {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", "x-webhook-id": "35", "x-webhook-name": event },
    query: {},
    secretPath: undefined,
    body: Buffer.alloc(0),
  };
}

function checksumOf(webhookId: string, secret: string, body: Buffer): string | undefined {
  return signatureOf(SIGNATURE, { headers: { "x-webhook-id": webhookId }, body }, secret);
}

function sign(from: WebhookRequest, body = from.body): WebhookRequest {
  return { ...from, body, headers: { ...from.headers, "x-webhook-sha1": checksumOf("35", SECRET, body) } };
}

function isWhole(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function receive(from: WebhookRequest, as = account) {
  return shoper.receive?.(from, as, NOW);
}

channelContract({
  name: "shoper",
  channel: shoper,
  account,
  otherAccount: ShoperAccount.parse({ ...configured, account: "drugi", secrets: ["the secret of another shop"] }),
  samples: {
    orders: [delivery],
    required: ["order_id"],
    forged: [
      { ...delivery, headers: { ...delivery.headers, "x-webhook-sha1": undefined } },
      { ...delivery, headers: { ...delivery.headers, "x-webhook-sha1": checksumOf("35", "another", delivery.body) } },
      { ...delivery, headers: { ...delivery.headers, "x-webhook-id": "36" } },
    ],
    proves: "body",
    provesJsonOnly: true,
    sign,
    secrets: [SECRET],
  },
});

describe("a webhook", () => {
  it("carries the documented checksum: sha1 of id, secret and body with colons between", () => {
    expect(checksumOf("35", SECRET, Buffer.from('{"user_id":"1","email":"a@b.com"}'))).toBe(
      "1b17d6ec72884295465fff766dcb975987104596",
    );
  });

  it("may have its checksum in capitals", () => {
    const sum = delivery.headers["x-webhook-sha1"]?.toUpperCase();
    expect(receive({ ...delivery, headers: { ...delivery.headers, "x-webhook-sha1": sum } })?.kind).toBe("refreshes");
  });

  it("is only a hint at an order, since its body has no lines", () => {
    expect(receive(delivery)).toEqual({ kind: "refreshes", ids: ["17"], answer: "accepted" });
  });

  it("of a deleted order says that it is gone", () => {
    const deleted = { ...delivery, headers: { ...delivery.headers, "x-webhook-name": "order.delete" } };
    const keys = [{ kind: "internet-id", issuer: "shoper:sklep", value: "17", rank: 2 }];
    expect(receive(deleted)).toEqual({ kind: "gone", sourceOrder: "17", keys });
  });

  it("about something else than orders is ignored; a name that is no event is left to the body", () => {
    const named = (name: string) =>
      receive({ ...delivery, headers: { ...delivery.headers, "x-webhook-name": name } })?.kind;
    expect([named("product.edit"), named("Kojarz"), named("order.paid")]).toEqual([
      "ignored",
      "refreshes",
      "refreshes",
    ]);
  });

  it("of a refund or a payment is a hint at the order that it names, and is ignored where it names none", () => {
    for (const name of ["order_refund.create", "order_transaction.create"]) {
      const headers = { ...delivery.headers, "x-webhook-name": name };
      expect(receive({ ...delivery, headers })).toMatchObject({ kind: "refreshes", ids: ["17"] });
      const nameless = sign({ ...base(name), body: Buffer.from(`{"id":"5"}`) });
      expect(receive(nameless)).toMatchObject({ kind: "ignored", reason: "not-about-orders" });
    }
  });

  it("is not proven by its checksum where its body is no whole JSON: a plain hash may be lengthened by a stranger", () => {
    const longer = Buffer.concat([delivery.body, Buffer.from([0x80, 0, 0, 1]), Buffer.from('{"order_id":"18"}')]);
    expect(receive(sign(base("order.create"), longer))).toMatchObject({ kind: "refused", status: 401 });
  });

  it("without a checksum is proven by the token in its address", () => {
    const token = "a-token-of-some-length";
    const as = ShoperAccount.parse({ ...configured, secrets: [], urlToken: token });
    const unsigned = { ...base("order.paid"), body: delivery.body };
    expect(receive({ ...unsigned, query: { token } }, as)?.kind).toBe("refreshes");
    expect(receive({ ...unsigned, query: { token: `${token}x` } }, as)).toMatchObject({ code: "bad-signature" });
    expect(receive(unsigned, as)).toMatchObject({ code: "bad-signature" });
    expect(receive({ ...unsigned, query: { token } })).toMatchObject({ code: "bad-signature" });
  });

  it("of another shop is refused where the account names its shop", () => {
    const as = ShoperAccount.parse({ ...configured, license: "ab".repeat(20), domain: "sklep.example" });
    const from = (license: string, domain: string) =>
      receive(
        { ...delivery, headers: { ...delivery.headers, "x-shop-license": license, "x-shop-domain": domain } },
        as,
      );
    expect(from("AB".repeat(20), "Sklep.example")?.kind).toBe("refreshes");
    expect(from("00".repeat(20), "sklep.example")).toMatchObject({ status: 401, code: "foreign-shop" });
    expect(from("ab".repeat(20), "inny.example")).toMatchObject({ status: 401, code: "foreign-shop" });
  });
});

const cup = { lines: [{ name: "Kubek testowy", code: "KUB-1", ean: "5900000000008", quantity: 2, gross: 3999 }] };

/** The order with its lines beside it, and with the time of its last change. */
function document(purchase: ShoperPurchase = cup, changedAt = NOW, changes: object = {}) {
  const { head, lines } = shoperOrder("17", purchase, NOW);
  return { ...head, ...changes, lines, changedAt };
}

mappingContract({
  name: "shoper",
  map: (document) => {
    const { lines, changedAt, ...order } = z.catch(z.looseObject({}), {}).parse(document);
    const rows = z.array(ShoperLine).safeParse(lines).data;
    const names = { currency: "PLN", shipping: "Kurier testowy" };
    return mapOrder({ order, lines: rows, names, changedAt: z.int().safeParse(changedAt).data }, account, NOW);
  },
  samples: {
    orders: [
      document({ ...cup, shipping: 1299, nip: "123-456-32-18", notes: `[Allegro: ktos] ${UUID}` }),
      document({ ...cup, cashOnDelivery: true, paid: false }),
      document({ ...cup, extra: { auction: { order_id: UUID }, pickup_point: "LOD01A" } }),
    ],
    history: [
      document({ ...cup, paid: false }),
      document(cup, NOW + MINUTE),
      document({ ...cup, statusId: 8 }, NOW + 2 * MINUTE),
    ],
    cancelled: document({ ...cup, statusId: 9 }),
    keyless: document(cup, NOW, { order_id: "0" }),
    required: ["order_id", "status_id"],
    secrets: [SECRET, configured.apiPassword],
  },
});

const shops: ShoperShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

type Setup = { at?: number; shopOf?: Partial<ShoperOptions>; faults?: ShoperOptions["faults"] } & Record<
  string,
  unknown
>;

async function setup({ at = NOW, faults, shopOf, ...changes }: Setup = {}) {
  const clock = { at };
  const now = () => clock.at;
  const shop = await createShoperShop({
    user: configured.apiUser,
    password: configured.apiPassword,
    now,
    random: () => 0.5,
    ...(faults && { faults }),
    ...shopOf,
  });
  shops.push(shop);
  const parsed = ShoperAccount.parse({ ...configured, baseUrl: shop.url, ...changes });
  const io = pullIo(now);
  const pull = () => {
    // The bucket drains by the clock: a moment later it has room again.
    clock.at += 10_000;
    return shoper.pull?.(parsed, io);
  };
  const read = async (id: string) => pull()?.read?.(id);
  const list = (name: string) => pull()?.listings.find((listing) => listing.name === name);
  return { shop, clock, read, list, pull, io };
}

describe("what the simulated shop sends", () => {
  it("is authentic and names its order, also when it comes twice", async () => {
    const mail = await inbox();
    const shop = await createShoperShop({
      user: "",
      password: "",
      webhook: { id: "5", key: SECRET, url: mail.url },
      now: () => NOW,
      random: () => 0.5,
      faults: { twice: 1 },
    });
    const id = shop.place(cup);
    expect(await shop.send(id, "order.edit")).toEqual([200, 200]);
    const hint = { kind: "refreshes", ids: [id], answer: "accepted" };
    expect(mail.deliveries.map((sent) => receive(sent))).toEqual([hint, hint]);
    shop.remove(id);
    await shop.send(id, "order.delete");
    expect(mail.deliveries.map((sent) => receive(sent)).at(-1)).toMatchObject({ kind: "gone", sourceOrder: id });
    await Promise.all([mail.close(), shop.close()]);
  });
});

describe("an order that is read", () => {
  it("has its lines, its names and its money, though all of it was text in several places", async () => {
    const { shop, read } = await setup();
    const id = shop.place({ ...cup, shipping: 1299, nip: "123-456-32-18", notes: "Proszę o paragon" });
    const read1 = await read(id);
    expect(read1).toEqual({
      kind: "sighting",
      sighting: {
        account: "shoper:sklep",
        reporter: "shoper:sklep",
        sourceOrder: "1",
        version: NOW,
        placedAt: NOW,
        readiness: "ready",
        status: "1",
        keys: [
          { kind: "internet-id", issuer: "shoper:sklep", value: "1", rank: 2 },
          { kind: "customer-number", issuer: "shoper:sklep", value: "1", rank: 3 },
        ],
        money: { currency: "PLN", minor: 9297 },
        report: {
          number: "1",
          lines: [
            {
              sku: "KUB-1",
              ean: "5900000000008",
              name: "Kubek testowy",
              quantity: "2",
              gross: 7998,
              vat: { kind: "rate", rate: "23" },
            },
          ],
          shipping: {
            method: "Kurier testowy",
            gross: 1299,
            address: {
              name: "Ewa Przykładowa",
              street: "Próbna 1 m. 2",
              postcode: "90-001",
              city: "Łódź",
              country: "PL",
            },
          },
          buyer: {
            email: "ewa.przykladowa@poczta.example",
            phone: "600000000",
            taxId: "1234563218",
            billing: {
              name: "Ewa Przykładowa",
              street: "Próbna 1 m. 2",
              postcode: "90-001",
              city: "Łódź",
              country: "PL",
            },
          },
          payment: { method: "Przelewy24", cashOnDelivery: false, paid: true },
          note: "Proszę o paragon",
        },
      },
    });
  });

  it("waits until it is paid, is looked at again meanwhile, and is ready then with a newer version", async () => {
    const { shop, clock, read } = await setup();
    const id = shop.place({ ...cup, paid: false });
    const before = await read(id);
    expect(before).toMatchObject({
      sighting: { readiness: "waiting", status: "1 unpaid" },
      againAt: clock.at + 3_600_000,
    });
    clock.at += MINUTE;
    shop.pay(id);
    const after = await read(id);
    expect(after).toMatchObject({ sighting: { readiness: "ready" } });
    expect(after).not.toHaveProperty("againAt");
    expect(onlySighting(after).version).toBeGreaterThan(onlySighting(before).version);
  });

  it("that is paid on delivery, or need not be paid, is ready unpaid", async () => {
    const { shop, read } = await setup();
    const id = shop.place({ ...cup, paid: false, cashOnDelivery: true });
    expect(await read(id)).toMatchObject({
      sighting: { readiness: "ready", report: { payment: { cashOnDelivery: true } } },
    });
    const lenient = await setup({ requirePaid: false });
    const other = lenient.shop.place({ ...cup, paid: false });
    expect(await lenient.read(other)).toMatchObject({ sighting: { readiness: "ready" } });
  });

  it("stands as the configured statuses say", async () => {
    const { shop, read } = await setup({ forwardStatuses: [2] });
    const id = shop.place({ ...cup, statusId: 1 });
    const standing = async (status: number) => {
      shop.setStatus(id, status);
      return onlySighting(await read(id)).readiness;
    };
    expect([await standing(1), await standing(2), await standing(8), await standing(9)]).toEqual([
      "waiting",
      "ready",
      "cancelled",
      "cancelled",
    ]);
  });

  it("that was paid back is not sent any more, and a person hears of it if it was", async () => {
    const { shop, read } = await setup({ refundedStatuses: [7] });
    const id = shop.place(cup);
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    await floor.report(onlySighting(await read(id)));
    await deliverAll(claims);
    shop.setStatus(id, 7);
    const refunded = onlySighting(await read(id));
    expect(refunded).toMatchObject({ readiness: "waiting", money: { minor: 7998 }, refunded: 7998 });
    await floor.report(refunded);
    expect(floor.explained.map(({ told }) => told)).toEqual([undefined, "refunded"]);
  });

  it("shows Allegro's id: by a configured field, and as a trace in free text", async () => {
    const { shop, read } = await setup({ marketplaceFields: [{ field: "auction.order_id", issuer: "allegro" }] });
    const named = shop.place({ ...cup, extra: { auction: { order_id: UUID } } });
    const noted = shop.place({ ...cup, notes: `[Allegro: ktos] ${UUID}` });
    const allegro = async (id: string) =>
      onlySighting(await read(id))
        .keys.filter((key) => key.issuer === "allegro")
        .map(({ value, rank }) => [value, rank]);
    expect(await allegro(named)).toEqual([[UUID, 1]]);
    expect(await allegro(noted)).toEqual([[UUID, 4]]);
  });

  it("is Allegro's where the shop notes that it sold it there, and its id there is a trace", async () => {
    const sold = { order_id: "1", transaction_id: UUID, buyer_login: "klient_testowy" };
    const { shop, read } = await setup({ shopOf: { auctionOrders: [sold] } });
    const traced = onlySighting(await read(shop.place(cup)));
    expect(traced.keys).toContainEqual({ kind: "internet-id", issuer: "allegro", value: UUID, rank: 4 });
    expect(onlySighting(await read(shop.place(cup))).doubt).toBeUndefined();

    const other = await setup({ shopOf: { auctionOrders: [{ ...sold, transaction_id: "77" }] } });
    expect(onlySighting(await other.read(other.shop.place(cup))).doubt).toBe("marketplace-id-missing");
  });

  it("is read where the shop notes no such sale, or the key may not read them: they are asked for once a run", async () => {
    for (const more of [{}, { withheld: ["auction-orders"] }]) {
      const { shop, clock, pull } = await setup({ shopOf: more });
      const ids = [shop.place(cup), shop.place(cup)];
      const run = pull();
      for (const id of ids) {
        clock.at += 10_000;
        expect(onlySighting(await run?.read?.(id)).doubt).toBeUndefined();
      }
      expect(shop.calls.filter((path) => path.includes("auction-orders"))).toHaveLength(1);
    }
  });

  it("has no trace of Allegro in what belongs to its buyer", async () => {
    const { shop, read } = await setup();
    const id = shop.place({ ...cup, extra: { user: { login: UUID }, products: [{ code: UUID }] } });
    expect(onlySighting(await read(id)).keys.map((key) => key.rank)).toEqual([2, 3]);
  });

  it("is absent when the shop does not have it", async () => {
    const { read } = await setup();
    expect(await read("99")).toEqual({ kind: "absent", reason: "not-found" });
  });

  it("with lines of another order is not believed: the filter was not applied", async () => {
    const { shop, read } = await setup({ faults: { "filter-ignored": 1 } });
    shop.place(cup);
    const id = shop.place(cup);
    await expect(read(id)).rejects.toThrow("lines of another order");
    expect(shop.fired["filter-ignored"]).toBe(1);
  });

  it("with more than fifty lines has all of them", async () => {
    const { shop, read } = await setup();
    const lines = Array.from({ length: 73 }, (_, n) => ({ name: `Kubek ${n}`, quantity: 1, gross: 100 }));
    const sighting = onlySighting(await read(shop.place({ lines })));
    expect(sighting.report.lines).toHaveLength(73);
    expect(sighting.money?.minor).toBe(7300);
  });

  it("without a readable amount has no total: unknown is never 0", async () => {
    const { shop, read } = await setup();
    const sighting = onlySighting(await read(shop.place({ ...cup, extra: { sum: "sto" } })));
    expect(sighting.money?.minor).toBeUndefined();
  });
});

describe("each setting changes what is reported", () => {
  const seen = (head: object, setting: object = {}) => {
    const parts = {
      order: { ...shoperOrder("17", cup, NOW).head, ...head },
      lines: [],
      names: { currency: "PLN", shipping: undefined },
      changedAt: NOW,
    };
    return onlySighting(mapOrder(parts, ShoperAccount.parse({ ...configured, ...setting }), NOW));
  };

  it.each([
    [{ pointFields: ["x_punkt"] }, { x_punkt: "LOD01A" }, { report: { shipping: { point: "LOD01A" } } }],
    [{ cashOnDelivery: [3] }, {}, { report: { payment: { cashOnDelivery: true } } }],
    [{ windowDays: 30 }, {}, { windowDays: 30 }],
    [{ rounding: { on: "row", prices: "gross" } }, {}, { report: { rounding: { on: "row", prices: "gross" } } }],
    [{ cancelledStatuses: [5] }, { status_id: "5" }, { readiness: "cancelled" }],
    [{ refundedStatuses: [6] }, { status_id: "6" }, { readiness: "waiting" }],
    [{ timeZone: "UTC" }, {}, { placedAt: NOW + 60 * MINUTE }],
  ])("%o", (setting, head, expected) => {
    expect(seen(head, setting)).toMatchObject(expected);
    expect(seen(head)).not.toMatchObject(expected);
  });

  it("a pick-up point stands where a fresh shop has it", () => {
    expect(seen({ pickup_point: "LOD01A" }).report.shipping.point).toBe("LOD01A");
  });
});

describe("the lists", () => {
  it.each([["orders"], ["statuses"]])("%s: a webhook that got lost is made up for, each change once", async (name) => {
    const { shop, clock, list } = await setup();
    for (let n = 0; n < 120; n += 1) shop.place(cup);
    const first = await runListing(list(name));
    expect(first.ids).toEqual(Array.from({ length: 120 }, (_, n) => String(n + 1)));
    clock.at += 2 * MINUTE;
    const second = await runListing(list(name), first.cursor);
    clock.at += MINUTE;
    shop.setStatus("5", 2);
    const late = shop.place(cup);
    clock.at += 2 * MINUTE;
    const third = await runListing(list(name), second.cursor);
    expect(third.ids).toEqual(name === "orders" ? [late] : ["5", late]);
    expect(third.orders.every((order) => order.kind === "refresh")).toBe(true);
  });

  it("an order that is deleted while the list is read page by page takes no other with it", async () => {
    const { shop, list } = await setup();
    for (let n = 0; n < 120; n += 1) shop.place(cup);
    const first = await list("orders")?.page(undefined);
    for (const id of ["1", "2"]) shop.remove(id);
    const rest = await runListing(list("orders"), first?.cursor);
    expect([...(first?.orders ?? []), ...rest.orders]).toHaveLength(120);
  });

  it("misses nothing in the hour that comes twice in autumn", async () => {
    const { shop, clock, list } = await setup({ at: Date.parse("2026-10-25T00:50:00Z") });
    shop.place(cup);
    const { cursor } = await runListing(list("orders"));
    clock.at = Date.parse("2026-10-25T01:05:00Z");
    const late = shop.place(cup);
    expect((await runListing(list("orders"), cursor)).ids).toContain(late);
  });
});

describe("the shop's API", () => {
  it("is asked for one token, which lasts over many runs", async () => {
    const { shop, read } = await setup();
    const id = shop.place(cup);
    for (let run = 0; run < 3; run += 1) await read(id);
    expect(shop.tokens()).toBe(1);
  });

  it("may withdraw a token: a new one is got, and the second refusal is a fault without a secret in it", async () => {
    const { shop, read } = await setup({ faults: { "token-withdrawn": 1 } });
    const failed = await read(shop.place(cup)).catch((error: unknown) => error);
    expect(String(failed)).toBe(
      "Refused: shoper:sklep: the shop refuses object-mtime with status 401, code unauthorized_client (refused)",
    );
    expect(shop.tokens()).toBe(2);
  });

  it.each([
    ["bucket-full", "shop-answers-429", 2000],
    ["http-502", "shop-answers-502", MINUTE],
  ] as const)("%s ends the run until the shop can be asked again", async (fault, message, pause) => {
    const { shop, read, clock } = await setup({ faults: { [fault]: 1 }, apiToken: "fixed" });
    const failed = await read(shop.place(cup)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Blocked);
    expect(failed).toMatchObject({ message, until: clock.at + pause });
  });

  it("never has its bucket overrun: calls wait until there is room", async () => {
    const clock = { at: NOW };
    const bucket = createBucket(
      () => clock.at,
      async (ms) => {
        clock.at += ms;
      },
    );
    let level = 0;
    let at = clock.at;
    let highest = 0;
    const call = async () => {
      level = Math.max(0, level - ((clock.at - at) / 1000) * 2) + 1;
      at = clock.at;
      highest = Math.max(highest, level);
      const headers = {
        "x-shop-api-calls": String(Math.ceil(level)),
        "x-shop-api-limit": "10",
        "x-shop-api-bandwidth": "2",
      };
      return { status: 200, headers: new Headers(headers), text: "" };
    };
    await Promise.all(Array.from({ length: 60 }, () => bucket.through(call)));
    expect(highest).toBeLessThanOrEqual(10);
    expect(clock.at - NOW).toBeLessThan(40_000);
  });
});

describe("configuration", () => {
  const mistakes = (changes: object) =>
    ShoperAccount.safeParse({ ...configured, ...changes }).error?.issues.map((issue) => issue.path.join("."));

  it("mistakes are named by their path", () => {
    expect(mistakes({ secrets: [] })).toEqual(["secrets"]);
    expect(mistakes({ secrets: ["eleven char"] })).toEqual(["secrets.0"]);
    expect(mistakes({ apiUser: undefined, apiPassword: undefined })).toEqual(["apiUser", "apiPassword"]);
    expect(mistakes({ apiUser: undefined, apiPassword: undefined, apiToken: "t" })).toBeUndefined();
    expect(mistakes({ cancelledStatuses: undefined })).toEqual(["cancelledStatuses"]);
    expect(mistakes({ urlToken: "nineteen characters" })).toEqual(["urlToken"]);
    expect(mistakes({ urlToken: "abcd".repeat(10) })).toEqual(["urlToken"]);
    expect(mistakes({ timeZone: "Polska" })).toEqual(["timeZone"]);
  });
});

describe("whatever a shop writes", () => {
  it("a signed webhook ends as a hint or as an order that is gone, is ignored or held; one that is no JSON proves nothing", () => {
    const event = fc.option(fc.oneof(fc.string(), fc.constantFrom("order.create", "order.delete", "product.edit")));
    const order = fc.dictionary(fc.constantFrom("order_id", "sum", "status_id"), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(
        event,
        fc.oneof(
          order.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (name, body) => {
          const signed = sign(base(name ?? ""), Buffer.from(body));
          const wanted = isWhole(body) ? ["refreshes", "gone", "ignored", "unusable"] : ["refused"];
          expect(wanted).toContain(receive(signed)?.kind);
        },
      ),
      { numRuns: fuzzRuns },
    );
  });
});
