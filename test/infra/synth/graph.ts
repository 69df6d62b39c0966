/** What a deployment would create, as the engine wrote it down. */
import * as z from "zod/mini";

const Inputs = z.record(z.string(), z.unknown());

export const Graph = z.object({
  app: z.string(),
  stage: z.string(),
  /** Whether `sst remove` is refused. */
  isProtected: z.boolean(),
  /** What SST prints at the end of a deployment. */
  told: z._default(Inputs, {}),
  resources: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      inputs: Inputs,
      /** Whether it stays in AWS when it goes from the configuration. */
      isKept: z.optional(z.boolean()),
      /** The URNs of what is made before it. */
      after: z.optional(z.array(z.string())),
    }),
  ),
  errors: z.array(z.string()),
  /** What SST encrypted into each function's bundle, by the function's id: names, no values. */
  linked: z._default(z.record(z.string(), z.array(z.string())), {}),
});
export type Graph = z.infer<typeof Graph>;
export type Made = Graph["resources"][number];

export const TYPES = {
  function: "aws:lambda/function:Function",
  role: "aws:iam/role:Role",
  policy: "aws:iam/policy:Policy",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  table: "aws:dynamodb/table:Table",
  queue: "aws:sqs/queue:Queue",
  api: "aws:apigatewayv2/api:Api",
  stage: "aws:apigatewayv2/stage:Stage",
  route: "aws:apigatewayv2/route:Route",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  invokeConfig: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  schedule: "aws:scheduler/schedule:Schedule",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  metricFilter: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  dashboard: "aws:cloudwatch/dashboard:Dashboard",
  permission: "aws:lambda/permission:Permission",
  integration: "aws:apigatewayv2/integration:Integration",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  publicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  topic: "aws:sns/topic:Topic",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
} as const;

export function ofType({ resources }: Graph, type: keyof typeof TYPES): Made[] {
  return resources.filter((made) => made.type === TYPES[type]);
}

/** What AWS calls it: its given name, or what the provider makes of its logical one. */
export function physicalName({ inputs, name }: Made): string {
  const given = inputs.name ?? inputs.bucket;
  return typeof given === "string" ? given : name;
}
