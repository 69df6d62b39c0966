import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { memoryOutbox } from "../../lib/erp/bridge/memory-outbox.ts";
import { outboxErp, type PullEnd, pullHandlers } from "../../lib/erp/bridge/outbox.ts";
import { pullOnce } from "../../lib/erp/bridge/puller.ts";
import { handlersOf } from "../../lib/erp/bridge/server.ts";
import { startHost } from "../../lib/local/apigw-host.ts";
import { openStandIn } from "../../lib/local/stand-in.ts";
import { bridgeHandler } from "../../lib/runtime/bridge.ts";
import { http } from "../../lib/runtime/http.ts";
import { OTHER_SECRETS, SECRETS } from "../erp/bridge/bridge-world.ts";

let counter = 0;
const unique = () => `u${++counter}`;

/** The function behind an HTTP API, as API Gateway calls it. */
async function serve(end: PullEnd | undefined) {
  const routes = { "POST /bridge/v1/{operation}": bridgeHandler(async () => end) };
  const host = await startHost({ port: 0, routes, now: Date.now });
  return { url: `${host.url}/bridge`, [Symbol.asyncDispose]: host.stop };
}

function openOutbox() {
  const outbox = memoryOutbox();
  const erp = outboxErp({ name: "wapro", outbox, now: Date.now, unique, wait: () => wait(2) });
  const end: PullEnd = { secrets: SECRETS, handlers: pullHandlers(outbox, Date.now, unique) };
  return { erp, end };
}

const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: '{"max":1}' });

test("a question that Kojarz put out is fetched through the API, done, and its answer taken back", async () => {
  const { erp, end } = openOutbox();
  await using served = await serve(end);
  const standIn = openStandIn({ file: ":memory:", now: Date.now, random: () => 0.5 });
  const created = standIn.foreign({ writer: "another integrator", currency: "PLN", total: 1, internetId: "x" });
  const failed: string[] = [];
  const handlers = handlersOf({ ...standIn, read: async () => [] }, Date.now);
  const pull = {
    baseUrl: served.url,
    secrets: SECRETS,
    http,
    unique,
    atOnce: 2,
    handlers,
    failed: (one: string) => failed.push(one),
  };
  const asked = erp.list(0);
  await expect.poll(() => pullOnce(pull)).toBe(1);
  expect((await asked).orders.map(({ erpId }) => erpId)).toEqual([created.erpId]);
  expect(failed).toEqual([]);
  expect(await pullOnce({ ...pull, secrets: OTHER_SECRETS })).toBeUndefined();
  standIn.close();
});

test("whoever signs nothing gets nothing, and there is no other operation", async () => {
  await using served = await serve(openOutbox().end);
  expect((await post(`${served.url}/v1/claim`)).status).toBe(401);
  expect((await post(`${served.url}/v1/submit`)).status).toBe(404);
});

test("where the bridge is called, there is nothing to fetch", async () => {
  await using served = await serve(undefined);
  const answer = await post(`${served.url}/v1/claim`);
  expect([answer.status, await answer.json()]).toEqual([404, { error: "nothing-to-pull" }]);
});
