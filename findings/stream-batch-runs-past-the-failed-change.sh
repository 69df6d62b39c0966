#!/usr/bin/env bash
# After a failed record of a DynamoDB stream, the batch processor goes on with the later ones, and has them delivered
# again as well.
#
# Package   @aws-lambda-powertools/batch 2.35.0. Node >= 22.
# Expected  A shard keeps the order of an item's changes, and Lambda starts again from the first failed record; so the
#           processor stops there, as SqsFifoPartialProcessor does for a FIFO queue. The README has it that only what
#           failed comes back.
# Seen      All records run. "paid" fails, and "cancelled" of the same order takes effect before it; then both come again.
#           Only the first failure counts for Lambda: every record behind it runs at least twice.
# Why       The ERP hears of the cancellation of an order that it does not have, and gets the order afterwards. Handlers of
#           a stream have to be idempotent *and* to look at the newest state, not at the record in hand.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-lambda-powertools/batch@2.35.0

expect_output <<'EOF'
DynamoDB stream: ran placed, paid (failed), cancelled; reported 102
FIFO queue: ran placed, paid (failed); reported 102 103
what Lambda delivers again of the stream: paid, cancelled
EOF

run_check <<'EOF'
import { BatchProcessor, EventType, processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";

const changes = ["placed", "paid", "cancelled"];
const stream = changes.map((change, index) => ({
  eventID: String(index),
  eventName: "MODIFY",
  eventSource: "aws:dynamodb",
  eventSourceARN: "arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-11-30T00:00:00.000",
  dynamodb: { SequenceNumber: String(101 + index), NewImage: { id: { S: "order#7" }, change: { S: change } } },
}));
const queue = changes.map((change, index) => ({
  messageId: String(101 + index),
  body: change,
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders.fifo",
  attributes: { MessageGroupId: "order#7" },
}));

async function run(label, Records, changeOf, processor) {
  const ran = [];
  const answer = await processPartialResponse(
    { Records },
    async (record) => {
      const change = changeOf(record);
      ran.push(change === "paid" ? "paid (failed)" : change);
      if (change === "paid") throw new Error("the ERP is busy");
    },
    processor,
  );
  const reported = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  console.log(`${label}: ran ${ran.join(", ")}; reported ${reported.join(" ")}`);
  return reported;
}

const inStream = (record) => record.dynamodb.NewImage.change.S;
const reported = await run("DynamoDB stream", stream, inStream, new BatchProcessor(EventType.DynamoDBStreams));
await run("FIFO queue", queue, (record) => record.body, new SqsFifoPartialProcessorAsync());
// Lambda: the lowest reported sequence number is the checkpoint, and everything from there on comes again.
const from = reported.map(Number).sort((a, b) => a - b)[0];
const again = stream.filter((record) => Number(record.dynamodb.SequenceNumber) >= from).map(inStream);
console.log(`what Lambda delivers again of the stream: ${again.join(", ")}`);
EOF
