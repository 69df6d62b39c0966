/** Values that plugins and integrators leave in an order: by name, or as ids that stand in free text. Pure. */
import { Text, textAt } from "../shared/wire.ts";
import type { WooOrder } from "./body.ts";

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
  return field.startsWith(`${key}.`) ? textAt(value, field.slice(key.length + 1)) : undefined;
}

function filled(value: unknown): string | undefined {
  return Text.parse(value) || undefined;
}
