/** What an HTTP API of API Gateway makes of a request: the event of payload format 2.0, and back from a result. */
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import { present } from "../lib/core/writes.ts";

export type Matched = { routeKey: string; pathParameters: Record<string, string> };

export function eventOf(request: IncomingMessage, body: Buffer, { routeKey, pathParameters }: Matched, at: Date) {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  const rawQueryString = query.join("?");
  const headers = headersOf(request);
  const { cookie, ...rest } = headers;
  const method = request.method ?? "GET";
  return present({
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString,
    cookies: cookie !== undefined ? cookie.split(/[;,]\s*/) : undefined,
    headers: rest,
    queryStringParameters: rawQueryString ? queryOf(rawQueryString) : undefined,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: (headers.host ?? "localhost").split(".")[0] ?? "localhost",
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : undefined,
    ...bodyOf(body, headers["content-type"]),
  }) satisfies APIGatewayProxyEventV2;
}

/** Names in lower case, repeated ones joined by commas. */
function headersOf({ rawHeaders }: IncomingMessage): Partial<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase();
    const value = rawHeaders[i + 1] ?? "";
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known},${value}`);
  }
  return Object.fromEntries(headers);
}

function queryOf(raw: string): Record<string, string> {
  const query = new URLSearchParams(raw);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
}

const TEXT = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.+-]+\+(json|xml)\b)/i;

/** Text as it came; everything else, forms included, in base64. Bytes that are no text must survive in either case. */
function bodyOf(body: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (body.byteLength === 0) return { isBase64Encoded: false };
  return TEXT.test(contentType ?? "") && isUtf8(body)
    ? { body: body.toString("utf8"), isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 12/Mar/2020:19:03:58 +0000 */
function commonLogTime(at: Date): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const [year, , day] = date.split("-");
  return `${day}/${MONTHS[at.getUTCMonth()]}/${year}:${time.slice(0, 8)} +0000`;
}

export type HttpAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer };

/** A result without `statusCode` is the body of a 200. Throws on what API Gateway would not understand. */
export function answerOf(result: APIGatewayProxyResultV2): HttpAnswer {
  if (typeof result !== "object" || result.statusCode === undefined) {
    const body = typeof result === "string" ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded } = result;
  if (!Number.isInteger(statusCode)) throw new TypeError("statusCode is not a number");
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status: statusCode,
    headers: {
      ...(body !== "" && { "content-type": "text/plain; charset=utf-8" }),
      ...Object.fromEntries(named),
      ...(cookies && { "set-cookie": cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}

/** What is answered in front of every function: API Gateway would say `message`, here it is a refusal like every other. */
export function hostAnswer(status: number, code: string): HttpAnswer {
  return jsonAnswer({ error: code }, status);
}

export function jsonAnswer(value: unknown, status = 200): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(value)) };
}

export function htmlAnswer(html: string): HttpAnswer {
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: Buffer.from(html) };
}
