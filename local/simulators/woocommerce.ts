/**
 * A WooCommerce shop: it keeps orders, lists them over REST, and announces them by a signed webhook.
 *
 * Deliveries wait in a queue, as in a real shop, until `runQueue`: their bodies are made then, of what the order is by
 * then; a waiting delivery is not queued twice; none is ever repeated.
 */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { Instant } from "../../lib/core/order.ts";
import { close, listen } from "./local-server.ts";
import { changed, orderBody, type Purchase, phpJson, type ShopOrder } from "./woocommerce-body.ts";
import { listOrders, type RestAnswer, restError } from "./woocommerce-rest.ts";
import { type Answer, createWebhook, type Webhook } from "./woocommerce-webhook.ts";

/**
 * `delivery-lost`: never sent. `delivery-late`: sent in a later run of the queue. `twin`: sent twice. `reordered`:
 * `updated` before `created`. `rest-5xx`: the order list answers 503.
 */
export const shopFaults = ["delivery-lost", "delivery-late", "twin", "reordered", "rest-5xx"] as const;
type ShopFault = (typeof shopFaults)[number];

type Topic = "order.created" | "order.updated" | "order.deleted" | "order.restored";

export type ShopOptions = {
  /** The webhook's number in the shop. */
  id: number;
  secret: string;
  consumerKey: string;
  consumerSecret: string;
  webhookUrl: string;
  now: () => Instant;
  /** 0 to 1. */
  random: () => number;
  /** Probabilities, 0 to 1. */
  faults?: Partial<Record<ShopFault, number>>;
  /** 0, the default, takes a free one. */
  port?: number;
  firstOrder?: number;
  /** What a 503 asks for; nothing if absent. */
  retryAfterSeconds?: number;
  /** Statuses of a plugin that it hides from searches. */
  hiddenStatuses?: readonly string[];
  /** The web server keeps the header to itself; keys in the query still count. */
  dropsAuthorization?: boolean;
  /** Every address is redirected there. */
  redirectsTo?: string;
  /** What the key may do; `read` if absent. `none`: its owner may not see orders. */
  rights?: "read" | "read_write" | "write" | "none";
  /** The shop's own time zone. */
  timeZone?: string;
};

export type Shop = {
  url: string;
  webhook: Webhook;
  /** How often each fault happened. */
  fired: Readonly<Record<ShopFault, number>>;
  /** The truth: every order that the shop has. */
  orders(): ShopOrder[];
  place(purchase: Purchase): ShopOrder;
  setStatus(orderId: number, status: string): ShopOrder;
  trash(orderId: number): void;
  /** Takes it back from the trash, in the status that it had. */
  restore(orderId: number): void;
  /** The webhooks that were made over REST, with their secrets. */
  made(): WebhookRow[];
  /** What was asked for: method and path, without the query. */
  calls(): readonly string[];
  /** Deletes it for good, which a shop announces by nothing. */
  remove(orderId: number): void;
  /** Switches the webhook on; orders placed before are never announced. The status that the ping got. */
  activate(): Promise<number>;
  /** Sends what waits, of one order or of all, and returns what was answered. */
  runQueue(orderId?: number): Promise<Answer[]>;
  /** Sends at once, outside the queue and its faults. */
  deliver(orderId: number, topic: Topic): Promise<Answer>;
  /** Sends at once to the webhooks of this topic that were made over REST, each signed with its own secret. */
  announce(orderId: number, topic: Topic): Promise<Answer[]>;
  close(): Promise<void>;
};

type Job = { orderId: number; topic: Topic; late: boolean };

