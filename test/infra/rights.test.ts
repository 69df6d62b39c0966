/** The rights on the table that `infra` grants, against the items that each function really touches. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { handlersOf } from "../../bridge/server.ts";
import { startWorkPoller } from "../../bridge/work-poller.ts";
import { handler as bridge } from "../../functions/bridge.ts";
import { handler as connector } from "../../functions/erp-connector.ts";
import { handler as erpWatch } from "../../functions/erp-watch.ts";
import { handler as operatorAct } from "../../functions/operator-act.ts";
import { handler as operatorRead } from "../../functions/operator-read.ts";
import { handler as poll } from "../../functions/poll.ts";
import { handler as reminder } from "../../functions/reminder.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { handler as webhook } from "../../functions/webhook.ts";
import { deploymentFrom } from "../../infra/deployment.ts";
import { conditionsOf, type FunctionSpec, functionsOf, pollId, webhookId } from "../../infra/functions.ts";
import { provideApp } from "../../lib/app/app.ts";
import { erpFrom, guarded } from "../../lib/app/erp-access.ts";
import type { App } from "../../lib/app/parts.ts";
import { channels, connectionsOf } from "../../lib/channels/index.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { handOnTo } from "../../lib/feeds/write-back.ts";
import { markOf, SAMPLE_HEADER } from "../../lib/intake/sample.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { dynamoSamples } from "../../lib/store/dynamo-samples.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import { openTable, type Table, table } from "../../lib/store/table.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { plan, report, SOURCES } from "../../local/demo/purchases.ts";
import { openWorld, type World } from "../../local/demo/world.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { type LambdaHandler, lambdaContext } from "../../local/lambda-context.ts";
import { engineConfig, freshTable } from "../support/table.ts";
import { ASKED_BY, type Guarded, guardedTable } from "./synth/guarded-table.ts";
import type { Statement } from "./synth/policies.ts";

const BRIDGE_SECRETS: [string] = [`whsec_${Buffer.from("the secret of the bridge, invented").toString("base64")}`];
const ACCOUNTS = "woocommerce:main@15 magento:main@1 baselinker:acme@1 allegro:acme@1";
const specs = functionsOf(deploymentFrom({ KOJARZ_ACCOUNTS: ACCOUNTS, KOJARZ_BRIDGE: "pulls" }));
const { prefixes } = table;

/** As `sst.config.ts` hands them on. */
function statementsFor({ grants }: FunctionSpec, name: string): Statement[] {
  const ends: Readonly<Record<string, string>> = { table: "", "due-index": "/index/due", "find-index": "/index/find" };
  return grants.flatMap(({ on, actions, keysFrom }) => {
    if (ends[on] === undefined) return [];
    const conditions = conditionsOf(keysFrom).map(({ test, variable, values }) => [test, { [variable]: values }]);
    const Resource = [`arn:aws:dynamodb:r:1:table/${name}${ends[on]}`];
    return [{ Effect: "Allow" as const, Action: [...actions], Resource, Condition: Object.fromEntries(conditions) }];
  });
}

const within = new AsyncLocalStorage<string>();
const touched = new Map<string, Set<string>>();
const explained: Explanation[] = [];
const fakeErp = openFakeErp({ file: ":memory:", now: Date.now, random: () => 0.5 });
let guard: Guarded;
let host: Host;
let world: World;
let app: App;
let opened: Table;

/** Runs a handler as the function of that name: with its rights and no others. */
const as =
  <Event, Result>(id: string | ((event: Event) => string), handler: LambdaHandler<Event, Result>) =>
  (event: Event, context = lambdaContext(typeof id === "string" ? id : id(event), 60_000)) =>
    within.run(typeof id === "string" ? id : id(event), () => handler(event, context));

beforeAll(async () => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { name } = await freshTable();
  const roles = new Map(specs.map((spec) => [spec.id, statementsFor(spec, name)]));
  guard = await guardedTable(
    inject("engine"),
    (id) => roles.get(id) ?? [],
    (id, { resource, keys }) => {
      if (resource.includes("/index/")) return;
      const beginnings = keys.map((key) => key.slice(0, 2));
      touched.set(id, new Set([...(touched.get(id) ?? []), ...beginnings]));
    },
  );
  opened = openTable(name, { ...engineConfig(), endpoint: guard.url });
  opened.documents.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers[ASKED_BY] = within.getStore() ?? "nobody";
      return next(args);
    },
    { step: "build" },
  );
  const toBridge = as("Bridge", bridge);
  const toWebhook = as(({ rawPath }) => webhookId(rawPath.split("/")[2] ?? ""), webhook);
  const routes = {
    "ANY /webhooks/{channel}/{account}": toWebhook,
    "ANY /webhooks/{channel}/{account}/{secretPath}": toWebhook,
    "POST /bridge/v1/{operation}": toBridge,
  };
  host = await startHost({ port: 0, routes, now: Date.now });
  world = await openWorld(host.url, Date.now, () => 0.5);
  app = await appOf();
  provideApp(() => app);
});

