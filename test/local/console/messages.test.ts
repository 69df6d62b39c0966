/** One entry, and one line of the console, for each message that came in. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { expect, test } from "vitest";
import type { HttpHandler } from "../../../local/apigw-host.ts";
import { messageLine } from "../../../local/console/message-line.ts";
import { listenForMessages, type Message } from "../../../local/console/messages.ts";

const AT = new Date(2026, 10, 24, 12, 3, 4).getTime();

function listening() {
  const told: Message[] = [];
  const messages = listenForMessages(
    () => AT,
    (message) => told.push(message),
  );
  const post = (handler: HttpHandler, rawPath = "/webhooks/woocommerce/main") =>
    messages.heard(handler)({ rawPath } as APIGatewayProxyEventV2, {} as Context);
  const verdict = (sourceOrder: string) =>
    messages.log({
      message: "verdict",
      account: "woocommerce:main",
      sourceOrder,
      verdict: "new",
      reason: "no-live-key",
    });
  return { messages, told, post, verdict };
}

const plain = (_: string, text: string) => text;

test("a webhook tells its verdict with the status that the sender got", async () => {
  const { told, post, verdict } = listening();
  await post(async () => {
    verdict("27101");
    return { statusCode: 200, body: '{"verdict":"new"}' };
  });
  expect(told).toMatchObject([{ n: 1, status: "200", verdict: "new", sourceOrder: "27101" }]);
  expect(told.map((message) => messageLine(message, plain))).toEqual([
    "12:03:04  woocommerce:main    27101           200   new        no-live-key",
  ]);
});

test("one that is refused says why, and what a poll found is told without a status", async () => {
  const { told, post, verdict, messages } = listening();
  await post(async () => ({ statusCode: 401, body: '{"error":"bad-signature"}' }));
  verdict("27102");
  messages.unknown("/webhook/woocommerce/main");
  messages.log({ message: "delivery", order: "o-1", outcome: "delivered", erpNumber: "ZO 0001/26" });
  messages.log({ message: "sweep", counts: {} });
  expect(told.map(({ account, status, verdict: word, reason }) => [account, status, word, reason])).toEqual([
    ["woocommerce:main", "401", "", "bad-signature"],
    ["woocommerce:main", "poll", "new", "no-live-key"],
    ["-", "404", "", "unknown-path /webhook/woocommerce/main"],
    ["erp", "erp", "delivered", ""],
  ]);
});

test("two requests at once keep their verdicts apart", async () => {
  const { told, post, verdict } = listening();
  const gate = Promise.withResolvers<void>();
  const slow = post(async () => {
    verdict("slow");
    await gate.promise;
    return { statusCode: 503, body: '{"error":"not-stored"}' };
  });
  await post(async () => {
    verdict("fast");
    return { statusCode: 200 };
  });
  gate.resolve();
  await slow;
  expect(told.map(({ sourceOrder, status }) => [sourceOrder, status])).toEqual([
    ["fast", "200"],
    ["slow", "503"],
  ]);
});

test("what a stranger wrote moves no cursor of the terminal", () => {
  const hostile: Message = {
    n: 1,
    at: AT,
    account: "woocommerce:main",
    sourceOrder: "1\u001b[2J\u202e",
    order: "",
    status: "200",
    verdict: "held",
    reason: "a\r\nb",
  };
  expect(messageLine(hostile, plain)).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

test("the list goes on behind what was seen, and keeps the latest", async () => {
  const { messages, verdict } = listening();
  for (let n = 0; n < 600; n += 1) verdict(String(n));
  expect(messages.after(0)).toHaveLength(500);
  expect(messages.after(598).map(({ n }) => n)).toEqual([599, 600]);
});
