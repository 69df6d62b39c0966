/** The point `alarms` of `kojarz check --go-live`: AWS's clients against a server that answers as CloudWatch and SNS do. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { alarms } from "../../cli/check/go-live.ts";
import { listenersOf } from "../../cli/check/listeners.ts";
import { alarmsOf } from "../../infra/alarms.ts";
import { functionsOf } from "../../infra/functions.ts";
import { type ListenersEndpoint, listenersEndpoint } from "../support/listeners-endpoint.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:kojarz-trial-AlertsTopic-abcdefgh";
const CONFIRMED = `${TOPIC}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55`;
const PENDING = "PendingConfirmation";

let aws: ListenersEndpoint;

beforeEach(async () => {
  aws = await listenersEndpoint(2);
  for (const { id } of alarmsOf(functionsOf({ accounts: [], bridge: "called" }), []))
    aws.alarms[`kojarz-trial-${id}`] = [TOPIC];
  const environment = { ...aws.environment, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  aws.stop();
});

const found = async (stage = "trial") => alarms(await listenersOf(stage, "eu-central-1"));

test.each([
  ["all are confirmed", [CONFIRMED], "ok", "confirmed subscriptions: 1"],
  ["one waits for its confirmation", [CONFIRMED, PENDING], "fail", "not confirmed: 1 of 2 subscriptions"],
  ["there is none", [], "fail", "nobody hears them: there is no subscription"],
  ["the only one was cancelled", ["Deleted"], "fail", "nobody hears them: there is no subscription"],
  ["several pages are confirmed", Array(5).fill(CONFIRMED), "ok", "confirmed subscriptions: 5"],
  [
    "the last page has one that waits",
    [...Array(4).fill(CONFIRMED), PENDING],
    "fail",
    "not confirmed: 1 of 5 subscriptions",
  ],
])("%s", async (_, subscriptions, state, says) => {
  aws.subscriptions[TOPIC] = subscriptions;
  expect(await found()).toMatchObject({ check: "alarms", state, says });
});

test("what fails says what to do, in both languages, and names no address", async () => {
  aws.subscriptions[TOPIC] = [PENDING];
  const pending = await found();
  expect(pending.todo).toEqual({
    pl: expect.stringContaining("Najpierw potwierdź"),
    en: expect.stringContaining("Confirm first"),
  });
  aws.subscriptions[TOPIC] = [];
  const none = await found();
  expect(none.todo?.pl).toContain("KOJARZ_ALERT_EMAIL");
  expect(none.todo?.en).toContain("KOJARZ_ALERT_EMAIL");
  expect(JSON.stringify([pending, none])).not.toContain("@");
});

test("an alarm that rings nowhere is heard by nobody", async () => {
  for (const name of Object.keys(aws.alarms)) aws.alarms[name] = [];
  expect(await found()).toMatchObject({ state: "fail", says: "nobody hears them: there is no subscription" });
});

test.each([
  ["DescribeAlarms", "cloudwatch:DescribeAlarms"],
  ["ListSubscriptionsByTopic", "sns:ListSubscriptionsByTopic"],
] as const)(
  "whoever may not ask %s is told which right is missing, and is held up by nothing",
  async (denied, right) => {
    aws.subscriptions[TOPIC] = [CONFIRMED];
    aws.denied = denied;
    expect(await found()).toEqual({
      check: "alarms",
      state: "look",
      says: `not asked: these credentials lack ${right}`,
    });
    expect(aws.asked.at(-1)).toBe(denied);
  },
);

test("where the stage has no alarm, none is taken for unheard", async () => {
  expect(await found("other")).toMatchObject({
    state: "look",
    says: "not asked: there is no alarm kojarz-other-FunctionErrors in eu-central-1",
  });
});

test("an answer of another kind is told by its name", async () => {
  expect(await found()).toMatchObject({
    state: "look",
    says: "not asked: sns:ListSubscriptionsByTopic: NotFoundException",
  });
});
