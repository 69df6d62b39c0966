/** Orders and texts of the simulated shop, in the form that WooCommerce 11.0.1 was recorded to send. */
import type { Instant } from "../../lib/core/order.ts";

export type Purchase = {
  lines: ReadonlyArray<Bought>;
  shipping?: { method: string; gross: number };
  fees?: ReadonlyArray<ShopFee>;
  status?: string;
  paymentMethod?: string;
  currency?: string;
  /** Equal to the shop's id unless a numbering plugin is at work. */
  number?: string;
  transactionId?: string;
  /** An integrator wrote the order: its Allegro id stands in `transaction_id` and in meta. */
  allegroId?: string;
  baselinkerId?: string;
  meta?: Readonly<Record<string, unknown>>;
  buyer?: { firstName: string; lastName: string; email: string };
  createdVia?: string;
};

type Bought = {
  name: string;
  sku?: string;
  ean?: string;
  quantity: number;
  /** Minor units for the whole line, before its discount. */
  gross: number;
  /** Minor units that a coupon takes off it. */
  discount?: number;
  /** Percent; 23 if absent. `none`: the shop puts no tax on it. */
  rate?: number | "none";
  /** What the buyer chose, by the name that the shop shows. */
  chosen?: Readonly<Record<string, string>>;
};

/** `gross`: minor units. `untaxed`: the plugin that adds it puts no tax on it. */
type ShopFee = { name: string; gross: number; untaxed?: boolean };

export type ShopOrder = ReturnType<typeof orderBody>;

const TAX_PERCENT = 23;

export function orderBody(id: number, purchase: Purchase, shopUrl: string, now: Instant, orderKey: string) {
  const {
    lines,
    shipping,
    fees = [],
    status = "processing",
    currency = "PLN",
    paymentMethod = "przelewy24",
  } = purchase;
  const goods = lines.map((line, index) => lineBody(id * 100 + index, line));
  const carriage = shipping ? [shippingBody(id * 100 + 90, shipping)] : [];
  const extra = fees.map((fee, index) => feeBody(id * 100 + 80 + index, fee));
  const coupon = couponOf(goods);
  const paid = isPaid(status, paymentMethod);
  const address = addressOf(purchase);
  return {
    id,
    parent_id: 0,
    status,
    currency,
    version: "11.0.1",
    prices_include_tax: true,
    date_created: shopTime(now),
    date_modified: shopTime(now),
    discount_total: coupon.discount,
    discount_tax: coupon.discount_tax,
    shipping_total: added(carriage.map((line) => line.total)),
    shipping_tax: added(carriage.map((line) => line.total_tax)),
    cart_tax: added(goods.map((line) => line.total_tax)),
    total: decimal(paidFor(lines) + (shipping?.gross ?? 0) + fees.reduce((sum, { gross }) => sum + gross, 0)),
    total_tax: added([...goods, ...carriage, ...extra].map((line) => line.total_tax)),
    customer_id: 0,
    order_key: orderKey,
    billing: { ...address, email: purchase.buyer?.email ?? "ewa.przykladowa@poczta.example" },
    shipping: address,
    payment_method: paymentMethod,
    payment_method_title: paymentMethod === "cod" ? "Płatność przy odbiorze" : "Przelewy24",
    transaction_id: purchase.allegroId ?? purchase.transactionId ?? "",
    customer_ip_address: "203.0.113.7",
    customer_user_agent: "",
    created_via: purchase.createdVia ?? (purchase.allegroId || purchase.baselinkerId ? "rest-api" : "checkout"),
    customer_note: "",
    date_completed: null,
    date_paid: paid ? shopTime(now) : null,
    cart_hash: "",
    number: purchase.number ?? String(id),
    meta_data: metaOf(id, purchase),
    line_items: goods,
    tax_lines: taxLines(id * 100 + 95, [...goods, ...extra], carriage),
    shipping_lines: carriage,
    fee_lines: extra,
    coupon_lines: coupon.discount === "0.00" ? [] : [{ id: id * 100 + 70, code: "jesien", ...coupon, meta_data: [] }],
    refunds: [],
    payment_url: `${shopUrl}/checkout/order-pay/${id}/?pay_for_order=true&key=${orderKey}`,
    is_editable: false,
    needs_payment: status === "pending",
    needs_processing: true,
    date_created_gmt: gmtTime(now),
    date_modified_gmt: gmtTime(now),
    date_completed_gmt: null,
    date_paid_gmt: paid ? gmtTime(now) : null,
    currency_symbol: "zł",
    _links: {
      self: [{ href: `${shopUrl}/wp-json/wc/v3/orders/${id}` }],
      collection: [{ href: `${shopUrl}/wp-json/wc/v3/orders` }],
    },
  };
}

/** The order after a change of status, which is also when a payment is noted. */
export function changed(order: ShopOrder, status: string, now: Instant): ShopOrder {
  const paid = order.date_paid_gmt === null && isPaid(status, order.payment_method);
  return {
    ...order,
    status,
    date_modified: shopTime(now),
    date_modified_gmt: gmtTime(now),
    needs_payment: status === "pending",
    ...(paid && { date_paid: shopTime(now), date_paid_gmt: gmtTime(now) }),
  };
}

/** As `wp_json_encode` writes it: `/` as `\/`, every letter outside ASCII as `\uXXXX`. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function gmtTime(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19);
}

/** The shop's own time, without a zone. */
export function shopTime(at: Instant): string {
  return WARSAW.format(at).replace(" ", "T");
}

const WARSAW = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Warsaw",
  dateStyle: "short",
  timeStyle: "medium",
});

