/**
 * A merchant whose database nobody can call, with every part in a process of its own: a shop reports over HTTP, Kojarz
 * runs as by `npm start`, the bridge fetches its work from it, and the modelled WAPRO stands behind a socket.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownValue } from "../../bridge/wapro/rows.ts";
import { openWaproSql } from "../../local/simulators/wapro-sql.ts";
import { OTHER_SECRETS, SECRETS } from "../bridge/bridge-world.ts";
import { settings, WAREHOUSE } from "../bridge/wapro-world.ts";
import { eventually } from "../support/eventually.ts";
import { serveWapro, type WaproSocket } from "./wapro-socket.ts";

const SHOP_SECRET = `whsec_${Buffer.from("the secret of a shop").toString("base64")}`;
const sql = openWaproSql({
  now: Date.now,
  articles: [
    { id: "11", warehouse: WAREHOUSE, sku: "KUB-1", vat: "23" },
    { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA", vat: "23" },
  ],
});

let folder: string;
let environment: Record<string, string>;
let wapro: WaproSocket;
let kojarz: Started;
let url: string;
let bridge: Started;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-pull-"));
  wapro = await serveWapro(sql);
  const config = {
    accounts: [{ channel: "standard", account: "sklep", secrets: [SHOP_SECRET] }],
    // What a dead bridge had in its hands is looked for when the lease is over.
    leaseSeconds: 5,
    erp: { kind: "pull", name: "wapro", secrets: SECRETS },
    erpWriters: [{ column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 }],
  };
  environment = { KOJARZ_CONFIG: await file("kojarz.json", config), KOJARZ_STATE: join(folder, "state") };
  kojarz = start("../../local/start.ts", { ...environment, PORT: "0" });
  url = await said(kojarz, /serves on (\S+)/);
  bridge = await startBridge();
});

afterAll(async () => {
  await end(bridge, "SIGTERM");
  await end(kojarz, "SIGTERM");
  await wapro.stop();
  await rm(folder, { recursive: true, force: true });
});

type Started = { child: ChildProcess; out: () => string };

function start(script: string, env: Record<string, string>, ...args: string[]): Started {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data) => {
      out += String(data);
    });
  return { child, out: () => out };
}

async function startBridge(secret: string = SECRETS[0]): Promise<Started> {
  const content = {
    name: "wapro",
    database: { server: "127.0.0.1", port: wapro.port, database: "WAPRO", user: "kojarz" },
    wapro: settings,
    pull: { baseUrl: `${url}/bridge`, everyMs: 200 },
  };
  const started = start("./bridge-child.ts", {
    KOJARZ_BRIDGE_CONFIG: await file("bridge.json", content),
    KOJARZ_BRIDGE_SQL_PASSWORD: "made-up",
    KOJARZ_BRIDGE_SECRET: secret,
  });
  await said(started, /fetching work from (\S+)/);
  return started;
}

async function end({ child }: Started, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, "exit");
  if (child.exitCode !== null || child.signalCode !== null || !child.kill(signal)) return;
  await gone;
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

const said = (started: Started, what: RegExp) =>
  eventually(() => {
    const word = what.exec(started.out())?.[1];
    if (word === undefined) throw new Error(`not said: ${what}; but: ${started.out()}`);
    return word;
  });

/** @returns the id of the Kojarz order */
async function report(orderId: string): Promise<string> {
  const at = new Date();
  const body = JSON.stringify({
    orderId,
    orderNumber: `ZS/${orderId}/26`,
    updatedAt: at.toISOString(),
    placedAt: at.toISOString(),
    status: "ready",
    currency: "PLN",
    total: "94.97",
    lines: [{ name: "Kubek próbny", sku: "KUB-1", quantity: "2", gross: "79.98", taxRate: "23" }],
    shipping: { method: "Kurier", gross: "14.99" },
    buyer: { email: "ewa.przykladowa@poczta.example" },
    payment: { method: "transfer", cashOnDelivery: false, paid: true },
  });
  const id = `msg_${orderId}`;
  const answer = await fetch(`${url}/webhooks/standard/sklep`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(SHOP_SECRET).sign(id, at, body),
    },
    body,
  });
  const { verdict, order } = (await answer.json()) as { verdict: string; order: string };
  expect(verdict).toBe("new");
  return order;
}

type Indexed = { order: string; state: string; erpNumber?: string };

/** The ERP orders that carry the id of this one, once Kojarz holds it for delivered. */
const delivered = (id: string) =>
  eventually(async () => {
    const indexed = (await (await fetch(`${url}/orders`)).json()) as Indexed[];
    const order = indexed.find((one) => one.order === id);
    expect(order).toMatchObject({ state: "delivered" });
    const rows = sql.rows().filter(({ free }) => free[settings.ownColumn] === ownValue(id));
    expect(rows.map(({ number }) => number)).toContain(order?.erpNumber);
    return rows;
  });

test("an order that a shop reports is fetched by the bridge and lies in WAPRO once", async () => {
  const rows = await delivered(await report("1"));
  expect(rows).toMatchObject([{ customerNumber: "ZS/1/26", total: 9497 }]);
});

test.each([
  ["before it did anything", "2", "lock"],
  ["in the middle of its transaction", "3", "confirm"],
  ["after its commit and before its ack", "4", "committed"],
])("a bridge that is killed %s comes back, and the order lies in WAPRO once", async (...[, value, moment]) => {
  const killed = Promise.withResolvers<void>();
  wapro.at = async (now) => {
    if (now !== moment) return;
    wapro.at = async () => undefined;
    await end(bridge, "SIGKILL");
    killed.resolve();
  };
  const id = await report(value);
  await killed.promise;
  bridge = await startBridge();
  expect(await delivered(id)).toHaveLength(1);
  expect(sql.orphans()).toEqual([]);
});

test("what was reported while no bridge was there is fetched by the next one, each order once", async () => {
  await end(bridge, "SIGTERM");
  const before = sql.rows().length;
  const ids = await Promise.all(["5", "6", "7"].map(report));
  const stranger = await startBridge(OTHER_SECRETS[0]);
  await end(stranger, "SIGTERM");
  expect(sql.rows()).toHaveLength(before);
  bridge = await startBridge();
  for (const id of ids) expect(await delivered(id)).toHaveLength(1);
  expect(sql.rows()).toHaveLength(before + ids.length);
});

test("the backfill asks through the bridge as well", async () => {
  await end(kojarz, "SIGTERM");
  sql.foreign({ internetId: "3b6d11f0-9c4d-4b1f-aa6d-7e9000000001", total: 9497 });
  const backfill = start("../../cli/main.ts", { ...environment, PORT: new URL(url).port }, "backfill");
  await once(backfill.child, "exit");
  expect(backfill.out()).toMatch(/ 1 registered, 0 in the ERP twice/);
  expect(backfill.child.exitCode).toBe(0);
});
