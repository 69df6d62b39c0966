/** What is configured: settings that hold for all, and accounts. */
import * as z from "zod/mini";
import { type AccountBase, accountName, type Channel, type Reference } from "../channels/channel.ts";
import { channelNames, channels } from "../channels/index.ts";
import { Writer } from "../erp/writers.ts";
import { positiveInt, positiveNumber } from "../shapes.ts";

const Account = z.discriminatedUnion(
  "channel",
  channels.map((c) => c.account) as never,
) as unknown as z.ZodMiniType<AccountBase>;

const Fields = z.strictObject({
  /** How long a purchase is recognised, from its first acceptance. */
  windowDays: z._default(z.number().check(z.positive(), z.lte(365)), 14),
  /** How long internet ids are remembered, to answer `late` instead of making a second order. */
  memoryDays: z._default(z.number().check(z.positive(), z.lte(3650)), 90),
  /** How long one owner may work on an order or a feed; the ERP's own deadline is shorter. */
  leaseSeconds: z._default(z.number().check(z.positive(), z.lte(900)), 60),
  /** Bodies over this are refused with 413. Lambda takes 6 MB, base64 included. */
  maxBodyBytes: z._default(positiveInt, 4 * 1024 * 1024),
  /** How long an order may stay unconfirmed or unpaid at its source. */
  waitingDays: z._default(positiveNumber, 31),
  /** How many orders a sweep brings to the ERP at once, and how many it starts in a second. */
  erpAtOnce: z._default(z.int().check(z.gte(1), z.lte(50)), 8),
  erpPerSecond: z._default(z.number().check(z.positive(), z.lte(1000)), 20),
  /** What other writers' values in the ERP mean. Without it their orders are neither registered nor compared. */
  erpWriters: z._default(z.array(Writer), []),
});

/** What holds for every account. */
export const Settings = Fields.check(z.superRefine(remembersItsWindow));
export type Settings = z.infer<typeof Settings>;

export const Accounts = z.array(Account);

export type Config = Settings & { accounts: AccountBase[] };

function remembersItsWindow({ windowDays, memoryDays }: z.infer<typeof Fields>, ctx: z.core.$RefinementCtx): void {
  if (memoryDays < windowDays)
    ctx.addIssue({ code: "custom", path: ["memoryDays"], message: "must not be shorter than windowDays" });
}

/** What no account can know alone: that its name is taken, or that another one, which it names, is not there. */
export function mistakesAmong(
  accounts: readonly AccountBase[],
): Array<{ index: number; path: string[]; message: string }> {
  const names = accounts.map(accountName);
  return accounts.flatMap((account, index) => {
    const name = accountName(account);
    const twice = names.indexOf(name) < index ? [{ path: ["account"], message: `${name} is configured twice` }] : [];
    const mistyped = referencesOf(account)
      .filter((other) => isMistyped(other.account, names))
      .map(({ path, account: other }) => ({ path, message: `${other} is not configured` }));
    return [...twice, ...mistyped].map((mistake) => ({ index, ...mistake }));
  });
}

function referencesOf(account: AccountBase): Reference[] {
  const channel = channels.find(({ name }) => name === account.channel);
  return channel?.refersTo?.(account) ?? [];
}

/**
 * The ids of a mistyped account would be another namespace, and every purchase of it would come in twice. A channel
 * without any account here is a shop that is not connected: only others tell of its orders.
 */
function isMistyped(name: string, configured: readonly string[]): boolean {
  const [channel = ""] = name.split(":");
  const isConnected = configured.some((known) => known.startsWith(`${channel}:`));
  return !configured.includes(name) && (isConnected || !channelNames.includes(channel));
}

/** The configuration cannot be used; `message` names every mistake by its path and no value. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(`configuration: ${mistakes.join("; ")}`, options);
    this.name = "ConfigError";
  }
}

export type Connection = { name: string; channel: Channel; account: AccountBase };

/** Accounts that could be polled and are not: a delivery of theirs that is lost stays lost. */
export function unpolledOf(config: Config): string[] {
  const unpolled = connectionsOf(config).filter(({ channel, account }) => channel.pull && !account.pollSeconds);
  return unpolled.map(({ name }) => name);
}

/** The account that a path names, with its channel. */
export function connectionOf(config: Config, channelName: string, accountPart: string): Connection | undefined {
  const account = config.accounts.find((a) => a.channel === channelName && a.account === accountPart);
  const channel = channels.find((c) => c.name === channelName);
  return account && channel ? { name: accountName(account), channel, account } : undefined;
}

export function connectionsOf(config: Config): Connection[] {
  return config.accounts.flatMap((a) => connectionOf(config, a.channel, a.account) ?? []);
}
