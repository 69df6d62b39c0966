/** Webhooks over sockets, through the local host and the functions that run in the cloud. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { handler as health } from "../../functions/health.ts";
import { handler as webhook } from "../../functions/webhook.ts";
import { provideApp } from "../../lib/app/app.ts";
import type { App } from "../../lib/app/parts.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { vector } from "../channels/woocommerce-vectors.ts";
import { type WebhookFloor, webhookFloor } from "../support/webhook-floor.ts";

const SECRET = "shop-secret-0001";
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
      secrets: [SECRET],
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
    feeds: {
      ...app.feeds,
      requestRefresh: (account, id, at) => store(() => app.feeds.requestRefresh(account, id, at)),
    },
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

const draft = JSON.stringify({ ...JSON.parse(order), id: 4711, status: "checkout-draft" });

test("an authentic message that is ignored leaves its id and why, and nothing of what it said", async () => {
  expect(await deliver(draft)).toMatchObject({ body: { verdict: "ignored", reason: "draft" } });
  await deliver(draft, { "x-wc-webhook-signature": sign("another body") });
  const names = [{ account: "woocommerce:main", sourceOrder: "4711" }];
  expect(await floor.app.desk.ignored(names)).toEqual([{ ...names[0], reason: "draft", at: NOW, count: 1 }]);
});

test("an account shows when it reported last and when an order began, written once in a minute however much it reports", async () => {
  const written: object[] = [];
  const { desk } = floor.app;
  floor.app.desk = {
    ...desk,
    async saveAccountState(account, state) {
      written.push({ account, ...state });
    },
  };
  await deliver(order, { "x-wc-webhook-signature": sign("another body") });
  expect(written).toEqual([]);
  await deliver(draft);
  await deliver(order);
  await deliver(order);
  const account = "woocommerce:main";
  expect(written).toEqual([
    { account, lastReportAt: NOW },
    { account, lastOrderAt: NOW },
  ]);
});

test("what is refused is counted for its account by reason, written once in a minute however many strangers send it", async () => {
  const junk = () => deliver(order, { "x-wc-webhook-signature": sign("another body") });
  let now = NOW;
  floor.app.now = () => now;
  for (let sent = 0; sent < 5; sent += 1) await junk();
  await deliver("x".repeat(1_000_001));
  await deliver("{}", {}, "/webhooks/woocommerce/unknown-shop");
  const refused = async () => [
    ...(await floor.app.desk.accountStates(["woocommerce:main", "woocommerce:unknown-shop"])),
  ];
  expect(await refused()).toEqual([
    ["woocommerce:main", { refused: { "bad-signature": 1, "body-too-large": 1 }, refusedAt: NOW, refusedSince: NOW }],
  ]);
  now += 60_000;
  await junk();
  expect(await refused()).toEqual([
    ["woocommerce:main", { refused: { "bad-signature": 6, "body-too-large": 1 }, refusedAt: now, refusedSince: NOW }],
  ]);
});

/** How many of these requests count towards the alarm on signatures. Between two of them lie two minutes. */
async function counted(requests: ReadonlyArray<"junk" | "proven" | "a quiet day">): Promise<number> {
  let now = NOW;
  floor.app.now = () => now;
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  for (const request of requests) {
    now += request === "a quiet day" ? 86_400_000 : 120_000;
    if (request === "junk") await deliver(order, { "x-wc-webhook-signature": sign("another body") });
    if (request === "proven") await deliver(order);
  }
  const lines = out.mock.calls.filter(([line]) => String(line).includes('"Refusals"'));
  out.mockRestore();
  return lines.length;
}

test("each refusal counts where the account proves itself no more: its secret was changed", async () => {
  expect(await counted(["proven", "junk", "junk", "junk"])).toBe(3);
});

const strange = ["junk", "proven", "junk", "junk", "proven", "junk"] as const;

test("a stranger's junk counts no more once the account has proven itself since it began", async () => {
  expect(await counted(strange)).toBe(1);
});

test("after a day without any it counts again", async () => {
  expect(await counted([...strange, "a quiet day", "junk", "junk"])).toBe(3);
});

test("what cannot be shown to operators takes nothing from the report", async () => {
  const away = () => Promise.reject(new Error("the store is away"));
  floor.app.desk = { ...floor.app.desk, saveAccountState: away, noteIgnored: away, countRefused: away };
  expect(await deliver(order)).toMatchObject({ status: 200, body: { verdict: "new" } });
  expect(await deliver(draft)).toMatchObject({ status: 200, body: { verdict: "ignored" } });
  expect(await deliver(order, { "x-wc-webhook-signature": sign("another body") })).toMatchObject({ status: 401 });
  expect(floor.claims.orders.size).toBe(1);
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
