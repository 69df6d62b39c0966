/** The ERP port over a WAPRO Mag database. Shown against a model of its procedures; never yet against a live one. */
import * as z from "zod/mini";
import type { ErpRef, Instant } from "../../../order.ts";
import { anyText, nullishText } from "../../../shapes.ts";
import { ErpUnavailable } from "../../erp.ts";
import type { ErpOverBridge } from "../client.ts";
import type { ErpState } from "../contract.ts";
import type { Run } from "./executor.ts";
import { findOrders } from "./find.ts";
import { type OrderRow, ordersOf, ownValue } from "./rows.ts";
import { type SubmitDeps, submitOrder } from "./submit.ts";
import { earliestWarsaw } from "./time.ts";

export function waproErp(name: string, deps: SubmitDeps): ErpOverBridge {
  const { executor, wapro, settings } = deps;

  return {
    name,
    find: (query) => asked(() => findOrders(executor.run, wapro.queries, query, settings.numberTemplates)),
    submit: (order, deadline) => submitOrder(order, deadline, deps),
    cancel: (erp, order) => asked(() => executor.transaction((run) => cancelOrder(run, erp, order, deps))),

    list: (since, cursor = "0") =>
      asked(async () => {
        const rows = ordersOf(await executor.run(wapro.queries.list, { since: earliestWarsaw(since), after: cursor }));
        const last = rows.at(-1)?.order.erpId;
        const orders = rows.map((row) => row.order);
        return { orders, ...(last !== undefined && { cursor: last }) };
      }),

    read: (erpIds) =>
      asked(async () => {
        const states: ErpState[] = [];
        for (const id of erpIds) {
          const [row] = ordersOf(await executor.run(wapro.queries.byId, { id }));
          if (row) states.push(await stateOf(row, deps));
        }
        return states;
      }),
  };
}

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

const Ids = z.array(z.object({ id: anyText }));

async function cancelOrder(run: Run, { erpId }: ErpRef, order: string, { wapro, settings }: SubmitDeps) {
  const refused = (reason: string) => ({ outcome: "refused", reason }) as const;
  const [row] = ordersOf(await run(wapro.queries.byId, { id: erpId }));
  if (!row) return refused("erp-order-unknown");
  if ((row.order.kojarzOrder ?? order) !== order) return refused("erp-order-of-another");
  if (row.order.cancelled) return { outcome: "cancelled" } as const;
  if (!row.fresh || (await documentsOf(run, erpId, wapro)).length > 0) return refused("erp-order-shipped");
  await run(wapro.calls.setState, cancelValues(erpId, settings.user));
  const [after] = ordersOf(await run(wapro.queries.byId, { id: erpId }));
  return after?.order.cancelled ? ({ outcome: "cancelled" } as const) : refused("erp-cancel-without-effect");
}

function cancelValues(id: string, user: number) {
  return { ID_ZAMOWIENIA: id, ID_SESJI: user, TRYB_INF_REALIZ: 0, STATUS_ZAM: "A" };
}

async function stateOf({ order, realised }: OrderRow, { executor, wapro }: SubmitDeps): Promise<ErpState> {
  return { ...order, realised, documents: await documentsOf(executor.run, order.erpId, wapro) };
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

/** A database that does not answer is an ERP that is not there; the cause stays for the log at the merchant. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new ErpUnavailable("WAPRO did not answer", { cause });
  }
}
