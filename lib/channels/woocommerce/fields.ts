/** Values that plugins and integrators leave in an order: by name, or as ids that stand in free text. Pure. */
import { uuidsIn } from "../shared/traces.ts";
import { isRecord, type WooOrder } from "./body.ts";

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

/** Marketplace ids in `transaction_id` and in meta values of every shape, in the order they stand, each once. */
export function tracesOf(order: WooOrder): string[] {
  return uuidsIn([order.transaction_id, order.meta_data.map((meta) => meta?.value)]);
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
