/** Columns and parameters as the database describes them, and what is asked of them. Pure. */
import * as z from "zod/mini";
import { nullishText } from "../../lib/core/schemas.ts";

/** `sys.columns` and `sys.parameters` count bytes, and -1 is `max`. */
export const Size = z.object({ typeName: nullishText, maxLength: z.nullish(z.number()) });

/** `length`: characters, of a text. `type`: of SQL Server, without its length. */
export type Described = { type: string | undefined; isUnicode: boolean; length: number };

/** What it has to hold. A number may also be given to a text, and a text to nothing else. */
type Kind = "text" | "number" | "time";

/** `length`: the characters that it has to hold; absent where any length will do. */
export type Need = { name: string; kind: Kind; length?: number };

/** Of `nvarchar` and `nchar` a character takes two bytes. */
export function describe({ typeName, maxLength }: z.infer<typeof Size>): Described {
  const bytes = maxLength === -1 ? 8_000 : (maxLength ?? 0);
  const isUnicode = typeName === "nvarchar" || typeName === "nchar";
  return { type: typeName ?? undefined, isUnicode, length: isUnicode ? Math.floor(bytes / 2) : bytes };
}

/** @returns what is wrong with it, for a person: ` with 30 characters` */
export function mistakeIn(
  { type, length }: Described,
  { kind, length: needed = 0 }: Omit<Need, "name">,
): string | undefined {
  if (type !== undefined && !FIT[kind].has(type.toLowerCase())) return ` as ${NAMES[kind]} (it is ${type})`;
  return kind === "text" && length < needed ? ` with ${needed} characters` : undefined;
}

const TEXTS = ["varchar", "nvarchar", "char", "nchar", "text", "ntext", "sysname"];
const NUMBERS = "bigint int smallint tinyint bit decimal numeric money smallmoney float real".split(" ");

const FIT: Readonly<Record<Kind, ReadonlySet<string>>> = {
  text: new Set(TEXTS),
  number: new Set([...NUMBERS, ...TEXTS]),
  // One that keeps its time zone would be compared by another clock.
  time: new Set(["datetime", "datetime2", "smalldatetime"]),
};

const NAMES: Readonly<Record<Kind, string>> = { text: "a text", number: "a number", time: "a date with its time" };
