/** An HTTP API of API Gateway on a local port: the same handlers get the same events as in the cloud. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import { answerOf, eventOf, type HttpAnswer, hostAnswer, type Matched } from "./apigw-event.ts";
import { isOfThisMachine } from "./console/guard.ts";
import { type LambdaHandler, lambdaContext } from "./lambda-context.ts";

export type HttpHandler = LambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyResultV2>;

/** By route key: `POST /webhooks/{channel}/{account}`, `ANY /callback/{token}`. */
export type Routes = Readonly<Record<string, HttpHandler>>;

export type Page = () => Promise<HttpAnswer | undefined>;

export type HostOptions = {
  port: number;
  /** The address to listen at; this machine alone if absent. */
  host?: string;
  routes: Routes;
  /** Pages that only the local run has, by path; answered to this machine alone. One that says nothing is not there. */
  pages?: Readonly<Record<string, Page>>;
  /** The console, in front of all of it: says nothing to what is none of its own. */
  desk?: {
    answer(
      request: IncomingMessage,
      path: string,
      body: () => Promise<Buffer | "too-large">,
    ): Promise<HttpAnswer | undefined>;
  };
  /** Told of a path that nobody answers. */
  unknown?: (path: string) => void;
  timeoutMs?: number;
  now: () => number;
};

export type Host = { port: number; url: string; stop(): Promise<void> };

/** API Gateway takes 10 MB. */
const MAX_BODY = 10 * 1024 * 1024;
/** An HTTP API waits 30 s at most; the functions are given a little less. */
const TIMEOUT_MS = 29_000;
const GRACE_MS = 5_000;
/**
 * For how long an idle connection is kept. With Node's own 5 s, a client on a busy machine sends its next request into a
 * connection that is being closed, and gets ECONNRESET.
 */
const IDLE_MS = 75_000;

/** Throws the system's error, with its `code`, when the port cannot be had. */
export async function startHost(options: HostOptions): Promise<Host> {
  const server = createServer((request, response) => {
    serve(request, options)
      .catch(() => hostAnswer(500, "internal"))
      .then((answer) => send(response, answer, server.listening))
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = IDLE_MS;
  const host = options.host ?? LOOPBACK;
  server.listen(options.port, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return { port, url: `http://${reachable(host)}:${port}`, stop: () => stop(server) };
}

const LOOPBACK = "127.0.0.1";

/** Where this machine itself finds it. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return LOOPBACK;
  return host.includes(":") ? `[${host}]` : host;
}

async function serve(request: IncomingMessage, options: HostOptions): Promise<HttpAnswer> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const own = await options.desk?.answer(request, path, () => read(request));
  if (own) return own;
  const body = await read(request);
  if (body === "too-large") return hostAnswer(413, "body-too-large");
  const page = options.pages?.[path];
  if (page && request.method === "GET" && isOfThisMachine(request))
    return (await page()) ?? hostAnswer(404, "unknown-path");
  const found = match(options.routes, request.method ?? "GET", path);
  if (!found || found.routeKey === DEFAULT_ROUTE) options.unknown?.(path);
  if (!found) return hostAnswer(404, "unknown-path");
  return invoke(found.handler, eventOf(request, body, found, new Date(options.now())), options.timeoutMs ?? TIMEOUT_MS);
}

async function invoke(handler: HttpHandler, event: APIGatewayProxyEventV2, timeoutMs: number): Promise<HttpAnswer> {
  const timeUp = new AbortController();
  const late = wait(timeoutMs, "late" as const, { signal: timeUp.signal });
  try {
    const result = await Promise.race([handler(event, lambdaContext(event.routeKey, timeoutMs)), late]);
    return result === "late" ? hostAnswer(503, "timeout") : answerOf(result);
  } finally {
    timeUp.abort();
    await late.catch(() => undefined);
  }
}

async function read(request: IncomingMessage): Promise<Buffer | "too-large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size > MAX_BODY ? "too-large" : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer, keepAlive: boolean): void {
  response.shouldKeepAlive &&= keepAlive;
  response.writeHead(status, { ...headers, "content-length": body.byteLength });
  response.end(body);
}

/** Takes what no other route does. */
const DEFAULT_ROUTE = "$default";

/** As API Gateway chooses: fixed segments before parameters, a method before ANY. */
export function match(routes: Routes, method: string, path: string): (Matched & { handler: HttpHandler }) | undefined {
  const candidates = Object.entries(routes).flatMap(([routeKey, handler]) => {
    if (routeKey === DEFAULT_ROUTE)
      return [{ routeKey, handler, pathParameters: {}, weight: Number.POSITIVE_INFINITY }];
    const [verb = "", pattern = ""] = routeKey.split(" ");
    if (verb !== "ANY" && verb !== method) return [];
    const pathParameters = parametersOf(pattern, path);
    if (!pathParameters) return [];
    const weight = 2 * Object.keys(pathParameters).length + (verb === "ANY" ? 1 : 0);
    return [{ routeKey, handler, pathParameters, weight }];
  });
  return candidates.sort((a, b) => a.weight - b.weight)[0];
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined ? segment !== value : value === "") return undefined;
    if (name !== undefined) parameters[name] = decoded(value);
  }
  return parameters;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Lets requests that are being worked on end first. */
async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(force);
}
