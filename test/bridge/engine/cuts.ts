/** An order is written while the line to the database is cut, at each request in turn. */
import { expect } from "vitest";
import type { Instant } from "../../../lib/core/order.ts";
import type { ErpOrder } from "../../../lib/core/ports/erp.ts";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { number, report } from "../../support/sightings.ts";
import type { Cut, CuttingLine } from "./cutting-line.ts";

export type CutWorld = {
  erp: ErpOverBridge;
  line: CuttingLine;
  now: () => Instant;
  /** How many confirmed orders carry the id, as anybody else sees it. */
  countOf: (order: string) => Promise<number>;
};

const LEASE_MS = 48_000;
/** Its locks, looks, procedures and reads, and what begins and ends its transaction. */
const FEWEST = 15;

/** What each cut came to, as one word: the outcome, or the reason. */
export async function cutEverywhere({ erp, line, now, countOf }: CutWorld): Promise<Record<Cut, string[]>> {
  const submit = (order: ErpOrder) => erp.submit(order, now() + LEASE_MS);
  const outcomes: Record<Cut, string[]> = { asked: [], answered: [] };
  for (const cut of ["asked", "answered"] as const) {
    // A connection that stands already needs fewer requests than a new one: it ends with the first order that met no cut.
    for (let request = 1, wasCut = true; wasCut; request++) {
      const order = orderOf(`cut-${cut}-${request}`);
      line.arm(request, cut);
      const first = await submit(order);
      wasCut = line.hasCut();
      line.arm();
      if (wasCut) outcomes[cut].push(first.outcome === "rejected" ? first.reason : first.outcome);
      else expect(first).toMatchObject({ outcome: "created" });
      // A word is kept: what was created is there, what was rejected is not.
      if (first.outcome === "created") expect(await countOf(order.order)).toBe(1);
      if (first.outcome === "rejected")
        expect({ first, count: await countOf(order.order) }).toEqual({ first, count: 0 });
      await finish(order, erp, submit);
      expect({ request, cut, count: await countOf(order.order) }).toEqual({ request, cut, count: 1 });
    }
    expect(outcomes[cut].length).toBeGreaterThan(FEWEST);
  }
  return outcomes;
}

/** As the connector goes on: a find first, and a submit only where it finds nothing. */
async function finish(
  order: ErpOrder,
  erp: ErpOverBridge,
  submit: (order: ErpOrder) => ReturnType<ErpOverBridge["submit"]>,
): Promise<void> {
  const hits = await erp.find({ order: order.order, keys: order.keys, since: 0 });
  if (hits.some(({ matched }) => matched === "own")) return;
  expect(await submit(order)).toMatchObject({ outcome: "created" });
}

function orderOf(id: string): ErpOrder {
  const { number: _, ...unnumbered } = report;
  return { order: id, keys: [number(id)], currency: "PLN", total: 5899, seen: [], report: unnumbered };
}
