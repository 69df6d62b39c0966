/**
 * What is kept of a buyer, where and for how long: each row of the table in `docs/privacy.md`, on a real table with a stream,
 * through the functions that run in the cloud.
 */
import { createHmac } from "node:crypto";
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { afterAll, beforeAll, expect, type MockInstance, test, vi } from "vitest";
import { handler as operatorAct } from "../../functions/operator-act.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { handler as webhook } from "../../functions/webhook.ts";
import { provideApp } from "../../lib/app/app.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { DAY } from "../../lib/core/order.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { explainWith } from "../../lib/ops/metric.ts";
import { logger, metrics } from "../../lib/runtime/lambda.ts";
import { dynamoOutbox } from "../../lib/store/dynamo-outbox.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import { openTable, type Table } from "../../lib/store/table.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { type FakeErp, openFakeErp } from "../../local/fake-erp.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { createTable } from "../../local/tables.ts";
import { RECORDED, vector } from "../channels/woocommerce-vectors.ts";
import { pages } from "../docs/pages.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { engineConfig } from "../support/table.ts";

/** An invented buyer; none of these words is anywhere else. */
const BUYER = {
  first_name: "Zenobia",
  last_name: "Wymyslona",
  address_1: "ul. Zmyslona 77/3",
  postcode: "99-907",
  city: "Nigdziebadz",
  email: "zenobia.wymyslona@example.com",
  phone: "601222333",
};
const NOTE = "Dzwonek u Zenobii nie dziala";
const PERSON = /zenobi|wymyslona|zmyslona|nigdziebadz|601222333|99-907/i;

const SECRETS = { main: "sekret-testowy-0001", long: "sekret-testowy-0002" };
const TOKEN = "allegro-refresh-token-of-the-test";
const MAIN = "woocommerce:main";

let table: Table;
let client: DynamoDBClient;
let app: FeedApp;
let host: Host;
let erp: FakeErp;
let lines: string[];
let spies: MockInstance[];

beforeAll(async () => {
  const name = `kojarz-privacy-${process.pid}`;
  client = new DynamoDBClient(engineConfig());
  await createTable(client, name, { stream: true, expires: false });
  table = openTable(name, engineConfig());
  app = feedApp(table);
  app.clock = RECORDED;
  erp = openFakeErp({ file: ":memory:", now: () => app.clock, random: () => 0.5, faults: {} });
  const config = ConfigFile.parse({
    accounts: [
      { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: [SECRETS.main] },
      {
        channel: "woocommerce",
        account: "long",
        baseUrl: "https://inny.example",
        secrets: [SECRETS.long],
        windowDays: 90,
      },
    ],
  });
  const connections = connectionsOf(config);
  const operators = {
    book: bookFrom(connections, erp.name),
    connect: async (account: string) => connections.find((one) => one.name === account),
  };
  provideApp(() => ({ ...app, config, erp, operators, explain: explainWith(logger, metrics) }));
  const routes = { "ANY /webhooks/{channel}/{account}": webhook };
  host = await startHost({ port: 0, now: () => app.clock, routes });
  lines = [];
  const keep = (text: unknown) => lines.push(String(text)) > 0;
  spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
});
afterAll(async () => {
  for (const spy of spies) spy.mockRestore();
  await host.stop();
  erp.close();
  client.destroy();
});

type Changes = Record<string, unknown>;

const body = vector("woo11-10").delivery.body.toString();

/** A message of the shop about an order of this buyer. */
async function deliver(id: number, changes: Changes = {}, account: keyof typeof SECRETS = "main") {
  const recorded = JSON.parse(body) as { billing: object; shipping: object; meta_data: unknown[] };
  const { email: _, ...address } = BUYER;
  const order = {
    ...recorded,
    id,
    number: String(id),
    order_key: `wc_order_${id}`,
    billing: { ...recorded.billing, ...BUYER },
    shipping: { ...recorded.shipping, ...address },
    customer_note: NOTE,
    transaction_id: "",
    meta_data: [],
    ...changes,
  };
  return send(JSON.stringify(order), account);
}

async function send(text: string, account: keyof typeof SECRETS) {
  const recorded = vector("woo11-10").delivery.headers;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-wc-webhook-topic": String(recorded["x-wc-webhook-topic"] ?? "order.updated"),
    "x-wc-webhook-resource": "order",
    "x-wc-webhook-source": account === "main" ? "https://sklep.example/" : "https://inny.example/",
    "x-wc-webhook-signature": createHmac("sha256", SECRETS[account]).update(text).digest("base64"),
  };
  const answer = await fetch(`${host.url}/webhooks/woocommerce/${account}`, { method: "POST", headers, body: text });
  return (await answer.json()) as { verdict: string; order?: string; reason?: string };
}

