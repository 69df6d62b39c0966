/** What lies in the failure queues, done again: real letters of Lambda and of the scheduler, in queues that speak SQS. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { meantBy } from "../../lib/ops/redrive-queues.ts";
import { sqsQueues } from "../../lib/ops/sqs-queues.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";

/** As AWS documents them; ids are made up. */
const FAILED_RUN = {
  version: "1.0",
  timestamp: "2026-11-24T12:00:00.000Z",
  requestContext: {
    requestId: "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
    functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:kojarz-trial-PollWoocommerceFunction-x:$LATEST",
    condition: "RetriesExhausted",
    approximateInvokeCount: 2,
  },
  requestPayload: { account: "woocommerce:main" },
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: { errorType: "Error", errorMessage: "the shop refuses the listing with status 401" },
};
const FAILED_BATCH = {
  requestContext: {
    requestId: "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
    functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:kojarz-trial-ErpConnectorFunction-x",
    condition: "RetryAttemptsExhausted",
    approximateInvokeCount: 4,
  },
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  version: "1.0",
  timestamp: "2026-11-24T12:00:00.000Z",
  DDBStreamBatchInfo: {
    shardId: "shardId-00000001573689847184-864758bb",
    startSequenceNumber: "800000000003126276362",
    endSequenceNumber: "800000000003126276362",
    approximateArrivalOfFirstRecord: "2026-11-24T12:00:00Z",
    batchSize: 1,
    streamArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-11-24T12:00:00.000",
  },
};

test.each([
  ["a poll that failed twice", FAILED_RUN, { account: "woocommerce:main" }],
  ["a poll that the scheduler could not start", { account: "allegro:acme" }, { account: "allegro:acme" }],
  ["a sweep that failed twice", { ...FAILED_RUN, requestPayload: {} }, "backlog"],
  ["a sweep that the scheduler could not start", {}, "backlog"],
  ["a part of the stream", FAILED_BATCH, "backlog"],
  ["something else", { hello: "world" }, "unknown"],
  ["no JSON", "hello", "unknown"],
])("%s means %o", (_, letter, meant) => {
  expect(meantBy(typeof letter === "string" ? letter : JSON.stringify(letter))).toEqual(meant);
});

let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
const config = () => ({
  endpoint: server.address,
  region: "eu-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
let world: OperatorWorld;
let woken: string[];
let stream: string;
let schedule: string;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  sqs = new SQSClient(config());
});
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

let n = 0;
beforeEach(() => {
  n += 1;
  stream = server.createQueue(`StreamFailures${n}`).queueUrl;
  schedule = server.createQueue(`ScheduleFailures${n}`).queueUrl;
  woken = [];
  world = operatorWorld();
  world.parts.feeds = { ...world.parts.feeds, wake: async (account: string) => woken.push(account) };
  world.parts.queues = sqsQueues([stream, schedule], config());
});
afterEach(() => world.close());

const left = (queue: string, letter: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(letter) }));
/** Page after page, as the command line asks. */
async function redriven(request: string) {
  const answers = [];
  let cursor: string | undefined;
  do {
    const answer = await world.act({ do: "redrive", what: "queues", by: "Ala", request, cursor });
    if (answer.answer !== "done") throw new Error(answer.reason);
    answers.push(answer);
    cursor = answer.goesOn?.cursor;
  } while (cursor !== undefined);
  return answers;
}

test("each account is polled once, the backlog is sent, and the letters are gone", async () => {
  for (let run = 0; run < 12; run += 1) await left(schedule, FAILED_RUN);
  await left(stream, FAILED_BATCH);
  const answers = await redriven("the-click");
  expect(woken).toEqual(["woocommerce:main", "woocommerce:main"]);
  const moved = answers.flatMap((answer) => answer.moved);
  expect(moved.filter(({ after }) => after === "done again").map(({ before }) => before)).toEqual([
    expect.stringMatching(/^StreamFailures\d+: 1$/),
    expect.stringMatching(/^ScheduleFailures\d+: 10$/),
    expect.stringMatching(/^ScheduleFailures\d+: 2$/),
  ]);
  expect((await world.parts.desk.sweepState())?.tryNow).toBe(true);
  expect(await world.parts.queues?.receive()).toEqual([]);
  expect(await world.parts.desk.audited("the-click/1")).toMatchObject([{ do: "redrive", by: "Ala" }]);
});

test("the same click once more takes nothing that came since", async () => {
  await left(schedule, FAILED_RUN);
  await redriven("the-click");
  await left(schedule, FAILED_RUN);
  expect((await redriven("the-click")).map(({ already }) => already)).toEqual([true]);
  expect(await world.parts.queues?.receive()).toHaveLength(1);
});

test("what Kojarz did not write is left where it lies, and is told", async () => {
  await left(schedule, { hello: "world" });
  await left(schedule, FAILED_RUN);
  const [first] = await redriven("the-click");
  expect(first?.left).toMatchObject([{ reason: "not-ours" }]);
  expect(woken).toEqual(["woocommerce:main"]);
});

test("an account that was taken out meanwhile is not polled, and its letter goes", async () => {
  await left(schedule, { account: "woocommerce:gone" });
  await redriven("the-click");
  expect(woken).toEqual([]);
  expect(await world.parts.queues?.receive()).toEqual([]);
});

test("where nothing lies nothing is done, and one machine has no queues", async () => {
  expect(await redriven("the-click")).toMatchObject([{ moved: [], left: [] }]);
  delete world.parts.queues;
  expect(await world.act({ do: "redrive", what: "queues", by: "Ala" })).toMatchObject({ reason: "no-queues" });
});
