/**
 * Orders of the simulated PrestaShop shop, as its webservice shows them: ids and counts are numbers, amounts text with six
 * decimals, flags text. Prices are kept net, so that a gross price has six decimals as well. A cart in several parcels
 * is several orders with one reference, of which each states the shipping of all.
 */
import { decimalOf, wallClock } from "./local-server.ts";

export type PrestaLine = {
  name: string;
  reference?: string;
  ean13?: string;
  quantity: number;
  /** Minor units of one piece. */
  gross: number;
  /** Percent; 23 if absent. */
  rate?: number;
  product?: number;
  /** What the buyer wrote for it. */
  written?: string;
};

export type PrestaParcel = { lines: readonly PrestaLine[]; shipping?: number };

/** `gross`: minor units. `product`: the rule is bound to it. */
type PrestaVoucher = { gross: number; freeShipping?: boolean; product?: number };

export type PrestaCart = {
  /** One order each. */
  parcels: readonly [PrestaParcel, ...PrestaParcel[]];
  reference?: string;
  state?: number;
  module?: string;
  /** Of the first parcel's order. */
  voucher?: PrestaVoucher;
  wrapping?: { gross: number; message?: string };
  nip?: string;
  /** The staff's, seen only in the back office. */
  note?: string;
  /** The buyer's, left in the checkout. */
  message?: string;
  /** Of the installation; 1 if absent. */
  shop?: number;
  extra?: Readonly<Record<string, unknown>>;
};

export type PrestaRow = Record<string, unknown> & { id: number | string };

/** Of a fresh shop, and one of a payment module. */
const VALID_STATES = [2, 3, 4, 5, 9, 11, 14];
const SHIPPING_RATE = 23;

export function prestaOrder(
  id: number,
  cartId: number,
  cart: PrestaCart,
  parcel: PrestaParcel,
  now: number,
): PrestaRow {
  const { reference = `REF${String(cartId).padStart(6, "A")}`, state = 2, module = "ps_wirepayment" } = cart;
  const { lines, shipping = 0 } = parcel;
  const isValid = VALID_STATES.includes(state);
  const goods = taxed(lines.map(({ gross, quantity, rate }) => ({ gross: gross * quantity, rate })));
  const discount = { gross: parcel === cart.parcels[0] ? (cart.voucher?.gross ?? 0) : 0 };
  const wrapping = taxed([{ gross: parcel === cart.parcels[0] ? (cart.wrapping?.gross ?? 0) : 0 }]);
  const own = (one: PrestaParcel) =>
    one.lines.reduce((sum, { gross, quantity }) => sum + gross * quantity, one.shipping ?? 0);
  const total = goods.gross + shipping - discount.gross + wrapping.gross;
  const whole = taxed([{ gross: cart.parcels.reduce((sum, one) => sum + (one.shipping ?? 0), 0) }]);
  const paid = cart.parcels.length === 1 ? total : cart.parcels.reduce((sum, one) => sum + own(one), 0);
  const isLast = parcel === cart.parcels.at(-1) || cart.parcels.length === 1;
  return {
    id,
    reference,
    id_shop: cart.shop ?? 1,
    id_cart: cartId,
    id_address_delivery: cartId * 10,
    id_address_invoice: cartId * 10,
    id_customer: 7,
    id_currency: 1,
    id_carrier: 2,
    current_state: state,
    valid: isValid ? "1" : "0",
    module,
    payment: "Przelew",
    note: cart.note ?? "",
    gift: cart.wrapping ? "1" : "0",
    gift_message: cart.wrapping?.message ?? "",
    secure_key: "0".repeat(32),
    total_paid: decimalOf(total, 6),
    total_paid_tax_incl: decimalOf(total, 6),
    total_paid_tax_excl: decimalOf(
      goods.net + netOf(shipping, SHIPPING_RATE) + wrapping.net - netOf(discount.gross, 23),
      6,
    ),
    total_paid_real: decimalOf(isValid && isLast ? paid : 0, 6),
    total_products: decimalOf(goods.net, 6),
    total_products_wt: decimalOf(goods.gross, 6),
    total_shipping_tax_incl: decimalOf(whole.gross, 6),
    total_shipping_tax_excl: decimalOf(whole.net, 6),
    carrier_tax_rate: `${SHIPPING_RATE}.000`,
    total_discounts_tax_incl: decimalOf(discount.gross, 6),
    total_discounts_tax_excl: decimalOf(netOf(discount.gross, 23), 6),
    total_wrapping_tax_incl: decimalOf(wrapping.gross, 6),
    total_wrapping_tax_excl: decimalOf(wrapping.net, 6),
    round_type: 2,
    date_add: wallClock(now),
    date_upd: wallClock(now),
    associations: { order_rows: lines.map((line, index) => lineRow(id * 100 + index, line)) },
    ...cart.extra,
  };
}

