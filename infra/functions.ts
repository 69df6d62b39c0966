/**
 * The functions of the deployment as data: what each one may do, sees and costs.
 *
 * Least privilege: a function sees the accounts of its own channel and no others, and is granted named actions on named
 * resources. arm64 runs a function for 20 % less; more memory buys more CPU, and start-up is CPU.
 */
import { ACCOUNTS } from "../lib/app/links.ts";
import { channels } from "../lib/channels/index.ts";
import { erpAccount } from "../lib/core/ports/erp.ts";
import { table } from "../lib/store/table.ts";
import type { DeployedAccount, Deployment } from "./deployment.ts";
import { pascal } from "./pascal.ts";

/** What actions are granted on. */
type Resource =
  | "table"
  | "due-index"
  | "find-index"
  | "stream"
  | "bodies"
  | "stream-failures"
  | "schedule-failures"
  | "alerts"
  | "alarms";

type Grant = {
  on: Resource;
  actions: readonly string[];
  /**
   * How the partition keys begin that it is for. All if absent: of what is no table, of a scan, which IAM tells no keys of, and of
   * the indexes, whose keys IAM names in a way that is written nowhere.
   */
  keysFrom?: readonly string[];
};

export type FunctionSpec = {
  /** Its name in the deployment; part of dashboards, alarms and log groups. */
  id: string;
  handler: `functions/${string}.handler`;
  memoryMb: 256 | 512 | 1024;
  timeoutSeconds: number;
  /** Names of secrets, as `sst secret set` takes them. */
  secrets: readonly string[];
  grants: readonly Grant[];
  /** The channel that it serves; "" for none. */
  channel: string;
  /** How many may run at once; no limit and no guarantee if absent. */
  reserved?: number;
  /** Methods and paths of the HTTP API. */
  routes: readonly string[];
  /**
   * Invoked by people, with their own rights: its name ends with its id alone, so that the command line finds it, and it is told
   * which accounts there are.
   */
  isForOperators?: true;
};

/** `event` goes to the function `run`. */
export type ScheduleSpec = {
  id: string;
  run: string;
  minutes: number;
  event: Readonly<Record<string, string>>;
  /** Of what runs once a day: at which full hour. */
  at?: { hour: number; zone: string };
};

const DAY_MINUTES = 1440;

const VAULT_KEY = "VaultKey";
const ERP_ACCESS = "ErpAccess";

const WRITE = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const { key, order, held, feed, task, vault, number, work, audit, ignored, seen, sample } = table.prefixes;
/** Orders, the keys that point to them, and cases: whoever takes in, forwards or looks after orders works on all of them. */
const ORDERS = [key, order, held];
const ofChannel = (channel: string, ...kinds: string[]) => kinds.map((kind) => `${kind}${channel}:`);
/** Orders that a channel has to read, has begun to read, and has to tell a number of. */
const tasksOf = (channel: string) => ofChannel(channel, task, `${task}tried:`, `${task}back:`);
/** Put out for a bridge that fetches it: whoever speaks to the ERP does. */
const workFor = (bridge: Deployment["bridge"]) => (bridge === "pulls" ? [work] : []);
const writing = (...keysFrom: string[]): Grant => ({ on: "table", actions: WRITE, keysFrom });

