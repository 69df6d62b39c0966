/**
 * DynamoDB as one function may use it: a request goes on to the engine only if the function's role allows the action on
 * the table or index. What is refused is answered as AWS answers it, and remembered.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod/mini";
import { allowed, type Statement } from "./policies.ts";

const Table = z.object({ TableName: z.string() });
const Request = z.object({
  TableName: z.optional(z.string()),
  IndexName: z.optional(z.string()),
  RequestItems: z.optional(z.record(z.string(), z.unknown())),
  TransactItems: z.optional(
    z.array(z.partial(z.object({ Put: Table, Update: Table, Delete: Table, ConditionCheck: Table }))),
  ),
});

const PARTS = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
} as const;

/** The actions that IAM checks for one request, each with the end of the ARN that it is about. */
function asked(operation: string, body: unknown): Array<{ action: string; resource: string }> {
  const { TableName, IndexName, RequestItems, TransactItems } = Request.parse(body);
  const of = (name: string, action: string) => ({ action: `dynamodb:${action}`, resource: `:${name}` });
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      (["Put", "Update", "Delete", "ConditionCheck"] as const).flatMap((part) =>
        item[part] ? [of(item[part].TableName, PARTS[part])] : [],
      ),
    );
  if (RequestItems) return Object.keys(RequestItems).map((name) => of(name, operation));
  return [of(IndexName ? `${TableName}/index/${IndexName}` : String(TableName), operation)];
}

export type Guarded = { url: string; used: Set<string>; refused: Set<string>; stop(): void };

export async function guardedTable(engine: string, role: readonly Statement[]): Promise<Guarded> {
  const used = new Set<string>();
  const refused = new Set<string>();
  const may = (action: string, resource: string) =>
    role.some(
      (one) => allowed(one) && one.Action.includes(action) && one.Resource.some((arn) => arn.endsWith(resource)),
    );
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const wanted = asked(operation, JSON.parse(body.toString()));
    for (const { action } of wanted) used.add(action);
    const denied = wanted.filter(({ action, resource }) => !may(action, resource));
    for (const { action, resource } of denied) refused.add(`${action} on ${resource}`);
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
