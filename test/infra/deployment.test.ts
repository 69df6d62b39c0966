import { expect, test } from "vitest";
import { accessLogFormat, apiFilters } from "../../infra/access-log.ts";
import { alarmsOf } from "../../infra/alarms.ts";
import { dashboard, type Names } from "../../infra/dashboard.ts";
import { checkedStage, deploymentFrom, unpolledOf } from "../../infra/deployment.ts";
import { functionsOf, rhythmOf, SCHEDULE_RETRIES, schedulesOf, throttlesOf } from "../../infra/functions.ts";
import { lastLines } from "../../infra/last-lines.ts";
import { streamFilters, tableSpec } from "../../infra/storage.ts";
import { channels } from "../../lib/channels/index.ts";

const three = "woocommerce:main@15, baselinker:acme@2 allegro:acme@1";
const deployment = deploymentFrom({ KOJARZ_ACCOUNTS: three });
const functions = functionsOf(deployment);

test("a list of accounts is all that has to be said", () => {
  expect(deployment).toMatchObject({
    region: "eu-central-1",
    logRetention: "1 month",
    reserveConcurrency: true,
    settings: { windowDays: 14, memoryDays: 90 },
    accounts: [
      { name: "woocommerce:main", channel: "woocommerce", pollMinutes: 15 },
      { name: "baselinker:acme", channel: "baselinker", pollMinutes: 2 },
      { name: "allegro:acme", channel: "allegro", pollMinutes: 1 },
    ],
  });
  expect(deployment).not.toHaveProperty("domain");
});

test("every mistake is named at once, by the name of its variable", () => {
  const wrong = {
    KOJARZ_ACCOUNTS: "woocomerce:main allegro:acme standard:x@5 nothing",
    KOJARZ_REGION: "Frankfurt",
    KOJARZ_DOMAIN: "https://orders.example.pl",
    KOJARZ_LOG_RETENTION: "soon",
    KOJARZ_ALERT_EMAIL: "me",
    KOJARZ_WINDOW_DAYS: "-1",
    KOJARZ_SETTINGS: "{",
  };
  const message = (() => {
    try {
      deploymentFrom(wrong);
    } catch (error) {
      return String(error);
    }
    return "";
  })();
  for (const name of Object.keys(wrong)) expect(message).toContain(name);
  expect(message).toContain("woocomerce:main: the channels are woocommerce, baselinker");
  expect(message).toContain("allegro:acme: this channel is only polled, say how often: @1");
  expect(message).toContain("standard:x@5: this channel is not polled");
  expect(message).toContain("nothing is not channel:account");
});

test.each([
  [{ KOJARZ_ACCOUNTS: "" }, "KOJARZ_ACCOUNTS"],
  [{ KOJARZ_ACCOUNTS: "woocommerce:a woocommerce:a" }, "woocommerce:a is named twice"],
  [
    { KOJARZ_ACCOUNTS: "woocommerce:main-2 woocommerce:main2" },
    "woocommerce:main2 is too much like woocommerce:main-2",
  ],
  [{ KOJARZ_ACCOUNTS: "woocommerce:main@1441" }, "woocommerce:main@1441: poll at least once a day, @1440"],
  [{ KOJARZ_ACCOUNTS: three, KOJARZ_ALERT_MAIL: "jan@example.com" }, "KOJARZ_ALERT_MAIL: there is no such setting"],
  [{ KOJARZ_ACCOUNTS: three, KOJARZ_SETTINGS: '{"leaseSecond":1}' }, "leaseSecond"],
])("%j is refused: %s", (environment, mistake) => {
  expect(() => deploymentFrom(environment)).toThrow(mistake);
});

test.each(["baselinker:acme", "magento:main", "prestashop:main", "shoper:main"])(
  "%s has to be polled: what it sends is no order",
  (account) => {
    expect(() => deploymentFrom({ KOJARZ_ACCOUNTS: account })).toThrow(`${account}: what this channel sends only says`);
    expect(deploymentFrom({ KOJARZ_ACCOUNTS: `${account}@2` }).accounts).toMatchObject([{ pollMinutes: 2 }]);
  },
);

