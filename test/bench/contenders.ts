/** Who is measured: Kojarz's own path, what a team would reach for instead, and the floor that nobody gets under. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { keyId } from "../../lib/core/keys.ts";
import { intake } from "../../lib/intake/intake.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openTable } from "../../lib/store/table.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { NOW, rules } from "../support/sightings.ts";
import { plain } from "../support/units.ts";
import { type Meter, meter } from "./meter.ts";
import { fromShop, type Told } from "./traffic.ts";

export type Contender = {
  name: string;
  client: DynamoDBDocumentClient;
  meter: Meter;
  /** Once for each purchase, before anything is timed. */
  prepare?(told: Told): void;
  report(told: Told): Promise<void>;
  /** Of which purchase each order is that was made. */
  orders: string[];
  /** Purchases that a person was told of. */
  held: Set<string>;
};

/** The tables are there: Kojarz's of `lib/store`, and one with the hash key `id` for everybody else. */
export type Tables = { kojarz: string; plain: string };

export function kojarz({ kojarz: name }: Tables, config: DynamoDBClientConfig): Contender {
  const results = nothing();
  const table = openTable(name, config);
  const claims = dynamoClaims(table);
  const deps = {
    claims,
    explain: () => undefined,
    now: () => NOW,
    random: Math.random,
    wait: (ms: number) => wait(ms),
    unique: randomUUID,
    rules,
  };
  return {
    name: "Kojarz",
    client: table.documents,
    meter: meter(table.documents),
    ...results,
    async report({ purchase, sighting }) {
      const { verdict } = await intake(sighting, deps);
      if (verdict === "new") results.orders.push(purchase);
      if (verdict === "held") results.held.add(purchase);
    },
  };
}

/** Powertools' idempotency around the put of the order, once for each of its keys. */
export function powertools({ plain: TableName }: Tables, config: DynamoDBClientConfig): Contender {
  const awsSdkV3Client = new DynamoDBClient({ ...config, maxAttempts: 2 });
  const documents = DynamoDBDocumentClient.from(awsSdkV3Client, { marshallOptions: { removeUndefinedValues: true } });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: TableName, awsSdkV3Client });
  const settings = new IdempotencyConfig({});
  settings.registerLambdaContext({ ...lambdaContext("bench", 0), getRemainingTimeInMillis: () => 30_000 });
  const results = nothing();
  const put = async (told: Told) => {
    const order = { id: `order#${randomUUID()}`, body: JSON.stringify(told.sighting) };
    await documents.send(new PutCommand({ TableName, Item: order }));
    results.orders.push(told.purchase);
    return order.id;
  };
  type Step = (key: string, told: Told, rest: readonly string[]) => Promise<string>;
  const step: Step = makeIdempotent(
    async (_: string, told: Told, [next, ...rest]: readonly string[]) =>
      next === undefined ? put(told) : step(next, told, rest),
    { persistenceStore, config: settings },
  );
  return {
    name: "Powertools x keys",
    client: documents,
    meter: meter(awsSdkV3Client as never),
    ...results,
    async report(told) {
      const [first = "", ...rest] = told.sighting.keys.map(keyId);
      await step(first, told, rest);
    },
  };
}

/** A conditional put for each key, then the order: what is written in an afternoon. */
export function conditionalPuts({ plain: TableName }: Tables, config: DynamoDBClientConfig): Contender {
  const documents = documentsOf(config);
  const results = nothing();
  const take = async (id: string): Promise<boolean> => {
    try {
      const ConditionExpression = "attribute_not_exists(id)";
      await documents.send(new PutCommand({ TableName, Item: { id: `key#${id}` }, ConditionExpression }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    name: "conditional puts",
    client: documents,
    meter: meter(documents),
    ...results,
    async report({ purchase, sighting }) {
      for (const key of sighting.keys) if (!(await take(keyId(key)))) return;
      const Item = { id: `order#${randomUUID()}`, body: JSON.stringify(sighting) };
      await documents.send(new PutCommand({ TableName, Item }));
      results.orders.push(purchase);
    },
  };
}

/** What Kojarz sends for a new purchase, and the key of its order, with another id in the place of the purchase's. */
type Sent = { read: BatchGetCommandInput; write: TransactWriteCommandInput; order: { pk: string } };

/**
 * The bare SDK: for a new purchase the batch read and the transaction that Kojarz sends, for a repeat one consistent
 * read of the order. It decides nothing.
 */
export async function floor(tables: Tables, config: DynamoDBClientConfig): Promise<Contender> {
  const documents = documentsOf(config);
  const template = await recorded(tables, config);
  const prepared = new Map<string, Sent>();
  const made = new Set<string>();
  return {
    name: "the floor",
    client: documents,
    meter: meter(documents),
    ...nothing(),
    prepare({ purchase }) {
      prepared.set(purchase, JSON.parse(template.replaceAll(TEMPLATE, `f${purchase}`)));
    },
    async report({ purchase }) {
      const sent = prepared.get(purchase);
      if (!sent) throw new Error("the floor was not prepared");
      if (made.has(purchase)) {
        const Key = sent.order;
        await documents.send(new GetCommand({ TableName: tables.kojarz, Key, ConsistentRead: true }));
        return;
      }
      made.add(purchase);
      await documents.send(new BatchGetCommand(sent.read));
      await documents.send(new TransactWriteCommand(sent.write));
    },
  };
}

/** Unlike anything else in the text. */
const TEMPLATE = "987654321012";

async function recorded(tables: Tables, config: DynamoDBClientConfig): Promise<string> {
  const { client, report } = kojarz(tables, config);
  const sent: Record<string, unknown>[] = [];
  client.middlewareStack.add(
    (next) => (args) => {
      sent.push(plain(JSON.parse(JSON.stringify(args.input))) as Record<string, unknown>);
      return next(args);
    },
    { step: "initialize", name: "record", priority: "high" },
  );
  await report(fromShop(TEMPLATE));
  client.destroy();
  const read = sent.find(({ RequestItems }) => RequestItems) as BatchGetCommandInput | undefined;
  const write = sent.find(({ TransactItems }) => TransactItems) as TransactWriteCommandInput | undefined;
  const order = write?.TransactItems?.map(({ Put }) => String(Put?.Item?.pk)).find((pk) => pk.startsWith("O#"));
  if (!read || order === undefined) throw new Error("a new purchase is no longer one batch read and one transaction");
  return JSON.stringify({ read, write, order: { pk: order } }).replaceAll(order, `O#${TEMPLATE}`);
}

function nothing(): Pick<Contender, "orders" | "held"> {
  return { orders: [], held: new Set() };
}

function documentsOf(config: DynamoDBClientConfig): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ ...config, maxAttempts: 2 });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