/** As the schedule runs it: what is due for the ERP, ends of windows, cases. */
async function swept(): Promise<void> {
  for (let run = 0; run < 3; run += 1) {
    await sweep({}, lambdaContext("sweep", 110_000));
    app.clock += 20 * 60_000;
  }
}

type Value = { S?: string; N?: string };
type Item = { pk: { S: string } } & { [attribute: string]: Value | undefined };

async function items(prefix = ""): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  return (Items as unknown as Item[]).filter(({ pk }) => pk.S.startsWith(prefix));
}

async function itemsOf(text: string, prefix = ""): Promise<Item[]> {
  return (await items(prefix)).filter((item) => JSON.stringify(item).includes(text));
}

const daysLeft = (item: Item | undefined) => Math.round((Number(item?.ttl?.N) * 1000 - app.clock) / DAY);
const personIn = (found: unknown) => PERSON.exec(JSON.stringify(found))?.[0];
const keptOf = (id: number) => [...app.kept.values()].filter((kept) => kept.toString().includes(`"id":${id}`));

const act = (action: object) =>
  operatorAct({ by: "Ala", ...action }, lambdaContext("kojarz-trial-OperatorAct", 60_000)) as Promise<{
    answer: string;
  }>;

/** In the stream from here on. */
async function position() {
  const streams = new DynamoDBStreamsClient(engineConfig());
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName: table.name }));
  const StreamArn = described?.LatestStreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const shards = (StreamDescription?.Shards ?? []).map(({ ShardId }) => ShardId);
  const begins = await Promise.all(
    shards.map((ShardId) =>
      streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "LATEST" })),
    ),
  );
  return async () => {
    const reads = await Promise.all(
      begins.map(({ ShardIterator }) => streams.send(new GetRecordsCommand({ ShardIterator }))),
    );
    streams.destroy();
    return reads.flatMap(({ Records = [] }) => Records);
  };
}