test("whoever deploys a shop that could be polled and is not hears so", () => {
  const { accounts } = deploymentFrom({
    KOJARZ_ACCOUNTS: "woocommerce:main woocommerce:second@15 shopify:main adobe:main standard:own allegro:acme@1",
  });
  expect(unpolledOf(accounts)).toEqual(["woocommerce:main", "shopify:main"]);
});

test("the last line of a deployment says what to confirm first, or that nobody hears an alarm", () => {
  const last = (environment: Record<string, string>) =>
    lastLines("https://api.example", deploymentFrom({ KOJARZ_ACCOUNTS: "shopify:main", ...environment })).split("\n");
  expect(last({ KOJARZ_ALERT_EMAIL: "jan@example.com" }).map((line) => line.trim())).toEqual([
    "",
    "api: https://api.example",
    "not polled: shopify:main",
    "Confirm first: no alarm reaches jan@example.com before the link in AWS's message to it was opened.",
  ]);
  expect(last({}).at(-1)).toContain("No alarm reaches anybody");
});

test("in production somebody has to hear the alarms", () => {
  const environment = { KOJARZ_ACCOUNTS: three };
  expect(() => deploymentFrom(environment, true)).toThrow("KOJARZ_ALERT_EMAIL: needed in production");
  expect(deploymentFrom({ ...environment, KOJARZ_ALERT_EMAIL: "jan@example.com" }, true).alertEmail).toBeDefined();
});

test("what the local run and the bridge read is no mistake", () => {
  const environment = { KOJARZ_ACCOUNTS: three, KOJARZ_STATE: "x", KOJARZ_BRIDGE_SECRET: "x" };
  expect(deploymentFrom(environment).accounts).toHaveLength(3);
});

test("other settings come as JSON, and an empty variable is none", () => {
  const { settings, ...rest } = deploymentFrom({
    KOJARZ_ACCOUNTS: three,
    KOJARZ_SETTINGS: '{"leaseSeconds":90}',
    KOJARZ_DOMAIN: "",
  });
  expect(settings.leaseSeconds).toBe(90);
  expect(rest).not.toHaveProperty("domain");
});

test("a stage has a short name, and one of them is production", () => {
  expect(checkedStage("production")).toEqual({ name: "production", production: true });
  expect(checkedStage("jan").production).toBe(false);
  expect(() => checkedStage("Jan Kowalski")).toThrow("--stage");
});

test("only the channels of the accounts get functions, each with its own secret and no other", () => {
  expect(functions.map(({ id, secrets }) => [id, secrets])).toEqual([
    ["WebhookWoocommerce", ["WoocommerceAccounts"]],
    ["WebhookBaselinker", ["BaselinkerAccounts"]],
    ["PollWoocommerce", ["WoocommerceAccounts"]],
    ["PollBaselinker", ["BaselinkerAccounts"]],
    ["PollAllegro", ["AllegroAccounts", "VaultKey"]],
    ["ErpConnector", ["ErpAccess"]],
    ["Sweep", ["ErpAccess"]],
    ["ErpWatch", ["ErpAccess"]],
    ["Reminder", []],
    ["Health", []],
    ["OperatorRead", []],
    ["OperatorAct", ["WoocommerceAccounts", "BaselinkerAccounts", "AllegroAccounts", "ErpAccess"]],
    ["NearMiss", []],
  ]);
});

test("a bridge that fetches its work has a door of its own, which reaches that work and no order", () => {
  const pulling = functionsOf(deploymentFrom({ KOJARZ_ACCOUNTS: three, KOJARZ_BRIDGE: "pulls" }));
  const added = pulling.filter(({ id }) => !functions.some((other) => other.id === id));
  expect(added).toMatchObject([
    {
      id: "Bridge",
      secrets: ["ErpAccess"],
      routes: ["POST /bridge/v1/{operation}"],
      channel: "",
    },
  ]);
  const actions = added.flatMap(({ grants }) => grants.map(({ on, actions, keysFrom }) => [on, ...actions, keysFrom]));
  expect(actions).toEqual([
    ["table", "dynamodb:UpdateItem", ["B#"]],
    ["due-index", "dynamodb:Query", undefined],
  ]);
  expect(alarmsOf(pulling, deployment.accounts).map(({ id }) => id)).not.toContain("BridgeSilent");
});

