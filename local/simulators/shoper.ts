/**
 * A Shoper shop: orders whose lines are another resource, every number as text, times by its own clock, a leaky bucket
 * of calls, and a webhook with a SHA-1 checksum.
 */
import { createHash } from "node:crypto";
import {
  announce,
  createFaults,
  decimalOf,
  type LocalServer,
  type Said,
  serveLocally,
  wallClock,
} from "./local-server.ts";

/**
 * `http-502`: a gateway answers HTML. `bucket-full`: somebody else has used up the calls. `token-withdrawn`: the token
 * is refused before its time. `filter-ignored`: `order-products` answers lines of every order. `twice`: a webhook is
 * sent twice, as `order.edit` was seen to be.
 */
const shoperFaults = ["http-502", "bucket-full", "token-withdrawn", "filter-ignored", "twice"] as const;
type ShoperFault = (typeof shoperFaults)[number];

export type ShoperPurchase = {
  /** `gross`: minor units of one piece. */
  lines: ReadonlyArray<{ name: string; code?: string; ean?: string; tax?: string; quantity: number; gross: number }>;
  shipping?: number;
  paid?: boolean;
  cashOnDelivery?: boolean;
  statusId?: number;
  notes?: string;
  nip?: string;
  extra?: Readonly<Record<string, unknown>>;
};

type Stored = { head: Record<string, unknown>; lines: Record<string, unknown>[]; changedAt: number };

export type ShoperOptions = {
  user: string;
  password: string;
  webhook?: { id: string; key: string; url: string; active?: boolean };
  /** Orders that the shop sold on a marketplace by itself: rows of `auction-orders`. */
  auctionOrders?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** Resources that the administrator's group may not read; `POST webhooks` and the like may not be written. */
  withheld?: readonly string[];
  now: () => number;
  random: () => number;
  faults?: Partial<Record<ShoperFault, number>>;
};

export type ShoperShop = LocalServer & {
  fired: Readonly<Record<ShoperFault, number>>;
  /** Paths of all calls, in their order. */
  calls: string[];
  /** How often a token was given out. */
  tokens(): number;
  /** Webhooks that were registered by the API, or changed. */
  made(): ReadonlyArray<Readonly<Record<string, unknown>>>;
  place(purchase: ShoperPurchase): string;
  setStatus(id: string, statusId: number): void;
  pay(id: string): void;
  remove(id: string): void;
  /** Announces what became of an order; the statuses of the answers. */
  send(id: string, event: string): Promise<number[]>;
};

const WEBHOOK_EVENTS = ["order.create", "order.edit", "order.paid", "order.status", "order.delete"];
/** Of the four types, the last is cancelled. */
const STATUSES = [1, 2, 3, 4].map((type) => ({ status_id: String(type + 4), type: String(type) }));
const LIMIT = 10;
const BANDWIDTH = 2;
/** Asked for more, the shop gives ten and says nothing. */
const MOST = 50;

