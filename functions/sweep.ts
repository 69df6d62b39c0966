import { app } from "../lib/app/app.ts";
import { DAY, type Instant } from "../lib/core/order.ts";
import type { SweepState } from "../lib/core/ports/desk.ts";
import { present } from "../lib/core/writes.ts";
import type { Circuit } from "../lib/delivery/breaker.ts";
import { haveLeft, keptAccounts, leaveShadow } from "../lib/delivery/leave-shadow.ts";
import { type Backlog, ORDERS_PER_SWEEP, type Swept, sweep, sweepDeps } from "../lib/delivery/sweep.ts";
import { handOnTo } from "../lib/feeds/write-back.ts";
import { lookAfterCases } from "../lib/ops/look-after-cases.ts";
import { measureBacklog, measureCases, measureCircuit } from "../lib/ops/measure.ts";
import { explainDelivery } from "../lib/ops/metric.ts";
import { settleCases } from "../lib/ops/settle-cases.ts";
import { eventHandler, logger, metrics } from "../lib/runtime/lambda.ts";

const delivered = explainDelivery(logger, metrics);

/** An order may take as long as its lease: what is started in the first half of the time ends in the second. */
const STARTING_SHARE = 0.5;
/** An end of a window takes a read and a write. */
const ENDING_SHARE = 0.75;

/** Each costs a read or two; an old case is looked at a few times a day. */
const CASES_PER_SWEEP = 50;

/** What an operator sees of this run, and what the next one goes by. */
function sweepStateOf(
  circuit: Circuit | undefined,
  seen: Pick<SweepState, "at" | "due" | "kept"> & { toldAt: Instant | undefined },
) {
  const { state = "closed" } = circuit ?? {};
  const until = circuit && circuit.state !== "closed" ? circuit.until : undefined;
  return present<Omit<SweepState, "tryNow">>({ ...seen, circuit: state, circuitUntil: until });
}

export const handler = eventHandler<unknown, Swept["counts"] & { settled?: number }>(async (_event, { leftMs }) => {
  const kojarz = await app();
  let due = 0;
  const backlog = (found: Backlog) => {
    due = found.due;
    measureBacklog(metrics, found);
  };
  const last = await kojarz.desk.sweepState();
  if (last?.tryNow) kojarz.breaker?.tryNow?.();
  const began = kojarz.now();
  const until = { startUntil: began + leftMs * STARTING_SHARE, endUntil: began + leftMs * ENDING_SHARE };
  const deps = { ...sweepDeps(kojarz), ...until, delivered, backlog, handOn: handOnTo(kojarz) };
  const was = last?.kept ?? "";
  const is = keptAccounts(kojarz.config.mode, began);
  const left = haveLeft(was, is) ? await leaveShadow(deps) : undefined;
  const { counts, failures } = await sweep(deps, ORDERS_PER_SWEEP);
  if (left) counts["left-shadow"] = (counts["left-shadow"] ?? 0) + left.left;
  const circuit = kojarz.circuit?.();
  if (circuit && circuit.state !== "closed") measureCircuit(metrics, circuit);
  for (const { order, cause } of failures) logger.error("sweep failed", { order, error: cause });
  const windowMs = kojarz.config.windowDays * DAY;
  const { settled } = await settleCases({ ...kojarz, windowMs }, CASES_PER_SWEEP);
  const before = await kojarz.desk.sweepState();
  const caseMs = kojarz.config.caseDays * DAY;
  const unsent = (error: unknown) => logger.error("new cases not told", { error: error as Error });
  const looked = await lookAfterCases({ ...kojarz, caseMs, toldAt: before?.toldAt, unsent });
  measureCases(metrics, looked.open, looked.oldestMs);
  const kept = left?.ended === false ? was : is;
  const seen = { at: kojarz.now(), due, toldAt: looked.toldAt ?? before?.toldAt, kept };
  await kojarz.desk.saveSweepState(sweepStateOf(circuit, seen));
  const all = settled > 0 ? { ...counts, settled } : counts;
  if (Object.keys(all).length > 0) logger.info("sweep", { counts: all });
  return all;
});
