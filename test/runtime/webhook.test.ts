/** Webhooks over sockets, through the local host and the functions that run in the cloud. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { handler as health } from "../../functions/health.ts";
import { handler as webhook } from "../../functions/webhook.ts";
import { type Host, startHost } from "../../lib/local/apigw-host.ts";
import { type App, provideApp } from "../../lib/runtime/app.ts";
import { ConfigFile } from "../../lib/runtime/config-file.ts";
import { vector, vectors } from "../channels/woocommerce-vectors.ts";
import { type WebhookFloor, webhookFloor } from "../support/webhook-floor.ts";

const SECRET = "shop-secret";
const TOKEN = "callback-token-of-acme";
const NOW = Date.UTC(2026, 10, 24);

let host: Host;
let floor: WebhookFloor;
let storeFails: boolean;

const config = ConfigFile.parse({
  maxBodyBytes: 1_000_000,
  accounts: [
    {
      channel: "woocommerce",
      account: "main",
      baseUrl: "https://sklep.example",
      secrets: [SECRET, ...new Set(vectors.map(({ secret }) => secret).filter(Boolean))],
    },
    { channel: "baselinker", account: "acme", token: "t", callbackToken: TOKEN },
    { channel: "allegro", account: "acme", clientId: "c", clientSecret: "s", refreshToken: "r" },
  ],
});

/** The floor's store, as long as it answers. */
function testApp(): App {
  const store = <Result>(work: () => Promise<Result>): Promise<Result> =>
    storeFails ? Promise.reject(new Error("the store is away")) : work();
  const { app, claims } = floor;
  return {
    ...app,
    claims: {
      ...claims,
      look: (keys) => store(() => claims.look(keys)),
      hold: (held, now) => store(() => claims.hold(held, now)),
    },
    feeds: { ...app.feeds, hint: (account, id, at) => store(() => app.feeds.hint(account, id, at)) },
  };
}

beforeAll(async () => {
  host = await startHost({
    port: 0,
    now: () => NOW,
    routes: {
      "ANY /webhooks/{channel}/{account}/{secretPath}": webhook,
      "ANY /webhooks/{channel}/{account}": webhook,
      "GET /healthz": health,
    },
  });
});
afterAll(() => host.stop());
beforeEach(() => {
  floor = webhookFloor(config, NOW);
  storeFails = false;
  provideApp(testApp);
});

const sign = (body: string | Buffer) => createHmac("sha256", SECRET).update(body).digest("base64");

