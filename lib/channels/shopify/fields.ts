/** Values that apps and integrators leave in an order: by name, or in free text. Pure. */
import { Text, textAt } from "../shared/wire.ts";
import type { ShopifyOrder } from "./body.ts";

/** Note attributes by their names. */
export function attributesOf({ note_attributes: attributes }: ShopifyOrder): Record<string, unknown> {
  return Object.fromEntries(attributes.flatMap((one) => (one ? [[one.name, one.value]] : [])));
}

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
  const attributes = order.note_attributes.flatMap((one) => (one ? [{ [one.name.trim()]: one.value }] : []));
  const { source_identifier, note, tags } = order;
  return [{ source_identifier }, ...attributes, { note, tags }];
}

/** A country's two letters and at least seven digits, or ten digits alone. */
const VAT_ID = /^[A-Z]{2}[0-9A-Z]{8,12}$|^\d{10}$/i;
const MIN_DIGITS = 7;
const NIP = /(?<![0-9])(?:PL ?)?\d(?:[ -]?\d){9}(?![0-9])/i;

function taxIdIn(text: string | undefined): string | undefined {
  const whole = text?.replace(/[\s-]/g, "") ?? "";
  const isVatId = VAT_ID.test(whole) && whole.replace(/\D/g, "").length >= MIN_DIGITS;
  return isVatId ? whole : text?.match(NIP)?.[0].replace(/[\s-]/g, "");
}
