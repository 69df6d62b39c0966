/**
 * What becomes of the orders that a channel reports, whichever way they come: pushed, or read from the platform.
 *
 * A channel brings documents as its platform writes them and says what becomes of one; the suite changes them in every
 * way that plugins do, and reports them to a store as often and in whatever order a network does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { Received } from "../../lib/channels/channel.ts";
import type { HeldReason } from "../../lib/core/held-reasons.ts";
import { Key } from "../../lib/core/keys.ts";
import { Sighting } from "../../lib/core/order.ts";
import { expectLinear } from "../support/cpu.ts";
import { filled, mutated, type Path, textsOf, without } from "../support/documents.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";

export type Told = { document: unknown; told(document: unknown): Received };

type OrderSamples = {
  /** Orders in as many shapes as are known. */
  orders: readonly [Told, ...Told[]];
  /** One order as it was from time to time, the oldest first; absent where its reports carry no time of their own. */
  history?: readonly [Told, Told, ...Told[]] | undefined;
  cancelled?: Told | undefined;
  /** All of its ids are missing or placeholders; absent where that cannot be said. */
  keyless?: Told | undefined;
  /** Paths (dotted) of the first order without which it cannot be used. */
  required: readonly string[];
  /** Paths (dotted) that are no field of the order: by them a body says for whom it is. */
  fixed?: readonly string[] | undefined;
  /** Texts of the account that may appear in no result. */
  secrets: readonly string[];
};

const Bytes = z.instanceof(Buffer);

/** What an authentic report may end as: stored or counted, never refused and never an exception. */
const AuthenticEnd = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("silent"), status: z.union([z.literal(200), z.literal(204)]) }),
  z.strictObject({
    kind: z.literal("sightings"),
    sightings: z.array(Sighting),
    settles: z.optional(z.array(z.string())),
    unusable: z.optional(
      z.array(z.object({ reason: z.string().check(z.minLength(1)), sourceOrder: z.optional(z.string()) })),
    ),
  }),
  z.strictObject({
    kind: z.literal("ignored"),
    reason: z.string().check(z.minLength(1)),
    sourceOrder: z.optional(z.string()),
  }),
  z.strictObject({
    kind: z.literal("unusable"),
    reason: z.string().check(z.minLength(1)),
    sourceOrder: z.optional(z.string()),
    detail: z.optional(z.string()),
    reply: z.optional(
      z.object({ status: z.union([z.literal(200), z.literal(422)]), contentType: z.string(), body: z.string() }),
    ),
    keep: z.optional(Bytes),
  }),
  z.strictObject({ kind: z.literal("gone"), sourceOrder: z.string(), keys: z.array(Key) }),
  z.strictObject({
    kind: z.literal("refreshes"),
    ids: z.array(z.string().check(z.minLength(1))),
    answer: z.enum(["accepted", "silent"]),
  }),
]);

export function accepted(result: Received): Received {
  const parsed = AuthenticEnd.safeParse(result);
  expect(parsed.error?.issues ?? []).toEqual([]);
  return result;
}

function sightingsOf(result: Received): Sighting[] {
  return result.kind === "sightings" ? result.sightings : [];
}

type Mapped = { kind: string; sighting?: Sighting; reason?: string; sourceOrder?: string };

type MappingContract = {
  name: string;
  /** What a pull makes of an order as the platform's API writes it. */
  map(document: unknown): Mapped;
  samples: {
    orders: readonly [unknown, ...unknown[]];
    history: readonly [unknown, unknown, ...unknown[]];
    cancelled: unknown;
    keyless: unknown;
    required: readonly string[];
    secrets: readonly string[];
  };
};

/** The same for a channel that reads its orders from the platform. */
export function mappingContract({ name, map, samples }: MappingContract): void {
  const told = (document: unknown): Told => ({ document, told: (changed) => endOf(map(changed)) });
  const { orders, history, cancelled, keyless } = samples;
  const [first, ...others] = orders;
  const [oldest, second, ...later] = history;
  describe(`an order that is read from ${name} keeps the contract`, () => {
    ordersKeepTheContract({
      ...samples,
      orders: [told(first), ...others.map(told)],
      history: [told(oldest), told(second), ...later.map(told)],
      cancelled: told(cancelled),
      keyless: told(keyless),
    });
  });
}

/** In the words of a delivery. */
function endOf(mapped: Mapped): Received {
  const { kind, sighting, reason = kind, sourceOrder } = mapped;
  if (sighting) return { kind: "sightings", sightings: [sighting] };
  const of = { reason, ...(sourceOrder !== undefined && { sourceOrder }) };
  return kind === "unusable" ? { kind: "unusable", ...of, reason: reason as HeldReason } : { kind: "ignored", ...of };
}

const isOrder = (result: Received) => result.kind === "sightings" || result.kind === "refreshes";

