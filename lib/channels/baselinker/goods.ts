/** What a BaseLinker order was bought for: goods, fees, and discounts that stand among the products. Pure. */
import {
  type Fee,
  type FeeKind,
  type Line,
  type Payment,
  parseMinor,
  type Share,
  takeOff,
  vatFrom,
  vatName,
} from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { type Decimal, decimalText, plus, times } from "../shared/decimal.ts";
import { prepaidKindOf } from "../shared/fee-kinds.ts";
import type { WireOrder, WireProduct } from "./wire.ts";

/**
 * Minor units. There is no total on the wire: it is the sum of the products and the delivery, rounded once, before what was
 * paid in advance. `due`: of it after that, where anything was.
 */
export type Amounts = {
  lines: Line[];
  fees: Fee[];
  payments: Payment[];
  shipping: number;
  total: number;
  due?: number | undefined;
};

type Row = Line | Fee;

/** @returns undefined where one amount is missing or unreadable: a total that leaves it out would be wrong */
export function amountsOf(order: WireOrder): Amounts | undefined {
  const { currency, delivery_price: delivery } = order;
  const shipping = delivery && minorOf(delivery, currency);
  if (!delivery || shipping === undefined) return undefined;
  const rows: Row[] = [];
  const payments: Payment[] = [];
  let sum: Decimal = delivery;
  for (const product of order.products) {
    const gross = product.price_brutto && product.quantity && times(product.price_brutto, product.quantity);
    const row = gross && rowOf(product, gross, currency);
    if (!row) return undefined;
    const prepaid = prepaidBy(product, row);
    if (prepaid) payments.push(prepaid);
    else rows.push(row);
    sum = plus(sum, gross);
  }
  const left = minorOf(sum, currency);
  if (left === undefined) return undefined;
  const total = payments.reduce((all, { amount }) => all + amount, left);
  return { ...withoutDiscounts(rows), payments, shipping, total, due: payments.length > 0 ? left : undefined };
}

/** Which amounts of it are missing or unreadable, for a person. */
export function unreadAmountsOf({ delivery_price, products }: WireOrder): string {
  const ofProducts = products.flatMap(({ price_brutto, quantity }, index) => [
    ...(price_brutto ? [] : [`products.${index}.price_brutto`]),
    ...(quantity ? [] : [`products.${index}.quantity`]),
  ]);
  const fields = [...(delivery_price ? [] : ["delivery_price"]), ...ofProducts];
  return `cannot be read: ${fields.slice(0, 5).join(", ") || "an amount or the currency"}`;
}

export function minorOf(amount: Decimal, currency: string): number | undefined {
  return parseMinor(decimalText(amount), currency);
}

function rowOf(product: WireProduct, gross: Decimal, currency: string): Row | undefined {
  const minor = minorOf(gross, currency);
  if (minor === undefined || !product.quantity) return undefined;
  const row = {
    name: product.name,
    quantity: decimalText(product.quantity),
    gross: minor,
    vat: vatFrom(exemptionOf(product.tax_rate) ?? product.tax_rate),
  };
  const kind = feeKind(product);
  if (kind) return present<Fee>({ kind, ...row });
  return present<Line>({
    ...row,
    sku: product.sku || undefined,
    ean: product.ean || undefined,
    variant: product.attributes || undefined,
  });
}

/** A gift card or credit stands among the products, too: a discount of no VAT, in no catalogue, that is called so. */
function prepaidBy({ name, tax_rate, sku, ean, product_id }: WireProduct, { gross }: Row): Payment | undefined {
  const isArticle = [sku, ean, product_id].some((id) => !/^0*$/.test(id));
  const kind = gross < 0 && !isArticle && !(Number(tax_rate) > 0) ? prepaidKindOf(name) : undefined;
  return kind && { kind, name, amount: -gross };
}

/** Exempt, not subject to VAT, reverse charge: rates of its own, in the documentation of `getOrders`. */
const EXEMPTIONS: ReadonlyMap<number, string> = new Map([
  [-1, "zw"],
  [-0.02, "np"],
  [-0.03, "oo"],
]);

function exemptionOf(rate: string): string | undefined {
  return /^-\d+(\.\d+)?$/.test(rate) ? EXEMPTIONS.get(Number(rate)) : undefined;
}

/** The first that fits; `za pobraniem` before the payment that it is one of. */
const FEES: ReadonlyArray<readonly [RegExp, FeeKind]> = [
  [/kaucj|deposit/i, "deposit"],
  [/pobrani|cash on delivery|\bcod\b/i, "codFee"],
  [/pakowani|opakowani|prezent|gift wrap|wrapping/i, "wrapping"],
  [/ubezpiecz|insurance/i, "insurance"],
  [/płatnoś|platnos|payment/i, "paymentFee"],
];

/** What is in no catalogue and no offer, and is called as a fee is. A discount is none; whatever else it is has no article. */
function feeKind({ sku, ean, product_id, auction_id, name, price_brutto }: WireProduct): FeeKind | undefined {
  const isArticle = [sku, ean, product_id, auction_id].some((id) => !/^0*$/.test(id));
  if (isArticle || !price_brutto || price_brutto.units < 0n) return undefined;
  return FEES.find(([called]) => called.test(name))?.[1];
}

/**
 * A discount is a product of a negative price. It comes off the goods of its own VAT, then off any goods, then off the
 * fees; what is more than all of them stays, and the bridge names the amount.
 */
function withoutDiscounts(rows: readonly Row[]): Pick<Amounts, "lines" | "fees"> {
  const discounts = rows.filter(({ gross }) => gross < 0);
  const positive = rows.filter(({ gross }) => gross >= 0);
  const lines = positive.filter((row): row is Line => !("kind" in row));
  const fees = positive.filter((row): row is Fee => "kind" in row);
  return discounts.reduce(lessDiscount, { lines, fees });
}

function lessDiscount({ lines, fees }: Pick<Amounts, "lines" | "fees">, { gross, vat }: Share) {
  const isOfItsVat = (row: Share) => vat !== undefined && vatName(row.vat) === vatName(vat);
  const first = takeOff(lines, -gross, isOfItsVat);
  const then = takeOff(first.rows, first.left);
  const last = takeOff(fees, then.left, ({ kind }) => kind !== "deposit");
  return { lines: then.rows, fees: last.rows };
}
