/** Logs and what is counted in them, alarms, the dashboard, and who is told. */
import { asList, type Values } from "../judging.ts";
import type { Request, Requests } from "./request.ts";

const logs = (operation: string, input: Values): Request => ({ service: "logs", operation, input });
const cloudwatch = (operation: string, input: Values): Request => ({ service: "cloudwatch", operation, input });

export const requestsOfWatching: Requests = {
  "aws:cloudwatch/logGroup:LogGroup": ({ name: logGroupName, retentionInDays, ...rest }) => [
    logs("CreateLogGroup", { logGroupName, ...rest }),
    ...(retentionInDays === undefined ? [] : [logs("PutRetentionPolicy", { logGroupName, retentionInDays })]),
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (
    { name: filterName, pattern: filterPattern, metricTransformation, ...rest },
    made,
  ) => {
    const {
      name: metricName,
      namespace: metricNamespace,
      value: metricValue,
      ...more
    } = metricTransformation as Values;
    const metricTransformations = [{ metricName, metricNamespace, metricValue, ...more }];
    return [
      logs("PutMetricFilter", {
        filterName: filterName ?? made.name,
        filterPattern,
        metricTransformations,
        ...rest,
      }),
    ];
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name: alarmName, okActions, dimensions, metricQueries, ...rest }) => [
    cloudwatch("PutMetricAlarm", {
      alarmName,
      OKActions: okActions,
      dimensions: dimensions === undefined ? undefined : dimensionsOf(dimensions),
      metrics: metricQueries === undefined ? undefined : asList<Values>(metricQueries).map(queryOf),
      ...rest,
    }),
  ],
  "aws:cloudwatch/dashboard:Dashboard": (inputs) => [cloudwatch("PutDashboard", inputs)],
  "aws:sns/topic:Topic": ({ fifoTopic, ...inputs }) => [{ service: "sns", operation: "CreateTopic", input: inputs }],
  "aws:sns/topicSubscription:TopicSubscription": ({ topic: topicArn, ...rest }) => [
    { service: "sns", operation: "Subscribe", input: { topicArn, ...rest } },
  ],
};

function dimensionsOf(dimensions: unknown): Values[] {
  return Object.entries(dimensions as Values).map(([name, value]) => ({ name, value }));
}

function queryOf({ metric, ...query }: Values): Values {
  if (metric === undefined) return query;
  const { stat, period, dimensions = {}, ...named } = metric as Values;
  return { ...query, metricStat: { metric: { ...named, dimensions: dimensionsOf(dimensions) }, period, stat } };
}