const READ_DUE: Grant = { on: "due-index", actions: ["dynamodb:Query"] };
const READ_FOUND: Grant = { on: "find-index", actions: ["dynamodb:Query"] };
const KEEP_BODIES: Grant = { on: "bodies", actions: ["s3:PutObject"] };
/** The sweep never reads a message that was kept: it removes those whose case is over. */
const FORGET_BODIES: Grant = { on: "bodies", actions: ["s3:DeleteObject"] };
const READ_STREAM: Grant = {
  on: "stream",
  // AWS names these four for a function that a stream wakes.
  actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
};
const STREAM_FAILURES: Grant = { on: "stream-failures", actions: ["sqs:SendMessage"] };
/** The sweep tells of new cases, the reminder of what is left: a webhook never tells anybody. */
const TELL: Grant = { on: "alerts", actions: ["sns:Publish"] };
/** AWS judges a question by the beginning of names as one about all alarms of the account and region. */
const READ_ALARMS: Grant = { on: "alarms", actions: ["cloudwatch:DescribeAlarms"] };
const SCHEDULE_FAILURES: Grant = { on: "schedule-failures", actions: ["sqs:SendMessage"] };
const TAKE_LETTERS = ["sqs:DeleteMessage", "sqs:ReceiveMessage"];
const EMPTY_QUEUES: Grant[] = [
  { on: "stream-failures", actions: TAKE_LETTERS },
  { on: "schedule-failures", actions: TAKE_LETTERS },
];
/** Whoever may read the operators' widgets reads orders with them, and writes nothing. */
const READ: Grant = {
  on: "table",
  actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem"],
  keysFrom: [...ORDERS, task, seen, audit, ignored],
};
/** A person's data are found by reading the whole table, and so are the purchases of a report. */
const SCAN: Grant = { on: "table", actions: ["dynamodb:DescribeTable", "dynamodb:Scan"] };
const HANDLE_BODIES: Grant = { on: "bodies", actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"] };

/** The secret with the accounts of one channel: a JSON list, as under `accounts` of a configuration file. */
export function accountsSecret(channel: string): string {
  return `${pascal(channel)}${ACCOUNTS}`;
}

/** What a function is told when it is bundled already: what this rules out is left out of its bundle. */
export function environmentOf({ channel, secrets }: Pick<FunctionSpec, "channel" | "secrets">) {
  const has = (secret: string) => (secrets.includes(secret) ? "linked" : "");
  return { KOJARZ_CHANNEL: channel, KOJARZ_ERP: has(ERP_ACCESS), KOJARZ_VAULT: has(VAULT_KEY) };
}

/** A grant's limits as conditions of IAM. */
export function conditionsOf(keysFrom: readonly string[] | undefined) {
  if (keysFrom === undefined) return [];
  const values = keysFrom.map((beginning) => `${beginning}*`);
  return [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values }];
}

export const webhookId = (channel: string): string => `Webhook${pascal(channel)}`;
export const pollId = (channel: string): string => `Poll${pascal(channel)}`;
export const CONNECTOR = "ErpConnector";
export const SWEEP = "Sweep";
export const ERP_WATCH = "ErpWatch";
export const REMINDER = "Reminder";
const BRIDGE = "Bridge";
const HEALTH = "Health";
export const OPERATOR_READ = "OperatorRead";
export const OPERATOR_ACT = "OperatorAct";
export const NEAR_MISS = "NearMiss";

export function functionsOf({ accounts, bridge }: Pick<Deployment, "accounts" | "bridge">): FunctionSpec[] {
  const families = channels.filter(({ name }) => accounts.some(({ channel }) => channel === name));
  return [
    ...families.filter(({ receive }) => receive).map(({ name }) => webhook(name)),
    ...families.flatMap(({ name, usesVault }) =>
      poll(
        name,
        accounts.filter((a) => a.channel === name && a.pollMinutes),
        usesVault === true,
      ),
    ),
    connector(bridge),
    sweep(bridge),
    erpWatch(bridge),
    reminder(),
    ...(bridge === "pulls" ? [workForBridge()] : []),
    health(),
    operatorRead(),
    operatorAct(
      bridge,
      families.map(({ name }) => accountsSecret(name)),
    ),
    nearMiss(),
  ];
}

/** What a function of a channel is told of how its accounts are polled: `woocommerce:main@15`, spaces between. */
export function polledOf(accounts: readonly DeployedAccount[], channel: string): string {
  return accounts
    .flatMap((one) => (one.channel === channel && one.pollMinutes ? [`${one.name}@${one.pollMinutes}`] : []))
    .join(" ");
}

/** What the function for near-misses compares with: each address as `channel/account`. */
export function addressesOf(accounts: readonly DeployedAccount[]): string {
  return accounts.map(({ name }) => name.replace(":", "/")).join(" ");
}

