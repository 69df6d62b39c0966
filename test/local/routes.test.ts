/** A mistyped address on one machine is counted as it is in the cloud, where only deployed channels have a route. */
import { randomUUID } from "node:crypto";
import { afterEach, expect, type MockInstance, test, vi } from "vitest";
import { provideApp } from "../../lib/app/app.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { routes } from "../../local/routes.ts";
import { feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";

let host: Host | undefined;
let spy: MockInstance<typeof process.stdout.write> | undefined;
afterEach(async () => {
  spy?.mockRestore();
  await host?.stop();
});

test.each([
  ["a mistyped channel", "/webhooks/woocomerce/main", 1, "unknown-path"],
  ["a channel that is not deployed", "/webhooks/shopify/main", 1, "unknown-path"],
  ["a slash at the end", "/webhooks/woocommerce/main/", 1, "unknown-path"],
  ["a wrong prefix", "/webhook/woocommerce/main", 1, "unknown-path"],
  ["a mistyped account", "/webhooks/woocommerce/mian", 1, "unknown-account"],
  ["what scanners ask for", "/wp-login.php", 0, "unknown-path"],
])("%s: %s is a 404, counted %d times: %s", async (_, path, counted, error) => {
  const table = await freshTable();
  provideApp(() => feedApp(table));
  const lines: string[] = [];
  spy = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  host = await startHost({ port: 0, now: Date.now, routes });
  const secret = randomUUID();
  const answer = await fetch(`${host.url}${path}?token=${secret}`, { method: "POST", body: "{}" });
  const refusals = lines.filter((line) => line.includes('"Refusals":1') && line.includes('"unknown-account"'));
  expect([answer.status, await answer.json(), refusals.length]).toEqual([404, { error }, counted]);
  expect(lines.join()).not.toContain(secret);
});
