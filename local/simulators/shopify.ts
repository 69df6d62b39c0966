/**
 * A Shopify shop: it keeps orders, lists them over the REST Admin API within a rate limit, and announces them by signed
 * webhooks. These wait in a queue, by the clock that is handed in, until `runQueue`.
 */
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Instant } from "../../lib/core/order.ts";
import { close, listen } from "./local-server.ts";
import {
  minorOf,
  orderBody,
  reduced,
  refundBody,
  type ShopifyBody,
  type ShopifyPurchase,
  zoned,
} from "./shopify-body.ts";
import { type ApiAnswer, apiError, listOrders, oneOrder } from "./shopify-rest.ts";
import { createSubscription, type ShopifyJob, type ShopifySubscription } from "./shopify-webhook.ts";

/**
 * `delivery-lost`: never sent. `twin`: sent twice. `reordered`: what is due comes in reverse. `rest-429`, `rest-5xx`:
 * a call is refused. `page-expired`: a place in the list is not known any more.
 */
export const shopifyFaults = ["delivery-lost", "twin", "reordered", "rest-429", "rest-5xx", "page-expired"] as const;
type ShopifyFault = (typeof shopifyFaults)[number];

export type ShopifyOptions = {
  shop: string;
  secret: string;
  accessToken: string;
  webhookUrl: string;
  now: () => Instant;
  /** 0 to 1. */
  random: () => number;
  topics?: readonly string[];
  /** What the token may do. */
  scopes?: readonly string[];
  /** The address of the shop that the token is of, where that is another one. */
  ownShop?: string;
  /** Probabilities, 0 to 1. */
  faults?: Partial<Record<ShopifyFault, number>>;
};

export type ShopifyShop = {
  url: string;
  subscription: ShopifySubscription;
  /** How often each fault happened. */
  fired: Readonly<Record<ShopifyFault, number>>;
  /** The truth: every order that the shop has. */
  orders(): ShopifyBody[];
  place(purchase: ShopifyPurchase): ShopifyBody;
  setPayment(orderId: number, financialStatus: string): ShopifyBody;
  cancel(orderId: number): ShopifyBody;
  /** Pieces of one line are taken off before they leave; nobody is paid back. */
  takeOff(orderId: number, line: number, pieces: number): ShopifyBody;
  /** Money goes back, for pieces of one line if it is named. Minor units. */
  refund(orderId: number, amount: number, line?: number, pieces?: number): ShopifyBody;
  /** Sends what is due, and returns the statuses of the answers. */
  runQueue(): Promise<number[]>;
  close(): Promise<void>;
};

const SCOPES = ["read_orders", "read_all_orders"];

/** What an app may ask of itself and of its shop without a right to orders. */
function besideOrders(path: string, { shop, ownShop = shop, scopes = SCOPES }: ShopifyOptions): ApiAnswer | undefined {
  if (path === "/admin/oauth/access_scopes.json")
    return { status: 200, body: { access_scopes: scopes.map((handle) => ({ handle })) } };
  if (path.endsWith("/shop.json")) {
    const own = { id: 1, myshopify_domain: ownShop, currency: "PLN", iana_timezone: "Europe/Warsaw" };
    return { status: 200, body: { shop: own } };
  }
  return undefined;
}

const TOPICS = ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"];
const API_VERSION = "2026-07";
const BUCKET = { size: 40, leakPerSecond: 2 };

