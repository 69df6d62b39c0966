/** `npm start` as a person uses it: a process of its own, its state in a folder, real senders. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { endOrphans, enginesOn } from "../../local/orphans.ts";
import { takeState } from "../../local/state-folder.ts";
import { RECORDED, vector } from "../channels/woocommerce-vectors.ts";
import { eventually } from "../support/eventually.ts";

const START = fileURLToPath(new URL("../../local/start.ts", import.meta.url));
const order = vector("woo11-10");

const clock = { KOJARZ_CLOCK_OFFSET_MS: String(RECORDED - Date.now()) };

/** The engine of this test run, for what needs none of its own. */
const ENGINE = { AWS_ENDPOINT_URL_DYNAMODB: inject("engine") };

let folder: string;
let config: string;
const running = new Set<Started>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-start-"));
  config = join(folder, "config.json");
  const account = {
    channel: "woocommerce",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: [order.secret],
  };
  await writeFile(config, JSON.stringify({ accounts: [account] }));
});
afterEach(async () => {
  for (const started of running) await started.end("SIGTERM");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Started = {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  exit: Promise<number | null>;
  end(signal: NodeJS.Signals): Promise<number | null>;
};

function start(args: string[] = [], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [START, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: "0", KOJARZ_CONFIG: config, KOJARZ_STATE: join(folder, "state"), ...clock, ...env },
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (data) => {
    out += String(data);
  });
  child.stderr?.on("data", (data) => {
    err += String(data);
  });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const started: Started = {
    child,
    out: () => out,
    err: () => err,
    exit,
    async end(signal) {
      running.delete(started);
      child.kill(signal);
      return exit;
    },
  };
  running.add(started);
  exit.then(() => running.delete(started)).catch(() => undefined);
  return started;
}

/** The address, once it serves. */
async function serving(started: Started): Promise<string> {
  return eventually(() => {
    const url = /serves on (\S+)/.exec(started.out())?.[1];
    if (url === undefined) throw new Error(`does not serve: ${started.err()}`);
    return url;
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

const json = async (url: string) => (await fetch(url)).json() as Promise<Array<Record<string, unknown>>>;

async function deliver(url: string): Promise<unknown> {
  const { headers, body } = order.delivery;
  const signed = ["content-type", "x-wc-webhook-topic", "x-wc-webhook-signature"].map((name) => [name, headers[name]]);
  const answer = await fetch(`${url}/webhooks/woocommerce/main`, {
    method: "POST",
    headers: Object.fromEntries(signed),
    body: new Uint8Array(body),
  });
  return answer.json();
}

const erpOrders = (url: string, count: number) =>
  eventually(async () => {
    const orders = await json(`${url}/erp/orders`);
    expect(orders).toHaveLength(count);
    return orders;
  });

test("an order reaches the ERP once, outlives a kill, and Ctrl-C ends with 0", async () => {
  const first = start();
  const url = await serving(first);
  expect(await deliver(url)).toMatchObject({ verdict: "new" });
  const [row] = await erpOrders(url, 1);
  expect(Object.keys(row ?? {})).toEqual(
    expect.arrayContaining(["id", "number", "internetId", "customerNumber", "total", "currency", "cancelled"]),
  );
  const [indexed] = await eventually(async () => {
    const orders = await json(`${url}/orders`);
    expect(orders).toMatchObject([{ state: "delivered" }]);
    return orders;
  });
  expect(indexed).toMatchObject({ order: expect.any(String), erpNumber: row?.number, keys: expect.any(Array) });

  const second = start();
  expect(await second.exit).toBe(1);
  expect(second.err()).toMatch(/^kojarz: another Kojarz is running on .*\n$/);

  await first.end("SIGKILL");
  const third = start();
  const again = await serving(third);
  expect(await deliver(again)).toMatchObject({ verdict: "duplicate", order: indexed?.order });
  expect(await third.end("SIGINT")).toBe(0);

  const fresh = start(["--fresh"]);
  const empty = await serving(fresh);
  expect([await json(`${empty}/orders`), await json(`${empty}/erp/orders`)]).toEqual([[], []]);
  expect(await fresh.end("SIGTERM")).toBe(0);
});

test("the clock can be moved from outside: a repeat after the window is late, never a second order", async () => {
  const state = { KOJARZ_STATE: join(folder, "later"), ...ENGINE };
  const first = start(["--fresh"], state);
  const url = await serving(first);
  const { order: id } = (await deliver(url)) as { order: string };
  await erpOrders(url, 1);
  await eventually(async () => expect(await json(`${url}/orders`)).toMatchObject([{ state: "delivered" }]));
  await first.end("SIGTERM");

  const days = 15 * 86_400_000;
  const second = start([], { ...state, KOJARZ_CLOCK_OFFSET_MS: String(RECORDED + days - Date.now()) });
  const later = await serving(second);
  expect(await deliver(later)).toEqual({ verdict: "late", order: id, reason: "window-over" });
  expect(await json(`${later}/erp/orders`)).toHaveLength(1);
});

test("it is healthy only when everything answers", async () => {
  const port = await freePort();
  start(["--fresh"], { KOJARZ_STATE: join(folder, "early"), PORT: String(port), ...ENGINE });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200));
  for (const page of ["orders", "held", "erp/orders"]) expect(await json(`${url}/${page}`)).toEqual([]);
});

type ErpRow = { total: string; remarks: string; lines: object[]; shipping: object[]; fees: object[] };

test("the story is told while it plays, loses nothing, and ends with where to look next", async () => {
  const started = start([], { KOJARZ_CONFIG: "", KOJARZ_CLOCK_OFFSET_MS: "", KOJARZ_STATE: join(folder, "story") });
  const url = await serving(started);
  const places = await eventually(() => {
    const [, next] = started.out().split("Where to look next:");
    if (next === undefined) throw new Error(`the story does not end: ${started.out()} ${started.err()}`);
    return [...next.matchAll(/ (http:\S+)/g)].map(([, place = ""]) => place);
  });
  const [played = ""] = started.out().split("\npurchase ");
  expect([...played.matchAll(/(\d) of 5: /g)].map(([, step]) => step)).toEqual(["1", "2", "3", "4", "5"]);
  expect(started.out()).toMatch(/^purchases=18 .* erp_orders=18 .* held=0 lost=0 duplicated=0$/m);

  const orders = (await json(`${url}/erp/orders`)) as ErpRow[];
  const rows = orders.flatMap(({ lines, shipping, fees }) => [...lines, ...shipping, ...fees]);
  expect(rows).toContainEqual(expect.objectContaining({ sku: "KSI-1", vat: "5" }));
  expect(rows).toContainEqual(expect.objectContaining({ kind: "codFee", gross: "5.00", vat: "23" }));
  expect(rows).toContainEqual(expect.objectContaining({ sku: "KUB-1", quantity: "2", gross: "39.60", vat: "23" }));
  expect(orders.filter(({ remarks }) => remarks.includes("karta podarunkowa"))).toMatchObject([{ total: "62.99" }]);

  expect(places).toContain(`${url}/`);
  for (const place of places) expect((await fetch(place)).status, place).toBe(200);
  const page = await (await fetch(`${url}/`)).text();
  expect(page).toContain("/webhooks/baselinker/acme");
  const links = [...page.matchAll(/<a href="(\/[^"]*)"/g)].map(([, path]) => `${url}${path}`);
  expect([`${url}/`, ...links]).toEqual(places);
  expect(await started.end("SIGINT")).toBe(0);
});

test("an engine that ends by itself ends Kojarz, which says so", async () => {
  const state = join(folder, "engineless");
  const started = start([], { KOJARZ_STATE: state });
  await serving(started);
  await endOrphans(join(await realpath(state), "engine"));
  expect(await started.exit).toBe(1);
  expect(started.err()).toMatch(/^kojarz: the database engine ended by itself/m);
});

test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("%s to npm alone stops all of it", async (signal) => {
  const state = join(folder, `npm-${signal}`);
  const port = String(await freePort());
  const npm = spawn("npm", ["start", "--silent"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: "ignore",
    env: { ...process.env, PORT: port, KOJARZ_CONFIG: config, KOJARZ_STATE: state },
  });
  const isUp = () => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok);
  await eventually(async () => expect(await isUp()).toBe(true));
  npm.kill(signal);
  await eventually(async () => expect(await isUp().catch(() => false)).toBe(false));
  await eventually(() => takeState(state).release());
  const engine = join(await realpath(state), "engine");
  await eventually(async () => expect(await enginesOn(engine)).toEqual([]));
});

test.each([
  ["an unknown flag", ["--fast"], {}, /^kojarz: .*--fast/],
  ["a bad port", [], { PORT: "many" }, /^kojarz: PORT: /],
  ["a missing configuration", [], { KOJARZ_CONFIG: "/nowhere.json" }, /^kojarz: configuration: KOJARZ_CONFIG: /],
  ["a story that nobody would play", ["--once"], {}, /^kojarz: --once plays the story/],
  [
    "an engine that is not there",
    [],
    { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" },
    /^kojarz: AWS_ENDPOINT_URL_/,
  ],
  ["a state that is no folder", [], { KOJARZ_STATE: START }, /^kojarz: .*KOJARZ_STATE/],
  ["a Java that is not there", [], { PATH: "/nowhere" }, /^kojarz: Java 17 or later is needed: `apt-get/],
])("%s is said in one line", async (_, args, env, message) => {
  const started = start(args, { KOJARZ_STATE: join(folder, "mistakes"), ...env });
  expect(await started.exit).toBe(1);
  expect(started.err()).toMatch(message);
  expect(started.err().trim().split("\n")).toHaveLength(1);
});

test("every mistake of the configuration is named by its path, without its value", async () => {
  const broken = join(folder, "broken.json");
  const account = { channel: "woocommerce", account: "main", baseUrl: "not-an-address", secrets: "hush" };
  await writeFile(broken, JSON.stringify({ windowDays: -1, accounts: [account] }));
  const started = start([], { KOJARZ_CONFIG: broken });
  expect(await started.exit).toBe(1);
  for (const path of ["windowDays", "accounts.0.baseUrl", "accounts.0.secrets"])
    expect(started.err()).toContain(`${path}: `);
  expect(started.err()).not.toContain("hush");
});

test("a port that is taken is said in one line", async () => {
  const first = start([], { KOJARZ_STATE: join(folder, "one"), ...ENGINE });
  const { port } = new URL(await serving(first));
  const second = start([], { KOJARZ_STATE: join(folder, "two"), PORT: port });
  expect(await second.exit).toBe(1);
  expect(second.err()).toBe(`kojarz: port ${port} is taken: stop what uses it, or choose another with PORT\n`);
});