export async function createShoperShop(options: ShoperOptions): Promise<ShoperShop> {
  const { now, random } = options;
  const { fired, fires } = createFaults(shoperFaults, options.faults ?? {}, random);
  const orders = new Map<string, Stored>();
  const calls: string[] = [];
  const made = new Map<string, Record<string, unknown>>();
  let nextOrder = 1;
  let token = "";
  let tokens = 0;
  let bucket = { level: 0, at: now() };

  function orderOf(id: string): Stored {
    const order = orders.get(id);
    if (!order) throw new Error(`the shop has no order ${id}`);
    return order;
  }

  /** How full the bucket is after one more call. */
  function poured(): number {
    const drained = Math.max(0, bucket.level - ((now() - bucket.at) / 1000) * BANDWIDTH);
    bucket = { level: fires("bucket-full") ? LIMIT + 1 : drained + 1, at: now() };
    return bucket.level;
  }

  function authorise(authorization: string | undefined): Said {
    const expected = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString("base64")}`;
    if (authorization !== expected) return refusal(401, "unauthorized_client");
    tokens += 1;
    token = createHash("sha1").update(`token ${tokens}`).digest("hex");
    return { status: 200, body: { access_token: token, expires_in: 2_592_000, token_type: "bearer" } };
  }

  function answer(path: string, query: URLSearchParams): Said {
    const [resource = "", id = "", third = ""] = path.split("/");
    if (options.withheld?.includes(resource)) return refusal(403, "access_denied");
    if (resource === "webhooks") return listOf(webhooks(), query);
    if (resource === "statuses") return listOf(STATUSES, query);
    if (resource === "orders" && id) return found(orders.get(id)?.head);
    if (resource === "orders") return listOf(ordersBy(query), query);
    if (resource === "order-products") return listOf(linesBy(query), query);
    if (resource === "currencies") return listOf([{ currency_id: "1", name: "PLN" }], query);
    if (resource === "shippings") return found({ shipping_id: id, name: "Kurier testowy" });
    if (resource === "payments") return found(paymentOf(id));
    if (resource === "auction-orders") return listOf(auctionsBy(query), query);
    const stored = resource === "object-mtime" && id === "order" ? orders.get(third) : undefined;
    return stored
      ? { status: 200, body: { date: Math.floor(stored.changedAt / 1000) } }
      : refusal(404, "invalid_request");
  }

  function auctionsBy(query: URLSearchParams): Array<Record<string, unknown>> {
    const order = query.get("filters[order_id]");
    return (options.auctionOrders ?? []).filter((row) => order === null || row.order_id === order);
  }

  function webhooks(): Array<Record<string, unknown>> {
    const others = [...made.values()];
    if (!options.webhook || made.has(options.webhook.id)) return others;
    const { id, url, active = true } = options.webhook;
    return [{ webhook_id: id, url, active: active ? "1" : "0", format: "0", events: WEBHOOK_EVENTS }, ...others];
  }

  function write(method: string, path: string, body: string): Said {
    const [resource = "", id = String(100 + made.size)] = path.split("/");
    if (options.withheld?.includes(`${method} ${resource}`)) return refusal(403, "access_denied");
    if (resource !== "webhooks") return refusal(404, "invalid_request");
    made.set(id, { ...(JSON.parse(body) as object), webhook_id: id });
    return { status: 200, body: method === "POST" ? Number(id) : 1 };
  }

  function ordersBy(query: URLSearchParams): Array<Record<string, unknown>> {
    const behind = Number(query.get("filters[order_id][>]") ?? 0);
    const heads = [...orders.values()].map(({ head }) => head).filter((head) => Number(head.order_id) > behind);
    return heads.filter((head) =>
      ["date", "status_date"].every((field) => {
        const after = query.get(`filters[${field}][>]`);
        return after === null || String(head[field]) > after;
      }),
    );
  }

  function linesBy(query: URLSearchParams): Array<Record<string, unknown>> {
    const lines = [...orders.values()].flatMap((order) => order.lines);
    if (fires("filter-ignored")) return lines;
    return lines.filter((line) => line.order_id === query.get("filters[order_id]"));
  }

  const server = await serveLocally(({ method, url, headers, body }) => {
    const path = url.pathname.replace("/webapi/rest/", "");
    calls.push(path);
    const level = poured();
    const limits = {
      "x-shop-api-calls": String(Math.ceil(level)),
      "x-shop-api-limit": String(LIMIT),
      "x-shop-api-bandwidth": String(BANDWIDTH),
    };
    if (level > LIMIT)
      return { ...refusal(429, "temporarily_unavailable"), headers: { ...limits, "retry-after": "2" } };
    if (fires("http-502")) return { status: 502, body: "<h1>502</h1>", headers: { "content-type": "text/html" } };
    if (path === "auth") return { ...authorise(headers.authorization), headers: limits };
    if (fires("token-withdrawn")) token = "";
    if (!token || headers.authorization !== `Bearer ${token}`)
      return { ...refusal(401, "unauthorized_client"), headers: limits };
    const said = method === "GET" ? answer(path, url.searchParams) : write(method, path, body);
    return { ...said, headers: limits };
  });

  function change(id: string, changes: Record<string, unknown>): void {
    const order = orderOf(id);
    orders.set(id, { ...order, head: { ...order.head, ...changes }, changedAt: now() });
  }

  return {
    ...server,
    fired,
    calls,
    tokens: () => tokens,
    made: () => [...made.values()],
    place(purchase) {
      const id = String(nextOrder++);
      orders.set(id, { ...shoperOrder(id, purchase, now()), changedAt: now() });
      return id;
    },
    setStatus: (id, statusId) => change(id, { status_id: String(statusId), status_date: wallClock(now()) }),
    pay: (id) => change(id, { is_paid: true, paid: orderOf(id).head.sum }),
    remove: (id) => void orders.delete(id),
    async send(id, event) {
      if (!options.webhook) throw new Error("this shop has no webhook");
      const { id: webhookId, key, url } = options.webhook;
      const body = JSON.stringify(orders.get(id)?.head ?? { order_id: id });
      const headers = webhookHeaders(webhookId, key, event, body);
      const times = fires("twice") ? 2 : 1;
      const statuses: number[] = [];
      for (let time = 0; time < times; time += 1) statuses.push(await announce(url, headers, body));
      return statuses;
    },
  };
}

/** The checksum is the documented one. */
function webhookHeaders(webhookId: string, key: string, event: string, body: string): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Shop Webhook Sender 1.0",
    "x-shop-version": "5.9",
    "x-shop-domain": "sklep.example",
    "x-shop-license": "0".repeat(40),
    "x-webhook-id": webhookId,
    "x-webhook-name": event,
    "x-webhook-sha1": createHash("sha1").update(`${webhookId}:${key}:${body}`).digest("hex"),
  };
}

/** The two resources that an order is. */
export function shoperOrder(id: string, purchase: ShoperPurchase, now: number) {
  return { head: headOf(id, purchase, now), lines: linesOf(id, purchase) };
}

function headOf(id: string, purchase: ShoperPurchase, now: number): Record<string, unknown> {
  const { lines, shipping = 0, paid = true, cashOnDelivery = false, statusId = 1, notes = "", nip = "" } = purchase;
  const sum = lines.reduce((total, { gross, quantity }) => total + gross * quantity, shipping);
  const address = {
    firstname: "Ewa",
    lastname: "Przykładowa",
    company: "",
    street1: "Próbna 1",
    street2: "m. 2",
    city: "Łódź",
    postcode: "90-001",
    country_code: "PL",
    phone: "600000000",
    pesel: "",
  };
  return {
    order_id: id,
    user_id: "7",
    code: "",
    date: wallClock(now),
    status_date: wallClock(now),
    status_id: String(statusId),
    sum: decimalOf(sum),
    paid: paid ? decimalOf(sum) : "0.00",
    is_paid: paid,
    is_cash_on_delivery: cashOnDelivery,
    payment_id: "3",
    shipping_id: "8",
    shipping_cost: decimalOf(shipping),
    currency_id: "1",
    email: "ewa.przykladowa@poczta.example",
    notes,
    notes_priv: "",
    total_products: String(lines.length),
    billing_address: { ...address, tax_identification_number: nip },
    delivery_address: { ...address, tax_identification_number: "" },
    ...purchase.extra,
  };
}

function linesOf(id: string, { lines }: ShoperPurchase): Record<string, unknown>[] {
  return lines.map(({ name, code = "", ean = "", tax = "23%", quantity, gross }, index) => ({
    id: String(Number(id) * 100 + index),
    order_id: id,
    product_id: "11",
    name,
    code,
    ean,
    price: decimalOf(gross),
    quantity: String(quantity),
    tax,
    tax_value: "23",
    discount_perc: "0.00",
  }));
}

/** Payment 12 is the one under which a shop's own Allegro sales come. */
function paymentOf(id: string): Record<string, unknown> {
  const title = id === "12" ? "Allegro" : "Przelewy24";
  return { payment_id: id, translations: { pl_PL: { title } } };
}

function listOf(rows: ReadonlyArray<Record<string, unknown>>, query: URLSearchParams): Said {
  const asked = Number(query.get("limit") ?? 10);
  const limit = asked > MOST ? 10 : asked;
  const page = Number(query.get("page") ?? 1);
  const list = rows.slice((page - 1) * limit, page * limit);
  return { status: 200, body: { count: String(rows.length), pages: Math.ceil(rows.length / limit), page, list } };
}

function found(row: Record<string, unknown> | undefined): Said {
  return row ? { status: 200, body: row } : refusal(404, "invalid_request");
}

function refusal(status: number, error: string): Said {
  return { status, body: { error, error_description: "refused" } };
}
