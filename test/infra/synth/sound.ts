/** One resource of each kind that AWS would take, to be spoilt one at a time. Nothing in it is real. */
import type { Graph, Made } from "./graph.ts";
import type { Values } from "./judging.ts";
import { ACCOUNT, REGION } from "./provider.ts";

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const queue = arn("sqs", "kojarz-jan-Failures");
const sweep = arn("lambda", "function:kojarz-jan-Sweep");
const role = `arn:aws:iam::${ACCOUNT}:role/kojarz-jan-SweepRole`;
const policy = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });

const SOUND: Readonly<Record<string, Values>> = {
  "aws:lambda/function:Function": {
    name: "kojarz-jan-Sweep",
    role,
    handler: "bundle.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memorySize: 512,
    timeout: 10,
    s3Bucket: "assets",
    s3Key: "sweep.zip",
    packageType: "Zip",
    reservedConcurrentExecutions: 1,
    environment: { variables: { KOJARZ_STAGE: "jan" } },
    loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/kojarz-jan-Sweep" },
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    eventSourceArn: arn("dynamodb", "table/kojarz-jan-Orders/stream/2026-01-01T00:00:00.000"),
    functionName: sweep,
    startingPosition: "TRIM_HORIZON",
    batchSize: 50,
    maximumRetryAttempts: 3,
    maximumRecordAgeInSeconds: 3600,
    functionResponseTypes: ["ReportBatchItemFailures"],
    filterCriteria: { filters: [{ pattern: '{"dynamodb":{}}' }] },
    destinationConfig: { onFailure: { destinationArn: queue } },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    functionName: "kojarz-jan-Sweep",
    maximumRetryAttempts: 1,
    maximumEventAgeInSeconds: 300,
    destinationConfig: { onFailure: { destination: queue } },
  },
  "aws:lambda/permission:Permission": {
    function: sweep,
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: arn("execute-api", "abc/*"),
  },
  "aws:iam/role:Role": {
    name: "kojarz-jan-SweepRole",
    assumeRolePolicy: policy({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
    }),
    inlinePolicies: [
      { name: "inline", policy: policy({ Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queue] }) },
    ],
  },
  "aws:scheduler/schedule:Schedule": {
    name: "kojarz-jan-SweepSchedule",
    scheduleExpression: "rate(2 minutes)",
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn: sweep, roleArn: role, input: "{}", retryPolicy: { maximumRetryAttempts: 2 } },
  },
  "aws:dynamodb/table:Table": {
    name: "kojarz-jan-Orders",
    attributes: [
      { name: "pk", type: "S" },
      { name: "lane", type: "S" },
    ],
    hashKey: "pk",
    billingMode: "PAY_PER_REQUEST",
    globalSecondaryIndexes: [{ name: "due", hashKey: "lane", projectionType: "KEYS_ONLY" }],
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
    ttl: { attributeName: "ttl", enabled: true },
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: true,
  },
  "aws:sqs/queue:Queue": { name: "kojarz-jan-Failures", messageRetentionSeconds: 1_209_600, delaySeconds: 0 },
  "aws:sns/topic:Topic": { name: "kojarz-jan-Alerts" },
  "aws:sns/topicSubscription:TopicSubscription": {
    topic: arn("sns", "kojarz-jan-Alerts"),
    protocol: "email",
    endpoint: "alarm@example.com",
  },
  "aws:s3/bucket:Bucket": { bucket: "kojarz-jan-bodies" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    bucket: "kojarz-jan-bodies",
    rules: [{ id: "forget", status: "Enabled", filter: { prefix: "" }, expiration: { days: 60 } }],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { bucket: "kojarz-jan-bodies", blockPublicAcls: true },
  "aws:s3/bucketPolicy:BucketPolicy": { bucket: "kojarz-jan-bodies", policy: policy({ Effect: "Deny" }) },
  "aws:cloudwatch/logGroup:LogGroup": { name: "/aws/lambda/kojarz-jan-Sweep", retentionInDays: 30 },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    logGroupName: "/aws/lambda/kojarz-jan-Sweep",
    pattern: '{ $.status = "429" }',
    metricTransformation: { name: "TurnedAway", namespace: "Kojarz/jan", value: "1", unit: "Count" },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    name: "kojarz-jan-SweepStopped",
    alarmDescription: "The sweep does not run.",
    namespace: "AWS/Lambda",
    metricName: "Invocations",
    dimensions: { FunctionName: "kojarz-jan-Sweep" },
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 1,
    comparisonOperator: "LessThanThreshold",
    treatMissingData: "breaching",
    alarmActions: [arn("sns", "kojarz-jan-Alerts")],
    okActions: [],
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    dashboardName: "kojarz-jan-orders-eu-central-1",
    dashboardBody: JSON.stringify({ widgets: [{ properties: { metrics: [] } }] }),
  },
  "aws:apigatewayv2/api:Api": { name: "kojarz-jan-Api", protocolType: "HTTP" },
  "aws:apigatewayv2/integration:Integration": {
    apiId: "abc",
    integrationType: "AWS_PROXY",
    integrationUri: sweep,
    payloadFormatVersion: "2.0",
  },
  "aws:apigatewayv2/route:Route": { apiId: "abc", routeKey: "GET /healthz", target: "integrations/def" },
  "aws:apigatewayv2/stage:Stage": {
    apiId: "abc",
    name: "$default",
    autoDeploy: true,
    routeSettings: [{ routeKey: "GET /healthz", throttlingRateLimit: 10, throttlingBurstLimit: 20 }],
  },
};

export type Kind = keyof typeof SOUND;

const made = (type: string, inputs: Values): Made => ({ type, name: type.split(":").at(-1) ?? type, inputs });

/** @param changed inputs of one kind of resource that are others: undefined where one is left out */
export function sound(kind?: Kind, changed: Values = {}): Graph {
  const resources = Object.entries(SOUND).map(([type, inputs]) =>
    made(type, type === kind ? { ...inputs, ...changed } : inputs),
  );
  return { app: "kojarz", stage: "jan", isProtected: false, told: {}, resources, errors: [], linked: {} };
}
