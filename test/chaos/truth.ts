/** What was sold against what the ERP holds. */
import type { Sold } from "./play.ts";
import type { Victim } from "./victim.ts";

type ErpRow = { number: string; internetId?: string; customerNumber?: string; total: string; cancelled: boolean };
type CaseRow = { sourceOrder: string };
type IndexRow = {
  order: string;
  state: string;
  reason?: string;
  sources: Array<{ account: string; sourceOrder: string }>;
};

export type Verdict = {
  purchases: number;
  /** Reports that reached an order: answered, or found by a poll. */
  sightings: number;
  erp_orders: number;
  cancelled: number;
  /** Reports that did not reach the purchase's order. */
  unlinked: number;
  /** Nobody has it: neither the ERP nor, as work or as a case, Kojarz. */
  lost: number;
  /** Not in the ERP, and a person is asked. */
  held: number;
  /** Not in the ERP yet, and still tried: on a busy machine it may take longer than the run waits. */
  unfinished: number;
  duplicated: number;
  complaints: string[];
};

export async function judge(sold: readonly Sold[], victim: Pick<Victim, "get">): Promise<Verdict> {
  const rows = await victim.get<ErpRow[]>("/erp/orders");
  const index = await victim.get<IndexRow[]>("/orders");
  const cases = await victim.get<CaseRow[]>("/held");
  const complaints: string[] = [];
  const matched = new Set<ErpRow>();
  const verdict: Verdict = {
    purchases: sold.length,
    sightings: 0,
    erp_orders: rows.length,
    cancelled: rows.filter((row) => row.cancelled).length,
    unlinked: 0,
    lost: 0,
    held: 0,
    unfinished: 0,
    duplicated: 0,
    complaints,
  };
  for (const one of sold) {
    const ids = new Set([one.allegroId, String(one.shopId), String(one.baselinkerId)]);
    const here = rows.filter((row) => ids.has(row.internetId ?? "") || ids.has(row.customerNumber ?? ""));
    for (const row of here) matched.add(row);
    const name = `purchase ${one.number} (${one.order}, ${one.origin})`;
    if (here.length === 0 && !one.cancels) {
      const [order] = index.filter(({ sources }) => sources.some(({ sourceOrder }) => ids.has(sourceOrder)));
      const isTold = cases.some(({ sourceOrder }) => ids.has(sourceOrder));
      verdict[fateOf(order, isTold)] += 1;
      complaints.push(`${name} is not in the ERP: its order is ${order?.state} (${order?.reason})`);
    }
    if (here.length > 1) {
      verdict.duplicated += here.length - 1;
      complaints.push(`${name} is in the ERP ${here.length} times: ${here.map((row) => row.number).join(", ")}`);
    }
    const reported = index.filter((order) => order.sources.some((source) => ids.has(source.sourceOrder)));
    const accounts = new Set(reported.flatMap((order) => order.sources.map((source) => source.account)));
    verdict.sightings += accounts.size;
    verdict.unlinked += 3 - accounts.size;
    if (accounts.size < 3 || reported.length !== 1)
      complaints.push(`${name}: ${reported.length} orders, reported by ${[...accounts].join(", ")}`);
    if (one.cancels) complaints.push(...cancelComplaints(name, here, reported));
  }
  const strangers = rows.filter((row) => !matched.has(row));
  for (const row of strangers) complaints.push(`ERP order ${row.number} was never sold`);
  return verdict;
}

function fateOf(order: IndexRow | undefined, isTold: boolean): "lost" | "held" | "unfinished" {
  if (order && ["waiting", "pending", "submitting"].includes(order.state)) return "unfinished";
  return order?.state === "held" || isTold ? "held" : "lost";
}

/** Cancelled before it was delivered, cancelled in the ERP, or held for a person because the ERP would not. */
function cancelComplaints(name: string, rows: readonly ErpRow[], orders: readonly IndexRow[]): string[] {
  const [order] = orders;
  const isCancelled = order?.state === "cancelled" && rows.every((row) => row.cancelled);
  const isHeld = order?.state === "held" && order.reason === "erp-cannot-cancel";
  return isCancelled || isHeld ? [] : [`${name} was cancelled, but its order is ${order?.state} (${order?.reason})`];
}

export function isSettled(verdict: Verdict): boolean {
  return verdict.complaints.length === 0;
}
