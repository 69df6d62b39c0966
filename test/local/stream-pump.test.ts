import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DeleteItemCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Loop } from "../../local/loop.ts";
import { type Positions, type PumpOptions, readable, SHARD_END, startPump } from "../../local/stream-pump.ts";
import { lambdaRecord } from "../../local/stream-records.ts";
import { createTable } from "../../local/tables.ts";
import { eventually } from "../support/eventually.ts";
import { engineConfig } from "../support/table.ts";

const TableName = `pump-${randomUUID()}`;
const db = new DynamoDBClient(engineConfig());
const client = new DynamoDBStreamsClient(engineConfig());
let streamArn: string;
let pump: Loop | undefined;

beforeAll(async () => {
  await createTable(db, TableName, { stream: true });
  const { Table } = await db.send(new DescribeTableCommand({ TableName }));
  streamArn = Table?.LatestStreamArn ?? "";
});
afterEach(() => pump?.stop());
afterAll(() => {
  db.destroy();
  client.destroy();
});

const put = (pk: string, n = 0) =>
  db.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, n: { N: String(n) } } }));

function memoryPositions(): Positions {
  const known = new Map<string, string>();
  return { get: (shard) => known.get(shard), set: (shard, position) => known.set(shard, position) };
}

const keyOf = ({ dynamodb }: DynamoDBRecord) => `${dynamodb?.Keys?.pk?.S}/${dynamodb?.NewImage?.n?.N ?? "-"}`;

/** A function that notes what it gets of the keys with this prefix, and answers by `answer`. */
function recorder(prefix: string, answer?: (records: DynamoDBRecord[]) => DynamoDBBatchResponse | undefined) {
  const batches: string[][] = [];
  const handler = async ({ Records }: DynamoDBStreamEvent) => {
    const ours = Records.filter((record) => keyOf(record).startsWith(prefix));
    if (ours.length > 0) batches.push(ours.map(keyOf));
    return answer?.(ours);
  };
  return { batches, handler, seen: () => batches.flat() };
}

function start(options: Pick<PumpOptions, "handler"> & Partial<PumpOptions>): { discarded: string[]; loop: Loop } {
  const discarded: string[] = [];
  pump = startPump({
    client,
    streamArn,
    positions: memoryPositions(),
    idleMs: 5,
    retryMs: 1,
    discarded: (record) => discarded.push(keyOf(record)),
    failed: (cause) => {
      throw cause;
    },
    ...options,
  });
  return { discarded, loop: pump };
}

test("every write arrives once and in order, shaped as Lambda shapes it", async () => {
  const events: DynamoDBStreamEvent[] = [];
  const got = recorder("order");
  start({
    handler: async (event) => {
      events.push(event);
      return got.handler(event);
    },
  });
  for (let n = 0; n < 5; n++) await put("order", n);
  await db.send(new DeleteItemCommand({ TableName, Key: { pk: { S: "order" } } }));
  await eventually(() => expect(got.seen()).toHaveLength(6));
  expect(got.seen()).toEqual(["order/0", "order/1", "order/2", "order/3", "order/4", "order/-"]);
  const records = events.flatMap(({ Records }) => Records).filter((record) => keyOf(record).startsWith("order"));
  expect(records.map(({ eventName }) => eventName)).toEqual(["INSERT", ...Array(4).fill("MODIFY"), "REMOVE"]);
  expect(records[1]).toMatchObject({
    eventSource: "aws:dynamodb",
    eventSourceARN: streamArn,
    dynamodb: {
      Keys: { pk: { S: "order" } },
      NewImage: { pk: { S: "order" }, n: { N: "1" } },
      SequenceNumber: expect.any(String),
      ApproximateCreationDateTime: expect.any(Number),
    },
  });
  expect(records[1]?.dynamodb).not.toHaveProperty("OldImage");
});

test("a failed record is repeated with everything behind it, and nothing before it", async () => {
  let failures = 2;
  const got = recorder("retry", (records) => {
    const bad = records.find((record) => keyOf(record) === "retry/1");
    if (!bad || failures-- <= 0) return undefined;
    return { batchItemFailures: [{ itemIdentifier: bad.dynamodb?.SequenceNumber ?? "" }] };
  });
  for (let n = 0; n < 3; n++) await put("retry", n);
  const { discarded } = start({ handler: got.handler });
  await eventually(() => expect(got.batches.length).toBe(3));
  expect(got.batches).toEqual([
    ["retry/0", "retry/1", "retry/2"],
    ["retry/1", "retry/2"],
    ["retry/1", "retry/2"],
  ]);
  expect(discarded).toEqual([]);
});

test("a record that fails for ever is given up, and those behind it arrive", async () => {
  const got = recorder("poison", (records) => {
    if (records.some((record) => keyOf(record) === "poison/0")) throw new Error("cannot");
    return undefined;
  });
  await put("poison", 0);
  await put("poison", 1);
  const { discarded } = start({ handler: got.handler, batchSize: 1, maxAttempts: 3 });
  await eventually(() => expect(got.seen()).toContain("poison/1"));
  expect(got.seen()).toEqual(["poison/0", "poison/0", "poison/0", "poison/1"]);
  expect(discarded).toEqual(["poison/0"]);
});

test("a restart goes on behind what was done", async () => {
  const positions = memoryPositions();
  const first = recorder("restart");
  await put("restart", 0);
  const { loop } = start({ handler: first.handler, positions });
  await eventually(() => expect(first.seen()).toEqual(["restart/0"]));
  await loop.stop();
  await put("restart", 1);
  const second = recorder("restart");
  start({ handler: second.handler, positions });
  await eventually(() => expect(second.seen()).toEqual(["restart/1"]));
});

test("stopping waits for the batch under way", async () => {
  let finished = false;
  const entered = Promise.withResolvers<void>();
  const { loop } = start({
    handler: async () => {
      entered.resolve();
      await wait(50);
      finished = true;
      return undefined;
    },
  });
  await put("slow");
  await entered.promise;
  await loop.stop();
  expect(finished).toBe(true);
});

test("a child shard waits for its parent's end, unless the parent is forgotten", () => {
  const positions = memoryPositions();
  const shards = [
    { ShardId: "parent" },
    { ShardId: "child", ParentShardId: "parent" },
    { ShardId: "stray", ParentShardId: "forgotten" },
  ];
  const next = (...running: string[]) =>
    readable(shards, { positions, running: new Map(running.map((id) => [id, true])) }).map(({ ShardId }) => ShardId);
  expect(next()).toEqual(["parent", "stray"]);
  expect(next("parent", "stray")).toEqual([]);
  positions.set("parent", SHARD_END);
  expect(next("stray")).toEqual(["child"]);
});

test("what the engine's expiry removed looks as in the cloud", () => {
  const record = lambdaRecord(
    { eventName: "UNKNOWN_TO_SDK_VERSION" as never, dynamodb: { Keys: { pk: { S: "x" } }, OldImage: {} } },
    "arn",
  );
  expect(record).toMatchObject({
    eventName: "REMOVE",
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
  });
});

test("bytes are base64", () => {
  const record = lambdaRecord({ eventName: "INSERT", dynamodb: { NewImage: { b: { B: Buffer.from("hi") } } } }, "arn");
  expect(record.dynamodb?.NewImage?.b).toEqual({ B: "aGk=" });
});
