/** What both of an operator's functions answer with: an order, a case and an audit entry as plain JSON for any page or terminal. */
import * as z from "zod/mini";
import { Change } from "../core/changes.ts";
import { Key } from "../core/keys.ts";
import { Instant } from "../core/order.ts";
import { anyBoolean, anyInt, anyText, optionalInt, optionalText } from "../core/schemas.ts";

/** One text in the languages of an operator. */
export const Text = z.lazy(() => z.object({ pl: anyText, en: anyText }));
export type Text = z.infer<typeof Text>;

const optionalInstant = z.optional(Instant);

/** An amount as people write it: `129.99`, with its currency in ISO 4217. */
const Amount = z.object({ amount: anyText, currency: anyText });

/** What happens to an order next without anybody, and when. `at` is absent where it waits for something without a time. */
export const Next = z.lazy(() => z.object({ what: anyText, at: optionalInstant, text: Text }));
export type Next = z.infer<typeof Next>;

/** One report of an order. `buyer` is masked: enough to compare two purchases, not to know a person. */
const SourceView = z.lazy(() =>
  z.object({
    account: anyText,
    sourceOrder: anyText,
    role: z.enum(["report", "part", "late"]),
    readiness: z.enum(["ready", "waiting", "cancelled"]),
    seenAt: Instant,
    heardAt: optionalInstant,
    number: optionalText,
    total: z.optional(Amount),
    lines: z.array(z.object({ name: anyText, sku: optionalText, quantity: anyText, gross: anyText })),
    buyer: optionalText,
    /** The order in the panel of its platform. */
    panel: optionalText,
  }),
);
export type SourceView = z.infer<typeof SourceView>;

export const OrderView = z.lazy(() =>
  z.object({
    order: anyText,
    state: anyText,
    reason: optionalText,
    acceptedAt: Instant,
    placedAt: optionalInstant,
    expiresAt: Instant,
    attempts: anyInt,
    erp: z.optional(z.object({ number: anyText, erpId: anyText, how: anyText })),
    /** Every total that was ever reported for the whole purchase. */
    totals: z.array(Amount),
    keys: z.array(Key),
    sources: z.array(SourceView),
    /** Orders that an operator told apart from this one. */
    apart: z.array(anyText),
    next: Next,
  }),
);
export type OrderView = z.infer<typeof OrderView>;

const caseFields = () => ({
  id: anyText,
  reason: anyText,
  account: anyText,
  sourceOrder: anyText,
  order: optionalText,
  /** How often it was said. */
  count: anyInt,
  firstAt: Instant,
  lastAt: Instant,
  /** Since it was opened first. */
  ageMs: anyInt,
  /** What the reason means and what to do. */
  todo: Text,
  /** The order in the panel of its platform, where that has one. */
  panel: optionalText,
  /** When the message of a new case told of it. */
  toldAt: optionalInstant,
  /** Absent while it is open. */
  resolved: z.optional(
    z.object({ how: anyText, at: Instant, by: optionalText, byProven: optionalText, note: optionalText }),
  ),
});

/** One line of the list of cases. */
export const CaseLine = z.lazy(() => z.object(caseFields()));
export type CaseLine = z.infer<typeof CaseLine>;

/** What was done, by whom, and what it changed. `by` was typed, `byProven` was proven. */
export const AuditEntry = z.lazy(() =>
  z.object({
    id: anyText,
    at: Instant,
    do: anyText,
    case: optionalText,
    order: optionalText,
    before: anyText,
    after: anyText,
    by: anyText,
    byProven: optionalText,
    note: optionalText,
  }),
);
export type AuditEntry = z.infer<typeof AuditEntry>;

/**
 * A button: `action` is sent as it is, with `by`, the note and the `fields` that a person fills in.
 * `confirm`: what to ask first.
 */
export const PossibleAction = z.lazy(() =>
  z.object({
    action: z.record(anyText, z.unknown()),
    fields: z.array(z.enum(["erpNumber", "erpId", "keep", "drop", "note"])),
    label: Text,
    confirm: Text,
  }),
);
export type PossibleAction = z.infer<typeof PossibleAction>;

/** One event of an order's life, the oldest first. */
export const TraceEvent = z.lazy(() =>
  z.object({
    at: Instant,
    /** `report`, `erp`, `state`, `case` or `action`. */
    what: anyText,
    /** The verdict, the outcome of the turn, the reason of the case, or the name of the action. */
    outcome: anyText,
    /** The rule or the reason. */
    reason: optionalText,
    account: optionalText,
    sourceOrder: optionalText,
    /** The key that decided, and its rank. */
    key: z.optional(Key),
    erpNumber: optionalText,
    case: optionalText,
    by: optionalText,
    /** How often in a row, where more than once; `at` is then the first and `lastAt` the latest time. */
    count: optionalInt,
    lastAt: optionalInstant,
  }),
);
export type TraceEvent = z.infer<typeof TraceEvent>;

/** An authentic message that came to nothing. Kept for a week. */
export const IgnoredLine = z.lazy(() =>
  z.object({ account: anyText, sourceOrder: anyText, reason: anyText, at: Instant, count: anyInt }),
);
export type IgnoredLine = z.infer<typeof IgnoredLine>;

/** A whole case. */
export const CaseView = z.lazy(() =>
  z.object({
    ...caseFields(),
    /** Numbers of orders, fields, amounts. */
    detail: optionalText,
    /** What differs from what the ERP was given. Holds an address where that changed. */
    changes: z.array(Change),
    /** Its message is kept, so that `reprocess` can read it anew. */
    hasBody: anyBoolean,
    /** Its personal data were erased: only `done` and `dismiss` are left. */
    erasedAt: optionalInstant,
  }),
);
export type CaseView = z.infer<typeof CaseView>;
