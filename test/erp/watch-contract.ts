/**
 * What every ERP adapter that can show what was written must keep. An adapter's test opens itself against something
 * that behaves like its ERP and runs this suite beside `erp-contract.ts`.
 */
import { describe, expect, test } from "vitest";
import { type ErpListed, ErpUnavailable, type ErpWatch } from "../../lib/core/ports/erp.ts";
import { allegroId, NOW, number, report, UUID } from "../support/sightings.ts";
import type { ErpUnderTest } from "./erp-contract.ts";

export type WatchUnderTest = Omit<ErpUnderTest, "erp"> & { erp: ErpUnderTest["erp"] & ErpWatch };

const theirs = { currency: "PLN", total: 5899 };

/** Every page, as a watch reads them. `between` happens after the first. */
async function listAll(erp: ErpWatch, since: number, between?: () => Promise<unknown>): Promise<ErpListed[]> {
  const orders: ErpListed[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page: Awaited<ReturnType<ErpWatch["list"]>> = await erp.list(since, cursor);
    orders.push(...page.orders);
    if (pages === 0) await between?.();
    if (page.cursor === undefined) return orders;
    cursor = page.cursor;
  }
  throw new Error("a list without end");
}

const idsOf = (orders: readonly ErpListed[]) => orders.map(({ erpId }) => erpId);

export function watchContract(name: string, open: () => Promise<WatchUnderTest>): void {
  const rule = (title: string, body: (erp: WatchUnderTest["erp"], ut: WatchUnderTest) => Promise<void>) =>
    test(title, async () => {
      const ut = await open();
      try {
        await body(ut.erp, ut);
      } finally {
        await ut.close();
      }
    });

  describe(`${name} as an ERP that can be watched`, () => {
    rule("lists nothing where nothing is", async (erp) => {
      expect(await erp.list(0)).toEqual({ orders: [] });
    });

    rule("shows another writer's order with the values that it wrote, raw", async (erp, ut) => {
      const ref = await ut.foreign({ ...theirs, internetId: UUID.toUpperCase(), customerNumber: "B_0042" });
      expect(await listAll(erp, NOW)).toEqual([
        {
          ...ref,
          ...theirs,
          internetId: UUID.toUpperCase(),
          customerNumber: "B_0042",
          cancelled: false,
          createdAt: NOW,
        },
      ]);
    });

    rule("a column without a value is absent", async (erp, ut) => {
      const ref = await ut.foreign(theirs);
      expect(await listAll(erp, NOW)).toEqual([{ ...ref, ...theirs, cancelled: false, createdAt: NOW }]);
    });

    rule("shows our own order with the Kojarz order's id", async (erp) => {
      const order = { order: "order-1", keys: [allegroId(), number("1001")], ...theirs, report };
      const answer = await erp.submit(order, NOW + 48_000);
      if (!("erp" in answer)) throw new Error("not created");
      expect(await listAll(erp, 0)).toMatchObject([{ ...answer.erp, ...theirs, kojarzOrder: "order-1" }]);
    });

    rule("shows a cancelled order as cancelled", async (erp, ut) => {
      await ut.foreign({ ...theirs, cancelled: true });
      expect(await listAll(erp, 0)).toMatchObject([{ cancelled: true }]);
    });

    rule("an order counts from the very instant on, not before", async (erp, ut) => {
      await ut.foreign(theirs);
      ut.pass(1000);
      const second = await ut.foreign(theirs);
      expect(idsOf(await listAll(erp, NOW + 1000))).toEqual([second.erpId]);
      expect(await listAll(erp, NOW + 1001)).toEqual([]);
    });

    rule("many orders come oldest first, each once, page by page, also those of one instant", async (erp, ut) => {
      const written: string[] = [];
      for (let n = 0; n < 230; n++) {
        if (n % 40 === 0) ut.pass(1000);
        written.push((await ut.foreign({ ...theirs, customerNumber: `N${n}` })).erpId);
      }
      expect(idsOf(await listAll(erp, NOW))).toEqual(written);
    });

    rule(
      "an order that is written while the pages are read is shown in the end, and hides no other",
      async (erp, ut) => {
        const written: string[] = [];
        for (let n = 0; n < 120; n++) written.push((await ut.foreign(theirs)).erpId);
        const between = async () => {
          ut.pass(1000);
          written.push((await ut.foreign(theirs)).erpId);
        };
        const first = await listAll(erp, NOW, between);
        const again = await listAll(erp, NOW);
        expect(idsOf(again)).toEqual(written);
        expect(new Set(idsOf(first)).size).toBe(first.length);
        expect(idsOf(first)).toEqual(expect.arrayContaining(written.slice(0, 120)));
      },
    );

    rule("asking twice shows the same", async (erp, ut) => {
      await ut.foreign({ ...theirs, internetId: UUID });
      expect(await listAll(erp, 0)).toEqual(await listAll(erp, 0));
    });

    rule("an ERP that does not answer is an exception, never an empty list", async (erp, ut) => {
      await ut.foreign(theirs);
      ut.failNext("find-fails");
      await expect(erp.list(0)).rejects.toThrow(ErpUnavailable);
      expect(await erp.list(0)).toMatchObject({ orders: [theirs] });
    });
  });
}
