/**
 * What Lambda's event source mapping does in the cloud: reads the table's stream and calls the function with batches.
 *
 * Parents before children, each shard in order, one batch of a shard at a time. What is delivered twice after a restart
 * is harmless: the function reads the order itself.
 */
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { present } from "../lib/core/writes.ts";
import { type LambdaHandler, lambdaContext } from "./lambda-context.ts";
import { type Loop, pause, startLoop } from "./loop.ts";
import { lambdaRecord } from "./stream-records.ts";

/** How far each shard was worked off: the sequence number of its last finished record, or `end`. */
export type Positions = {
  get(shard: string): string | undefined;
  set(shard: string, position: string): void;
};

export const SHARD_END = "end";

export type PumpOptions = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  handler: LambdaHandler<DynamoDBStreamEvent, DynamoDBBatchResponse | undefined>;
  positions: Positions;
  batchSize?: number;
  /** How long to wait when a shard had nothing. */
  idleMs?: number;
  /** How long to wait before the first repeat of a batch; doubled for each further one. */
  retryMs?: number;
  /** How often a batch is tried before its first record is given up. */
  maxAttempts?: number;
  /** Gets every record that was given up: the failure queue in the cloud. */
  discarded: (record: DynamoDBRecord) => void;
  /** Told of a stream that could not be read; it is read again. */
  failed: (cause: unknown) => void;
};

const REDISCOVER_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;
const TIMEOUT_MS = 60_000;

type Pump = Required<PumpOptions> & { running: Map<string, Promise<void>> };

export function startPump(options: PumpOptions): Loop {
  const pump: Pump = { batchSize: 100, idleMs: 50, retryMs: 100, maxAttempts: 5, ...options, running: new Map() };
  const discovery = startLoop(async (signal) => {
    await guarded(pump, async () => {
      for (const shard of readable(await shardsOf(pump), pump)) {
        const id = shard.ShardId ?? "";
        pump.running.set(
          id,
          readShard(pump, id, signal).finally(() => pump.running.delete(id)),
        );
      }
    });
    return REDISCOVER_MS;
  });
  return {
    async stop() {
      await discovery.stop();
      await Promise.all(pump.running.values());
    },
  };
}

/** Not being read, not at its end, and its parent, unless that is forgotten, is at its end. */
export function readable(
  shards: readonly Shard[],
  { positions, running }: { positions: Positions; running: ReadonlyMap<string, unknown> },
): Shard[] {
  const known = new Set(shards.map((shard) => shard.ShardId));
  return shards.filter(({ ShardId = "", ParentShardId: parent }) => {
    if (running.has(ShardId) || positions.get(ShardId) === SHARD_END) return false;
    return parent === undefined || !known.has(parent) || positions.get(parent) === SHARD_END;
  });
}

async function shardsOf({ client, streamArn }: Pump): Promise<Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const page = await client.send(
      new DescribeStreamCommand(present({ StreamArn: streamArn, ExclusiveStartShardId: after })),
    );
    shards.push(...(page.StreamDescription?.Shards ?? []));
    after = page.StreamDescription?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

/** Ends at the shard's end, when stopped, or on a failure; discovery then starts it again where it was. */
async function readShard(pump: Pump, shard: string, signal: AbortSignal): Promise<void> {
  await guarded(pump, async () => {
    let iterator = await iteratorOf(pump, shard);
    while (iterator !== undefined && !signal.aborted) {
      const page = await pump.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: pump.batchSize }));
      const records: _Record[] = page.Records ?? [];
      await deliver(
        pump,
        shard,
        records.map((record) => lambdaRecord(record, pump.streamArn)),
        signal,
      );
      iterator = page.NextShardIterator;
      if (records.length === 0 && iterator !== undefined) await pause(pump.idleMs, signal);
    }
    if (iterator === undefined) pump.positions.set(shard, SHARD_END);
  });
}

async function iteratorOf({ client, streamArn, positions }: Pump, shard: string): Promise<string | undefined> {
  const where = { StreamArn: streamArn, ShardId: shard };
  const position = positions.get(shard);
  if (position !== undefined) {
    try {
      const after = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: position } as const;
      return (await client.send(new GetShardIteratorCommand({ ...where, ...after }))).ShardIterator;
    } catch (error) {
      // The stream forgot that record meanwhile: everything that it still has is newer.
      if (!(error instanceof Error && error.name === "TrimmedDataAccessException")) throw error;
    }
  }
  const start = new GetShardIteratorCommand({ ...where, ShardIteratorType: "TRIM_HORIZON" });
  return (await client.send(start)).ShardIterator;
}

/** Calls the function until every record is done or given up; a failed record is repeated with all that follow it. */
async function deliver(pump: Pump, shard: string, records: DynamoDBRecord[], signal: AbortSignal): Promise<void> {
  let left = records;
  let attempts = 0;
  while (left.length > 0 && !signal.aborted) {
    const done = await invoke(pump, left);
    if (done > 0) attempts = 0;
    left = advance(pump, shard, left, done);
    const [first] = left;
    if (!first) return;
    attempts += 1;
    if (attempts < pump.maxAttempts) {
      await pause(Math.min(pump.retryMs * 2 ** (attempts - 1), LONGEST_RETRY_MS), signal);
      continue;
    }
    pump.discarded(first);
    left = advance(pump, shard, left, 1);
    attempts = 0;
  }
}

/** @returns how many records, from the first on, are done */
async function invoke({ handler }: Pump, Records: DynamoDBRecord[]): Promise<number> {
  try {
    const answer = await handler({ Records }, lambdaContext("erp-connector", TIMEOUT_MS));
    const failed = answer?.batchItemFailures ?? [];
    if (failed.length === 0) return Records.length;
    const sequence = failed.map(({ itemIdentifier }) =>
      Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    // As Lambda does: an identifier that is not in the batch fails all of it.
    return Math.max(0, Math.min(...sequence));
  } catch {
    return 0;
  }
}

function advance({ positions }: Pump, shard: string, records: DynamoDBRecord[], count: number): DynamoDBRecord[] {
  const last = records[count - 1]?.dynamodb?.SequenceNumber;
  if (last !== undefined) positions.set(shard, last);
  return records.slice(count);
}

async function guarded({ failed }: Pump, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    failed(cause);
  }
}