function webhook(channel: string): FunctionSpec {
  const path = `ANY /webhooks/${channel}/{account}`;
  return {
    id: webhookId(channel),
    handler: "functions/webhook.handler",
    // Senders wait for the answer, and some stop sending to a slow receiver: the largest step of CPU that still pays.
    memoryMb: 1024,
    timeoutSeconds: 10,
    secrets: [accountsSecret(channel)],
    grants: [
      writing(...ORDERS, ...ofChannel(channel, task, `${task}tried:`, number, ignored, seen, sample)),
      KEEP_BODIES,
    ],
    channel,
    // At 100 ms a request 10 at once are 100 requests a second, twice what the API lets in; a flood at one shop's
    // address cannot use up what the connector and the other shops need.
    reserved: 10,
    routes: [path, `${path}/{secretPath}`],
  };
}

function poll(channel: string, polled: readonly DeployedAccount[], usesVault: boolean): FunctionSpec[] {
  if (polled.length === 0) return [];
  const tokens = usesVault ? ofChannel(channel, vault) : [];
  return [
    {
      id: pollId(channel),
      handler: "functions/poll.handler",
      memoryMb: 512,
      timeoutSeconds: 120,
      secrets: [accountsSecret(channel), ...(usesVault ? [VAULT_KEY] : [])],
      grants: [
        writing(...ORDERS, ...tasksOf(channel), ...ofChannel(channel, feed, ignored, seen), ...tokens),
        { on: "table", actions: ["dynamodb:DeleteItem"], keysFrom: tasksOf(channel) },
        READ_DUE,
        KEEP_BODIES,
        SCHEDULE_FAILURES,
      ],
      channel,
      // One an account, because a lease lets no second one work; one more to see that and leave.
      reserved: polled.length + 1,
      routes: [],
    },
  ];
}

function connector(bridge: Deployment["bridge"]): FunctionSpec {
  return {
    id: CONNECTOR,
    handler: "functions/erp-connector.handler",
    memoryMb: 512,
    timeoutSeconds: 60,
    secrets: [ERP_ACCESS],
    grants: [writing(...ORDERS, ...workFor(bridge)), READ_STREAM, STREAM_FAILURES],
    channel: "",
    // Each works on 8 orders at once: 32 questions are as much as an ERP in an office should get from us.
    reserved: 4,
    routes: [],
  };
}

function sweep(bridge: Deployment["bridge"]): FunctionSpec {
  return {
    id: SWEEP,
    handler: "functions/sweep.handler",
    memoryMb: 512,
    // Shorter than the time between two sweeps: they never overlap.
    timeoutSeconds: 110,
    secrets: [ERP_ACCESS],
    grants: [
      writing(...ORDERS, `${task}back:`, `${seen}sweep`, ...workFor(bridge)),
      READ_DUE,
      READ_FOUND,
      FORGET_BODIES,
      TELL,
      SCHEDULE_FAILURES,
    ],
    channel: "",
    // A second one would only meet the leases of the first.
    reserved: 1,
    routes: [],
  };
}

function erpWatch(bridge: Deployment["bridge"]): FunctionSpec {
  return {
    id: ERP_WATCH,
    handler: "functions/erp-watch.handler",
    memoryMb: 512,
    timeoutSeconds: 60,
    secrets: [ERP_ACCESS],
    grants: [writing(...ORDERS, `${feed}${erpAccount("")}`, ...workFor(bridge)), SCHEDULE_FAILURES],
    channel: "",
    routes: [],
  };
}

/** Looks at alarms and at the list of open cases, and tells of them: at no order, no secret and no message. */
function reminder(): FunctionSpec {
  return {
    id: REMINDER,
    handler: "functions/reminder.handler",
    memoryMb: 256,
    timeoutSeconds: 60,
    secrets: [],
    grants: [READ_FOUND, READ_ALARMS, TELL, SCHEDULE_FAILURES],
    channel: "",
    routes: [],
  };
}

/** Hands out what the others put into the outbox, and takes what became of it. */
function workForBridge(): FunctionSpec {
  return {
    id: BRIDGE,
    handler: "functions/bridge.handler",
    memoryMb: 512,
    timeoutSeconds: 10,
    secrets: [ERP_ACCESS],
    // The one function that another machine commands: it reaches no order, only the work that was put out.
    grants: [
      { on: "table", actions: ["dynamodb:UpdateItem"], keysFrom: [work] },
      // Keys are all that the index holds.
      READ_DUE,
    ],
    channel: "",
    // One bridge, which asks for one batch after the other and acks its pieces at the same time.
    reserved: 5,
    routes: ["POST /bridge/v1/{operation}"],
  };
}

