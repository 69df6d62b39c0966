/** Counts request units as DynamoDB bills them, from what goes over the wire: the local engine's figures are its own. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Units } from "../../lib/ops/cost.ts";
import { table as layout, type Table } from "../../lib/runtime/table.ts";

type Item = Record<string, unknown>;
type Put = { Item: Item };
type Input = { TransactItems?: Array<{ Put: Put }>; Item?: Item; RequestItems?: Record<string, { Keys: Item[] }> };
type Output = { Item?: Item; Responses?: Record<string, Item[]> };

const KB = 1024;

export function countUnits({ documents, name }: Table): { take(): Units } {
  let units: Units = { reads: 0, writes: 0 };
  const known = new Map<string, Item>();
  const stack: DynamoDBDocumentClient["middlewareStack"] = documents.middlewareStack;

  /** The larger of the old and the new item counts; the index costs one for each of its items that goes or comes. */
  const put = (item: Item, factor: 1 | 2) => {
    const before = known.get(String(item.pk));
    const size = Math.max(sizeOf(item), before ? sizeOf(before) : 0);
    units.writes += factor * Math.ceil(size / KB) + indexWrites(before, item);
    known.set(String(item.pk), item);
  };
  const get = (item: Item | undefined) => {
    units.reads += Math.max(1, Math.ceil((item ? sizeOf(item) : 0) / (4 * KB)));
  };

  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      const input = plain(args.input) as Input;
      const output = plain(result.output) as Output;
      if (input.TransactItems) for (const item of input.TransactItems) put(item.Put.Item, 2);
      else if (input.Item) put(input.Item, 1);
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
  const { hashKey, rangeKey } = layout.dueIndex;
  const place = (item: Item | undefined) => item && item[hashKey] !== undefined && `${item[hashKey]}/${item[rangeKey]}`;
  const [was, is] = [place(before), place(after)];
  return was === is ? 0 : Number(Boolean(was)) + Number(Boolean(is));
}

/** Names and values in UTF-8; a number takes half a byte a digit and one, a truth value one. */
function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  return typeof value === "number" ? Math.ceil(String(value).length / 2) + 1 : 1;
}

/** Attribute values without their types, whether the client has put them on already or not. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [type, inner] = entries[0] ?? [];
  if (entries.length === 1 && (type === "S" || type === "BOOL")) return inner;
  if (entries.length === 1 && type === "N") return Number(inner);
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
