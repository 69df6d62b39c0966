/** Every recorded delivery of two real shops, posted over HTTP in the order in which they came. */
import "../../local/quiet.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Row } from "../../local/fake-erp-database.ts";
import { type Local, startLocal } from "../../local/local.ts";
import { RECORDED, type Vector, vector, vectors } from "../channels/woocommerce-vectors.ts";
import { eventually } from "../support/eventually.ts";

type Heard = { status: number; body: string; verdict?: string };

let folder: string;
const secretsIn = (shop: string) => vectors.filter(({ name }) => name.startsWith(shop)).map(({ secret }) => secret);
/** What may be configured: no short ones, and none for two shops. The channel's own test plays the rest. */
const MAIN = [...new Set(secretsIn("woo11"))].filter((secret) => secret.length >= 12);
const SECOND = [...new Set(secretsIn("woo7"))].filter((secret) => !MAIN.includes(secret));
const played = vectors.filter((one) => (accountOf(one) === "main" ? MAIN : SECOND).includes(one.secret));

let local: Local;
const heard = new Map<string, Heard>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-vectors-"));
  const configPath = join(folder, "config.json");
  const accounts = ["main", "second"].map((account) => ({
    channel: "woocommerce",
    account,
    baseUrl: account === "main" ? "https://sklep.example" : "https://stary-sklep.example",
    secrets: account === "main" ? MAIN : SECOND,
  }));
  await writeFile(configPath, JSON.stringify({ accounts }));
  const options = {
    port: 0,
    host: "127.0.0.1",
    erpFaults: {},
    fresh: false,
    stateFolder: join(folder, "state"),
    configPath,
  };
  local = await startLocal({ ...options, clockOffsetMs: RECORDED - Date.now() }, () => undefined);
  for (const one of played) heard.set(one.name, await post(one));
});

afterAll(async () => {
  await local?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The two shops have ids of their own, so each has its account. */
function accountOf({ name }: Vector): string {
  return name.startsWith("woo7") ? "second" : "main";
}

/** Byte for byte as recorded, with every header that is not of the connection. */
async function post(one: Vector): Promise<Heard> {
  const headers = Object.entries(one.delivery.headers).filter(
    ([name]) => !/^(host|content-length|connection|accept-encoding)$/.test(name),
  );
  const answer = await fetch(`${local.url}/webhooks/woocommerce/${accountOf(one)}`, {
    method: "POST",
    headers: headers.map(([name, value]): [string, string] => [name, value ?? ""]),
    body: new Uint8Array(one.delivery.body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text, ...(text && { verdict: JSON.parse(text).verdict }) };
}

const hear = (prefix: string) => heard.get(vector(prefix).name);

/** The ERP orders of one shop order, once every order of the index has come to rest. */
async function rowsOf(prefix: string): Promise<Row[]> {
  await eventually(async () => {
    const orders = (await (await fetch(`${local.url}/orders`)).json()) as Array<{ state: string }>;
    expect(orders.filter(({ state }) => state === "pending" || state === "submitting")).toEqual([]);
  });
  const { number, orderId } = vector(prefix).expected;
  const isFirst = accountOf(vector(prefix)) === "main";
  const others = new Set(
    vectors.filter((v) => accountOf(v) !== accountOf(vector(prefix))).map((v) => v.expected.number),
  );
  return local.fakeErp
    .rows()
    .filter(
      (row) =>
        row.customerNumber === number?.toLowerCase() ||
        row.customerNumber === number ||
        row.internetId === String(orderId),
    )
    .filter((row) => isFirst || !others.has(row.customerNumber ?? ""));
}

test.each(played.map((one) => [one.name, one] as const))("%s is answered as its sender needs it", (_, one) => {
  const { status, body, verdict } = heard.get(one.name) ?? {};
  if (one.expected.kind === "ping") expect({ status, body }).toEqual({ status: 200, body: "" });
  else if (one.expected.signatureValid)
    expect({ status, verdict }).toEqual({ status: 200, verdict: expect.any(String) });
  else expect({ status, body }).toEqual({ status: 401, body: '{"error":"bad-signature"}' });
});

test.each([
  ["created and updated with the same bytes", ["woo11-10", "woo11-11"]],
  ["updated before created", ["woo11-20", "woo11-21"]],
  ["pending, paid, completed", ["woo11-22", "woo11-23", "woo11-24"]],
  ["card refused, then cash on delivery", ["woo11-25", "woo11-26"]],
  ["partly refunded", ["woo11-40", "woo11-41"]],
  ["saved again unchanged", ["woo11-54", "woo11-55"]],
  ["a draft that becomes an order", ["woo7-20", "woo7-21", "woo7-22"]],
  ["first of a batch", ["woo11-50", "woo11-53"]],
  ["second of a batch", ["woo11-51"]],
  ["third of a batch", ["woo11-52"]],
  ["a number of a numbering plugin", ["woo11-15"]],
  ["150 lines", ["woo11-32"]],
  ["a body of 300 kB", ["woo11-37"]],
  ["a secret with special characters", ["woo11-70"]],
])("%s is one ERP order", async (_, [first = ""]) => {
  expect(await rowsOf(first)).toHaveLength(1);
});

test("two shop orders that are one Allegro order are one ERP order: the second is held", async () => {
  expect(await rowsOf("woo11-13")).toHaveLength(1);
  expect(await rowsOf("woo11-14")).toHaveLength(0);
  expect(hear("woo11-14")?.verdict).toBe("held");
});

test.each([
  ["a draft", "woo11-47"],
  ["an order that failed to be paid", "woo11-42"],
  ["an order that was cancelled while pending", "woo11-43"],
])("%s gives no ERP order", async (_, prefix) => {
  expect(await rowsOf(prefix)).toHaveLength(0);
});

test("a signed error object is held for a person, never an order", async () => {
  const held = (await (await fetch(`${local.url}/held`)).json()) as Array<Record<string, unknown>>;
  expect(held).toContainEqual({
    id: expect.any(String),
    reason: "error-object",
    count: expect.any(Number),
    account: expect.any(String),
    sourceOrder: expect.any(String),
    meaning: { pl: expect.stringContaining("komunikat błędu"), en: expect.stringContaining("an error instead of") },
  });
  expect(hear("woo11-60")?.verdict).toBe("held");
  expect(hear("woo11-61")?.verdict).toBe("held");
});

test("everything delivered once more changes nothing", async () => {
  await rowsOf("woo11-10");
  const before = local.fakeErp.rows();
  for (const one of played) {
    const again = await post(one);
    expect(again.status).toBe(heard.get(one.name)?.status);
    if (heard.get(one.name)?.verdict === "new") expect(again.verdict).toBe("duplicate");
  }
  await rowsOf("woo11-10");
  expect(local.fakeErp.rows()).toEqual(before);
});
