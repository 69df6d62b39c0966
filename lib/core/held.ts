/** What is parked for a person, and its identity. */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { Change } from "./changes.ts";
import { Instant, type Order } from "./order.ts";
import { anyInt, anyText, optionalText } from "./schemas.ts";

const optionalInstant = z.optional(Instant);

/** How a case ended, in one word, and when; by whom and why, where a person ended it. `byProven`: the caller's ARN. */
export const Resolution = z.lazy(() =>
  z.object({
    how: anyText,
    at: Instant,
    by: optionalText,
    byProven: optionalText,
    note: optionalText,
  }),
);
export type Resolution = z.infer<typeof Resolution>;

/** How a case ends for which nothing is to be done: said again in the same words it stays closed. */
export const DISMISSED = "dismissed";

/** In whose place a message stands that is about the settings of an account, and about none of its orders. */
export const SETTINGS = "settings";

/**
 * Whether a message names an order as its source knows it. Otherwise it is about settings, one status, a value that is in every order,
 * another shop, a gap in a journal, or a message that names none.
 */
export function namesAnOrder({ sourceOrder }: Pick<Held, "sourceOrder">): boolean {
  return sourceOrder !== SETTINGS && !/^(?:(?:body|id|shop|status):|journal-|unread-)/.test(sourceOrder);
}

/** Whether it is about an account as a whole, and nothing that was kept of it could become an order. */
export function isOfAccount({ sourceOrder }: Pick<Held, "sourceOrder">): boolean {
  return sourceOrder === SETTINGS || /^(?:(?:id|shop|status):|journal-)/.test(sourceOrder);
}

/** A message parked for a person. Its identity is (account, sourceOrder, reason); repeats add to `count`. */
export const Held = z.lazy(() =>
  z.object({
    id: anyText,
    account: anyText,
    sourceOrder: anyText,
    reason: anyText,
    count: anyInt,
    firstAt: Instant,
    lastAt: Instant,
    /** Where the raw body lies, if there is one. */
    body: optionalText,
    /** What a person needs to decide, where the reason does not say it: numbers of orders, no personal data. */
    detail: optionalText,
    /** What differs from what the ERP was given. Holds personal data where an address changed. */
    changes: z.optional(z.array(Change)),
    /** The Kojarz order that it is about, where there is one. */
    order: optionalText,
    /** Absent while it is open. */
    resolved: z.optional(Resolution),
    /** When a person was told of it, since it was opened last. */
    toldAt: optionalInstant,
    /** When a person was told that its personal data go soon. */
    warnedAt: optionalInstant,
    /** When its personal data were erased: it was open for too long. */
    erasedAt: optionalInstant,
  }),
);
export type Held = z.infer<typeof Held>;

/** A message before it is stored: how often, when, and what became of it is the store's to know. */
export type Parked = Omit<Held, "count" | "firstAt" | "lastAt" | "resolved" | "toldAt" | "warnedAt" | "erasedAt">;

/** A message that is over, and until when it is remembered. */
export type Closed = Pick<Held, "id" | "account" | "sourceOrder" | "reason"> & { resolved: Resolution; until: Instant };

/** A message to park. Its identity is (account, source order, reason): repeats of it add to its count. */
export function heldMessage(
  account: string,
  sourceOrder: string,
  reason: string,
  more: Pick<Held, "body" | "detail" | "changes" | "order"> = {},
): Parked {
  return { id: heldId(account, sourceOrder, reason), account, sourceOrder, reason, ...more };
}

/**
 * Orders as a person finds them: by their ids, and by their numbers in the ERP where it has them.
 * @param more ids of orders that were named before
 */
export function namesOf(orders: readonly Order[], more: readonly string[] = []): string {
  const names = orders.map(({ id, erp }) => (erp ? `${id} (ERP order ${erp.number})` : id));
  const others = more.filter((id) => orders.every((order) => order.id !== id));
  return `orders ${[...names, ...others].join(" and ")}`;
}

/** Names a case: one for an account, an order at its source and a reason, however often it is said. 32 hex digits. */
export function heldId(account: string, sourceOrder: string, reason: string): string {
  return createHash("sha256")
    .update(JSON.stringify([account, sourceOrder, reason]))
    .digest("hex")
    .slice(0, 32);
}
