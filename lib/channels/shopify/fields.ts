/** Values that apps and integrators leave in an order: by name, or in free text. Pure. */
import { Text, textAt } from "../shared/wire.ts";
import type { ShopifyOrder } from "./body.ts";

/** A note attribute, then a path into the order; undefined where nothing is there. */
export function fieldIn(order: ShopifyOrder, field: string): string | undefined {
  const wanted = field.toLowerCase();
  for (const attribute of order.note_attributes) {
    if (attribute?.name.trim().toLowerCase() !== wanted) continue;
    const found = Text.parse(attribute.value);
    if (found !== "") return found;
  }
  return textAt(order, field);
}

export function firstFieldOf(order: ShopifyOrder, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const found = fieldIn(order, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A whole field that is a VAT id, else the first NIP in it: shops without a field for it have it in the company. */
export function taxIdOf(order: ShopifyOrder, fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const found = taxIdIn(fieldIn(order, field));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The places where a person or an app can write. */
export function freeIn(order: ShopifyOrder): unknown {
  const attributes = order.note_attributes.map((attribute) => attribute?.value);
  return [order.source_identifier, attributes, order.note, order.tags];
}

/** A country's two letters and at least seven digits, or ten digits alone. */
const VAT_ID = /^[A-Z]{2}(?=(?:.*\d){7})[0-9A-Z]{8,12}$|^\d{10}$/i;
const NIP = /(?<![0-9])(?:PL ?)?\d(?:[ -]?\d){9}(?![0-9])/i;

function taxIdIn(text: string | undefined): string | undefined {
  const whole = text?.replace(/[\s-]/g, "") ?? "";
  return VAT_ID.test(whole) ? whole : text?.match(NIP)?.[0].replace(/[\s-]/g, "");
}
