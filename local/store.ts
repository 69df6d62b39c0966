/** The table of the local run, on our own engine or on one that runs already. */
import { join } from "node:path";
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
  ResourceNotFoundException,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { present } from "../lib/core/writes.ts";
import { openTable, type Table } from "../lib/store/table.ts";
import { startEngine } from "./engine.ts";
import { EngineError } from "./java.ts";
import type { LocalOptions } from "./options.ts";
import { endOrphans } from "./orphans.ts";
import { clearState, type StateFolder } from "./state-folder.ts";
import { createTable } from "./tables.ts";

export type Store = {
  table: Table;
  clientConfig: DynamoDBClientConfig;
  /** Absent where the engine has no streams. */
  streamArn: string | undefined;
  /** Never resolved where the engine is not ours. */
  engineDied: Promise<EngineError>;
  stop(): Promise<void>;
};

const TABLE = "kojarz-local";

/** The engine takes any credentials, but the client insists on some. */
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export async function openStore(
  { engineUrl, fresh }: LocalOptions,
  state: StateFolder,
  say: (line: string) => void,
): Promise<Store> {
  const dataDir = join(state.path, "engine");
  await endOrphans(dataDir);
  if (fresh) clearState(state);
  if (engineUrl === undefined) say("starting the database engine");
  const engine = engineUrl === undefined ? await startEngine({ dataDir, say }) : undefined;
  const clientConfig = configOf(engineUrl ?? engine?.endpoint ?? "");
  const client = new DynamoDBClient(clientConfig);
  const table = openTable(TABLE, clientConfig);
  const stop = async () => {
    table.documents.destroy();
    client.destroy();
    await engine?.stop();
  };
  try {
    if (fresh && !engine) await dropTable(client);
    await createTable(client, TABLE, { stream: true });
    const described = await client.send(new DescribeTableCommand({ TableName: TABLE }));
    const engineDied = engine?.died ?? new Promise<never>(() => undefined);
    return { table, clientConfig, streamArn: described.Table?.LatestStreamArn, engineDied, stop };
  } catch (cause) {
    await stop();
    if (engineUrl === undefined || cause instanceof DynamoDBServiceException) throw cause;
    throw new EngineError(`AWS_ENDPOINT_URL_DYNAMODB: ${engineUrl} does not answer as a DynamoDB engine`, { cause });
  }
}

function configOf(endpoint: string): DynamoDBClientConfig {
  const { AWS_REGION = "eu-central-1", AWS_ACCESS_KEY_ID } = process.env;
  // The engine shares the machine with everything else that runs on it.
  const requestHandler = { requestTimeout: 30_000 };
  return present({
    endpoint,
    region: AWS_REGION,
    requestHandler,
    credentials: AWS_ACCESS_KEY_ID === undefined ? CREDENTIALS : undefined,
  });
}

async function dropTable(client: DynamoDBClient): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName: TABLE }));
    await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: TABLE });
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
  }
}
