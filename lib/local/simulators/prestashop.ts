/**
 * A PrestaShop shop: a webservice that filters dates only with `date=1`, answers an empty list without its name, and
 * numbers as text with six decimals; a cart in several parcels is several orders with one reference.
 */
import { createHmac } from "node:crypto";
import {
  announce,
  createFaults,
  decimalOf,
  type LocalServer,
  type Said,
  serveLocally,
  wallClock,
} from "./local-server.ts";

/** `http-503`: maintenance. `address-gone`: an address is not there any more. `twice`: a call is made twice. */
const prestaFaults = ["http-503", "address-gone", "twice"] as const;
type PrestaFault = (typeof prestaFaults)[number];

export type PrestaParcel = {
  /** `gross`: minor units of one piece. */
  lines: ReadonlyArray<{ name: string; reference?: string; ean13?: string; quantity: number; gross: number }>;
  shipping?: number;
};

export type PrestaCart = {
  /** One order each. */
  parcels: readonly [PrestaParcel, ...PrestaParcel[]];
  reference?: string;
  state?: number;
  module?: string;
  discount?: number;
  nip?: string;
  note?: string;
  extra?: Readonly<Record<string, unknown>>;
};

export type PrestaOptions = {
  key: string;
  call?: { url: string; secret: string };
  now: () => number;
  random: () => number;
  faults?: Partial<Record<PrestaFault, number>>;
};

export type PrestaShop = LocalServer & {
  fired: Readonly<Record<PrestaFault, number>>;
  calls: URL[];
  /** The ids of the orders that the cart became. */
  place(cart: PrestaCart): string[];
  setState(id: string, state: number): void;
  /** A module says that an order changed; the statuses of the answers. */
  call(id: string): Promise<number[]>;
};

type Row = Record<string, unknown> & { id: number | string };

export async function createPrestaShop(options: PrestaOptions): Promise<PrestaShop> {
  const { now, random } = options;
  const { fired, fires } = createFaults(prestaFaults, options.faults ?? {}, random);
  const orders = new Map<string, Row>();
  const addresses: Row[] = [];
  const calls: URL[] = [];
  let carts = 0;

  const resources: Record<string, () => Row[]> = {
    orders: () => [...orders.values()],
    addresses: () => (fires("address-gone") ? [] : addresses),
    customers: () => [{ id: 7, email: "ewa.przykladowa@poczta.example", passwd: "not shown" }],
    currencies: () => [{ id: 1, iso_code: "PLN" }],
    countries: () => [{ id: 14, iso_code: "PL" }],
    carriers: () => [{ id: 2, name: "Kurier testowy" }],
  };

  const server = await serveLocally(({ url, headers }): Said => {
    calls.push(url);
    if (fires("http-503"))
      return { status: 503, body: "<h1>Maintenance</h1>", headers: { "content-type": "text/html" } };
    const expected = `Basic ${Buffer.from(`${options.key}:`).toString("base64")}`;
    if (headers.authorization !== expected) return { status: 401, body: "", headers: { "content-type": "text/html" } };
    const resource = url.pathname.replace("/api/", "");
    const rows = resources[resource]?.();
    if (!rows) return refusal(400, 34);
    if (url.searchParams.has("filter[date_upd]") && url.searchParams.get("date") !== "1") return refusal(400, 32);
    const list = selected(rows, url.searchParams);
    return { status: 200, body: list.length === 0 ? [] : { [resource]: list } };
  });

  return {
    ...server,
    fired,
    calls,
    place(cart) {
      carts += 1;
      addresses.push(addressRow(carts * 10, cart));
      return cart.parcels.map((parcel) => {
        const id = String(orders.size + 1);
        orders.set(id, prestaOrder(Number(id), carts, cart, parcel, now()));
        return id;
      });
    },
    setState(id, state) {
      const order = orders.get(id);
      if (!order) throw new Error(`the shop has no order ${id}`);
      orders.set(id, { ...order, current_state: String(state), date_upd: wallClock(now()) });
    },
    async call(id) {
      if (!options.call) throw new Error("this shop calls nobody");
      const { url, secret } = options.call;
      const body = JSON.stringify({ id_order: Number(id) });
      const timestamp = String(now());
      const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
      const headers = { "x-kojarz-timestamp": timestamp, "x-kojarz-signature": `sha256=${signature}` };
      const times = fires("twice") ? 2 : 1;
      const statuses: number[] = [];
      for (let time = 0; time < times; time += 1) statuses.push(await announce(url, headers, body));
      return statuses;
    },
  };
}

function selected(rows: readonly Row[], query: URLSearchParams): Row[] {
  const ids = query.get("filter[id]")?.slice(1, -1).split("|");
  const [from = "", to = ""] = query.get("filter[date_upd]")?.slice(1, -1).split(",") ?? [];
  const [offset = 0, count = rows.length] = query.get("limit")?.split(",").map(Number) ?? [];
  const fits = (row: Row) =>
    (!ids || ids.includes(String(row.id))) && (!from || (String(row.date_upd) >= from && String(row.date_upd) <= to));
  return rows
    .filter(fits)
    .sort((a, b) => Number(a.id) - Number(b.id))
    .slice(offset, offset + count);
}

export function prestaOrder(id: number, cartId: number, cart: PrestaCart, parcel: PrestaParcel, now: number): Row {
  const { reference = `REF${String(cartId).padStart(6, "A")}`, state = 2, module = "ps_wirepayment" } = cart;
  const { lines, shipping = 0 } = parcel;
  const goods = lines.reduce((total, { gross, quantity }) => total + gross * quantity, 0);
  const discount = cart.discount ?? 0;
  const six = (minor: number) => decimalOf(minor, 6);
  const total = six(goods + shipping - discount);
  return {
    id,
    reference,
    id_cart: String(cartId),
    id_address_delivery: String(cartId * 10),
    id_address_invoice: String(cartId * 10),
    id_customer: "7",
    id_currency: "1",
    id_carrier: "2",
    current_state: String(state),
    module,
    payment: "Przelew",
    note: cart.note ?? "",
    secure_key: "0".repeat(32),
    total_paid: total,
    total_paid_tax_incl: total,
    total_paid_real: state === 2 ? total : "0.000000",
    total_products_wt: six(goods),
    total_shipping_tax_incl: six(shipping),
    total_discounts_tax_incl: six(discount),
    total_wrapping_tax_incl: "0.000000",
    date_add: wallClock(now),
    date_upd: wallClock(now),
    associations: { order_rows: lines.map((line, index) => lineRow(id * 100 + index, line)) },
    ...cart.extra,
  };
}

function lineRow(id: number, line: PrestaParcel["lines"][number]) {
  return {
    id: String(id),
    product_id: "11",
    product_attribute_id: "0",
    product_quantity: String(line.quantity),
    product_name: line.name,
    product_reference: line.reference ?? "",
    product_ean13: line.ean13 ?? "",
    unit_price_tax_incl: decimalOf(line.gross, 6),
    unit_price_tax_excl: decimalOf(Math.round(line.gross / 1.23), 6),
  };
}

function addressRow(id: number, { nip = "" }: PrestaCart): Row {
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
    id_country: "14",
    phone: "",
    phone_mobile: "600000000",
  };
}

function refusal(status: number, code: number): Said {
  return { status, body: { errors: [{ code, message: "refused" }] } };
}
