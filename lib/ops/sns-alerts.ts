/** The message about new cases over SNS, to whoever hears the alarms. */
import type { Alerts } from "./look-after-cases.ts";

/** The client is loaded with the first message: a sweep that has nothing to tell starts without it. */
export function snsAlerts(topic: string): Alerts {
  return {
    async send(subject, text) {
      const { PublishCommand, SNSClient } = await import("@aws-sdk/client-sns");
      const client = new SNSClient();
      try {
        await client.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: text }));
      } finally {
        client.destroy();
      }
    },
  };
}