/** By the first cell of its row in the page. */
const ROWS: Record<string, () => Promise<void>> = {
  "an order in the table": async () => {
    await deliver(1001);
    await deliver(1002, {}, "long");
    await swept();
    expect(personIn(await itemsOf("1001", "O#"))).toBeDefined();
    app.clock += 15 * DAY;
    await swept();
    expect(personIn(await itemsOf("1001"))).toBeUndefined();
    expect(personIn(await itemsOf("1002", "O#"))).toBeDefined();
    app.clock += 76 * DAY;
    await swept();
    expect(personIn(await itemsOf("1002"))).toBeUndefined();
  },

  "the same order afterwards": async () => {
    app.clock = RECORDED;
    await deliver(1003);
    await swept();
    app.clock += 15 * DAY;
    await swept();
    const [order] = await itemsOf("1003", "O#");
    expect(JSON.parse(order?.body?.S ?? "{}")).toMatchObject({
      state: "delivered",
      erp: { number: expect.any(String) },
      totals: [expect.any(Object)],
      sources: [{ account: MAIN, sourceOrder: "1003" }],
    });
    expect(daysLeft(order)).toBeLessThanOrEqual(75);
  },

  "keys in the table": async () => {
    app.clock = RECORDED;
    await deliver(1004);
    const keys = await itemsOf("1004", "K#");
    expect(keys.length).toBeGreaterThan(1);
    expect(personIn(keys)).toBeUndefined();
    const left = (kind: string) => keys.filter((key) => key.kind?.S === kind).map(daysLeft);
    for (const days of left("customer-number")) expect(days).toBeLessThanOrEqual(14);
    for (const days of left("internet-id")) expect(days).toBeLessThanOrEqual(90);
  },

  "raw bodies (S3, or a folder on one machine)": async () => {
    await deliver(1005, { total: "not an amount" });
    expect(personIn(keptOf(1005).map(String))).toBeDefined();
    const [held] = await itemsOf("1005", "H#");
    await act({ do: "dismiss", case: held?.id?.S });
    app.clock += 15 * DAY;
    await swept();
    expect(keptOf(1005)).toEqual([]);
    await deliver(1006, { total: "not an amount" });
    app.clock += 59 * DAY;
    await swept();
    expect(keptOf(1006)).toHaveLength(1);
    app.clock += 2 * DAY;
    await swept();
    expect(keptOf(1006)).toEqual([]);
  },

  "held messages": async () => {
    app.clock = RECORDED;
    for (const id of [1007, 1008]) await deliver(id);
    await swept();
    for (const id of [1007, 1008]) {
      const later = new Date(app.clock).toISOString().slice(0, 19);
      const { email: _, ...address } = BUYER;
      await deliver(id, {
        date_modified_gmt: later,
        shipping: { ...address, address_1: "ul. Zmyslona 99", country: "PL" },
      });
    }
    const [closed] = await itemsOf("1007", "H#");
    expect(personIn([closed])).toBeDefined();
    await act({ do: "dismiss", case: closed?.id?.S });
    app.clock += 15 * DAY;
    await swept();
    expect(personIn(await itemsOf("1007", "H#"))).toBeUndefined();
    expect(personIn(await itemsOf("1008", "H#"))).toBeDefined();
    app.clock += 46 * DAY;
    await swept();
    const [open] = await itemsOf("1008", "H#");
    expect(open?.reason?.S).toBe("edited-after-delivery");
    expect(personIn([open])).toBeUndefined();
  },

  "what operators did": async () => {
    app.clock = RECORDED;
    const { order } = await deliver(1009);
    await act({ do: "cancel", order, note: "na prosbe" });
    const [audit] = await itemsOf("na prosbe");
    expect(audit).toMatchObject({ do: { S: "cancel" }, by: { S: "Ala" } });
    expect(personIn([audit])).toBeUndefined();
    expect(daysLeft(audit)).toBeLessThanOrEqual(90);
  },

  "messages that were ignored": async () => {
    expect(await deliver(1010, { status: "checkout-draft" })).toMatchObject({ verdict: "ignored" });
    const [ignored] = await itemsOf("1010", "I#");
    expect(personIn([ignored])).toBeUndefined();
    expect(daysLeft(ignored)).toBeLessThanOrEqual(7);
  },

  "the table's stream": async () => {
    app.clock = RECORDED;
    await deliver(1011);
    await swept();
    app.clock += 15 * DAY;
    await swept();
    const since = await position();
    // Newer than all that was heard, and of an order whose window is over.
    await deliver(1011, {
      date_modified_gmt: new Date(app.clock).toISOString().slice(0, 19),
      customer_note: `${NOTE}!`,
    });
    const records = await since();
    expect(personIn(await itemsOf("1011"))).toBeUndefined();
    expect(records.map(({ dynamodb }) => personIn(dynamodb))).toEqual(records.map(() => undefined));
  },

  "work for a bridge that fetches": async () => {
    const until = app.clock + 60_000;
    const outbox = dynamoOutbox(table, "wapro");
    await outbox.put({ id: "work-1012", operation: "submit", request: { buyer: BUYER } }, until);
    const [work] = await itemsOf("work-1012");
    expect(personIn([work])).toBeDefined();
    expect(Number(work?.ttl?.N) * 1000).toBeLessThanOrEqual(until + 3_600_000 + 1000);
    await outbox.takeBack("work-1012");
    expect(personIn(await itemsOf("work-1012"))).toBeUndefined();
  },

  "tokens of Allegro and Shoper": async () => {
    const vault = dynamoVault(table, [Buffer.alloc(32, 7)], () => app.clock);
    await vault.lock("allegro:acme", "lock", app.clock + 60_000);
    await vault.save("allegro:acme", "lock", { seed: "s", refreshToken: TOKEN } as never);
    expect((await itemsOf("allegro:acme")).length).toBeGreaterThan(0);
    expect(await itemsOf(TOKEN)).toEqual([]);
  },

  logs: async () => {
    expect(lines.filter((line) => line.includes('"verdict"')).length).toBeGreaterThan(10);
    expect(lines.filter((line) => PERSON.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes(TOKEN) || line.includes(SECRETS.main))).toEqual([]);
  },

  metrics: async () => {
    const published = lines.filter((line) => line.includes('"_aws"'));
    expect(published.length).toBeGreaterThan(10);
    expect(personIn(published)).toBeUndefined();
  },
};

test.each(Object.entries(ROWS))("%s", async (_, row) => row());

test("each row of the page is one of these, in its order", () => {
  const page = pages.find(({ path }) => path === "docs/privacy.md")?.text ?? "";
  const section = page.slice(page.indexOf("## What is kept"), page.indexOf("## What is never kept"));
  const rows = section.split("\n").filter((line) => /^\| (?!where |---)/.test(line));
  expect(rows.map((row) => row.split(" | ")[0]?.slice(2))).toEqual(Object.keys(ROWS));
});
