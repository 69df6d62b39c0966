import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { explainDelivery } from "../lib/ops/explain.ts";
import { measureCircuit } from "../lib/ops/measure.ts";
import { app } from "../lib/runtime/app.ts";
import { logger } from "../lib/runtime/logger.ts";
import { metrics } from "../lib/runtime/metrics.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";
import { deliverBatch } from "../lib/runtime/stream.ts";

const report = {
  delivered: explainDelivery(logger, metrics),
  failed: (order: string, error: unknown) => logger.error("delivery failed", { order, error }),
};

/** What a slow ERP left undone when the time is up is found by the sweep; failing the batch would block the shard. */
const late = () => ({ batchItemFailures: [] });

export const handler = eventHandler<DynamoDBStreamEvent, DynamoDBBatchResponse>(async (event, invocation) => {
  const kojarz = await app();
  const response = await deliverBatch(kojarz, event, invocation, report);
  const circuit = kojarz.circuit?.();
  // The sweep says all the time that it is closed; only the other news is worth a line of every batch.
  if (circuit && circuit.state !== "closed") measureCircuit(metrics, circuit);
  return response;
}, late);
