/**
 * What every adapter of the ERP port must keep. An adapter's test opens itself against something that behaves like its
 * ERP and runs this suite.
 */
import { describe, expect, test } from "vitest";
import type { Key } from "../../lib/core/keys.ts";
import { type Erp, type ErpHit, type ErpOrder, ErpUnavailable } from "../../lib/core/ports/erp.ts";
import { allegroId, NOW, number, report, shopId, UUID } from "../support/sightings.ts";

type ErpFault =
  | "busy"
  | "refused"
  | "timeout-before"
  | "timeout-after-commit"
  | "late-commit"
  | "find-fails"
  | "cancel-refused";

export type ErpUnderTest = {
  erp: Erp;
  /** The ERP's clock starts at `NOW`; this moves it. */
  pass(ms: number): void;
  /** The next call that can suffer this fault does. */
  failNext(fault: ErpFault): void;
  /** Another integrator writes an order now. */
  foreign(order: {
    internetId?: string;
    customerNumber?: string;
    currency: string;
    total: number;
    cancelled?: boolean;
  }): Promise<{ erpId: string; number: string }>;
  /** How many orders the ERP holds, cancelled ones included. */
  count(): Promise<number>;
  close(): Promise<void>;
};

const DEADLINE = NOW + 48_000;

const order = (changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: "order-1",
  keys: [shopId("271"), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
  ...changes,
});

const query = (keys: readonly Key[], changes: Partial<Parameters<Erp["find"]>[0]> = {}) => ({
  order: "order-1",
  keys,
  since: NOW - 14 * 86_400_000,
  ...changes,
});

const seen = (hits: readonly ErpHit[]) => hits.map(({ matched, erpId }) => `${matched} ${erpId}`);

