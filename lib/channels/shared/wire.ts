/**
 * What shops send, as it is read: of every type, text or a number, none may be null, "" or missing; and what they keep as
 * HTML as people read it; addresses and points. Pure.
 */
import * as z from "zod/mini";
import type { Address, Readiness, Report, Sighting } from "../../core/order.ts";
import { positiveInt } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";

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

/** Everything else is false, what cannot be read included. */
export const Flag = z.transform((raw) => raw === true || raw === 1 || raw === "1" || raw === "true" || raw === "y");

/** PHP writes an array whose keys have gaps as an object. A missing list is empty. */
export function phpList<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(listed, z.array(item));
}

const listed = z.transform((value) => (isRecord(value) ? Object.values(value) : (value ?? [])));

/** The JSON of a raw body; undefined where it is none. */
export function jsonIn(body: Buffer): unknown {
  return jsonText(body.toString("utf8"));
}

/** JSON that stands in a field, as text; undefined where it is none. */
export function jsonText(text: string): unknown {
  try {
    return JSON.parse(text);
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

/** @param pattern `*` stands for any letters, and capitals are no difference */
export function isNamed(name: string, pattern: string): boolean {
  const [text, wanted] = [name.trim().toLowerCase(), pattern.trim().toLowerCase()];
  if (!wanted.includes("*")) return text === wanted;
  const parts = wanted.split("*");
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  return includesInTurn(text.slice(first.length, text.length - last.length), parts.slice(1, -1));
}

function includesInTurn(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** A copy that lacks some fields. */
export function without<Fields extends object>(record: Fields, names: readonly string[]): Partial<Fields> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))) as Partial<Fields>;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  times: "×",
  middot: "·",
  bull: "•",
  deg: "°",
  sup2: "²",
  sup3: "³",
  frac12: "½",
  euro: "€",
  reg: "®",
  trade: "™",
  copy: "©",
  laquo: "«",
  raquo: "»",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bdquo: "„",
  oacute: "ó",
  Oacute: "Ó",
  aogon: "ą",
  Aogon: "Ą",
  cacute: "ć",
  Cacute: "Ć",
  eogon: "ę",
  Eogon: "Ę",
  lstrok: "ł",
  Lstrok: "Ł",
  nacute: "ń",
  Nacute: "Ń",
  sacute: "ś",
  Sacute: "Ś",
  zacute: "ź",
  Zacute: "Ź",
  zdot: "ż",
  Zdot: "Ż",
  uuml: "ü",
  ouml: "ö",
  auml: "ä",
  eacute: "é",
};

const TAG = /<[/!]?[a-z-][^<>]*>/gi;
const ENTITY = /&(?:#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6})|(?<name>[a-z]{2,8}\d?));/gi;

/** Without tags, with each entity as its letter: in one pass, so that `&amp;lt;` is `&lt;` and no tag. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const untagged = html.replaceAll(TAG, (tag) => (/^<\/?(br|p|div|li)\b/i.test(tag) ? "\n" : ""));
  const decoded = untagged.replaceAll(ENTITY, (entity, ...rest) => {
    const { decimal, hex, name } = rest.at(-1) as { decimal?: string; hex?: string; name?: string };
    if (name !== undefined) return NAMED[name] ?? entity;
    return letterOf(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal)) ?? entity;
  });
  return decoded
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n[\s]*/g, "\n")
    .trim();
}

/** The same in one line, as names and addresses are. */
export function plainLine(html: string): string {
  return plainText(html).replaceAll("\n", " ");
}

function letterOf(code: number): string | undefined {
  const isText = code === 9 || code === 10 || (code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
  if (!isText) return undefined;
  return code === 160 ? " " : String.fromCodePoint(code);
}

/** One text of several parts, blanks between them. */
export function joined(...parts: ReadonlyArray<string | undefined>): string {
  return parts.filter(Boolean).join(" ").trim();
}

/** Undefined where all that would identify a place or a person is empty. */
export function addressOf({ company, phone, ...address }: Address & { company: string }): Address | undefined {
  if (!(company || address.name || address.street || address.city)) return undefined;
  return present({
    ...address,
    name: address.name || company,
    company: company || undefined,
    phone: phone || undefined,
  });
}

/** Ways of delivery that end at a parcel locker or a pick-up point. */
const LOCKER =
  /paczkomat|parcel[ _-]?(?:locker|machine|shop)|locker|automat\w{0,4} paczk|one ?box|punk\w{1,6} (?:odbior|dpd|dhl|gls|ups|poczt|orlen|żabk)|pick[ _-]?up[ _-]?(?:point|drop)|\bpudo\b|orlen paczka|paczka w ruchu|\bpop\b|żabk/i;

/** By what the shop calls it, and by its id: `Paczkomaty InPost 24/7`, `easypack_parcel_machines`. */
export function isLocker(...names: ReadonlyArray<string | undefined>): boolean {
  return names.some((name) => name !== undefined && LOCKER.test(name));
}

/** The form of InPost's codes, as most such points have it: `KRA01M`, `WAW22APP`, `POP-WAW123`. */
export function isPointCode(text: string): boolean {
  return /^(?:POP-)?[A-Z]{3}\d{1,4}[A-Z]{0,4}\d{0,2}$/.test(text);
}

const CODE_IN_TEXT = /(?<![\p{L}\d-])(?:POP-)?[A-Z]{3}\d{2,4}[A-Z]{0,4}\d{0,2}(?![\p{L}\d])/u;

/**
 * The first code of a point in places where modules put it that have no field of their own.
 * @param methods what the way of delivery is called: only where it ends at a point
 */
export function pointIn(methods: ReadonlyArray<string | undefined>, places: readonly unknown[]): string | undefined {
  if (!isLocker(...methods)) return undefined;
  return places.map((place) => CODE_IN_TEXT.exec(Text.parse(place))?.[0]).find((code) => code !== undefined);
}

/** Fields whose name says that they may hold a point. */
export function pointFieldsIn(fields: Readonly<Record<string, unknown>>): unknown[] {
  const isOfPoint = (name: string) => isLocker(name) || /point|punkt|apm|inpost/i.test(name);
  return Object.entries(fields).flatMap(([name, value]) => (isOfPoint(name) ? [value] : []));
}

/**
 * A ready order goes to a locker and no field says to which: a person hears of it once an account. Of a copy of Allegro's
 * order, Allegro says it.
 * @param ids by which the platform knows the way of delivery, whatever a merchant calls it
 */
export function lackOf(
  readiness: Readiness,
  { method, point }: Report["shipping"],
  ...ids: ReadonlyArray<string | undefined>
): Pick<Sighting, "lacks"> {
  const isLacking = readiness === "ready" && point === undefined && isLocker(method, ...ids);
  return isLacking && !/allegro/i.test(method) ? { lacks: "point-not-found" } : {};
}
