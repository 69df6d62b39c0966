/**
 * Allegro's checkout form as far as we rely on it.
 *
 * The published schema marks nothing as nullable and the API sends nulls everywhere, so every optional field is
 * `T | null | undefined`; unknown fields and unknown enum values pass.
 */
import * as z from "zod";

/** An ISO 8601 time as epoch ms. */
const Time = z.string().transform((text, ctx) => {
  const at = Date.parse(text);
  if (at >= 0) return at;
  ctx.addIssue({ code: "custom", message: "not a time" });
  return z.NEVER;
});

/** Amounts come as decimal text. */
const Price = z.object({ amount: z.union([z.string(), z.number()]), currency: z.string().regex(/^[A-Z]{3}$/) });
export type Price = z.infer<typeof Price>;

const Text = z.string().nullish();
const Id = z.object({ id: Text }).nullish();

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

const Service = z.object({ name: Text, price: Price.nullish(), quantity: z.union([z.int(), z.string()]).nullish() });

const LineItem = z.object({
  offer: z.object({ id: Text, name: Text, external: Id }),
  quantity: z.union([z.int(), z.string()]),
  /** Gross, of one piece, after discounts. */
  price: Price,
  tax: z.object({ rate: z.union([z.string(), z.number()]).nullish() }).nullish(),
  boughtAt: Time.nullish(),
  selectedAdditionalServices: z.array(Service).nullish(),
});
export type LineItem = z.infer<typeof LineItem>;

const InvoiceAddress = Address.omit({ firstName: true, lastName: true, companyName: true }).extend({
  company: z
    .object({
      name: Text,
      ids: z.array(z.object({ type: Text, value: Text })).nullish(),
      taxId: Text,
    })
    .nullish(),
  naturalPerson: z.object({ firstName: Text, lastName: Text }).nullish(),
});
export type InvoiceAddress = z.infer<typeof InvoiceAddress>;

export const CheckoutForm = z.object({
  id: z.guid().transform((id) => id.toLowerCase()),
  /** `BOUGHT`, `FILLED_IN`, `READY_FOR_PROCESSING`, `CANCELLED`. */
  status: z.string(),
  messageToSeller: Text,
  /** Left out on purpose: `personalIdentity`, the buyer's PESEL. */
  buyer: z
    .object({
      email: Text,
      login: Text,
      firstName: Text,
      lastName: Text,
      companyName: Text,
      phoneNumber: Text,
      address: Address.nullish(),
    })
    .nullish(),
  payment: z.object({ type: Text, paidAmount: Price.nullish(), finishedAt: Time.nullish().catch(undefined) }).nullish(),
  fulfillment: z.object({ status: Text, provider: Id }).nullish(),
  delivery: z
    .object({
      address: Address.nullish(),
      method: z.object({ id: Text, name: Text }).nullish(),
      pickupPoint: Id,
      cost: Price.nullish(),
    })
    .nullish(),
  invoice: z.object({ required: z.boolean().nullish(), address: InvoiceAddress.nullish() }).nullish(),
  lineItems: z.array(LineItem).min(1),
  /** Paid later, on top of the purchase: no line and no total shows it. */
  surcharges: z.array(z.object({ paidAmount: Price.nullish() })).nullish(),
  summary: z.object({ totalToPay: Price.nullish() }).nullish(),
  updatedAt: Time.nullish(),
});
export type CheckoutForm = z.infer<typeof CheckoutForm>;

/** The list filters and sorts a form by its latest line. */
export function latestPurchase(form: CheckoutForm): number | undefined {
  return purchases(form).at(-1);
}

export function firstPurchase(form: CheckoutForm): number | undefined {
  return purchases(form).at(0);
}

function purchases(form: CheckoutForm): number[] {
  return form.lineItems.flatMap((line) => line.boughtAt ?? []).sort((a, b) => a - b);
}
