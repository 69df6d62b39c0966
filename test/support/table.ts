import { randomUUID } from "node:crypto";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { createTable } from "../../lib/local/tables.ts";
import { openTable, type Table } from "../../lib/runtime/table.ts";

/** How a client reaches the engine of this run. */
export function engineConfig(): DynamoDBClientConfig {
  return {
    endpoint: inject("engine"),
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}

/** An empty table of its own, without a stream: each table with one slows the engine for all. */
export async function freshTable(): Promise<Table> {
  const name = `kojarz-${randomUUID()}`;
  const client = new DynamoDBClient(engineConfig());
  await createTable(client, name, { stream: false });
  client.destroy();
  return openTable(name, engineConfig());
}
