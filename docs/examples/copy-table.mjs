/**
 * Makes one table hold what another one holds, but for what must never go back: rotating tokens (V#), of which the older are spent,
 * and numbers that were given away (C#).
 *
 *   node docs/examples/copy-table.mjs FROM TO
 *
 * Asked again it goes on. It wants dynamodb:Scan on both tables and dynamodb:BatchWriteItem on the second.
 */
import { setTimeout as wait } from "node:timers/promises";
import { BatchWriteItemCommand, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";

const NEVER_BACK = ["V#", "C#"];
const AT_ONCE = 25;
const AGAIN_MS = 200;

const [from, to] = process.argv.slice(2);
if (!from || !to || from === to) {
  process.stderr.write("node docs/examples/copy-table.mjs FROM TO\n");
  process.exit(2);
}
const client = new DynamoDBClient({});
const goesBack = ({ pk }) => !NEVER_BACK.some((beginning) => pk.S.startsWith(beginning));

async function* pagesOf(TableName, keysOnly) {
  const asked = { TableName, ConsistentRead: true, ...(keysOnly && { ProjectionExpression: "pk" }) };
  for await (const { Items = [] } of paginateScan({ client }, asked)) yield Items.filter(goesBack);
}

async function write(requests) {
  for (let at = 0; at < requests.length; at += AT_ONCE) {
    let left = { [to]: requests.slice(at, at + AT_ONCE) };
    while (Object.keys(left).length > 0) {
      const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems: left }));
      left = UnprocessedItems;
      if (Object.keys(left).length > 0) await wait(AGAIN_MS);
    }
  }
}

const wanted = new Set();
for await (const items of pagesOf(from, true)) for (const { pk } of items) wanted.add(pk.S);
let removed = 0;
for await (const items of pagesOf(to, true)) {
  const strange = items.filter(({ pk }) => !wanted.has(pk.S));
  await write(strange.map((Key) => ({ DeleteRequest: { Key } })));
  removed += strange.length;
}
for await (const items of pagesOf(from, false)) await write(items.map((Item) => ({ PutRequest: { Item } })));
process.stdout.write(`${to}: ${wanted.size} items written, ${removed} removed\n`);
