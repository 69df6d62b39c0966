/**
 * DynamoDB as one function may use it: a request goes on to the engine only if the function's role allows the action on
 * the table or index, and on the keys. What is refused is answered as AWS answers it, and remembered.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod/mini";
import { table } from "../../../lib/store/table.ts";
import { allowed, type Statement } from "./policies.ts";

const Key = z.object({ [table.hashKey]: z.object({ S: z.string() }) });
const Keyed = z.object({ TableName: z.string(), Key: z.optional(Key), Item: z.optional(Key) });
const Request = z.extend(z.partial(Keyed), {
  IndexName: z.optional(z.string()),
  KeyConditionExpression: z.optional(z.string()),
  ExpressionAttributeValues: z.optional(z.record(z.string(), z.object({ S: z.optional(z.string()) }))),
  RequestItems: z.optional(z.record(z.string(), z.object({ Keys: z.array(Key) }))),
  TransactItems: z.optional(
    z.array(z.partial(z.object({ Put: Keyed, Update: Keyed, Delete: Keyed, ConditionCheck: Keyed }))),
  ),
});
type Request = z.infer<typeof Request>;

const PARTS = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
} as const;

/** What IAM judges: an action, the end of the ARN that it is on, and the partition keys (`dynamodb:LeadingKeys`). */
export type Asked = { action: string; resource: string; keys: string[] };

function asked(operation: string, body: unknown): Asked[] {
  const request = Request.parse(body);
  const of = (name: string, action: string, keys: string[]) => ({
    action: `dynamodb:${action}`,
    resource: `:table/${name}`,
    keys,
  });
  const { TableName, IndexName, RequestItems, TransactItems } = request;
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      (["Put", "Update", "Delete", "ConditionCheck"] as const).flatMap((part) =>
        item[part] ? [of(item[part].TableName, PARTS[part], keysIn(item[part]))] : [],
      ),
    );
  if (RequestItems)
    return Object.entries(RequestItems).map(([name, { Keys }]) => of(name, operation, Keys.map(hashOf)));
  return [of(IndexName ? `${TableName}/index/${IndexName}` : String(TableName), operation, keysIn(request))];
}

const hashOf = (key: z.infer<typeof Key>): string => key[table.hashKey]?.S ?? "";

/** A query names the partition key's value first, of the index where it reads one. */
function keysIn({ Key, Item, KeyConditionExpression, ExpressionAttributeValues }: Partial<Request>): string[] {
  const value = KeyConditionExpression && /^#?\w+ = (:\w+)/.exec(KeyConditionExpression)?.[1];
  const queried = KeyConditionExpression && (ExpressionAttributeValues?.[value ?? ""]?.S ?? "");
  return [Key && hashOf(Key), Item && hashOf(Item), queried].filter((key) => key !== undefined);
}

/** Each condition must hold, by one of its values for each key. A condition that is not known holds for nothing. */
function bound({ Condition }: Statement, keys: readonly string[]): boolean {
  return Object.entries(Condition).every(([operator, values]) =>
    Object.entries(values).every(
      ([name, patterns]) =>
        operator === "ForAllValues:StringLike" &&
        name === "dynamodb:LeadingKeys" &&
        keys.every((key) => patterns.some((pattern) => like(pattern, key))),
    ),
  );
}

/** Only a `*` at the end is one here. */
function like(pattern: string, key: string): boolean {
  return pattern.endsWith("*") ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

export type Guarded = { url: string; used: Set<string>; refused: Set<string>; stop(): void };

/** Names the function that asks, where one table stands behind several roles. */
export const ASKED_BY = "x-asked-by";

/** @param roleOf the function that asks; "" where its requests do not say so */
export async function guardedTable(
  engine: string,
  roleOf: (askedBy: string) => readonly Statement[],
  touched: (askedBy: string, asked: Asked) => void = () => undefined,
): Promise<Guarded> {
  const used = new Set<string>();
  const refused = new Set<string>();
  const may = (askedBy: string, { action, resource, keys }: Asked) =>
    roleOf(askedBy).some(
      (one) =>
        allowed(one) &&
        one.Action.includes(action) &&
        one.Resource.some((arn) => arn.endsWith(resource)) &&
        bound(one, keys),
    );
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const wanted = asked(operation, JSON.parse(body.toString()));
    const askedBy = String(request.headers[ASKED_BY] ?? "");
    for (const one of wanted) {
      used.add(one.action);
      touched(askedBy, one);
    }
    const denied = wanted.filter((one) => !may(askedBy, one));
    for (const { action, resource, keys } of denied)
      refused.add([askedBy, action, "on", resource, ...keys].filter(Boolean).join(" "));
    if (denied.length > 0) {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", Message: "denied" }));
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name, value]) => typeof value === "string" && name !== "host"),
    ) as Record<string, string>;
    delete headers.connection;
    delete headers["content-length"];
    const answer = await fetch(engine, { method: "POST", headers, body });
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    used,
    refused,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
