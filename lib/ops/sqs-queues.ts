/** The failure queues in SQS. SQS itself moves back only what came from another queue of its own, and these letters came from Lambda. */
import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import type { Queues } from "../core/ports/queues.ts";

/** As many as SQS hands out at once. */
const LETTERS = 10;
const HIDDEN_SECONDS = 30;

/** The client is loaded with the first call: hardly anybody ever asks. */
export function sqsQueues(urls: readonly string[], config: SQSClientConfig = {}): Queues {
  const open = async () => {
    const sdk = await import("@aws-sdk/client-sqs");
    return { sdk, client: new sdk.SQSClient(config) };
  };
  let opened: ReturnType<typeof open> | undefined;
  const load = () => {
    opened ??= open();
    return opened;
  };
  return {
    async receive() {
      const { sdk, client } = await load();
      const ask = { MaxNumberOfMessages: LETTERS, VisibilityTimeout: HIDDEN_SECONDS };
      const all = await Promise.all(
        urls.map(async (queue) => {
          const { Messages = [] } = await client.send(new sdk.ReceiveMessageCommand({ QueueUrl: queue, ...ask }));
          return Messages.map(({ Body: body = "", ReceiptHandle: receipt = "" }) => ({ queue, body, receipt }));
        }),
      );
      return all.flat();
    },
    async remove({ queue, receipt }) {
      const { sdk, client } = await load();
      await client.send(new sdk.DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: receipt }));
    },
  };
}
