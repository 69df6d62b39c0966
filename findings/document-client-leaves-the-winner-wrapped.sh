#!/usr/bin/env bash
# DynamoDBDocumentClient turns everything that it is given and gives into plain JavaScript, but for the one item that
# tells who won.
#
# Package   @aws-sdk/lib-dynamodb 3.1168.0, @aws-sdk/client-dynamodb 3.1169.0, against an HTTP server that answers as
#           DynamoDB does when a condition fails. Node >= 22.
# Expected  `ReturnValuesOnConditionCheckFailure: "ALL_OLD"` hands over the old item; by way of the document client it is
#           `{ order: "ERP-1" }`, as the very same item is when it is read.
# Seen      The errors pass through untouched: `error.Item` and `error.CancellationReasons[n].Item` are
#           `{ order: { S: "ERP-1" } }`. `error.Item.order === mine` is false for one's own claim as for another's.
# Why       The loser of a claim looks there to link its order to the winner's. Unwrapped by hand it works; compared as
#           it comes, every duplicate looks like a stranger.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-sdk/lib-dynamodb@3.1168.0 @aws-sdk/client-dynamodb@3.1169.0

expect_output <<'EOF'
GetCommand: {"id":"allegro#1","order":"ERP-1"}
PutCommand refused, error.Item: {"id":{"S":"allegro#1"},"order":{"S":"ERP-1"}}
TransactWriteCommand refused, CancellationReasons[0].Item: {"id":{"S":"allegro#1"},"order":{"S":"ERP-1"}}
EOF

run_check <<'EOF'
import { once } from "node:events";
import http from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";

const item = { id: { S: "allegro#1" }, order: { S: "ERP-1" } };
const failure = (name, more) => [400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more }];
const answers = {
  GetItem: [200, { Item: item }],
  PutItem: failure("ConditionalCheckFailedException", { Item: item }),
  TransactWriteItems: failure("TransactionCanceledException", {
    CancellationReasons: [{ Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: item }],
  }),
};
const server = http.createServer((request, response) => {
  const [status, body] = answers[request.headers["x-amz-target"].split(".")[1]];
  request.resume().on("end", () => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  }),
);
const Put = {
  TableName: "claims",
  Item: { id: "allegro#1", order: "ERP-2" },
  ConditionExpression: "attribute_not_exists(id)",
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
};
const refusal = (command) => client.send(command).then(() => ({}), (error) => error);

const { Item } = await client.send(new GetCommand({ TableName: "claims", Key: { id: "allegro#1" } }));
console.log(`GetCommand: ${JSON.stringify(Item)}`);
const put = await refusal(new PutCommand(Put));
console.log(`PutCommand refused, error.Item: ${JSON.stringify(put.Item)}`);
const transaction = await refusal(new TransactWriteCommand({ TransactItems: [{ Put }] }));
console.log(
  `TransactWriteCommand refused, CancellationReasons[0].Item: ${JSON.stringify(transaction.CancellationReasons[0].Item)}`,
);
process.exit(0);
EOF
