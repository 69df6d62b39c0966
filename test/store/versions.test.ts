/** Versions of one source never go back, whatever the order in which they arrive. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Order, Sighting } from "../../lib/core/order.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { delivered } from "../../lib/core/states.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, report, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

type Said = { readiness: Sighting["readiness"]; quantity: number; steppedBack: boolean };
type Step = { version: number; said: Said } | "the ERP has it";

const said = fc.record<Said>({
  readiness: fc.constantFrom("ready" as const, "ready" as const, "waiting" as const, "cancelled" as const),
  quantity: fc.integer({ min: 1, max: 3 }),
  steppedBack: fc.boolean(),
});

/** Up to six versions in any order, some of them twice; and somewhere between them the ERP gets what there is. */
const arrivals: fc.Arbitrary<Step[]> = fc
  .array(said, { minLength: 2, maxLength: 6 })
  .chain((all) => {
    const versions = all.map((one, index) => ({ version: index + 1, said: one }));
    const repeated = fc.subarray(versions).map((again) => [...versions, ...again]);
    return fc.tuple(
      repeated.chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length })),
      fc.nat(),
    );
  })
  .map(([steps, at]) => steps.toSpliced(at % (steps.length + 1), 0, "the ERP has it" as never) as Step[]);

const [line = { name: "", quantity: "1", gross: 0 }] = report.lines;

function reported({ version, said: { readiness, quantity, steppedBack } }: Exclude<Step, string>): Sighting {
  const lines = [{ ...line, quantity: String(quantity) }];
  const status = readiness === "ready" ? "processing" : readiness;
  const back = readiness === "waiting" && steppedBack ? { steppedBack: true as const } : {};
  return sighting({ version: NOW + version, readiness, status, report: { ...report, lines }, ...back });
}

async function play(claims: Claims, steps: readonly Step[]): Promise<void> {
  const asked: string[] = [];
  const floor = shopFloor(claims, { recheck: async (id) => void asked.push(id) });
  let order: Order | undefined;
  let newest = 0;
  for (const step of steps) {
    if (step === "the ERP has it") {
      if (order?.state !== "pending") continue;
      const erp = { erpId: "1", number: "ZO 1/26", how: "created" } as const;
      const after = delivered(order, `delivered-${newest}`, erp, NOW);
      expect(await claims.commit({ order: { before: order, after }, keys: [] }, NOW)).toBe("done");
      order = after;
      continue;
    }
    const before: Order | undefined = order;
    const outcome = await floor.report(reported(step));
    order = await claims.read(outcome.order ?? before?.id ?? "");
    // A cancel that came first is an order of its own kind; everything is about one order.
    if (before) expect(order?.id).toBe(before.id);
    if (before && step.version < newest) {
      expect(order).toEqual(before);
      expect(["stale", "nothing-new"]).toContain(outcome.reason);
    }
    newest = Math.max(newest, step.version);
    if (order) expect(order.sources[0]?.version).toBe(NOW + newest);
  }
}

describe("an older report changes nothing, byte for byte", () => {
  test("in memory", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, (steps) => play(memoryClaims(), steps)),
      { numRuns: 400 },
    );
  });

  test("in the table", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (steps) => play(dynamoClaims(await freshTable()), steps)),
      { numRuns: 15 },
    );
  });
});