function lineRow(
  id: number,
  { name, reference = "", ean13 = "", quantity, gross, rate = 23, product, written }: PrestaLine,
) {
  const net = (gross / (1 + rate / 100) / 100).toFixed(6);
  return {
    id,
    product_id: product ?? 11,
    product_attribute_id: 0,
    product_quantity: quantity,
    product_name: name,
    product_reference: reference,
    product_ean13: ean13,
    id_customization: written === undefined ? 0 : id,
    unit_price_tax_incl: (Number(net) * (1 + rate / 100)).toFixed(6),
    unit_price_tax_excl: net,
  };
}

function taxed(rows: ReadonlyArray<{ gross: number; rate?: number | undefined }>): { net: number; gross: number } {
  return {
    net: rows.reduce((sum, { gross, rate = 23 }) => sum + netOf(gross, rate), 0),
    gross: rows.reduce((sum, { gross }) => sum + gross, 0),
  };
}

function netOf(gross: number, rate: number): number {
  return Math.round(gross / (1 + rate / 100));
}

/** What an order brings beside itself, by the resource that shows it; each needs a right of its own. */
export function besideOrder(order: PrestaRow, cart: PrestaCart, isFirst: boolean): Record<string, PrestaRow[]> {
  const id = Number(order.id);
  const { voucher, message } = cart;
  const rows = (order.associations as { order_rows: ReturnType<typeof lineRow>[] }).order_rows;
  const written = rows.flatMap(({ id_customization: customization }, index): PrestaRow[] => {
    const value = cart.parcels.flatMap(({ lines }) => lines)[index]?.written;
    const fields = [{ id_customization_field: 1, value }];
    return customization === 0 ? [] : [{ id: customization, associations: { customized_data_text_fields: fields } }];
  });
  const paid = Number(order.total_paid_real);
  return {
    order_cart_rules: voucher && isFirst ? [discountRow(id, order, voucher)] : [],
    cart_rules: voucher && isFirst ? [ruleRow(id, voucher)] : [],
    order_payments: paid > 0 ? [{ id, order_reference: order.reference, id_currency: 1, amount: paid.toFixed(6) }] : [],
    messages:
      message !== undefined && isFirst
        ? [{ id, id_order: id, id_customer: 7, id_employee: 0, private: "0", message }]
        : [],
    customizations: written,
  };
}

function discountRow(id: number, order: PrestaRow, { gross, freeShipping = false }: PrestaVoucher): PrestaRow {
  return {
    id,
    id_order: id,
    id_cart_rule: id,
    name: "Rabat",
    value: decimalOf(gross, 6),
    value_tax_excl: order.total_discounts_tax_excl,
    free_shipping: freeShipping ? "1" : "0",
    deleted: "0",
  };
}

function ruleRow(id: number, { gross, freeShipping = false, product = 0 }: PrestaVoucher): PrestaRow {
  return {
    id,
    free_shipping: freeShipping ? "1" : "0",
    reduction_percent: "0.00",
    reduction_amount: decimalOf(gross, 6),
    reduction_product: product,
    reduction_exclude_special: "0",
    gift_product: 0,
    gift_product_attribute: 0,
  };
}

/** Pieces that are paid back: the order itself stays as it is. */
export function slipOf(
  id: number,
  order: PrestaRow,
  pieces: readonly number[],
  shipping: number,
  now: number,
): PrestaRow {
  const rows = (order.associations as { order_rows: ReturnType<typeof lineRow>[] }).order_rows;
  const back = rows.flatMap((row, index) => (pieces[index] ? [{ row, count: pieces[index] }] : []));
  const products = back.reduce((sum, { row, count }) => sum + Number(row.unit_price_tax_incl) * count, 0);
  return {
    id,
    id_order: order.id,
    total_products_tax_incl: products.toFixed(6),
    total_shipping_tax_incl: decimalOf(shipping, 6),
    amount: products.toFixed(6),
    date_add: wallClock(now),
    date_upd: wallClock(now),
    associations: {
      order_slip_details: back.map(({ row, count }, index) => ({
        id: id * 100 + index,
        id_order_detail: row.id,
        product_quantity: count,
      })),
    },
  };
}

export function prestaAddress(id: number, { nip = "" }: PrestaCart): PrestaRow {
  return {
    id,
    firstname: "Ewa",
    lastname: "Przykładowa",
    company: "",
    vat_number: nip,
    dni: "",
    address1: "Próbna 1",
    address2: "m. 2",
    postcode: "90-001",
    city: "Łódź",
    id_country: 14,
    phone: "",
    phone_mobile: "600000000",
  };
}
