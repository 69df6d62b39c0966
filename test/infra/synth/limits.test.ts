/** What AWS refuses and no model says: each rule finds the mistake that it is for, and nothing in what is sound. */
import { expect, test } from "vitest";
import type { Values } from "./judging.ts";
import { limits } from "./limits.ts";
import { sound } from "./sound.ts";

const failing = (kind?: string, changed?: Values) => {
  const graph = sound(kind, changed);
  return limits.filter(({ mistakes }) => mistakes(graph).length > 0).map(({ rule }) => rule);
};
const LAMBDA = "aws:lambda/function:Function";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

test("nothing is found in what is sound", () => {
  expect(failing()).toEqual([]);
});

const SPOILT: ReadonlyArray<[mistake: string, kind: string, changed: Values, rule: RegExp]> = [
  ["a function's name of 65 characters", LAMBDA, { name: "f".repeat(65) }, /every name/],
  ["settings of 4 KB in the environment", LAMBDA, { environment: { variables: { S: "x".repeat(4_096) } } }, /4 KB/],
  ["a function that outlasts the API", LAMBDA, { timeout: 31 }, /behind the API/],
  ["more runs at once than an account has", LAMBDA, { reservedConcurrentExecutions: 901 }, /reserve/],
  [
    "a policy too long for its role",
    "aws:iam/role:Role",
    { inlinePolicies: [{ policy: { Statement: { Effect: "Allow", Action: "a:b", Resource: "r".repeat(10_240) } } }] },
    /inline policies/,
  ],
  [
    "a sixth pattern of a stream",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    { filterCriteria: { filters: Array.from({ length: 6 }, () => ({ pattern: "{}" })) } },
    /5 patterns/,
  ],
  ["a rate of one minutes", "aws:scheduler/schedule:Schedule", { scheduleExpression: "rate(1 minutes)" }, /a schedule/],
  ["a letter kept for a month", "aws:sqs/queue:Queue", { messageRetentionSeconds: 2_592_000 }, /SQS's ranges/],
  [
    "a hundred and one attributes of an index",
    "aws:dynamodb/table:Table",
    { globalSecondaryIndexes: [{ nonKeyAttributes: Array.from({ length: 101 }, (_, n) => `a${n}`) }] },
    /20 indexes/,
  ],
  ["a log kept for 45 days", "aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 45 }, /a log is kept/],
  ["an alarm that looks each 45 seconds", ALARM, { period: 45 }, /the period of an alarm/],
  [
    "an alarm over periods that differ",
    ALARM,
    { metricQueries: [{ metric: { period: 60 } }, { metric: { period: 300 } }] },
    /the period of an alarm/,
  ],
  [
    "a graph of 501 metrics",
    "aws:cloudwatch/dashboard:Dashboard",
    {
      dashboardBody: JSON.stringify({ widgets: [{ properties: { metrics: Array.from({ length: 501 }, () => []) } }] }),
    },
    /500 metrics/,
  ],
];

test.each(SPOILT)("%s is found", (_, kind, changed, rule) => {
  expect(failing(kind, changed)).toContainEqual(expect.stringMatching(rule));
});

test("a route too many is found", () => {
  const graph = sound();
  const routes = Array.from({ length: 300 }, () => graph.resources.filter(({ type }) => type.includes("route")));
  graph.resources.push(...routes.flat());
  expect(limits.filter(({ mistakes }) => mistakes(graph).length > 0)).toHaveLength(1);
});

test("each says where AWS does", () => {
  for (const { source } of limits) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});
