/** From a batch of the table's stream to deliveries. The stream only wakes the connector, which reads the order itself. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { deliver } from "../erp/deliver.ts";
import type { Forwarded } from "../erp/turn.ts";
import { type DeliveringApp, deliverDeps } from "./deliver-deps.ts";
import type { Invocation } from "./middleware.ts";
import { table } from "./table.ts";

const AT_ONCE = 8;

export type StreamReport = {
  delivered(order: string, forwarded: Forwarded): void;
  failed(order: string, cause: unknown): void;
};

/**
 * Delivers each order of the batch once, however many records it has. A record fails only when our own store failed:
 * what the ERP does wrong is written on the order and must not block the shard.
 */
export async function deliverBatch(
  app: DeliveringApp,
  { Records }: DynamoDBStreamEvent,
  { signal }: Pick<Invocation, "signal">,
  report: StreamReport,
): Promise<DynamoDBBatchResponse> {
  const woken = Map.groupBy(Records.filter(isDuty), orderOf);
  const batchItemFailures: DynamoDBBatchResponse["batchItemFailures"] = [];
  const orders = woken.keys();
  const worker = async () => {
    // What is left when the time is up stays unfinished in the index: the sweep finds it.
    for (const order of orders) {
      if (signal.aborted) return;
      try {
        report.delivered(order, await deliver(order, deliverDeps(app)));
      } catch (cause) {
        report.failed(order, cause);
        for (const { dynamodb } of woken.get(order) ?? [])
          batchItemFailures.push({ itemIdentifier: dynamodb?.SequenceNumber ?? "" });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { batchItemFailures };
}

/** The same rule as the filter of the event source: an order that is to be forwarded or taken back. */
function isDuty({ dynamodb }: DynamoDBRecord): boolean {
  const image = dynamodb?.NewImage;
  return (
    image !== undefined &&
    dynamodb?.Keys?.[table.hashKey]?.S?.startsWith(table.orderPrefix) === true &&
    (image.state?.S === "pending" || image.cancelRequested?.BOOL === true)
  );
}

function orderOf({ dynamodb }: DynamoDBRecord): string {
  return (dynamodb?.Keys?.[table.hashKey]?.S ?? "").slice(table.orderPrefix.length);
}
