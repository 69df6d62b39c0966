/**
 * Keys and order read at once, or one after the other: a report comes to the same, whatever state the order, its window and
 * its memory are in, and whatever somebody else writes in between.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyId } from "../../lib/core/keys.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import type { Claims, Found } from "../../lib/core/ports/claims.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { cancelledOrder, delivered, erased, heldOrder, postponed, taken } from "../../lib/core/states.ts";
import { intake, type Outcome } from "../../lib/intake/intake.ts";
import { fuzzRuns } from "../support/fuzz.ts";
import { type ClaimsState, emptyClaims, memoryClaims } from "../support/memory-claims.ts";
import {
  allegroId,
  fromAllegro,
  fromBaseLinker,
  NOW,
  number,
  OTHER_UUID,
  report,
  rules,
  shopId,
  sighting,
} from "../support/sightings.ts";

const shop = { keys: [shopId("271"), number("1001"), allegroId()] };
const sightings: readonly Sighting[] = [
  sighting(shop),
  sighting({ ...shop, version: NOW }),
  sighting({ ...shop, version: NOW, total: 9900 }),
  sighting({ ...shop, version: NOW + 5, readiness: "cancelled", status: "cancelled" }),
  sighting({ ...shop, readiness: "waiting", status: "pending" }),
  sighting({ ...shop, version: NOW + 9, readiness: "waiting", status: "pending" }),
  sighting({ ...shop, version: NOW + 10, refunded: 500 }),
  sighting({ ...shop, cart: { id: "7" } }),
  sighting({ sourceOrder: "272", keys: [shopId("272"), number("1001")] }),
  sighting({ sourceOrder: "272", keys: [shopId("272"), number("1002")], cart: { id: "7" } }),
  sighting({ ...shop, keys: [shopId("271"), allegroId(OTHER_UUID)] }),
  sighting({ ...shop, version: NOW + 20, report: { ...report, lines: [] } }),
  fromAllegro(),
  fromAllegro({ version: NOW + 3, readiness: "cancelled", status: "CANCELLED" }),
  fromBaseLinker(),
  fromBaseLinker({ sourceOrder: "800000102", total: 3000 }),
  fromBaseLinker({ keys: [shopId("271")] }),
];

const erp = { erpId: "1", number: "ZO 1/26", how: "created" } as const;

type Act =
  | { act: "report"; sighting: Sighting }
  | { act: "later"; days: number }
  | { act: "taken" | "delivered" | "postponed" | "held" | "gone" | "given-up" | "erased" | "shared" };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...sightings).map((one): Act => ({ act: "report", sighting: one })) },
  { weight: 1, arbitrary: fc.constantFrom(1, 13, 14, 15, 60, 91).map((days): Act => ({ act: "later", days })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("taken", "delivered", "postponed", "held", "gone", "given-up", "erased", "shared")
      .map((what) => ({ act: what }) as Act),
  },
);

type World = { now: number; claims: ClaimsState; names: number };

function copyOf({ now, names, claims }: World): World {
  const { orders, keys, held, heldUntil, audits } = claims;
  const copy = { orders: new Map(orders), keys: new Map(keys), held: new Map(held), heldUntil: new Map(heldUntil) };
  return { now, names, claims: { ...copy, audits: [...audits] } };
}

type Heard = { outcome: Outcome; explained: Explanation[]; world: World };

/** @param claimsOf how the store looks keys up */
async function told(from: World, one: Sighting, claimsOf = (claims: Claims): Claims => claims): Promise<Heard> {
  const world = copyOf(from);
  const explained: Explanation[] = [];
  const outcome = await intake(one, {
    claims: claimsOf(memoryClaims("any", world.claims)),
    explain: (explanation) => void explained.push(explanation),
    now: () => world.now,
    random: () => 0,
    wait: async () => undefined,
    unique: () => `id-${++world.names}`,
    recheck: async () => undefined,
    rules,
  });
  return { outcome, explained, world };
}