async function appOf(): Promise<App> {
  const config = parseConfig(world.config);
  const io = { http, now: Date.now, unique: randomUUID, table: opened };
  const bodies = new Map<string, Buffer>();
  const connections = connectionsOf(config);
  return {
    config,
    operators: {
      book: bookFrom(connections, "wapro"),
      connect: async (account) => connections.find(({ name }) => name === account),
    },
    claims: dynamoClaims(opened),
    cases: dynamoCases(opened),
    desk: dynamoDesk(opened),
    feeds: dynamoFeeds(opened),
    vault: dynamoVault(opened, [Buffer.alloc(32, 3)], Date.now),
    numbers: dynamoNumbers(opened),
    samples: dynamoSamples(opened),
    bodies: {
      put: async (key, body) => {
        bodies.set(key, body);
        return key;
      },
      read: async (key) => bodies.get(key),
      remove: async (key) => void bodies.delete(key),
    },
    alerts: { send: async () => undefined },
    ...guarded(await erpFrom({ kind: "pull", name: "wapro", secrets: BRIDGE_SECRETS }, io), Date.now),
    http,
    explain: (explanation) => void explained.push(explanation),
    now: Date.now,
    random: Math.random,
    wait: (ms) => wait(ms),
    unique: randomUUID,
  };
}

afterAll(async () => {
  await Promise.all([host.stop(), world.close()]);
  guard.stop();
  fakeErp.close();
  vi.restoreAllMocks();
});

const polls = () =>
  connectionsOf(app.config).map(({ name, channel }) => as(pollId(channel.name), poll)({ account: name }));
const waked = (order: string) => ({
  eventName: "INSERT" as const,
  dynamodb: { SequenceNumber: "1", Keys: { pk: { S: `O#${order}` } }, NewImage: { state: { S: "pending" } } },
});

test("a day of a merchant needs no right that is not granted", async () => {
  const failed = () => undefined;
  const options = { baseUrl: `${host.url}/bridge`, secrets: BRIDGE_SECRETS, http, unique: randomUUID, failed };
  const handlers = handlersOf({ ...fakeErp, read: async () => [] }, Date.now);
  const bridgeAtWork = startWorkPoller(
    { ...options, atOnce: 4, handlers },
    (ms, signal) => wait(ms, undefined, { signal }),
    50,
  );

  await world.shop.activate();
  const purchases = plan(world.epoch);
  for (const purchase of purchases.slice(0, 8)) for (const source of SOURCES) await report(purchase, source, world);
  const shop = `${host.url}/webhooks/woocommerce/main`;
  await fetch(shop, { method: "POST", body: "{}", headers: { "x-wc-webhook-signature": "forged" } });
  const placed = world.shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 4900 }] });
  await world.shop.runQueue(placed.id);
  world.shop.trash(placed.id);
  await world.shop.runQueue(placed.id);
  await world.shop.deliver(placed.id, "order.deleted");

  for (let n = 0; n < 2; n += 1) await Promise.all(polls());
  const orders = [...new Set(explained.flatMap(({ order }) => order ?? []))];
  await as("ErpConnector", connector)({ Records: orders.slice(0, 4).map(waked) } as never);
  await as("Sweep", sweep)({});
  await within.run("Sweep", () => handOnTo(app)("baselinker:acme", "1", "ZO 1"));
  await as("ErpWatch", erpWatch)({});
  await as("Reminder", reminder)({});

  const look = as("OperatorRead", operatorRead);
  const act = as("OperatorAct", operatorAct);
  const [order] = orders;
  await within.run("Sweep", () =>
    app.claims.hold(
      { id: "case-1", account: "woocommerce:main", sourceOrder: "1", reason: "late", order: order ?? "" },
      Date.now(),
    ),
  );
  await look({ ask: "status" });
  await look({ ask: "cases" });
  await look({ ask: "case", case: "case-1" });
  await look({ ask: "trace", of: String(placed.number ?? placed.id) });
  for (const action of [
    { do: "redrive", what: "feed", account: "woocommerce:main" },
    { do: "redrive", what: "backlog" },
    { do: "reread", order },
    { do: "cancel", order },
    { do: "dismiss", case: "case-1" },
    { do: "forget", email: "nobody@example.com" },
  ])
    await act({ ...action, by: "Ala" });
  await act({ sample: "magento:main", mark: markOf("a token of this test") });
  await fetch(`${host.url}/webhooks/magento/main`, {
    method: "POST",
    body: '{"entity_id":1}',
    headers: { "x-kojarz-secret": "demo-magento-hint-secret", [SAMPLE_HEADER]: "a token of this test" },
  });
  await bridgeAtWork.stop();

  expect([...guard.refused]).toEqual([]);
  expect(fakeErp.rows().length).toBeGreaterThan(0);
  // Lest it passes because nothing was done.
  const missing = Object.entries(AT_LEAST).flatMap(([id, kinds]) =>
    kinds.split(" ").flatMap((kind) => (touched.get(id)?.has(kind) ? [] : [`${id} ${kind}`])),
  );
  expect(missing).toEqual([]);
}, 120_000);