function isPaid(status: string, paymentMethod: string): boolean {
  return (status === "processing" || status === "completed") && paymentMethod !== "cod";
}

function lineBody(id: number, line: Bought) {
  const { name, sku = "", ean = "", quantity, gross, discount = 0, rate = TAX_PERCENT, chosen = {} } = line;
  const percent = rate === "none" ? 0 : rate;
  const [full, net] = [netOf(gross, percent), netOf(gross - discount, percent)];
  const [fullTax, tax] = [decimal(gross - full), decimal(gross - discount - net)];
  return {
    id,
    name,
    product_id: 11,
    variation_id: 0,
    quantity,
    tax_class: "",
    subtotal: decimal(full),
    subtotal_tax: fullTax,
    total: decimal(net),
    total_tax: tax,
    taxes: rate === "none" ? [] : [{ id: rateId(rate), total: tax, subtotal: fullTax }],
    meta_data: chosenMeta(id, chosen),
    sku,
    global_unique_id: ean,
    price: net / quantity / 100,
    image: { id: "", src: "" },
    parent_name: null,
  };
}

function shippingBody(id: number, { method, gross }: NonNullable<Purchase["shipping"]>) {
  const net = netOf(gross);
  const tax = decimal(gross - net);
  return {
    id,
    method_title: method,
    method_id: "flat_rate",
    instance_id: "1",
    total: decimal(net),
    total_tax: tax,
    taxes: [{ id: 1, total: tax, subtotal: "" }],
    tax_status: "taxable",
    meta_data: [],
  };
}

/** As variations and plugins leave it: a key of the shop's own, and what it shows. */
function chosenMeta(id: number, chosen: NonNullable<Bought["chosen"]>) {
  return Object.entries(chosen).map(([name, value], index) => ({
    id: id * 10 + index,
    key: name.toLowerCase().replaceAll(" ", "-"),
    value,
    display_key: name,
    display_value: value,
  }));
}

function feeBody(id: number, { name, gross, untaxed = false }: ShopFee) {
  const net = untaxed ? gross : netOf(gross);
  const tax = decimal(gross - net);
  return {
    id,
    name,
    tax_class: "",
    tax_status: untaxed ? "none" : "taxable",
    amount: decimal(net),
    total: decimal(net),
    total_tax: tax,
    taxes: untaxed ? [] : [{ id: rateId(TAX_PERCENT), total: tax, subtotal: "" }],
    meta_data: [],
  };
}

function couponOf(goods: ReadonlyArray<ReturnType<typeof lineBody>>) {
  const less = (before: string[], after: string[]) => decimal(sumOf(before) - sumOf(after));
  const columns = (name: "subtotal" | "total" | "subtotal_tax" | "total_tax") => goods.map((line) => line[name]);
  return {
    discount: less(columns("subtotal"), columns("total")),
    discount_tax: less(columns("subtotal_tax"), columns("total_tax")),
  };
}

type Taxed = { total_tax: string; taxes: ReadonlyArray<{ id: number }> };

/** The shop's own ids of its rates. */
function rateId(rate: number): number {
  return [TAX_PERCENT, 8, 5, 0].indexOf(rate) + 1;
}

/** One for each rate that lies on something. */
function taxLines(id: number, goods: readonly Taxed[], carriage: readonly Taxed[]) {
  const rates = [TAX_PERCENT, 8, 5, 0].filter((rate) => isOn(rate, [...goods, ...carriage]));
  return rates.map((rate, index) => ({
    id: id + index,
    rate_code: `PL-VAT ${rate}%-1`,
    rate_id: rateId(rate),
    label: `VAT ${rate}%`,
    compound: false,
    tax_total: added(goods.filter((line) => isOn(rate, [line])).map((line) => line.total_tax)),
    shipping_tax_total: added(carriage.filter((line) => isOn(rate, [line])).map((line) => line.total_tax)),
    rate_percent: rate,
    meta_data: [],
  }));
}

function isOn(rate: number, lines: readonly Taxed[]): boolean {
  return lines.some(({ taxes }) => taxes.some(({ id }) => id === rateId(rate)));
}

function metaOf(id: number, { allegroId, baselinkerId, meta = {} }: Purchase) {
  const entries = Object.entries({
    ...(allegroId && { _allegro_checkout_form_id: allegroId }),
    ...(baselinkerId && { baselinker_order_id: baselinkerId }),
    ...meta,
  });
  return entries.map(([key, value], index) => ({ id: id * 10 + index, key, value }));
}

function addressOf({ buyer }: Purchase) {
  return {
    first_name: buyer?.firstName ?? "Ewa",
    last_name: buyer?.lastName ?? "Przykładowa",
    company: "",
    address_1: "ul. Próbna 1/2",
    address_2: "",
    city: "Łódź",
    state: "",
    postcode: "90-001",
    country: "PL",
    phone: "+48 600 000 000",
  };
}

function paidFor(lines: Purchase["lines"]): number {
  return lines.reduce((sum, { gross, discount = 0 }) => sum + gross - discount, 0);
}

/** Half up, in whole minor units. */
function netOf(gross: number, rate = TAX_PERCENT): number {
  const whole = 100 + rate;
  return Math.floor((gross * 200 + whole) / (2 * whole));
}

function decimal(minor: number): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function added(amounts: readonly string[]): string {
  return decimal(sumOf(amounts));
}

function sumOf(amounts: readonly string[]): number {
  return amounts.reduce((sum, amount) => sum + Number(amount.replace(".", "")), 0);
}
