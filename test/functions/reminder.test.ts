/** The daily reminder, from the alarms that CloudWatch names to the message that SNS is given. */
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { handler } from "../../functions/reminder.ts";
import { provideApp } from "../../lib/app/app.ts";
import type { App } from "../../lib/app/parts.ts";
import { heldMessage } from "../../lib/core/held.ts";
import { cloudwatchAlarms } from "../../lib/ops/cloudwatch-alarms.ts";
import { snsAlerts } from "../../lib/ops/sns-alerts.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { memoryStores } from "../support/operator-world.ts";
import { NOW } from "../support/sightings.ts";
import { type KnownAlarm, type WatchEndpoint, watchEndpoint } from "../support/watch-endpoint.ts";

const HOUR = 3_600_000;
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:alerts";
const rings = (name: string, since: number, state: KnownAlarm["state"] = "ALARM"): KnownAlarm => ({
  name,
  state,
  since,
  text: `${name} po polsku\n\n${name} in English`,
});

let alarms: KnownAlarm[];
let aws: WatchEndpoint;
let stores: ReturnType<typeof memoryStores>;
let out: MockInstance<typeof process.stdout.write>;
let failures: MockInstance<typeof process.stderr.write>;

beforeEach(async () => {
  out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  failures = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  alarms = [];
  aws = await watchEndpoint(() => alarms, 2);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  stores = memoryStores();
  const parts = { alarms: cloudwatchAlarms("kojarz-trial-"), alerts: snsAlerts(TOPIC), stage: "trial" };
  provideApp(() => ({ ...parts, cases: stores.cases, now: () => NOW }) as unknown as App);
});
afterEach(() => {
  out.mockRestore();
  failures.mockRestore();
  vi.unstubAllEnvs();
  aws.stop();
});

const remind = () => handler({}, lambdaContext("Reminder", 60_000));
const hold = (sourceOrder: string, reason: string, at: number) =>
  stores.claims.hold(
    heldMessage("woocommerce:main", sourceOrder, reason, { body: "b", detail: "jan@example.com" }),
    at,
  );

test("nothing rings and nothing is open: no message", async () => {
  alarms = [rings("kojarz-trial-ErpDown", NOW, "OK")];
  expect(await remind()).toEqual({ alarms: 0, cases: 0, isTold: false });
  expect(aws.published).toEqual([]);
});

test("what rang before the address was confirmed is told every day for as long as it rings", async () => {
  alarms = [rings("kojarz-trial-ErpDown", NOW - 50 * HOUR)];
  await remind();
  await remind();
  expect(aws.published).toHaveLength(2);
  const [{ topic, subject, text } = { topic: "", subject: "", text: "" }] = aws.published;
  expect(topic).toBe(TOPIC);
  expect(subject).toMatch(/^[ -~]{1,100}$/);
  expect(subject).toContain("alarms: 1");
  expect(text).toContain("ErpDown: 2 d 2 h\nkojarz-trial-ErpDown po polsku\n\nkojarz-trial-ErpDown in English");
  alarms = [];
  await remind();
  expect(aws.published).toHaveLength(2);
});

test("every alarm of the stage that rings is named, whatever the pages of the answer, and none of another stage", async () => {
  const own = ["ErpDown", "SweepStopped", "OrdersHeld", "CaseTooOld", "AllegroMainTokenOver"];
  alarms = [
    ...own.map((id, n) => rings(`kojarz-trial-${id}`, NOW - n * HOUR)),
    rings("kojarz-trial-two-StreamLate", NOW),
    rings("kojarz-production-StreamLate", NOW),
    rings("kojarz-trial-SweepFull", NOW, "OK"),
  ];
  expect(await remind()).toMatchObject({ alarms: 5, isTold: true });
  const { text = "" } = aws.published[0] ?? {};
  for (const id of own) expect(text).toContain(`${id}: `);
  expect(text).not.toMatch(/StreamLate|SweepFull/);
});

test("open cases are told by reason and age, in both languages, with the command and without a person", async () => {
  await hold("271", "unreadable-order", NOW - 30 * HOUR);
  await hold("272", "unreadable-order", NOW - HOUR);
  await hold("273", "no-total", NOW - HOUR / 2);
  expect(await remind()).toEqual({ alarms: 0, cases: 3, isTold: true });
  const { text = "", subject = "" } = aws.published[0] ?? {};
  expect(subject).toContain("cases: 3");
  expect(text).toContain("unreadable-order: 2, najstarsza / the oldest: 1 d 6 h");
  expect(text).toContain("no-total: 1, najstarsza / the oldest: 30 min");
  expect(text.indexOf("unreadable-order")).toBeLessThan(text.indexOf("no-total"));
  expect(text).toContain("Nie da się odczytać zamówienia");
  expect(text).toContain("The order cannot be read");
  expect(text).toContain("kojarz cases --stage trial");
  expect(text).not.toContain("@");
});

test("alarms that cannot be read keep nothing back: the message says so, and the log why", async () => {
  aws.refusal = "AccessDeniedException";
  await hold("271", "unreadable-order", NOW);
  expect(await remind()).toMatchObject({ cases: 1, isTold: true });
  expect(aws.published[0]?.text).toContain("The alarms could not be read");
  const lines = failures.mock.calls.map(([line]) => String(line)).join("");
  expect(lines).toContain('"message":"the alarms were not read"');
  expect(lines).toContain("AccessDenied");
});

test("as many alarms as a deployment can have fit into one message of SNS", async () => {
  alarms = Array.from({ length: 400 }, (_, n) => ({
    ...rings(`kojarz-trial-Alarm${n}`, NOW - n),
    text: "ą".repeat(512),
  }));
  aws.stop();
  aws = await watchEndpoint(() => alarms);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  expect(await remind()).toMatchObject({ alarms: 400 });
  const { text = "" } = aws.published[0] ?? {};
  expect(Buffer.byteLength(text)).toBeLessThan(262_144);
  expect(text).toContain("And 250 more.");
});