test("every action is named, and nobody deletes orders", () => {
  const actions = functions.flatMap(({ id, grants }) =>
    grants.flatMap(({ actions, keysFrom }) => actions.map((action) => ({ id, action, keysFrom }))),
  );
  expect(actions.filter(({ action }) => action.includes("*"))).toEqual([]);
  const deleting = actions.filter(({ action }) => action === "dynamodb:DeleteItem");
  const tasks = (channel: string) => [`W#${channel}:`, `W#tried:${channel}:`, `W#back:${channel}:`];
  expect(deleting.map(({ id, keysFrom }) => [id, keysFrom])).toEqual([
    ["PollWoocommerce", tasks("woocommerce")],
    ["PollBaselinker", tasks("baselinker")],
    ["PollAllegro", tasks("allegro")],
  ]);
});

test("what is reserved for every channel at once leaves a hundred of a default account's thousand to the rest", () => {
  const everything = channels.map(({ name }, n) => ({ name: `${name}:a${n}`, channel: name, pollMinutes: 1 }));
  const reserved = functionsOf({ accounts: everything, bridge: "pulls" }).map((spec) => spec.reserved ?? 0);
  expect(reserved.reduce((sum, each) => sum + each, 0)).toBeLessThan(900);
});

test("each route lets in no more than one channel's functions answer at 100 ms a request, and counts what it turns away", () => {
  const reserved = functions.flatMap((spec) => (spec.id.startsWith("Webhook") ? [spec.reserved ?? 0] : []));
  const throttles = throttlesOf(functions, deployment.requestsPerSecond);
  for (const { perSecond, burst } of throttles) {
    expect(perSecond).toBeLessThanOrEqual(Math.min(...reserved) * 10);
    expect(burst).toBeLessThanOrEqual(2 * perSecond);
  }
  expect(throttles.map(({ route }) => route)).toEqual(functions.flatMap(({ routes }) => routes));
  expect(JSON.parse(accessLogFormat)).toMatchObject({ status: "$context.status" });
  expect(apiFilters.TurnedAway.pattern).toContain('$.status = "429"');
});

test("every polled account has a schedule that names it, and a run ends before its sweep comes again", () => {
  const schedules = schedulesOf(deployment);
  expect(schedules.filter(({ run }) => run.startsWith("Poll"))).toEqual([
    { id: "PollWoocommerceMainSchedule", run: "PollWoocommerce", minutes: 15, event: { account: "woocommerce:main" } },
    { id: "PollBaselinkerAcmeSchedule", run: "PollBaselinker", minutes: 2, event: { account: "baselinker:acme" } },
    { id: "PollAllegroAcmeSchedule", run: "PollAllegro", minutes: 1, event: { account: "allegro:acme" } },
  ]);
  const sweep = schedules.find(({ run }) => run === "Sweep");
  const spec = functions.find(({ id }) => id === "Sweep");
  expect(spec?.timeoutSeconds).toBeLessThan((sweep?.minutes ?? 0) * 60);
  expect(SCHEDULE_RETRIES.scheduler).toBeGreaterThan(0);
});

test("who reminds a person once a day may look at alarms and open cases, tell of them, and nothing else", () => {
  const reminder = functions.find(({ id }) => id === "Reminder");
  expect(reminder?.grants.flatMap(({ on, actions }) => actions.map((action) => `${on} ${action}`))).toEqual([
    "find-index dynamodb:Query",
    "alarms cloudwatch:DescribeAlarms",
    "alerts sns:Publish",
    "schedule-failures sqs:SendMessage",
  ]);
  const daily = schedulesOf(deployment).find(({ run }) => run === "Reminder");
  expect(daily && rhythmOf(daily)).toEqual({ schedule: "cron(0 7 * * ? *)", timezone: "Europe/Warsaw" });
});

