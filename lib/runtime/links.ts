/** What a deployed function was given: names and settings in its environment, secrets in its links. */
import * as z from "zod/mini";
import { type AccountBase, accountName } from "../channels/channel.ts";
import { mistakesOf } from "../mistakes.ts";
import { filledText, optionalFilledText } from "../shapes.ts";
import { Accounts, type Config, ConfigError, mistakesAmong, Settings } from "./config.ts";
import type { ErpAccess } from "./erp-access.ts";
import { json } from "./json.ts";
import { loadErp } from "./load-erp.ts";

export type Links = {
  table: string;
  /** Absent for a function that keeps no bodies. */
  bodies?: string;
  config: Config;
  /** 32 bytes; absent for a function that has no rotating tokens to open. */
  vaultKey?: Buffer;
  /** Absent for a function that does not speak to the ERP. */
  erp?: ErpAccess;
};

const Environment = z.object({
  KOJARZ_TABLE: filledText,
  KOJARZ_BODIES: optionalFilledText,
  KOJARZ_SETTINGS: json(Settings),
});

/** Made where it is linked: few functions have it. */
const vaultKeyShape = () =>
  z
    .pipe(
      z.base64(),
      z.transform((text) => Buffer.from(text, "base64")),
    )
    .check(z.refine((key) => key.length === 32, "must be 32 bytes in base64"));

const AccountList = json(Accounts);

type Secrets = {
  /** By the name of the secret that holds them. */
  accounts: Readonly<Record<string, AccountBase[]>>;
  vaultKey?: Buffer;
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
    mistakes.push(...mistakesOf(parsed.error).map((mistake) => `${name}.${mistake}`));
    return undefined;
  };
  const lists = Object.keys(secrets).filter((name) => name.endsWith("Accounts"));
  const accounts = Object.fromEntries(lists.map((name) => [name, read(AccountList, name) ?? []]));
  const vaultKey = secrets.VaultKey === undefined ? undefined : read(vaultKeyShape(), "VaultKey");
  const erp =
    secrets.ErpAccess !== undefined && loadErp ? read(json((await loadErp()).ErpAccess), "ErpAccess") : undefined;
  const all = Object.values(accounts).flat();
  for (const { index, path, message } of mistakesAmong(all)) {
    const account = all[index];
    mistakes.push(`${[account ? accountName(account) : index, ...path].join(".")}: ${message}`);
  }
  return { accounts, ...(vaultKey && { vaultKey }), ...(erp && { erp }), mistakes };
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
  if (!named.success) mistakes.unshift(...mistakesOf(named.error));
  if (!named.success || mistakes.length > 0) throw new ConfigError(mistakes);
  const { KOJARZ_TABLE: table, KOJARZ_BODIES: bodies, KOJARZ_SETTINGS: settings } = named.data;
  return {
    table,
    ...(bodies !== undefined && { bodies }),
    config: { ...settings, accounts: Object.values(accounts).flat() },
    ...rest,
  };
}