/** The moves that others than intake make with the first order: its connector, the sweep, an operator. */
async function moved(world: World, what: Exclude<Act["act"], "report" | "later">): Promise<void> {
  const claims = memoryClaims("any", world.claims);
  const before = [...world.claims.orders.values()][0];
  if (!before) return;
  const stamp = `moved-${++world.names}`;
  if (what === "shared") {
    const key = [...world.claims.keys.values()].find(({ kind }) => kind === "customer-number");
    if (key) await claims.commit({ keys: [{ before: key, after: { ...key, shared: true } }] }, world.now);
    return;
  }
  const after = {
    taken: () => taken(before, stamp, world.now + 60_000),
    delivered: () => delivered(before, stamp, erp, world.now),
    postponed: () => postponed(before, stamp, "erp-busy", world.now + 1000),
    held: () => heldOrder(before, stamp, "rejected"),
    gone: () => heldOrder(before, stamp, "gone-at-source"),
    "given-up": () => cancelledOrder(before, stamp, { account: "kojarz", version: 0 }),
    erased: () => erased(before, stamp),
  }[what]();
  await claims.commit({ order: { before, after }, keys: [] }, world.now);
}

async function done(from: World, one: Act): Promise<World> {
  if (one.act === "report") return (await told(from, one.sighting)).world;
  const world = copyOf(from);
  if (one.act === "later") world.now += one.days * DAY;
  else await moved(world, one.act);
  return world;
}

/** As the table does where it remembers the keys: the order may have been read before them. */
const atOnce =
  (early: ClaimsState) =>
  (claims: Claims): Claims => ({
    ...claims,
    async look(names, how): Promise<Found> {
      const found = await claims.look(names);
      const records = names.map((name) => found.keys.get(keyId(name)));
      const ids = [...new Set(records.flatMap((record) => record?.order ?? []))];
      const order = early.orders.get(ids[0] ?? "");
      if (how !== "at-once" || ids.length !== 1 || !order) return found;
      return { keys: found.keys, orders: new Map([[order.id, order]]), atOnce: true };
    },
  });

/** Names count what was drawn, and how often a decision was made again. */
function told1({ outcome, explained, world }: Heard) {
  return { outcome, explained, claims: world.claims };
}

const start: World = { now: NOW, claims: emptyClaims(), names: 0 };

describe("read at once", () => {
  test("a report comes to what it comes to otherwise, on every state that others left", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...sightings),
        async (acts, last) => {
          let world = start;
          for (const one of acts) world = await done(world, one);
          const expected = await told(world, last);
          seen.add(`${expected.outcome.verdict} ${expected.outcome.reason}`);
          expect(told1(await told(world, last, atOnce(world.claims)))).toEqual(told1(expected));
        },
      ),
      { numRuns: Math.max(300, fuzzRuns) },
    );
    expect(seen.size).toBeGreaterThan(12);
  });

  test("an order that somebody changes in between is taken as it was before, or as it is after", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 1, maxLength: 6 }),
        act.filter(({ act: what }) => what !== "later"),
        fc.constantFrom(...sightings),
        async (acts, between, last) => {
          let before = start;
          for (const one of acts) before = await done(before, one);
          const after = await done(before, between);
          const heard = await told(after, last, atOnce(before.claims));
          const [earlier, later] = [await told(before, last), await told(after, last)];
          const isAsAfter = isSame(heard, later);
          const changedNothing = JSON.stringify(contents(heard.world)) === JSON.stringify(contents(after));
          const isAsBefore = changedNothing && JSON.stringify(heard.outcome) === JSON.stringify(earlier.outcome);
          expect({
            isRight: isAsAfter || isAsBefore,
            heard: heard.outcome,
            earlier: earlier.outcome,
            later: later.outcome,
          }).toMatchObject({ isRight: true });
        },
      ),
      { numRuns: Math.max(300, fuzzRuns) },
    );
  });
});

function contents({ claims }: World): unknown[] {
  return [claims.orders, claims.keys, claims.held].map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSame(a: Heard, b: Heard): boolean {
  return JSON.stringify([a.outcome, ...contents(a.world)]) === JSON.stringify([b.outcome, ...contents(b.world)]);
}
