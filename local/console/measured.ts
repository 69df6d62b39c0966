/** Counts what AWS counts of each function, under the names that the dashboard asks for. */
import type { LambdaHandler } from "../lambda-context.ts";
import type { LocalMetrics } from "./metrics.ts";

/** @param idOf which function of a deployment would answer this event */
export function measured<Event, Result>(
  metrics: LocalMetrics,
  idOf: (event: Event) => string,
  handler: LambdaHandler<Event, Result>,
): LambdaHandler<Event, Result> {
  return async (event, context) => {
    const FunctionName = idOf(event);
    const record = (name: string, value: number) => metrics.record("AWS/Lambda", name, { FunctionName }, value);
    const startedAt = performance.now();
    let failed = 1;
    try {
      const result = await handler(event, context);
      failed = 0;
      return result;
    } finally {
      record("Invocations", 1);
      record("Errors", failed);
      record("Duration", performance.now() - startedAt);
    }
  };
}
