/**
 * A BaseLinker that keeps what it is told: `connector.php` with its envelope, rate limit and block, and the callback of
 * the automatic actions, and the exchange by which it pushes orders to a shop. Its list of orders is the truth that tests compare with.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Book, createBook } from "./baselinker-book.ts";
import { ask, type ExchangeAddress, type ExchangeAnswer, numberIn, orderFields } from "./baselinker-exchange.ts";
import type { JournalQuery } from "./baselinker-journal.ts";
import { createLimit, type Envelope, failure } from "./baselinker-limit.ts";
import { type BaseLinkerOrder, fieldsIn, type OrderChange, type OrderQuery, statusIn } from "./baselinker-orders.ts";
import { close, listen } from "./local-server.ts";

export type { BaseLinkerOrder } from "./baselinker-orders.ts";

type BaseLinkerFault =
  /** The gateway answers HTML. */
  | "http-502"
  /** This order is sent with the types of before August 2023. */
  | "legacy-types"
  /** Other integrators of the seller have used up the budget: the token is blocked. */
  | "blocked-token"
  | "callback-lost"
  | "callback-twice"
  /** An order is pushed to the shop twice at once. */
  | "export-twice"
  /** The shop's answer to a pushed order is never heard: BaseLinker knows no number and sends it as new again. */
  | "export-lost-answer"
  /** The order is placed unconfirmed and confirmed by itself a little later. */
  | "unconfirmed-first"
  /** Orders of one second come newest first, unless the call walks them by id. */
  | "ties-reversed";

export type BaseLinkerOptions = {
  token: string;
  /** Epoch ms. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  /** Probabilities from 0 to 1; a fault that is not named never fires. */
  faults?: Partial<Record<BaseLinkerFault, number>>;
  /** Where the callback goes, secret path included; a function where that is known only later. */
  callbackUrl?: string | (() => string);
  /** The shop with an exchange file that marketplace orders are pushed to. */
  exchange?: ExchangeAddress;
  /** How long a block lasts; ten minutes as the real one. */
  blockMs?: number;
  /** Calls in any sixty seconds before the token is blocked. */
  callsPerMinute?: number;
  /** BaseLinker's support has switched the journal on. */
  journal?: boolean;
  /** The account's sources, as `getOrderSources` names them. */
  sources?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  statuses?: ReadonlyArray<{ id: number; name: string }>;
  /** How long `unconfirmed-first` keeps an order unconfirmed. */
  confirmAfterMs?: number;
  port?: number;
};

export type BaseLinker = Omit<Book, "page" | "journal"> & {
  /** The base address: calls go to `<url>/connector.php`. */
  url: string;
  /** An automatic action calls us; undefined when the call got lost, 0 when nobody answered it. */
  callback(id: number, method?: "HEAD" | "GET" | "POST"): Promise<number | undefined>;
  /**
   * Pushes an order to the shop and keeps the number that it answers, to name it by when the order is sent again.
   * @param changes fields that differ from what the order says, for example `status_id`
   */
  exportOrder(id: number, changes?: Readonly<Record<string, string>>): Promise<ExchangeAnswer>;
  /** Calls any function of the exchange. */
  ask(action: string, fields?: Readonly<Record<string, string>>): Promise<ExchangeAnswer>;
  /** How often each fault fired. */
  fired: Record<BaseLinkerFault, number>;
  /** When each call came, epoch ms, refused ones included. */
  calls(): number[];
  callsWhileBlocked(): number;
  close(): Promise<void>;
};

/** The code for a wrong token is documented nowhere; that it comes as an envelope with HTTP 200 is. */
const WRONG_TOKEN = failure("ERROR_BAD_TOKEN", "Invalid user token");

