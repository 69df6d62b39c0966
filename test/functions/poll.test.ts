/** What a poll says of a shop that refuses it. */
import { afterEach, beforeAll, beforeEach, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { handler } from "../../functions/poll.ts";
import { provideApp } from "../../lib/app/app.ts";
import { http } from "../../lib/runtime/http.ts";
import type { Table } from "../../lib/store/table.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { createShop, type ShopOptions } from "../../local/simulators/woocommerce.ts";
import { feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";

let table: Table;
const keys = { consumerKey: "ck_test", consumerSecret: "cs_test" };

beforeAll(async () => {
  table = await freshTable();
});

let lines: string[];
let spies: MockInstance[];
beforeEach(() => {
  lines = [];
  const keep = (text: unknown) => lines.push(String(text)) > 0;
  spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
});
afterEach(() => {
  for (const spy of spies) spy.mockRestore();
});

let accounts = 0;

/** One run of the poll; the lines of the log that are errors. */
async function poll(options: Partial<ShopOptions>, sells = false) {
  accounts += 1;
  const name = `refused-${accounts}`;
  const app = feedApp(table);
  const now = () => app.clock;
  const shop = await createShop({
    id: 1,
    secret: "s",
    ...keys,
    webhookUrl: "http://127.0.0.1:9/",
    now,
    random: () => 0.5,
    ...options,
  });
  onTestFinished(() => shop.close());
  if (sells) shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 4900 }] });
  const account = {
    channel: "woocommerce",
    account: name,
    baseUrl: shop.url,
    secrets: ["sekret-testowy-0001"],
    ...keys,
    pollSeconds: 60,
  };
  provideApp(() => ({ ...app, config: ConfigFile.parse({ accounts: [account] }), http }));
  const report = await handler({ account: `woocommerce:${name}` }, lambdaContext("poll", 60_000)).catch(
    () => undefined,
  );
  const logged = lines.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : []));
  const state = (await app.desk.accountStates([`woocommerce:${name}`])).get(`woocommerce:${name}`);
  return {
    name: `woocommerce:${name}`,
    state,
    now: now(),
    report,
    errors: logged.filter(({ level }) => level === "ERROR"),
    logged,
  };
}

test.each([
  [
    "keys that it refuses",
    { consumerKey: "ck_other" },
    "the shop refuses its order list with status 401, code woocommerce_rest_authentication_error (Consumer key is invalid.)",
  ],
  ["a redirect", { redirectsTo: "https://www.sklep.example" }, "redirected with 301 to https://www.sklep.example"],
])("of %s it says one short line, with the account and without a key", async (_, options, said) => {
  const { name, errors } = await poll(options);
  expect(errors).toMatchObject([{ account: name, error: { message: expect.stringContaining(said) } }]);
  expect(errors[0]?.error).not.toHaveProperty("stack");
  expect(lines.join()).not.toMatch(/c[ks]_|consumer_(?:key|secret)=/);
});

test("of a shop that is down it says until when it is left alone, and why", async () => {
  const { name, logged } = await poll({ faults: { "rest-5xx": 1 }, retryAfterSeconds: 600 });
  expect(logged).toContainEqual(
    expect.objectContaining({
      message: "poll",
      account: name,
      reason: "shop-answers-503",
      blockedUntil: expect.anything(),
    }),
  );
});

test("an operator sees afterwards when the account was polled, how late, and when an order began", async () => {
  const { state, now } = await poll({}, true);
  expect(state).toMatchObject({
    polledAt: now,
    polledWellAt: now,
    cursorLagMs: 0,
    lastReportAt: now,
    lastOrderAt: now,
  });
  expect(state).not.toHaveProperty("failure");
});

test("an operator sees until when a shop is left alone, and of a run that failed what it saw until then", async () => {
  const { state } = await poll({ faults: { "rest-5xx": 1 }, retryAfterSeconds: 600 });
  expect(state?.blockedUntil).toBeGreaterThan(0);
  expect(state).not.toHaveProperty("lastReportAt");
  const failed = await poll({ consumerKey: "ck_other" });
  expect(failed.report).toBeUndefined();
  expect(failed.state).toMatchObject({
    polledAt: failed.now,
    failedAt: failed.now,
    failure: expect.stringContaining("the shop refuses its order list with status 401"),
  });
  expect(failed.state).not.toHaveProperty("polledWellAt");
});
