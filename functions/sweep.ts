import { type Swept, sweep } from "../lib/erp/sweep.ts";
import { app } from "../lib/runtime/app.ts";
import { deliverDeps } from "../lib/runtime/deliver-deps.ts";
import { logger } from "../lib/runtime/logger.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";

const ORDERS_PER_RUN = 500;

export const handler = eventHandler<unknown, Swept["counts"]>(async () => {
  const { counts, failures } = await sweep(deliverDeps(await app()), ORDERS_PER_RUN);
  for (const { order, cause } of failures) logger.error("sweep failed", { order, error: cause });
  if (Object.keys(counts).length > 0) logger.info("sweep", { counts });
  return counts;
});
