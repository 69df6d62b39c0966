/** Answers and events recorded from real shops; the README beside each set of files says how, and what is expected. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import type { WebhookRequest } from "../../lib/channels/channel.ts";

const Answer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.optional(z.unknown()),
  bodyText: z.optional(z.string()),
});
const Exchange = z.object({ request: z.object({ path: z.string() }), response: Answer });
export type Exchange = z.infer<typeof Exchange>;

/** A rate in percent; `untaxed`: no tax is in it, under whichever code the ERP has for that. */
const Vat = z.union([z.number(), z.literal("untaxed")]);
export type Vat = z.infer<typeof Vat>;

const ExpectedLine = z.strictObject({
  /** Of a line without SKU and EAN. */
  name: z.optional(z.string()),
  sku: z.optional(z.string()),
  ean: z.optional(z.string()),
  quantity: z.string(),
  grossMinor: z.int(),
  vatPercent: Vat,
  quantityRefunded: z.optional(z.string()),
  /** Each has to stand in the name that the ERP gets. */
  nameHolds: z.optional(z.array(z.string())),
});

export type ExpectedLine = z.infer<typeof ExpectedLine>;

/** Strict, so that nothing that a recording expects is passed over. */
const ExpectedOrder = z.strictObject({
  orderId: z.string(),
  number: z.string(),
  currency: z.string(),
  grandTotalMinor: z.int(),
  state: z.optional(z.enum(["ready", "waiting", "cancelled", "held"])),
  notState: z.optional(z.array(z.literal("ready"))),
  paid: z.optional(z.boolean()),
  cashOnDelivery: z.boolean(),
  lines: z.array(ExpectedLine),
  linesFrom: z.optional(z.string()),
  lineToleranceMinor: z.optional(z.int()),
  sumOffMinor: z.optional(z.int()),
  shippingGrossMinor: z.int(),
  shippingVatPercent: z.optional(z.union([Vat, z.array(Vat)])),
  fees: z.optional(z.array(z.strictObject({ name: z.string(), grossMinor: z.int(), vatPercent: Vat }))),
  discountMinor: z.int(),
  refundedMinor: z.int(),
  refundIn: z.optional(z.string()),
  orderedTotalMinor: z.optional(z.int()),
  taxId: z.optional(z.string()),
  point: z.optional(z.string()),
  buyerNote: z.optional(z.string()),
  privateNotes: z.optional(z.array(z.string())),
  editOf: z.optional(z.array(z.string())),
  replacedBy: z.optional(z.string()),
  splitOf: z.optional(z.array(z.string())),
  shop: z.optional(z.string()),
  unwritable: z.optional(z.boolean()),
  mayRefuse: z.optional(z.boolean()),
  heldAs: z.optional(z.string()),
  reason: z.optional(z.string()),
  note: z.optional(z.string()),
});
export type ExpectedOrder = z.infer<typeof ExpectedOrder>;

const ExpectedList = z.strictObject({ orderIds: z.array(z.string()), totalCount: z.optional(z.int()) });
export type ExpectedList = z.infer<typeof ExpectedList>;

const ExpectedNothing = z.strictObject({
  reason: z.string(),
  orderId: z.optional(z.string()),
  broken: z.optional(z.literal(true)),
  absent: z.optional(z.literal(true)),
  /** It is no order, and the reason is the channel's own word for what it is. */
  ignored: z.optional(z.literal(true)),
});
export type ExpectedNothing = z.infer<typeof ExpectedNothing>;

export const Expected = z.union([ExpectedOrder, ExpectedList, ExpectedNothing]);

const Recording = z.object({
  description: z.string(),
  platform: z.string(),
  request: z.optional(z.object({ path: z.string() })),
  response: z.optional(Answer),
  also: z._default(z.array(Exchange), []),
  /** Of an event instead of a request and its answer. */
  value: z.optional(z.record(z.string(), z.unknown())),
  expected: Expected,
});
export type Recording = z.infer<typeof Recording> & {
  name: string;
  /** Of a webhook instead of a request and its answer. */
  webhook?: { request: WebhookRequest; secret: string };
};

export function recordingsIn(folder: string): Recording[] {
  const path = fileURLToPath(new URL(`../fixtures/${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({
      ...Recording.parse(JSON.parse(readFileSync(`${path}${file}`, "utf8"))),
      name: file.replace(".json", ""),
    }));
}

/** What was asked, as a path behind the shop's address, and what was answered to it. */
export function exchangeOf({ name, request, response }: Recording): Exchange {
  if (!request || !response) throw new Error(`${name} is no answer of a shop`);
  return { request, response };
}
