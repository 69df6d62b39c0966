#!/usr/bin/env bash
# A handler that answers with an optional field left undefined does its work, fails, and does it again later.
#
# Package   @aws-lambda-powertools/idempotency 2.35.0, its DynamoDB layer over dynalite 4.0.0. Node >= 22.
# Expected  `{ erpNumber: "ZO 1", warning: undefined }` is kept as JSON would keep it, without `warning`; an undefined
#           answer as a whole is taken, too (issue 2505).
# Seen      The answer is marshalled without `removeUndefinedValues`, after the handler has run: the caller gets
#           IdempotencyPersistenceLayerError although the order is in the ERP, the record stays INPROGRESS, and once
#           its in-progress time is over the next delivery runs the handler a second time.
# Why       TypeScript invites optional fields. The one place where this shows is the one that was to stop doubles: two
#           ERP orders from one purchase, with an error in between that reads like a storage problem.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-lambda-powertools/idempotency@2.35.0 @aws-sdk/client-dynamodb@3.1169.0 @aws-sdk/lib-dynamodb@3.1168.0 dynalite@4.0.0

expect_output <<'EOF'
delivery 1: IdempotencyPersistenceLayerError, orders in the ERP: 1
delivery 2, at once: IdempotencyAlreadyInProgressError, orders in the ERP: 1
delivery 3, after the in-progress time: IdempotencyPersistenceLayerError, orders in the ERP: 2
EOF

run_check <<'EOF'
import { once } from "node:events";
import dynalite from "dynalite";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

const server = dynalite({ createTableMs: 0 });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: "eu-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
await client.send(
  new CreateTableCommand({
    TableName: "done",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  }),
);

const IN_PROGRESS_MS = 30_000;
const config = new IdempotencyConfig({ eventKeyJmesPath: "orderId" });
config.registerLambdaContext({ getRemainingTimeInMillis: () => IN_PROGRESS_MS });
let inErp = 0;
const send = makeIdempotent(async () => ({ erpNumber: `ZO ${++inErp}`, warning: undefined }), {
  persistenceStore: new DynamoDBPersistenceLayer({ tableName: "done", awsSdkV3Client: client }),
  config,
});

const deliver = async (label) => {
  const outcome = await send({ orderId: 7 }).then(() => "answered", (error) => error.name);
  console.log(`${label}: ${outcome}, orders in the ERP: ${inErp}`);
};
await deliver("delivery 1");
await deliver("delivery 2, at once");
const machineTime = Date.now;
Date.now = () => machineTime() + IN_PROGRESS_MS + 1_000;
await deliver("delivery 3, after the in-progress time");
process.exit(0);
EOF
