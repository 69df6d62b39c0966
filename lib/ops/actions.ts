/**
 * What the acting function is asked, and what it answers. Each action re-checks everything when it writes, may be asked for
 * again without doing it twice, and leaves an audit entry.
 */
import * as z from "zod/mini";
import { Instant } from "../core/order.ts";
import { anyBoolean, anyInt, anyText, filledText, optionalInt, optionalText } from "../core/schemas.ts";
import { Text } from "./answers.ts";

const MAX_NAME = 100;
const MAX_NOTE = 500;

const name = filledText.check(z.maxLength(MAX_NAME));
const id = filledText.check(z.maxLength(200));

/** Who acts, and the name of this one request. */
const who = () => ({
  /** As it was typed: nobody proved it. */
  by: name,
  /** The ARN of the caller, where the caller's credentials proved it: set by the command line from its own identity. */
  byProven: z.optional(filledText.check(z.maxLength(300))),
  /** Why. Name no buyer in it. */
  note: z.optional(anyText.check(z.maxLength(MAX_NOTE))),
  /** Names this request: said again, it is answered as before and does nothing. Made up where it is absent. */
  request: z.optional(filledText.check(z.maxLength(MAX_NAME))),
});

/** One order, by its id or by a case of it. */
const target = () => ({ order: z.optional(id), case: z.optional(id) });

export const Action = z.lazy(() =>
  z.discriminatedUnion("do", [
    /** Sends it again after a repair: one order; or all that are held for `reason`, a page at a time. */
    z.strictObject({ do: z.literal("retry"), ...target(), reason: z.optional(id), cursor: optionalText, ...who() }),
    /** Forwards it although it is held or waits. */
    z.strictObject({ do: z.literal("release"), ...target(), ...who() }),
    /** It was entered by hand: from now on the order is linked to it and counts as delivered. */
    z.strictObject({ do: z.literal("done"), ...target(), erpNumber: id, erpId: z.optional(id), ...who() }),
    /** Nothing is to be done. Opens again where a report says something new. */
    z.strictObject({ do: z.literal("dismiss"), case: id, ...who() }),
    /** Two orders are one purchase. `drop` goes into `keep`; `theirs`: what happens to the ERP order of `drop`, if it has one. */
    z.strictObject({
      do: z.literal("merge"),
      keep: id,
      drop: id,
      case: z.optional(id),
      theirs: z._default(z.enum(["cancel", "leave"]), "leave"),
      ...who(),
    }),
    /** Undoes a link: this source becomes an order of its own and is forwarded; the two stay set apart. */
    z.strictObject({
      do: z.literal("unlink"),
      case: z.optional(id),
      order: id,
      account: id,
      sourceOrder: id,
      ...who(),
    }),
    /** Cancels the purchase, in the ERP too where it is there. */
    z.strictObject({ do: z.literal("cancel"), ...target(), ...who() }),
    /** What waits is done now: a feed, orders that are put off, or what lies in the failure queues. */
    z.strictObject({
      do: z.literal("redrive"),
      what: z.enum(["feed", "backlog", "queues"]),
      account: z.optional(id),
      cursor: optionalText,
      ...who(),
    }),
    /** Fetches it from its platform and decides anew. */
    z.strictObject({
      do: z.literal("reread"),
      case: z.optional(id),
      account: z.optional(id),
      sourceOrder: z.optional(id),
      ...who(),
    }),
    /** Reads a kept message anew, after a setting or a fault was mended. */
    z.strictObject({ do: z.literal("reprocess"), case: id, ...who() }),
    /**
     * Erases a person's data: of one order at once; by e-mail or telephone through the whole table, a page at a time. The ids
     * stay, so that no purchase comes in twice.
     */
    z.strictObject({
      do: z.literal("forget"),
      order: z.optional(id),
      email: z.optional(id),
      phone: z.optional(id),
      cursor: optionalText,
      ...who(),
    }),
  ]),
);
export type Action = z.infer<typeof Action>;
export type ActionName = Action["do"];

/** Before and after in one word each, such as `held:erp-sku-unknown` and `pending`. */
const Moved = z.lazy(() => z.object({ order: optionalText, case: optionalText, before: anyText, after: anyText }));
export type Moved = z.infer<typeof Moved>;

/** Why nothing was done to one of several. */
const Left = z.lazy(() => z.object({ order: optionalText, case: optionalText, reason: anyText, text: Text }));

/**
 * It is durable. `already`: it was so before, or this very request was answered before. `goesOn`: there is more; ask again with
 * the same action and this cursor.
 */
export const Done = z.lazy(() =>
  z.object({
    answer: z.literal("done"),
    do: anyText,
    at: Instant,
    request: anyText,
    already: anyBoolean,
    moved: z.array(Moved),
    left: z.array(Left),
    /** What happens now by itself. */
    next: Text,
    goesOn: z.optional(z.object({ cursor: anyText })),
    /** Of a full scan: items looked at so far in this page, and about how many there are. */
    scan: z.optional(z.object({ looked: anyInt, of: optionalInt, found: anyInt })),
    /** Of `forget`: what is left of each order, which shows that nothing of the person is. */
    proof: z.optional(z.array(z.object({ order: anyText, kept: z.array(anyText), erased: z.array(anyText) }))),
  }),
);
export type Done = z.infer<typeof Done>;

/** Nothing was changed. `fields`: which fields of the action are wrong. */
export const Refused = z.lazy(() =>
  z.object({
    answer: z.literal("refused"),
    do: optionalText,
    reason: anyText,
    text: Text,
    fields: z.optional(z.array(anyText)),
  }),
);
export type Refused = z.infer<typeof Refused>;

export const Acted = z.lazy(() => z.discriminatedUnion("answer", [Done, Refused]));
export type Acted = Done | Refused;
