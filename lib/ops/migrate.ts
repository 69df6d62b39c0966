/**
 * What shapes of items the table holds, and the one thing that this version writes anew of an earlier one: an open case that stands in
 * no list, which nobody would find. Names and numbers, and nothing of a person.
 */
import * as z from "zod/mini";
import type { Cases } from "../core/ports/cases.ts";
import type { Desk } from "../core/ports/desk.ts";
import { anyInt, anyText, optionalInt, optionalText } from "../core/schemas.ts";

export const Migrating = z.lazy(() => z.strictObject({ migrate: z.enum(["plan", "write"]), cursor: optionalText }));
export type Migrating = z.infer<typeof Migrating>;

const Counts = z.lazy(() => z.record(anyText, anyInt));

/** One page. */
export const Migrated = z.lazy(() =>
  z.object({
    /** How many items, by kind. */
    kinds: Counts,
    /** How many were written by an earlier version, by shape. */
    older: Counts,
    /** How many were written anew; 0 for a plan. */
    written: anyInt,
    looked: anyInt,
    of: optionalInt,
    cursor: optionalText,
  }),
);
export type Migrated = z.infer<typeof Migrated>;

const ITEMS_PER_PAGE = 300;

type Parts = { desk: Pick<Desk, "shapes">; cases: Pick<Cases, "read" | "lookAgain">; now: () => number };

/** Again is harmless: what is listed is listed. */
export async function migrated({ desk, cases, now }: Parts, { migrate, cursor }: Migrating): Promise<Migrated> {
  const { unlisted, ...page } = await desk.shapes(cursor, ITEMS_PER_PAGE);
  if (migrate === "plan" || unlisted.length === 0) return { ...page, written: 0 };
  const found = await cases.read(unlisted);
  for (const held of found) await cases.lookAgain(held, now());
  return { ...page, written: found.length };
}
