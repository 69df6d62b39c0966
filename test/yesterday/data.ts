/** What was recorded from the build of 2026-11-24, and a table, a folder and an ERP that hold it again. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttributeValue, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished } from "vitest";
import { type Entry, openWaproDatabase } from "../../local/fake-erp-database.ts";
import { freshTable } from "../support/table.ts";
import { openMerchant, type Sent } from "./merchant.ts";
import { type Clock, RECORDED } from "./platforms.ts";

const FOLDER = new URL("../fixtures/data-2026-11-24/", import.meta.url);

const file = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const json = <T>(name: string): T => JSON.parse(file(name)) as T;

export type Item = Record<string, AttributeValue>;
type Purchase = { order?: string; sent: Sent[] };
/** What became of each piece of work that a bridge was to fetch. */
type Work = "acked" | "taken-back-after-ack" | "taken-back" | "fetched" | "waiting-submit" | "waiting-list";
type Page = Array<Record<string, unknown>>;

/** As it lies in the fixture; `README.md` there says what each file holds. */
export const recorded = {
  config: file("config.json"),
  table: json<Item[]>("table.json").map(withBytes),
  erp: json<Array<Entry & { erpId: string; number: string; createdAt: number }>>("erp.json"),
  purchases: json<Record<string, Purchase>>("purchases.json"),
  work: json<Record<Work, string>>("work.json"),
  orders: json<Page>("orders.json"),
  held: json<Page>("held.json"),
};

/** JSON has no bytes: they stand in it as base64. */
function withBytes(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) =>
      value.B === undefined ? [name, value] : [name, { B: Buffer.from(String(value.B), "base64") }],
    ),
  );
}

export function pkOf(item: Item): string {
  return item.pk?.S ?? "";
}

/** The id of a recorded order. @param name of `purchases.json` */
export function orderOf(name: string): string {
  const order = recorded.purchases[name]?.order;
  if (order === undefined) throw new Error(`no order ${name} was recorded`);
  return order;
}

/** What was sent of a purchase last. */
export function lastSent(name: string): Sent {
  const sent = recorded.purchases[name]?.sent.at(-1);
  if (!sent) throw new Error(`nothing that was sent of ${name} was recorded`);
  return sent;
}

/** The recorded table, anew. */
async function yesterdaysTable() {
  const table = await freshTable();
  const { documents, name: TableName } = table;
  for (let from = 0; from < recorded.table.length; from += 25) {
    const puts = recorded.table.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  }
  return table;
}

/** The recorded merchant's Kojarz at this instant, over a copy of everything that was recorded. */
export async function openYesterday(now = RECORDED) {
  const clock: Clock = { now };
  const folder = mkdtempSync(join(tmpdir(), "kojarz-yesterday-"));
  const bodies = join(folder, "bodies");
  await cp(new URL("bodies", FOLDER), bodies, { recursive: true });
  const file = join(folder, "erp.db");
  restoreErp(file);
  const table = await yesterdaysTable();
  const merchant = await openMerchant(table, bodies, recorded.config, clock, { file });
  const close = async () => {
    await merchant.close();
    table.documents.destroy();
    rmSync(folder, { recursive: true });
  };
  return { ...merchant, table, bodies, clock, close };
}

export type Yesterday = Awaited<ReturnType<typeof openYesterday>>;

/** The same, closed when the test is over. */
export async function openForTest(now = RECORDED): Promise<Yesterday> {
  const yesterday = await openYesterday(now);
  onTestFinished(yesterday.close);
  return yesterday;
}

function restoreErp(file: string): void {
  const db = openWaproDatabase(file, () => RECORDED);
  for (const { erpId, number, createdAt, ...entry } of recorded.erp) {
    const made = db.create(entry, createdAt);
    if (made.erpId !== erpId || made.number !== number) throw new Error(`ERP order ${number} became ${made.number}`);
  }
  db.close();
}

const SHOP_SECRET = `whsec_${Buffer.from("the secret of a shop").toString("base64")}`;

/** What the shop `standard:<account>` says now of a purchase that was reported before, or of another one like it. */
export function saysNow({ clock }: Yesterday, name: string, changes: object, account = "sklep"): Sent {
  const updatedAt = new Date(clock.now).toISOString();
  const body = JSON.stringify({ ...JSON.parse(lastSent(name).body), updatedAt, ...changes });
  const id = `msg_today_${name}`;
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(clock.now / 1000)),
    "webhook-signature": new Webhook(SHOP_SECRET).sign(id, new Date(clock.now), body),
  };
  return { method: "POST", path: `/webhooks/standard/${account}`, headers, body };
}

/** The verdict and the order of Kojarz's own answer. */
export async function verdictOn({ post }: Yesterday, sent: Sent): Promise<{ verdict: string; order?: string }> {
  const { status, text } = await post(sent);
  if (status !== 200) throw new Error(`answered ${status}`);
  const { verdict, order } = JSON.parse(text);
  return { verdict, ...(order !== undefined && { order }) };
}

/** Nothing more waits for a person than did at the recording, and nothing was said of it again. */
export async function expectHeldAsRecorded({ page }: Yesterday): Promise<void> {
  const held = await page("/held");
  for (const message of recorded.held) expect(held).toContainEqual(expect.objectContaining(message));
  expect(held).toHaveLength(recorded.held.length);
}

/** The ERP's orders that carry the id of this order of ours. */
export function erpOrdersOf({ erp }: Yesterday, name: string) {
  return erp.rows().filter(({ kojarzOrder }) => kojarzOrder === orderOf(name));
}
