/** The table, the bucket and what is put into SST's, and the queues. */
import { asList, type Values } from "../judging.ts";
import { REGION } from "../provider.ts";
import type { Request, Requests } from "./request.ts";

const dynamodb = (operation: string, input: Values): Request => ({ service: "dynamodb", operation, input });
const s3 = (operation: string, input: Values): Request => ({ service: "s3", operation, input });

export const requestsOfStorage: Requests = {
  "aws:dynamodb/table:Table": ({
    name: tableName,
    attributes,
    hashKey,
    rangeKey,
    globalSecondaryIndexes,
    localSecondaryIndexes,
    streamEnabled,
    streamViewType,
    ttl,
    pointInTimeRecovery,
    ...rest
  }) => {
    const recovery = (pointInTimeRecovery ?? {}) as Values;
    return [
      dynamodb("CreateTable", {
        tableName,
        attributeDefinitions: asList<Values>(attributes).map(({ name, type }) => ({
          attributeName: name,
          attributeType: type,
        })),
        keySchema: keysOf({ hashKey, rangeKey }),
        globalSecondaryIndexes: indexesOf(globalSecondaryIndexes),
        localSecondaryIndexes: indexesOf(localSecondaryIndexes),
        streamSpecification: { streamEnabled, ...(streamViewType !== undefined && { streamViewType }) },
        ...rest,
      }),
      ...(ttl === undefined ? [] : [dynamodb("UpdateTimeToLive", { tableName, timeToLiveSpecification: ttl })]),
      dynamodb("UpdateContinuousBackups", {
        tableName,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: recovery.enabled ?? false },
      }),
    ];
  },
  // Whether it may be emptied is the provider's own business.
  "aws:s3/bucket:Bucket": ({ forceDestroy, ...inputs }) => [
    s3("CreateBucket", { ...inputs, createBucketConfiguration: { locationConstraint: REGION } }),
  ],
  "aws:s3/bucketPolicy:BucketPolicy": (inputs) => [s3("PutBucketPolicy", inputs)],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ bucket, ...publicAccessBlockConfiguration }) => [
    s3("PutPublicAccessBlock", { bucket, publicAccessBlockConfiguration }),
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ bucket, rules }) => [
    s3("PutBucketLifecycleConfiguration", {
      bucket,
      lifecycleConfiguration: { rules: asList<Values>(rules).map(({ id, ...rule }) => ({ ID: id, ...rule })) },
    }),
  ],
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ bucket, key }) => [s3("PutObject", { bucket, key })],
  "aws:sqs/queue:Queue": ({ name: queueName, ...inputs }) => [
    { service: "sqs", operation: "CreateQueue", input: { queueName, attributes: attributesOf(inputs) } },
  ],
};

function keysOf({ hashKey, rangeKey }: Values): Values[] {
  const key = (attributeName: unknown, keyType: string) =>
    attributeName === undefined ? [] : [{ attributeName, keyType }];
  return [...key(hashKey, "HASH"), ...key(rangeKey, "RANGE")];
}

function indexesOf(indexes: unknown): Values[] | undefined {
  const all = asList<Values>(indexes);
  if (all.length === 0) return undefined;
  return all.map(({ name: indexName, hashKey, rangeKey, projectionType, nonKeyAttributes, ...rest }) => ({
    indexName,
    keySchema: keysOf({ hashKey, rangeKey }),
    projection: { projectionType, ...(nonKeyAttributes !== undefined && { nonKeyAttributes }) },
    ...rest,
  }));
}

/** Where the provider calls it otherwise than SQS. */
const QUEUE_WORDS: Readonly<Record<string, string>> = {
  messageRetentionSeconds: "MessageRetentionPeriod",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

/** SQS takes every attribute as a text. What is off is not sent: SQS refuses to hear of order where a queue has none. */
function attributesOf(inputs: Values): Values {
  const set = Object.entries(inputs).filter(([, value]) => value !== false && value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [
      QUEUE_WORDS[name] ?? `${name[0]?.toUpperCase()}${name.slice(1)}`,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}
