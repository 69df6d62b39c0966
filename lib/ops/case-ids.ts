/** Which cases a report may have: a case's id is made of its account, its source order and its reason, so no search is needed. */
import { type Held, heldId } from "../core/held.ts";
import { HELD_REASONS } from "../core/held-reasons.ts";
import { KOJARZ, type Order } from "../core/order.ts";
import type { Cases } from "../core/ports/cases.ts";
import { erpAccount } from "../core/ports/erp.ts";

export type Reported = { account: string; sourceOrder: string };

export async function casesOfReports(
  reports: readonly Reported[],
  cases: Pick<Cases, "read">,
  more: readonly string[] = [],
): Promise<Held[]> {
  const reasons = [...new Set([...HELD_REASONS, ...more])];
  const ids = reports.flatMap(({ account, sourceOrder }) =>
    reasons.map((reason) => heldId(account, sourceOrder, reason)),
  );
  const held = await cases.read([...new Set(ids)]);
  return held.sort((a, b) => a.firstAt - b.firstAt);
}

/** An ERP may hold for a reason of its own: the order remembers which. */
export function casesOf(order: Order, erp: string, cases: Pick<Cases, "read">): Promise<Held[]> {
  const own = (order.history ?? []).flatMap(({ why }) => why ?? []);
  const inErp = order.erp ? [{ account: erpAccount(erp), sourceOrder: order.erp.erpId }] : [];
  const reports = [...order.sources, { account: KOJARZ, sourceOrder: order.id }, ...inErp];
  return casesOfReports(reports, cases, order.reason === undefined ? own : [order.reason, ...own]);
}
