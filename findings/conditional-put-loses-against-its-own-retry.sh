#!/usr/bin/env bash
# A conditional put whose answer is lost is retried by the SDK and refused: by the item that it wrote itself.
# Over it, the idempotency utility then refuses the one delivery that there was.
#
# Package   @aws-sdk/client-dynamodb 3.1169.0, @aws-lambda-powertools/idempotency 2.35.0; dynalite 4.0.0 behind a proxy
#           that cuts the line once, after DynamoDB has answered. Node >= 22.
# Expected  ConditionalCheckFailedException means that somebody else was first.
# Seen      PutItem carries nothing that ties the two tries together: the second is refused, and `attempts` is 2. An
#           update that counts counts twice. TransactWriteItems carries a ClientRequestToken that the SDK makes and
#           keeps over its tries: the service takes the second for the first (for ten minutes).
#           makeIdempotent, which claims by PutItem: IdempotencyAlreadyInProgressError, and the handler never ran.
# Why       "Refused, so it is a duplicate, answer 200" loses the order for good. A claim belongs in a transaction, or
#           has to carry a token of its own that is compared when it is refused.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-sdk/client-dynamodb@3.1169.0 @aws-lambda-powertools/idempotency@2.35.0 @aws-sdk/lib-dynamodb@3.1168.0 dynalite@4.0.0

expect_output <<'EOF'
PutItem if not there, answer lost once: ConditionalCheckFailedException after 2 attempts
UpdateItem ADD 1, answer lost once: the counter is 2
TransactWriteItems, answer lost once: 2 attempts, one token for both: true
makeIdempotent, answer lost once: IdempotencyAlreadyInProgressError, the handler ran 0 times
EOF

run_check <<'EOF'
import { once } from "node:events";
import http from "node:http";
import dynalite from "dynalite";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

const server = dynalite({ createTableMs: 0 });
server.listen(0, "127.0.0.1");
await once(server, "listening");

let toLose = 0;
const tokens = [];
const read = async (stream) => Buffer.concat(await stream.toArray());
const proxy = http.createServer(async (request, response) => {
  const body = await read(request);
  const answer = (status, headers, text) => {
    if (toLose-- > 0) return request.socket.destroy();
    response.writeHead(status, headers).end(text);
  };
  // dynalite has no transactions; what counts here is what is sent.
  if (request.headers["x-amz-target"].endsWith("TransactWriteItems")) {
    tokens.push(JSON.parse(body).ClientRequestToken);
    return answer(200, { "content-type": "application/x-amz-json-1.0" }, "{}");
  }
  const { method, url: path, headers } = request;
  const onward = http.request({ host: "127.0.0.1", port: server.address().port, method, path, headers });
  const [reply] = await once(onward.end(body), "response");
  answer(reply.statusCode, reply.headers, await read(reply));
});
proxy.listen(0, "127.0.0.1");
await once(proxy, "listening");

const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${proxy.address().port}`,
  region: "eu-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
await client.send(
  new CreateTableCommand({
    TableName: "claims",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  }),
);
const losingOneAnswer = (command) => {
  toLose = 1;
  return client.send(command);
};

const claim = { TableName: "claims", Item: { id: { S: "order#7" } }, ConditionExpression: "attribute_not_exists(id)" };
const put = await losingOneAnswer(new PutItemCommand(claim)).catch((error) => error);
console.log(`PutItem if not there, answer lost once: ${put.name} after ${put.$metadata.attempts} attempts`);

const counted = await losingOneAnswer(
  new UpdateItemCommand({
    TableName: "claims",
    Key: { id: { S: "tries" } },
    UpdateExpression: "ADD tries :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  }),
);
console.log(`UpdateItem ADD 1, answer lost once: the counter is ${counted.Attributes.tries.N}`);

const written = await losingOneAnswer(new TransactWriteItemsCommand({ TransactItems: [{ Put: claim }] }));
const [first, second] = tokens;
console.log(
  `TransactWriteItems, answer lost once: ${written.$metadata.attempts} attempts, one token for both: ${first !== undefined && first === second}`,
);

const config = new IdempotencyConfig({ eventKeyJmesPath: "orderId" });
config.registerLambdaContext({ getRemainingTimeInMillis: () => 30_000 });
let ran = 0;
const accept = makeIdempotent(async () => ++ran, {
  persistenceStore: new DynamoDBPersistenceLayer({ tableName: "claims", awsSdkV3Client: client }),
  config,
});
toLose = 1;
const refused = await accept({ orderId: 7 }).catch((error) => error);
console.log(`makeIdempotent, answer lost once: ${refused.name}, the handler ran ${ran} times`);
process.exit(0);
EOF
