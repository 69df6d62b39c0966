/**
 * A WooCommerce shop: it keeps orders, lists them over REST, and announces them by a signed webhook.
 *
 * Deliveries wait in a queue, as in a real shop, until `runQueue`: their bodies are made then, of what the order is by
 * then; a waiting delivery is not queued twice; none is ever repeated.
 */
import { createServer } from "node:http";
import type { Instant } from "../../order.ts";
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
  /** Deletes it for good, which a shop announces by nothing. */
  remove(orderId: number): void;
  /** Switches the webhook on; orders placed before are never announced. The status that the ping got. */
  activate(): Promise<number>;
  /** Sends what waits, of one order or of all, and returns what was answered. */
  runQueue(orderId?: number): Promise<Answer[]>;
  /** Sends at once, outside the queue and its faults. */
  deliver(orderId: number, topic: Topic): Promise<Answer>;
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

  const server = createServer((request, response) => {
    const answer = fires("rest-5xx")
      ? restError(503, "unavailable", "Briefly unavailable for scheduled maintenance.")
      : rest(request.url ?? "/", request.headers.authorization, options, orders);
    const { retryAfterSeconds } = options;
    const pause = answer.status === 503 && retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {};
    const headers = { "content-type": "application/json; charset=UTF-8", ...answer.headers, ...pause };
    response.writeHead(answer.status, headers);
    response.end(phpJson(answer.body));
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
      update(orderId, "trash");
      enqueue(orderId, "order.deleted");
    },
    remove: (orderId) => void orders.delete(orderId),
    activate: () => webhook.activate(),
    runQueue,
    deliver,
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
  { consumerKey, consumerSecret }: ShopOptions,
  orders: ReadonlyMap<number, ShopOrder>,
): RestAnswer {
  const expected = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64")}`;
  const { pathname, searchParams } = new URL(path, "http://shop");
  if (pathname !== "/wp-json/wc/v3/orders") return restError(404, "rest_no_route", "No route was found.");
  if (authorization !== expected)
    return restError(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.");
  return listOrders(orders.values(), searchParams);
}

function orderKey(random: () => number): string {
  const letters = Array.from({ length: 13 }, () => Math.floor(random() * 36).toString(36));
  return `wc_order_${letters.join("")}`;
}
