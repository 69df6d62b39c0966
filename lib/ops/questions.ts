/** What the reading function is asked, and what it answers. Nothing here changes anything. */
import * as z from "zod/mini";
import { Instant } from "../core/order.ts";
import { anyBoolean, anyInt, anyText, filledText, optionalInt, optionalText } from "../core/schemas.ts";
import { AuditEntry, CaseLine, CaseView, IgnoredLine, OrderView, PossibleAction, Text, TraceEvent } from "./answers.ts";

const optionalInstant = z.optional(Instant);

const MAX_PAGE = 200;
const optionalLimit = z.optional(z.int().check(z.gte(1), z.lte(MAX_PAGE)));

export const Question = z.lazy(() =>
  z.discriminatedUnion("ask", [
    /** Is all well? */
    z.strictObject({ ask: z.literal("status") }),
    /** Open cases, the oldest first unless `newest`. `cursor`: of the page before. */
    z.strictObject({
      ask: z.literal("cases"),
      reason: optionalText,
      account: optionalText,
      first: z.optional(z.enum(["oldest", "newest"])),
      limit: optionalLimit,
      cursor: optionalText,
    }),
    /** One case, open or not, with the orders that it is about. */
    z.strictObject({ ask: z.literal("case"), case: filledText }),
    /** By any number or id that a person may hold: of a shop, BaseLinker, Allegro, the ERP, Kojarz. */
    z.strictObject({ ask: z.literal("trace"), of: filledText.check(z.maxLength(200)) }),
  ]),
);
export type Question = z.infer<typeof Question>;

export const StatusAnswer = z.lazy(() =>
  z.object({
    answer: z.literal("status"),
    at: Instant,
    /** In one word for a traffic light: `well`, `look` where cases are open or something lags, `down`. */
    light: z.enum(["well", "look", "down"]),
    cases: z.object({
      open: anyInt,
      /** There are more than were counted. */
      more: anyBoolean,
      oldestAt: optionalInstant,
      /** The most frequent first. */
      byReason: z.array(z.object({ reason: anyText, open: anyInt, oldestAt: Instant })),
    }),
    backlog: z.object({ due: anyInt, more: anyBoolean, oldestDueAt: optionalInstant }),
    /** As the sweep saw it last, since each function has a circuit of its own. */
    circuit: z.object({
      state: z.enum(["closed", "open", "trying", "unknown"]),
      until: optionalInstant,
      at: optionalInstant,
    }),
    accounts: z.array(
      z.object({
        account: anyText,
        /** When anything authentic came in last, by message or poll. Within a minute. */
        lastReportAt: optionalInstant,
        /** When a report last began a new order. */
        lastOrderAt: optionalInstant,
        polled: anyBoolean,
        /** When a poll last came to its end. */
        polledWellAt: optionalInstant,
        /** Only while polls fail: when one last did, and what was said of it. */
        failedAt: optionalInstant,
        failure: optionalText,
        /** How much later than planned its listings came to their end last. */
        pollLagMs: optionalInt,
        /** Orders that have to be read, and since when the first of them waits. */
        unread: anyInt,
        unreadSince: optionalInstant,
        blockedUntil: optionalInstant,
        /** For how much longer its token is valid; negative once it is not; absent where it has none. */
        tokenLeftMs: optionalInt,
        /** Messages that were refused so far, by reason, and when one was last. Strangers count too. */
        refused: z.exactOptional(z.record(anyText, anyInt)),
        refusedAt: optionalInstant,
      }),
    ),
  }),
);
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const CasesAnswer = z.lazy(() =>
  z.object({
    answer: z.literal("cases"),
    at: Instant,
    cases: z.array(CaseLine),
    /** Absent on the last page. */
    cursor: optionalText,
  }),
);
export type CasesAnswer = z.infer<typeof CasesAnswer>;

export const CaseAnswer = z.lazy(() =>
  z.object({
    answer: z.literal("case"),
    at: Instant,
    case: CaseView,
    /** The order of the case first, then those that it may be one with. */
    orders: z.array(OrderView),
    actions: z.array(PossibleAction),
    audit: z.array(AuditEntry),
  }),
);
export type CaseAnswer = z.infer<typeof CaseAnswer>;

export const TraceAnswer = z.lazy(() =>
  z.object({
    answer: z.literal("trace"),
    at: Instant,
    of: anyText,
    orders: z.array(
      z.object({
        order: OrderView,
        events: z.array(TraceEvent),
        cases: z.array(CaseLine),
        audit: z.array(AuditEntry),
        actions: z.array(PossibleAction),
      }),
    ),
    /** Cases of it that belong to no order. */
    cases: z.array(CaseLine),
    ignored: z.array(IgnoredLine),
    /** Repeats leave no trace in the table: the query of CloudWatch Logs Insights that finds every line about it. */
    logQuery: anyText,
  }),
);
export type TraceAnswer = z.infer<typeof TraceAnswer>;

/** `unknown-case`, or `not-a-question` with the fields that are wrong. */
export const NoAnswer = z.lazy(() =>
  z.object({ answer: z.literal("refused"), reason: anyText, text: Text, fields: z.optional(z.array(anyText)) }),
);
export type NoAnswer = z.infer<typeof NoAnswer>;

export const Answer = z.lazy(() =>
  z.discriminatedUnion("answer", [StatusAnswer, CasesAnswer, CaseAnswer, TraceAnswer, NoAnswer]),
);
export type Answer = StatusAnswer | CasesAnswer | CaseAnswer | TraceAnswer | NoAnswer;
