/**
 * What surrounds the work of a function: the logger, the metrics, and two middy stacks, one for functions behind HTTP and
 * one for events. No body parser: signatures are over raw bytes.
 */

import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { Metrics } from "@aws-lambda-powertools/metrics";
import middy, { type MiddyfiedHandler } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { present } from "../core/writes.ts";
import { namespaceOf } from "./namespace.ts";

export type Invocation = {
  /** Aborted shortly before Lambda would end the process. */
  signal: AbortSignal;
  /** How long it is until then. */
  leftMs: number;
  /** Of the function itself, as it was called. */
  functionArn: string;
};

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** Milliseconds before Lambda ends the process: enough to log and to answer. Middy's default is 5 ms. */
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

/** The headers of a request, with names in lower case. */
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
    .handler((event, context, { signal }) => work(event, invocationOf(context, signal)));
}

function invocationOf(context: Context, signal: AbortSignal): Invocation {
  return { signal, leftMs: leftMs(context), functionArn: context.invokedFunctionArn };
}

function leftMs(context: Pick<Context, "getRemainingTimeInMillis">): number {
  return context.getRemainingTimeInMillis() - EARLY_MS;
}

/**
 * Rethrows what fails: AWS then sends the event again.
 * @param late what to answer when the time is up; a `TimeoutError` if absent
 */
export function eventHandler<Event, Result>(
  work: (event: Event, invocation: Invocation) => Promise<Result>,
  late?: () => Result,
): MiddyfiedHandler<Event, Result> {
  return middy<Event, Result>(present({ timeoutEarlyInMillis: EARLY_MS, timeoutEarlyResponse: late }))
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .onError(({ error }) => {
      logger.error("event failed", { error });
    })
    .handler((event, context, { signal }) => work(event, invocationOf(context, signal)));
}

const FIELDS = new Set([
  "account",
  "blockedUntil",
  "code",
  "confirm",
  "counts",
  "eventId",
  "erpNumber",
  "error",
  "issuer",
  "kind",
  "listed",
  "note",
  "order",
  "outcome",
  "rank",
  "read",
  "reason",
  "sourceOrder",
  "told",
  "until",
  "value",
  "verdict",
]);

const EXPECTED: ReadonlySet<string> = new Set(["NoAnswer", "Refused"]);

class LeanFormatter extends LogFormatter {
  override formatAttributes(base: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, lambdaContext, xRayTraceId } = base;
    return new LogItem({
      attributes: {
        level: logLevel,
        message,
        timestamp: this.formatTimestamp(timestamp),
        service: serviceName,
        function_name: lambdaContext?.functionName,
        function_request_id: lambdaContext?.awsRequestId,
        cold_start: lambdaContext?.coldStart,
        xray_trace_id: xRayTraceId,
        ...Object.fromEntries(Object.entries(additional).filter(([name]) => FIELDS.has(name))),
      },
    });
  }

  /**
   * Errors of the SDK carry the items of the table as properties: only what every error has is kept. What a platform
   * refuses, or does not answer, is no fault of a line of ours.
   */
  override formatError(error: Error): LogAttributes {
    return present({
      name: error.name,
      message: error.message,
      stack: EXPECTED.has(error.name) ? undefined : error.stack,
      cause: error.cause instanceof Error ? this.formatError(error.cause) : undefined,
      errors:
        error instanceof AggregateError
          ? error.errors.flatMap((each) => (each instanceof Error ? this.formatError(each) : []))
          : undefined,
    });
  }
}

export const logger = new Logger({ serviceName: "kojarz", logFormatter: new LeanFormatter() });

export const metrics = new Metrics({ namespace: namespaceOf(process.env.KOJARZ_STAGE), serviceName: "kojarz" });
