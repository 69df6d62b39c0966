/** CloudWatch and SNS on loopback, as the AWS SDK speaks to them. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One alarm of the account, in whatever state. */
export type KnownAlarm = { name: string; state: "ALARM" | "OK"; since: number; text: string };

export type WatchEndpoint = {
  /** Where both are reached, as the environment of a function says it. */
  environment: Record<string, string>;
  /** What was published. */
  published: Array<{ topic: string; subject: string; text: string }>;
  /** Set: a question about alarms is refused with this. */
  refusal?: string;
  stop(): void;
};

/** @param page how many alarms one answer holds */
export async function watchEndpoint(alarms: () => readonly KnownAlarm[], page = 100): Promise<WatchEndpoint> {
  const endpoint: WatchEndpoint = { environment: {}, published: [], stop: () => undefined };

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (!String(request.headers["x-amz-target"]).endsWith(".DescribeAlarms")) {
      const sent = new URLSearchParams(body);
      const [topic = "", subject = "", text = ""] = ["TopicArn", "Subject", "Message"].map(
        (key) => sent.get(key) ?? "",
      );
      endpoint.published.push({ topic, subject, text });
      response.setHeader("content-type", "text/xml");
      response.end("<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>");
      return;
    }
    response.setHeader("content-type", "application/x-amz-json-1.0");
    if (endpoint.refusal !== undefined) {
      response.writeHead(400).end(JSON.stringify({ __type: endpoint.refusal, message: "not authorized" }));
      return;
    }
    response.end(JSON.stringify(described(JSON.parse(body))));
  });

  function described({ AlarmNamePrefix = "", StateValue, NextToken = "0" }: Record<string, string>) {
    const found = alarms().filter(({ name, state }) => name.startsWith(AlarmNamePrefix) && state === StateValue);
    const end = Number(NextToken) + page;
    return {
      MetricAlarms: found.slice(Number(NextToken), end).map(({ name, state, since, text }) => ({
        AlarmName: name,
        StateValue: state,
        AlarmDescription: text,
        StateTransitionedTimestamp: since / 1000,
      })),
      ...(end < found.length && { NextToken: String(end) }),
    };
  }

  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint.environment = {
    AWS_ENDPOINT_URL_CLOUDWATCH: url,
    AWS_ENDPOINT_URL_SNS: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  endpoint.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return endpoint;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += part;
  return body;
}
