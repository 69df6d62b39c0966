/**
 * Allegro's checkout form as far as we rely on it.
 *
 * The published schema marks nothing as nullable and the API sends nulls everywhere, so every optional field is
 * `T | null | undefined`; unknown fields and unknown enum values pass.
 */
import * as z from "zod/mini";
import { anyBoolean, anyInt, anyText, nullishText, textOrNumber } from "../../core/schemas.ts";

/** An ISO 8601 time as epoch ms. */
const Time = z.pipe(
  anyText,
  z.transform((text, ctx) => {
    const at = Date.parse(text);
    if (at >= 0) return at;
    ctx.issues.push({ code: "custom", input: text, message: "not a time" });
    return z.NEVER;
  }),
);

/** Amounts come as decimal text. */
const Price = z.lazy(() =>
  z.object({
    amount: textOrNumber,
    currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  }),
);
export type Price = z.infer<typeof Price>;

const Text = nullishText;
const Id = z.nullish(z.object({ id: Text }));

/** The post code is `postCode` for the buyer and `zipCode` for delivery and invoice. */
const Address = z.object({
  firstName: Text,
  lastName: Text,
  companyName: Text,
  street: Text,
  city: Text,
  postCode: Text,
  zipCode: Text,
  countryCode: Text,
  phoneNumber: Text,
});
export type Address = z.infer<typeof Address>;

const Service = z.lazy(() =>
  z.object({ name: Text, price: z.nullish(Price), quantity: z.nullish(z.union([anyInt, anyText])) }),
);

const LineItem = z.lazy(() =>
  z.object({
    id: Text,
    offer: z.object({ id: Text, name: Text, external: Id }),
    quantity: z.union([anyInt, anyText]),
    /** Gross, of one piece, after discounts. */
    price: Price,
    tax: z.nullish(z.object({ rate: z.nullish(textOrNumber), exemption: Text })),
    /** Kaucja, of one piece. */
    deposit: z.nullish(z.object({ price: z.nullish(Price) })),
    boughtAt: z.nullish(Time),
    selectedAdditionalServices: z.nullish(z.array(Service)),
  }),
);
export type LineItem = z.infer<typeof LineItem>;

const InvoiceAddress = z.extend(z.omit(Address, { firstName: true, lastName: true, companyName: true }), {
  company: z.nullish(
    z.object({
      name: Text,
      ids: z.nullish(z.array(z.object({ type: Text, value: Text }))),
      taxId: Text,
    }),
  ),
  naturalPerson: z.nullish(z.object({ firstName: Text, lastName: Text })),
});
export type InvoiceAddress = z.infer<typeof InvoiceAddress>;

export const CheckoutForm = z.lazy(() =>
  z.object({
    id: z.pipe(
      z.guid(),
      z.transform((id) => id.toLowerCase()),
    ),
    /** `BOUGHT`, `FILLED_IN`, `READY_FOR_PROCESSING`, `CANCELLED`. */
    status: anyText,
    messageToSeller: Text,
    /** Left out on purpose: `personalIdentity`, the buyer's PESEL. */
    buyer: z.nullish(
      z.object({
        email: Text,
        login: Text,
        firstName: Text,
        lastName: Text,
        companyName: Text,
        phoneNumber: Text,
        address: z.nullish(Address),
      }),
    ),
    payment: z.nullish(
      z.object({ type: Text, paidAmount: z.nullish(Price), finishedAt: z.catch(z.nullish(Time), undefined) }),
    ),
    fulfillment: z.nullish(
      z.object({
        status: Text,
        provider: Id,
        /** `NONE`, `SOME`, `ALL` */
        shipmentSummary: z.nullish(z.object({ lineItemsSent: Text })),
      }),
    ),
    delivery: z.nullish(
      z.object({
        address: z.nullish(Address),
        method: z.nullish(z.object({ id: Text, name: Text })),
        pickupPoint: z.nullish(z.object({ id: Text, name: Text, address: z.nullish(Address) })),
        cost: z.nullish(Price),
      }),
    ),
    invoice: z.nullish(z.object({ required: z.nullish(anyBoolean), address: z.nullish(InvoiceAddress) })),
    lineItems: z.array(LineItem).check(z.minLength(1)),
    /** Paid later, on top of the purchase: no line and no total shows it. */
    surcharges: z.nullish(z.array(z.object({ paidAmount: z.nullish(Price) }))),
    summary: z.nullish(z.object({ totalToPay: z.nullish(Price) })),
    updatedAt: z.nullish(Time),
  }),
);
export type CheckoutForm = z.infer<typeof CheckoutForm>;

/** The list filters and sorts a form by its latest line. */
export function latestPurchase(form: CheckoutForm): number | undefined {
  return purchases(form).at(-1);
}

/** Epoch ms of the line that was bought first; undefined where no line says when. */
export function firstPurchase(form: CheckoutForm): number | undefined {
  return purchases(form).at(0);
}

function purchases(form: CheckoutForm): number[] {
  return form.lineItems.flatMap((line) => line.boughtAt ?? []).sort((a, b) => a - b);
}
