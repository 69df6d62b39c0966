/**
 * The order that any shop may send; `order.schema.json` is the same as JSON Schema. Everything that is checked here can
 * be said there, so a sender can check a message before it is sent and will hear nothing else from us.
 */
import * as z from "zod/mini";
import { anyBoolean, anyText } from "../../shapes.ts";

const Text = anyText;
const Id = z.string().check(z.regex(/^[!-~]{1,128}$/));
const Amount = z
  .string()
  .check(z.regex(/^-?\d{1,10}(\.\d{1,4})?$/), z.describe("Decimal text with a dot, for example 129.90"));
const Time = z.iso
  .datetime({ offset: true })
  .check(z.describe("ISO 8601 with a zone, for example 2026-11-24T08:00:00+01:00"));

const Address = z.object({
  name: Text,
  company: z.optional(Text),
  street: Text,
  postcode: Text,
  city: Text,
  country: z.string().check(z.regex(/^[A-Z]{2}$/), z.describe("ISO 3166-1, for example PL")),
});

const Line = z.object({
  name: Text,
  sku: z.optional(Text),
  ean: z.optional(Text),
  quantity: z.string().check(z.regex(/^\d{1,9}(\.\d{1,4})?$/)),
  gross: Amount.check(z.describe("What the buyer pays for the whole line, tax and discount included")),
  taxRate: z.optional(Text).check(z.describe("Percent, for example 23")),
});

export const StandardOrder = z
  .object({
    orderId: Id.check(z.describe("Your own id of the order: unique for ever, of at most 128 visible ASCII letters")),
    orderNumber: z.optional(Text).check(z.describe("The number that the customer sees")),
    updatedAt: Time.check(z.describe("When the order last changed: an older message never replaces a newer one")),
    placedAt: z.optional(Time),
    status: z
      .enum(["ready", "waiting", "cancelled"])
      .check(z.describe("ready: send it to the ERP. waiting: not paid or not confirmed yet")),
    marketplace: z
      .optional(z.object({ name: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)), orderId: Id }))
      .check(z.describe('Where the order was made, if not in your shop: {"name": "allegro", "orderId": "..."}')),
    currency: z.string().check(z.regex(/^[A-Z]{3}$/), z.describe("ISO 4217")),
    total: Amount.check(z.describe("What the buyer pays for everything, shipping included")),
    refunded: z
      .optional(z.string().check(z.regex(/^\d{1,10}(\.\d{1,4})?$/)))
      .check(z.describe("What was paid back so far")),
    lines: z.array(Line),
    shipping: z.object({ method: Text, gross: Amount, point: z.optional(Text), address: z.optional(Address) }),
    buyer: z.object({
      email: z.optional(Text),
      phone: z.optional(Text),
      taxId: z.optional(Text),
      billing: z.optional(Address),
    }),
    payment: z.object({ method: Text, cashOnDelivery: anyBoolean, paid: anyBoolean }),
    note: z.optional(Text),
  })
  .check(
    z.describe("One order as it is now. Send it again whenever it changes; fields that are not listed are ignored"),
  );
export type StandardOrder = z.infer<typeof StandardOrder>;