test("the table of the deployment is the table of the code", () => {
  expect(tableSpec).toMatchObject({
    fields: { pk: "string", lane: "string", dueAt: "number" },
    globalIndexes: {
      due: { hashKey: "lane", rangeKey: "dueAt", projection: "keys-only" },
      find: { hashKey: "findBy", rangeKey: "findAt", projection: ["reason", "account", "toldAt"] },
    },
    ttl: "ttl",
  });
  expect(JSON.stringify(streamFilters)).toContain('"prefix":"O#"');
});

test("there is one alarm for each way in which orders stop, each with a name of its own", () => {
  const ids = alarmsOf(functions, deployment.accounts).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual([
    "WebhooksNotStored",
    "SignaturesRefused",
    "AddressUnknown",
    "WebhooksTurnedAway",
    "RefusedUnseen",
    "WebhookTooLarge",
    "FunctionErrors",
    "WebhookWoocommerceThrottles",
    "WebhookBaselinkerThrottles",
    "ErpConnectorThrottles",
    "WoocommerceMainSilent",
    "WoocommerceMainCursorStuck",
    "WoocommerceMainUnread",
    "BaselinkerAcmeCursorStuck",
    "BaselinkerAcmeUnread",
    "AllegroAcmeCursorStuck",
    "AllegroAcmeUnread",
    "AllegroAcmeTokenOver",
    "ErpDown",
    "ErpInDoubt",
    "OrdersTooOld",
    "SweepFull",
    "SweepStopped",
    "StreamLate",
    "StreamDeadLetters",
    "ScheduleDeadLetters",
    "CaseTooOld",
    "ReminderStopped",
    "OrdersHeld",
    "TableReadThrottleEvents",
    "IndexReadThrottleEvents",
    "TableWriteThrottleEvents",
    "IndexWriteThrottleEvents",
  ]);
  expect(alarmsOf(functions, [{ name: "standard:shop", channel: "standard" }]).map(({ id }) => id)).not.toContain(
    "StandardShopCursorStuck",
  );
});

const alarmNamed = (id: string, accounts = deployment.accounts) =>
  alarmsOf(functions, accounts).find((alarm) => alarm.id === id);

test("the index that can throttle is watched beside the table, in one of three periods: the newest may hold no data yet", () => {
  const throttled = alarmsOf(functions, deployment.accounts).filter(({ id }) => id.includes("ThrottleEvents"));
  const index = { GlobalSecondaryIndexName: { kind: "text", text: "due" } };
  const table = { TableName: { kind: "table" } };
  expect(throttled.map(({ metricName, dimensions }) => [metricName, dimensions])).toEqual([
    ["ReadThrottleEvents", table],
    ["ReadThrottleEvents", { ...table, ...index }],
    ["WriteThrottleEvents", table],
    ["WriteThrottleEvents", { ...table, ...index }],
  ]);
  for (const { periods, datapoints } of throttled) expect([datapoints, periods]).toEqual([1, 3]);
});

test("one lost order is enough at a small shop: a failure to store, two wrong signatures or addresses, one 429", () => {
  expect(alarmNamed("WebhooksNotStored")).toMatchObject({ threshold: 1 });
  expect(alarmNamed("SignaturesRefused")).toMatchObject({ threshold: 2, periodSeconds: 3600 });
  expect(alarmNamed("AddressUnknown")).toMatchObject({ threshold: 2, periodSeconds: 3600 });
  expect(alarmNamed("WebhooksTurnedAway")).toMatchObject({ metricName: "TurnedAway", dimensions: {}, threshold: 1 });
});

test("each shop that lives on webhooks has its own alarm, so that none hides another's silence", () => {
  const shops = deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:a woocommerce:b@15 magento:m@2 shoper:s@2" }).accounts;
  const silent = alarmsOf(functionsOf({ accounts: shops, bridge: "called" }), shops).filter(({ id }) =>
    id.endsWith("Silent"),
  );
  expect(silent.map(({ id, dimensions }) => [id, dimensions])).toEqual([
    ["WoocommerceASilent", { account: { kind: "text", text: "woocommerce:a" } }],
    ["WoocommerceBSilent", { account: { kind: "text", text: "woocommerce:b" } }],
  ]);
});

