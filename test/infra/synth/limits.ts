/** What AWS refuses and no model of its API says: quotas, and what is written in its documentation alone. */
import * as z from "zod/mini";
import { type Made, ofType, physicalName, type TYPES } from "./graph.ts";
import { asList, type Check, each, environmentOf, found, type Values } from "./judging.ts";
import { statementsOf } from "./policies.ts";

type Limit = Check & { source: string };

const DOCS = "https://docs.aws.amazon.com";

const LONGEST: ReadonlyArray<[type: keyof typeof TYPES, longest: number]> = [
  ["function", 64],
  ["queue", 80],
  ["bucket", 63],
];

const named: Limit[] = [
  {
    rule: "every name is as short as AWS wants it: 64 characters of a function, 80 of a queue, 63 of a bucket",
    source: `${DOCS}/lambda/latest/api/API_CreateFunction.html, ${DOCS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html, ${DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html`,
    mistakes: (graph) =>
      LONGEST.flatMap(([type, longest]) =>
        each(ofType(graph, type), (made) => {
          const { length } = physicalName(made);
          return length > longest ? `has ${length} characters` : undefined;
        }),
      ),
  },
];

const functions: Limit[] = [
  {
    rule: "the environment of every function is smaller than Lambda's 4 KB, names and values together",
    source: `${DOCS}/lambda/latest/dg/gettingstarted-limits.html`,
    mistakes: (graph) =>
      each(ofType(graph, "function"), (one) => {
        const bytes = Object.entries(environmentOf(one)).reduce(
          (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
          0,
        );
        return bytes > 4_000 ? `has ${bytes} bytes` : undefined;
      }),
  },
  {
    rule: "no function runs for longer than Lambda's 15 minutes, and none behind the API for longer than its 30 seconds",
    source: `${DOCS}/lambda/latest/dg/gettingstarted-limits.html, ${DOCS}/apigateway/latest/developerguide/http-api-quotas.html`,
    mistakes: (graph) => {
      const behind = ofType(graph, "integration").map(({ inputs }) => found(graph, "function", inputs.integrationUri));
      return each(ofType(graph, "function"), (one) => {
        const longest = behind.includes(one) ? 30 : 900;
        return Number(one.inputs.timeout) > longest ? `runs for ${one.inputs.timeout} s` : undefined;
      });
    },
  },
  {
    rule: "what functions reserve leaves 100 of an account's 1,000 runs at once to all others",
    source: `${DOCS}/lambda/latest/dg/configuration-concurrency.html`,
    mistakes: (graph) => {
      const reserved = ofType(graph, "function").map(({ inputs }) => Number(inputs.reservedConcurrentExecutions ?? 0));
      const sum = reserved.reduce((all, one) => all + one, 0);
      return sum > 900 ? [`${sum} are reserved`] : [];
    },
  },
  {
    rule: "the inline policies of a role are no longer than 10,240 characters together",
    source: `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`,
    mistakes: (graph) =>
      each(ofType(graph, "role"), (role) => {
        const { length } = JSON.stringify(statementsOf(role));
        return length > 10_240 ? `has ${length} characters` : undefined;
      }),
  },
  {
    rule: "a stream is filtered by 5 patterns at most",
    source: `${DOCS}/lambda/latest/dg/invocation-eventfiltering.html`,
    mistakes: (graph) =>
      each(ofType(graph, "mapping"), ({ inputs }) => {
        const { length } = asList((inputs.filterCriteria as Values | undefined)?.filters);
        return length > 5 ? `has ${length}` : undefined;
      }),
  },
  {
    rule: "a schedule says rate(1 minute) or rate(2 minutes), or six fields of cron",
    source: `${DOCS}/scheduler/latest/UserGuide/schedule-types.html`,
    mistakes: (graph) =>
      each(ofType(graph, "schedule"), ({ inputs }) => {
        const said = String(inputs.scheduleExpression);
        const isKnown = /^(rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/;
        return isKnown.test(said) ? undefined : `says ${said}`;
      }),
  },
];

/** Smallest and largest, in seconds. */
const QUEUE_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  messageRetentionSeconds: [60, 1_209_600],
  visibilityTimeoutSeconds: [0, 43_200],
  delaySeconds: [0, 900],
};

const storage: Limit[] = [
  {
    rule: "the times of a queue are within SQS's ranges, which its API takes as texts",
    source: `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html`,
    mistakes: (graph) =>
      each(ofType(graph, "queue"), ({ inputs }) =>
        Object.entries(QUEUE_RANGES)
          .filter(([name, [least, most]]) => {
            const value = inputs[name];
            return value !== undefined && !(Number(value) >= least && Number(value) <= most);
          })
          .map(([name]) => `${name} is ${inputs[name]}`)
          .at(0),
      ),
  },
  {
    rule: "a table has 20 indexes at most, which hold 100 further attributes together",
    source: `${DOCS}/amazondynamodb/latest/developerguide/ServiceQuotas.html`,
    mistakes: (graph) =>
      each(ofType(graph, "table"), ({ inputs }) => {
        const indexes = asList<{ nonKeyAttributes?: string[] }>(inputs.globalSecondaryIndexes);
        const further = indexes.flatMap(({ nonKeyAttributes = [] }) => nonKeyAttributes);
        return indexes.length > 20 || further.length > 100 ? `has ${indexes.length} and ${further.length}` : undefined;
      }),
  },
];

const outside: Limit[] = [
  {
    rule: "an API has 300 routes and 300 integrations at most",
    source: `${DOCS}/apigateway/latest/developerguide/http-api-quotas.html`,
    mistakes: (graph) =>
      (["route", "integration"] as const).flatMap((type) => {
        const { length } = ofType(graph, type);
        return length > 300 ? [`there are ${length} of ${type}`] : [];
      }),
  },
];

/** Days. */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const Widgets = z.object({
  widgets: z.array(z.object({ properties: z.object({ metrics: z._default(z.array(z.unknown()), []) }) })),
});

const watching: Limit[] = [
  {
    rule: "a log is kept for one of the times that CloudWatch knows, and counted by 100 filters at most",
    source: `${DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html, ${DOCS}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html`,
    mistakes: (graph) =>
      each(ofType(graph, "logGroup"), ({ inputs: { name, retentionInDays } }) => {
        if (!RETENTIONS.includes(Number(retentionInDays))) return `is kept for ${retentionInDays} days`;
        const filters = ofType(graph, "metricFilter").filter(({ inputs }) => inputs.logGroupName === name);
        return filters.length > 100 ? `has ${filters.length} filters` : undefined;
      }),
  },
  {
    rule: "the period of an alarm is 10, 20 or 30 seconds or whole minutes, the same of all its metrics, 10 at most",
    source: `${DOCS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, ${DOCS}/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html`,
    mistakes: (graph) =>
      each(ofType(graph, "alarm"), (alarm) => {
        const periods = periodsOf(alarm);
        const isKnown = periods.every((period) => [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0));
        return isKnown && new Set(periods).size === 1 && periods.length <= 10
          ? undefined
          : `looks at ${periods.join()} s`;
      }),
  },
  {
    rule: "a widget of the dashboard draws 500 metrics at most, all of them 2,500",
    source: `${DOCS}/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html`,
    mistakes: (graph) =>
      each(ofType(graph, "dashboard"), ({ inputs }) => {
        const drawn = Widgets.parse(JSON.parse(String(inputs.dashboardBody))).widgets.map(
          ({ properties }) => properties.metrics.length,
        );
        const sum = drawn.reduce((all, one) => all + one, 0);
        return Math.max(...drawn) > 500 || sum > 2_500 ? `draws ${sum}` : undefined;
      }),
  },
];

function periodsOf({ inputs }: Made): number[] {
  const queries = asList<{ metric?: { period: number } }>(inputs.metricQueries);
  return queries.length > 0 ? queries.flatMap(({ metric }) => metric?.period ?? []) : [Number(inputs.period)];
}

export const limits: readonly Limit[] = [...named, ...functions, ...storage, ...outside, ...watching];
