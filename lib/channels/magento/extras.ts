/** What stands beside goods and shipping: fees, and what was paid with gift cards and credit. Pure. */
import { type Fee, formatMinor, type Payment, rateBetween, type Share, type Vat, vatFrom } from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { minorOrNone } from "../shared/amounts.ts";
import { isRecord, Text, textAt } from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";

type Reading = { raw: unknown; currency: string };

/** The parts of Adobe Commerce's gift wrapping: of the order, of its goods, and the card. */
const WRAPPING = ["gw", "gw_items", "gw_card"];

/** Adobe Commerce's own ways to pay in advance: `grand_total` is what is left of the order's worth after them. */
const PAYMENTS = [
  { field: "gift_cards_amount", kind: "gift-card", name: "Gift card" },
  { field: "customer_balance_amount", kind: "store-credit", name: "Store credit" },
  { field: "reward_currency_amount", kind: "store-credit", name: "Reward points" },
] as const;

/** What of all this an Adobe Commerce event has to be subscribed with. */
export const COMMERCE_FIELDS: readonly string[] = [
  ...WRAPPING.flatMap((part) => [`${part}_price`, `${part}_tax_amount`, `${part}_price_incl_tax`]),
  ...PAYMENTS.map(({ field }) => field),
];

/** What the configured fields say, and Adobe Commerce's gift wrapping; a field that is missing is no fee. */
export function feesOf(raw: unknown, currency: string, { feeFields }: Pick<OrderSettings, "feeFields">): Fee[] {
  const reading = { raw, currency };
  const own = feeFields.flatMap(({ field, taxField, kind }): Fee[] => {
    const [amount, tax] = [minorAt(reading, field), taxField === undefined ? 0 : minorAt(reading, taxField)];
    return feeOf(kind, field.split(".").at(-1) ?? field, amount, amount + tax, taxField !== undefined, currency);
  });
  return [...wrappingOf(reading), ...own];
}

function wrappingOf(reading: Reading): Fee[] {
  const parts = WRAPPING.map((part) => {
    const [net, tax] = [minorAt(reading, `${part}_price`), minorAt(reading, `${part}_tax_amount`)];
    return { net, gross: minorAt(reading, `${part}_price_incl_tax`) || net + tax };
  });
  const total = (of: "net" | "gross") => parts.reduce((sum, part) => sum + part[of], 0);
  return feeOf("wrapping", "Gift wrapping", total("net"), total("gross"), true, reading.currency);
}

function feeOf(kind: Fee["kind"], name: string, net: number, gross: number, isTaxed: boolean, currency: string): Fee[] {
  if (gross <= 0) return [];
  const vat = isTaxed ? betweenOf(net, gross, currency) : undefined;
  return [present<Fee>({ kind, name, gross, vat })];
}

/** Amounts in minor units, positive: Magento writes some of them below zero. */
export function paymentsOf(raw: unknown, currency: string): Payment[] {
  return PAYMENTS.flatMap(({ field, kind, name }): Payment[] => {
    const amount = Math.abs(minorAt({ raw, currency }, field));
    return amount === 0 ? [] : [{ kind, name, amount }];
  });
}

/** What a module put on top of the rows, or took off the total, without a setting that names it. `off`: by how much. */
export type Extra = { off: number; fee?: Fee; payment?: Payment };

const FEE = /fee|surcharge|cash_?on_?delivery|(?:^|_)cod_/i;
const PREPAID = /gift_?card|giftvoucher|store_?credit|storecredit|wallet|rewards?_|points_/i;

/**
 * Amounts of fields that are named after a fee, or after what is paid in advance. Each counts only where the order does not
 * add up without it: a setting (`feeFields`) comes first.
 */
export function extrasIn(raw: unknown, currency: string): Extra[] {
  const extension = isRecord(raw) ? raw.extension_attributes : undefined;
  const fields = [extension, raw].flatMap((of) => (isRecord(of) ? Object.entries(of) : []));
  const known = fields.flatMap(([name, value]) => {
    const amount = name.startsWith("base_") ? undefined : minorOrNone(Text.parse(value), currency);
    return amount ? [{ name, amount: Math.abs(amount) }] : [];
  });
  const fees = known.filter(({ name }) => FEE.test(name) && !/tax/i.test(name.replace(/incl_tax/i, "")));
  const taxes = known.filter(({ name }) => FEE.test(name) && /tax/i.test(name.replace(/incl_tax/i, "")));
  return [
    ...fees.flatMap(({ name, amount }) => [
      { off: amount, fee: namedFee(name, amount, undefined) },
      ...taxes.map((tax) => ({
        off: amount + tax.amount,
        fee: namedFee(name, amount + tax.amount, betweenOf(amount, amount + tax.amount, currency)),
      })),
    ]),
    ...known
      .filter(({ name }) => PREPAID.test(name))
      .map(({ name, amount }) => ({ off: -amount, payment: named(name, amount) })),
  ];
}

function namedFee(name: string, gross: number, vat: Vat | undefined): Fee {
  const kind = /cod|cash_?on_?delivery/i.test(name) ? "codFee" : /pay/i.test(name) ? "paymentFee" : "other";
  return present<Fee>({ kind, name, gross, vat });
}

function betweenOf(net: number, gross: number, currency: string): Vat | undefined {
  return rateBetween(formatMinor(net, currency), formatMinor(gross, currency));
}

function named(name: string, amount: number): Payment {
  return { kind: /gift/i.test(name) ? "gift-card" : "store-credit", name, amount };
}

/** REST has the columns of other modules among the extension attributes, an event in the order itself. */
function minorAt({ raw, currency }: Reading, field: string): number {
  return minorOrNone(textAt(raw, `extension_attributes.${field}`) ?? textAt(raw, field), currency) ?? 0;
}

/**
 * The VAT of the shipping: as the order itemises it, else as its prices before any discount tell it.
 * @param gross after the discount, in minor units
 */
export function shippingShares(raw: unknown, gross: number): Share[] {
  if (gross === 0) return [];
  const vat =
    itemisedRate(raw) ?? rateBetween(textAt(raw, "shipping_amount") ?? "", textAt(raw, "shipping_incl_tax") ?? "");
  return [present<Share>({ gross, vat })];
}

function itemisedRate(raw: unknown): Vat | undefined {
  const extension = isRecord(raw) ? raw.extension_attributes : undefined;
  const taxed = isRecord(extension) ? extension.item_applied_taxes : undefined;
  const shipping = Array.isArray(taxed) ? taxed.find((one) => isRecord(one) && one.type === "shipping") : undefined;
  const taxes = isRecord(shipping) && Array.isArray(shipping.applied_taxes) ? shipping.applied_taxes : [];
  const [tax] = taxes;
  return taxes.length === 1 && isRecord(tax) ? vatFrom(Text.parse(tax.percent)) : undefined;
}