test("the age of a token is watched for every account that keeps one, whatever its platform", () => {
  for (const channel of channels) {
    const accounts = [{ name: `${channel.name}:main`, channel: channel.name, pollMinutes: 5 }];
    const ids = alarmsOf(functionsOf({ accounts, bridge: "called" }), accounts).map(({ id }) => id);
    expect([channel.name, ids.some((id) => id.endsWith("TokenOver"))]).toEqual([
      channel.name,
      channel.usesVault === true,
    ]);
  }
});

test("an alarm comes in time and ends: one period of five polls, no period without a poll, no state that sticks", () => {
  const slow = deploymentFrom({ KOJARZ_ACCOUNTS: "allegro:acme@15" }).accounts;
  expect(alarmNamed("AllegroAcmeCursorStuck", slow)).toMatchObject({ periodSeconds: 75 * 60, periods: 1 });
  expect(alarmNamed("AllegroAcmeTokenOver", slow)).toMatchObject({ periodSeconds: 15 * 60 });
  expect(alarmNamed("AllegroAcmeTokenOver")).toMatchObject({ periodSeconds: 5 * 60 });
  expect(alarmNamed("ScheduleDeadLetters")).toMatchObject({ metricName: "NumberOfMessagesSent", statistic: "Sum" });
});

test("nothing says that all is well again after an order was lost or held: it still waits for a person", () => {
  const events = alarmsOf(functions, deployment.accounts).filter(({ event }) => event);
  expect(events.map(({ id }) => id)).toEqual([
    "WebhooksNotStored",
    "WebhooksTurnedAway",
    "RefusedUnseen",
    "WebhookTooLarge",
    "StreamDeadLetters",
    "ScheduleDeadLetters",
    "OrdersHeld",
  ]);
});

test("an alarm that waits for something to be heard is raised by silence", () => {
  const quiet = alarmsOf(functions, deployment.accounts).filter(({ silence }) => silence === "breaching");
  expect(quiet.map(({ id }) => id)).toEqual([
    "WoocommerceMainSilent",
    "WoocommerceMainCursorStuck",
    "BaselinkerAcmeCursorStuck",
    "AllegroAcmeCursorStuck",
    "ErpDown",
    "SweepStopped",
    "ReminderStopped",
  ]);
});

const NAMES: Names = {
  region: "eu-west-1",
  namespace: "Kojarz",
  table: "t",
  api: "a",
  functions: {},
  logGroups: {},
  queues: {},
  doors: { read: "arn:read", act: "arn:act" },
};

test("the dashboard draws everything in the region of the deployment and inside its grid", () => {
  const names: Names = {
    ...NAMES,
    namespace: "Kojarz/jan",
    functions: Object.fromEntries(functions.map(({ id }) => [id, `kojarz-${id}`])),
    logGroups: Object.fromEntries(functions.map(({ id }) => [id, `/aws/lambda/kojarz-${id}`])),
    queues: { StreamFailures: "q1" },
  };
  const { widgets } = dashboard(names, functions);
  for (const widget of widgets) {
    expect(widget.x + widget.width).toBeLessThanOrEqual(24);
    if (widget.type === "metric") expect(widget.properties.region).toBe("eu-west-1");
  }
  const titles = widgets.flatMap((widget) => (widget.type !== "text" ? [widget.properties.title] : []));
  expect(titles).toEqual(expect.arrayContaining(["Duplicates prevented", "Webhook to ERP, ms", "DynamoDB conflicts"]));
  expect(titles).toEqual(expect.arrayContaining(["Reports by account and verdict", "Held by reason"]));
  const latency = widgets.find(({ properties }) => "title" in properties && properties.title === "Webhook to ERP, ms");
  for (const percentile of ["p50", "p95", "p99"]) expect(JSON.stringify(latency)).toContain(`"stat":"${percentile}"`);
  const texts = widgets.flatMap(({ type, properties }) => (type === "text" ? [String(properties.markdown)] : []));
  expect(texts).toContainEqual(expect.stringContaining("| two-orders | Zgłoszenie pokazało"));
  expect(texts).toContainEqual(expect.stringContaining("| two-orders | A report showed"));
  expect(JSON.stringify({ widgets }).length).toBeLessThan(100_000);
});

