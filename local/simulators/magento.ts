/**
 * A Magento 2 shop: it keeps orders, lists them over REST with the traps of the real one, and may announce a change by
 * the thin, unsigned call of a hook module, which is never repeated.
 */
import { createServer, type ServerResponse } from "node:http";
import type { Instant } from "../../lib/core/order.ts";
import { close, listen } from "./local-server.ts";
import { type Article, catalogOf } from "./magento-catalog.ts";
import {
  type MagentoOrderBody,
  type MagentoPurchase,
  type MagentoState,
  magentoOrder,
  magentoTime,
} from "./magento-orders.ts";
import { search } from "./magento-search.ts";

/**
 * `rest-503`: the shop is under maintenance. `rest-500`: every request fails, whatever it asks for. `hint-lost`: the
 * call is never made. `hint-thrice`: it is made once for each of three saves. An order made broken by `breakOrder` is
 * counted as `broken-page` whenever it spoils an answer.
 */
const magentoFaults = ["rest-503", "rest-500", "hint-lost", "hint-thrice", "broken-page"] as const;
type MagentoFault = (typeof magentoFaults)[number];

export type MagentoOptions = {
  accessToken: string;
  now: () => Instant;
  /** 0 to 1. */
  random: () => number;
  /** Probabilities, 0 to 1. */
  faults?: Partial<Record<Exclude<MagentoFault, "broken-page">, number>>;
  /** Where the thin call goes, and the header that proves who sends it. */
  hint?: { url: string; header: string; secret: string };
  /** The body that the merchant wrote for it. */
  template?: (order: MagentoOrderBody) => string;
  /** 0, the default, takes a free one. */
  port?: number;
  firstOrder?: number;
  /** What a 503 asks for; nothing if absent. */
  retryAfterSeconds?: number;
  /** As versions before 2.4.7 do past the end of the list. */
  repeatsLastPage?: boolean;
  /** The token may read articles, too. */
  readsCatalog?: boolean;
  /** False where the integration has no right to sales orders. */
  readsOrders?: boolean;
};

export type MagentoShop = {
  url: string;
  fired: Readonly<Record<MagentoFault, number>>;
  /** What was asked for, in order: path and query. */
  calls(): readonly string[];
  /** The truth: every order that the shop has. */
  orders(): MagentoOrderBody[];
  place(purchase: MagentoPurchase): MagentoOrderBody;
  setState(entityId: number, state: MagentoState): MagentoOrderBody;
  /** In admin: a new order `…-1` is made of it, and it is cancelled. */
  edit(entityId: number, purchase: MagentoPurchase): MagentoOrderBody;
  /** A credit memo over so many minor units. */
  refund(entityId: number, minor: number): MagentoOrderBody;
  ship(entityId: number): MagentoOrderBody;
  /** From now on the shop cannot put it together. */
  breakOrder(entityId: number): void;
  repairOrder(entityId: number): void;
  /** The hook module tells of a save; the statuses that it was answered with, 0 where nobody answered. */
  announce(entityId: number): Promise<number[]>;
  close(): Promise<void>;
};

type Answer = { status: number; body: unknown };

const INTERNAL: Answer = {
  status: 500,
  body: { message: "Internal Error. Details are available in Magento log file. Report ID: webapi-000000000000" },
};

/** The same for no token, a wrong one and a right that is missing. */
function unauthorized(resources: string): Answer {
  return {
    status: 401,
    body: { message: "The consumer isn't authorized to access %resources.", parameters: { resources } },
  };
}

