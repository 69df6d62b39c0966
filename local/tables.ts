/** Makes the table of `lib/store/table.ts` on a local engine. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { present } from "../lib/core/writes.ts";
import { table } from "../lib/store/table.ts";

/**
 * A table that is there stays; one of an older Kojarz gets the index that it lacks.
 * @param options `expires`: whether the engine deletes what its own clock says is over; it does unless that is false
 */
export async function createTable(
  client: DynamoDBClient,
  name: string,
  { stream, expires = true }: { stream: boolean; expires?: boolean },
): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition(name, stream)));
  } catch (cause) {
    if (cause instanceof ResourceInUseException) return addFindIndex(client, name);
    throw cause;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
  if (!expires) return;
  const ttl = { AttributeName: table.ttl, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
}

async function addFindIndex(client: DynamoDBClient, name: string): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (Table?.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === table.findIndex.name)) return;
  const { AttributeDefinitions, GlobalSecondaryIndexes = [] } = definition(name, false);
  const missing = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === table.findIndex.name);
  const GlobalSecondaryIndexUpdates = missing ? [{ Create: missing }] : [];
  await client.send(new UpdateTableCommand({ TableName: name, AttributeDefinitions, GlobalSecondaryIndexUpdates }));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
}

function definition(name: string, stream: boolean): CreateTableCommandInput {
  const { hashKey, dueIndex, findIndex } = table;
  return present({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: hashKey, AttributeType: "S" },
      { AttributeName: dueIndex.hashKey, AttributeType: "S" },
      { AttributeName: dueIndex.rangeKey, AttributeType: "N" },
      { AttributeName: findIndex.hashKey, AttributeType: "S" },
      { AttributeName: findIndex.rangeKey, AttributeType: "N" },
    ],
    KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: dueIndex.name,
        KeySchema: [
          { AttributeName: dueIndex.hashKey, KeyType: "HASH" },
          { AttributeName: dueIndex.rangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: findIndex.name,
        KeySchema: [
          { AttributeName: findIndex.hashKey, KeyType: "HASH" },
          { AttributeName: findIndex.rangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...findIndex.projected] },
      },
    ],
    StreamSpecification: stream ? { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } : undefined,
  });
}
