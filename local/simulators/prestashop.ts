/**
 * A PrestaShop shop, answering as 9.1.4 was seen to: a webservice that filters dates only with `date=1`, answers an empty
 * list without its name, shows the orders of one shop of an installation, and says no with codes of its own.
 */
import { createHmac } from "node:crypto";
import { announce, createFaults, type LocalServer, type Said, serveLocally } from "./local-server.ts";
import {
  besideOrder,
  type PrestaCart,
  type PrestaRow,
  prestaAddress,
  prestaOrder,
  slipOf,
} from "./prestashop-orders.ts";

/**
 * `webservice-off`: switched off in the back office. `gateway-502`: what stands before the shop gives up. `php-warning`: a
 * 500 with the whole list, as any warning of PHP makes it. `printed-warning`: HTML before the JSON, as in debug mode.
 * `address-gone`: an address is not there any more. `twice`: a call is made twice.
 */
const prestaFaults = [
  "webservice-off",
  "gateway-502",
  "php-warning",
  "printed-warning",
  "address-gone",
  "twice",
] as const;
type PrestaFault = (typeof prestaFaults)[number];

/** Resources that the key may read beside the six that it has to. */
const EXTRAS = [
  "order_cart_rules",
  "cart_rules",
  "order_slip",
  "order_payments",
  "messages",
  "customizations",
] as const;

type Extra = (typeof EXTRAS)[number];

export type PrestaOptions = {
  key: string;
  call?: { url: string; secret: string };
  now: () => number;
  random: () => number;
  faults?: Partial<Record<PrestaFault, number>>;
  /** All of them if absent. */
  rights?: readonly Extra[];
  /** Resources that the key may not GET although it has to. */
  withheld?: readonly string[];
  /** The shop's own zone; the key may read it where it is named. */
  timeZone?: string;
};

export type PrestaShop = LocalServer & {
  fired: Readonly<Record<PrestaFault, number>>;
  calls: URL[];
  /** The ids of the orders that the cart became. */
  place(cart: PrestaCart): string[];
  setState(id: string, state: number): void;
  /** Pays pieces back, row by row: an order slip is made, and nothing of the order changes. */
  payBack(id: string, pieces: readonly number[], shipping?: number): void;
  /** A module says that an order changed; the statuses of the answers. */
  call(id: string): Promise<number[]>;
};

