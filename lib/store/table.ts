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
 * | `W#tried:{account}/{message}` | how often something was begun that never came to an end, for a day |
 * | `W#back:{account}/{order}/{number}` | a platform that has to be told its order's number in the ERP |
 * | `V#{account}` | rotating secrets, encrypted |
 * | `C#{account}`, `C#{account}/{order}` | the last number drawn, and the number of one order |
 * | `B#{bridge}/{id}` | a piece of work that waits for a bridge |
 * | `A#{request}/{index}` | what an operator did |
 * | `I#{account}/{source order}` | an authentic message that was ignored, for a week |
 * | `T#{account}/{mark}` | a token that makes one webhook request a sample, for minutes |
 * | `S#sweep`, `S#{account}` | what the sweep saw last; when an account was heard last |
 *
 * The sparse index `due` holds what has to be done and when: `lane` says of what kind. The sparse index `find` holds what a
 * person looks for: `findBy` is `open-cases`, `erp#{number}` of an order, or `audit#{order or case}`.
 */
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export const table = {
  hashKey: "pk",
  ttl: "ttl",
  dueIndex: { name: "due", hashKey: "lane", rangeKey: "dueAt" },
  /** Cases are counted by what is projected. */
  findIndex: { name: "find", hashKey: "findBy", rangeKey: "findAt", projected: ["reason", "account", "toldAt"] },
  /** How the keys of the items begin: rights are granted by them. */
  prefixes: {
    key: "K#",
    order: "O#",
    held: "H#",
    feed: "F#",
    task: "W#",
    vault: "V#",
    number: "C#",
    work: "B#",
    audit: "A#",
    ignored: "I#",
    sample: "T#",
    seen: "S#",
  },
} as const;

/** How `findBy` of the index begins, before a number or an id. */
export const ERP_NUMBERS = "erp#";
export const AUDITS = "audit#";

export function auditPk({ request, index }: { request: string; index: number }): string {
  return `${table.prefixes.audit}${request}/${index}`;
}

export type Table = { documents: DynamoDBDocumentClient; name: string };

/**
 * A table that answers at all answers in milliseconds. One that does not must not cost a webhook's sender, or the turn of
 * everything that waits behind it, more than this: each call ends after two tries, and whoever asked tries again later.
 */
const PATIENCE = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_000, throwOnRequestTimeout: true },
} as const satisfies DynamoDBClientConfig;

/** @param config overrides what is right in Lambda: where the engine is, and how long it may take */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const client = new DynamoDBClient({ ...PATIENCE, ...config });
  return { name, documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) };
}