export async function createShop(options: ShopOptions): Promise<Shop> {
  const { now, random } = options;
  let nextOrder = options.firstOrder ?? 271;
  const orders = new Map<number, ShopOrder>();
  const queue = new Map<string, Job>();
  const fired = { "delivery-lost": 0, "delivery-late": 0, twin: 0, reordered: 0, "rest-5xx": 0 };

  function fires(fault: ShopFault): boolean {
    const happens = random() < (options.faults?.[fault] ?? 0);
    if (happens) fired[fault] += 1;
    return happens;
  }

  const calls: string[] = [];
  const trashed = new Map<number, string>();

  /** Webhooks that were made over REST, each a row of the list. */
  const made: WebhookRow[] = [];

  const server = createServer((request, response) => {
    const wanted = /\/webhooks(?:\/(\d+))?$/.exec((request.url ?? "").split("?")[0] ?? "");
    if (request.method !== "GET" && wanted)
      return void text(request).then((body) => {
        calls.push(`${request.method} ${request.url}`);
        const answer = writeWebhook(made, wanted[1], JSON.parse(body), options.rights);
        response.writeHead(answer.status, { "content-type": "application/json" }).end(phpJson(answer.body));
      });
    calls.push(`${request.method} ${request.url?.split("?")[0]}`);
    if (options.redirectsTo !== undefined)
      return response.writeHead(301, { location: `${options.redirectsTo}${request.url}` }).end();
    const answer = fires("rest-5xx")
      ? restError(503, "unavailable", "Briefly unavailable for scheduled maintenance.")
      : (besideOrders(request.url ?? "/", options) ??
        rest(request.url ?? "/", request.headers.authorization, options, orders, [
          ...webhookRows(webhook, options.webhookUrl),
          ...made,
        ]));
    const { retryAfterSeconds } = options;
    const pause = answer.status === 503 && retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {};
    const headers = { "content-type": "application/json; charset=UTF-8", ...answer.headers, ...pause };
    response.writeHead(answer.status, headers);
    return response.end(phpJson(answer.body));
  });
  const url = await listen(server, options.port ?? 0);
  const webhook = createWebhook({ ...options, url: options.webhookUrl, source: () => url });

  function enqueue(orderId: number, ...topics: Topic[]): void {
    if (!webhook.active) return;
    for (const topic of topics) queue.set(`${topic} ${orderId}`, { orderId, topic, late: false });
  }

  function orderOf(orderId: number): ShopOrder {
    const order = orders.get(orderId);
    if (!order) throw new Error(`the shop has no order ${orderId}`);
    return order;
  }

  function update(orderId: number, status: string): ShopOrder {
    const order = changed(orderOf(orderId), status, now());
    orders.set(orderId, order);
    return order;
  }

  function place(purchase: Purchase): ShopOrder {
    const id = nextOrder++;
    const order = orderBody(id, purchase, url, now(), orderKey(random));
    orders.set(id, order);
    const topics: Topic[] = ["order.created", "order.updated"];
    enqueue(id, ...(fires("reordered") ? topics.reverse() : topics));
    return order;
  }

  const deliver = (orderId: number, topic: Topic) => webhook.send(topic, payload(orders.get(orderId), orderId, topic));

  async function run(name: string, job: Job): Promise<Answer[]> {
    queue.delete(name);
    if (fires("delivery-lost")) return [];
    if (!job.late && fires("delivery-late")) {
      queue.set(name, { ...job, late: true });
      return [];
    }
    const times = fires("twin") ? 2 : 1;
    const answers: Answer[] = [];
    for (let time = 0; time < times; time += 1) answers.push(await deliver(job.orderId, job.topic));
    return answers;
  }

  async function runQueue(orderId?: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const [name, job] of [...queue]) {
      if (orderId !== undefined && job.orderId !== orderId) continue;
      answers.push(...(await run(name, job)));
    }
    return answers;
  }

  return {
    url,
    webhook,
    fired,
    orders: () => [...orders.values()],
    place,
    setStatus(orderId, status) {
      const order = update(orderId, status);
      enqueue(orderId, "order.updated");
      return order;
    },
    trash(orderId) {
      trashed.set(orderId, orderOf(orderId).status);
      update(orderId, "trash");
      enqueue(orderId, "order.deleted");
    },
    restore(orderId) {
      update(orderId, trashed.get(orderId) ?? "pending");
      enqueue(orderId, "order.restored");
    },
    calls: () => [...calls],
    made: () => made.map((row) => ({ ...row })),
    remove: (orderId) => void orders.delete(orderId),
    activate: () => webhook.activate(),
    runQueue,
    deliver,
    announce(orderId, topic) {
      const active = made.filter((row) => row.topic === topic && row.status === "active");
      return Promise.all(
        active.map(({ id, secret = "", delivery_url }) =>
          createWebhook({ id, secret, url: delivery_url, source: () => url, now }).send(
            topic,
            payload(orders.get(orderId), orderId, topic),
          ),
        ),
      );
    },
    close: () => close(server),
  };
}