export async function createBaseLinker(options: BaseLinkerOptions): Promise<BaseLinker> {
  const {
    now,
    random,
    faults = {},
    callbackUrl,
    callsPerMinute = 100,
    blockMs = 600_000,
    confirmAfterMs = 2_000,
  } = options;
  const limit = createLimit(now, callsPerMinute, blockMs);
  const fired = noneFired();

  function fires(fault: BaseLinkerFault): boolean {
    const yes = random() < (faults[fault] ?? 0);
    if (yes) fired[fault] += 1;
    return yes;
  }

  const book = createBook({
    now,
    isLegacy: () => fires("legacy-types"),
    confirmsLater: () => fires("unconfirmed-first"),
    confirmAfterMs,
  });

  function answer(method: string | null, parameters: OrderQuery & OrderChange & JournalQuery): Envelope {
    switch (method) {
      case "getOrders":
        return { status: "SUCCESS", orders: book.page(parameters, fires("ties-reversed")) };
      // Off unless the seller had it switched on: empty, and no error.
      case "getJournalList":
        return { status: "SUCCESS", logs: options.journal ? book.journal(parameters) : [] };
      case "getOrderSources":
        return { status: "SUCCESS", sources: options.sources ?? [] };
      case "getOrderStatusList":
        return { status: "SUCCESS", statuses: options.statuses ?? [] };
      case "setOrderFields":
        return changed(parameters.order_id, ({ date_in_status }) => ({ ...fieldsIn(parameters), date_in_status }));
      case "setOrderStatus":
        return changed(parameters.order_id, () => statusIn(parameters));
      default:
        return failure("ERROR_UNKNOWN_METHOD", "An unknown method has been used");
    }
  }

  /** How the real one refuses an order that it does not have is documented nowhere. */
  function changed(id: number | undefined, changes: (order: BaseLinkerOrder) => Partial<BaseLinkerOrder>): Envelope {
    const order = book.orders().find(({ order_id }) => order_id === id);
    if (!order) return failure("ERROR_UNKNOWN_ORDER", "No such order");
    book.edit(order.order_id, changes(order));
    return { status: "SUCCESS" };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    if (request.method !== "POST" || request.url !== "/connector.php")
      return reply(response, 404, "text/html", "<h1>404</h1>");
    const isOurs = request.headers["x-bltoken"] === options.token;
    const refusal = isOurs ? limit.admit(() => fires("blocked-token")) : WRONG_TOKEN;
    if (fires("http-502")) return reply(response, 502, "text/html", "<html><h1>502 Bad Gateway</h1></html>");
    const envelope = refusal ?? answer(form.get("method"), JSON.parse(form.get("parameters") || "{}"));
    reply(response, 200, "application/json", JSON.stringify(envelope));
  }

  async function call(id: number, method: "HEAD" | "GET" | "POST"): Promise<number> {
    const address = typeof callbackUrl === "function" ? callbackUrl() : callbackUrl;
    if (!address) throw new Error("no callback address");
    const query = new URLSearchParams({ order_id: String(id), state: "x" });
    try {
      const answered =
        method === "POST"
          ? await fetch(address, { method, body: query })
          : await fetch(`${address}?${query}`, { method });
      await answered.arrayBuffer();
      return answered.status;
    } catch {
      return 0;
    }
  }

  function exchangeAddress(): ExchangeAddress {
    if (!options.exchange) throw new Error("no exchange address");
    return options.exchange;
  }

  async function exportOrder(id: number, changes: Readonly<Record<string, string>> = {}): Promise<ExchangeAnswer> {
    const order = book.orders().find(({ order_id }) => order_id === id);
    if (!order?.confirmed) throw new Error(`no confirmed order ${id}`);
    const fields = { ...orderFields(order), ...changes };
    const send = () => ask(exchangeAddress(), "OrderAdd", fields);
    const [answer] = await Promise.all(fires("export-twice") ? [send(), send()] : [send()]);
    if (fires("export-lost-answer")) return { status: 0, json: undefined };
    const number = numberIn(answer);
    if (number !== undefined) book.exportToShop(id, number);
    return answer;
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const url = await listen(server, options.port);

  return {
    url,
    ...book,
    async callback(id, method = "HEAD") {
      if (fires("callback-lost")) return undefined;
      if (fires("callback-twice")) await call(id, method);
      return call(id, method);
    },
    exportOrder,
    ask: (action, fields) => ask(exchangeAddress(), action, fields),
    fired,
    calls: limit.calls,
    callsWhileBlocked: limit.callsWhileBlocked,
    close: () => close(server),
  };
}

function noneFired(): Record<BaseLinkerFault, number> {
  return {
    "http-502": 0,
    "legacy-types": 0,
    "blocked-token": 0,
    "callback-lost": 0,
    "callback-twice": 0,
    "export-twice": 0,
    "export-lost-answer": 0,
    "unconfirmed-first": 0,
    "ties-reversed": 0,
  };
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type }).end(body);
}
