/** How a deployment is configured: environment variables, from a `.env` file or the shell. Every mistake is named. */
import * as z from "zod/mini";
import { ConfigError, Settings, strangersIn } from "../lib/app/config.ts";
import { channels } from "../lib/channels/index.ts";
import { configErrorsOf } from "../lib/core/config-errors.ts";
import { anyText, anything } from "../lib/core/schemas.ts";
import { present } from "../lib/core/writes.ts";
import { json } from "../lib/runtime/json.ts";
import { pascal } from "./pascal.ts";

/** The part after the colon goes into names of schedules and alarms, which end at 64 characters. */
const ACCOUNT = /^(?<channel>[a-z0-9]+):(?<account>[a-z0-9-]{1,20})(?:@(?<minutes>[1-9]\d{0,3}))?$/;

const DAY_MINUTES = 1440;

export type DeployedAccount = {
  /** `channel:account` */
  name: string;
  channel: string;
  /** Absent: it is not polled. */
  pollMinutes?: number;
  /** After how many days without a webhook somebody is told; 1 if absent. */
  silenceDays?: Silence;
};

export type Silence = number | "never";

const AccountList = z.pipe(
  anyText,
  z.transform((text, { issues }): DeployedAccount[] => {
    const entries = text.split(/[\s,]+/).filter(Boolean);
    const add = (message: string) => issues.push({ code: "custom", input: text, message });
    if (entries.length === 0) add("name at least one account, for example woocommerce:main@15");
    return entries.flatMap((entry) => {
      const { channel = "", account = "", minutes } = ACCOUNT.exec(entry)?.groups ?? {};
      const known = channels.find(({ name }) => name === channel);
      const mistake = mistakeIn(entry, known, account, minutes);
      if (mistake !== undefined) add(mistake);
      const pollMinutes = minutes === undefined ? {} : { pollMinutes: Number(minutes) };
      return [{ name: `${channel}:${account}`, channel, ...pollMinutes }];
    });
  }),
);

function mistakeIn(entry: string, known: (typeof channels)[number] | undefined, account: string, minutes?: string) {
  if (account === "") return `${entry} is not channel:account or channel:account@minutes`;
  if (!known) return `${entry}: the channels are ${channels.map(({ name }) => name).join(", ")}`;
  // Its alarms look back over a day at most: they would take the time between two polls for silence.
  if (Number(minutes) > DAY_MINUTES) return `${entry}: poll at least once a day, @${DAY_MINUTES}`;
  if (minutes !== undefined && !known.pull) return `${entry}: this channel is not polled`;
  if (minutes === undefined && !known.receive) return `${entry}: this channel is only polled, say how often: @1`;
  if (minutes === undefined && known.needsPoll)
    return `${entry}: what this channel sends only says which order to read, say how often it is polled: @2`;
  return undefined;
}

const SILENCE = /^(?:(?<account>[a-z0-9]+:[a-z0-9-]{1,20})=)?(?<days>[1-7]|never)$/;

/** By account; under "" for all others. */
const SilenceDays = z.pipe(
  anyText,
  z.transform((text, { issues }): Record<string, Silence> => {
    const entries = text.split(/[\s,]+/).filter(Boolean);
    return Object.fromEntries(
      entries.flatMap((entry) => {
        const { account = "", days } = SILENCE.exec(entry)?.groups ?? {};
        if (days !== undefined) return [[account, days === "never" ? days : Number(days)] as const];
        issues.push({ code: "custom", input: text, message: `${entry} is not 1 to 7, never, or channel:account=7` });
        return [];
      }),
    );
  }),
);

