/** Requests and request units of one client, from what goes over the wire: the local engine's figures are its own. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { plain, sizeOf } from "../support/units.ts";

export type Metered = { requests: number; reads: number; writes: number };

type Item = Record<string, unknown>;
type Input = {
  TableName?: string;
  Item?: Item;
  Key?: Item;
  ExpressionAttributeValues?: Item;
  TransactItems?: Array<{ Put?: { Item: Item } }>;
  RequestItems?: Record<string, { Keys: Item[] }>;
};
type Output = { Item?: Item; Responses?: Record<string, Item[]> };

const KB = 1024;
const writeUnits = (item: Item) => Math.max(1, Math.ceil(sizeOf(item) / KB));
const readUnits = (item: Item = {}) => Math.max(1, Math.ceil(sizeOf(item) / (4 * KB)));

/** `reckon`: reckons units, too, which takes time. */
export type Meter = { reckon: boolean; take(): Metered };

/** Units of the table; those of its indexes apart. A refused write is billed as a done one. */
export function meter(client: Pick<DynamoDBDocumentClient, "middlewareStack">): Meter {
  let metered: Metered = { requests: 0, reads: 0, writes: 0 };
  const it: Meter = {
    reckon: false,
    take() {
      const taken = metered;
      metered = { requests: 0, reads: 0, writes: 0 };
      return taken;
    },
  };
  const stack: DynamoDBDocumentClient["middlewareStack"] = client.middlewareStack;
  stack.add(
    (next) => (args) => {
      metered.requests += 1;
      return next(args);
    },
    { step: "finalizeRequest", name: "requests", override: true },
  );
  stack.add(
    (next, { commandName }) =>
      async (args) => {
        if (!it.reckon) return next(args);
        const input = plain(args.input) as Input;
        metered.writes += written(String(commandName), input);
        const result = await next(args);
        metered.reads += read(String(commandName), input, plain(result.output) as Output);
        return result;
      },
    { step: "initialize", name: "units", override: true },
  );
  return it;
}

function written(command: string, { Item, Key, ExpressionAttributeValues, TransactItems }: Input): number {
  if (TransactItems) return TransactItems.reduce((sum, { Put }) => sum + (Put ? 2 * writeUnits(Put.Item) : 2), 0);
  if (Item) return writeUnits(Item);
  return command.startsWith("Update") || command.startsWith("Delete")
    ? writeUnits({ ...Key, ...ExpressionAttributeValues })
    : 0;
}

function read(command: string, { RequestItems }: Input, { Item, Responses }: Output): number {
  if (RequestItems) {
    const asked = Object.values(RequestItems).flatMap(({ Keys }) => Keys).length;
    const found = Object.values(Responses ?? {}).flat();
    return found.reduce((sum, item) => sum + readUnits(item), asked - found.length);
  }
  return command.startsWith("Get") ? readUnits(Item) : 0;
}
