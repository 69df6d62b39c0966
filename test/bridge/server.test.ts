import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { onceOnly } from "../../bridge/once.ts";
import { handlersOf, startBridge, startSignedServer } from "../../bridge/server.ts";
import { operations } from "../../lib/erp/bridge/contract.ts";
import { sign } from "../../lib/erp/bridge/signing.ts";
import { number, report } from "../support/sightings.ts";
import { SECRETS } from "./bridge-world.ts";
import { openWapro } from "./wapro-world.ts";

/** A server whose `read` takes until it is let go. */
async function openSlow() {
  const { erp } = await openWapro();
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const server = await startSignedServer({
    operations,
    handlers: {
      ...handlersOf(erp, Date.now),
      async read() {
        begun.resolve();
        await go.promise;
        return { orders: [] };
      },
    },
    tooOld: () => undefined,
    secrets: SECRETS,
    host: "127.0.0.1",
    port: 0,
    failed: () => undefined,
  });
  onTestFinished(() => go.resolve());
  const body = '{"erpIds":[]}';
  const ask = (signal?: AbortSignal) =>
    fetch(`${server.url}/v1/read`, {
      method: "POST",
      headers: { ...sign(SECRETS, "read_1", body) },
      body,
      ...(signal && { signal }),
    });
  return { server, ask, begun: begun.promise, go: go.resolve };
}

test("a server that is stopped answers what it has in hand and takes nothing more", async () => {
  const { server, ask, begun, go } = await openSlow();
  const answer = ask();
  await begun;
  const stopped = server.stop();
  await expect(ask()).rejects.toThrow();
  go();
  expect((await answer).status).toBe(200);
  await stopped;
});

test("a caller that hung up does not keep it from stopping", async () => {
  const { server, ask, begun, go } = await openSlow();
  const end = new AbortController();
  const answer = ask(end.signal);
  await begun;
  end.abort();
  await expect(answer).rejects.toThrow();
  // Until the server has noticed.
  await wait(200);
  go();
  await server.stop();
});

/** A bridge over sockets, asked with what a test signs itself. */
async function openAsked() {
  const { sql, erp } = await openWapro({ clock: { now: Date.now() } });
  const server = await startBridge({
    erp,
    secrets: SECRETS,
    host: "127.0.0.1",
    port: 0,
    now: Date.now,
    failed: () => undefined,
  });
  onTestFinished(() => server.stop());
  const post = (operation: string, headers: Record<string, string>, body: string) =>
    fetch(`${server.url}/v1/${operation}`, { method: "POST", headers, body });
  return { sql, server, post };
}

const order = { order: "order-1", keys: [number("1001")], currency: "PLN", total: 5899, report };
const submitBody = () => JSON.stringify({ order, deadline: Date.now() + 48_000, sentAt: Date.now() });
const headersFor = (id: string, body: string) => ({ ...sign(SECRETS, id, body) });

describe("a signed command", () => {
  test("is good once: caught on its way it does nothing a second time", async () => {
    const { sql, post } = await openAsked();
    const body = submitBody();
    const headers = headersFor("submit_1", body);
    expect((await post("submit", headers, body)).status).toBe(200);
    sql.arm("sum-differs");
    const again = await post("submit", headers, body);
    expect([again.status, await again.json()]).toEqual([409, { error: "used" }]);
    expect(sql.fired["sum-differs"]).toBe(0);
  });

  test("that was signed before the bridge started is not taken", () => {
    let seconds = 1_000;
    const isFirst = onceOnly(() => seconds);
    expect([isFirst("submit_1", 999), isFirst("submit_2", 1_000), isFirst("submit_2", 1_000)]).toEqual([
      false,
      true,
      false,
    ]);
    seconds = 1_400;
    expect([isFirst("submit_3", 1_400), isFirst("submit_3", 1_401)]).toEqual([true, false]);
  });

  test("is no answer, and an answer is no command", async () => {
    const { post } = await openAsked();
    const body = submitBody();
    expect((await post("submit", headersFor("submit_1_answer", body), body)).status).toBe(401);
  });
});

describe("what is not signed", () => {
  const LARGE = "x".repeat(1024 * 1024);

  test.each([
    ["without any signature", () => ({})],
    ["with one that is too old", () => ({ ...headersFor("submit_1", LARGE), "webhook-timestamp": "1" })],
    ["for another operation", () => headersFor("find_1", LARGE)],
    ["with one that is none", () => ({ ...headersFor("submit_1", LARGE), "webhook-signature": "v1,x" })],
  ])("is refused before its body is read: %s", async (_, headers) => {
    const { server } = await openAsked();
    const answered = await askWithoutBody(server.url, "/v1/submit", headers());
    expect(answered).toBe(401);
  });

  test("nor is one read that says it is too long", async () => {
    const { server } = await openAsked();
    const headers = { ...headersFor("submit_1", ""), "content-length": String(5 * 1024 * 1024) };
    expect(await askWithoutBody(server.url, "/v1/submit", headers)).toBe(413);
  });

  test("and of bodies that never end only so many are waited for", async () => {
    const { server } = await openAsked();
    const open = Array.from({ length: 16 }, () => {
      const asked = request(`${server.url}/v1/find`, {
        method: "POST",
        headers: { ...headersFor("find_1", ""), "content-length": "10" },
      });
      asked.on("error", () => undefined).write("{");
      return asked;
    });
    onTestFinished(() => {
      for (const asked of open) asked.destroy();
    });
    const headers = { ...headersFor("find_1", ""), "content-length": "10" };
    await expect.poll(() => askWithoutBody(server.url, "/v1/find", headers)).toBe(503);
  });
});

/** @returns the status that comes though the body never does */
function askWithoutBody(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asked = request(`${url}${path}`, { method: "POST", headers: { "content-length": "10", ...headers } });
  asked.on("error", reject).on("response", (answer) => {
    resolve(answer.statusCode);
    asked.destroy();
  });
  asked.flushHeaders();
  return promise;
}