const AT_LEAST = {
  Bridge: "B#",
  ErpConnector: "B# O#",
  ErpWatch: "B# F# O#",
  OperatorAct: "A# F# H# O# S# T#",
  OperatorRead: "H# K# O# S#",
  PollAllegro: "F# K# O# S# V#",
  PollBaselinker: "F# K# O# S# W#",
  PollMagento: "F# K# O# S# W#",
  PollWoocommerce: "F# K# O# S#",
  Sweep: "B# H# O# S# W#",
  WebhookBaselinker: "C# K# O# S# W#",
  WebhookMagento: "S# T# W#",
  WebhookWoocommerce: "K# O# S#",
};

test.each([
  ["WebhookWoocommerce", "V#allegro:acme"],
  ["WebhookWoocommerce", "W#baselinker:acme/1"],
  ["WebhookWoocommerce", "S#sweep"],
  ["WebhookWoocommerce", "A#request/0"],
  ["WebhookWoocommerce", "B#wapro/1"],
  ["WebhookWoocommerce", "T#magento:main/1"],
  ["OperatorRead", "T#magento:main/1"],
  ["PollBaselinker", "V#allegro:acme"],
  ["PollAllegro", "F#baselinker:acme"],
  ["PollAllegro", "C#allegro:acme"],
  ["ErpConnector", "V#allegro:acme"],
  ["ErpConnector", "W#woocommerce:main/1"],
  ["ErpWatch", "F#woocommerce:main"],
  ["Sweep", "V#allegro:acme"],
  ["Sweep", "W#woocommerce:main/1"],
  ["Reminder", "O#1"],
  ["Bridge", "O#1"],
  ["OperatorRead", "V#allegro:acme"],
  ["OperatorAct", "V#allegro:acme"],
])("%s may not touch %s", async (id, pk) => {
  const { documents, name } = opened;
  const update = { TableName: name, Key: { pk }, UpdateExpression: "REMOVE nothing" };
  const asked = within.run(id, () => documents.send(new UpdateCommand(update)));
  await expect(asked).rejects.toThrow("denied");
});

test("tokens are reached by the polls of the channels that keep some, each by its own, and by nobody else", () => {
  const everything = functionsOf({
    accounts: channels.map(({ name }) => ({ name: `${name}:main`, channel: name, pollMinutes: 5 })),
    bridge: "pulls",
  });
  const reaching = everything.flatMap(({ id, grants }) =>
    grants.flatMap(({ keysFrom = [] }) =>
      keysFrom.filter((key) => key.startsWith(prefixes.vault)).map((key) => [id, key]),
    ),
  );
  expect(reaching).toEqual([
    ["PollAllegro", "V#allegro:"],
    ["PollShoper", "V#shoper:"],
  ]);
});

test("every right on items of the table names their keys, but for the scan that finds a person", () => {
  const unbound = specs.flatMap(({ id, grants }) =>
    grants.flatMap(({ on, actions, keysFrom }) => (on === "table" && !keysFrom ? [[id, ...actions]] : [])),
  );
  expect(unbound).toEqual([["OperatorAct", "dynamodb:DescribeTable", "dynamodb:Scan"]]);
});
