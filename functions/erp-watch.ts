import { measureErp } from "../lib/ops/measure.ts";
import { app } from "../lib/runtime/app.ts";
import { logger } from "../lib/runtime/logger.ts";
import { metrics } from "../lib/runtime/metrics.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";

/** An ERP that does not answer is a measurement, not a failure: the schedule repeats the question anyway. */
export const handler = eventHandler<unknown, { up: boolean }>(async () => {
  const { erp, now } = await app();
  const up = await measureErp(metrics, erp, now(), (error) => logger.warn("the ERP did not answer", { error }));
  return { up };
});
