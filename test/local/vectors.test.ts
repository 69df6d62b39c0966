/** Every recorded delivery of two real shops, posted over HTTP in the order in which they came. */
import "../../lib/local/quiet.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Local, startLocal } from "../../lib/local/local.ts";
import type { Row } from "../../lib/local/stand-in-database.ts";
import { RECORDED, type Vector, vector, vectors } from "../channels/woocommerce-vectors.ts";

type Heard = { status: number; body: string; verdict?: string };

let folder: string;
let local: Local;
const heard = new Map<string, Heard>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-vectors-"));
  const configPath = join(folder, "config.json");
  const accounts = ["main", "second"].map((account) => ({
    channel: "woocommerce",
    account,
    baseUrl: "https://sklep.example",
    secrets: [...new Set(vectors.map(({ secret }) => secret))],
  }));
  await writeFile(configPath, JSON.stringify({ accounts }));
  const options = { port: 0, erpFaults: {}, fresh: false, stateFolder: join(folder, "state"), configPath };
  local = await startLocal({ ...options, clockOffsetMs: RECORDED - Date.now() }, () => undefined);
  for (const one of vectors) heard.set(one.name, await post(one));
}, 120_000);

afterAll(async () => {
  await local?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The two shops have ids of their own, so each has its account. */
function accountOf({ name }: Vector): string {
  return name.startsWith("woo7") ? "second" : "main";
}

async function post(one: Vector, body = one.delivery.body): Promise<Heard> {
  const names = ["content-type", "user-agent"].concat(
    Object.keys(one.delivery.headers).filter((h) => h.startsWith("x-wc-")),
  );
  const headers = names.flatMap((name) => (one.delivery.headers[name] ? [[name, one.delivery.headers[name]]] : []));
  const answer = await fetch(`${local.url}/webhooks/woocommerce/${accountOf(one)}`, {
    method: "POST",
    headers: Object.fromEntries(headers),
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text, ...(text && { verdict: JSON.parse(text).verdict }) };
}

const hear = (prefix: string) => heard.get(vector(prefix).name);

/** The ERP orders of one shop order, once every order of the index has come to rest. */
async function rowsOf(prefix: string): Promise<Row[]> {
  await vi.waitFor(async () => {
    const orders = (await (await fetch(`${local.url}/orders`)).json()) as Array<{ state: string }>;
    expect(orders.filter(({ state }) => state === "pending" || state === "submitting")).toEqual([]);
  }, 20_000);
  const { number, orderId } = vector(prefix).expected;
  const isFirst = accountOf(vector(prefix)) === "main";
  const others = new Set(
    vectors.filter((v) => accountOf(v) !== accountOf(vector(prefix))).map((v) => v.expected.number),
  );
  return local.standIn
    .rows()
    .filter(
      (row) =>
        row.customerNumber === number?.toLowerCase() ||
        row.customerNumber === number ||
        row.internetId === String(orderId),
    )
    .filter((row) => isFirst || !others.has(row.customerNumber ?? ""));
}

test.each(vectors.map((one) => [one.name, one] as const))("%s is answered as its sender needs it", (_, one) => {
  const { status, body } = heard.get(one.name) ?? {};
  if (one.expected.kind === "ping") expect({ status, body }).toEqual({ status: 200, body: "" });
  else expect(status).toBe(one.expected.signatureValid ? 200 : 401);
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

test("altering any one byte of a signed body gets 401", async () => {
  const one = vector("woo11-45");
  for (let position = 0; position < one.delivery.body.length; position += 1) {
    const altered = Buffer.from(one.delivery.body);
    altered[position] = (altered[position] ?? 0) ^ 1;
    expect((await post(one, altered)).status).toBe(401);
  }
  const order = vector("woo11-10");
  for (let position = 0; position < order.delivery.body.length; position += 97) {
    const altered = Buffer.from(order.delivery.body);
    altered[position] = (altered[position] ?? 0) ^ 0x20;
    expect((await post(order, altered)).status).toBe(401);
  }
});

test("everything delivered once more changes nothing", async () => {
  await rowsOf("woo11-10");
  const before = local.standIn.rows();
  for (const one of vectors) {
    const again = await post(one);
    expect(again.status).toBe(heard.get(one.name)?.status);
    if (heard.get(one.name)?.verdict === "new") expect(again.verdict).toBe("duplicate");
  }
  await rowsOf("woo11-10");
  expect(local.standIn.rows()).toEqual(before);
});
