/**
 * The one table: what is in it, as data, for the deployment, the local run and the tests.
 *
 * | pk | item |
 * | --- | --- |
 * | `K#{kind}/{issuer}/{value}` | a claimed key, pointing to its order |
 * | `O#{id}` | an order |
 * | `H#{id}` | a held message |
 * | `F#{account}` | the state of a feed |
 * | `W#{account}/{id}` | an order that has to be read from its platform |
 * | `W#back:{account}/{order}/{number}` | a platform that has to be told its order's number in the ERP |
 * | `V#{account}` | rotating secrets, encrypted |
 * | `C#{account}`, `C#{account}/{order}` | the last number drawn, and the number of one order |
 * | `B#{bridge}/{id}` | a piece of work that waits for a bridge |
 *
 * The sparse index `due` holds what has to be done and when: `lane` says of what kind.
 */
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export const table = {
  hashKey: "pk",
  ttl: "ttl",
  dueIndex: { name: "due", hashKey: "lane", rangeKey: "dueAt" },
  orderPrefix: "O#",
  /** Of what a bridge that fetches its work may touch. */
  workPrefix: "B#",
} as const;

export type Table = { documents: DynamoDBDocumentClient; name: string };

export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const client = new DynamoDBClient(config);
  return { name, documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) };
}
