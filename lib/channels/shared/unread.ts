/** Orders that nobody can use: parked under a name, so that none takes the place of another. */
import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import type { HeldReason } from "../../core/held-reasons.ts";
import type { Instant } from "../../core/order.ts";
import type { Pulled, PullIo } from "../channel.ts";

type Unusable = Extract<Pulled, { kind: "unusable" }>;

/**
 * @param id the order's own; without one it is known by its bytes
 * @param detail which fields, for a person
 */
export function unusable(raw: unknown, reason: HeldReason, id: string | undefined, detail?: string): Unusable {
  const text = JSON.stringify(raw);
  return { kind: "unusable", id: id || unreadId(text), reason, raw: text, ...(detail !== undefined && { detail }) };
}

/** Whoever mends these finds the others. */
const MAX_FIELDS = 5;

/** The fields that cannot be read, by their paths and without a value: `cannot be read: id, date_modified_gmt`. */
export function unread({ issues }: Pick<z.core.$ZodError, "issues">): { detail: string } {
  const fields = new Set(issues.map(({ path }) => path.join(".") || "the whole"));
  return { detail: `cannot be read: ${[...fields].slice(0, MAX_FIELDS).join(", ")}` };
}

/** A journal forgot what happened since then before it was read: a person compares the orders with the platform's list. */
export function journalGap(readUntil: Instant): Pulled {
  const since = new Date(readUntil).toISOString();
  return unusable({ journalReadUntil: since }, "journal-gap", `journal-${since}`);
}

function unreadId(text: string): string {
  return `unread-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

/** Maps the rows of a list as the run that reads it wants it done. @param idOf as `MapEach` has it */
export async function eachRow<Row>(
  { each }: Pick<PullIo, "each">,
  rows: readonly Row[],
  map: (row: Row) => Pulled[],
  idOf: (row: Row) => string | undefined,
): Promise<Pulled[]> {
  return each ? each(rows, map, idOf) : rows.flatMap(map);
}
