/**
 * The table goes back to an earlier time while the world went on: in the steps of docs/restoring.md every purchase is in the ERP
 * once. Over the real table, a shop that is polled, a shop that only pushes, and an ERP that keeps what it has.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { standardOrder } from "../../cli/sample/orders.ts";
import { provideApp } from "../../lib/app/app.ts";
import type { App } from "../../lib/app/parts.ts";
import { guardedParts } from "../../lib/app/shadow.ts";
import { signatureOf } from "../../lib/channels/shared/proof.ts";
import { SIGNATURE } from "../../lib/channels/standard/index.ts";
import type { Modes } from "../../lib/core/rules.ts";
import type { Table } from "../../lib/store/table.ts";
import { createShop, type Shop } from "../../local/simulators/woocommerce.ts";
import { freshTable } from "../support/table.ts";
import { openMerchant } from "../yesterday/merchant.ts";
import type { Clock } from "../yesterday/platforms.ts";

const COPY_TABLE = fileURLToPath(new URL("../../docs/examples/copy-table.mjs", import.meta.url));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 24, 9);
const KEYS = { consumerKey: "ck_test", consumerSecret: "cs_test" };
const PUSH_SECRET = `whsec_${Buffer.from("the secret of a shop that pushes").toString("base64")}`;
const POLLED = "woocommerce:main";

type Merchant = Awaited<ReturnType<typeof openMerchant>>;

let clock: Clock;
let table: Table;
let shop: Shop;
let merchant: Merchant;
let folder: string;

beforeEach(async () => {
  clock = { now: START };
  table = await freshTable();
  folder = await mkdtemp(join(tmpdir(), "kojarz-restore-"));
  shop = await createShop({
    id: 1,
    secret: "sekret-testowy-0001",
    ...KEYS,
    webhookUrl: "http://127.0.0.1:9/",
    now: () => clock.now,
    random: () => 0.5,
  });
  const config = {
    erpWriters: [{ column: "internetId", id: "digits", issuer: POLLED, kind: "internet-id", rank: 2 }],
    accounts: [
      {
        channel: "woocommerce",
        account: "main",
        baseUrl: shop.url,
        secrets: ["sekret-testowy-0001"],
        ...KEYS,
        pollSeconds: 60,
      },
      { channel: "standard", account: "sklep", secrets: [PUSH_SECRET] },
    ],
  };
  merchant = await openMerchant(table, folder, JSON.stringify(config), clock);
});
afterEach(async () => {
  await Promise.all([merchant.close(), shop.close()]);
  await rm(folder, { recursive: true });
});

/** One setting and a deployment: from now on the parts are those of this mode. */
function become(mode: Modes): void {
  const app: App = { ...merchant.app, config: { ...merchant.app.config, mode } };
  provideApp(() => (mode === "live" ? app : guardedParts(app)));
}

const bought = () => shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 4900 }] }).id;

async function pushed(id: string, placedAt = clock.now): Promise<string> {
  const at = new Date(placedAt).toISOString();
  const body = JSON.stringify({ ...standardOrder(0), orderId: id, placedAt: at, updatedAt: at });
  const unsigned = { "webhook-id": id, "webhook-timestamp": String(Math.floor(clock.now / 1000)) };
  const signature = signatureOf(SIGNATURE, { headers: unsigned, body: Buffer.from(body) }, PUSH_SECRET);
  const headers = { ...unsigned, "webhook-signature": String(signature) };
  return (await merchant.post({ method: "POST", path: "/webhooks/standard/sklep", headers, body })).text;
}

/** As the schedules do, for an hour. */
async function hour(): Promise<void> {
  for (let n = 0; n < 4; n += 1) {
    clock.now += HOUR / 4;
    await merchant.poll(POLLED);
    await merchant.sweep();
  }
}

/** The command of the page. */
function copyTable(from: Table, to: Table): Promise<{ stdout: string }> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_DYNAMODB: inject("engine"),
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  return promisify(execFile)(process.execPath, [COPY_TABLE, from.name, to.name], { env });
}

/** A table as it is now, as a restore to this time makes it. */
async function asItIsNow(): Promise<Table> {
  const restored = await freshTable();
  await copyTable(table, restored);
  return restored;
}

/** How often the ERP has each purchase of the shops. */
function inErp(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { internetId } of merchant.erp.rows()) counts[String(internetId)] = (counts[String(internetId)] ?? 0) + 1;
  return counts;
}

const once = (ids: ReadonlyArray<number | string>) => Object.fromEntries(ids.map((id) => [String(id), 1]));

test("forwarding off, restore, watch and polls, forwarding on: every purchase is in the ERP once", async () => {
  const before = [bought(), bought()];
  await pushed("sk-9001");
  await hour();
  // Taken in at the time that the table goes back to, and on its way into the ERP.
  const onItsWay = bought();
  await merchant.poll(POLLED);
  const restored = await asItIsNow();
  const restoredTo = clock.now;

  await hour();
  const after = [bought(), bought()];
  await pushed("sk-9002");
  await hour();
  expect(inErp()).toEqual(once([...before, onItsWay, ...after, "sk-9001", "sk-9002"]));
  // The shop changes what it sold, after the time that the table goes back to.
  shop.setStatus(after[0] ?? 0, "completed");

  become("shadow");
  await copyTable(restored, table);
  const meanwhile = bought();
  await pushed("sk-9003");
  await hour();
  expect((await merchant.watch()).watched).toMatchObject({ ran: true, ended: true });
  // Whoever only pushes says again what it said since.
  await pushed("sk-9002", restoredTo + HOUR);
  expect(inErp()).toEqual(once([...before, onItsWay, ...after, "sk-9001", "sk-9002"]));

  become({ liveFrom: restoredTo });
  for (let n = 0; n < 8; n += 1) await hour();
  expect(inErp()).toEqual(once([...before, onItsWay, ...after, meanwhile, "sk-9001", "sk-9002", "sk-9003"]));
  expect((await merchant.page("/held")).map(({ reason }) => reason)).toEqual([]);

  become("live");
  const next = bought();
  await hour();
  expect(inErp()).toEqual(once([...before, onItsWay, ...after, meanwhile, next, "sk-9001", "sk-9002", "sk-9003"]));
});

test("without the first step nothing is written twice, either: whoever finds it in the ERP links it", async () => {
  const before = bought();
  await hour();
  const restored = await asItIsNow();
  const after = bought();
  await pushed("sk-9002");
  await hour();
  await copyTable(restored, table);
  await pushed("sk-9002");
  await hour();
  expect(inErp()).toEqual(once([before, after, "sk-9002"]));
});

test("a copy takes away what is newer, and leaves rotated tokens and given numbers", async () => {
  const { documents, name: TableName } = table;
  const put = (pk: string, is: string) => documents.send(new PutCommand({ TableName, Item: { pk, is } }));
  for (const pk of ["O#1", "V#allegro:acme", "C#baselinker:acme"]) await put(pk, "old");
  const restored = await asItIsNow();
  for (const pk of ["O#1", "O#2", "V#allegro:acme", "C#baselinker:acme", "C#baselinker:acme/7"]) await put(pk, "new");
  await copyTable(restored, table);
  const { Items = [] } = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
  expect(Object.fromEntries(Items.map(({ pk, is }) => [pk, is]))).toEqual({
    "O#1": "old",
    "V#allegro:acme": "new",
    "C#baselinker:acme": "new",
    "C#baselinker:acme/7": "new",
  });
});
