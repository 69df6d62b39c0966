/** What a deployed function was given: names and settings in its environment, secrets in its links. */
import * as z from "zod/mini";
import type { AccountBase } from "../channels/channel.ts";
import { configErrorsOf } from "../core/config-errors.ts";
import { accountName } from "../core/keys.ts";
import { filledText, optionalFilledText, optionalText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";
import { json } from "../runtime/json.ts";
import { type Config, ConfigError, Settings } from "./config.ts";
import type { ErpAccess } from "./erp-access.ts";
import { loadAccounts } from "./load-accounts.ts";
import { loadErp } from "./load-erp.ts";

export type Links = {
  table: string;
  /** Absent for a function that keeps no bodies. */
  bodies?: string;
  config: Config;
  /** The topic for new cases; absent for a function that tells of none. */
  alerts?: string;
  /** How the names of this deployment's alarms begin; absent for a function that reads none. */
  alarms?: string;
  /** Addresses of the failure queues, with spaces between; absent for a function that has no right to them. */
  queues?: string;
  /** By which the command line finds this deployment. */
  stage?: string;
  /** 32 bytes each; absent for a function that has no rotating tokens to open. */
  vaultKeys?: [Buffer, ...Buffer[]];
  /** Absent for a function that does not speak to the ERP. */
  erp?: ErpAccess;
};

const Environment = z.lazy(() =>
  z.object({
    KOJARZ_TABLE: filledText,
    KOJARZ_BODIES: optionalFilledText,
    KOJARZ_ALERTS: optionalFilledText,
    KOJARZ_ALARMS: optionalFilledText,
    KOJARZ_QUEUES: optionalFilledText,
    KOJARZ_STAGE: optionalFilledText,
    KOJARZ_SETTINGS: json(Settings),
    /** Of the function's own channel, `channel:account@minutes` with spaces between; absent where none of it is asked. */
    KOJARZ_POLLED: optionalText,
  }),
);

/** Made where it is linked: few functions have it. */
const vaultKeyShape = () =>
  z
    .pipe(
      z.base64(),
      z.transform((text) => Buffer.from(text, "base64")),
    )
    .check(z.refine((key) => key.length === 32, "must be 32 bytes in base64"));

/** One, or two with a space between while one is being replaced. */
const vaultKeysShape = () =>
  z.pipe(
    z.pipe(
      filledText,
      z.transform((text) => text.split(" ")),
    ),
    z.tuple([vaultKeyShape()], vaultKeyShape()),
  );

/** How the names of secrets with accounts end. */
export const ACCOUNTS = "Accounts";

type Secrets = {
  /** By the name of the secret that holds them. */
  accounts: Readonly<Record<string, AccountBase[]>>;
  vaultKeys?: [Buffer, ...Buffer[]];
  erp?: ErpAccess;
  mistakes: string[];
};

/** @param secrets by the name under which they are linked */
export async function readSecrets(secrets: Readonly<Record<string, string | undefined>>): Promise<Secrets> {
  const mistakes: string[] = [];
  const read = <T>(shape: z.ZodMiniType<T>, name: string): T | undefined => {
    if (secrets[name] === undefined) return undefined;
    const parsed = shape.safeParse(secrets[name]);
    if (parsed.success) return parsed.data;
    mistakes.push(...configErrorsOf(parsed.error).map((mistake) => `${name}.${mistake}`));
    return undefined;
  };
  const lists = Object.keys(secrets).filter((name) => name.endsWith(ACCOUNTS));
  const loaded = lists.length > 0 && loadAccounts ? await loadAccounts() : undefined;
  const accounts = loaded
    ? Object.fromEntries(lists.map((name) => [name, read(json(loaded.Accounts), name) ?? []]))
    : {};
  const vaultKeys = secrets.VaultKey === undefined ? undefined : read(vaultKeysShape(), "VaultKey");
  const erp =
    secrets.ErpAccess !== undefined && loadErp ? read(json((await loadErp()).ErpAccess), "ErpAccess") : undefined;
  const all = Object.values(accounts).flat();
  for (const { index, path, message } of loaded?.mistakesAmong(all) ?? []) {
    const account = all[index];
    mistakes.push(`${[account ? accountName(account) : index, ...path].join(".")}: ${message}`);
  }
  return present({ accounts, vaultKeys, erp, mistakes });
}

/**
 * @param secrets by the name under which they are linked; those that a function may not see are not there
 * @throws `ConfigError`, which names every mistake by its path and no value
 */
export async function linksFrom(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: Readonly<Record<string, string | undefined>>,
): Promise<Links> {
  const { accounts, mistakes, ...rest } = await readSecrets(secrets);
  const named = Environment.safeParse(environment);
  if (!named.success) mistakes.unshift(...configErrorsOf(named.error));
  if (!named.success || mistakes.length > 0) throw new ConfigError(mistakes);
  const {
    KOJARZ_TABLE: table,
    KOJARZ_BODIES: bodies,
    KOJARZ_ALERTS: alerts,
    KOJARZ_ALARMS: alarms,
    KOJARZ_STAGE: stage,
    KOJARZ_QUEUES: queues,
  } = named.data;
  const paced = pacedBy(named.data.KOJARZ_POLLED, Object.values(accounts).flat());
  const config = { ...named.data.KOJARZ_SETTINGS, accounts: paced };
  return present({ table, bodies, alerts, alarms, queues, stage, config, ...rest });
}

/**
 * A deployment polls an account as often as it says, whatever the account's own `pollSeconds`: who may be asked for one
 * order once more is who is polled.
 */
function pacedBy(polled: string | undefined, accounts: readonly AccountBase[]): AccountBase[] {
  if (polled === undefined) return [...accounts];
  const minutes = new Map(polled.split(" ").map((entry) => [entry.split("@")[0], entry.split("@")[1]]));
  return accounts.map((account) => {
    const every = minutes.get(accountName(account));
    return { ...account, pollSeconds: every === undefined ? undefined : Number(every) * 60 };
  });
}