/** An order that is gone by the time of its delivery comes as a signed error object. */
function payload(order: ShopOrder | undefined, orderId: number, topic: Topic): string {
  if (topic === "order.deleted") return phpJson({ id: orderId });
  return phpJson(order ?? restError(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.").body);
}

function rest(
  path: string,
  authorization: string | undefined,
  { consumerKey, consumerSecret, hiddenStatuses, dropsAuthorization = false, rights = "read" }: ShopOptions,
  orders: ReadonlyMap<number, ShopOrder>,
  webhooks: readonly WebhookRow[],
): RestAnswer {
  const expected = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64")}`;
  const { pathname, searchParams } = new URL(path, "http://shop");
  const found = /^\/wp-json\/wc\/v3\/(?:orders(?:\/(\d+))?|webhooks)$/.exec(pathname);
  if (!found) return restError(404, "rest_no_route", "No route was found matching the URL and request method.");
  const [, id] = found;
  const key = searchParams.get("consumer_key");
  const isKnown = key === consumerKey && searchParams.get("consumer_secret") === consumerSecret;
  const hasHeader = authorization !== undefined && !dropsAuthorization;
  if (!hasHeader && key === null)
    return restError(
      401,
      "woocommerce_rest_cannot_view",
      `Sorry, you cannot ${id ? "view this resource" : "list resources"}.`,
    );
  if (hasHeader ? authorization !== expected : !isKnown)
    return restError(401, UNAUTHENTICATED, "Consumer key is invalid.");
  if (rights === "write")
    return restError(401, UNAUTHENTICATED, "The API key provided does not have read permissions.");
  if (rights === "none") return restError(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.");
  for (const name of ["consumer_key", "consumer_secret"]) searchParams.delete(name);
  if (pathname.endsWith("/webhooks")) return { status: 200, body: webhooks.map(({ secret: _, ...row }) => row) };
  if (id === undefined) return listOrders(orders.values(), searchParams, hiddenStatuses);
  const order = orders.get(Number(id));
  return order ? { status: 200, body: order } : restError(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.");
}

const UNAUTHENTICATED = "woocommerce_rest_authentication_error";

/** The index, which anybody may read. */
function besideOrders(path: string, { timeZone = "Europe/Warsaw" }: ShopOptions): RestAnswer | undefined {
  if (new URL(path, "http://shop").pathname !== "/wp-json/") return undefined;
  return {
    status: 200,
    body: { name: "Sklep próbny", gmt_offset: "1", timezone_string: timeZone, namespaces: ["wc/v3"] },
  };
}

type WebhookRow = {
  id: number;
  name: string;
  status: string;
  topic: string;
  delivery_url: string;
  /** Never shown. */
  secret?: string;
};

/** Made or changed over REST, where the key may write. */
function writeWebhook(
  made: WebhookRow[],
  id: string | undefined,
  body: Omit<WebhookRow, "id">,
  rights: ShopOptions["rights"],
): RestAnswer {
  if (rights !== "read_write" && rights !== "write")
    return restError(401, UNAUTHENTICATED, "The API key provided does not have write permissions.");
  const known = made.find((row) => String(row.id) === id);
  const row = known ? Object.assign(known, body) : { ...body, id: 100 + made.length };
  if (!known) made.push(row);
  return { status: known ? 200 : 201, body: row };
}

/** One webhook a topic, as a shop has them; all of them share the counter of failures here. */
function webhookRows({ active, known }: Webhook, delivery_url: string): WebhookRow[] {
  if (!known) return [];
  return WEBHOOK_TOPICS.map((topic, index) => ({
    id: index + 1,
    name: "Kojarz",
    status: active ? "active" : "disabled",
    topic,
    delivery_url,
  }));
}

const WEBHOOK_TOPICS: readonly Topic[] = ["order.created", "order.updated", "order.deleted", "order.restored"];

function orderKey(random: () => number): string {
  const letters = Array.from({ length: 13 }, () => Math.floor(random() * 36).toString(36));
  return `wc_order_${letters.join("")}`;
}
