/** Orders of the simulated Magento shop, in the form of `GET /V1/orders/{id}`: fields that are null are left out. */
import type { Instant } from "../../lib/core/order.ts";

export type MagentoPurchase = {
  lines: readonly MagentoLine[];
  shipping?: { method: string; gross: number };
  state?: MagentoState;
  currency?: string;
  paymentMethod?: string;
  /** The macopedia/magento2-allegro module imported it. */
  allegroId?: string;
  extension?: Readonly<Record<string, unknown>>;
  vatId?: string;
  note?: string;
  /** Minor units that a gift card of the shop paid. */
  giftCard?: number;
};

type MagentoLine = {
  name: string;
  sku: string;
  quantity: number;
  /** Minor units for the whole line, before its discount. */
  gross: number;
  /** Minor units that a coupon takes off it. */
  discount?: number;
  /** A configurable product, which is two rows. */
  variant?: boolean;
  /** Percent; 23 if absent. */
  rate?: number;
  /** What the buyer chose of the article's own options. */
  options?: readonly MagentoOption[];
  /** A bundle whose price is its parts': `gross` and `discount` are theirs, and those of the line do not count. */
  parts?: readonly MagentoPart[];
};

/** Of one bundle. `gross` and `discount`: minor units for all pieces of the line. */
type MagentoPart = Pick<MagentoLine, "name" | "sku" | "gross" | "discount" | "rate"> & { each: number };

/** `value`: what was typed; or, of a list, what was chosen, by its id. */
export type MagentoOption = { id: number; title: string; value: string | { id: number; title: string } };

export type MagentoState =
  | "new"
  | "pending_payment"
  | "processing"
  | "complete"
  | "closed"
  | "canceled"
  | "holded"
  | "payment_review";

/** How an edited order names the one that it was made from. */
type Relation = {
  increment_id: string;
  edit_increment: number;
  original_increment_id: string;
  relation_parent_id: string;
  relation_parent_real_id: string;
};

export type MagentoOrderBody = ReturnType<typeof magentoOrder> &
  Partial<Relation> & { relation_child_id?: string; relation_child_real_id?: string };

const TAX_PERCENT = 23;

export function magentoOrder(id: number, purchase: MagentoPurchase, now: Instant) {
  const { lines, shipping, state = "processing", currency = "PLN", paymentMethod = "przelewy24" } = purchase;
  const items = lines.flatMap((line, index) => rowsOf(id * 100 + index * 2, line));
  const carriage = taxed(shipping?.gross ?? 0, TAX_PERCENT);
  const worth = lines.reduce((sum, line) => sum + worthOf(line), shipping?.gross ?? 0);
  const { giftCard = 0 } = purchase;
  const total = worth - giftCard;
  const paid = state === "processing" || state === "complete" ? total : 0;
  const address = addressOf(purchase);
  return {
    entity_id: id,
    increment_id: String(id).padStart(9, "0"),
    quote_id: id + 5000,
    state,
    status: state === "new" ? "pending" : state,
    created_at: magentoTime(now),
    updated_at: magentoTime(now),
    store_id: 1,
    order_currency_code: currency,
    base_currency_code: currency,
    grand_total: decimal(total),
    base_grand_total: decimal(total),
    total_due: decimal(total - paid),
    ...(paid > 0 && { total_paid: decimal(paid) }),
    shipping_amount: decimal(carriage.net),
    shipping_tax_amount: decimal(carriage.tax),
    shipping_incl_tax: decimal(carriage.gross),
    shipping_discount_amount: 0,
    shipping_description: shipping?.method ?? "Odbiór osobisty",
    is_virtual: 0,
    customer_email: "ewa.przykladowa@poczta.example",
    ...(purchase.note !== undefined && { customer_note: purchase.note }),
    billing_address: { ...address, address_type: "billing", entity_id: id * 10 },
    items,
    payment: { method: paymentMethod, additional_information: ["Przelewy24"], entity_id: id },
    extension_attributes: {
      shipping_assignments: [{ shipping: { address: { ...address, entity_id: id * 10 + 1 }, method: "flatrate" } }],
      ...(purchase.allegroId && { order_from: "allegro", external_id: purchase.allegroId }),
      ...(giftCard > 0 && { gift_cards_amount: decimal(giftCard) }),
      ...purchase.extension,
    },
  };
}

