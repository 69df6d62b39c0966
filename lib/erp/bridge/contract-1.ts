/**
 * The order as version 1 of the contract had it (bridges of 2026-11-24), for bridges that were not updated yet. Goes when
 * version 3 comes.
 */
import * as z from "zod/mini";
import { Key } from "../../core/keys.ts";
import type { Line } from "../../core/money.ts";
import type { Report } from "../../core/order.ts";
import { anyBoolean, anyInt, anyText, optionalText } from "../../core/schemas.ts";
import type { BridgeRequest } from "./contract.ts";

type Order = BridgeRequest<"submit">["order"];

const Address1 = z.strictObject({
  name: anyText,
  company: optionalText,
  street: anyText,
  postcode: anyText,
  city: anyText,
  country: anyText,
});

/** Strict: what it does not know would be lost at such a bridge without a word. */
const Order1 = z.strictObject({
  order: anyText,
  keys: z.array(Key),
  currency: anyText,
  total: anyInt,
  numbers: z.optional(z.readonly(z.array(anyText))),
  seen: z.optional(z.readonly(z.array(anyText))),
  report: z.strictObject({
    number: optionalText,
    lines: z.array(
      z.strictObject({
        sku: optionalText,
        ean: optionalText,
        name: anyText,
        quantity: anyText,
        gross: anyInt,
        taxRate: z.optional(z.string().check(z.regex(/^\d{1,2}$/))),
      }),
    ),
    shipping: z.strictObject({ method: anyText, gross: anyInt, point: optionalText, address: z.optional(Address1) }),
    buyer: z.strictObject({
      email: optionalText,
      phone: optionalText,
      taxId: optionalText,
      billing: z.optional(Address1),
    }),
    payment: z.strictObject({ method: anyText, cashOnDelivery: anyBoolean, paid: anyBoolean }),
    note: optionalText,
  }),
});
type Order1 = z.infer<typeof Order1>;

/** @returns `lacks`: the fields that version 1 has no place for; their names only */
export function asContract1(order: Order): { order: Order1 } | { lacks: string[] } {
  const { due, report, ...same } = order;
  const older = { ...same, ...(due !== order.total && { due }), report: reportOf(report) };
  // Without what is undefined, as it goes over the line.
  const parsed = Order1.safeParse(JSON.parse(JSON.stringify(older)));
  return parsed.success ? { order: parsed.data } : { lacks: parsed.error.issues.flatMap(fieldsOf) };
}

/**
 * Texts for people go where such a bridge writes texts for people. What is left under a name of version 2 is what version 1
 * cannot carry.
 */
function reportOf({ lines, shipping, fees, payments, buyer, note, rounding: _, totalField: __, ...same }: Report) {
  const { phone, ...address } = shipping.address ?? {};
  const isRecipients = phone !== undefined && digitsOf(phone) !== digitsOf(buyer.phone);
  return {
    ...same,
    lines: lines.map(lineOf),
    shipping: { ...shippingOf(shipping), ...(shipping.address && { address }) },
    buyer,
    note: joined("\n", note, isRecipients ? `tel. odbiorcy ${phone}` : undefined),
    ...(fees?.some(({ gross }) => gross !== 0) && { fees }),
    ...(payments?.some(({ amount }) => amount !== 0) && { payments }),
  };
}

function lineOf({ name, variant, vat, ...same }: Line) {
  return {
    ...same,
    name: joined(", ", name, variant) ?? name,
    ...(vat?.kind === "rate" ? { taxRate: vat.rate } : { vat }),
  };
}

/** A bridge of version 1 writes shipping under the rate of its settings, 23 unless they say otherwise. */
function shippingOf({ shares = [], point, pointAddress: place, ...same }: Report["shipping"]) {
  const isUsual = shares.every(({ gross, vat }) => gross === 0 || (vat?.kind === "rate" && vat.rate === "23"));
  const where =
    place &&
    joined(
      ", ",
      place.name,
      place.company,
      place.street,
      `${place.postcode} ${place.city}`,
      place.country,
      place.phone,
    );
  return { ...same, point: joined(": ", point, where), ...(!isUsual && { shares }) };
}

/** Without the country's prefix, which one of two fields may lack. */
function digitsOf(phone: string | undefined): string {
  return (phone ?? "").replaceAll(/\D/g, "").slice(-9);
}

function joined(by: string, ...parts: ReadonlyArray<string | undefined>): string | undefined {
  return parts.filter((part) => part?.trim()).join(by) || undefined;
}

function fieldsOf({ path, ...issue }: z.core.$ZodIssue): string[] {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  return keys.length > 0 ? keys.map((key) => [...path, key].join(".")) : [path.join(".")];
}
