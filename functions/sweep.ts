import { type Found, ORDERS_PER_SWEEP, type Swept, sweep } from "../lib/erp/sweep.ts";
import { handOnTo } from "../lib/feeds/back.ts";
import { explainDelivery } from "../lib/ops/explain.ts";
import { measureBacklog, measureCircuit } from "../lib/ops/measure.ts";
import { app } from "../lib/runtime/app.ts";
import { deliverDeps } from "../lib/runtime/deliver-deps.ts";
import { logger } from "../lib/runtime/logger.ts";
import { metrics } from "../lib/runtime/metrics.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";

const delivered = explainDelivery(logger, metrics);

/** An order may take as long as its lease: what is started in the first half of the time ends in the second. */
const STARTING_SHARE = 0.5;

export const handler = eventHandler<unknown, Swept["counts"]>(async (_event, { leftMs }) => {
  const kojarz = await app();
  const found = (backlog: Found) => measureBacklog(metrics, backlog);
  const startUntil = kojarz.now() + leftMs * STARTING_SHARE;
  const deps = { ...deliverDeps(kojarz), delivered, found, startUntil, handOn: handOnTo(kojarz) };
  const { counts, failures } = await sweep(deps, ORDERS_PER_SWEEP);
  const circuit = kojarz.circuit?.();
  if (circuit) measureCircuit(metrics, circuit);
  for (const { order, cause } of failures) logger.error("sweep failed", { order, error: cause });
  if (Object.keys(counts).length > 0) logger.info("sweep", { counts });
  return counts;
});