test("the dashboard's cost counts what the indexes write: DynamoDB counts it apart from the table", () => {
  const { widgets } = dashboard({ ...NAMES, table: "t" }, functions);
  const cost = widgets.find(({ properties }) => "title" in properties && String(properties.title).includes("cost"));
  const lines = (cost && "metrics" in cost.properties ? cost.properties.metrics : []) as unknown[][];
  const written = lines.filter((line) => line.includes("ConsumedWriteCapacityUnits"));
  expect(written.map((line) => line.slice(2, -1))).toEqual([
    ["TableName", "t"],
    ["TableName", "t", "GlobalSecondaryIndexName", "due"],
    ["TableName", "t", "GlobalSecondaryIndexName", "find"],
  ]);
  const sum = JSON.stringify(lines.at(-1));
  for (const line of written) expect(sum).toContain(`FILL(${(line.at(-1) as { id: string }).id},0)`);
});

test("operators look and act on the dashboard: each widget calls its function, and a form is not refreshed away", () => {
  const desks = dashboard(NAMES, functions).widgets.filter(({ type }) => type === "custom");
  expect(desks.map(({ properties }) => properties)).toMatchObject([
    { endpoint: "arn:read", params: {}, updateOn: { refresh: false } },
    { endpoint: "arn:read", params: { ask: "status" }, updateOn: { refresh: true } },
    { endpoint: "arn:act", params: {}, updateOn: { refresh: false } },
  ]);
});

test("whoever looks for operators changes nothing and sees no secret; whoever acts may only empty the failure queues beside", () => {
  const granted = (id: string) =>
    functions
      .find((one) => one.id === id)
      ?.grants.flatMap(({ on, actions }) => actions.map((action) => `${on} ${action}`));
  expect(granted("OperatorRead")).toEqual([
    "table dynamodb:BatchGetItem",
    "table dynamodb:GetItem",
    "due-index dynamodb:Query",
    "find-index dynamodb:Query",
  ]);
  expect(granted("OperatorAct")?.filter((right) => !/^(table|due-index|find-index|bodies) /.test(right))).toEqual([
    "stream-failures sqs:DeleteMessage",
    "stream-failures sqs:ReceiveMessage",
    "schedule-failures sqs:DeleteMessage",
    "schedule-failures sqs:ReceiveMessage",
  ]);
});

test("how long an account may be silent is said for all or for one, up to a week, or not at all", () => {
  const shops = (days: string) =>
    deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:a woocommerce:b shopify:c", KOJARZ_SILENCE_DAYS: days }).accounts;
  const silent = (days: string) =>
    alarmsOf(functions, shops(days)).flatMap(({ id, periods }) => (id.endsWith("Silent") ? [[id, periods]] : []));
  expect(silent("")).toEqual([
    ["WoocommerceASilent", 1],
    ["WoocommerceBSilent", 1],
    ["ShopifyCSilent", 1],
  ]);
  expect(silent("3, woocommerce:b=7 shopify:c=never")).toEqual([
    ["WoocommerceASilent", 3],
    ["WoocommerceBSilent", 7],
  ]);
  expect(() => shops("8")).toThrow("KOJARZ_SILENCE_DAYS: 8 is not 1 to 7");
  expect(() => shops("woocommerce:x=2")).toThrow("KOJARZ_SILENCE_DAYS: woocommerce:x is not in KOJARZ_ACCOUNTS");
});

test("settings may be as long as they have to be: they do not travel through Lambda's environment of 4 KB", () => {
  const erpWriters = Array.from({ length: 40 }, (_, n) => ({
    column: "internetId",
    id: "uuid",
    issuer: `allegro${n}`,
    kind: "internet-id",
    rank: 1,
  }));
  const { settings } = deploymentFrom({ KOJARZ_ACCOUNTS: three, KOJARZ_SETTINGS: JSON.stringify({ erpWriters }) });
  expect(settings.erpWriters).toHaveLength(40);
  expect(JSON.stringify(settings).length).toBeGreaterThan(4_096);
});
