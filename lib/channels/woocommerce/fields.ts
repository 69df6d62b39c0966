/** Values that plugins and integrators leave in an order: by name, or as ids that stand in free text. Pure. */
import { isRecord, type WooOrder } from "./body.ts";

/** A version-1 UUID, the form of an Allegro order id. Ids of payments are often UUIDs too, of version 4. */
const UUID_V1 = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi;

const MAX_TRACES = 10;

/** A meta key, then a path into a meta value, then a field of the order itself; undefined where nothing is there. */
export function fieldOf(order: WooOrder, field: string): string | undefined {
  for (const meta of order.meta_data) {
    const found = meta && valueAt(meta.key, meta.value, field);
    if (found !== undefined) return found;
  }
  return filled(order[field]);
}

export function firstFieldOf(order: WooOrder, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const found = fieldOf(order, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The whole value as a version-1 UUID; undefined for anything else, a cut one too. */
export function uuidOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text !== undefined && text.match(UUID_V1)?.[0] === text ? text.toLowerCase() : undefined;
}

/** Marketplace ids in `transaction_id` and in meta values of every shape, in the order they stand, each once. */
export function tracesOf(order: WooOrder): string[] {
  const traces = new Set<string>();
  for (const text of stringsIn([order.transaction_id, order.meta_data.map((meta) => meta?.value)])) {
    for (const [uuid] of text.matchAll(UUID_V1)) traces.add(uuid.toLowerCase());
    if (traces.size >= MAX_TRACES) break;
  }
  return [...traces].slice(0, MAX_TRACES);
}

function valueAt(key: string, value: unknown, field: string): string | undefined {
  if (key === field) return filled(value);
  if (!field.startsWith(`${key}.`)) return undefined;
  let at = value;
  for (const step of field.slice(key.length + 1).split("."))
    at = (isRecord(at) || Array.isArray(at)) && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined;
  return filled(at);
}

function filled(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).trim();
  return text === "" ? undefined : text;
}

/** Without recursion: nesting comes from outside and may be deeper than the stack. */
function* stringsIn(root: unknown): Generator<string> {
  const left = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string") yield value;
    else if (typeof value === "object" && value !== null) for (const v of Object.values(value).reverse()) left.push(v);
  }
}
