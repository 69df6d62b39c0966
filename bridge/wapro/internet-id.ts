/** The internet id of an order of ours, by which WAPRO's own switch and other integrators know it. */
import type { Key } from "../../lib/core/keys.ts";
import type { ErpHit, ErpQuery } from "../../lib/core/ports/erp.ts";
import { internetIdOf } from "./columns.ts";
import type { Run } from "./executor.ts";
import { ordersOf } from "./rows.ts";
import type { SubmitDeps } from "./submit.ts";

type Deps = Pick<SubmitDeps, "executor" | "wapro" | "now" | "note">;

/** Writing one column of one row. */
const WRITING_MS = 5_000;

/**
 * It is written last, so an order that the confirm procedure committed by itself may stand without it. Every doubt ends in
 * a find: there it is written, or a person hears of it.
 */
export async function withInternetId(hits: ErpHit[], { keys }: Pick<ErpQuery, "keys">, deps: Deps): Promise<ErpHit[]> {
  const bare = hits.find((hit) => hit.matched === "own" && hit.internetId === undefined && !hit.cancelled);
  const internetId = bare && missing(keys, deps);
  if (!bare || internetId === undefined) return hits;
  const { executor, now, note } = deps;
  try {
    await executor.transaction((run) => writeInternetId(run, bare.erpId, internetId, deps), now() + WRITING_MS);
  } catch {
    note(
      `order ${bare.erpId} has no internet id, and it could not be written: enter it by hand, or mend the right to do so`,
    );
    return hits;
  }
  note(`order ${bare.erpId} had no internet id: it was written now`);
  return hits.map((hit) => (hit.erpId === bare.erpId ? { ...hit, internetId } : hit));
}

function missing(keys: readonly Key[], { wapro }: Deps): string | undefined {
  const { queries, internetIdLength, alphabets } = wapro;
  return queries.writeInternetId && internetIdOf(keys, internetIdLength, alphabets.internetId);
}

/** @throws where it does not stand there afterwards as it was given */
async function writeInternetId(run: Run, id: string, internetId: string, { wapro }: Deps): Promise<void> {
  if (!wapro.queries.writeInternetId) return;
  await run(wapro.queries.writeInternetId, { id, internetId });
  const [row] = ordersOf(await run(wapro.queries.byId, { id }));
  if (row?.order.internetId !== internetId) throw new Error("the internet id is not there");
}
