/** The table, its stream and the failure queues, as the deployment needs them. */
import { table } from "../lib/store/table.ts";

const projected: string[] = [...table.findIndex.projected];

/** Keys of the table and of its indexes, and nothing else: DynamoDB refuses a declared attribute that is no key. */
export const tableSpec = {
  fields: {
    [table.hashKey]: "string",
    [table.dueIndex.hashKey]: "string",
    [table.dueIndex.rangeKey]: "number",
    [table.findIndex.hashKey]: "string",
    [table.findIndex.rangeKey]: "number",
  },
  primaryIndex: { hashKey: table.hashKey },
  globalIndexes: {
    [table.dueIndex.name]: {
      hashKey: table.dueIndex.hashKey,
      rangeKey: table.dueIndex.rangeKey,
      projection: "keys-only",
    },
    [table.findIndex.name]: {
      hashKey: table.findIndex.hashKey,
      rangeKey: table.findIndex.rangeKey,
      projection: projected,
    },
  },
  ttl: table.ttl,
  // What an order was before is nobody's business: the connector reads what it is.
  stream: "new-image",
} as const;

const isOrder = { Keys: { [table.hashKey]: { S: [{ prefix: table.prefixes.order }] } } };

/** The same rule as `isDuty` of the connector. What a filter drops costs no invocation. */
export const streamFilters = [
  { dynamodb: { ...isOrder, NewImage: { state: { S: ["pending"] } } } },
  { dynamodb: { ...isOrder, NewImage: { cancelRequested: { BOOL: [true] } } } },
];

/**
 * The stream only wakes the connector, and the sweep delivers what it gave up: so few tries, and never the whole batch
 * for one record. A record that is an hour old has long been swept.
 */
export const streamOptions = {
  startingPosition: "TRIM_HORIZON",
  batchSize: 50,
  maximumBatchingWindowInSeconds: 0,
  functionResponseTypes: ["ReportBatchItemFailures"],
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 3,
  maximumRecordAgeInSeconds: 3600,
};

/** Kept as long as SQS keeps a message. Nothing consumes these queues: they are read by a person. */
export const queueOptions = { messageRetentionSeconds: 14 * 86_400 };
