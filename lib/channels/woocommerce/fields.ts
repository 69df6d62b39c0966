/** Values that plugins and integrators leave in an order: by name, or as ids that stand in free text. Pure. */
import { isRecord, type WooOrder } from "./body.ts";

/** A meta key, then a path into a meta value, then a field of the order itself; undefined where nothing is there. */
export function fieldIn(order: WooOrder, field: string): string | undefined {
  for (const meta of order.meta_data) {
    const found = meta && valueAt(meta.key, meta.value, field);
    if (found !== undefined) return found;
  }
  return filled(order[field]);
}

export function firstFieldOf(order: WooOrder, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const found = fieldIn(order, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where an integrator may have left an id or a mark of its own. Of goods only what names the marketplace. */
export function freeIn({ transaction_id: transaction, customer_note: note, ...order }: WooOrder): unknown {
  const values = [order, ...(order.shipping_lines ?? []), ...(order.fee_lines ?? [])].flatMap(metaIn);
  const ofGoods = (order.line_items ?? []).flatMap(metaIn).filter(({ key }) => /allegro/i.test(key));
  return [transaction, note, ...[...values, ...ofGoods].map(({ value }) => value)];
}

function metaIn({ meta_data: meta }: Pick<WooOrder, "meta_data">) {
  return meta.filter((one) => one !== undefined);
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
