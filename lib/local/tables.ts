/** Makes the table of `lib/runtime/table.ts` on a local engine. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { table } from "../runtime/table.ts";

/** Does nothing when the table is there. */
export async function createTable(
  client: DynamoDBClient,
  name: string,
  { stream }: { stream: boolean },
): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition(name, stream)));
  } catch (cause) {
    if (cause instanceof ResourceInUseException) return;
    throw cause;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
  const ttl = { AttributeName: table.ttl, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
}

function definition(name: string, stream: boolean): CreateTableCommandInput {
  const { hashKey, dueIndex } = table;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: hashKey, AttributeType: "S" },
      { AttributeName: dueIndex.hashKey, AttributeType: "S" },
      { AttributeName: dueIndex.rangeKey, AttributeType: "N" },
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
    ],
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } }),
  };
}
