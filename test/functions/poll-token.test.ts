/** What a poll says of the token of its account. */
import { randomBytes } from "node:crypto";
import { afterEach, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { handler } from "../../functions/poll.ts";
import { provideApp } from "../../lib/app/app.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { allegroAccount, seeded } from "../support/allegro.ts";
import { feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";

const HALF_A_DAY_MS = 12 * 3_600_000;

let spy: MockInstance<typeof process.stdout.write> | undefined;
afterEach(() => spy?.mockRestore());

test("a token that is over when the poll begins, and that the poll renews, is told as renewed", async () => {
  const table = await freshTable();
  const app = feedApp(table);
  const settings = allegroAccount();
  const { clientId, clientSecret, refreshToken } = settings;
  const simulator = await createAllegro({
    ...{ clientId, clientSecret, refreshToken, now: app.now, random: seeded(1) },
    accessTokenMs: HALF_A_DAY_MS,
  });
  onTestFinished(simulator.close);
  const account = { ...settings, baseUrl: simulator.url, authUrl: simulator.url, pollSeconds: 60 };
  const config = ConfigFile.parse({ accounts: [account] });
  provideApp(() => ({ ...app, config, http, now: app.now, vault: dynamoVault(table, [randomBytes(32)], app.now) }));

  const told: number[] = [];
  spy = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    const { TokenLeft } = JSON.parse(String(line)) as { TokenLeft?: number };
    return TokenLeft === undefined ? true : told.push(TokenLeft) > 0;
  });
  const poll = () => handler({ account: "allegro:acme" }, lambdaContext("poll", 60_000));
  await poll();
  app.clock += HALF_A_DAY_MS + 60_000;
  await poll();
  expect(told).toHaveLength(2);
  // Below 300 seconds the alarm of the account would ring.
  for (const seconds of told) expect(seconds).toBeGreaterThan(300);
});
