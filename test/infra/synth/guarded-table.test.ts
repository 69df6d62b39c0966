import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, inject, test } from "vitest";
import { openTable, type Table } from "../../../lib/store/table.ts";
import { engineConfig, freshTable } from "../../support/table.ts";
import { type Guarded, guardedTable } from "./guarded-table.ts";
import type { Statement } from "./policies.ts";

let guard: Guarded | undefined;
afterEach(() => guard?.stop());

/** The table behind a guard, for a role that may do this with what begins with `B#`, and with that lane of the index. */
async function boundTable(condition = "ForAllValues:StringLike"): Promise<Table> {
  const { name } = await freshTable();
  const bound = (pattern: string) => ({ [condition]: { "dynamodb:LeadingKeys": [pattern] } });
  const role: Statement[] = [
    {
      Effect: "Allow",
      Action: ["dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:GetItem"],
      Resource: [`arn:aws:dynamodb:r:1:table/${name}`],
      Condition: bound("B#*"),
    },
    {
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`arn:aws:dynamodb:r:1:table/${name}/index/due`],
      Condition: bound("pull#*"),
    },
  ];
  guard = await guardedTable(inject("engine"), () => role);
  return openTable(name, { ...engineConfig(), endpoint: guard.url });
}

const update = (TableName: string, pk: string) =>
  new UpdateCommand({
    TableName,
    Key: { pk },
    UpdateExpression: "SET seen = :yes",
    ExpressionAttributeValues: { ":yes": true },
  });
const query = (TableName: string, lane: string) =>
  new QueryCommand({
    TableName,
    IndexName: "due",
    KeyConditionExpression: "lane = :lane AND dueAt > :now",
    ExpressionAttributeValues: { ":lane": lane, ":now": 1 },
  });

test("a right that is bound to keys is one for those keys only", async () => {
  const { documents, name } = await boundTable();
  await documents.send(update(name, "B#wapro/1"));
  await documents.send(query(name, "pull#wapro"));
  await expect(documents.send(update(name, "O#1"))).rejects.toThrow("denied");
  await expect(documents.send(query(name, "deliver"))).rejects.toThrow("denied");
  await expect(documents.send(new GetCommand({ TableName: name, Key: { pk: "V#B#1" } }))).rejects.toThrow("denied");
  const order = { TableName: name, Item: { pk: "O#1" } };
  await expect(documents.send(new PutCommand(order))).rejects.toThrow("denied");
  const both = { TransactItems: [{ Put: { TableName: name, Item: { pk: "B#1" } } }, { Put: order }] };
  await expect(documents.send(new TransactWriteCommand(both))).rejects.toThrow("denied");
});

test("a condition that nobody here can judge allows nothing", async () => {
  const { documents, name } = await boundTable("StringLikeIfExists");
  await expect(documents.send(update(name, "B#wapro/1"))).rejects.toThrow("denied");
});
