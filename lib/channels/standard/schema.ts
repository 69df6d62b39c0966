/**
 * The order that any shop may send; `order.schema.json` is the same as JSON Schema. Everything that is checked here can
 * be said there, so a sender can check a message before it is sent and will hear nothing else from us.
 */
import * as z from "zod/mini";
import { FEE_KINDS, PAYMENT_KINDS, ROUNDED_ON, ROUNDED_PRICES } from "../../core/money.ts";
import { anyBoolean, anyText } from "../../core/schemas.ts";

const Text = anyText;
const Id = z.string().check(z.regex(/^[!-~]{1,128}$/));
const Amount = z
  .string()
  .check(z.regex(/^-?\d{1,10}(\.\d{1,4})?$/), z.describe("Decimal text with a dot, for example 129.90"));
const Positive = z.string().check(z.regex(/^\d{1,10}(\.\d{1,4})?$/));
const Quantity = z.string().check(z.regex(/^\d{1,9}(\.\d{1,4})?$/));
const Time = z.iso
  .datetime({ offset: true })
  .check(z.describe("ISO 8601 with a zone, for example 2026-11-24T08:00:00+01:00"));

/** As `vatFrom` reads it, or nothing. */
const TaxRate = z
  .optional(z.string().check(z.regex(/^(\d{1,3}([.,]\d{1,4})? ?%?|[A-Za-z]{2,20}\.?)?$/)))
  .check(
    z.describe(
      "Percent (23), an exemption (zw, np, oo), or untaxed where no tax is in it. Without it the ERP's article says",
    ),
  );

const Address = z.object({
  name: Text,
  company: z.optional(Text),
  street: Text,
  postcode: Text,
  city: Text,
  country: z.string().check(z.regex(/^[A-Z]{2}$/), z.describe("ISO 3166-1, for example PL")),
  phone: z.optional(Text).check(z.describe("The recipient's own, where it is not the buyer's")),
});

const Line = z.object({
  name: Text,
  variant: z.optional(Text).check(z.describe("What the buyer chose and wrote, for example Rozmiar: L, Grawer: Ala")),
  sku: z.optional(Text),
  ean: z.optional(Text),
  quantity: Quantity,
  gross: Amount.check(
    z.describe(
      "What the buyer pays for the whole line, tax and discount included. A negative line is a discount on the others",
    ),
  ),
  taxRate: TaxRate,
});

const Share = z.object({ gross: Positive, taxRate: TaxRate });

const Shipping = z.object({
  method: Text,
  gross: Amount,
  taxRate: TaxRate,
  shares: z
    .optional(z.array(Share))
    .check(z.describe("The same amount by tax rate, where there are several; they add up to `gross`")),
  point: z.optional(Text).check(z.describe("The id of the pick-up point or parcel locker")),
  pointAddress: z.optional(Address),
  address: z.optional(Address),
});

const Fee = z.object({
  kind: z
    .enum(FEE_KINDS)
    .check(z.describe("What is neither goods nor shipping. A deposit (kaucja) is outside VAT; other is anything else")),
  name: Text,
  quantity: z.optional(Quantity),
  gross: Positive.check(z.describe("For all of them, tax included")),
  taxRate: TaxRate,
});

const Payment = z.object({ kind: z.enum(PAYMENT_KINDS), name: Text, amount: Positive });

const Piece = z.object({ sku: z.optional(Text), name: Text, quantity: Quantity });

export const StandardOrder = z
  .object({
    orderId: Id.check(z.describe("Your own id of the order: unique for ever, of at most 128 visible ASCII letters")),
    orderNumber: z.optional(Text).check(z.describe("The number that the customer sees")),
    updatedAt: Time.check(z.describe("When the order last changed: an older message never replaces a newer one")),
    placedAt: z.optional(Time),
    orderedAt: z
      .optional(Time)
      .check(z.describe("When it became an order, paid or confirmed, if that was later than `placedAt`")),
    status: z
      .enum(["ready", "waiting", "cancelled"])
      .check(z.describe("ready: send it to the ERP. waiting: not paid or not confirmed yet")),
    marketplace: z
      .optional(z.object({ name: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)), orderId: Id }))
      .check(z.describe('Where the order was made, if not in your shop: {"name": "allegro", "orderId": "..."}')),
    currency: z.string().check(z.regex(/^[A-Z]{3}$/), z.describe("ISO 4217")),
    total: Amount.check(
      z.describe("What everything is worth, shipping and fees included, before gift cards and store credit"),
    ),
    due: z
      .optional(Positive)
      .check(z.describe("What of the total was due after gift cards and store credit; else it is worked out")),
    refunded: z.optional(Positive).check(z.describe("What was paid back so far")),
    refundedPieces: z
      .optional(z.array(Piece))
      .check(z.describe("The pieces that were paid back; they stay in `lines`")),
    cancelledPieces: z
      .optional(z.array(Piece))
      .check(z.describe("The pieces that were cancelled; they are in no line")),
    lines: z.array(Line),
    shipping: Shipping,
    fees: z.optional(z.array(Fee)),
    payments: z
      .optional(z.array(Payment))
      .check(z.describe("What was paid with beside the payment itself: it lowers what is due, not what is bought")),
    rounding: z
      .optional(z.object({ on: z.enum(ROUNDED_ON), prices: z.enum(ROUNDED_PRICES) }))
      .check(z.describe("Where you round, and whether your prices are entered gross or net")),
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

/** Under which id a message that cannot be used is held: it names its order, whatever else is wrong with it. */
export const StandardHead = z.object({ orderId: Id });
