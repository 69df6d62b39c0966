/** The engine of the benchmark, with its tables; and how a client reaches it. */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { startEngine } from "../../local/engine.ts";
import { createTable } from "../../local/tables.ts";
import type { Tables } from "./contenders.ts";

export type Ground = { tables: Tables; config: DynamoDBClientConfig; stop(): Promise<void> };

/** Its peak speed counts here, not how soon it answers. */
const JVM = ["-Xmx1g", "-XX:+UseSerialGC"];

export async function ground(): Promise<Ground> {
  const engine = await startEngine({ jvm: JVM });
  const config = configOf(engine.endpoint);
  return { tables: await createTables(config), config, stop: engine.stop };
}

function configOf(endpoint: string): DynamoDBClientConfig {
  return {
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    // A busy machine is no slow table.
    requestHandler: { requestTimeout: 60_000, httpAgent: { maxSockets: 64, keepAlive: true } },
  };
}

async function createTables(config: DynamoDBClientConfig): Promise<Tables> {
  const client = new DynamoDBClient(config);
  const tables = { kojarz: `kojarz-${randomUUID()}`, plain: `plain-${randomUUID()}` };
  await createTable(client, tables.kojarz, { stream: false });
  await client.send(
    new CreateTableCommand({
      TableName: tables.plain,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  client.destroy();
  return tables;
}
