import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { app } from "../lib/app/app.ts";
import { deliverBatch } from "../lib/delivery/stream.ts";
import { measureCircuit } from "../lib/ops/measure.ts";
import { explainDelivery } from "../lib/ops/metric.ts";
import { eventHandler, logger, metrics } from "../lib/runtime/lambda.ts";

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
  if (circuit && circuit.state !== "closed") measureCircuit(metrics, circuit);
  return response;
}, late);
