import { randomUUID } from "node:crypto";
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { createTable } from "../../local/tables.ts";
import { engineConfig, freshTable } from "../support/table.ts";

test("a fresh table takes items and finds the due ones by their lane", async () => {
  const { documents, name } = await freshTable();
  await documents.send(new PutCommand({ TableName: name, Item: { pk: "O#1", lane: "order", dueAt: 5 } }));
  await documents.send(new PutCommand({ TableName: name, Item: { pk: "K#1" } }));
  const got = await documents.send(new GetCommand({ TableName: name, Key: { pk: "K#1" } }));
  expect(got.Item).toEqual({ pk: "K#1" });
  const due = await documents.send(
    new QueryCommand({
      TableName: name,
      IndexName: "due",
      KeyConditionExpression: "lane = :lane AND dueAt <= :now",
      ExpressionAttributeValues: { ":lane": "order", ":now": 5 },
    }),
  );
  expect(due.Items).toEqual([{ pk: "O#1", lane: "order", dueAt: 5 }]);
});

test("a table that is there is left as it is, and one that is made forgets what its items say", async () => {
  const client = new DynamoDBClient(engineConfig());
  const name = `kojarz-${randomUUID()}`;
  await createTable(client, name, { stream: false });
  await createTable(client, name, { stream: true });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  expect(Table?.StreamSpecification?.StreamEnabled ?? false).toBe(false);
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: "ttl", TimeToLiveStatus: "ENABLED" });
});