function health(): FunctionSpec {
  return {
    id: HEALTH,
    handler: "functions/health.handler",
    memoryMb: 256,
    timeoutSeconds: 5,
    secrets: [],
    grants: [],
    channel: "",
    routes: ["GET /healthz", "HEAD /healthz"],
  };
}

/** Looks: at the table, and at no secret, no kept message and no ERP. */
function operatorRead(): FunctionSpec {
  return {
    id: OPERATOR_READ,
    handler: "functions/operator-read.handler",
    memoryMb: 512,
    timeoutSeconds: 30,
    secrets: [],
    grants: [READ, READ_DUE, READ_FOUND],
    channel: "",
    routes: [],
    isForOperators: true,
  };
}

/** @param accounts a kept message of any account may have to be read anew */
function operatorAct(bridge: Deployment["bridge"], accounts: readonly string[]): FunctionSpec {
  return {
    id: OPERATOR_ACT,
    handler: "functions/operator-act.handler",
    memoryMb: 512,
    // A page of orders is sent again one by one, and the ERP may be asked for what was entered by hand.
    timeoutSeconds: 60,
    secrets: [...accounts, ERP_ACCESS],
    grants: [
      // Everything but tokens.
      writing(...ORDERS, feed, task, number, audit, ignored, seen, sample, ...workFor(bridge)),
      SCAN,
      READ_DUE,
      READ_FOUND,
      HANDLE_BODIES,
      ...EMPTY_QUEUES,
    ],
    channel: "",
    routes: [],
    isForOperators: true,
  };
}

/** Answers what no other route does, scanners included: so it is small, and nobody's limit is used up by it. */
function nearMiss(): FunctionSpec {
  return {
    id: NEAR_MISS,
    handler: "functions/near-miss.handler",
    memoryMb: 256,
    timeoutSeconds: 5,
    secrets: [],
    grants: [],
    channel: "",
    routes: ["$default"],
  };
}

/** Functions that a schedule runs: a run that fails is tried once more, then its event goes to the failure queue. */
export function schedulesOf({ accounts }: Pick<Deployment, "accounts">): ScheduleSpec[] {
  const polls = accounts.flatMap(({ name, channel, pollMinutes }): ScheduleSpec[] =>
    pollMinutes === undefined
      ? []
      : [{ id: `Poll${pascal(name)}`, run: pollId(channel), minutes: pollMinutes, event: { account: name } }],
  );
  return [
    ...polls.map((spec) => ({ ...spec, id: `${spec.id}Schedule` })),
    { id: "SweepSchedule", run: SWEEP, minutes: 2, event: {} },
    { id: "ErpWatchSchedule", run: ERP_WATCH, minutes: 5, event: {} },
    { id: "ReminderSchedule", run: REMINDER, minutes: DAY_MINUTES, event: {}, at: { hour: 7, zone: "Europe/Warsaw" } },
  ];
}

/** As the scheduler writes it. */
export function rhythmOf({ minutes, at }: Pick<ScheduleSpec, "minutes" | "at">) {
  if (at) return { schedule: `cron(0 ${at.hour} * * ? *)`, timezone: at.zone } as const;
  return { schedule: `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})` } as const;
}

/** Delivered by the scheduler, and run by Lambda, once more each; a poll that is 5 minutes late has a successor. */
export const SCHEDULE_RETRIES = { scheduler: 2, run: 1, longestWaitSeconds: 300 } as const;

/** What a route lets in: a request that is turned away with 429 is repeated by its sender, or found by a poll. */
export type Throttle = { perSecond: number; burst: number };

/** For those that no sender of orders uses. */
const OTHERS: Throttle = { perSecond: 10, burst: 20 };

/**
 * Each route has a bucket of its own: one that all share would let a flood at one shop's address turn away the other
 * shops, and a bridge that fetches its work.
 */
export function throttlesOf(specs: readonly FunctionSpec[], perSecond: number): Array<Throttle & { route: string }> {
  const wide = { perSecond, burst: 2 * perSecond };
  return specs.flatMap(({ id, routes }) =>
    routes.map((route) => ({ route, ...(id === HEALTH || id === NEAR_MISS ? OTHERS : wide) })),
  );
}
