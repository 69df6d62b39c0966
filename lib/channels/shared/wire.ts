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

const NIP_IN_TEXT = /(?<!\p{L})nip(?!\p{L})\D{0,20}(\d(?:[ -]?\d){9})(?!\d)/giu;
const WEIGHTS = [6, 5, 7, 2, 3, 4, 5, 6, 7];

/** Ten digits with the right check digit. */
export function isNip(digits: string): boolean {
  if (!/^[1-9]\d{9}$/.test(digits)) return false;
  const sum = WEIGHTS.reduce((all, weight, place) => all + weight * Number(digits[place]), 0);
  return sum % 11 === Number(digits[9]);
}

/**
 * The NIP that a buyer wrote where there is no field for it, as in `Firma sp. z o.o., NIP 525-234-10-74`.
 * @param texts a name of a company, a note: only behind the word
 */
export function nipIn(...texts: ReadonlyArray<string | undefined>): string | undefined {
  const searched = texts.map((text) => (text ?? "").slice(0, MAX_SEARCHED));
  const digits = searched.flatMap((text) =>
    [...text.matchAll(NIP_IN_TEXT)].map(([, id = ""]) => id.replaceAll(/\D/g, "")),
  );
  return digits.find(isNip);
}

/** A name or a note is short; a stranger may write a megabyte. */
const MAX_SEARCHED = 2_000;

/** Ways of delivery that end at a parcel locker or a pick-up point. */
const LOCKERS: readonly RegExp[] = [
  /paczkomat|parcel[ _-]?(?:locker|machine|shop)|locker|one ?box|\bpudo\b|\bpop\b|żabk|orlen paczka|paczka w ruchu/i,
  /automat\w{0,4} (?:paczk|dpd|dhl|orlen|poczt|inpost)|(?:dhl|dpd) box/i,
  /punk\w{1,6} (?:odbior|dpd|dhl|gls|ups|poczt|orlen|inpost|żabk)/i,
  /(?:dpd|dhl|gls|ups|orlen|poczt\w{1,3}|inpost|packeta)[ :,–-]{1,3}(?:odbi[oó]r w )?(?:punk|automat|pick[ _-]?up)/i,
  /pick[ _-]?up[ _-]?(?:point|drop)|access point|z[aá]silkovna|\bpacketa\b(?!.{0,20}(?:dom|adres|home|kurier))/i,
];

/** By what the shop calls it, and by its id: `Paczkomaty InPost 24/7`, `easypack_parcel_machines`. */
export function isLocker(...names: ReadonlyArray<string | undefined>): boolean {
  return names.some((name) => name !== undefined && LOCKERS.some((locker) => locker.test(name)));
}

/** The form of InPost's codes, as most such points have it: `KRA01M`, `WAW22APP`, `POP-WAW123`. */
function isPointCode(text: string): boolean {
  return /^(?:POP-)?[A-Z]{3}\d{1,4}[A-Z]{0,4}\d{0,2}$/.test(text);
}

/** DPD's begin with the country: `PL11033`. */
const CODE_IN_TEXT = /(?<![\p{L}\d-])(?:(?:POP-)?[A-Z]{3}\d{2,4}[A-Z]{0,4}\d{0,2}|PL\d{5})(?![\p{L}\d])/u;

/** `Paczkomat KRA01M`: with a letter behind its digits, since `BOX24` and the like are names of services. */
const CODE_IN_METHOD = /(?<![\p{L}\d-])(?:POP-)?[A-Z]{3}\d{2,4}[A-Z]{1,4}\d{0,2}(?![\p{L}\d])/u;

/**
 * The first code of a point in places where modules put it that have no field of their own.
 * @param methods what the way of delivery is called: only where it ends at a point
 * @param fields by their names; they come first
 */
export function pointIn(
  methods: ReadonlyArray<string | undefined>,
  places: readonly unknown[],
  fields: Fields = [],
): string | undefined {
  if (!isLocker(...methods)) return undefined;
  const texts = [...pointTextsIn(fields).map(([, text]) => text), ...places.map((place) => Text.parse(place))];
  const first = (found: ReadonlyArray<string | undefined>) => found.find((code) => code !== undefined);
  return (
    pointNamedIn(fields) ??
    first(texts.map((text) => CODE_IN_TEXT.exec(text)?.[0])) ??
    first(methods.map((method) => CODE_IN_METHOD.exec(method ?? "")?.[0]))
  );
}

/** The field of which nobody else's value is: `packetery_point_id`, `dpd_pudo`, `kod_punktu`. */
const POINT_ID =
  /(?:point|punkt|pudo|apm|locker|paczkomat|parcel_?(?:shop|machine)|pickup)[a-z_-]{0,12}[_-](?:id|code|kod|nr|number)$|pudo$|^_?kod_punktu/i;

/** As carriers number their points: `PL11033`, `WAW01A`, `123456`. */
const POINT_NUMBER = /^[A-Z0-9][A-Z0-9-]{2,19}$/i;

type Fields = ReadonlyArray<readonly [name: string, value: unknown]>;

/** Texts of fields whose name says that they may hold a point. */
function pointTextsIn(fields: Fields): Array<readonly [name: string, text: string]> {
  const isOfPoint = (name: string) => isLocker(name) || /point|punkt|pudo|apm|inpost/i.test(name);
  return fields.flatMap(([name, value]) => (isOfPoint(name) ? [[name, Text.parse(value)] as const] : []));
}

/** The first of them that is a point: by the form of its code, or where the name says that it is its id. */
function pointNamedIn(fields: Fields): string | undefined {
  const texts = pointTextsIn(fields);
  const isNumber = ([name, text]: readonly [string, string]) =>
    POINT_ID.test(name) && /\d/.test(text) && POINT_NUMBER.test(text);
  return (texts.find(([, text]) => isPointCode(text)) ?? texts.find(isNumber))?.[1];
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
