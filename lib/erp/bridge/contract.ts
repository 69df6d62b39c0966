/**
 * What Kojarz and the bridge at a merchant say to each other: JSON over HTTP, one POST for each operation, so that a
 * signature covers the whole question. `kojarz-bridge --openapi` prints the same as OpenAPI 3.1.
 */
import * as z from "zod/mini";
import { Key } from "../../core/keys.ts";
import { Share } from "../../core/money.ts";
import { ErpRef, Instant, Report } from "../../core/order.ts";
import { type OperationName, Outcome, Work } from "../../core/ports/outbox.ts";
import { anyBoolean, anyInt, anyText } from "../../core/schemas.ts";

const OrderId = z.string().check(z.minLength(1), z.maxLength(90), z.describe("The id of the Kojarz order"));

const Numbers = z
  .readonly(z.array(anyText))
  .check(z.describe("The order's numbers as its sources write them, with leading zeros and `#`; keys are normalised"));

const Order = z.object({
  order: OrderId,
  keys: z.array(Key),
  currency: anyText,
  total: z.int().check(z.describe("What the order is worth: lines + shipping + fees, in minor units of the currency")),
  due: z.optional(anyInt).check(z.describe("What of it was due after gift cards and store credit, if that is known")),
  report: Report,
  numbers: z.exactOptional(Numbers),
  seen: z
    .exactOptional(z.readonly(z.array(anyText)))
    .check(z.describe("ERP orders that were found and are not this purchase")),
});

const Hit = z.extend(ErpRef, {
  matched: z.enum(["own", "internet-id", "customer-number"]),
  key: z.exactOptional(Key),
  internetId: z.exactOptional(anyText),
  customerNumber: z.exactOptional(anyText),
  kojarzOrder: z.exactOptional(anyText),
  currency: anyText,
  total: anyInt,
  cancelled: anyBoolean,
});

const Submitted = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.enum(["created", "already-exists"]), erp: ErpRef }),
  z.object({
    outcome: z.literal("rejected"),
    reason: anyText,
    retry: anyBoolean,
    detail: z.optional(anyText).check(z.describe("Amounts, fields or SKUs for a person; no personal data")),
  }),
  z.object({ outcome: z.literal("in-doubt") }),
]);

const Cancelled = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("cancelled") }),
  z.object({ outcome: z.literal("refused"), reason: anyText }),
]);

const Listed = z.extend(ErpRef, {
  internetId: z.exactOptional(anyText),
  customerNumber: z.exactOptional(anyText),
  kojarzOrder: z.exactOptional(anyText).check(z.describe("Absent where another writer made it")),
  currency: anyText,
  total: anyInt,
  cancelled: anyBoolean,
  createdAt: Instant,
});

const State = z.extend(Listed, {
  realised: z.boolean().check(z.describe("Everything of it was shipped or invoiced")),
  documents: z.array(z.object({ kind: z.enum(["warehouse", "sale"]), number: anyText })),
});
export type ErpState = z.infer<typeof State>;

const Taxed = z.extend(Listed, {
  shares: z
    .exactOptional(z.array(Share))
    .check(z.describe("Its gross sum by VAT, as its lines say it, in minor units; absent where they cannot be read")),
});

const Shadow = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("listed"),
    orders: z.array(Taxed),
    cursor: z.exactOptional(anyText).check(z.describe("While there is more")),
  }),
  z.object({
    outcome: z.literal("refused"),
    reason: z.string().check(z.describe("`shadow-off`: the bridge's configuration does not say `shadow`")),
  }),
]);

/** Answered by the bridge; carried to it by a call or by pulled work. */
export const operations = {
  find: {
    summary: "Which ERP orders carry one of these keys, or this order's id",
    request: z.object({ order: OrderId, keys: z.array(Key), numbers: z.exactOptional(Numbers), since: Instant }),
    answer: z.object({ hits: z.array(Hit) }),
  },
  submit: {
    summary: "Create the order; its id is the idempotency key, and nothing is committed after the deadline",
    request: z.object({
      order: Order,
      deadline: Instant,
      sentAt: Instant.check(
        z.describe("The caller's clock: a bridge whose clock runs late still keeps the time that was left"),
      ),
    }),
    answer: Submitted,
  },
  cancel: {
    summary: "Cancel the ERP order of this Kojarz order; twice is once",
    request: z.object({ erp: ErpRef, order: OrderId }),
    answer: Cancelled,
  },
  read: {
    summary: "State and document numbers of ERP orders",
    request: z.object({ erpIds: z.array(anyText).check(z.maxLength(100)) }),
    answer: z.object({ orders: z.array(State) }),
  },
  list: {
    summary:
      "ERP orders of every writer created since, by id, page by page; the ERP keeps no time of change, and ids are given " +
      "before commits: read an overlap again",
    request: z.object({ since: Instant, cursor: z.exactOptional(anyText) }),
    answer: z.object({
      orders: z.array(Listed),
      cursor: z.exactOptional(anyText).check(z.describe("While there is more")),
    }),
  },
  shadow: {
    summary:
      "For a report on shadow mode: ERP orders of every writer created since, at most 93 days back, with their VAT, page by " +
      "page; refused unless the bridge's configuration says `shadow`",
    request: z.object({ since: Instant, cursor: z.exactOptional(anyText) }),
    answer: Shadow,
  },
} as const;

/** Answered by Kojarz, for a bridge that cannot be called. */
export const pullOperations = {
  claim: {
    summary: "Take pieces of work, each for a lease, first what is soonest over",
    request: z.object({ max: z.int().check(z.gte(1), z.lte(50)) }),
    answer: z.object({ work: z.array(Work) }),
  },
  ack: {
    summary: "Say what became of a piece of work",
    request: z.object({ id: anyText, token: anyText, outcome: Outcome }),
    answer: z.object({ accepted: anyBoolean }),
  },
} as const;

/** The body of every answer that is not 200. */
export const Failure = z.object({
  error: anyText,
  detail: z.optional(anyText).check(z.describe("For a person; no personal data")),
});

export type Operations = Readonly<Record<string, { summary: string; request: z.ZodMiniType; answer: z.ZodMiniType }>>;
type RequestOf<O extends Operations, N extends keyof O> = z.infer<O[N]["request"]>;
type AnswerOf<O extends Operations, N extends keyof O> = z.infer<O[N]["answer"]>;
export type Handlers<O extends Operations> = {
  /** @param contract the version that the asking end said */
  readonly [N in keyof O]: (request: RequestOf<O, N>, contract: number) => Promise<AnswerOf<O, N>>;
};

type BridgeOperations = typeof operations;
export type BridgeRequest<N extends OperationName> = RequestOf<BridgeOperations, N>;
export type BridgeAnswer<N extends OperationName> = AnswerOf<BridgeOperations, N>;
