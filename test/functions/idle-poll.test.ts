/** What a poll that finds nothing costs: most are like that, one a minute and account. */
import { afterEach, beforeEach, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { handler } from "../../functions/poll.ts";
import { IDLE_POLL } from "../../infra/cost.ts";
import { provideApp } from "../../lib/app/app.ts";
import { http } from "../../lib/runtime/http.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";
import { feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";
import { countCalls } from "../support/wire.ts";

const MINUTE = 60_000;

let out: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => out.mockRestore());

async function quietShop() {
  const table = await freshTable();
  const app = feedApp(table);
  const keys = { consumerKey: "ck_test", consumerSecret: "cs_test" };
  const io = { now: () => app.clock, random: () => 0.5, webhookUrl: "http://127.0.0.1:9/" };
  const shop = await createShop({ id: 1, secret: "s", ...keys, ...io });
  onTestFinished(() => shop.close());
  const account = { channel: "woocommerce", account: "main", baseUrl: shop.url, secrets: ["sekret-testowy-0001"] };
  const config = ConfigFile.parse({ accounts: [{ ...account, ...keys, pollSeconds: 60 }] });
  provideApp(() => ({ ...app, config, http }));
  const counted = countCalls(table);
  /** The writes of one run, a minute after the last one. */
  const poll = async () => {
    app.clock += MINUTE;
    const before = counted.calls.length;
    await handler({ account: "woocommerce:main" }, lambdaContext("poll", 60_000));
    return counted.calls.slice(before).filter(({ command }) => /^(Put|Update|Delete|Transact)/.test(command)).length;
  };
  return { app, shop, poll };
}

test("a run that finds nothing writes twice, and once more every five minutes", async () => {
  const { poll } = await quietShop();
  await poll();
  const writes = [];
  for (let n = 0; n < 10; n += 1) writes.push(await poll());
  expect(writes.filter((count) => count === IDLE_POLL.writes)).toHaveLength(8);
  expect(writes.filter((count) => count === IDLE_POLL.writes + 1)).toHaveLength(2);
});

test("what it listed is remembered all the same, and an order that comes later is found", async () => {
  const { app, shop, poll } = await quietShop();
  for (let n = 0; n < 3; n += 1) await poll();
  const taken = await app.feeds.take("woocommerce:main", "t", app.clock, app.clock);
  expect(taken?.cursors.orders?.listedAt).toBe(app.clock);
  await app.feeds.release("woocommerce:main", "t");
  shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 4900 }] });
  await poll();
  expect(app.explained).toContainEqual(expect.objectContaining({ verdict: "new" }));
});

test("a run whose lease was taken over moves no cursor when it ends", async () => {
  const { app, poll } = await quietShop();
  await poll();
  const cursors = async () => {
    const taken = await app.feeds.take("woocommerce:main", "look", app.clock, app.clock);
    await app.feeds.release("woocommerce:main", "look");
    return taken?.cursors;
  };
  const before = await cursors();
  await app.feeds.release("woocommerce:main", "another", false, { orders: { cursor: "forged", listedAt: 1 } });
  expect(await cursors()).toEqual(before);
});
