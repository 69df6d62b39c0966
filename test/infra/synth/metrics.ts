/** Which metrics there are: ours as `METRICS` names them, and those of AWS that we use, each with what it is about. */
import { METRICS } from "../../../lib/ops/metric.ts";
import { namespaceOf } from "../../../lib/runtime/namespace.ts";
import { type Graph, ofType, physicalName, type TYPES } from "./graph.ts";
import { asList, found } from "./judging.ts";

type Source = { dimension: string; of: keyof typeof TYPES; metrics: readonly string[] };

/** As AWS spells them: a metric of another name is never heard, and nothing says so. */
const AWS: Readonly<Record<string, Source>> = {
  "AWS/Lambda": {
    dimension: "FunctionName",
    of: "function",
    metrics: ["Duration", "Errors", "Invocations", "IteratorAge", "Throttles"],
  },
  "AWS/SQS": {
    dimension: "QueueName",
    of: "queue",
    metrics: ["ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent"],
  },
  "AWS/DynamoDB": {
    dimension: "TableName",
    of: "table",
    metrics: [
      "ConditionalCheckFailedRequests",
      "ConsumedReadCapacityUnits",
      "ConsumedWriteCapacityUnits",
      "ReadThrottleEvents",
      "TransactionConflict",
      "WriteThrottleEvents",
    ],
  },
  "AWS/ApiGateway": { dimension: "ApiId", of: "api", metrics: ["4xx", "5xx", "Count"] },
};

export type Watched = { namespace: string; metricName: string; dimensions: Readonly<Record<string, string>> };

export function mistakeIn(graph: Graph, watched: Watched): string | undefined {
  return watched.namespace === namespaceOf(graph.stage)
    ? mistakeInOurs(graph, watched)
    : mistakeInTheirs(graph, watched);
}

function mistakeInOurs(graph: Graph, { metricName, dimensions }: Watched): string | undefined {
  const known = Object.values(METRICS).find(({ name }) => name === metricName);
  if (!known) return `${metricName} is no metric of ours`;
  if (known.dimensions.length === 0 && !isCounted(graph, metricName)) return "nothing counts it in a log";
  const names = Object.keys(dimensions).join();
  const isWhole = names === "service" && dimensions.service === "kojarz";
  return names === known.dimensions.join() && (names !== "service" || isWhole)
    ? undefined
    : `${known.name} has no ${names}`;
}

/** Metrics that no function publishes: of the log of the API, or of the logs of all functions. */
function isCounted(graph: Graph, metricName: string): boolean {
  const counting = ofType(graph, "metricFilter").filter(({ inputs }) => {
    const { namespace, name } = inputs.metricTransformation as { namespace: string; name: string };
    return namespace === namespaceOf(graph.stage) && name === metricName;
  });
  const counted = (group: string) => counting.some(({ inputs }) => group.endsWith(`:${inputs.logGroupName}`));
  const logs =
    metricName === METRICS.functionErrors.name
      ? ofType(graph, "function").map(({ inputs }) => `:${(inputs.loggingConfig as { logGroup: string }).logGroup}`)
      : ofType(graph, "stage").map(({ inputs }) =>
          String((inputs.accessLogSettings as { destinationArn?: string }).destinationArn),
        );
  return logs.every(counted);
}

function isIndex(graph: Graph, index: string): boolean {
  return ofType(graph, "table").some(({ inputs }) =>
    asList<{ name: string }>(inputs.globalSecondaryIndexes).some(({ name }) => name === index),
  );
}

function mistakeInTheirs(graph: Graph, { namespace, metricName, dimensions }: Watched): string | undefined {
  const { dimension, of, metrics } = AWS[namespace] ?? { dimension: "", of: "table", metrics: [] };
  if (!metrics.includes(metricName)) return `${namespace} ${metricName} is no metric that we know`;
  const { GlobalSecondaryIndexName: index = "", ...rest } = dimensions;
  if (index !== "" && !isIndex(graph, index)) return `there is no index ${index}`;
  const [[name, value] = ["", ""], ...more] = Object.entries(rest);
  if (name !== dimension || more.length > 0) return `${metricName} is about one ${dimension}`;
  const watched = ofType(graph, of).find((made) => value === (of === "api" ? `${made.name}-id` : physicalName(made)));
  if (!watched) return `${dimension} ${value} is not there`;
  const reads = ofType(graph, "mapping").some(
    ({ inputs }) => found(graph, "function", inputs.functionName) === watched,
  );
  return metricName === "IteratorAge" && !reads ? `${value} reads no stream` : undefined;
}

/** `SEARCH('{"Kojarz/production",channel,verdict} MetricName="Sightings" AND …', 'Sum', 300)` */
const SEARCH = /SEARCH\('\{"(?<namespace>[\w/-]+)"(?<names>[,\w]*)\} MetricName="(?<metric>\w+)"/;

/** @returns the metric of ours that an expression searches, or what is wrong with it */
export function searched(graph: Graph, expression: string): { metric?: string; mistake?: string } {
  const { namespace, names, metric = "" } = SEARCH.exec(expression)?.groups ?? {};
  if (!expression.includes("SEARCH(")) return {};
  const known = Object.values(METRICS).find(({ name }) => name === metric);
  const isIts =
    known !== undefined &&
    namespace === namespaceOf(graph.stage) &&
    names === known.dimensions.map((d) => `,${d}`).join("");
  return isIts ? { metric } : { mistake: `${expression} finds nothing` };
}
