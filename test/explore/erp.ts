/** The ERP of the explorer: a pure model without a unique key, whose writes may land late, or never. */
import { customerNumberOf, idForms, internetIdOf, numberForms } from "../../bridge/wapro/columns.ts";
import type { ErpRef, Instant } from "../../lib/core/order.ts";
import type { ErpHit, ErpListed, ErpOrder, ErpQuery, Submitted } from "../../lib/core/ports/erp.ts";
import { present } from "../../lib/core/writes.ts";

/** Every record is replaced, never changed. */
export type ErpState = {
  rows: ErpListed[];
  /** Writes under way that nobody hears of any more: each lands at or before its deadline. */
  late: Array<{ entry: Entry; deadline: Instant }>;
};
export type Entry = Omit<ErpListed, "erpId" | "number" | "createdAt" | "cancelled">;

export const NAME = "erp";

export function entryOf(order: ErpOrder): Entry {
  return present({
    internetId: internetIdOf(order.keys),
    customerNumber: customerNumberOf(order),
    kojarzOrder: order.order,
    currency: order.currency,
    total: order.total,
  });
}

export function insert(erp: ErpState, entry: Entry, at: Instant): ErpRef {
  const id = erp.rows.length + 1;
  const ref = { erpId: String(id), number: `ZO ${id}/26` };
  erp.rows = [...erp.rows, { ...entry, ...ref, cancelled: false, createdAt: at }];
  return ref;
}

export function find({ rows }: ErpState, query: ErpQuery): ErpHit[] {
  const own = rows.filter((row) => row.kojarzOrder === query.order).map((row): ErpHit => hit(row, "own"));
  const foreign = rows.filter(
    ({ kojarzOrder, cancelled, createdAt }) => kojarzOrder !== query.order && !cancelled && createdAt >= query.since,
  );
  const theirs = query.keys.flatMap((key) => {
    const ids = key.kind === "internet-id" ? idForms(key, query.numbers) : [];
    const numbers = numberForms(key, {}, query.numbers);
    return foreign.flatMap((row): ErpHit[] => [
      ...(ids.includes(row.internetId ?? "") ? [{ ...hit(row, "internet-id"), key }] : []),
      ...(numbers.includes(row.customerNumber ?? "") ? [{ ...hit(row, "customer-number"), key }] : []),
    ]);
  });
  return [...own, ...theirs];
}

function hit({ createdAt: _, ...row }: ErpListed, matched: ErpHit["matched"]): ErpHit {
  return { ...row, matched };
}

export function submit(erp: ErpState, order: ErpOrder, deadline: Instant, now: Instant): Submitted {
  if (now >= deadline) return { outcome: "rejected", reason: "erp-too-late", retry: true };
  return { outcome: "created", erp: insert(erp, entryOf(order), now) };
}

export function cancel(erp: ErpState, erpId: string): { outcome: "cancelled" } {
  erp.rows = erp.rows.map((row) => (row.erpId === erpId ? { ...row, cancelled: true } : row));
  return { outcome: "cancelled" };
}

/** A submit under way lands at its deadline at the latest. */
export function passTo(world: { erp: ErpState; now: Instant }, to: Instant): void {
  const { late } = world.erp;
  world.erp.late = late.filter(({ deadline }) => deadline > to);
  for (const { entry, deadline } of late) if (deadline <= to) insert(world.erp, entry, deadline);
  world.now = to;
}
