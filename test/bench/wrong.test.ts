import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { engineConfig, freshTable } from "../support/table.ts";
import { type Contender, conditionalPuts, kojarz, powertools, type Tables } from "./contenders.ts";
import { kinds, mortal, wrongOf } from "./wrong.ts";

/** One for each number of requests after which a process dies. */
const COUNT = 4;

let tables: Tables;

beforeAll(async () => {
  const { name } = await freshTable();
  tables = { kojarz: name, plain: `plain-${randomUUID()}` };
  const client = new DynamoDBClient(engineConfig());
  await client.send(
    new CreateTableCommand({
      TableName: tables.plain,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  client.destroy();
});

async function wrongsOf(contender: Contender) {
  mortal(contender);
  const wrongs = new Map<string, Awaited<ReturnType<typeof wrongOf>>>();
  for (const kind of kinds) wrongs.set(kind.name, await wrongOf(contender, kind, COUNT));
  return wrongs;
}

describe("of the benchmark's wrong traffic", () => {
  test("Kojarz loses nothing, and doubles nothing without a word", async () => {
    const wrongs = await wrongsOf(kojarz(tables, engineConfig()));
    for (const [name, { lost, doubled, told }] of wrongs)
      expect({ name, lost, untold: Math.max(0, doubled - told) }).toEqual({ name, lost: 0, untold: 0 });
  });

  test("a put for each key loses orders where a process dies, and where two sources meet", async () => {
    const wrongs = await wrongsOf(conditionalPuts(tables, engineConfig()));
    expect(wrongs.get("the process dies, and the sender repeats")?.lost).toBeGreaterThan(0);
    expect(wrongs.get("two purchases under one order number")?.lost).toBe(COUNT);
    expect(wrongs.get("three sources, of which each knows other keys")?.doubled).toBe(COUNT);
  });

  test("so does an idempotency that knows one key at a time", async () => {
    const wrongs = await wrongsOf(powertools(tables, engineConfig()));
    expect(wrongs.get("two purchases under one order number")?.lost).toBe(COUNT);
    expect(wrongs.get("three sources, of which each knows other keys")?.doubled).toBe(COUNT);
  });
});
