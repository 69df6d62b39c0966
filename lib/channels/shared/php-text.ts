/**
 * PHP's own text form of a value (`serialize`), as plugins leave it in a field. Nothing of it is ever made an object of
 * a class: an object is a record of its properties. Pure.
 */

/** A stranger may write anything; what a plugin keeps of one order is far smaller. */
const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 16;
/** Of a number or a length, with its sign. */
const MAX_DIGITS = 32;

type Reader = { bytes: Buffer; at: number };

/** Wrapped, since a value may be undefined by itself. */
type Read = { value: unknown };

/** @returns undefined for a text that is no such form, is too large or is nested too deep; its cost grows with its length alone */
export function phpValue(text: string): unknown {
  if (!/^(?:[abdiNsO][:;])/.test(text) || text.length > MAX_BYTES) return undefined;
  const reader = { bytes: Buffer.from(text), at: 0 };
  const read = valueAt(reader, 0);
  return reader.at === reader.bytes.length ? read?.value : undefined;
}

function valueAt(reader: Reader, depth: number): Read | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const type = taken(reader, 2);
  switch (type) {
    case "N;":
      return { value: null };
    case "b:":
    case "i:":
    case "d:":
      return numberAt(reader, type);
    case "s:":
      return textAt(reader, ";");
    case "a:":
      return recordAt(reader, depth);
    case "O:":
      return textAt(reader, ":") && recordAt(reader, depth);
    default:
      return undefined;
  }
}

function numberAt(reader: Reader, type: string): Read | undefined {
  const digits = upTo(reader, ";");
  const number = digits === undefined || digits === "" ? Number.NaN : Number(digits);
  if (Number.isNaN(number)) return undefined;
  return { value: type === "b:" ? number === 1 : number };
}

/** `6:"KRA01M"` and what ends it. The length counts bytes. */
function textAt(reader: Reader, end: string): Read | undefined {
  const length = lengthAt(reader);
  if (length === undefined || taken(reader, 1) !== '"') return undefined;
  const text = taken(reader, length);
  return text !== undefined && taken(reader, 2) === `"${end}` ? { value: text } : undefined;
}

/** `2:{key value key value}`: a list is a record by its places. */
function recordAt(reader: Reader, depth: number): Read | undefined {
  const count = lengthAt(reader);
  if (count === undefined || taken(reader, 1) !== "{") return undefined;
  const entries: Array<[string, unknown]> = [];
  while (entries.length < count) {
    const key = valueAt(reader, MAX_DEPTH);
    const value = key && valueAt(reader, depth + 1);
    if (!value) return undefined;
    entries.push([nameOf(key.value), value.value]);
  }
  return taken(reader, 1) === "}" ? { value: Object.fromEntries(entries) } : undefined;
}

/** A private property has the name of its class before it, between zero bytes. */
function nameOf(key: unknown): string {
  const name = String(key);
  return name.slice(name.lastIndexOf("\0") + 1);
}

function lengthAt(reader: Reader): number | undefined {
  const digits = upTo(reader, ":");
  return digits !== undefined && /^\d{1,6}$/.test(digits) ? Number(digits) : undefined;
}

function upTo(reader: Reader, end: string): string | undefined {
  const found = reader.bytes.subarray(reader.at, reader.at + MAX_DIGITS).indexOf(end);
  if (found < 0) return undefined;
  const text = taken(reader, found);
  reader.at += end.length;
  return text;
}

function taken(reader: Reader, bytes: number): string | undefined {
  const end = reader.at + bytes;
  if (end > reader.bytes.length) return undefined;
  const text = reader.bytes.toString("utf8", reader.at, end);
  reader.at = end;
  return text;
}
