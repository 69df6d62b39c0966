/**
 * `node test/bench/desk.ts`: what an operator's look costs on a table with 100,000 orders, on the embedded engine: requests, bytes and
 * milliseconds of each view of the reading widget. `--orders N` for another number.
 *
 * The first order is taken in as every order is; the others are copies of its items under ids of their own.
 */
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { connectionsOf } from "../../lib/channels/index.ts";
import { heldMessage } from "../../lib/core/held.ts";
import { forEachLimit } from "../../lib/core/writes.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { readDoor } from "../../lib/ops/operator.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { openTable } from "../../lib/store/table.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { numbersAsked } from "../support/arguments.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, number, shopId, sighting } from "../support/sightings.ts";
import { countCalls } from "../support/wire.ts";
import { ground } from "./engine.ts";

const USAGE = `node test/bench/desk.ts: what an operator's look costs on a table with many orders, on the embedded engine.

  --orders N   how many; 100000
  --cases N    how many of them are open cases; 300

It ends with 0 when each view was read, with 1 when not, and with 2 when the command line was wrong.`;

const { orders, cases } = numbersAsked(USAGE, { orders: 100_000, cases: 300 });
const FIRST = "1000000";
const AT_ONCE = 16;
const BATCH = 25;
const READS = 7;

const { tables, config, stop } = await ground();
const table = openTable(tables.kojarz, config);
const client = new DynamoDBClient(config);
const claims = dynamoClaims(table);

await shopFloor(claims).report(sighting({ sourceOrder: FIRST, keys: [shopId(FIRST), number(FIRST)] }));
const { Items: made = [] } = await client.send(new ScanCommand({ TableName: tables.kojarz }));
const [order = ""] = made.flatMap(({ pk }) => (pk?.S?.startsWith("O#") ? [pk.S.slice(2)] : []));
const template = JSON.stringify(made);

function copyOf(n: number): object[] {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const text = template.replaceAll(order, id).replaceAll(FIRST, String(Number(FIRST) + n));
  return JSON.parse(text) as object[];
}

const batches = Array.from({ length: Math.ceil(((orders - 1) * made.length) / BATCH) }, (_, index) => index);
const perOrder = made.length;
await forEachLimit(batches, AT_ONCE, async (index) => {
  const items = Array.from({ length: BATCH }, (_, offset) => index * BATCH + offset).filter(
    (n) => n < (orders - 1) * perOrder,
  );
  const requests = items.map((n) => ({
    PutRequest: { Item: copyOf(Math.floor(n / perOrder) + 1)[n % perOrder] as never },
  }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [tables.kojarz]: requests } }));
});
for (let n = 0; n < cases; n += 1)
  await claims.hold(heldMessage("woocommerce:main", `held-${n}`, "no-usable-key"), NOW);

const accounts = ConfigFile.parse({
  accounts: [
    { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: ["sekret-testowy-0001"] },
    { channel: "baselinker", account: "acme", token: "t", callbackToken: "callback-token-of-acme" },
  ],
});
const parts = {
  claims,
  cases: dynamoCases(table),
  desk: dynamoDesk(table),
  feeds: dynamoFeeds(table),
  erp: { name: "wapro" },
  book: bookFrom(connectionsOf(accounts), "wapro"),
  now: () => NOW,
  unique: () => "u",
};
const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:kojarz-bench-OperatorRead";
const widgetContext = (of = "") => ({ locale: "en", theme: "light", forms: { all: { of } } });
const middle = String(Number(FIRST) + Math.floor(orders / 2));
const VIEWS: Readonly<Record<string, object>> = {
  "state: is all well?": { ask: "status", widgetContext: widgetContext() },
  "open cases, a page of 50": { ask: "cases", widgetContext: widgetContext() },
  "search by an order's number": { show: "trace", widgetContext: widgetContext(middle) },
  "search by a number that nobody has": { show: "trace", widgetContext: widgetContext("nobody-has-this") },
};

process.stdout.write(`${orders} orders, ${cases} open cases\n`);
for (const [name, event] of Object.entries(VIEWS)) {
  const times: number[] = [];
  let requests = 0;
  let bytes = 0;
  for (let read = 0; read < READS; read += 1) {
    const counted = countCalls(table);
    const before = performance.now();
    const shown = await readDoor(parts, event, ARN);
    times.push(performance.now() - before);
    requests = counted.requests();
    bytes = Buffer.byteLength(String(shown));
  }
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[Math.floor(READS / 2)] ?? 0;
  const columns = [
    String(requests).padStart(4),
    bytes.toString().padStart(8),
    first.toFixed(0).padStart(7),
    median.toFixed(0).padStart(7),
  ];
  process.stdout.write(
    `  ${name.padEnd(36)} requests ${columns[0]}  bytes ${columns[1]}  first ${columns[2]} ms  median ${columns[3]} ms\n`,
  );
}
client.destroy();
table.documents.destroy();
await stop();
