/** Keys: by what two reports can be recognised as one purchase. Pure. */
import * as z from "zod/mini";
import { filledText } from "./schemas.ts";

/**
 * How much an identity is worth. The highest rank on which both sides carry a value decides.
 *
 * 1 the marketplace's own id; 2 the selling shop's internet id (for orders made in BaseLinker, BaseLinker's);
 * 3 the customer order number, within its issuer; 4 a trace: an id found in a free field, or a field of which nobody
 * says what it holds; 5 what such a field would hold if its setting were wrong: it joins nothing, and shows that mistake.
 */
export const Rank = z.literal([1, 2, 3, 4, 5]);
export type Rank = z.infer<typeof Rank>;

export const KeyKind = z.enum(["internet-id", "customer-number"]);
export type KeyKind = z.infer<typeof KeyKind>;

/** `issuer` is who gave the id and so its namespace: `woocommerce:main`, `baselinker:acme`, `allegro`. */
export const Key = z.lazy(() =>
  z.object({
    kind: KeyKind,
    issuer: filledText,
    value: filledText,
    rank: Rank,
  }),
);
export type Key = z.infer<typeof Key>;

const PLACEHOLDERS = new Set(["", "0", "-", "--", "brak", "null", "undefined", "none", "n/a", "nan"]);

/** DynamoDB takes keys of at most 2,048 bytes, and an escaped letter may take nine; a longer "id" is not an id. */
const MAX_LENGTH = 128;

/**
 * Two spellings of one id become one value: trimmed, NFKC, lower case, no leading `#`, no leading zeros
 * in an all-digit value (platforms store numbers as integers and lose them).
 * @returns undefined for a placeholder: "no id" is never a key.
 */
export function normalise(raw: string | number | null | undefined): string | undefined {
  if (raw === null || raw === undefined) return undefined;
  const text = String(raw)
    .toWellFormed()
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/^#+\s*/, "")
    .trim();
  const value = /^\d+$/.test(text) ? text.replace(/^0+/, "") || "0" : text;
  return PLACEHOLDERS.has(value) || value.length > MAX_LENGTH ? undefined : value;
}

/** Builds the key of a raw value, or none (an empty list spreads well) where the value is a placeholder. */
export function keyOf(kind: KeyKind, issuer: string, raw: string | number | null | undefined, rank: Rank): Key[] {
  const value = normalise(raw);
  return value === undefined ? [] : [{ kind, issuer, value, rank }];
}

/** As long as a form's UUID, nearly, and no mere count: nobody gives such an id to two purchases. */
const UNMISTAKABLE_LENGTH = 16;

/** Whether another purchase may carry this value by chance, in another shop or as another number of the same one. */
export function isMistakable({ value }: Pick<Key, "value">): boolean {
  return value.length < UNMISTAKABLE_LENGTH || !/\D/.test(value);
}

/** The identity of a key as one string. Parts are escaped, so ("a","b:c") and ("a:b","c") stay apart. */
export function keyId(key: Pick<Key, "issuer" | "value"> & { kind: string }): string {
  return [key.kind, key.issuer, key.value].map(encodeURIComponent).join("/");
}

/** One key for each identity, the best first. An id that is both a field and a trace is a field. */
export function distinctKeys(keys: readonly Key[]): Key[] {
  const best = new Map<string, Key>();
  for (const key of keys) {
    const known = best.get(keyId(key));
    if (!known || key.rank < known.rank) best.set(keyId(key), key);
  }
  return [...best.values()].sort((a, b) => a.rank - b.rank);
}

/** The name of an account everywhere, and the issuer of the ids that are its own: `channel:account`. */
export function accountName({ channel, account }: { channel: string; account: string }): string {
  return `${channel}:${account}`;
}
