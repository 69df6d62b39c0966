/** Races, explored: every interleaving that fast-check finds in memory, and real concurrency against the engine. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sighting } from "../../lib/core/order.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { scheduled } from "../support/scheduled.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, fromAllegro, fromBaseLinker, number, shopId, sighting, trace } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const uuid = (n: number) => `0cc2${String(n).padStart(4, "0")}-3b6d-11f0-9c4d-8b1f2a6d7e90`;

/** What three sources say of purchase `n`: all of it once the shop shows the Allegro id, as a field or as a trace. */
function reportsOf(n: number, origin: "field" | "trace", again: boolean): Sighting[] {
  const shown = origin === "field" ? allegroId(uuid(n)) : trace(uuid(n));
  const shop = sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`), number(`${n}`), shown] });
  const base = fromBaseLinker({ sourceOrder: `8${n}`, keys: [allegroId(uuid(n))] });
  const reports = [shop, base, fromAllegro({ sourceOrder: uuid(n), keys: [allegroId(uuid(n))] })];
  return again ? [...reports, ...reports] : reports;
}

const scenario = fc.record({
  purchases: fc.integer({ min: 1, max: 3 }),
  origin: fc.constantFrom("field" as const, "trace" as const),
  again: fc.boolean(),
  losses: fc.infiniteStream(fc.nat({ max: 9 })),
});

describe("whatever the interleaving", () => {
  it("each purchase is new exactly once, every other report is linked or a duplicate", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scenario, async (s, { purchases, origin, again, losses }) => {
        const claims = memoryClaims("any");
        const floor = shopFloor(scheduled(claims, s, () => losses.next().value === 0));
        const reports = Array.from({ length: purchases }, (_, n) => reportsOf(n + 1, origin, again));
        const done = Promise.all(reports.flat().map((report) => floor.report(report)));
        await s.waitFor(done);
        const outcomes = await done;
        expect(outcomes.filter((o) => o.verdict === "new")).toHaveLength(purchases);
        expect(outcomes.every((o) => ["new", "linked", "duplicate"].includes(o.verdict))).toBe(true);
        expect(claims.orders.size).toBe(purchases);
        expect(new Set(outcomes.map((o) => o.order)).size).toBe(purchases);
      }),
      { numRuns: 300 },
    );
  });

  it("a bridge that comes last never makes a third order and never merges two", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const claims = memoryClaims("any");
        const floor = shopFloor(scheduled(claims, s, () => false));
        const shop = sighting({ keys: [shopId("271")] });
        const bridge = fromBaseLinker({ keys: [allegroId(), shopId("271")] });
        const done = Promise.all([shop, fromAllegro(), bridge].map((report) => floor.report(report)));
        await s.waitFor(done);
        const verdicts = (await done).map((o) => o.verdict).sort((a, b) => a.localeCompare(b));
        const bridged = ["held", "new", "new"].join() === verdicts.join();
        expect(claims.orders.size).toBe(bridged ? 2 : 1);
        expect(verdicts.includes("new")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("64 at once against the engine", () => {
  it("each purchase is new exactly once", async () => {
    const floor = shopFloor(dynamoClaims(await freshTable()), { random: Math.random });
    const purchases = 24;
    const reports = Array.from({ length: purchases }, (_, n) =>
      reportsOf(n + 1, n % 2 ? "field" : "trace", true),
    ).flat();
    const outcomes: string[] = [];
    const next = reports[Symbol.iterator]();
    const worker = async () => {
      for (const report of next) outcomes.push((await floor.report(report)).verdict);
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    expect(outcomes).toHaveLength(purchases * 6);
    expect(outcomes.filter((v) => v === "new")).toHaveLength(purchases);
    expect(outcomes.filter((v) => v === "held")).toHaveLength(0);
  });

  it("one purchase reported 64 times in one moment is new once", async () => {
    const floor = shopFloor(dynamoClaims(await freshTable()), { random: Math.random });
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => floor.report(sighting())));
    expect(outcomes.filter((o) => o.verdict === "new")).toHaveLength(1);
    expect(new Set(outcomes.map((o) => o.order)).size).toBe(1);
  });
});
