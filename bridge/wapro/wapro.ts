/** The ERP port over a WAPRO Mag database. Shown against a model of its procedures; never yet against a live one. */
import * as z from "zod/mini";
import { parseMinor, type Share } from "../../lib/core/money.ts";
import { DAY, type ErpRef, type Instant } from "../../lib/core/order.ts";
import { type ErpListed, type ErpTaxed, ErpUnavailable } from "../../lib/core/ports/erp.ts";
import { nullishText } from "../../lib/core/schemas.ts";
import { present } from "../../lib/core/writes.ts";
import type { ErpOverBridge } from "../../lib/erp/bridge/client.ts";
import type { ErpState } from "../../lib/erp/bridge/contract.ts";
import { OutOfTime, type Run, StatementFailed } from "./executor.ts";
import { findOrders } from "./find.ts";
import { withInternetId } from "./internet-id.ts";
import { DatabaseId, ordersOf, ownValue } from "./rows.ts";
import { vatOfCode } from "./settings.ts";
import { type SubmitDeps, submitOrder } from "./submit.ts";
import { earliestWarsaw } from "./time.ts";

/** @param name the namespace of the ERP's order ids: one for each database, never changed */
export function waproErp(name: string, deps: SubmitDeps): ErpOverBridge {
  const { executor, wapro, settings, now } = deps;

  /** A question with all its statements. Its caller waits for 20 s, and gets no answer to what takes longer. */
  const ask = <T>(question: (run: Run) => Promise<T>) => {
    const until = now() + ASKING_MS;
    return asked(() => question((statement, values) => executor.run(statement, values, until)));
  };

  /** @param reachMs how far back it is looked at most */
  const pageOf = async (run: Run, since: Instant, cursor: string, reachMs: number) => {
    if (!isId(cursor)) throw new Error("a cursor that no list gave");
    const from = earliestWarsaw(Math.max(since, now() - reachMs));
    return ordersOf(await run(wapro.queries.list, { since: from, after: cursor }));
  };

  return {
    name,
    find: (query) =>
      ask(async (run) => {
        const hits = await findOrders(run, query, { ...wapro, templates: settings.numberTemplates });
        return withInternetId(hits, query, deps);
      }),
    submit: (order, deadline) => submitOrder(order, deadline, deps),
    cancel: (erp, order) =>
      asked(() => executor.transaction((run) => cancelOrder(run, erp, order, deps), now() + CANCELLING_MS)),

    list: (since, cursor = "0") =>
      ask(async (run) => {
        const rows = await pageOf(run, since, cursor, SHOWN_MS);
        return present({ orders: rows.map((row) => row.order), cursor: rows.at(-1)?.order.erpId });
      }),

    shadow: (since, cursor = "0") =>
      ask(async (run) => {
        const rows = await pageOf(run, since, cursor, COMPARED_MS);
        const last = rows.at(-1)?.order.erpId;
        const shares = last === undefined ? new Map() : await sharesOf(run, cursor, last, deps);
        const orders = rows.map(({ order }): ErpTaxed => present({ ...order, shares: shares.get(order.erpId) }));
        return present({ outcome: "listed" as const, orders, cursor: last });
      }),

    read: (erpIds) =>
      ask(async (run) => {
        const states: ErpState[] = [];
        for (const id of erpIds.filter(isId)) {
          const [row] = ordersOf(await run(wapro.queries.byId, { id }));
          if (row && isShown(row.order, now()))
            states.push({ ...row.order, realised: row.realised, documents: await documentsOf(run, id, wapro) });
        }
        return states;
      }),
  };
}

/**
 * What anybody with the secret may see of orders that are not Kojarz's: no more than the watch and a backfill ever ask for,
 * whose window is at most so long.
 */
const SHOWN_MS = 366 * DAY;

/** A report looks no further back. */
const COMPARED_MS = 93 * DAY;

function isShown({ kojarzOrder, createdAt }: ErpListed, now: Instant): boolean {
  return kojarzOrder !== undefined || createdAt >= now - SHOWN_MS;
}

/** Shorter than the 20 s that a question is waited for, and the 45 s that a cancel is. */
const ASKING_MS = 17_000;
const CANCELLING_MS = 40_000;

