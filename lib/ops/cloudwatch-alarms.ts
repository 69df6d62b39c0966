/** The alarms of one stage in CloudWatch. */
import type { CloudWatchClientConfig, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Alarms, Ringing } from "../core/ports/alarms.ts";

/**
 * The client is loaded with the first question, and comes with Lambda's runtime.
 * @param prefix how the names of this deployment's alarms begin: `kojarz-production-`
 */
export function cloudwatchAlarms(prefix: string, config: CloudWatchClientConfig = {}): Alarms {
  return {
    async ringing() {
      const { CloudWatchClient, paginateDescribeAlarms } = await import("@aws-sdk/client-cloudwatch");
      const client = new CloudWatchClient(config);
      try {
        const asked = { AlarmNamePrefix: prefix, StateValue: "ALARM" } as const;
        const ringing: Ringing[] = [];
        for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, asked))
          ringing.push(...MetricAlarms.flatMap((alarm) => ringingOf(prefix, alarm)));
        return ringing;
      } finally {
        client.destroy();
      }
    },
  };
}

/** The alarms of the stage `trial-two` begin like those of `trial`; ids of ours have no dash. */
function ringingOf(prefix: string, alarm: MetricAlarm): Ringing[] {
  const { AlarmName = "", AlarmDescription: text = "", StateTransitionedTimestamp, StateUpdatedTimestamp } = alarm;
  const id = AlarmName.slice(prefix.length);
  const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
  return id.includes("-") || !since ? [] : [{ id, since: since.getTime(), text }];
}
