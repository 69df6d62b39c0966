import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { handlersOf } from "../../../bridge/server.ts";
import { pollOnce } from "../../../bridge/work-poller.ts";
import { CONTRACT } from "../../../lib/erp/bridge/contract-version.ts";
import { bridgeHandler } from "../../../lib/erp/bridge/endpoint.ts";
import { outboxErp, type PullEnd, pullHandlers } from "../../../lib/erp/bridge/outbox.ts";
import { sign } from "../../../lib/erp/bridge/signing.ts";
import { http } from "../../../lib/runtime/http.ts";
import { logger } from "../../../lib/runtime/lambda.ts";
import { startHost } from "../../../local/apigw-host.ts";
import { openFakeErp } from "../../../local/fake-erp.ts";
import { OTHER_SECRETS, SECRETS } from "../../bridge/bridge-world.ts";
import { memoryOutbox } from "../../support/memory-outbox.ts";

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
  const fakeErp = openFakeErp({ file: ":memory:", now: Date.now, random: () => 0.5 });
  const created = fakeErp.foreign({ writer: "another integrator", currency: "PLN", total: 1, internetId: "x" });
  const failed: string[] = [];
  const handlers = handlersOf({ ...fakeErp, read: async () => [] }, Date.now);
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
  await expect.poll(() => pollOnce(pull)).toBe(1);
  expect((await asked).orders.map(({ erpId }) => erpId)).toEqual([created.erpId]);
  expect(failed).toEqual([]);
  expect(await pollOnce({ ...pull, secrets: OTHER_SECRETS })).toBeUndefined();
  fakeErp.close();
});

test("whoever signs nothing gets nothing, and there is no other operation", async () => {
  await using served = await serve(openOutbox().end);
  expect((await post(`${served.url}/v1/claim`)).status).toBe(401);
  expect((await post(`${served.url}/v1/submit`)).status).toBe(404);
});

test("a bridge that is too old is told why each time, and the log once", async () => {
  await using served = await serve(openOutbox().end);
  const logged = vi.spyOn(logger, "error").mockReturnValue();
  onTestFinished(() => logged.mockRestore());
  const body = JSON.stringify({ contract: CONTRACT - 2, max: 1 });
  for (const id of ["claim_1", "claim_2"]) {
    const headers = { ...sign(SECRETS, id, body) };
    const answer = await fetch(`${served.url}/v1/claim`, { method: "POST", headers, body });
    expect(answer.status).toBe(426);
    expect(await answer.json()).toMatchObject({
      error: "bridge-too-old",
      detail: expect.stringContaining("install a newer kojarz-bridge"),
    });
  }
  expect(logged.mock.calls.map(([, fields]) => fields)).toEqual([
    { operation: "claim", error: expect.objectContaining({ message: expect.stringContaining("install a newer") }) },
  ]);
});

test("where the bridge is called, there is nothing to fetch", async () => {
  await using served = await serve(undefined);
  const answer = await post(`${served.url}/v1/claim`);
  expect([answer.status, await answer.json()]).toEqual([404, { error: "nothing-to-pull" }]);
});
