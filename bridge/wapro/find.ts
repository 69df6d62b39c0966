/** Which orders in WAPRO carry one of these keys, in every form under which a writer may have put it there. */
import type { Key } from "../../lib/core/keys.ts";
import type { ErpHit, ErpQuery } from "../../lib/core/ports/erp.ts";
import { idForms, type NumberTemplates, numberForms } from "./columns.ts";
import type { Run } from "./executor.ts";
import type { Wapro } from "./probe.ts";
import { type OrderRow, ordersOf, ownValue } from "./rows.ts";
import type { Queries, Statement } from "./statements.ts";
import { earliestWarsaw } from "./time.ts";

type Where = Pick<Wapro, "queries" | "alphabets"> & { templates: NumberTemplates };

/** Own orders first, without a window and with cancelled ones; then other writers'. */
export function findOrders(run: Run, query: ErpQuery, where: Where): Promise<ErpHit[]> {
  const { byInternetId, byNumber } = where.queries;
  return look(run, query, earliestWarsaw(query.since), where, { byInternetId, byNumber });
}

/**
 * The same, and it waits for what others are just writing.
 * @param since as the server's clock writes it
 */
export function findOrdersLast(run: Run, query: ErpQuery, since: string, where: Where): Promise<ErpHit[]> {
  const { lastByInternetId, lastByNumber } = where.queries;
  return look(run, query, since, where, { byInternetId: lastByInternetId, byNumber: lastByNumber });
}

async function look(
  run: Run,
  { order, keys, numbers }: ErpQuery,
  since: string,
  where: Where,
  by: ByKey,
): Promise<ErpHit[]> {
  const own = await findOwn(run, where.queries, order);
  const hits = own.map((row): ErpHit => ({ ...hitOf(row), matched: "own" }));
  for (const key of keys) hits.push(...(await findByKey(run, by, key, { numbers, since }, where)));
  return hits.filter((hit) => hit.matched === "own" || hit.kojarzOrder !== order);
}

/** The ERP orders that carry this Kojarz order's id: of any age, cancelled ones too. */
export async function findOwn(run: Run, queries: Queries, order: string): Promise<OrderRow[]> {
  return ordersOf(await run(queries.byOwn, { value: ownValue(order) }));
}

type ByKey = { byInternetId: Statement | undefined; byNumber: Statement };

async function findByKey(
  run: Run,
  { byInternetId, byNumber }: ByKey,
  key: Key,
  { numbers, since }: { numbers: ErpQuery["numbers"]; since: string },
  { alphabets, templates }: Where,
): Promise<ErpHit[]> {
  const hits: ErpHit[] = [];
  if (byInternetId && key.kind === "internet-id") {
    for (const value of idForms(key, numbers, alphabets.internetId)) {
      const rows = ordersOf(await run(byInternetId, { value, since }));
      hits.push(...rows.map((row): ErpHit => ({ ...hitOf(row), matched: "internet-id", key })));
    }
  }
  for (const value of numberForms(key, templates, numbers, alphabets.number)) {
    const rows = ordersOf(await run(byNumber, { value, since }));
    hits.push(...rows.map((row): ErpHit => ({ ...hitOf(row), matched: "customer-number", key })));
  }
  return hits;
}

function hitOf({ order }: OrderRow): Omit<ErpHit, "matched"> {
  const { createdAt: _, ...hit } = order;
  return hit;
}
