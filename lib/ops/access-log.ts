import { METRICS, NAMESPACE } from "./metric.ts";

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

/** The API's own throttle has no metric; its answers stand in the log alone. */
export const turnedAway = {
  pattern: '{ $.status = "429" }',
  metricTransformation: { namespace: NAMESPACE, name: METRICS.turnedAway.name, value: "1", unit: "Count" },
} as const;
