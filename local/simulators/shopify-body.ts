/** Orders of the simulated Shopify shop, in the form of the REST Admin API of 2026. */
import type { Instant } from "../../lib/core/order.ts";
import { shopTime } from "./woocommerce-body.ts";

export type ShopifyPurchase = {
  /** `price`: minor units for one piece. `discount`: minor units off the whole line. */
  lines: ReadonlyArray<{ title: string; sku?: string; quantity: number; price: number; discount?: number }>;
  shipping?: { title: string; price: number };
  financialStatus?: string;
  gateway?: string;
  /** What the merchant's prefix and suffix make of the number. */
  name?: string;
  attributes?: Readonly<Record<string, string>>;
  note?: string;
  sourceIdentifier?: string;
  test?: boolean;
  /** The buyer saw and paid euros: a quarter of the shop's amounts. */
  paysEuros?: boolean;
};

export type ShopifyBody = ReturnType<typeof orderBody>;

const TAX_PERCENT = 23;
const FIRST_NUMBER = 1000;

export function orderBody(id: number, number: number, purchase: ShopifyPurchase, now: Instant) {
  const { lines, shipping, attributes = {}, financialStatus = "paid", gateway = "shopify_payments" } = purchase;
  const money = moneyFor(purchase.paysEuros === true);
  const items = lines.map((line, index) => itemBody(id * 100 + index, line, money));
  const goods = lines.reduce((sum, { price, quantity, discount = 0 }) => sum + price * quantity - discount, 0);
  const total = goods + (shipping?.price ?? 0);
  const at = zoned(now);
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    app_id: 580111,
    cancel_reason: null as string | null,
    cancelled_at: null as string | null,
    confirmation_number: `KJ${number}`,
    confirmed: true,
    contact_email: "ewa.przykladowa@poczta.example",
    created_at: at,
    processed_at: at,
    updated_at: at,
    currency: "PLN",
    presentment_currency: purchase.paysEuros ? "EUR" : "PLN",
    ...money("current_total_price", total),
    ...money("total_price", total),
    ...money("subtotal_price", goods),
    email: "ewa.przykladowa@poczta.example",
    financial_status: financialStatus,
    fulfillment_status: null,
    name: purchase.name ?? `#${FIRST_NUMBER + number}`,
    note: purchase.note ?? null,
    note_attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
    number,
    order_number: FIRST_NUMBER + number,
    payment_gateway_names: [gateway],
    phone: null,
    source_identifier: purchase.sourceIdentifier ?? null,
    source_name: "web",
    tags: "",
    taxes_included: true,
    test: purchase.test ?? false,
    billing_address: ADDRESS,
    shipping_address: ADDRESS,
    line_items: items,
    refunds: [] as RefundBody[],
    shipping_lines: shipping
      ? [{ id: id * 100 + 90, title: shipping.title, ...priced(shipping.price, 0, money), is_removed: false }]
      : [],
  };
}

type Money = ReturnType<typeof moneyFor>;

type RefundBody = {
  id: number;
  order_id: number;
  created_at: string;
  refund_line_items: Array<{ line_item_id: number; quantity: number }>;
  transactions: Array<{ kind: string; status: string; amount: string; currency: string }>;
};

/** `pieces` of a line were taken off or sent back; `amount` (minor units) went to the buyer, 0 for none. */
export function refundBody(
  id: number,
  order: ShopifyBody,
  amount: number,
  line: number | undefined,
  pieces: number,
): RefundBody {
  const item = line === undefined ? undefined : order.line_items[line];
  const transaction = { kind: "refund", status: "success", amount: decimal(amount), currency: order.currency };
  return {
    id,
    order_id: order.id,
    created_at: order.updated_at,
    refund_line_items: item ? [{ line_item_id: item.id, quantity: pieces }] : [],
    transactions: amount > 0 ? [transaction] : [],
  };
}

/** The order after goods were taken off or money was paid back. */
export function reduced(order: ShopifyBody, refund: RefundBody, by: number, now: Instant): ShopifyBody {
  const [taken] = refund.refund_line_items;
  const left = minorOf(order.current_total_price) - by;
  const isPaidBack = refund.transactions.length > 0;
  return {
    ...order,
    updated_at: zoned(now),
    ...moneyFor(order.presentment_currency === "EUR")("current_total_price", left),
    financial_status: isPaidBack ? (left === 0 ? "refunded" : "partially_refunded") : order.financial_status,
    line_items: order.line_items.map((item) =>
      item.id === taken?.line_item_id ? { ...item, current_quantity: item.current_quantity - taken.quantity } : item,
    ),
    refunds: [...order.refunds, refund],
  };
}

/** ISO 8601 with the shop's offset, whole seconds. */
export function zoned(at: Instant): string {
  const local = shopTime(at);
  const hours = Math.round((Date.parse(`${local}Z`) - at) / 3_600_000);
  return `${local}+${String(hours).padStart(2, "0")}:00`;
}

export function minorOf(amount: string): number {
  return Number(amount.replace(".", ""));
}

function itemBody(id: number, line: ShopifyPurchase["lines"][number], money: Money) {
  const { title, sku = "", quantity, price, discount = 0 } = line;
  return {
    id,
    name: title,
    title,
    sku,
    quantity,
    current_quantity: quantity,
    ...priced(price, discount, money),
    tax_lines: [{ title: "VAT", rate: TAX_PERCENT / 100, ...money("price", taxIn(price * quantity - discount)) }],
  };
}

function priced(price: number, discount: number, money: Money) {
  const allocations = discount === 0 ? [] : [{ discount_application_index: 0, ...money("amount", discount) }];
  return { ...money("price", price), discount_allocations: allocations, tax_lines: [] as object[] };
}

/** Every amount stands plain, in the shop's currency, and as a pair with what the buyer saw. */
function moneyFor(euros: boolean) {
  return <Name extends string>(name: Name, minor: number) => {
    const shown = euros
      ? { amount: decimal(Math.round(minor / 4)), currency_code: "EUR" }
      : { amount: decimal(minor), currency_code: "PLN" };
    const pair = { shop_money: { amount: decimal(minor), currency_code: "PLN" }, presentment_money: shown };
    return { [name]: decimal(minor), [`${name}_set`]: pair } as Record<Name, string>;
  };
}

function taxIn(gross: number): number {
  return Math.round((gross * TAX_PERCENT) / (100 + TAX_PERCENT));
}

function decimal(minor: number): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const ADDRESS = {
  first_name: "Ewa",
  last_name: "Przykładowa",
  name: "Ewa Przykładowa",
  company: null,
  address1: "ul. Próbna 1/2",
  address2: null,
  city: "Łódź",
  zip: "90-001",
  province: null,
  country: "Poland",
  country_code: "PL",
  phone: "+48 600 000 000",
};
