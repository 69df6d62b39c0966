/** Counts request units as DynamoDB bills them, from what goes over the wire: the local engine's figures are its own. */
import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Units } from "../../infra/cost.ts";
import { table as layout, type Table } from "../../lib/store/table.ts";

type Item = Record<string, unknown>;
type Part = { Put?: { Item: Item }; Update?: { Key: Item } };
type Input = {
  TransactItems?: Part[];
  Item?: Item;
  Key?: Item;
  UpdateExpression?: string;
  KeyConditionExpression?: string;
  RequestItems?: Record<string, { Keys: Item[] }>;
};
type Output = { Item?: Item; Items?: Item[]; Responses?: Record<string, Item[]> };

const KB = 1024;

export function countUnits({ documents, name }: Table): { take(): Units } {
  let units: Units = { reads: 0, writes: 0 };
  const known = new Map<string, Item>();
  const stack: DynamoDBDocumentClient["middlewareStack"] = documents.middlewareStack;

  /** The larger of the old and the new item counts; an index costs one for each of its items that goes or comes. */
  const put = (item: Item, factor: 1 | 2) => {
    const before = known.get(String(item.pk));
    const size = Math.max(sizeOf(item), before ? sizeOf(before) : 0);
    units.writes += factor * Math.ceil(size / KB) + indexWrites(before, item);
    known.set(String(item.pk), item);
  };
  const get = (item: Item | undefined) => {
    units.reads += Math.max(1, Math.ceil((item ? sizeOf(item) : 0) / (4 * KB)));
  };
  /** Of an index, which is read as it may be a moment ago: at half the price. */
  const query = (items: readonly Item[]) => {
    const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
    units.reads += Math.max(1, Math.ceil(size / (4 * KB))) / 2;
  };
  /** What an update made of an item is read back, and not counted. */
  let isOwn = false;
  const update = async ({ pk }: Item, factor: 1 | 2) => {
    isOwn = true;
    const { Item } = await documents.send(new GetCommand({ TableName: name, Key: { pk }, ConsistentRead: true }));
    isOwn = false;
    if (Item) put(Item, factor);
  };

  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (isOwn) return result;
      const input = plain(args.input) as Input;
      const output = plain(result.output) as Output;
      if (input.TransactItems)
        for (const { Put, Update } of input.TransactItems) {
          if (Put) put(Put.Item, 2);
          if (Update) await update(Update.Key, 2);
        }
      else if (input.Item) put(input.Item, 1);
      else if (input.UpdateExpression && input.Key) await update(input.Key, 1);
      else if (input.KeyConditionExpression) query(output.Items ?? []);
      else if (input.RequestItems) {
        const found = output.Responses?.[name] ?? [];
        for (const index of input.RequestItems[name]?.Keys.keys() ?? []) get(found[index]);
      } else get(output.Item);
      return result;
    },
    { step: "initialize", name: "units" },
  );
  return {
    take() {
      const taken = units;
      units = { reads: 0, writes: 0 };
      return taken;
    },
  };
}

function indexWrites(before: Item | undefined, after: Item): number {
  return [layout.dueIndex, layout.findIndex].reduce((sum, { hashKey, rangeKey }) => {
    const place = (item: Item | undefined) =>
      item && item[hashKey] !== undefined && `${item[hashKey]}/${item[rangeKey]}`;
    const [was, is] = [place(before), place(after)];
    return sum + (was === is ? 0 : Number(Boolean(was)) + Number(Boolean(is)));
  }, 0);
}

/** Names and values in UTF-8; a number takes half a byte a digit and one, a truth value one. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  return typeof value === "number" ? Math.ceil(String(value).length / 2) + 1 : 1;
}

/** Attribute values without their types, whether the client has put them on already or not. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [type, inner] = entries[0] ?? [];
  if (entries.length === 1 && (type === "S" || type === "BOOL")) return inner;
  if (entries.length === 1 && type === "N") return Number(inner);
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
