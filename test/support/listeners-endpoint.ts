/** CloudWatch and SNS on loopback, as far as they say where an alarm rings and who has subscribed to it. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type ListenersEndpoint = {
  /** Where both are reached, as the AWS SDK reads it. */
  environment: Record<"AWS_ENDPOINT_URL_CLOUDWATCH" | "AWS_ENDPOINT_URL_SNS", string>;
  /** The actions of each alarm of the account. */
  alarms: Record<string, readonly string[]>;
  /** What SNS lists of each topic as a subscription's ARN. */
  subscriptions: Record<string, readonly string[]>;
  /** The action that IAM refuses. */
  denied?: "DescribeAlarms" | "ListSubscriptionsByTopic";
  /** Each action that was asked for. */
  asked: string[];
  stop(): void;
};

const MAIL = "someone@example.com";
const XML = `xmlns="http://sns.amazonaws.com/doc/2010-03-31/"`;

/** @param page how many subscriptions one answer holds */
export async function listenersEndpoint(page = 100): Promise<ListenersEndpoint> {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const target = /\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1];
    const sent = new URLSearchParams(body);
    endpoint.asked.push(target ?? String(sent.get("Action")));
    const { status, type, text } = target === "DescribeAlarms" ? describeAlarms(JSON.parse(body)) : list(sent);
    response.writeHead(status, { "content-type": type }).end(text);
  });

  function describeAlarms({ AlarmNames }: { AlarmNames: string[] }) {
    const type = "application/x-amz-json-1.0";
    if (endpoint.denied === "DescribeAlarms") {
      const refused = { __type: "com.amazon.coral.service#AccessDeniedException", message: "no" };
      return { status: 400, type, text: JSON.stringify(refused) };
    }
    const MetricAlarms = AlarmNames.flatMap((AlarmName) => {
      const AlarmActions = endpoint.alarms[AlarmName];
      return AlarmActions ? [{ AlarmName, AlarmActions }] : [];
    });
    return { status: 200, type, text: JSON.stringify({ MetricAlarms }) };
  }

  function list(sent: URLSearchParams) {
    const type = "text/xml";
    const arns = endpoint.subscriptions[sent.get("TopicArn") ?? ""];
    if (endpoint.denied === "ListSubscriptionsByTopic")
      return { status: 403, type, text: refused("AuthorizationError") };
    if (!arns) return { status: 404, type, text: refused("NotFound") };
    const from = Number(sent.get("NextToken") ?? 0);
    const members = arns.slice(from, from + page).map(
      (arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>email</Protocol>
<Endpoint>${MAIL}</Endpoint></member>`,
    );
    const next = from + page < arns.length ? `<NextToken>${from + page}</NextToken>` : "";
    const text = `<ListSubscriptionsByTopicResponse ${XML}><ListSubscriptionsByTopicResult>
<Subscriptions>${members.join("")}</Subscriptions>${next}</ListSubscriptionsByTopicResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>`;
    return { status: 200, type, text };
  }

  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint: ListenersEndpoint = {
    environment: { AWS_ENDPOINT_URL_CLOUDWATCH: url, AWS_ENDPOINT_URL_SNS: url },
    alarms: {},
    subscriptions: {},
    asked: [],
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return endpoint;
}

function refused(code: string): string {
  return `<ErrorResponse ${XML}><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} of ${MAIL}</Message></Error>
<RequestId>1</RequestId></ErrorResponse>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += part;
  return body;
}