async function deliver(body: string, headers: Record<string, string> = {}, path = "/webhooks/woocommerce/main") {
  const answer = await fetch(host.url + path, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-wc-webhook-topic": "order.created",
      "x-wc-webhook-signature": sign(body),
      ...headers,
    },
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

const order = vector("woo11-10").delivery.body.toString();

test.each(vectors.map((recorded) => [recorded.name, recorded] as const))(
  "%s, byte for byte as recorded",
  async (_, recorded) => {
    const { headers, body, method } = recorded.delivery;
    const kept = Object.entries(headers).filter(
      ([name]) => !/^(host|content-length|connection|accept-encoding)$/.test(name),
    );
    const answer = await fetch(`${host.url}/webhooks/woocommerce/main`, {
      method,
      headers: kept.map(([name, value]) => [name, value ?? ""]),
      body: new Uint8Array(body),
    });
    const text = await answer.text();
    const { kind, signatureValid } = recorded.expected;
    if (kind === "ping") expect([answer.status, text, floor.claims.orders.size]).toEqual([200, "", 0]);
    else if (signatureValid === false) expect([answer.status, text]).toEqual([401, '{"error":"bad-signature"}']);
    else expect([answer.status, JSON.parse(text)]).toMatchObject([200, { verdict: expect.any(String) }]);
  },
);

test("a signed order is new, its repeat a duplicate of the same order", async () => {
  const first = await deliver(order);
  expect(first).toEqual({
    status: 200,
    body: { verdict: "new", order: expect.any(String), reason: expect.any(String) },
  });
  const repeat = await deliver(order);
  expect(repeat).toMatchObject({ status: 200, body: { verdict: "duplicate" } });
  expect(repeat.body).toHaveProperty("order", (first.body as { order: string }).order);
  expect(floor.claims.orders.size).toBe(1);
  expect(floor.explained.map(({ verdict }) => verdict)).toEqual(["new", "duplicate"]);
});

test("altering any part of a signed body gets 401 and nothing is stored", async () => {
  const signature = sign(order);
  for (const at of [0, Math.floor(order.length / 2), order.length - 1]) {
    const altered = order.slice(0, at) + (order[at] === " " ? "\t" : " ") + order.slice(at + 1);
    const answer = await deliver(altered, { "x-wc-webhook-signature": signature });
    expect(answer).toEqual({ status: 401, body: { error: "bad-signature" } });
  }
  expect(floor.claims.orders.size).toBe(0);
});

test("a delivery that is refused is counted by why, never by who", async () => {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await deliver(order, { "x-wc-webhook-signature": sign("another body") });
  await deliver("{}", {}, "/webhooks/woocommerce/unknown-shop");
  const counted = out.mock.calls.flatMap(([line]) =>
    String(line).includes("Refusals") ? [JSON.parse(String(line))] : [],
  );
  out.mockRestore();
  expect(counted).toMatchObject([
    { refusal: "signature", code: "bad-signature", Refusals: 1 },
    { refusal: "unknown-account", code: "unknown-account", Refusals: 1 },
  ]);
  expect(JSON.stringify(counted)).not.toContain("unknown-shop");
});

test("a delivery counts for its account only if it was proven to be the account's own", async () => {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await deliver(order, { "x-wc-webhook-signature": sign("another body") });
  await deliver("{}", {}, "/webhooks/woocommerce/unknown-shop");
  await deliver(order);
  const counted = out.mock.calls.flatMap(([line]) =>
    String(line).includes('"Received"') ? [JSON.parse(String(line))] : [],
  );
  out.mockRestore();
  expect(counted).toMatchObject([{ account: "woocommerce:main", Received: 1 }]);
});

test("an unsigned ping gets exactly 200 and nothing else", async () => {
  const answer = await fetch(`${host.url}/webhooks/woocommerce/main`, {
    method: "POST",
    body: "webhook_id=7",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect(floor.explained).toEqual([]);
});

test("what is of no interest is answered 2xx with its reason, and counted", async () => {
  const answer = await deliver('{"id":5}', { "x-wc-webhook-topic": "order.deleted" });
  expect(answer).toEqual({ status: 200, body: { verdict: "ignored", reason: "deleted" } });
  expect(floor.explained).toMatchObject([{ verdict: "ignored", reason: "deleted", account: "woocommerce:main" }]);
});

test("what nobody can use is held with its raw body; a repeat adds a count", async () => {
  const answer = await deliver("{not json");
  expect(answer).toEqual({ status: 200, body: { verdict: "held", reason: "not-json" } });
  await deliver("{not json");
  const [held] = floor.claims.held.values();
  expect(held).toMatchObject({ account: "woocommerce:main", reason: "not-json", count: 2 });
  expect(floor.bodies.get(held?.body ?? "")?.toString()).toBe("{not json");
});

test.each([
  ["an unknown account", "/webhooks/woocommerce/other", 404, "unknown-account"],
  ["an unknown channel", "/webhooks/nothing/main", 404, "unknown-account"],
  ["a channel without webhooks", "/webhooks/allegro/acme", 404, "unknown-account"],
  ["a wrong callback token", "/webhooks/baselinker/acme/guessed", 404, "unknown-account"],
])("%s gets %s: %i %s", async (_, path, status, error) => {
  expect(await deliver("{}", {}, path)).toEqual({ status, body: { error } });
});

test("another method gets 405 and hears which one is right", async () => {
  const answer = await fetch(`${host.url}/webhooks/woocommerce/main`, { method: "PUT", body: "{}" });
  expect([answer.status, answer.headers.get("allow"), await answer.json()]).toEqual([
    405,
    "POST",
    { error: "method-not-allowed" },
  ]);
});

test("a body over the limit gets 413, whatever it says", async () => {
  expect(await deliver("x".repeat(1_000_001))).toEqual({ status: 413, body: { error: "body-too-large" } });
});

test("a callback is accepted once its hint is stored", async () => {
  const answer = await fetch(`${host.url}/webhooks/baselinker/acme/${TOKEN}?order_id=77`);
  expect([answer.status, await answer.json()]).toEqual([200, { verdict: "accepted" }]);
  expect(floor.hints).toEqual(["baselinker:acme/77"]);
});

test("a HEAD callback is stored and answered without a body", async () => {
  const answer = await fetch(`${host.url}/webhooks/baselinker/acme/${TOKEN}?order_id=78`, { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect(floor.hints).toEqual(["baselinker:acme/78"]);
});

test("when the store is away the sender hears 503, never a 2xx, and the cause is logged once", async () => {
  storeFails = true;
  const log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(await deliver(order)).toEqual({ status: 503, body: { error: "not-stored" } });
  expect(await deliver("{not json")).toEqual({ status: 503, body: { error: "not-stored" } });
  expect(await deliver("{}", {}, `/webhooks/baselinker/acme/${TOKEN}?order_id=1`)).toEqual({
    status: 503,
    body: { error: "not-stored" },
  });
  expect(log.mock.calls.map(([line]) => JSON.parse(String(line)).error.cause.message)).toEqual(
    Array(3).fill("the store is away"),
  );
  log.mockRestore();
});

test("a process that cannot be put together answers 500 and says no more", async () => {
  const log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  provideApp(() => Promise.reject(new Error("no key")));
  expect(await deliver(order)).toEqual({ status: 500, body: { error: "internal" } });
  log.mockRestore();
});

test("health is answered", async () => {
  expect((await fetch(`${host.url}/healthz`)).status).toBe(200);
});