/** @throws `ConfigError` where an account is named that is not there */
function withSilence(
  accounts: readonly DeployedAccount[],
  silence: Readonly<Record<string, Silence>>,
): DeployedAccount[] {
  const strangers = Object.keys(silence).filter((name) => name !== "" && !accounts.some((one) => one.name === name));
  if (strangers.length > 0)
    throw new ConfigError(strangers.map((name) => `KOJARZ_SILENCE_DAYS: ${name} is not in KOJARZ_ACCOUNTS`));
  return accounts.map((one) => present({ ...one, silenceDays: silence[one.name] ?? silence[""] }));
}

/** Accounts that could be polled and are not, for whoever deploys: a webhook request of theirs that is lost stays lost. */
export function unpolledOf(accounts: readonly DeployedAccount[]): string[] {
  const isPolled = new Set(channels.flatMap(({ name, pull }) => (pull ? [name] : [])));
  return accounts.flatMap(({ name, channel, pollMinutes }) =>
    pollMinutes === undefined && isPolled.has(channel) ? [name] : [],
  );
}

export const DEFAULT_REGION = "eu-central-1";

const LOG_RETENTION = ["1 week", "2 weeks", "1 month", "2 months", "3 months", "6 months", "1 year"] as const;

export const DeploymentVariables = z.object({
  /** `channel:account` or `channel:account@minutes`, separated by spaces; `@15` polls it every 15 minutes. */
  KOJARZ_ACCOUNTS: AccountList,
  /** The region of AWS. */
  KOJARZ_REGION: z._default(
    z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region of AWS, for example eu-central-1")),
    DEFAULT_REGION,
  ),
  /** `windowDays`. */
  KOJARZ_WINDOW_DAYS: z._default(z.coerce.number().check(z.positive(), z.lte(365)), 14),
  /** `memoryDays`. */
  KOJARZ_MEMORY_DAYS: z._default(z.coerce.number().check(z.positive(), z.lte(3650)), 90),
  /** `waitingDays`. */
  KOJARZ_WAITING_DAYS: z._default(z.coerce.number().check(z.positive()), 31),
  /** Any other general setting, as one JSON object, for example `{"erpPerSecond":10}`. */
  KOJARZ_SETTINGS: z._default(json(z.record(anyText, anything)), {}),
  /** How long logs are kept. */
  KOJARZ_LOG_RETENTION: z._default(z.enum(LOG_RETENTION), "1 month"),
  /** A host name in Route 53, for example `orders.example.pl`. */
  KOJARZ_DOMAIN: z.optional(
    z
      .string()
      .check(z.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "a host name, for example orders.example.pl")),
  ),
  /** Gets every alarm. Required in `production`. Confirm the message that AWS sends to it. */
  KOJARZ_ALERT_EMAIL: z.optional(z.email()),
  /** `pulls` where nobody can call the bridge: it then fetches its work from `<address>/bridge`. */
  KOJARZ_BRIDGE: z._default(z.enum(["called", "pulls"]), "called"),
  /**
   * After how many days without a webhook of an account its alarm rings: `3` for all, `woocommerce:main=7` for one, 1 to 7, or
   * `never` for a shop that sells less than once a week.
   */
  KOJARZ_SILENCE_DAYS: z._default(SilenceDays, {}),
  /**
   * How many requests a second each route of the API lets in, with bursts of twice as many: a flood at one channel's address
   * costs the others nothing.
   */
  KOJARZ_REQUESTS_PER_SECOND: z._default(z.coerce.number().check(z.gte(1), z.lte(1_000)), 50),
  /** Set `no` in a new AWS account: it may run 10 functions at once and can reserve none of them. */
  KOJARZ_RESERVE_CONCURRENCY: z._default(z.enum(["yes", "no"]), "yes"),
});

/** Everything that a deployment reads. */
export const SETTING_NAMES: readonly string[] = Object.keys(DeploymentVariables.shape);

export type Deployment = {
  accounts: DeployedAccount[];
  region: string;
  settings: Settings;
  logRetention: (typeof LOG_RETENTION)[number];
  domain?: string;
  alertEmail?: string;
  bridge: "called" | "pulls";
  reserveConcurrency: boolean;
  /** At each route. */
  requestsPerSecond: number;
};

