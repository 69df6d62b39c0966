/**
 * The secrets of a deployment, checked together while they are together: each function is given only its own, and none
 * could see that another one's accounts are named wrongly.
 */

import { ConfigError } from "../lib/app/config.ts";
import { readSecrets } from "../lib/app/links.ts";
import type { AccountBase } from "../lib/channels/channel.ts";
import { connectionsOf } from "../lib/channels/index.ts";
import { accountName } from "../lib/core/keys.ts";
import { type Book, bookFrom } from "../lib/ops/book.ts";
import type { Deployment } from "./deployment.ts";
import { accountsSecret, functionsOf } from "./functions.ts";

const KINDS = { called: "bridge", pulls: "pull" } as const;

/** Where SST puts what `sst secret set` was given. */
const PREFIX = "SST_SECRET_";

export function secretNamesOf(deployment: Pick<Deployment, "accounts" | "bridge">): string[] {
  return [...new Set(functionsOf(deployment).flatMap(({ secrets }) => secrets))];
}

/**
 * @returns what operators are shown of the accounts
 * @throws `ConfigError`, which names every mistake and no value
 */
export async function checkSecrets(
  deployment: Pick<Deployment, "accounts" | "bridge">,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Book> {
  const names = secretNamesOf(deployment);
  const given = Object.fromEntries(names.map((name) => [name, environment[`${PREFIX}${name}`]]));
  const missing = names.filter((name) => given[name] === undefined).map((name) => `${name}: not set (sst secret set)`);
  const { accounts, erp, mistakes } = await readSecrets(given);
  const unusable = [...missing, ...mistakes];
  // What cannot be read is not compared: every account in it would seem to be missing.
  const told = unusable.length > 0 ? unusable : differences(deployment, accounts, erp?.kind);
  if (told.length > 0) throw new ConfigError(told);
  return bookOf(deployment, Object.values(accounts).flat(), erp?.name ?? "");
}

/** How often an account is polled is said where it is deployed, and not in its secret. */
function bookOf(deployment: Pick<Deployment, "accounts">, accounts: readonly AccountBase[], erp: string): Book {
  const polled = new Map(deployment.accounts.map(({ name, pollMinutes }) => [name, pollMinutes]));
  const deployed = accounts.map((account) => {
    const minutes = polled.get(accountName(account));
    return { ...account, pollSeconds: minutes === undefined ? undefined : minutes * 60 };
  });
  return bookFrom(connectionsOf({ accounts: deployed }), erp);
}

function differences(
  { accounts, bridge }: Pick<Deployment, "accounts" | "bridge">,
  secrets: Awaited<ReturnType<typeof readSecrets>>["accounts"],
  kind: string | undefined,
): string[] {
  const holds = (secret: string, name: string) => secrets[secret]?.some((one) => accountName(one) === name);
  const missing = accounts.filter(({ name, channel }) => !holds(accountsSecret(channel), name));
  const strange = Object.entries(secrets).flatMap(([secret, all]) =>
    all
      .map(accountName)
      .filter((name) => !accounts.some((one) => one.name === name && accountsSecret(one.channel) === secret))
      .map((name) => `${secret}: ${name} is not in KOJARZ_ACCOUNTS, or belongs into another secret`),
  );
  return [
    ...missing.map(({ name, channel }) => `${accountsSecret(channel)}: ${name} of KOJARZ_ACCOUNTS is not in it`),
    ...strange,
    ...(kind === KINDS[bridge] ? [] : [`ErpAccess.kind: KOJARZ_BRIDGE=${bridge} needs "${KINDS[bridge]}"`]),
  ];
}
