/**
 * What Kojarz and the bridge at a merchant say to each other: JSON over HTTP, one POST for each operation, so that a
 * signature covers the whole question. `npm run bridge -- --openapi` prints the same as OpenAPI 3.1.
 */
import * as z from "zod";
import { Key } from "../../dedup/keys.ts";
import { ErpRef, Instant, Report } from "../../order.ts";

const OrderId = z.string().min(1).max(90).describe("The id of the Kojarz order");

const Numbers = z
  .array(z.string())
  .readonly()
  .describe("The order's numbers as its sources write them, with leading zeros and `#`; keys are normalised");

const Order = z.object({
  order: OrderId,
  keys: z.array(Key),
  currency: z.string(),
  total: z.int().describe("Minor units of the currency"),
  report: Report,
  numbers: Numbers.exactOptional(),
  seen: z.array(z.string()).readonly().exactOptional().describe("ERP orders that were found and are not this purchase"),
});

const Hit = ErpRef.extend({
  matched: z.enum(["own", "internet-id", "customer-number"]),
  key: Key.exactOptional(),
  kojarzOrder: z.string().exactOptional(),
  currency: z.string(),
  total: z.int(),
  cancelled: z.boolean(),
});

const Submitted = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.enum(["created", "already-exists"]), erp: ErpRef }),
  z.object({ outcome: z.literal("rejected"), reason: z.string(), retry: z.boolean() }),
  z.object({ outcome: z.literal("in-doubt") }),
]);

const Cancelled = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("cancelled") }),
  z.object({ outcome: z.literal("refused"), reason: z.string() }),
]);

const Listed = ErpRef.extend({
  internetId: z.string().exactOptional(),
  customerNumber: z.string().exactOptional(),
  kojarzOrder: z.string().exactOptional().describe("Absent where another writer made it"),
  currency: z.string(),
  total: z.int(),
  cancelled: z.boolean(),
  createdAt: Instant,
});

const State = Listed.extend({
  realised: z.boolean().describe("Everything of it was shipped or invoiced"),
  documents: z.array(z.object({ kind: z.enum(["warehouse", "sale"]), number: z.string() })),
});
export type ErpState = z.infer<typeof State>;

/** Answered by the bridge; carried to it by a call or by pulled work. */
export const operations = {
  find: {
    summary: "Which ERP orders carry one of these keys, or this order's id",
    request: z.object({ order: OrderId, keys: z.array(Key), numbers: Numbers.exactOptional(), since: Instant }),
    answer: z.object({ hits: z.array(Hit) }),
  },
  submit: {
    summary: "Create the order; its id is the idempotency key, and nothing is committed after the deadline",
    request: z.object({
      order: Order,
      deadline: Instant,
      sentAt: Instant.describe("The caller's clock: a bridge whose clock runs late still keeps the time that was left"),
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
    request: z.object({ erpIds: z.array(z.string()).max(100) }),
    answer: z.object({ orders: z.array(State) }),
  },
  list: {
    summary:
      "ERP orders of every writer created since, by id, page by page; the ERP keeps no time of change, and ids are given " +
      "before commits: read an overlap again",
    request: z.object({ since: Instant, cursor: z.string().exactOptional() }),
    answer: z.object({ orders: z.array(Listed), cursor: z.string().exactOptional().describe("While there is more") }),
  },
} as const;

const OperationName = z.enum(["find", "submit", "cancel", "read", "list"]);

/** A piece of work as the bridge gets it, and what it made of it. */
export const Work = z.object({
  id: z.string(),
  token: z.string(),
  operation: OperationName,
  request: z.unknown(),
});
export type Work = z.infer<typeof Work>;

export const Outcome = z.object({ status: z.int(), body: z.unknown() });
export type Outcome = z.infer<typeof Outcome>;

/** Answered by Kojarz, for a bridge that cannot be called. */
export const pullOperations = {
  claim: {
    summary: "Take pieces of work, each for a lease, first what is soonest over",
    request: z.object({ max: z.int().min(1).max(50) }),
    answer: z.object({ work: z.array(Work) }),
  },
  ack: {
    summary: "Say what became of a piece of work",
    request: z.object({ id: z.string(), token: z.string(), outcome: Outcome }),
    answer: z.object({ accepted: z.boolean() }),
  },
} as const;

/** The body of every answer that is not 200. */
export const Failure = z.object({ error: z.string() });

export type Operations = Readonly<Record<string, { summary: string; request: z.ZodType; answer: z.ZodType }>>;
type RequestOf<O extends Operations, N extends keyof O> = z.infer<O[N]["request"]>;
type AnswerOf<O extends Operations, N extends keyof O> = z.infer<O[N]["answer"]>;
export type Handlers<O extends Operations> = {
  readonly [N in keyof O]: (request: RequestOf<O, N>) => Promise<AnswerOf<O, N>>;
};

type BridgeOperations = typeof operations;
export type OperationName = keyof BridgeOperations;
export type BridgeRequest<N extends OperationName> = RequestOf<BridgeOperations, N>;
export type BridgeAnswer<N extends OperationName> = AnswerOf<BridgeOperations, N>;
