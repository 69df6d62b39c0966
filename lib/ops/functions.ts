/**
 * The functions of the deployment as data: what each one may do, sees and costs.
 *
 * Least privilege: a function sees the accounts of its own channel and no others, and is granted named actions on named
 * resources. arm64 runs a function for 20 % less; more memory buys more CPU, and start-up is CPU.
 */
import { channels } from "../channels/index.ts";
import { table } from "../runtime/table.ts";
import type { DeployedAccount, Deployment } from "./deployment.ts";
import { pascal } from "./pascal.ts";

/** What actions are granted on. */
type Resource = "table" | "due-index" | "stream" | "bodies" | "stream-failures" | "schedule-failures";

type Grant = {
  on: Resource;
  actions: readonly string[];
  /** How the partition keys of the table begin that it is for; all if absent. */
  keysFrom?: string;
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
};

/** `event` goes to the function `run`. */
export type ScheduleSpec = { id: string; run: string; minutes: number; event: Readonly<Record<string, string>> };

const VAULT_KEY = "VaultKey";
const ERP_ACCESS = "ErpAccess";

const WRITE = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const READ_DUE: Grant = { on: "due-index", actions: ["dynamodb:Query"] };
const KEEP_BODIES: Grant = { on: "bodies", actions: ["s3:PutObject"] };
const READ_STREAM: Grant = {
  on: "stream",
  // AWS names these four for a function that a stream wakes.
  actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
};
const STREAM_FAILURES: Grant = { on: "stream-failures", actions: ["sqs:SendMessage"] };
const SCHEDULE_FAILURES: Grant = { on: "schedule-failures", actions: ["sqs:SendMessage"] };

/** The secret with the accounts of one channel: a JSON list, as under `accounts` of a configuration file. */
export function accountsSecret(channel: string): string {
  return `${pascal(channel)}Accounts`;
}

/** What a function is told when it is bundled already: what this rules out is left out of its bundle. */
export function environmentOf({ channel, secrets }: Pick<FunctionSpec, "channel" | "secrets">) {
  const has = (secret: string) => (secrets.includes(secret) ? "linked" : "");
  return { KOJARZ_CHANNEL: channel, KOJARZ_ERP: has(ERP_ACCESS), KOJARZ_VAULT: has(VAULT_KEY) };
}

/** A grant's limits as conditions of IAM. */
export function conditionsOf(keysFrom: string | undefined) {
  if (keysFrom === undefined) return [];
  return [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: [`${keysFrom}*`] }];
}

const webhookId = (channel: string): string => `Webhook${pascal(channel)}`;
const pollId = (channel: string): string => `Poll${pascal(channel)}`;
export const CONNECTOR = "ErpConnector";
export const SWEEP = "Sweep";
const ERP_WATCH = "ErpWatch";
const BRIDGE = "Bridge";
const HEALTH = "Health";

export function functionsOf({ accounts, bridge }: Pick<Deployment, "accounts" | "bridge">): FunctionSpec[] {
  const families = channels.filter(({ name }) => accounts.some(({ channel }) => channel === name));
  return [
    ...families.filter(({ receive }) => receive).map(({ name }) => webhook(name)),
    ...families.flatMap(({ name, usesVault }) =>
      poll(
        name,
        accounts.filter((a) => a.channel === name && a.pollMinutes),
        usesVault ? [VAULT_KEY] : [],
      ),
    ),
    connector(),
    sweep(),
    erpWatch(),
    ...(bridge === "pulls" ? [workForBridge()] : []),
    health(),
  ];
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
    grants: [{ on: "table", actions: WRITE }, KEEP_BODIES],
    channel,
    // At 100 ms a request 10 at once are 100 requests a second, twice what the API lets in; a flood at one shop's
    // address cannot use up what the connector and the other shops need.
    reserved: 10,
    routes: [path, `${path}/{secretPath}`],
  };
}

function poll(channel: string, polled: readonly DeployedAccount[], keys: readonly string[]): FunctionSpec[] {
  if (polled.length === 0) return [];
  return [
    {
      id: pollId(channel),
      handler: "functions/poll.handler",
      memoryMb: 512,
      timeoutSeconds: 120,
      secrets: [accountsSecret(channel), ...keys],
      grants: [{ on: "table", actions: [...WRITE, "dynamodb:DeleteItem"] }, READ_DUE, KEEP_BODIES, SCHEDULE_FAILURES],
      channel,
      // One an account, because a lease lets no second one work; one more to see that and leave.
      reserved: polled.length + 1,
      routes: [],
    },
  ];
}

function connector(): FunctionSpec {
  return {
    id: CONNECTOR,
    handler: "functions/erp-connector.handler",
    memoryMb: 512,
    timeoutSeconds: 60,
    secrets: [ERP_ACCESS],
    grants: [{ on: "table", actions: WRITE }, READ_STREAM, STREAM_FAILURES],
    channel: "",
    // Each works on 8 orders at once: 32 questions are as much as an ERP in an office should get from us.
    reserved: 4,
    routes: [],
  };
}

function sweep(): FunctionSpec {
  return {
    id: SWEEP,
    handler: "functions/sweep.handler",
    memoryMb: 512,
    // Shorter than the time between two sweeps: they never overlap.
    timeoutSeconds: 110,
    secrets: [ERP_ACCESS],
    grants: [{ on: "table", actions: WRITE }, READ_DUE, SCHEDULE_FAILURES],
    channel: "",
    // A second one would only meet the leases of the first.
    reserved: 1,
    routes: [],
  };
}

function erpWatch(): FunctionSpec {
  return {
    id: ERP_WATCH,
    handler: "functions/erp-watch.handler",
    memoryMb: 512,
    timeoutSeconds: 60,
    secrets: [ERP_ACCESS],
    grants: [{ on: "table", actions: WRITE }, SCHEDULE_FAILURES],
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
      { on: "table", actions: ["dynamodb:UpdateItem"], keysFrom: table.workPrefix },
      // Keys are all that the index holds. How IAM names the keys of an index is written nowhere, and a question that
      // is refused would stop every delivery.
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
  ];
}

/** Delivered by the scheduler, and run by Lambda, once more each; a poll that is 5 minutes late has a successor. */
export const SCHEDULE_RETRIES = { scheduler: 2, run: 1, longestWaitSeconds: 300 } as const;

/**
 * What the HTTP API lets in, over all senders: a merchant's busiest hour is a few orders a second, and each sender
 * repeats or is reconciled when it is turned away with 429.
 */
export const THROTTLE = { perSecond: 50, burst: 100 } as const;
