/** What an alarm is, and the metrics that alarms look at. */
import { type DimensionsOf, METRICS, type Metric, type Refusal, WHOLE } from "../../lib/ops/metric.ts";
import { namespaceOf } from "../../lib/runtime/namespace.ts";

/** The value of a dimension: a resource of this deployment by its id, or a text. */
type Ref = { kind: "function" | "queue"; id: string } | { kind: "table" | "api" } | { kind: "text"; text: string };

/** A metric, whole or by dimensions. */
export type Source = {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, Ref>>;
};

export type AlarmSpec = Source & {
  id: string;
  statistic: "Sum" | "Maximum" | "Minimum";
  periodSeconds: number;
  /** How many periods it looks at. */
  periods: number;
  /** In how many of them the threshold has to be reached. */
  datapoints: number;
  threshold: number;
  comparison: "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  /** True where it tells of something that happened: that nothing new happens does not make it good again. */
  event?: true;
  /** Of the metric `m` and of `n`, where a metric itself is not what is compared. */
  expression?: string;
  /** The metric `n` of the expression. */
  second?: Source;
  /** Silence is an alarm where something has to be heard all the time. */
  silence: "breaching" | "notBreaching";
  /** Polish, then English. At most 1,024 characters. */
  description: string;
};

type Rule = Pick<AlarmSpec, "threshold"> & Partial<Omit<AlarmSpec, "threshold">>;

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/**
 * The metric with zeros where it says nothing: else the last periods that said something would be judged again. Its newest
 * minutes may still be filled with zeros before their values are there: use it with a long period, which slides over them,
 * or with one of several periods.
 */
export const FILLED = "FILL(m,0)";
/** What the first counts and the second does not. Both filled: a metric says nothing where nothing happened. */
export const BEYOND = "FILL(m,0)-FILL(n,0)";
/** The first, in periods in which the second was heard: what was deployed an hour ago has missed no daily run. */
export const WHERE_HEARD = "IF(FILL(n,0)>0,FILL(m,0),1)";

export function alarm(id: string, source: Source, rule: Rule, pl: string, en: string): AlarmSpec {
  return {
    id,
    ...source,
    statistic: "Sum",
    periodSeconds: 5 * MINUTE,
    periods: 1,
    datapoints: rule.periods ?? 1,
    comparison: "GreaterThanOrEqualToThreshold",
    silence: "notBreaching",
    ...rule,
    description: `${pl}\n\n${en}`,
  };
}

/** Stands for the namespace of our own metrics, which each stage has of its own. */
export const OURS = namespaceOf(undefined);

export function ours<M extends Metric>(metric: M, dimensions: DimensionsOf<NoInfer<M>> = WHOLE): Source {
  const refs = Object.entries(dimensions).map(([name, text]) => [name, { kind: "text", text } as const]);
  return { namespace: OURS, metricName: metric.name, dimensions: Object.fromEntries(refs) };
}

export const refusals = (refusal: Refusal): Source => ours(METRICS.refusals, { refusal });

export function lambda(metricName: string, id: string): Source {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: { kind: "function", id } } };
}

/** Of the table itself, or of one of its indexes: AWS counts them apart. */
export function dynamo(metricName: string, index?: string): Source {
  const dimensions: Source["dimensions"] = {
    TableName: { kind: "table" },
    ...(index !== undefined && { GlobalSecondaryIndexName: { kind: "text", text: index } }),
  };
  return { namespace: "AWS/DynamoDB", metricName, dimensions };
}

export function sqs(metricName: string, id: string): Source {
  return { namespace: "AWS/SQS", metricName, dimensions: { QueueName: { kind: "queue", id } } };
}

export function api(metricName: string): Source {
  return { namespace: "AWS/ApiGateway", metricName, dimensions: { ApiId: { kind: "api" } } };
}
