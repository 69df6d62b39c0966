/** Which orders in WAPRO carry one of these keys, in every form under which a writer may have put it there. */
import type { Key } from "../../../dedup/keys.ts";
import type { ErpHit, ErpQuery } from "../../erp.ts";
import { idForms, type NumberTemplates, numberForms } from "../../wapro-columns.ts";
import type { Run } from "./executor.ts";
import { type OrderRow, ordersOf, ownValue } from "./rows.ts";
import type { Queries } from "./statements.ts";
import { earliestWarsaw } from "./time.ts";

/** Own orders first, without a window and with cancelled ones; then other writers'. */
export async function findOrders(
  run: Run,
  queries: Queries,
  query: ErpQuery,
  templates: NumberTemplates,
): Promise<ErpHit[]> {
  const { order, keys } = query;
  const own = await findOwn(run, queries, order);
  const hits = own.map((row): ErpHit => ({ ...hitOf(row), matched: "own" }));
  for (const key of keys) hits.push(...(await findByKey(run, queries, key, query, templates)));
  return hits.filter((hit) => hit.matched === "own" || hit.kojarzOrder !== order);
}

export async function findOwn(run: Run, queries: Queries, order: string): Promise<OrderRow[]> {
  return ordersOf(await run(queries.byOwn, { value: ownValue(order) }));
}

async function findByKey(
  run: Run,
  { byInternetId, byNumber }: Queries,
  key: Key,
  query: ErpQuery,
  templates: NumberTemplates,
): Promise<ErpHit[]> {
  const since = earliestWarsaw(query.since);
  const hits: ErpHit[] = [];
  if (byInternetId && key.kind === "internet-id") {
    for (const value of idForms(key, query.numbers)) {
      const rows = ordersOf(await run(byInternetId, { value, since }));
      hits.push(...rows.map((row): ErpHit => ({ ...hitOf(row), matched: "internet-id", key })));
    }
  }
  for (const value of numberForms(key, templates, query.numbers)) {
    const rows = ordersOf(await run(byNumber, { value, since }));
    hits.push(...rows.map((row): ErpHit => ({ ...hitOf(row), matched: "customer-number", key })));
  }
  return hits;
}

function hitOf({ order }: OrderRow): Omit<ErpHit, "matched"> {
  const { erpId, number, currency, total, cancelled, kojarzOrder } = order;
  return { erpId, number, currency, total, cancelled, ...(kojarzOrder !== undefined && { kojarzOrder }) };
}
