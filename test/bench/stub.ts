/**
 * A store that answers at once, in this process: what is left is the client's own work. It knows the few conditions that
 * who is measured here sends, and takes any other for true.
 */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";

type Item = Partial<Record<string, { S?: string }>>;
type Put = { TableName: string; Item: Item; ConditionExpression?: string };
type Input = Put & {
  Key: Item;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  TransactItems?: Array<{ Put?: Put }>;
  RequestItems?: Record<string, { Keys: Item[] }>;
};
type Answer = { status: number; body: object };

const decoder = new TextDecoder();

const Request = z.object({ headers: z.record(z.string(), z.string()), body: z.any() });

export function stubStore(): DynamoDBClientConfig {
  const items = new Map<string, Item>();
  const nameOf = (table: string, { pk, id }: Item) => `${table}/${(pk ?? id)?.S}`;
  const isTaken = ({ TableName, Item, ConditionExpression = "" }: Put) =>
    ConditionExpression.startsWith("attribute_not_exists") && items.has(nameOf(TableName, Item));
  const put = ({ TableName, Item }: Put) => void items.set(nameOf(TableName, Item), Item);

  const operations: Record<string, (input: Input) => Answer> = {
    GetItem: ({ TableName, Key }) => done({ Item: items.get(nameOf(TableName, Key)) }),
    BatchGetItem: ({ RequestItems = {} }) => {
      const found = Object.entries(RequestItems).map(([table, { Keys }]) => [
        table,
        Keys.flatMap((key) => items.get(nameOf(table, key)) ?? []),
      ]);
      return done({ Responses: Object.fromEntries(found), UnprocessedKeys: {} });
    },
    PutItem: (input) => {
      if (isTaken(input))
        return refused("ConditionalCheckFailedException", { Item: items.get(nameOf(input.TableName, input.Item)) });
      put(input);
      return done({});
    },
    UpdateItem: ({ TableName, Key, UpdateExpression = "", ...named }) => {
      const name = nameOf(TableName, Key);
      const sets = [...UpdateExpression.matchAll(/(#?\w+) = (:\w+)/g)].map(([, to = "", from = ""]) => [
        named.ExpressionAttributeNames?.[to] ?? to,
        named.ExpressionAttributeValues?.[from],
      ]);
      items.set(name, { ...Key, ...items.get(name), ...Object.fromEntries(sets) });
      return done({});
    },
    TransactWriteItems: ({ TransactItems = [] }) => {
      const puts = TransactItems.flatMap(({ Put }) => Put ?? []);
      if (puts.some(isTaken)) {
        const CancellationReasons = puts.map((one) => ({ Code: isTaken(one) ? "ConditionalCheckFailed" : "None" }));
        return refused("TransactionCanceledException", { CancellationReasons });
      }
      for (const one of puts) put(one);
      return done({});
    },
  };

  return {
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      handle: async (request: unknown) => {
        const { headers, body } = Request.parse(request);
        const operation = operations[headers["x-amz-target"]?.split(".")[1] ?? ""];
        if (!operation) throw new Error(`the stub knows no ${headers["x-amz-target"]}`);
        const answer = operation(JSON.parse(decoder.decode(body)));
        const response = {
          statusCode: answer.status,
          headers: { "content-type": "application/x-amz-json-1.0" },
          body: Buffer.from(JSON.stringify(answer.body)),
        };
        return { response } as never;
      },
    },
  };
}

function done(body: object): Answer {
  return { status: 200, body };
}

function refused(name: string, more: object): Answer {
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more } };
}
