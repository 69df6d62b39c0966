/**
 * Texts in the letters that a database can keep. WAPRO's columns are varchar: what is not in their code page SQL Server
 * turns into `?`, without a word. So a person gets the nearest letter instead (`m²` is `m2`, `Київ` is `Kiiv`).
 */
import { TextDecoder } from "node:util";
import anyAscii from "any-ascii";

/** Rewrites a text for people. */
export type Letters = (text: string) => string;

/** For columns that take every letter: nvarchar, or a code page of UTF-8. */
export const anyLetters: Letters = (text) => text;

/** SQL Server's collations of Poland. */
export const POLISH_CODE_PAGE = 1250;
const UTF8 = 65_001;
const US_ASCII = 20_127;

/** @param codePage as SQL Server numbers it; of one that is not known only plain ASCII is trusted */
export function lettersOf(codePage: number): Letters {
  if (codePage === UTF8) return anyLetters;
  const kept = lettersIn(codePage);
  return (text) => rewritten(text, kept);
}

function rewritten(text: string, kept: ReadonlySet<string>): string {
  return [...text.normalize("NFC")].map((letter) => nearest(letter, kept)).join("");
}

/** What a column that ids are looked for in can hold. */
export type Alphabet = {
  /** Whether a value comes back as it went in: one that does not finds other values, or none. */
  keeps(value: string): boolean;
  /** What a value takes of the column's length. */
  sizeOf(value: string): number;
  /** The nearest letters, each of size 1. */
  letters: Letters;
};

/** @param codePages of the database, in which a bound value arrives, and of the column where it has another */
export function alphabetOf(...codePages: readonly number[]): Alphabet {
  const narrow = codePages.filter((codePage) => codePage !== UTF8);
  const [first, ...more] = narrow.map(lettersIn);
  const kept = first && new Set([...first].filter((letter) => more.every((letters) => letters.has(letter))));
  const keeps = (value: string) => kept === undefined || [...value].every((letter) => kept.has(letter));
  if (narrow.length < codePages.length)
    return { keeps, sizeOf: (value) => Buffer.byteLength(value), letters: lettersOf(US_ASCII) };
  return { keeps, sizeOf: (value) => value.length, letters: (text) => rewritten(text, kept ?? new Set()) };
}

/** A Polish WAPRO's. */
export const POLISH = alphabetOf(POLISH_CODE_PAGE);

/** Of the columns that are looked into by a value. */
export type Alphabets = Readonly<Record<"internetId" | "number" | "sku", Alphabet>>;

/** Of a Polish WAPRO that nobody probed. */
export const usualAlphabets: Alphabets = { internetId: POLISH, number: POLISH, sku: POLISH };

/** Without its accents, else as it is spelled in Latin letters; a sign that stands for nothing is left out. */
function nearest(letter: string, kept: ReadonlySet<string>): string {
  if (kept.has(letter)) return letter;
  const plain = letter.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const spelled = [...plain].every((one) => kept.has(one)) ? plain : anyAscii(letter);
  return [...spelled].filter((one) => kept.has(one)).join("");
}

function lettersIn(codePage: number): ReadonlySet<string> {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const decoder = decoderOf(codePage);
  if (!decoder) return new Set(ascii);
  const upper = Array.from({ length: 128 }, (_, code) => decoder.decode(Uint8Array.of(code + 128)));
  // Of a byte that stands for nothing the decoder makes a control character, or the sign that something is missing.
  return new Set([...ascii, ...upper.filter((letter) => /[^\p{C}\ufffd]/u.test(letter))]);
}

function decoderOf(codePage: number): TextDecoder | undefined {
  if (codePage !== 874 && (codePage < 1250 || codePage > 1258)) return undefined;
  return new TextDecoder(`windows-${codePage}`);
}
