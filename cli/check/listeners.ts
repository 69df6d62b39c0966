/** Who hears the alarms of a stage: asked with the caller's own credentials, so that no function needs a right for it. */

/** Subscriptions to the alarms' topic, counted and never named; or why they are not known. */
export type Listeners = { confirmed: number; pending: number } | Refused;

type Refused = { refused: string };

/** Every deployment has it, and all alarms ring where it rings. */
const ALARM = "FunctionErrors";

/** What SNS and CloudWatch call it when IAM says no. */
const DENIALS = new Set(["AccessDenied", "AccessDeniedException", "AuthorizationErrorException"]);

export async function listenersOf(stage: string, region: string): Promise<Listeners> {
  const rings = await allowed("cloudwatch:DescribeAlarms", () => topicOf(`kojarz-${stage}-${ALARM}`, region));
  if ("refused" in rings) return rings;
  const { topic } = rings;
  if (topic === undefined) return { confirmed: 0, pending: 0 };
  return allowed("sns:ListSubscriptionsByTopic", () => subscriptionsOf(topic, region));
}

async function topicOf(alarm: string, region: string): Promise<{ topic: string | undefined } | Refused> {
  const { CloudWatchClient, DescribeAlarmsCommand } = await import("@aws-sdk/client-cloudwatch");
  const asked = new DescribeAlarmsCommand({ AlarmNames: [alarm] });
  const [found] = (await new CloudWatchClient({ region }).send(asked)).MetricAlarms ?? [];
  if (!found) return { refused: `there is no alarm ${alarm} in ${region}` };
  return { topic: found.AlarmActions?.find((arn) => arn.startsWith("arn:aws:sns:")) };
}

async function subscriptionsOf(TopicArn: string, region: string): Promise<{ confirmed: number; pending: number }> {
  const { paginateListSubscriptionsByTopic, SNSClient } = await import("@aws-sdk/client-sns");
  const counted = { confirmed: 0, pending: 0 };
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: new SNSClient({ region }) },
    { TopicArn },
  ))
    for (const { SubscriptionArn = "" } of Subscriptions) {
      // Who has unsubscribed is listed for a while as "Deleted".
      if (SubscriptionArn === "PendingConfirmation") counted.pending++;
      else if (SubscriptionArn.startsWith("arn:")) counted.confirmed++;
    }
  return counted;
}

async function allowed<Answer>(right: string, asking: () => Promise<Answer>): Promise<Answer | Refused> {
  try {
    return await asking();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "failed";
    return { refused: DENIALS.has(name) ? `these credentials lack ${right}` : `${right}: ${name}` };
  }
}
