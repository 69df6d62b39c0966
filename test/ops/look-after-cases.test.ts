/** What a person is told of new cases, when, and how often. */
import { createServer } from "node:http";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { DAY } from "../../lib/core/order.ts";
import { type Alerts, type LookedAfter, lookAfterCases } from "../../lib/ops/look-after-cases.ts";
import { snsAlerts } from "../../lib/ops/sns-alerts.ts";
import { memoryStores } from "../support/operator-world.ts";
import { NOW } from "../support/sightings.ts";

const MINUTE = 60_000;
const MAIN = "woocommerce:main";
const unused = () => expect.unreachable("nothing is erased");

let stores: ReturnType<typeof memoryStores>;
let clock: number;
let sent: Array<{ subject: string; text: string }>;
let failures: unknown[];
let toldAt: number | undefined;
beforeEach(() => {
  stores = memoryStores();
  clock = NOW;
  sent = [];
  failures = [];
  toldAt = undefined;
});

const inMemory: Alerts = { send: async (subject, text) => void sent.push({ subject, text }) };

/** As the sweep runs it: it remembers when cases were told last. */
async function run(alerts: Alerts = inMemory, stage?: string): Promise<LookedAfter> {
  const looked = await lookAfterCases({
    ...stores,
    alerts,
    stage,
    now: () => clock,
    random: () => 0,
    wait: async () => undefined,
    unique: () => "u",
    bodies: { put: unused, read: unused, remove: unused },
    caseMs: 60 * DAY,
    toldAt,
    unsent: (error) => failures.push(error),
  });
  toldAt = looked.toldAt ?? toldAt;
  return looked;
}

const hold = (sourceOrder: string) =>
  stores.claims.hold(
    heldMessage(MAIN, sourceOrder, "unreadable-order", { body: "b", detail: "jan@example.com" }),
    clock,
  );
const marks = async () => {
  const { cases } = await stores.cases.open({ first: "oldest", limit: 100 });
  return (await stores.cases.read(cases.map(({ id }) => id))).map((held) => held.toldAt);
};

test("two new cases of one minute make one message, and neither is told again", async () => {
  await hold("271");
  await hold("272");
  expect(await run()).toMatchObject({ open: 2, told: 2 });
  expect(await marks()).toEqual([NOW, NOW]);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.text).toContain(`unreadable-order: ${MAIN} 271`);
  expect(sent[0]?.text).toContain(`unreadable-order: ${MAIN} 272`);
  for (let n = 0; n < 3; n += 1) {
    clock += 2 * MINUTE;
    expect(await run()).toMatchObject({ told: 0 });
  }
  expect(sent).toHaveLength(1);
});

test("a case that comes within the minute waits for the next message, and no message tells of a closed one", async () => {
  await hold("271");
  await run();
  clock += MINUTE - 1;
  await hold("272");
  expect(await run()).toMatchObject({ told: 0 });
  await hold("273");
  const { cases } = await stores.cases.open({ first: "newest", limit: 1 });
  await stores.claims.unhold(cases[0]?.id ?? "", { how: "taken-in", at: clock }, clock + DAY);
  clock += 1;
  expect(await run()).toMatchObject({ told: 1 });
  expect(sent).toHaveLength(2);
});

test("what could not be sent is not marked, and is sent by the next run", async () => {
  await hold("271");
  const looked = await run({ send: () => Promise.reject(new Error("no way out")) });
  expect(looked).toMatchObject({ open: 1, told: 0 });
  expect(looked).not.toHaveProperty("toldAt");
  expect(failures).toMatchObject([{ message: "no way out" }]);
  expect(await marks()).toEqual([undefined]);
  expect(await run()).toMatchObject({ told: 1 });
  expect(sent).toHaveLength(1);
});

test("the message names the command that opens the case, on a stage with its name, and no person", async () => {
  await hold("271");
  const { cases } = await stores.cases.open({ first: "oldest", limit: 1 });
  await run(inMemory, "production");
  expect(sent[0]?.text).toContain(`kojarz case ${cases[0]?.id} --stage production`);
  expect(sent[0]?.text).not.toContain("@");
  expect(sent[0]?.subject).toMatch(/^[ -~]{1,100}$/);
});

test("over SNS it reaches the topic; a refusal there is tried again by the next run", async () => {
  const published: URLSearchParams[] = [];
  const refusals = ["AuthorizationError"];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    response.setHeader("content-type", "text/xml");
    const refusal = refusals.pop();
    if (refusal !== undefined) {
      const error = `<Error><Type>Sender</Type><Code>${refusal}</Code><Message>not allowed</Message></Error>`;
      return response.writeHead(403).end(`<ErrorResponse>${error}</ErrorResponse>`);
    }
    published.push(new URLSearchParams(body));
    return response.end("<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  vi.stubEnv("AWS_ENDPOINT_URL_SNS", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  onTestFinished(() => void vi.unstubAllEnvs());
  const topic = "arn:aws:sns:eu-central-1:000000000000:alerts";

  await hold("271");
  expect(await run(snsAlerts(topic))).toMatchObject({ told: 0 });
  expect(failures).toMatchObject([{ name: expect.stringContaining("Authorization") }]);
  expect(await run(snsAlerts(topic))).toMatchObject({ told: 1 });
  expect(published).toHaveLength(1);
  expect(published[0]?.get("TopicArn")).toBe(topic);
  expect(published[0]?.get("Message")).toContain(`${MAIN} 271`);
});