export async function createMagento(options: MagentoOptions): Promise<MagentoShop> {
  const { now, random, template = thin } = options;
  const orders = new Map<number, MagentoOrderBody>();
  const articles: Article[] = [];
  const broken = new Set<number>();
  const calls: string[] = [];
  const fired = Object.fromEntries(magentoFaults.map((fault) => [fault, 0])) as Record<MagentoFault, number>;
  let nextOrder = options.firstOrder ?? 1001;

  function fires(fault: Exclude<MagentoFault, "broken-page">): boolean {
    const happens = random() < (options.faults?.[fault] ?? 0);
    if (happens) fired[fault] += 1;
    return happens;
  }

  function orderOf(entityId: number): MagentoOrderBody {
    const order = orders.get(entityId);
    if (!order) throw new Error(`the shop has no order ${entityId}`);
    return order;
  }

  function save(order: MagentoOrderBody): MagentoOrderBody {
    const saved = { ...order, updated_at: magentoTime(now()) };
    orders.set(order.entity_id, saved);
    return saved;
  }

  /** One order that cannot be put together spoils the whole answer. */
  function shown(found: readonly MagentoOrderBody[], body: unknown): Answer {
    if (!found.some((order) => broken.has(order.entity_id))) return { status: 200, body };
    fired["broken-page"] += 1;
    return INTERNAL;
  }

  function route({ pathname, searchParams }: URL, authorization: string | undefined): Answer {
    const isKnown = authorization === `Bearer ${options.accessToken}`;
    const catalog = /^\/rest\/\w+\/V1\/(products.*)$/.exec(pathname)?.[1];
    if (catalog !== undefined)
      return isKnown && options.readsCatalog
        ? catalogOf(articles, catalog, searchParams)
        : unauthorized("Magento_Catalog::products");
    if (pathname === "/magento_version") return { status: 200, body: "Magento/2.4 (Community)" };
    const path = /^\/rest\/\w+\/V1\/orders(?:\/(\d+))?$/.exec(pathname);
    if (!path) return { status: 404, body: { message: "Request does not match any route." } };
    if (!isKnown || options.readsOrders === false) return unauthorized("Magento_Sales::actions_view");
    if (path[1] !== undefined) {
      const order = orders.get(Number(path[1]));
      return order
        ? shown([order], order)
        : {
            status: 404,
            body: { message: "The entity that was requested doesn't exist. Verify the entity and try again." },
          };
    }
    const found = search([...orders.values()], searchParams, options.repeatsLastPage);
    return found ? shown(found.items, found) : INTERNAL;
  }

  const server = createServer((request, response) => {
    calls.push(request.url ?? "");
    if (fires("rest-503")) return maintenance(response, options.retryAfterSeconds);
    const url = new URL(request.url ?? "/", "http://shop");
    const { status, body } = fires("rest-500") ? INTERNAL : route(url, request.headers.authorization);
    const type = typeof body === "string" ? "text/plain" : "application/json; charset=utf-8";
    response.writeHead(status, { "content-type": type }).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const url = await listen(server, options.port ?? 0);

  async function call(order: MagentoOrderBody): Promise<number> {
    if (!options.hint) throw new Error("no hook is set up");
    const { url: target, header, secret } = options.hint;
    const headers = { "content-type": "application/json", [header]: secret };
    try {
      const answer = await fetch(target, { method: "POST", headers, body: template(order) });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  return {
    url,
    fired,
    calls: () => [...calls],
    orders: () => [...orders.values()],
    place(purchase) {
      const order = magentoOrder(nextOrder++, purchase, now());
      orders.set(order.entity_id, order);
      for (const { sku, options: chosen = [] } of purchase.lines) {
        const row = order.items.find((item) => item.sku === sku);
        if (row && "product_id" in row && row.product_id) articles.push({ id: row.product_id, sku, options: chosen });
      }
      return order;
    },
    setState: (entityId, state) => save({ ...orderOf(entityId), state, status: state }),
    edit(entityId, purchase) {
      const parent = orderOf(entityId);
      const original = parent.original_increment_id ?? parent.increment_id;
      const edit = (parent.edit_increment ?? 0) + 1;
      const made = {
        ...magentoOrder(nextOrder++, purchase, now()),
        increment_id: `${original}-${edit}`,
        edit_increment: edit,
        original_increment_id: original,
        relation_parent_id: String(parent.entity_id),
        relation_parent_real_id: parent.increment_id,
      };
      orders.set(made.entity_id, made);
      const child = { relation_child_id: String(made.entity_id), relation_child_real_id: made.increment_id };
      save({ ...parent, ...child, state: "canceled", status: "canceled" });
      return made;
    },
    refund(entityId, minor) {
      const order = orderOf(entityId);
      const refunded = { ...order, total_refunded: minor / 100 };
      return save(refunded.total_refunded >= order.grand_total ? { ...refunded, state: "closed" } : refunded);
    },
    ship(entityId) {
      const order = orderOf(entityId);
      return save({ ...order, items: order.items.map((item) => ({ ...item, qty_shipped: item.qty_ordered })) });
    },
    breakOrder: (entityId) => void broken.add(entityId),
    repairOrder: (entityId) => void broken.delete(entityId),
    async announce(entityId) {
      if (fires("hint-lost")) return [];
      const times = fires("hint-thrice") ? 3 : 1;
      const answers: number[] = [];
      for (let time = 0; time < times; time += 1) answers.push(await call(orderOf(entityId)));
      return answers;
    },
    close: () => close(server),
  };
}

function thin(order: MagentoOrderBody): string {
  const { entity_id, increment_id, store_id, updated_at } = order;
  return JSON.stringify({ entity_id, increment_id, store_id, updated_at });
}

function maintenance(response: ServerResponse, retryAfterSeconds: number | undefined): void {
  const pause = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  response.writeHead(503, { "content-type": "text/html", ...pause }).end("<h1>Service Temporarily Unavailable</h1>");
}
