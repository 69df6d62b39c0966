/** Requests that AWS's own models refuse: each is a mistake that a deployment could make. */
import { describe, expect, test } from "vitest";
import type { Values } from "../judging.ts";
import { sound } from "../sound.ts";
import { installedModels, MODELS_MISSING } from "./models.ts";
import { validated } from "./validate.ts";

const models = installedModels();
if (!models) console.warn(`skipped: ${MODELS_MISSING}`);

const LAMBDA = "aws:lambda/function:Function";
const STREAM = "aws:lambda/eventSourceMapping:EventSourceMapping";
const INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const TABLE = "aws:dynamodb/table:Table";
const QUEUE = "aws:sqs/queue:Queue";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

describe.runIf(models)("AWS's models", () => {
  const violations = (kind?: string, changed?: Values) =>
    models ? validated(models, sound(kind, changed)).violations : [];

  test("take one sound resource of each kind", () => {
    expect(violations()).toEqual([]);
  });

  test.each<[mistake: string, kind: string, changed: Values, refused: RegExp]>([
    ["a runtime that there is not", LAMBDA, { runtime: "nodejs24" }, /Runtime is nodejs24, none of/],
    ["less memory than the least", LAMBDA, { memorySize: 64 }, /MemorySize is less than 128/],
    ["a time as a text", LAMBDA, { timeout: "110 seconds" }, /Timeout is no integer/],
    ["a member of another name", LAMBDA, { timeoutSeconds: 110 }, /knows no timeoutSeconds/],
    ["a role by its name alone", LAMBDA, { role: "kojarz-jan-SweepRole" }, /Role is kojarz-jan-SweepRole, not arn:/],
    ["a variable with a dash", LAMBDA, { environment: { variables: { "KOJARZ-STAGE": "x" } } }, /KOJARZ-STAGE/],
    ["a log of another format", LAMBDA, { loggingConfig: { logFormat: "json" } }, /LogFormat is json/],
    ["a batch of nothing", STREAM, { batchSize: 0 }, /BatchSize is less than 1/],
    ["a stream read from elsewhere", STREAM, { startingPosition: "EARLIEST" }, /StartingPosition is EARLIEST/],
    ["a third repetition", INVOKE, { maximumRetryAttempts: 3 }, /MaximumRetryAttempts is more than 2/],
    ["an event that ends within the minute", INVOKE, { maximumEventAgeInSeconds: 30 }, /is less than 60/],
    ["a permission for nobody", "aws:lambda/permission:Permission", { principal: undefined }, /has no Principal/],
    ["a role of 65 characters", "aws:iam/role:Role", { name: "r".repeat(65) }, /RoleName is more than 64/],
    ["a schedule with a colon", SCHEDULE, { name: "woocommerce:main" }, /Name is woocommerce:main, not/],
    ["a schedule without a window", SCHEDULE, { flexibleTimeWindow: undefined }, /has no FlexibleTimeWindow/],
    ["a key of no known type", TABLE, { attributes: [{ name: "pk", type: "string" }] }, /AttributeType is string/],
    ["a key without its name", TABLE, { attributes: [{ type: "S" }] }, /has no AttributeName/],
    ["a view that there is not", TABLE, { streamViewType: "NEW" }, /StreamViewType is NEW/],
    ["an attribute of a queue", QUEUE, { retentionSeconds: 60 }, /the key RetentionSeconds, is/],
    ["days as a text", LIFECYCLE, { rules: [{ status: "Enabled", expiration: { days: "60" } }] }, /Days is no integer/],
    ["a rule that is neither on nor off", LIFECYCLE, { rules: [{ id: "forget" }] }, /has no Status/],
    [
      "a log with a colon",
      "aws:cloudwatch/logGroup:LogGroup",
      { name: "a:b" },
      /LogGroupName is a:b|logGroupName is a:b/,
    ],
    [
      "a filter without a metric",
      FILTER,
      { metricTransformation: { name: "n", value: "1" } },
      /has no metricNamespace/,
    ],
    ["a comparison cut short", ALARM, { comparisonOperator: "LessThan" }, /ComparisonOperator is LessThan/],
    ["a text too long to be told", ALARM, { alarmDescription: "x".repeat(1025) }, /Description is more than 1024/],
    ["an alarm that looks at nothing", ALARM, { evaluationPeriods: 0 }, /EvaluationPeriods is less than 1/],
    ["an API of another kind", "aws:apigatewayv2/api:Api", { protocolType: "REST" }, /ProtocolType is REST/],
    ["a route of nothing", "aws:apigatewayv2/route:Route", { routeKey: undefined }, /has no RouteKey/],
    [
      "a subscription by nothing",
      "aws:sns/topicSubscription:TopicSubscription",
      { protocol: undefined },
      /no Protocol/,
    ],
  ])("refuse %s", (_, kind, changed, refused) => {
    expect(violations(kind, changed)).toContainEqual(expect.stringMatching(refused));
  });

  test("are asked for each resource: one of a kind that is not known here ends it", () => {
    const strange = sound();
    strange.resources.push({ type: "aws:kms/key:Key", name: "Key", inputs: {} });
    expect(() => models && validated(models, strange)).toThrow("Key: how AWS is asked for aws:kms/key:Key");
  });
});