/** What a run on one machine and the bridge read: of no interest here, and no mistake. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "KOJARZ_CONFIG",
  "KOJARZ_STATE",
  "KOJARZ_CLOCK_OFFSET_MS",
  "KOJARZ_ERP_FAULTS",
  "KOJARZ_FUZZ_RUNS",
  "KOJARZ_BRIDGE_CONFIG",
  "KOJARZ_BRIDGE_SECRET",
  "KOJARZ_BRIDGE_SQL_PASSWORD",
]);

function strangersAmong(names: readonly string[]): string[] {
  return names
    .filter((name) => name.startsWith("KOJARZ_") && !SETTING_NAMES.includes(name) && !ELSEWHERE.has(name))
    .map((name) => `${name}: there is no such setting`);
}

/**
 * @param production there, a failure that reaches nobody is a mistake
 * @throws `ConfigError`
 */
export function deploymentFrom(
  environment: Readonly<Record<string, string | undefined>>,
  production = false,
): Deployment {
  // An empty line of a `.env` file means "not set".
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = DeploymentVariables.safeParse(set);
  const mistakes = strangersAmong(Object.keys(set));
  if (production && set.KOJARZ_ALERT_EMAIL === undefined)
    mistakes.push("KOJARZ_ALERT_EMAIL: needed in production, without it no alarm reaches anybody");
  if (!parsed.success) mistakes.push(...configErrorsOf(parsed.error));
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes);
  const { data } = parsed;
  const settings = Settings.safeParse({
    windowDays: data.KOJARZ_WINDOW_DAYS,
    memoryDays: data.KOJARZ_MEMORY_DAYS,
    waitingDays: data.KOJARZ_WAITING_DAYS,
    ...data.KOJARZ_SETTINGS,
  });
  if (!settings.success) throw new ConfigError(configErrorsOf(settings.error).map((one) => `KOJARZ_SETTINGS.${one}`));
  const accounts = data.KOJARZ_ACCOUNTS.map(({ name }) => name);
  const strangers = strangersIn(settings.data, accounts);
  if (strangers.length > 0)
    throw new ConfigError(strangers.map((name) => `KOJARZ_SETTINGS.mode.${name}: not in KOJARZ_ACCOUNTS`));
  return present({
    accounts: withSilence(unique(data.KOJARZ_ACCOUNTS), data.KOJARZ_SILENCE_DAYS),
    region: data.KOJARZ_REGION,
    settings: settings.data,
    logRetention: data.KOJARZ_LOG_RETENTION,
    domain: data.KOJARZ_DOMAIN,
    alertEmail: data.KOJARZ_ALERT_EMAIL,
    bridge: data.KOJARZ_BRIDGE,
    reserveConcurrency: data.KOJARZ_RESERVE_CONCURRENCY === "yes",
    requestsPerSecond: data.KOJARZ_REQUESTS_PER_SECOND,
  });
}

/** Schedules and alarms are named after accounts, without their dashes. */
function unique(accounts: readonly DeployedAccount[]): DeployedAccount[] {
  const ids = accounts.map(({ name }) => pascal(name));
  const twice = accounts.flatMap(({ name }, index) => {
    const first = accounts[ids.indexOf(ids[index] ?? "")];
    if (first === undefined || first === accounts[index]) return [];
    const mistake = first.name === name ? "is named twice" : `is too much like ${first.name}`;
    return [`KOJARZ_ACCOUNTS: ${name} ${mistake}`];
  });
  if (twice.length > 0) throw new ConfigError(twice);
  return [...accounts];
}

/** Names of stages go into the names of everything. @throws `ConfigError` */
export function checkedStage(stage: string): { name: string; production: boolean } {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage))
    throw new ConfigError(["--stage: small letters, digits and dashes, at most 16"]);
  return { name: stage, production: stage === "production" };
}
