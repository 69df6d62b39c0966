import { randomUUID } from "node:crypto";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { openTable, type Table } from "../../lib/store/table.ts";
import { createTable } from "../../local/tables.ts";

/** How a client reaches the engine of this run. */
export function engineConfig(): DynamoDBClientConfig {
  return {
    endpoint: inject("engine"),
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    // A busy machine is no slow table.
    requestHandler: { requestTimeout: 60_000 },
  };
}

/**
 * An empty table of its own, without a stream: each table with one slows the engine for all. And without TTL: the clock of
 * a test stands at a date that the engine's leaves behind, and it would delete what the test has just written.
 */
export async function freshTable(): Promise<Table> {
  const name = `kojarz-${randomUUID()}`;
  const client = new DynamoDBClient(engineConfig());
  await createTable(client, name, { stream: false, expires: false });
  client.destroy();
  return openTable(name, engineConfig());
}
