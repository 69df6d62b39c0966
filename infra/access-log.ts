/** What the logs of the API and of the functions are counted for. */
import { METRICS } from "../lib/ops/metric.ts";

/**
 * What the API writes down of each request. Not the path, because platforms that sign nothing put their secret into it
 * (the route says the same without), and no address or browser of a sender.
 */
export const accessLogFormat = JSON.stringify({
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  routeKey: "$context.routeKey",
  status: "$context.status",
  error: "$context.error.responseType",
  responseLatency: "$context.responseLatency",
  responseLength: "$context.responseLength",
  integrationStatus: "$context.integration.status",
  integrationLatency: "$context.integration.latency",
  integrationError: "$context.integration.error",
});

/** Each line that the pattern finds is one more of the metric of ours. */
export type Counted = { pattern: string; name: string };

/** What is counted in that log, because no function sees it. `-` stands where no function was asked. */
export const apiFilters = {
  TurnedAway: {
    pattern: '{ $.routeKey != "$default" && $.integrationStatus = "-" && ($.status = "429" || $.status = "413") }',
    name: METRICS.turnedAway.name,
  },
  RefusedInLog: { pattern: '{ $.status = "4*" }', name: METRICS.refusedInLog.name },
} as const satisfies Readonly<Record<string, Counted>>;

/**
 * In the log of each function, the line that Lambda itself writes about each run: also of one that ended before a line of
 * ours could say why. Statuses: `success`, `error`, `failure`, `timeout`.
 */
export const failedRuns: Counted = {
  pattern:
    '{ $.type = "platform.report" && ($.record.status = "error" || $.record.status = "failure" || $.record.status = "timeout") }',
  name: METRICS.functionErrors.name,
};