export async function createShopifyShop(options: ShopifyOptions): Promise<ShopifyShop> {
  const { now, random, topics = TOPICS } = options;
  const orders = new Map<number, ShopifyBody>();
  const fired = Object.fromEntries(shopifyFaults.map((fault) => [fault, 0])) as Record<ShopifyFault, number>;
  const subscription = createSubscription({ ...options, apiVersion: API_VERSION });
  const bucket = createBucket(now);
  let queue: ShopifyJob[] = [];
  let counter = 0;

  function fires(fault: ShopifyFault): boolean {
    const happens = random() < (options.faults?.[fault] ?? 0);
    if (happens) fired[fault] += 1;
    return happens;
  }

  function answerTo(url: URL, token: string | undefined): ApiAnswer {
    if (token !== options.accessToken) return apiError(401, "[API] Invalid API key or access token");
    if (!bucket.takes() || fires("rest-429"))
      return { ...apiError(429, "Exceeded 2 calls per second for api client."), headers: { "retry-after": "2.0" } };
    if (fires("rest-5xx")) return apiError(503, "Service Unavailable");
    const beside = besideOrders(url.pathname, options);
    if (beside) return beside;
    if (!(options.scopes ?? SCOPES).includes("read_orders"))
      return apiError(403, "[API] This action requires merchant approval for read_orders scope.");
    const [, resource, id] = url.pathname.match(/^\/admin\/api\/\d{4}-\d\d\/(orders)(?:\/(\d+))?\.json$/) ?? [];
    if (resource === undefined) return apiError(404, "Not Found");
    if (id !== undefined) return oneOrder(orders, id);
    if (url.searchParams.has("page_info") && fires("page-expired")) return apiError(400, "Invalid value.");
    return listOrders(orders.values(), url);
  }

  /** Subscriptions that were made over the API. */
  const made: Array<{ id: number; topic: string; address: string }> = [];

  async function answered(request: IncomingMessage): Promise<ApiAnswer> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const token = request.headers["x-shopify-access-token"]?.toString();
    const body = await text(request);
    if (!url.pathname.endsWith("/webhooks.json") || token !== options.accessToken) return answerTo(url, token);
    if (request.method === "POST") {
      const { webhook } = JSON.parse(body) as { webhook: { topic: string; address: string } };
      made.push({ ...webhook, id: 100 + made.length });
      return { status: 201, body: { webhook: made.at(-1) } };
    }
    const known = topics.map((topic, index) => ({ id: index + 1, topic, address: options.webhookUrl }));
    return { status: 200, body: { webhooks: [...known, ...made] } };
  }

  const server = createServer((request, response) => {
    answered(request)
      .then(({ status, headers, body }) => {
        const version = { "x-shopify-api-version": API_VERSION };
        response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...version, ...headers });
        response.end(JSON.stringify(body));
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const url = await listen(server);

  /** The body is what the order was when it happened, also hours later. */
  function announce(order: ShopifyBody, happened: Record<string, unknown>): void {
    counter += 1;
    const told = Object.entries(happened).filter(([topic]) => topics.includes(topic));
    for (const [topic, body] of told) {
      const ids = { eventId: `event-${counter}`, webhookId: `webhook-${counter}-${topic}` };
      const job = { topic, body: JSON.stringify(body), ...ids, triggeredAt: now(), attempts: 0, dueAt: now() };
      if (fires("delivery-lost")) continue;
      queue.push(job, ...(fires("twin") ? [job] : []));
    }
    orders.set(order.id, order);
  }

  function orderOf(orderId: number): ShopifyBody {
    const order = orders.get(orderId);
    if (!order) throw new Error(`the shop has no order ${orderId}`);
    return order;
  }

  function change(orderId: number, changes: Partial<ShopifyBody>, topic: string): ShopifyBody {
    const order = { ...orderOf(orderId), ...changes, updated_at: zoned(now()) };
    announce(order, { [topic]: order, "orders/updated": order });
    return order;
  }

  function reduce(orderId: number, amount: number, by: number, line: number | undefined, pieces: number) {
    const before = orderOf(orderId);
    const refund = refundBody(orderId * 10 + before.refunds.length, before, amount, line, pieces);
    return { refund, order: reduced(before, refund, by, now()) };
  }

  return {
    url,
    subscription,
    fired,
    orders: () => [...orders.values()],
    place(purchase) {
      const number = orders.size + 1;
      const order = orderBody(5_866_663_018_000 + number, number, purchase, now());
      const paid = order.financial_status === "paid" ? { "orders/paid": order } : {};
      announce(order, { "orders/create": order, ...paid, "orders/updated": order });
      return order;
    },
    setPayment: (orderId, financialStatus) =>
      change(orderId, { financial_status: financialStatus }, financialStatus === "paid" ? "orders/paid" : "none"),
    cancel: (orderId) => change(orderId, { cancelled_at: zoned(now()), cancel_reason: "customer" }, "orders/cancelled"),
    takeOff(orderId, line, pieces) {
      const item = orderOf(orderId).line_items[line];
      const { order } = reduce(orderId, 0, minorOf(item?.price ?? "0") * pieces, line, pieces);
      announce(order, {
        "orders/edited": { order_edit: { id: orderId * 10, order_id: orderId } },
        "orders/updated": order,
      });
      return order;
    },
    refund(orderId, amount, line, pieces = 0) {
      const { refund, order } = reduce(orderId, amount, amount, line, pieces);
      announce(order, { "refunds/create": refund, "orders/updated": order });
      return order;
    },
    async runQueue() {
      const due = queue.filter((job) => job.dueAt <= now());
      queue = queue.filter((job) => job.dueAt > now());
      if (fires("reordered")) due.reverse();
      const statuses: number[] = [];
      for (const job of due) {
        if (!subscription.active) break;
        const { status, again } = await subscription.send(job);
        statuses.push(status);
        if (again) queue.push(again);
      }
      return statuses;
    },
    close: () => close(server),
  };
}

/** Holds 40 calls and loses two a second; a call that does not fit is refused. */
function createBucket(now: () => Instant) {
  let level = 0;
  let at = now();
  return {
    takes(): boolean {
      level = Math.max(0, level - ((now() - at) / 1000) * BUCKET.leakPerSecond);
      at = now();
      if (level + 1 > BUCKET.size) return false;
      level += 1;
      return true;
    },
  };
}
