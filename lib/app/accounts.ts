/** The accounts of a configuration, each as its channel wants it. */
import * as z from "zod/mini";
import type { AccountBase, Proving, Reference } from "../channels/channel.ts";
import { channels, connectionsOf } from "../channels/index.ts";
import { channelNames } from "../channels/names.ts";
import { accountName } from "../core/keys.ts";
import type { Config } from "./config.ts";

const Account = z.discriminatedUnion(
  "channel",
  channels.map((c) => c.account) as never,
) as unknown as z.ZodMiniType<AccountBase>;

export const Accounts = z.lazy(() => z.array(Account));

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
    return [...twice, ...mistyped, ...sharedSecrets(account, accounts)].map((mistake) => ({ index, ...mistake }));
  });
}

/** Whoever has the other's messages, or its secret, would be believed here. */
function sharedSecrets(account: AccountBase, accounts: readonly AccountBase[]) {
  return provedBy(account).flatMap(({ path, secret, named }) => {
    const other = accounts.find(
      (one) => accountName(one) !== accountName(account) && provedBy(one).some((proof) => proof.secret === secret),
    );
    if (!other || named) return [];
    const remedy = account.channel === "shopify" ? "set shopId, or give each its own" : "give each its own";
    return [{ path, message: `${accountName(other)} has the same secret: ${remedy}` }];
  });
}

function provedBy(account: AccountBase): Proving[] {
  const channel = channels.find(({ name }) => name === account.channel);
  return channel?.provedBy?.(account) ?? [];
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

/** Accounts that could be polled and are not: a webhook request of theirs that is lost stays lost. */
export function unpolledOf(config: Config): string[] {
  const unpolled = connectionsOf(config).filter(({ channel, account }) => channel.pull && !account.pollSeconds);
  return unpolled.map(({ name }) => name);
}
