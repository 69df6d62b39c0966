/** What goes over the wire to DynamoDB: counted, and broken on purpose. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Table } from "../../lib/store/table.ts";

type Call = { command: string; items: number; input: Record<string, unknown> };

/** Our own count: the local engine's capacity figures are not the service's. */
export type Counted = { calls: Call[]; requests(): number; readItems(): number; writtenItems(): number };

type Stack = DynamoDBDocumentClient["middlewareStack"];

export function countCalls(table: Table): Counted {
  const calls: Call[] = [];
  const stack: Stack = table.documents.middlewareStack;
  stack.add(
    (next, context) => async (args) => {
      const input = args.input as Record<string, unknown>;
      calls.push({ command: String(context.commandName), items: itemsOf(input), input });
      return next(args);
    },
    { step: "initialize", name: "count", override: true },
  );
  const sum = (commands: string[]) =>
    calls.filter((c) => commands.includes(c.command)).reduce((total, c) => total + c.items, 0);
  return {
    calls,
    requests: () => calls.length,
    readItems: () => sum(["BatchGetCommand", "BatchGetItemCommand", "GetCommand", "GetItemCommand"]),
    writtenItems: () =>
      sum([
        "PutCommand",
        "PutItemCommand",
        "UpdateCommand",
        "UpdateItemCommand",
        "TransactWriteCommand",
        "TransactWriteItemsCommand",
      ]),
  };
}

function itemsOf(input: Record<string, unknown>): number {
  if (Array.isArray(input.TransactItems)) return input.TransactItems.length;
  if (input.RequestItems) {
    const tables = Object.values(input.RequestItems as Record<string, { Keys?: unknown[] }>);
    return tables.reduce((total, { Keys = [] }) => total + Keys.length, 0);
  }
  return 1;
}

export type Breakage = {
  /** Asked before each request to the engine; throw to fail it before it is sent. */
  before?(command: string, attempt: number): void;
  /** Asked after the engine answered; throw to lose the answer, or return another output. */
  after?(command: string, output: Record<string, unknown>, attempt: number): Record<string, unknown>;
};

/** Breaks single requests beneath the SDK's own retries, where a network would. */
export function breakCalls(table: Table, breakage: Breakage): void {
  let attempt = 0;
  table.documents.middlewareStack.add(
    (next, context) => async (args) => {
      attempt += 1;
      const command = String(context.commandName);
      breakage.before?.(command, attempt);
      const result = await next(args);
      const output = breakage.after?.(command, result.output as Record<string, unknown>, attempt);
      return output ? { ...result, output: output as NonNullable<typeof result.output> } : result;
    },
    { step: "deserialize", name: "break", priority: "high", override: true },
  );
}

export function serviceError(name: string, extra: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(`${name} (made by a test)`), { name, $fault: "client", $metadata: {}, ...extra });
}

export function connectionReset(): Error {
  return Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET", $metadata: {} });
}
