/** An order of a WooCommerce shop, as small as it can be. */
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { mapOrder } from "../../lib/channels/woocommerce/receive.ts";
import type { Sighting } from "../../lib/core/order.ts";

const configured = {
  channel: "woocommerce",
  account: "main",
  baseUrl: "https://sklep.example",
  secrets: ["sekret-testowy-0001"],
};

const address = {
  first_name: "Zdzisław",
  last_name: "Gżegżółka",
  address_1: "ul. Źródlana 5/7",
  city: "Łódź",
  postcode: "90-005",
  country: "PL",
  phone: "+48 600 100 200",
};

export const taxLines = [
  { rate_id: 1, rate_code: "PL-VAT 23%-1", label: "VAT 23%", rate_percent: 23 },
  { rate_id: 2, rate_code: "PL-VAT 8%-1", label: "VAT 8%", rate_percent: 8 },
  { rate_id: 3, rate_code: "PL-VAT 5%-1", label: "VAT 5%", rate_percent: 5 },
  { rate_id: 4, rate_code: "PL-VAT 0%-1", label: "VAT 0%", rate_percent: 0 },
];

/** @param tax by the id of its rate */
export function row(total: string, tax: Readonly<Record<number, string>>, more: object = {}) {
  const taxes = Object.entries(tax).map(([id, amount]) => ({ id: Number(id), total: amount, subtotal: "" }));
  const sum = Object.values(tax).reduce((all, amount) => all + Math.round(Number(amount) * 100), 0);
  return { total, total_tax: (sum / 100).toFixed(2), taxes, meta_data: [], ...more };
}

export const mug = { name: "Kubek", sku: "KUB-1", quantity: 1, ...row("100.00", { 1: "23.00" }) };

function body(changes: object = {}) {
  return {
    id: 501,
    number: "501",
    status: "processing",
    currency: "PLN",
    prices_include_tax: true,
    total: "123.00",
    date_created_gmt: "2026-11-24T11:00:00",
    date_modified_gmt: "2026-11-24T11:01:00",
    date_paid_gmt: "2026-11-24T11:01:00",
    payment_method: "przelewy24",
    payment_method_title: "Przelewy24",
    billing: { ...address, email: "zdzislaw.gzegzolka@poczta.example" },
    shipping: address,
    meta_data: [],
    line_items: [mug],
    tax_lines: taxLines,
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    ...changes,
  };
}

export function sighted(changes: object = {}, settings: object = {}): Sighting {
  const mapped = mapOrder(body(changes), WooAccount.parse({ ...configured, ...settings }));
  if (mapped.kind !== "sighting") throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

export const meta = (key: string, value: unknown) => ({ meta_data: [{ id: 1, key, value }] });
