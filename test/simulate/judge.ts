/** What was sold against what the ERP holds. The index of Kojarz is asked only which source order an ERP order was made of. */
import { DAY, type Instant } from "../../lib/core/order.ts";
import type { FakeErp } from "../../local/fake-erp.ts";
import type { Sold } from "./merchant.ts";
import type { Store } from "./store.ts";

export type Judged = {
  purchases: number;
  erpOrders: number;
  lost: number;
  doubled: number;
  untold: number;
  /** Of the purchases, how many a person was told of. */
  told: number;
  /** Orders that held personal data for longer than is said. */
  keptTooLong: number;
  /** Cases that are open at the end. */
  openCases: number;
  complaints: string[];
};

type Row = ReturnType<FakeErp["rows"]>[number];

export function judge(store: Store, erp: FakeErp) {
  let keptTooLong = 0;
  const complaints: string[] = [];

  /** Rows by every source order that they were made of, or whose id stands in them. */
  function rowsBySource(): Map<string, Set<Row>> {
    const bySource = new Map<string, Set<Row>>();
    const add = (source: string, row: Row) => bySource.set(source, (bySource.get(source) ?? new Set()).add(row));
    for (const row of erp.rows()) {
      const sources = row.kojarzOrder === undefined ? [] : store.sourcesOf(row.kojarzOrder);
      for (const source of sources) add(source, row);
      // What another integrator wrote carries the marketplace's own id.
      if (row.kojarzOrder === undefined && row.internetId) add(`allegro:acme/${row.internetId}`, row);
    }
    return bySource;
  }

  return {
    look(_: readonly Sold[], now: Instant): void {
      for (const order of store.keptTooLong(now)) {
        keptTooLong += 1;
        if (complaints.length < 20)
          complaints.push(
            `order ${order.id} holds personal data after ${new Date(order.expiresAt + DAY).toISOString()}`,
          );
      }
    },
    end(ledger: readonly Sold[], _now: Instant): Judged {
      const bySource = rowsBySource();
      const judged: Judged = {
        purchases: ledger.length,
        erpOrders: 0,
        lost: 0,
        doubled: 0,
        untold: 0,
        told: 0,
        keptTooLong,
        openCases: [...store.held.values()].filter(({ resolved }) => !resolved).length,
        complaints,
      };
      const owners = new Map<Row, Sold>();
      for (const sold of ledger) {
        const rows = new Set([...sold.sources].flatMap((source) => [...(bySource.get(source) ?? [])]));
        judgeOne(sold, [...rows], owners, judged);
      }
      judged.erpOrders = erp.rows().length;
      return judged;
    },
  };

  function judgeOne(sold: Sold, rows: readonly Row[], owners: Map<Row, Sold>, judged: Judged): void {
    const standing = rows.filter(({ cancelled }) => !cancelled);
    const isTold = isToldOf(sold, rows);
    if (isTold) judged.told += 1;
    const complain = (what: "lost" | "doubled" | "untold", text: string) => {
      judged[what] += 1;
      const name = `${[...sold.sources].join(" ")} of ${new Date(sold.at).toISOString()}`;
      if (judged.complaints.length < 20) judged.complaints.push(`${what}: ${name} ${text}`);
    };
    for (const row of standing) {
      if (owners.has(row)) complain("lost", `shares ERP order ${row.number} with another purchase`);
      owners.set(row, sold);
    }
    if (standing.length > 1 && !(sold.alsoWritten && isTold))
      complain("doubled", `is in the ERP ${standing.length} times`);
    if (sold.cancelledAt === undefined && standing.length === 0 && !isTold) complain("lost", "is not in the ERP");
    if (sold.cancelledAt !== undefined && standing.length > 0 && !isTold && !sold.alsoWritten)
      complain("untold", "was cancelled and stands in the ERP");
    const [row] = standing;
    if (row && standing.length === 1 && Math.round(Number(row.total) * 100) !== sold.total && !isTold)
      complain("untold", `is in the ERP with ${row.total} instead of ${sold.total / 100}`);
  }

  function isToldOf({ sources }: Sold, rows: readonly Row[]): boolean {
    const names = [
      ...[...sources].map((source) => source.split(/\/(.*)/s)),
      ...rows.map(({ id }) => ["erp:wapro-stand-in", id]),
    ];
    return names.some(([account = "", id = ""]) => store.told(account, id).size > 0);
  }
}
