/**
 * What the buyer chose on a row, as people read it. Pure.
 *
 * An event has it with its labels. REST has the ids of what was chosen and no labels: there the variant is told by the
 * name of its own row, what is in a bundle by the names of its parts, and an article's own options are looked up.
 */
import { decimalText, readDecimal } from "../shared/decimal.ts";
import { isRecord, jsonText, plainLine, Text } from "../shared/wire.ts";
import type { MagentoItem } from "./body.ts";
import type { Row } from "./rows.ts";

/** What an option is called by its id, and a value of a list by `option/value`. */
export type Labels = ReadonlyMap<string, string>;

/** Of an event's `product_options`: the attributes of a variant, an article's own options, and what modules add. */
const LABELLED = ["attributes_info", "options", "additional_options"];

/** One line, in pieces with commas between; "" where nothing was chosen. */
export function variantOf({ item, parts }: Row, labels: Labels = new Map()): string {
  const labelled = labelledIn(item);
  const typed = labelled.length > 0 ? labelled : chosenIn(item, labels);
  const hasVariant = labelled.length > 0 && item.product_type !== "bundle";
  return [...typed, ...(hasVariant ? [] : partsOf(item, parts))].filter(Boolean).join(", ");
}

function labelledIn({ product_options: given }: MagentoItem): string[] {
  const options = typeof given === "string" ? jsonText(given) : given;
  if (!isRecord(options)) return [];
  return LABELLED.flatMap((name) => listOf(options[name])).flatMap((option) => {
    const label = plainLine(Text.parse(option.label));
    const value = plainLine(Text.parse(option.print_value) || Text.parse(option.value));
    return value ? [label ? `${label}: ${value}` : value] : [];
  });
}

/** One of an article's own options in REST: what was typed, or ids of what was chosen from a list. */
export type Choice = { option: string; value: string };

export function choicesOf({ product_option: option }: MagentoItem): Choice[] {
  const extension = isRecord(option) ? option.extension_attributes : undefined;
  const custom = isRecord(extension) ? listOf(extension.custom_options) : [];
  return custom.flatMap(({ option_id, option_value }) => {
    const value = plainLine(Text.parse(option_value));
    return value === "" || value === "file" ? [] : [{ option: Text.parse(option_id), value }];
  });
}

/** Where nobody tells what it is called, ids still tell two pieces of one article apart. */
function chosenIn(item: MagentoItem, labels: Labels): string[] {
  return choicesOf(item).map(({ option, value }) => {
    const title = labels.get(option);
    const names = value.split(",").map((id) => labels.get(`${option}/${id}`));
    const text = names.every((name) => name !== undefined) ? names.join(", ") : value;
    if (title !== undefined) return `${plainLine(title)}: ${plainLine(text)}`;
    return /^[\d,]+$/.test(value) ? `option ${option}: ${value}` : value;
  });
}

function partsOf(item: MagentoItem, parts: readonly MagentoItem[]): string[] {
  const [only] = parts;
  if (item.product_type === "bundle") return parts.map((part) => `${perPiece(part, item)} × ${plainLine(part.name)}`);
  return only && parts.length === 1 ? [beyond(plainLine(item.name), plainLine(only.name))] : [];
}

function perPiece(part: MagentoItem, item: MagentoItem): string {
  const [all, of] = [readDecimal(part.qty_ordered), readDecimal(item.qty_ordered)];
  const each = Number(part.qty_ordered) / Number(item.qty_ordered);
  return all && of && Number.isInteger(each) ? String(each) : all ? decimalText(all) : "1";
}

/** "Koszulka M" says "M" beside "Koszulka". */
function beyond(name: string, variant: string): string {
  if (variant === name) return "";
  return variant.startsWith(`${name} `) || variant.startsWith(`${name}-`)
    ? variant.slice(name.length).replace(/^[\s\-–,:/]+/, "")
    : variant;
}

function listOf(value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
