#!/usr/bin/env bash
# An idempotent step inside an idempotent step, each with a key prefix of its own, over one persistence store:
# the outer one's result lands in the inner one's record.
#
# Package   @aws-lambda-powertools/idempotency 2.35.0, its DynamoDB layer over dynalite 4.0.0. Node >= 22.
# Expected  `keyPrefix` keeps the two apart: each call reads and writes the record of its own prefix.
# Seen      The prefix is state of the store, set by whoever was called last. The outer call completes under the inner
#           prefix: a repeated inner step answers with the outer's result, and the outer record stays INPROGRESS, so a
#           repeated order is refused until that record expires, and then runs once more.
# Why       "Accept the order" calling "send it to the ERP" is the plain shape of an order handler, and a prefix for each
#           over one store is what the option is for. Known since September 2026 as issue 5707 of
#           aws-powertools/powertools-lambda-typescript; in no release when this was written.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-lambda-powertools/idempotency@2.35.0 @aws-sdk/client-dynamodb@3.1169.0 @aws-sdk/lib-dynamodb@3.1168.0 dynalite@4.0.0

expect_output <<'EOF'
first delivery of order 7: accepted as ERP-1
records: accept=INPROGRESS erp=COMPLETED
second delivery of order 7: IdempotencyAlreadyInProgressError
the ERP step alone, again: accepted as ERP-1
the ERP step ran 1 time
EOF

run_check <<'EOF'
import { once } from "node:events";
import dynalite from "dynalite";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";

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

const persistenceStore = new DynamoDBPersistenceLayer({ tableName: "done", awsSdkV3Client: client });
const config = new IdempotencyConfig({ eventKeyJmesPath: "orderId" });
config.registerLambdaContext({ getRemainingTimeInMillis: () => 30_000 });
let sent = 0;
const sendToErp = makeIdempotent(async () => `ERP-${++sent}`, { persistenceStore, config, keyPrefix: "erp" });
const accept = makeIdempotent(async (order) => `accepted as ${await sendToErp(order)}`, {
  persistenceStore,
  config,
  keyPrefix: "accept",
});

const told = (call) => call.catch((error) => error.name);
console.log(`first delivery of order 7: ${await told(accept({ orderId: 7 }))}`);
const { Items } = await client.send(new ScanCommand({ TableName: "done" }));
const states = Items.map((item) => `${item.id.S.split("#")[0]}=${item.status.S}`).sort();
console.log(`records: ${states.join(" ")}`);
console.log(`second delivery of order 7: ${await told(accept({ orderId: 7 }))}`);
console.log(`the ERP step alone, again: ${await told(sendToErp({ orderId: 7 }))}`);
console.log(`the ERP step ran ${sent} time`);
process.exit(0);
EOF