/** UTC without a zone, whole seconds. */
export function magentoTime(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** Minor units, after the discount. */
function worthOf({ gross, discount = 0, parts }: MagentoLine): number {
  return parts ? parts.reduce((sum, part) => sum + part.gross - (part.discount ?? 0), 0) : gross - discount;
}

type MagentoRow = {
  item_id: number;
  parent_item_id?: number;
  product_id?: number;
  product_type?: string;
  sku: string;
  name: string;
  qty_ordered: number;
  qty_shipped: number;
  qty_canceled: number;
  qty_refunded: number;
  price: number;
  discount_amount: number;
  discount_tax_compensation_amount: number;
  row_total: number;
  row_total_incl_tax: number;
  tax_amount: number;
  /** A bundle's own row has none. */
  tax_percent?: number;
  product_option?: object;
};

function rowsOf(id: number, line: MagentoLine): MagentoRow[] {
  return line.parts ? bundleRows(id, line, line.parts) : articleRows(id, line);
}

/** A bundle's own row has the sums of its parts and no rate; each part is a row with its amounts, `parent_item_id` above it. */
function bundleRows(id: number, { name, sku, quantity }: MagentoLine, parts: readonly MagentoPart[]): MagentoRow[] {
  const rows = parts.flatMap(({ each, ...part }, index) =>
    articleRows(id * 1000 + index, { ...part, quantity: each * quantity }).map((row) => ({
      ...row,
      product_type: "simple",
      parent_item_id: id,
    })),
  );
  const sum = (field: "row_total" | "row_total_incl_tax" | "tax_amount") =>
    rows.reduce((total, row) => total + Math.round(row[field] * 100), 0);
  const own = {
    sku,
    name,
    product_type: "bundle",
    qty_ordered: quantity,
    qty_shipped: 0,
    qty_canceled: 0,
    qty_refunded: 0,
    item_id: id,
    price: decimal(Math.round(sum("row_total") / quantity)),
    discount_amount: 0,
    discount_tax_compensation_amount: 0,
    row_total: decimal(sum("row_total")),
    row_total_incl_tax: decimal(sum("row_total_incl_tax")),
    tax_amount: decimal(sum("tax_amount")),
  };
  return [own, ...rows];
}

/**
 * As REST writes rows: `row_total` and `row_total_incl_tax` are after the discount. A configurable product is two rows of
 * one sku: the second, of the variant, has no price.
 */
function articleRows(
  id: number,
  { name, sku, quantity, gross, discount = 0, variant, rate = TAX_PERCENT, options = [] }: MagentoLine,
): MagentoRow[] {
  const [full, left] = [taxed(gross, rate), taxed(gross - discount, rate)];
  const custom_options = options.map(({ id: option_id, value }) => ({
    option_id: String(option_id),
    option_value: typeof value === "string" ? value : String(value.id),
  }));
  const shared = { sku, name, qty_ordered: quantity, qty_shipped: 0, qty_canceled: 0, qty_refunded: 0 };
  const row = {
    ...shared,
    item_id: id,
    price: decimal(Math.round(full.net / quantity)),
    discount_amount: decimal(discount),
    discount_tax_compensation_amount: decimal(full.tax - left.tax),
    row_total: decimal(full.net - discount),
    row_total_incl_tax: decimal(left.gross),
    tax_amount: decimal(left.tax),
    tax_percent: rate,
    ...(options.length > 0 && { product_id: id, product_option: { extension_attributes: { custom_options } } }),
  };
  const free = {
    price: 0,
    discount_amount: 0,
    discount_tax_compensation_amount: 0,
    row_total: 0,
    row_total_incl_tax: 0,
    tax_amount: 0,
    tax_percent: 0,
  };
  return variant ? [row, { ...shared, ...free, item_id: id + 1, parent_item_id: id }] : [row];
}

/** The same row as the database has it, and so an event: both totals are before the discount. */
export function asInDatabase(row: MagentoRow) {
  const before = (amount: number) => (amount + row.discount_amount).toFixed(4);
  return { ...row, row_total: before(row.row_total), row_total_incl_tax: before(row.row_total_incl_tax) };
}

function addressOf({ vatId }: MagentoPurchase) {
  return {
    firstname: "Ewa",
    lastname: "Przykładowa",
    street: ["ul. Próbna 1", "m. 2"],
    postcode: "90-001",
    city: "Łódź",
    country_id: "PL",
    telephone: "+48 600 000 000",
    ...(vatId && { vat_id: vatId }),
  };
}

/** Half up, in whole minor units. */
function taxed(gross: number, rate: number): { net: number; tax: number; gross: number } {
  const whole = 100 + rate;
  const net = Math.floor((gross * 200 + whole) / (2 * whole));
  return { net, tax: gross - net, gross };
}

/** Amounts are JSON numbers. */
function decimal(minor: number): number {
  return minor / 100;
}
