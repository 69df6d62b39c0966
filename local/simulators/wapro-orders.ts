/** The orders of the modelled WAPRO: what a transaction changes nobody sees before its commit, and ids are never reused. */
import { StatementFailed } from "../../bridge/wapro/executor.ts";
import { warsawTime } from "../../bridge/wapro/time.ts";
import type { Instant } from "../../lib/core/order.ts";

export type OrderRow = {
  id: number;
  number: string;
  internetId: string | null;
  customerNumber: string | null;
  free: Record<string, string>;
  total: number;
  status: string;
  realised: string;
  beingEdited: boolean;
  user: number;
  /** What the wall clock showed, as SQL Server keeps it: the hour that comes twice looks the same both times. */
  createdAt: string;
  contractor: string;
  remarks: string;
  buyer: string;
  payment: string;
  /** Prices in grosze for one unit. */
  lines: Array<{ article: string; name: string; quantity: string; gross: number; net: number; vat: string }>;
};

export type Transaction = { changed: Map<number, OrderRow>; ended: PromiseWithResolvers<void> };

export function openOrderTable(now: () => Instant) {
  const committed = new Map<number, OrderRow>();
  const late: Array<{ at: Instant; transaction: Transaction }> = [];
  let lastId = 0;
  let lastNumber = 0;

  function apply({ changed }: Transaction): void {
    for (const [id, row] of changed) committed.set(id, row);
  }

  function settle(): void {
    for (const entry of late.splice(0)) {
      if (entry.at <= now()) apply(entry.transaction);
      else late.push(entry);
    }
  }

  function visible(transaction?: Transaction): OrderRow[] {
    settle();
    const rows = new Map([...committed, ...(transaction?.changed ?? [])]);
    return [...rows.values()].sort((a, b) => a.id - b.id);
  }

  return {
    apply,
    /** The commit is on its way and will be there at this instant. */
    applyLater: (transaction: Transaction, at: Instant) => {
      late.push({ at, transaction });
    },
    visible,
    /** The row as this transaction may change it. */
    own(transaction: Transaction | undefined, id: unknown, statement: string): OrderRow {
      const row = visible(transaction).find((candidate) => String(candidate.id) === String(id));
      if (!row) throw new StatementFailed(statement, 50_000);
      const copy = structuredClone(row);
      (transaction?.changed ?? committed).set(copy.id, copy);
      return copy;
    },
    /** A header: without a number, open in its user's hands. */
    add(fields: Partial<OrderRow> & Pick<OrderRow, "user">, transaction?: Transaction): OrderRow {
      lastId += 1;
      const row: OrderRow = {
        id: lastId,
        number: "",
        internetId: null,
        customerNumber: null,
        free: {},
        total: 0,
        status: "",
        realised: "N",
        beingEdited: true,
        createdAt: warsawTime(now()),
        contractor: "",
        remarks: "",
        buyer: "",
        payment: "",
        lines: [],
        ...fields,
      };
      (transaction?.changed ?? committed).set(row.id, row);
      return row;
    },
    /** A number that was given is gone, also when its transaction is rolled back. */
    nextNumber(): string {
      lastNumber += 1;
      return `ZO ${String(lastNumber).padStart(6, "0")}/26`;
    },
  };
}
