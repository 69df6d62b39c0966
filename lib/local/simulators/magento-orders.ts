/** Orders of the simulated Magento shop, in the form of `GET /V1/orders/{id}`: fields that are null are left out. */
import type { Instant } from "../../order.ts";

export type MagentoPurchase = {
  /** `gross`: minor units for the whole line. `variant`: a configurable product, which is two rows. */
  lines: ReadonlyArray<{ name: string; sku: string; quantity: number; gross: number; variant?: boolean }>;
  shipping?: { method: string; gross: number };
  state?: MagentoState;
  currency?: string;
  paymentMethod?: string;
  /** The macopedia/magento2-allegro module imported it. */
  allegroId?: string;
  extension?: Readonly<Record<string, unknown>>;
  vatId?: string;
  note?: string;
};

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
  const carriage = shipping ? taxed(shipping.gross) : { net: 0, tax: 0, gross: 0 };
  const total = lines.reduce((sum, line) => sum + line.gross, shipping?.gross ?? 0);
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
      ...purchase.extension,
    },
  };
}

/** UTC without a zone, whole seconds. */
export function magentoTime(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** A configurable product is two rows of one sku: the second, of the variant, has no price. */
function rowsOf(id: number, { name, sku, quantity, gross, variant }: MagentoPurchase["lines"][number]) {
  const { net, tax } = taxed(gross);
  const shared = { sku, name, qty_ordered: quantity, qty_shipped: 0, discount_amount: 0 };
  const row = {
    ...shared,
    item_id: id,
    row_total: decimal(net),
    row_total_incl_tax: decimal(gross),
    tax_amount: decimal(tax),
    tax_percent: TAX_PERCENT,
  };
  const free = { row_total: 0, row_total_incl_tax: 0, tax_amount: 0, tax_percent: 0 };
  return variant ? [row, { ...shared, ...free, item_id: id + 1, parent_item_id: id }] : [row];
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
function taxed(gross: number): { net: number; tax: number; gross: number } {
  const whole = 100 + TAX_PERCENT;
  const net = Math.floor((gross * 200 + whole) / (2 * whole));
  return { net, tax: gross - net, gross };
}

/** Amounts are JSON numbers. */
function decimal(minor: number): number {
  return minor / 100;
}
