import { ORDERS_PER_SWEEP, type Swept, sweep } from "../lib/erp/sweep.ts";
import { handOnTo } from "../lib/feeds/back.ts";
import { explainDelivery } from "../lib/ops/explain.ts";
import { measureSweep } from "../lib/ops/measure.ts";
import { app } from "../lib/runtime/app.ts";
import { deliverDeps } from "../lib/runtime/deliver-deps.ts";
import { logger } from "../lib/runtime/logger.ts";
import { metrics } from "../lib/runtime/metrics.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";

const delivered = explainDelivery(logger, metrics);

export const handler = eventHandler<unknown, Swept["counts"]>(async () => {
  const kojarz = await app();
  const deps = deliverDeps(kojarz);
  const swept = await sweep({ ...deps, delivered, handOn: handOnTo(kojarz) }, ORDERS_PER_SWEEP);
  measureSweep(metrics, swept, kojarz.circuit?.());
  const { counts, failures } = swept;
  for (const { order, cause } of failures) logger.error("sweep failed", { order, error: cause });
  if (Object.keys(counts).length > 0) logger.info("sweep", { counts });
  return counts;
});
