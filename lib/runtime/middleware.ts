/** The two middy stacks: one for functions behind HTTP, one for events. No body parser: signatures are over raw bytes. */
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy, { type MiddyfiedHandler } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { logger } from "./logger.ts";

export type Invocation = {
  /** Aborted shortly before Lambda would end the process. */
  signal: AbortSignal;
  /** How long it is until then. */
  leftMs: number;
};

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** Enough to log and to answer before Lambda ends the process (middy's default are 5 ms). */
const EARLY_MS = 1_000;

/** A fault of ours with its own status and code; any other error is answered 500 `internal`. */
export class HttpFault extends Error {
  readonly status: 500 | 503;
  readonly code: string;
  constructor(status: 500 | 503, code: string, options?: ErrorOptions) {
    super(code, options);
    this.name = "HttpFault";
    this.status = status;
    this.code = code;
  }
}

/** Names in lower case. */
export function headersOf({ headers }: HttpEvent): Record<string, string> {
  const named = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  return Object.fromEntries(named);
}

export function bodyOf({ body, isBase64Encoded }: HttpEvent): Buffer {
  return Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
}

export function answer(statusCode: number, body: object, headers: Record<string, string> = {}): HttpResult {
  return { statusCode, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export function httpHandler(
  work: (event: HttpEvent, invocation: Invocation) => Promise<HttpResult>,
): MiddyfiedHandler<HttpEvent, HttpResult> {
  return middy<HttpEvent, HttpResult>({
    timeoutEarlyInMillis: EARLY_MS,
    timeoutEarlyResponse: () => {
      throw new HttpFault(503, "timeout");
    },
  })
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .onError(({ error }) => {
      const fault = error instanceof HttpFault ? error : new HttpFault(500, "internal", { cause: error });
      logger.error("request failed", { code: fault.code, error: fault });
      return answer(fault.status, { error: fault.code });
    })
    .handler((event, context, { signal }) => work(event, { signal, leftMs: leftMs(context) }));
}

function leftMs(context: Pick<Context, "getRemainingTimeInMillis">): number {
  return context.getRemainingTimeInMillis() - EARLY_MS;
}

/**
 * An event that fails is thrown on: whoever sent it repeats it.
 * @param late what to answer when the time is up; a `TimeoutError` if absent
 */
export function eventHandler<Event, Result>(
  work: (event: Event, invocation: Invocation) => Promise<Result>,
  late?: () => Result,
): MiddyfiedHandler<Event, Result> {
  return middy<Event, Result>({ timeoutEarlyInMillis: EARLY_MS, ...(late && { timeoutEarlyResponse: late }) })
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .onError(({ error }) => {
      logger.error("event failed", { error });
    })
    .handler((event, context, { signal }) => work(event, { signal, leftMs: leftMs(context) }));
}
