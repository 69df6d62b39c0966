import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { explainDelivery, explainWith } from "../../lib/ops/metric.ts";
import { logger, metrics } from "../../lib/runtime/lambda.ts";

let out: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => out.mockRestore());

const lines = () => out.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

const explanation = {
  verdict: "linked",
  reason: "same-marketplace-id",
  account: "baselinker:acme",
  sourceOrder: "77",
  order: "o-1",
  key: { kind: "internet-id", issuer: "allegro", value: "abc", rank: 1 },
} as const;

test("a verdict is one log line that can be found by order, key and source", () => {
  explainWith(logger, metrics)(explanation);
  const [line] = lines();
  const { key, ...rest } = explanation;
  expect(line).toMatchObject({ level: "INFO", message: "verdict", service: "kojarz", ...rest, ...key });
});

test("a report of an order is one metric by verdict alone; account and reason are metadata", () => {
  explainWith(logger, metrics)(explanation);
  const [, emf, ...more] = lines();
  expect(more).toEqual([]);
  expect(emf).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: "Kojarz",
          Dimensions: [["verdict"]],
          Metrics: [{ Name: "Sightings", Unit: "Count" }],
        },
      ],
    },
    account: "baselinker:acme",
    verdict: "linked",
    reason: "same-marketplace-id",
    Sightings: 1,
  });
});

test("a delivery tells its outcome; a delivery with nothing to do is silent", () => {
  const tell = explainDelivery(logger, metrics);
  tell("o-1", { outcome: "nothing" });
  expect(lines()).toEqual([]);
  tell("o-1", { outcome: "postponed", reason: "erp-unavailable", until: 5, cause: new Error("no answer") });
  expect(lines()).toMatchObject([
    { order: "o-1", outcome: "postponed", reason: "erp-unavailable", until: 5, error: { message: "no answer" } },
  ]);
  tell("o-1", { outcome: "in-doubt", until: 5 });
  expect(lines().slice(1)).toMatchObject([{ outcome: "in-doubt" }, { InDoubt: 1 }]);
});

test("what is held is counted, with its reason beside it; a delivery also tells how long it took", () => {
  explainWith(logger, metrics)({ ...explanation, verdict: "held", reason: "two-orders" });
  explainDelivery(logger, metrics)("o-1", { outcome: "held", reason: "erp-many" });
  const erp = { erpId: "1", number: "ZO 1/26", how: "created" } as const;
  explainDelivery(logger, metrics)("o-1", { outcome: "delivered", erp, tookMs: 250 });
  const counted = lines().flatMap(({ _aws, ...rest }) => (_aws === undefined ? [] : [rest]));
  expect(counted).toEqual([
    { service: "kojarz", reason: "two-orders", Held: 1 },
    { service: "kojarz", reason: "erp-many", Held: 1 },
    { service: "kojarz", DeliveryTime: 250 },
  ]);
});

test("what is not on the list of fields is not logged, whoever hands it in", () => {
  logger.info("hello", { order: "o-1", email: "jan@example.com", report: { buyer: "Jan" } });
  logger.appendKeys({ address: "Długa 1" });
  logger.info("again");
  logger.resetKeys();
  expect(lines()).toMatchObject([{ message: "hello", order: "o-1" }, { message: "again" }]);
  expect(JSON.stringify(lines())).not.toMatch(/jan|Jan|Długa/);
});

test("an error is logged with its causes, but not with the items that the SDK hangs on it", () => {
  const cause = Object.assign(new Error("cancelled"), { CancellationReasons: [{ Item: { email: { S: "jan@x" } } }] });
  logger.info("failed", { error: new Error("not stored", { cause }) });
  expect(lines()).toMatchObject([{ error: { message: "not stored", cause: { message: "cancelled" } } }]);
  expect(JSON.stringify(lines())).not.toContain("jan@x");
});
