/**
 * The whole path at once, from any sources' reports to the ERP: reports, deliveries that die at any call, sweeps and the
 * clock in any interleaving, under lost answers, clocks that differ and an ERP with faults.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, type Order, type Readiness } from "../../../lib/core/order.ts";
import { denseRuns } from "../../support/fuzz.ts";
import { rounds } from "./acts.ts";
import { type Ending, type Fate, play, type Story } from "./play.ts";
import { certain, indexOf, indexUnder, loose, type Purchase, recognisable } from "./purchases.ts";
import { chances, faults } from "./world.ts";

const BUYING: Readiness[] = ["ready", "ready", "ready", "waiting"];
const CANCELLING: Readiness[] = [...BUYING, "cancelled"];

/** Enough of it for a story to outlast the window of 14 days. */
const OUTLASTING = 3 * DAY;
const WITHIN_WINDOW = 2 * DAY;

function holds(story: { [K in keyof Story]: fc.Arbitrary<Story[K]> }, check: (ending: Ending) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.record(story), chances, (scheduler, chosen, chance) =>
      play(scheduler, chosen, () => chance.next().value, check),
    ),
    { numRuns: denseRuns },
  );
}

describe("whatever happens at once, dies, gets lost or comes late", () => {
  test("each purchase that was ever ready is in the ERP exactly once, and no other is", async () => {
    const story = { purchases: recognisable, rounds: rounds({ says: BUYING, longest: OUTLASTING }), faults };
    await holds(story, ({ fates, standing }) => {
      const ready = fates.filter(({ everReady }) => everReady).map(({ purchase }) => purchase.index);
      expect(standing.map(({ internetId }) => indexUnder(internetId)).sort()).toEqual(ready);
    });
  });

  test("two purchases never share an order", async () => {
    const story = { purchases: loose, rounds: rounds({ says: CANCELLING, longest: OUTLASTING }), faults };
    await holds(story, ({ orders, standing }) => {
      for (const order of orders) expect(purchasesIn(order), `purchases in order ${order.id}`).toHaveLength(1);
      const ours = standing.map(({ kojarzOrder }) => kojarzOrder);
      expect(new Set(ours).size, "orders in the ERP").toBe(ours.length);
    });
  });

  test("no order is left unfinished once faults end", async () => {
    const story = { purchases: loose, rounds: rounds({ says: CANCELLING, longest: OUTLASTING }), faults };
    await holds(story, ({ fates, orders, standing }) => {
      const unfinished = orders.filter(
        ({ state, cancelRequested }) => state === "pending" || state === "submitting" || cancelRequested,
      );
      expect(unfinished.map(({ id, state }) => `${id} ${state}`)).toEqual([]);
      for (const { id, state, erp } of orders.filter((order) => order.state === "delivered"))
        expect(standing, `order ${id} is ${state}`).toContainEqual(expect.objectContaining({ id: erp?.erpId }));
      for (const fate of fates.filter(isWanted))
        expect(rowsOf(fate.purchase, standing).length + fate.held, `purchase ${fate.purchase.index}`).toBeGreaterThan(
          0,
        );
    });
  });

  test("what was cancelled stands nowhere", async () => {
    const story = { purchases: certain, rounds: rounds({ says: CANCELLING, longest: WITHIN_WINDOW }), faults };
    await holds(story, ({ fates, orders, standing }) => {
      for (const fate of fates)
        expect(
          rowsOf(fate.purchase, standing).length,
          `purchase ${fate.purchase.index} in the ERP`,
        ).toBeLessThanOrEqual(isCancelled(fate) ? 0 : 1);
      const cancelled = new Set(orders.flatMap(({ id, state }) => (state === "cancelled" ? id : [])));
      expect(standing.filter(({ kojarzOrder }) => cancelled.has(kojarzOrder ?? ""))).toEqual([]);
    });
  });
});

function purchasesIn({ sources }: Order): Array<number | undefined> {
  return [...new Set(sources.map(({ account, sourceOrder }) => indexOf(account, sourceOrder)))];
}

function rowsOf({ index }: Purchase, rows: Ending["standing"]): Ending["standing"] {
  return rows.filter(({ internetId }) => indexUnder(internetId) === index);
}

function isWanted({ everReady, cancelledBy }: Fate): boolean {
  return everReady && cancelledBy.size === 0;
}

/** For good, and by whom it was sold alone. Another source's cancel may be that of a second import. */
function isCancelled({ purchase: { soldOn }, cancelledBy, tookCancelBack }: Fate): boolean {
  return cancelledBy.has(soldOn) && cancelledBy.size === 1 && !tookCancelBack;
}
