/** What shops written in PHP send: every type may be text or a number, none may be null, "" or missing. Pure. */
import * as z from "zod/mini";
import { positiveInt } from "../../shapes.ts";

/** Text or a number, trimmed; "" for whatever is neither. */
export const Text = z.transform((raw) =>
  typeof raw === "number" ? String(raw) : typeof raw === "string" ? raw.trim() : "",
);

/** A row's number, one spelling for each. */
export const RowId = z.pipe(
  z.union([positiveInt, z.string().check(z.trim(), z.regex(/^0*[1-9]\d{0,14}$/))]),
  z.transform((raw) => String(Number(raw))),
);

/** How many, as a number or as text. */
export const Count = z.coerce.number().check(z.int(), z.nonnegative());

export const Flag = z.transform((raw) => raw === true || raw === 1 || raw === "1" || raw === "true" || raw === "y");

/** PHP writes an array whose keys have gaps as an object. A missing list is empty. */
export function phpList<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(listed, z.array(item));
}

const listed = z.transform((value) => (isRecord(value) ? Object.values(value) : (value ?? [])));

/** The JSON of a raw body; undefined where it is none. */
export function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** What stands at a path (dots between steps) as text; undefined where nothing is there. */
export function textAt(value: unknown, path: string): string | undefined {
  let at = value;
  for (const step of path.split("."))
    at = (isRecord(at) || Array.isArray(at)) && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined;
  return Text.parse(at) || undefined;
}

export function firstTextAt(value: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = textAt(value, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A copy that lacks some fields. */
export function without<Fields extends object>(record: Fields, names: readonly string[]): Partial<Fields> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))) as Partial<Fields>;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
