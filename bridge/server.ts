/** The bridge's HTTP server: what a signed question may make the ERP do, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Instant } from "../lib/core/order.ts";
import { SHADOW_OFF } from "../lib/core/ports/erp.ts";
import type { ErpOverBridge } from "../lib/erp/bridge/client.ts";
import { type Handlers, type Operations, operations } from "../lib/erp/bridge/contract.ts";
import { tooOldForBridge } from "../lib/erp/bridge/contract-version.ts";
import { type End, exchange, type Outgoing, refusedUnread } from "../lib/erp/bridge/exchange.ts";
import { onceOnly } from "./once.ts";

export type SignedServer = {
  url: string;
  /** Takes no new request, answers those that it has, and ends. */
  stop(): Promise<void>;
};

export type SignedServerOptions<O extends Operations> = End<O> & {
  host: string;
  /** 0: any free one. */
  port: number;
};

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Kojarz asks a few questions at once. What comes beyond waits for nobody. */
const MOST_CONNECTIONS = 64;
const MOST_BODIES = 16;
/** Milliseconds for the headers, and for all of a question. */
const HEADERS_MS = 10_000;
const QUESTION_MS = 30_000;

/** What changes something: a question of these is good once. */
const CHANGING: ReadonlySet<string> = new Set(["submit", "cancel"]);

/** @throws when the address cannot be listened on */
export function startBridge({
  erp,
  now,
  shadow = false,
  ...rest
}: Omit<SignedServerOptions<typeof operations>, "operations" | "handlers" | "tooOld"> & {
  erp: ErpOverBridge;
  now: () => Instant;
  /** It answers a report on shadow mode. */
  shadow?: boolean;
}): Promise<SignedServer> {
  const isNew = onceOnly();
  return startSignedServer({
    ...rest,
    operations,
    handlers: handlersOf(erp, now, shadow),
    tooOld: tooOldForBridge,
    isFirst: (operation, id, timestamp) => !CHANGING.has(operation) || isNew(id, timestamp),
  });
}

/** @throws when the address cannot be listened on */
export async function startSignedServer<O extends Operations>(options: SignedServerOptions<O>): Promise<SignedServer> {
  const inHand = new Set<Promise<void>>();
  const reading = { bodies: 0 };
  const timeouts = { headersTimeout: HEADERS_MS, requestTimeout: QUESTION_MS };
  const server = createServer(timeouts, (request, response) => {
    // Nobody is to ask again on a connection that is about to be closed.
    if (!server.listening) response.shouldKeepAlive = false;
    const served = serve(request, response, options, reading)
      .catch((cause) => options.failed("answer", cause))
      .finally(() => inHand.delete(served));
    inHand.add(served);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.maxConnections = MOST_CONNECTIONS;
  server.once("error", reject);
  server.listen(options.port, options.host, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await Promise.race([settled(inHand), wait(LONGEST_MS, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** Longer than any order may take; a request that never ends is not waited for. */
const LONGEST_MS = 60_000;

/** What is begun meanwhile counts too. */
async function settled(inHand: ReadonlySet<Promise<void>>): Promise<void> {
  while (inHand.size > 0) await Promise.all(inHand);
}

/**
 * The ERP as the contract's operations. Of two clocks the one that leaves less time decides when it is too late.
 * @param shadow whether it answers a report on shadow mode
 */
export function handlersOf(erp: ErpOverBridge, now: () => Instant, shadow = false): Handlers<typeof operations> {
  return {
    find: async (query) => ({ hits: await erp.find(query) }),
    submit: ({ order, deadline, sentAt }) => erp.submit(order, Math.min(deadline, now() + (deadline - sentAt))),
    cancel: ({ erp: ref, order }) => erp.cancel(ref, order),
    read: async ({ erpIds }) => ({ orders: await erp.read(erpIds) }),
    list: ({ since, cursor }) => erp.list(since, cursor),
    shadow: async ({ since, cursor }) =>
      (shadow ? await erp.shadow?.(since, cursor) : undefined) ?? { outcome: "refused", reason: SHADOW_OFF },
  };
}

async function serve<O extends Operations>(
  request: IncomingMessage,
  response: ServerResponse,
  end: End<O>,
  reading: { bodies: number },
): Promise<void> {
  const path = request.method === "POST" ? (request.url ?? "") : "";
  const headers = headersOf(request);
  const refused = refusedUnread({ path, headers }, end.operations, Date.now() / 1000);
  if (refused) return unread(request, response, refused);
  if (Number(headers["content-length"]) > MAX_BODY_BYTES) return unread(request, response, { status: 413 });
  if (reading.bodies >= MOST_BODIES) return unread(request, response, { status: 503 });
  reading.bodies += 1;
  const body = await bodyOf(request)
    .catch(() => undefined)
    .finally(() => {
      reading.bodies -= 1;
    });
  if (body === undefined) return unread(request, response, { status: 413 });
  const answer = await exchange({ path, headers, body }, end);
  response.writeHead(answer.status, answer.headers);
  return sent(response, answer.body);
}

/** Answered without what is left of its body, and its connection is closed. */
async function unread(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Partial<Outgoing> & { status: number },
): Promise<void> {
  response.writeHead(status, { ...headers, connection: "close" });
  await sent(response, body);
  request.destroy();
}

/** Fulfilled when the answer is on its way, or when nobody is there any more to get it. */
async function sent(response: ServerResponse, body?: string): Promise<void> {
  if (response.closed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("close", resolve).end(body, resolve);
  return promise;
}

/** @returns undefined when it is longer than an order can be */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
