/**
 * What every channel with a webhook must keep, whatever its platform.
 *
 * A channel brings deliveries that are authentic, and says how its platform proves a body; the suite changes them in
 * every way that senders, proxies, plugins and strangers do.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { AccountBase, Channel, Delivery, Received } from "../../lib/channels/channel.ts";
import { Sighting } from "../../lib/order.ts";
import { fuzzRuns } from "../support/fuzz.ts";

type ContractSamples = {
  /** Authentic deliveries with a JSON body, each of at least one order: they end as sightings or hints. */
  orders: readonly [Delivery, ...Delivery[]];
  /** An authentic delivery of a cancelled order; absent where deliveries only hint at orders. */
  cancelled?: Delivery;
  /** An authentic order all of whose ids are missing or placeholders; absent where that cannot be said. */
  keyless?: Delivery;
  /** Paths (dotted) of `orders[0]` without which it cannot be used. */
  required: readonly string[];
  /** Fields (dotted) by which a body says for whom it is: changed, it is refused, however well it is signed. */
  addressee?: readonly string[];
  /** Deliveries that prove nothing: no signature, a foreign one, a wrong secret in the path. */
  forged: readonly [Delivery, ...Delivery[]];
  /** `body`: the proof covers every byte of the body. `sender`: it only says who sends (a secret path or header). */
  proves: "body" | "sender";
  /** The delivery with another body, proven as the platform would. */
  sign(delivery: Delivery, body: Buffer): Delivery;
  /** Texts of the account that may appear in no result. */
  secrets: readonly string[];
};

type ChannelContract<Account extends AccountBase> = {
  name: string;
  channel: Channel<Account>;
  account: Account;
  samples: ContractSamples;
};

const NOW = Date.UTC(2026, 10, 24, 12);

/** What an authentic delivery may end as: stored or counted, never refused and never an exception. */
const AuthenticEnd = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("silent"), status: z.union([z.literal(200), z.literal(204)]) }),
  z.strictObject({
    kind: z.literal("sightings"),
    sightings: z.array(Sighting),
    unusable: z.array(z.object({ reason: z.string().min(1), sourceOrder: z.string().optional() })).optional(),
  }),
  z.strictObject({ kind: z.literal("ignored"), reason: z.string().min(1), sourceOrder: z.string().optional() }),
  z.strictObject({ kind: z.literal("unusable"), reason: z.string().min(1), sourceOrder: z.string().optional() }),
  z.strictObject({
    kind: z.literal("hints"),
    ids: z.array(z.string().min(1)),
    answer: z.enum(["accepted", "silent"]),
  }),
]);

export function channelContract<Account extends AccountBase>(contract: ChannelContract<Account>): void {
  const { name, channel, account, samples } = contract;
  const [order] = samples.orders;
  const receive = (delivery: Delivery): Received => {
    if (!channel.receive) throw new Error(`${name} has no webhook`);
    return channel.receive(delivery, account, NOW);
  };

  describe(`${name} keeps the contract of a channel`, () => {
    it("an authentic order ends as a sighting or a hint", () => {
      for (const sample of samples.orders) expect(["sightings", "hints"]).toContain(accepted(receive(sample)).kind);
    });

    it("the same delivery again gives the same result", () => {
      for (const sample of samples.orders) expect(receive(sample)).toEqual(receive(sample));
    });

    it("a delivery is only read: its bytes and headers are as before", () => {
      const copy = { ...order, body: Buffer.from(order.body), headers: { ...order.headers } };
      receive(order);
      expect(order).toEqual(copy);
    });

    it("what proves nothing is refused, and nothing of it is taken", () => {
      for (const sample of samples.forged) expectRefused(receive(sample));
    });

    it("a body that somebody without the secret wrote is never taken", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          for (const sample of samples.forged) expectRefused(receive({ ...sample, body: Buffer.from(bytes) }));
        }),
      );
    });

    if (samples.proves === "body") tamperedBodies(samples, receive);

    it("an empty body is held or ignored when it is proven", () => {
      expect(["unusable", "ignored", "hints"]).toContain(accepted(receive(samples.sign(order, Buffer.alloc(0)))).kind);
    });

    it("the content type decides nothing about a proven body", () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", undefined]) {
        const delivery = { ...order, headers: { ...order.headers, "content-type": type } };
        expect(receive(delivery)).toEqual(receive(order));
      }
    });

    it("fields that a platform or a plugin adds change nothing", () => {
      const added = { kojarz_unknown: { a: [1, null, "x"] }, "": 1, constructor: "x" };
      const body = Buffer.from(JSON.stringify({ ...added, ...jsonOf(order) }));
      expect(receive(samples.sign(order, body))).toEqual(receive(order));
    });

    it.each(samples.required.map((path) => [path]))("an order without %s is held for a person", (path) => {
      const body = Buffer.from(JSON.stringify(without(jsonOf(order), path.split("."))));
      expect(accepted(receive(samples.sign(order, body))).kind).toBe("unusable");
    });

    it("an order without any one of its other fields is still an order", () => {
      const required = [...samples.required, ...(samples.addressee ?? [])].map((path) => path.split(".").at(0));
      for (const field of Object.keys(jsonOf(order)).filter((name) => !required.includes(name))) {
        const body = Buffer.from(JSON.stringify(without(jsonOf(order), [field])));
        expect(["sightings", "hints"], field).toContain(accepted(receive(samples.sign(order, body))).kind);
      }
    });

    cancelledAndKeyless(samples, receive);

    it("whatever proven text comes, it is held, ignored or understood", () => {
      const text = fc.oneof(fc.string({ unit: "binary" }), fc.json());
      fc.assert(
        fc.property(text, (body) => {
          accepted(receive(samples.sign(order, Buffer.from(body))));
        }),
      );
    });

    it("however a plugin rewrites an order, the result is one that is declared and holds no secret", () => {
      const document = jsonOf(order);
      const paths = pathsOf(document).filter((path) => !samples.addressee?.includes(path.join(".")));
      const changes = fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(strange)), { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(changes, (list) => {
          const changed = list.reduce((value, [path, to]) => replaced(value, path, to), document as unknown);
          const result = accepted(receive(samples.sign(order, Buffer.from(JSON.stringify(changed)))));
          const written = JSON.stringify(result);
          for (const secret of samples.secrets) expect(written).not.toContain(secret);
        }),
        { numRuns: fuzzRuns },
      );
    });
  });
}

