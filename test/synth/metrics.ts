/** Which metrics there are: ours as `METRICS` names them, and those of AWS that we use, each with what it is about. */
import { METRICS, NAMESPACE } from "../../lib/ops/metric.ts";
import { type Graph, ofType, physicalName, type TYPES } from "./graph.ts";
import { found } from "./judging.ts";

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
  "AWS/ApiGateway": { dimension: "ApiId", of: "api", metrics: ["5xx", "Count"] },
};

export type Watched = { namespace: string; metricName: string; dimensions: Readonly<Record<string, string>> };

export function mistakeIn(graph: Graph, watched: Watched): string | undefined {
  return watched.namespace === NAMESPACE ? mistakeInOurs(graph, watched) : mistakeInTheirs(graph, watched);
}

function mistakeInOurs(graph: Graph, { metricName, dimensions }: Watched): string | undefined {
  const known = Object.values(METRICS).find(({ name }) => name === metricName);
  if (!known) return `${metricName} is no metric of ours`;
  if (known === METRICS.turnedAway && !isCounted(graph)) return "nothing counts it in the log of the API";
  const names = Object.keys(dimensions).join();
  const isWhole = names === "service" && dimensions.service === "kojarz";
  const sets: string[] = [known.dimensions.join(), ...(known === METRICS.held ? ["service"] : [])];
  return sets.includes(names) && (names !== "service" || isWhole) ? undefined : `${known.name} has no ${names}`;
}

/** The one metric that no function publishes. */
function isCounted(graph: Graph): boolean {
  const logs = ofType(graph, "stage").map(
    ({ inputs }) => (inputs.accessLogSettings as { destinationArn?: string }).destinationArn,
  );
  return ofType(graph, "metricFilter").some(({ inputs }) => {
    const { namespace, name } = inputs.metricTransformation as { namespace: string; name: string };
    const isOurs = namespace === NAMESPACE && name === METRICS.turnedAway.name;
    return isOurs && logs.some((arn) => arn?.endsWith(`:${inputs.logGroupName}`));
  });
}

function mistakeInTheirs(graph: Graph, { namespace, metricName, dimensions }: Watched): string | undefined {
  const { dimension, of, metrics } = AWS[namespace] ?? { dimension: "", of: "table", metrics: [] };
  if (!metrics.includes(metricName)) return `${namespace} ${metricName} is no metric that we know`;
  const [[name, value] = ["", ""], ...more] = Object.entries(dimensions);
  if (name !== dimension || more.length > 0) return `${metricName} is about one ${dimension}`;
  const watched = ofType(graph, of).find((made) => value === (of === "api" ? `${made.name}-id` : physicalName(made)));
  if (!watched) return `${dimension} ${value} is not there`;
  const reads = ofType(graph, "mapping").some(
    ({ inputs }) => found(graph, "function", inputs.functionName) === watched,
  );
  return metricName === "IteratorAge" && !reads ? `${value} reads no stream` : undefined;
}

/** `SEARCH('{Kojarz,channel,verdict} MetricName="Sightings" AND …', 'Sum', 300)` */
const SEARCH = /SEARCH\('\{(?<namespace>\w+)(?<names>[,\w]*)\} MetricName="(?<metric>\w+)"/;

/** @returns the metric of ours that an expression searches, or what is wrong with it */
export function searched(expression: string): { metric?: string; mistake?: string } {
  const { namespace, names, metric = "" } = SEARCH.exec(expression)?.groups ?? {};
  if (!expression.includes("SEARCH(")) return {};
  const known = Object.values(METRICS).find(({ name }) => name === metric);
  const isIts =
    known !== undefined && namespace === NAMESPACE && names === known.dimensions.map((d) => `,${d}`).join("");
  return isIts ? { metric } : { mistake: `${expression} finds nothing` };
}