/** Removes nothing: unlocks what the bridge left half-written and marks it cancelled, so that it is in nobody's way. */
export async function cleanOrphans(
  olderThan: Instant,
  { executor, wapro, settings, note }: SubmitDeps,
): Promise<number> {
  const before = earliestWarsaw(olderThan);
  const ours = { user: settings.user, own: ownValue("%") };
  const orphans = Ids.parse(await executor.run(wapro.queries.orphans, { ...ours, before }));
  for (const { id } of orphans) {
    await executor.transaction(async (run) => {
      await run(wapro.calls.unlock, { ID_ZAMOWIENIA: id, TRYB: 0 });
      await run(wapro.calls.setState, cancelValues(id, settings.user));
    });
    note(`order ${id} was begun by the bridge and never finished: unlocked and cancelled`);
  }
  return orphans.length;
}

const Ids = z.array(z.object({ id: DatabaseId }));

/** SQL Server fails a whole statement over what it cannot turn into one. */
function isId(text: string): boolean {
  return DatabaseId.safeParse(text).success;
}

async function cancelOrder(run: Run, { erpId }: ErpRef, order: string, { wapro, settings }: SubmitDeps) {
  const refused = (reason: string) => ({ outcome: "refused", reason }) as const;
  const [row] = isId(erpId) ? ordersOf(await run(wapro.queries.byId, { id: erpId })) : [];
  if (!row) return refused("erp-order-unknown");
  if (row.order.kojarzOrder !== order) return refused("erp-order-of-another");
  if (row.order.cancelled) return { outcome: "cancelled" } as const;
  if (!row.fresh || (await documentsOf(run, erpId, wapro)).length > 0) return refused("erp-order-shipped");
  await run(wapro.calls.setState, cancelValues(erpId, settings.user));
  const [after] = ordersOf(await run(wapro.queries.byId, { id: erpId }));
  return after?.order.cancelled ? ({ outcome: "cancelled" } as const) : refused("erp-cancel-without-effect");
}

function cancelValues(id: string, user: number) {
  return { ID_ZAMOWIENIA: id, ID_SESJI: user, TRYB_INF_REALIZ: 0, STATUS_ZAM: "A" };
}

const Documents = z.array(z.object({ warehouse: nullishText, sale: nullishText }));

async function documentsOf(run: Run, id: string, { queries, documents }: SubmitDeps["wapro"]) {
  if (!documents) return [];
  const rows = Documents.parse(await run(queries.documents, { id }));
  const found = rows.flatMap(({ warehouse, sale }) => [
    ...(warehouse?.trim() ? [`warehouse ${warehouse.trim()}`] : []),
    ...(sale?.trim() ? [`sale ${sale.trim()}`] : []),
  ]);
  return [...new Set(found)].map((entry): ErpState["documents"][number] => {
    const kind = entry.startsWith("sale ") ? "sale" : "warehouse";
    return { kind, number: entry.slice(kind.length + 1) };
  });
}

const ShareRows = z.array(z.object({ erpId: DatabaseId, code: nullishText, gross: nullishText }));

/** Of the orders behind `after` up to `last`, by id; of one with a line whose price is none, nothing. */
async function sharesOf(
  run: Run,
  after: string,
  last: string,
  { wapro, settings }: SubmitDeps,
): Promise<Map<string, Share[]>> {
  const { shares } = wapro.queries;
  const rows = shares ? ShareRows.parse(await run(shares, { after, last })) : [];
  const byOrder = [...Map.groupBy(rows, ({ erpId }) => erpId)];
  return new Map(
    byOrder.flatMap(([erpId, of]) => {
      const known = of.flatMap(({ code, gross }): Share[] => {
        const minor = parseMinor(gross ?? "", "PLN");
        return minor === undefined ? [] : [present({ gross: minor, vat: vatOfCode(code?.trim() ?? "", settings) })];
      });
      return known.length === of.length ? [[erpId, known] as const] : [];
    }),
  );
}

/** A database that does not answer is an ERP that is not there; the cause stays for the log at the merchant. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    const isOurs = cause instanceof StatementFailed || cause instanceof OutOfTime;
    throw new ErpUnavailable(isOurs ? `WAPRO did not answer: ${cause.message}` : "WAPRO did not answer", { cause });
  }
}
