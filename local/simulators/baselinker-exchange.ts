/** BaseLinker as the client of a shop's exchange file: a form goes out, JSON comes back. */
import type { BaseLinkerOrder } from "./baselinker-orders.ts";

export type ExchangeAddress = { url: string | (() => string); password: string };

/** `json` is undefined where the answer is none; `status` is 0 where nobody answered. */
export type ExchangeAnswer = { status: number; json: unknown };

export async function ask(
  { url, password }: ExchangeAddress,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<ExchangeAnswer> {
  const body = new URLSearchParams({ bl_pass: password, action, ...fields });
  try {
    const response = await fetch(typeof url === "function" ? url() : url, { method: "POST", body });
    return { status: response.status, json: parsed(await response.text()) };
  } catch {
    return { status: 0, json: undefined };
  }
}

/** The number that a shop gave to an order; undefined where the answer has none. */
export function numberIn({ status, json }: ExchangeAnswer): number | undefined {
  const id = typeof json === "object" && json !== null && "order_id" in json ? Number(json.order_id) : 0;
  return status === 200 && Number.isInteger(id) && id > 0 && id < 2 ** 31 ? id : undefined;
}

/** The fields of OrderAdd. Everything is text; the products are JSON in a field. */
export function orderFields(order: BaseLinkerOrder): Record<string, string> {
  const total = order.products.reduce((sum, product) => sum + product.price_brutto * product.quantity, 0);
  return {
    previous_order_id: order.shop_order_id === 0 ? "" : String(order.shop_order_id),
    baselinker_id: String(order.order_id),
    date_add: String(order.date_add),
    service: order.order_source,
    service_account: String(order.order_source_id),
    transaction_id: order.external_order_id,
    client_login: "kupujacy_test",
    delivery_fullname: order.delivery_fullname,
    delivery_company: "",
    delivery_address: "",
    delivery_postcode: "",
    delivery_city: "",
    delivery_state_code: "",
    delivery_country: "",
    delivery_country_code: "",
    delivery_point_id: "",
    delivery_point_name: "",
    invoice_fullname: "",
    invoice_company: "",
    invoice_nip: "",
    email: order.email,
    phone: "",
    delivery_method: order.delivery_method,
    delivery_method_id: "",
    delivery_price: order.delivery_price.toFixed(2),
    payment_method: "",
    payment_method_id: "",
    payment_method_cod: order.payment_method_cod ? "1" : "0",
    user_comments: order.user_comments,
    status_id: "",
    currency: order.currency,
    want_invoice: "0",
    paid: order.payment_done >= total + order.delivery_price ? "1" : "0",
    change_products_quantity: "0",
    products: JSON.stringify(
      order.products.map(({ price_brutto, name, sku = "", quantity }) =>
        product(price_brutto, { name, sku, quantity }),
      ),
    ),
  };
}

function product(price: number, said: Record<string, unknown>): Record<string, unknown> {
  return { id: "", variant_id: "0", price: price.toFixed(2), auction_id: "0", attributes: [], ...said };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
