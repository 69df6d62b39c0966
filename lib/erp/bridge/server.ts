/** The bridge's HTTP server: what a signed question may make the ERP do, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Instant } from "../../order.ts";
import type { ErpOverBridge } from "./client.ts";
import { type Handlers, type Operations, operations } from "./contract.ts";
import { exchange, type Failed } from "./exchange.ts";
import type { Secrets } from "./signing.ts";

export type SignedServer = { url: string; stop(): Promise<void> };

export type SignedServerOptions<O extends Operations> = {
  operations: O;
  handlers: Handlers<O>;
  secrets: Secrets;
  host: string;
  /** 0: any free one. */
  port: number;
  failed: Failed;
};

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** @throws when the address cannot be listened on */
export function startBridge({
  erp,
  now,
  ...rest
}: Omit<SignedServerOptions<typeof operations>, "operations" | "handlers"> & {
  erp: ErpOverBridge;
  now: () => Instant;
}): Promise<SignedServer> {
  return startSignedServer({ ...rest, operations, handlers: handlersOf(erp, now) });
}

/** @throws when the address cannot be listened on */
export async function startSignedServer<O extends Operations>(options: SignedServerOptions<O>): Promise<SignedServer> {
  const server = createServer((request, response) => {
    void serve(request, response, options);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port, options.host, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** The ERP as the contract's operations. Of two clocks the one that leaves less time decides when it is too late. */
export function handlersOf(erp: ErpOverBridge, now: () => Instant): Handlers<typeof operations> {
  return {
    find: async (query) => ({ hits: await erp.find(query) }),
    submit: ({ order, deadline, sentAt }) => erp.submit(order, Math.min(deadline, now() + (deadline - sentAt))),
    cancel: ({ erp: ref, order }) => erp.cancel(ref, order),
    read: async ({ erpIds }) => ({ orders: await erp.read(erpIds) }),
    list: ({ since, cursor }) => erp.list(since, cursor),
  };
}

async function serve<O extends Operations>(
  request: IncomingMessage,
  response: ServerResponse,
  { operations, handlers, secrets, failed }: SignedServerOptions<O>,
): Promise<void> {
  const body = await bodyOf(request).catch(() => undefined);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const path = request.method === "POST" ? (request.url ?? "") : "";
  const answer = await exchange({ path, headers: headersOf(request), body }, secrets, operations, handlers, failed);
  response.writeHead(answer.status, answer.headers).end(answer.body);
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