function tamperedBodies(samples: ContractSamples, receive: (delivery: Delivery) => Received): void {
  it("one changed bit anywhere in a proven body is refused", () => {
    const place = fc.tuple(fc.constantFrom(...samples.orders), fc.nat(), fc.integer({ min: 0, max: 7 }));
    fc.assert(
      fc.property(place, ([sample, at, bit]) => {
        const body = Buffer.from(sample.body);
        const index = at % body.length;
        body.writeUInt8(body.readUInt8(index) ^ (1 << bit), index);
        expectRefused(receive({ ...sample, body }));
      }),
      { numRuns: 300 },
    );
  });

  it("a proven body that was cut or has something behind it is refused", () => {
    const [order] = samples.orders;
    expectRefused(receive({ ...order, body: order.body.subarray(0, -1) }));
    expectRefused(receive({ ...order, body: Buffer.concat([order.body, Buffer.from("\n")]) }));
    expectRefused(receive({ ...order, body: Buffer.alloc(0) }));
  });
}

function cancelledAndKeyless(samples: ContractSamples, receive: (delivery: Delivery) => Received): void {
  const { cancelled, keyless } = samples;
  if (cancelled) {
    it("a cancelled order is reported as cancelled", () => {
      expect(sightingsOf(receive(cancelled)).map((sighting) => sighting.readiness)).toEqual(["cancelled"]);
    });
  }
  if (keyless) {
    it("an order without a usable id has no keys: nothing is made up for it", () => {
      const result = accepted(receive(keyless));
      if (result.kind !== "unusable") expect(sightingsOf(result).flatMap((sighting) => sighting.keys)).toEqual([]);
    });
  }
}

function accepted(result: Received): Received {
  const parsed = AuthenticEnd.safeParse(result);
  expect(parsed.error?.issues ?? []).toEqual([]);
  return result;
}

function expectRefused(result: Received): void {
  expect(result).toMatchObject({ kind: "refused", code: expect.stringMatching(/^[a-z-]+$/) });
}

function sightingsOf(result: Received): Sighting[] {
  return result.kind === "sightings" ? result.sightings : [];
}

type Path = readonly string[];

function jsonOf(delivery: Delivery): object {
  return z.looseObject({}).parse(JSON.parse(delivery.body.toString()));
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>("", "0", "-1", "1e400", "NaN", -1, 0.1, 1e21, Number.MAX_SAFE_INTEGER + 2, [], {}, true),
  fc.constantFrom<unknown>("\u0000", "\ud800", "x".repeat(5000), "9999-99-99T99:99:99", "0000-00-00T00:00:00"),
  fc.constant<unknown>(Array.from({ length: 2000 }).reduce<unknown>((inner) => [inner], "deep")),
);

/** Every place in a document; its own root is the empty path. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with `to` at the place; null at it takes the place out. */
function replaced(value: unknown, path: Path, to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (name !== key) return [[name, inner]];
    return rest.length === 0 && to === null ? [] : [[name, replaced(inner, rest, to)]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function without(document: object, path: Path): unknown {
  return replaced(document, path, null);
}
