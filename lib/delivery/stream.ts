/** Forwards the orders that a batch of the table's stream names. A record only wakes the connector, which reads the order itself. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { forEachLimit } from "../core/writes.ts";
import type { Invocation } from "../runtime/lambda.ts";
import { table } from "../store/table.ts";
import { deliver } from "./deliver.ts";
import { type DeliveryParts, deliverDeps, type Forwarded } from "./lease.ts";

const AT_ONCE = 8;

export type StreamReport = {
  delivered(order: string, forwarded: Forwarded): void;
  failed(order: string, cause: unknown): void;
};

/**
 * Forwards each order of the batch once, however many records name it.
 * @returns the records to send again: only those whose order our own store could not read or write. What the ERP does
 * wrong is written on the order, so that it never blocks the shard.
 */
export async function deliverBatch(
  app: DeliveryParts,
  { Records }: DynamoDBStreamEvent,
  { signal }: Pick<Invocation, "signal">,
  report: StreamReport,
): Promise<DynamoDBBatchResponse> {
  const woken = Map.groupBy(Records.filter(isDuty), orderOf);
  const batchItemFailures: DynamoDBBatchResponse["batchItemFailures"] = [];
  const work = async (order: string) => {
    try {
      report.delivered(order, await deliver(order, deliverDeps(app)));
    } catch (cause) {
      report.failed(order, cause);
      for (const { dynamodb } of woken.get(order) ?? [])
        batchItemFailures.push({ itemIdentifier: dynamodb?.SequenceNumber ?? "" });
    }
  };
  // The sweep finds what is left when the time is up.
  await forEachLimit(woken.keys(), AT_ONCE, work, () => signal.aborted);
  return { batchItemFailures };
}

/** The same rule as the filter of the event source: an order that is to be forwarded or taken back. */
function isDuty({ dynamodb }: DynamoDBRecord): boolean {
  const image = dynamodb?.NewImage;
  return (
    image !== undefined &&
    dynamodb?.Keys?.[table.hashKey]?.S?.startsWith(table.prefixes.order) === true &&
    (image.state?.S === "pending" || image.cancelRequested?.BOOL === true)
  );
}

function orderOf({ dynamodb }: DynamoDBRecord): string {
  return (dynamodb?.Keys?.[table.hashKey]?.S ?? "").slice(table.prefixes.order.length);
}
