/** One mug for 49.00 PLN, bought by nobody in 2001, in the form of each platform that pushes whole orders. */
import { randomUUID } from "node:crypto";

const NAME = "Kojarz sample";
const SKU = "KOJARZ-SAMPLE";
const DAY = "2001-01-01";
const SECONDS = Date.parse(`${DAY}T12:00:00Z`) / 1000;

export function wooOrder(id: number): object {
  const at = `${DAY}T12:00:00`;
  const goods = { total: "39.84", total_tax: "9.16", subtotal: "39.84", subtotal_tax: "9.16" };
  return {
    id,
    number: String(id),
    status: "processing",
    currency: "PLN",
    prices_include_tax: true,
    total: "49.00",
    total_tax: "9.16",
    date_created_gmt: at,
    date_modified_gmt: at,
    date_paid_gmt: at,
    payment_method: "bacs",
    payment_method_title: NAME,
    line_items: [
      { id: 1, product_id: 1, name: NAME, sku: SKU, quantity: 1, ...goods, taxes: [{ id: 1, total: "9.16" }] },
    ],
    tax_lines: [{ rate_id: 1, rate_percent: 23, rate_code: "PL-VAT 23%-1", label: "VAT" }],
    shipping_lines: [],
    fee_lines: [],
    meta_data: [],
  };
}

/** @param shopId of the account, where it names one */
export function shopifyOrder(id: number, shopId: string | undefined): object {
  const at = `${DAY}T12:00:00+00:00`;
  const tax = { title: "VAT", rate: 0.23, price: "9.16" };
  return {
    id,
    name: `#${id}`,
    created_at: at,
    processed_at: at,
    updated_at: at,
    currency: "PLN",
    total_price: "49.00",
    current_total_price: "49.00",
    taxes_included: true,
    financial_status: "paid",
    payment_gateway_names: [NAME],
    ...(shopId !== undefined && { order_status_url: `https://sample.example/${shopId}/orders/${id}` }),
    line_items: [
      { id: 1, name: NAME, title: NAME, sku: SKU, quantity: 1, current_quantity: 1, price: "49.00", tax_lines: [tax] },
    ],
    shipping_lines: [],
    refunds: [],
  };
}

export function standardOrder(id: number): object {
  const address = { name: NAME, street: NAME, postcode: "00-001", city: NAME, country: "PL" };
  const at = `${DAY}T12:00:00Z`;
  return {
    orderId: String(id),
    updatedAt: at,
    placedAt: at,
    status: "ready",
    currency: "PLN",
    total: "49.00",
    lines: [{ name: NAME, sku: SKU, quantity: "1", gross: "49.00", taxRate: "23" }],
    shipping: { method: NAME, gross: "0.00", taxRate: "23", address },
    buyer: { email: "sample@example.com", billing: address },
    payment: { method: NAME, cashOnDelivery: false, paid: true },
  };
}

/** @param source `type/id` of BaseLinker, mapped in the configuration */
export function exchangeOrder(id: number, source: string): Record<string, string> {
  const [service = "", service_account = ""] = source.split("/");
  const product = { name: NAME, sku: SKU, quantity: 1, price: "49.00", tax_rate: 23 };
  return {
    action: "OrderAdd",
    baselinker_id: String(id),
    previous_order_id: "",
    service,
    service_account,
    transaction_id: randomUUID(),
    date_add: String(SECONDS),
    currency: "PLN",
    paid: "1",
    delivery_price: "0.00",
    products: JSON.stringify([product]),
  };
}
