/**
 * The order that any shop may send, and its published JSON Schema. Everything that is checked here can be said in JSON
 * Schema, so a sender can check a message before it is sent and will hear nothing else from us.
 */
import * as z from "zod";

const Text = z.string();
const Id = z.string().regex(/^[!-~]{1,128}$/);
const Amount = z
  .string()
  .regex(/^-?\d{1,10}(\.\d{1,4})?$/)
  .describe("Decimal text with a dot, for example 129.90");
const Time = z.iso.datetime({ offset: true }).describe("ISO 8601 with a zone, for example 2026-11-24T08:00:00+01:00");

const Address = z.object({
  name: Text,
  company: Text.optional(),
  street: Text,
  postcode: Text,
  city: Text,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .describe("ISO 3166-1, for example PL"),
});

const Line = z.object({
  name: Text,
  sku: Text.optional(),
  ean: Text.optional(),
  quantity: z.string().regex(/^\d{1,9}(\.\d{1,4})?$/),
  gross: Amount.describe("What the buyer pays for the whole line, tax and discount included"),
  taxRate: Text.optional().describe("Percent, for example 23"),
});

export const StandardOrder = z
  .object({
    orderId: Id.describe("Your own id of the order: unique for ever, of at most 128 visible ASCII letters"),
    orderNumber: Text.optional().describe("The number that the customer sees"),
    updatedAt: Time.describe("When the order last changed: an older message never replaces a newer one"),
    placedAt: Time.optional(),
    status: z
      .enum(["ready", "waiting", "cancelled"])
      .describe("ready: send it to the ERP. waiting: not paid or not confirmed yet"),
    marketplace: z
      .object({ name: z.string().regex(/^[a-z0-9-]{1,40}$/), orderId: Id })
      .optional()
      .describe('Where the order was made, if not in your shop: {"name": "allegro", "orderId": "..."}'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe("ISO 4217"),
    total: Amount.describe("What the buyer pays for everything, shipping included"),
    refunded: z
      .string()
      .regex(/^\d{1,10}(\.\d{1,4})?$/)
      .optional()
      .describe("What was paid back so far"),
    lines: z.array(Line),
    shipping: z.object({ method: Text, gross: Amount, point: Text.optional(), address: Address.optional() }),
    buyer: z.object({
      email: Text.optional(),
      phone: Text.optional(),
      taxId: Text.optional(),
      billing: Address.optional(),
    }),
    payment: z.object({ method: Text, cashOnDelivery: z.boolean(), paid: z.boolean() }),
    note: Text.optional(),
  })
  .describe("One order as it is now. Send it again whenever it changes; fields that are not listed are ignored");
export type StandardOrder = z.infer<typeof StandardOrder>;

/** JSON Schema, draft 2020-12, as text. */
export const publishedSchema = JSON.stringify(z.toJSONSchema(StandardOrder, { io: "input" }));
