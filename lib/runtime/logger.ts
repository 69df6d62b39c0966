/** The one logger. What is not on the list of fields is not logged, whoever hands it in. */
import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";

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

  /** Errors of the SDK carry the items of the table as properties: only what every error has is kept. */
  override formatError(error: Error): LogAttributes {
    return {
      name: error.name,
      message: error.message,
      stack: error.stack,
      ...(error.cause instanceof Error && { cause: this.formatError(error.cause) }),
      ...(error instanceof AggregateError && {
        errors: error.errors.flatMap((each) => (each instanceof Error ? this.formatError(each) : [])),
      }),
    };
  }
}

export const logger = new Logger({ serviceName: "kojarz", logFormatter: new LeanFormatter() });