export function ordersKeepTheContract(samples: OrderSamples): void {
  const { orders, cancelled, keyless, required, fixed = [], secrets } = samples;
  const [order] = orders;

  it("an authentic order ends as a sighting or a hint, the same one each time", () => {
    for (const { document, told } of orders) {
      const result = accepted(told(document));
      expect(isOrder(result), JSON.stringify(result)).toBe(true);
      expect(told(document)).toEqual(result);
    }
  });

  it("fields that a platform or a plugin adds change nothing", () => {
    const added = { kojarz_unknown: { a: [1, null, "x"] }, "": 1, constructor: "x" };
    expect(order.told({ ...added, ...Object(order.document) })).toEqual(order.told(order.document));
  });

  it.each(required.map((path) => [path]))("an order without %s is held for a person", (path) => {
    expect(accepted(order.told(without(order.document, path.split(".")))).kind).toBe("unusable");
  });

  it("an order without any one of its other fields is still an order", () => {
    const needed = [...required, ...fixed].map((path) => path.split(".").at(0));
    for (const field of Object.keys(Object(order.document)).filter((name) => !needed.includes(name)))
      expect(isOrder(accepted(order.told(without(order.document, [field])))), field).toBe(true);
  });

  if (cancelled)
    it("a cancelled order is reported as cancelled", () => {
      const sightings = sightingsOf(cancelled.told(cancelled.document));
      expect(sightings.map((sighting) => sighting.readiness)).toEqual(["cancelled"]);
    });

  if (keyless)
    it("an order without a usable id is held, and nothing is made up for it", async () => {
      const result = accepted(keyless.told(keyless.document));
      const claims = memoryClaims();
      for (const sighting of sightingsOf(result))
        expect(await shopFloor(claims).report(sighting)).toMatchObject({ verdict: "held" });
      if (result.kind !== "unusable") expect(sightingsOf(result).flatMap((sighting) => sighting.keys)).toEqual([]);
      expect(claims.orders.size).toBe(0);
    });

  it("however a plugin rewrites an order, the result is one that is declared and holds no secret", () => {
    const changes = fc
      .constantFrom(...orders.map(({ document, told }) => ({ told, changed: mutated(document, fixed) })))
      .chain(({ told, changed }) => changed.map((document) => ({ told, document })));
    fc.assert(
      fc.property(changes, ({ told, document }) => {
        const result = accepted(told(document));
        const kept = "keep" in result ? String(result.keep) : "";
        for (const secret of secrets) expect(JSON.stringify(result) + kept).not.toContain(secret);
      }),
      { numRuns: fuzzRuns },
    );
  });

  longTextsAreRead(samples);
  reportedToAStore(samples);
}

/** What the patterns of this code begin with, and what they repeat. */
const PIECES = [
  "a",
  " ",
  " \n",
  "- ",
  "0",
  "1,",
  "/",
  "%",
  "(5 zł",
  "<a ",
  "&amp",
  "[allegro:",
  "1b2c3d4e-",
  "kartabon",
];

/** Where any text will do: with another one there it is still an order. */
function freePlaces({ document, told }: Told, fixed: readonly string[]): Path[] {
  const places = textsOf(document).filter((path) => !fixed.includes(path.join(".")));
  return places.filter((path) => ["a text", "b/2, -7"].every((text) => isOrder(told(filled(document, [path], text)))));
}

function longTextsAreRead({ orders: [order], fixed = [] }: OrderSamples): void {
  const places = freePlaces(order, fixed);
  // A mere hint at an order holds no text.
  if (places.length === 0) return;

  it.each(PIECES)("texts of nothing but %j are read in time that grows as they do", (piece) => {
    expectLinear(8_000, (length) =>
      order.told(filled(order.document, places, piece.repeat(Math.ceil(length / piece.length / places.length)))),
    );
  });
}

function reportedToAStore({ orders, history }: OrderSamples): void {
  const sightings = orders.flatMap(({ document, told }) => sightingsOf(told(document)));
  if (sightings.length > 0)
    it("a report that comes again changes nothing", async () => {
      for (const sighting of sightings) {
        const claims = memoryClaims();
        const floor = shopFloor(claims);
        await floor.report(sighting);
        const before = { orders: [...claims.orders], held: [...claims.held] };
        expect(before.orders).toHaveLength(1);
        for (let time = 0; time < 2; time += 1) expect((await floor.report(sighting)).verdict).toBe("duplicate");
        expect({ orders: [...claims.orders], held: [...claims.held] }).toEqual(before);
      }
    });
  if (history) ordersOfTime(history.flatMap(({ document, told }) => sightingsOf(told(document))));
}

const STATE = { waiting: "waiting", ready: "pending", cancelled: "cancelled" } as const;

function ordersOfTime(history: readonly Sighting[]): void {
  it("however often and in whatever order its reports come, an order stands as the newest of them says", async () => {
    expect(new Set(history.map(({ sourceOrder }) => sourceOrder)).size).toBe(1);
    const turns = fc.array(fc.nat({ max: history.length - 1 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(turns, async (list) => {
        const claims = memoryClaims();
        const floor = shopFloor(claims);
        for (const turn of list) await floor.report(history[turn] as Sighting);
        const newest = history[Math.max(...list)] as Sighting;
        const { readiness, sourceOrder, version, report } = newest;
        expect([...claims.orders.values()]).toMatchObject([
          { state: STATE[readiness], sources: [{ sourceOrder, version, readiness, report: { lines: report.lines } }] },
        ]);
      }),
    );
  });
}
