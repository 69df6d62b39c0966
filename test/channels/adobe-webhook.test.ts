/** What Adobe hears over HTTP, and what is kept of a batch. */
import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { handler } from "../../functions/webhook.ts";
import { provideApp } from "../../lib/app/app.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { magentoOrder } from "../../local/simulators/magento-orders.ts";
import { type WebhookFloor, webhookFloor } from "../support/webhook-floor.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const PATH = "/prod/keys/pub-key-first.pem";
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const config = ConfigFile.parse({
  accounts: [{ channel: "adobe", account: "main", clientId: "client", publicKeys: { [PATH]: publicKey } }],
});

const ofOneSource = ConfigFile.parse({
  accounts: [
    {
      channel: "adobe",
      account: "main",
      clientId: "client",
      publicKeys: { [PATH]: publicKey },
      sources: ["urn:uuid:shop"],
    },
  ],
});

let host: Host;
let floor: WebhookFloor;

beforeAll(async () => {
  host = await startHost({ port: 0, now: () => NOW, routes: { "ANY /webhooks/{channel}/{account}": handler } });
});
afterAll(() => host.stop());
beforeEach(() => {
  floor = webhookFloor(config, NOW);
  provideApp(() => floor.app);
});

async function deliver(body: string, path = PATH) {
  const answer = await fetch(`${host.url}/webhooks/adobe/main`, {
    method: "POST",
    body,
    headers: {
      "x-adobe-public-key1-path": path,
      "x-adobe-digital-signature-1": sign("sha256", Buffer.from(body), privateKey).toString("base64"),
    },
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) as unknown };
}

function event(entityId: number, changes: object = {}) {
  const order = magentoOrder(entityId, { lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 3999 }] }, NOW);
  return {
    type: "com.adobe.commerce.observer.sales_order_save_commit_after",
    recipient_client_id: "client",
    data: { value: { ...order, ...changes } },
  };
}

test("a registration is confirmed by its challenge as plain text", async () => {
  const answer = await fetch(`${host.url}/webhooks/adobe/main?challenge=8ec8d794-e0ab-42df`);
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    200,
    "text/plain",
    "8ec8d794-e0ab-42df",
  ]);
});

test("a delivery with a key that is not known yet hears 429, the only refusal that Adobe repeats, and nothing is kept", async () => {
  expect(await deliver(JSON.stringify(event(5)), "/prod/keys/new.pem")).toEqual({
    status: 429,
    body: { error: "unknown-key" },
  });
  expect([[...floor.bodies], floor.explained]).toEqual([[], []]);
});

test("what our configuration does not fit hears 429 and is counted for the alarm", async () => {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const foreign = JSON.stringify({ ...event(5), recipient_client_id: "a mistyped client" });
  expect(await deliver(foreign)).toEqual({ status: 429, body: { error: "wrong-recipient" } });
  const counted = out.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("Refusals"));
  out.mockRestore();
  expect(counted.map((line) => JSON.parse(line))).toMatchObject([{ refusal: "signature", code: "wrong-recipient" }]);
});

test("the address by which a registration is confirmed stands in the log", async () => {
  const url = "https://csm.adobe.io/csm/registration/validate?id=8ec8d794&challenge=42df";
  const log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const body = JSON.stringify({ validationUrl: url });
  const answer = await fetch(`${host.url}/webhooks/adobe/main`, { method: "POST", body });
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
  log.mockRestore();
  expect([answer.status, lines]).toMatchObject([200, [{ level: "WARN", account: "adobe:main", confirm: url }]]);
});

test("of a batch the orders are taken and the rest is held with the raw body", async () => {
  const batch = JSON.stringify([event(5, { items: null }), event(6), event(7)]);
  expect(await deliver(batch)).toMatchObject({ status: 200, body: { verdict: "new" } });
  expect(floor.explained.map(({ verdict, sourceOrder }) => [verdict, sourceOrder])).toEqual([
    ["held", "5"],
    ["new", "6"],
    ["new", "7"],
  ]);
  expect([...floor.bodies.values()].map(String)).toEqual([batch]);
});

test("a batch of which nothing can be used is held, and says so", async () => {
  const batch = JSON.stringify([event(5, { items: null }), event(6, { items: null })]);
  expect(await deliver(batch)).toEqual({ status: 200, body: { verdict: "held", reason: "event-without-items" } });
  expect(floor.explained.map(({ verdict, sourceOrder }) => [verdict, sourceOrder])).toEqual([
    ["held", "5"],
    ["held", "6"],
  ]);
});

test("events of a copy of the shop are answered 200 and kept out: one case a source, counted", async () => {
  floor = webhookFloor(ofOneSource, NOW);
  provideApp(() => floor.app);
  const of = (source: string | undefined, id: number) => JSON.stringify({ ...event(id), source });
  const kept = { status: 200, body: { verdict: "held", reason: "other-shop" } };
  expect(await deliver(of("urn:uuid:staging", 5))).toEqual(kept);
  expect(await deliver(of("urn:uuid:staging", 6))).toEqual(kept);
  expect(await deliver(of("urn:uuid:other", 5))).toEqual(kept);
  expect(await deliver(of("URN:uuid:shop", 5))).toMatchObject({ status: 200, body: { verdict: "new" } });
  expect(await deliver(of(undefined, 6))).toMatchObject({ status: 200, body: { verdict: "new" } });
  expect([...floor.claims.held.values()].map(({ sourceOrder, count }) => [sourceOrder, count])).toEqual([
    ["shop:urn:uuid:staging", 2],
    ["shop:urn:uuid:other", 1],
  ]);
  expect([...floor.bodies.values()].map(String).join()).not.toContain("Kubek");
});

test("in a batch, of an event of a copy only its source is kept", async () => {
  floor = webhookFloor(ofOneSource, NOW);
  provideApp(() => floor.app);
  const batch = [
    { ...event(5), source: "urn:uuid:staging" },
    { ...event(6), source: "urn:uuid:shop" },
  ];
  expect(await deliver(JSON.stringify(batch))).toMatchObject({ status: 200, body: { verdict: "new" } });
  expect([...floor.bodies.values()].map(String)).toEqual(['{"source":"urn:uuid:staging"}']);
});