export function erpContract(name: string, open: () => Promise<ErpUnderTest>): void {
  const rule = (title: string, body: (erp: Erp, ut: ErpUnderTest) => Promise<void>) =>
    test(title, async () => {
      const ut = await open();
      try {
        await body(ut.erp, ut);
      } finally {
        await ut.close();
      }
    });

  describe(`${name} as an ERP`, () => {
    rule("finds nothing where nothing is", async (erp) => {
      expect(await erp.find(query(order().keys))).toEqual([]);
    });

    rule("a created order has an id and a number and is found as our own", async (erp, ut) => {
      const answer = await erp.submit(order(), DEADLINE);
      expect(answer).toEqual({
        outcome: "created",
        erp: { erpId: expect.stringMatching(/./), number: expect.stringMatching(/./) },
      });
      expect(await erp.find(query([]))).toMatchObject([
        { matched: "own", kojarzOrder: "order-1", currency: "PLN", total: 5899, cancelled: false },
      ]);
      expect(await ut.count()).toBe(1);
    });

    rule("our own order is found without a window", async (erp) => {
      await erp.submit(order(), DEADLINE);
      expect(await erp.find(query([], { since: NOW + 1 }))).toMatchObject([{ matched: "own" }]);
    });

    rule("our own order is found when it is cancelled", async (erp) => {
      const answer = await erp.submit(order(), DEADLINE);
      if (!("erp" in answer)) throw new Error("not created");
      expect(await erp.cancel(answer.erp, "order-1")).toEqual({ outcome: "cancelled" });
      expect(await erp.find(query([]))).toMatchObject([{ matched: "own", cancelled: true }]);
    });

    rule("another Kojarz order's ERP order is reported with that order's id", async (erp) => {
      await erp.submit(order({ order: "order-2" }), DEADLINE);
      const hits = await erp.find(query(order().keys));
      expect(hits.length).toBeGreaterThan(0);
      expect(hits.every((hit) => hit.matched !== "own" && hit.kojarzOrder === "order-2")).toBe(true);
    });

    rule(
      "another writer's order is found by its internet id, with the key that matched and the columns as they are",
      async (erp, ut) => {
        const { erpId } = await ut.foreign({ internetId: UUID, currency: "PLN", total: 100 });
        expect(await erp.find(query([allegroId(), number("1001")]))).toEqual([
          {
            erpId,
            number: expect.stringMatching(/./),
            matched: "internet-id",
            key: allegroId(),
            internetId: UUID,
            currency: "PLN",
            total: 100,
            cancelled: false,
          },
        ]);
      },
    );

    rule("another writer's order is found by its number", async (erp, ut) => {
      const { erpId } = await ut.foreign({ customerNumber: "1001", currency: "PLN", total: 5899 });
      expect(seen(await erp.find(query([number("1001")])))).toEqual([`customer-number ${erpId}`]);
    });

    for (const raw of ["000000123", "#1002"])
      rule(`another writer's order is found by a number as the shop writes it, ${raw}`, async (erp, ut) => {
        const { erpId } = await ut.foreign({ customerNumber: raw, currency: "PLN", total: 5899 });
        expect(seen(await erp.find(query([number(raw)], { numbers: [raw] })))).toEqual([`customer-number ${erpId}`]);
        expect(await erp.find(query([number("1001")], { numbers: [raw] }))).toEqual([]);
      });

    rule("each key reports what it found; several ERP orders are several hits", async (erp, ut) => {
      const a = await ut.foreign({ internetId: UUID, currency: "PLN", total: 5899 });
      const b = await ut.foreign({ customerNumber: "1001", currency: "PLN", total: 5899 });
      const c = await ut.foreign({ customerNumber: "1001", currency: "PLN", total: 4999 });
      const hits = await erp.find(query([allegroId(), number("1001")]));
      expect(new Set(seen(hits))).toEqual(
        new Set([`internet-id ${a.erpId}`, `customer-number ${b.erpId}`, `customer-number ${c.erpId}`]),
      );
    });

    rule("another writer's order counts from the window's start on", async (erp, ut) => {
      await ut.foreign({ internetId: UUID, currency: "PLN", total: 5899 });
      expect(await erp.find(query([allegroId()], { since: NOW }))).toHaveLength(1);
      expect(await erp.find(query([allegroId()], { since: NOW + 1 }))).toEqual([]);
    });

    rule("another writer's cancelled order is not found", async (erp, ut) => {
      await ut.foreign({ internetId: UUID, currency: "PLN", total: 5899, cancelled: true });
      expect(await erp.find(query([allegroId()]))).toEqual([]);
    });

    rule("an id that does not fit the number column is not cut into another id", async (erp) => {
      const long = "zamowienie-internetowe-2026-000000000001";
      const other = "zamowienie-internetowe-2026-000000000002";
      const keys = [number(long)];
      await erp.submit(order({ order: "order-2", keys, report: { ...report, number: long.toUpperCase() } }), DEADLINE);
      expect(await erp.find(query(keys))).toMatchObject([{ matched: "customer-number", kojarzOrder: "order-2" }]);
      expect(await erp.find(query([number(other)]))).toEqual([]);
    });

    rule("at and after the deadline nothing is written", async (erp, ut) => {
      ut.pass(48_000);
      expect((await erp.submit(order(), DEADLINE)).outcome).not.toBe("created");
      ut.pass(600_000);
      expect(await ut.count()).toBe(0);
    });

    rule("an order rejected for now is taken later, and nothing was written", async (erp, ut) => {
      ut.failNext("busy");
      expect(await erp.submit(order(), DEADLINE)).toMatchObject({ outcome: "rejected", retry: true });
      expect(await ut.count()).toBe(0);
      expect(await erp.submit(order(), DEADLINE)).toMatchObject({ outcome: "created" });
    });

    rule("an order rejected for good says why, and nothing was written", async (erp, ut) => {
      ut.failNext("refused");
      expect(await erp.submit(order(), DEADLINE)).toMatchObject({
        outcome: "rejected",
        reason: expect.stringMatching(/./),
        retry: false,
      });
      expect(await ut.count()).toBe(0);
    });

    rule("a submit without an answer is in doubt, and a find after the deadline tells which", async (erp, ut) => {
      for (const [fault, count] of [
        ["timeout-before", 0],
        ["timeout-after-commit", 1],
      ] as const) {
        ut.failNext(fault);
        expect(await erp.submit(order({ order: fault }), DEADLINE)).toEqual({ outcome: "in-doubt" });
        expect(await erp.find(query([], { order: fault }))).toHaveLength(count);
      }
    });

    rule("an order may appear after a find saw nothing, but not after the deadline", async (erp, ut) => {
      ut.failNext("late-commit");
      expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
      expect(await erp.find(query([]))).toEqual([]);
      ut.pass(48_000);
      expect(seen(await erp.find(query([])))).toHaveLength(1);
    });

    rule("a find that gets no answer says so, instead of having found nothing", async (erp, ut) => {
      ut.failNext("find-fails");
      await expect(erp.find(query([]))).rejects.toBeInstanceOf(ErpUnavailable);
      expect(await erp.find(query([]))).toEqual([]);
    });

    rule("cancelling twice is cancelled", async (erp) => {
      const answer = await erp.submit(order(), DEADLINE);
      if (!("erp" in answer)) throw new Error("not created");
      expect(await erp.cancel(answer.erp, "order-1")).toEqual({ outcome: "cancelled" });
      expect(await erp.cancel(answer.erp, "order-1")).toEqual({ outcome: "cancelled" });
    });

    rule("what cannot be cancelled any more stays, with a reason", async (erp, ut) => {
      const answer = await erp.submit(order(), DEADLINE);
      if (!("erp" in answer)) throw new Error("not created");
      ut.failNext("cancel-refused");
      expect(await erp.cancel(answer.erp, "order-1")).toEqual({
        outcome: "refused",
        reason: expect.stringMatching(/./),
      });
      expect(await erp.find(query([]))).toMatchObject([{ cancelled: false }]);
    });

    rule("another Kojarz order cannot cancel it", async (erp) => {
      const answer = await erp.submit(order(), DEADLINE);
      if (!("erp" in answer)) throw new Error("not created");
      expect(await erp.cancel(answer.erp, "order-2")).toMatchObject({ outcome: "refused" });
    });
  });
}