export async function createPrestaShop(options: PrestaOptions): Promise<PrestaShop> {
  const { now, random, rights = EXTRAS, withheld = [], timeZone } = options;
  const { fired, fires } = createFaults(prestaFaults, options.faults ?? {}, random);
  const orders = new Map<string, PrestaRow>();
  const addresses: PrestaRow[] = [];
  const extras: Record<Extra, PrestaRow[]> = {
    order_cart_rules: [],
    cart_rules: [],
    order_slip: [],
    order_payments: [],
    messages: [],
    customizations: [],
  };
  const calls: URL[] = [];
  let carts = 0;

  const resources: Record<string, () => PrestaRow[]> = {
    orders: () => [...orders.values()],
    addresses: () => (fires("address-gone") ? [] : addresses),
    customers: () => [{ id: 7, email: "ewa.przykladowa@poczta.example", passwd: "not shown" }],
    currencies: () => [{ id: 1, iso_code: "PLN" }],
    countries: () => [{ id: 14, iso_code: "PL" }],
    carriers: () => [{ id: 2, name: "Kurier testowy" }],
    ...(timeZone !== undefined && { configurations: () => [{ id: 1, name: "PS_TIMEZONE", value: timeZone }] }),
    ...Object.fromEntries(EXTRAS.map((name) => [name, () => extras[name]])),
  };

  const server = await serveLocally(({ method, url, headers }): Said => {
    calls.push(url);
    if (fires("gateway-502")) return html(502, "<h1>Bad gateway</h1>");
    if (fires("webservice-off")) return refusal(503, 22);
    const key = headers.authorization?.replace(/^Basic /, "");
    if (key === undefined) return html(401, "401 Unauthorized");
    if (key !== Buffer.from(`${options.key}:`).toString("base64")) return refusal(401, 20, 21);
    if (method !== "GET") return refusal(405, 25);
    const resource = url.pathname.replace("/api/", "");
    const rows = resources[resource]?.();
    if (!rows) return refusal(400, 27);
    if (withheld.includes(resource)) return refusal(401, 26);
    if (EXTRAS.some((name) => name === resource) && !rights.some((name) => name === resource)) return refusal(401, 26);
    const query = url.searchParams;
    if ([...query.keys()].some((name) => /^filter\[date_/.test(name)) && query.get("date") !== "1")
      return refusal(500, 32, 3);
    const list = selected(rows, query, resource === "orders");
    const body = list.length === 0 ? [] : { [resource === "order_slip" ? "order_slips" : resource]: list };
    if (resource === "orders" && list.length > 0 && fires("php-warning"))
      return { status: 500, body: { ...body, errors: errorsOf([3]) } };
    if (fires("printed-warning"))
      return { status: 200, body: `<br />\n<b>Warning</b>: Undefined array key<br />\n${JSON.stringify(body)}` };
    return { status: 200, body, headers: { "psws-version": "9.1.4" } };
  });

  return {
    ...server,
    fired,
    calls,
    place(cart) {
      carts += 1;
      addresses.push(prestaAddress(carts * 10, cart));
      return cart.parcels.map((parcel, index) => {
        const id = String(orders.size + 1);
        const order = prestaOrder(Number(id), carts, cart, parcel, now());
        orders.set(id, order);
        const beside = besideOrder(order, cart, index === 0);
        for (const name of EXTRAS) extras[name].push(...(beside[name] ?? []));
        return id;
      });
    },
    setState(id, state) {
      const changed = prestaOrder(0, 0, { parcels: [{ lines: [] }], state }, { lines: [] }, now());
      const { current_state, valid, date_upd } = changed;
      orders.set(id, { ...orderOf(id), current_state, valid, date_upd });
    },
    payBack(id, pieces, shipping = 0) {
      const { order_slip: slips } = extras;
      slips.push(slipOf(slips.length + 1, orderOf(id), pieces, shipping, now()));
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

  function orderOf(id: string): PrestaRow {
    const order = orders.get(id);
    if (!order) throw new Error(`the shop has no order ${id}`);
    return order;
  }
}

/** Without `id_shop` the orders are those of the shop that the address belongs to. */
function selected(rows: readonly PrestaRow[], query: URLSearchParams, isOfShop: boolean): PrestaRow[] {
  const count = Number(query.get("limit") ?? rows.length);
  const shop = query.get("id_shop") ?? "1";
  return rows
    .filter((row) => !isOfShop || shop === "all" || String(row.id_shop) === shop)
    .filter((row) => [...query].every(([name, value]) => fits(row, name, value)))
    .sort((a, b) => Number(a.id) - Number(b.id))
    .slice(0, count);
}

function fits(row: PrestaRow, name: string, value: string): boolean {
  const column = /^filter\[(\w+)\]$/.exec(name)?.[1];
  if (column === undefined) return true;
  const wanted = value.slice(1, -1);
  const is = String(row[column]);
  const [from = "", to] = wanted.split(",");
  if (to === undefined) return wanted.split("|").includes(is);
  return column.startsWith("date_") ? is >= from && is <= to : Number(is) >= Number(from) && Number(is) <= Number(to);
}

function refusal(status: number, ...codes: number[]): Said {
  return { status, body: { errors: errorsOf(codes) } };
}

function errorsOf(codes: readonly number[]) {
  return codes.map((code) => ({ code, message: code < 13 ? "[PHP Warning #2] Undefined array key" : "refused" }));
}

function html(status: number, body: string): Said {
  return { status, body, headers: { "content-type": "text/html" } };
}
