/** What a deployed function was given: names and settings in its environment, secrets in its links. */
import * as z from "zod";
import { accountName } from "../channels/channel.ts";
import { Accounts, type Config, ConfigError, mistakesOf, Settings } from "./config.ts";
import { ErpAccess } from "./erp-access.ts";
import { json } from "./json.ts";

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
  KOJARZ_TABLE: z.string().min(1),
  KOJARZ_BODIES: z.string().min(1).optional(),
  KOJARZ_SETTINGS: json(Settings),
});

const VaultKey = z
  .base64()
  .transform((text) => Buffer.from(text, "base64"))
  .refine((key) => key.length === 32, "must be 32 bytes in base64");

const AccountList = json(Accounts);
const Access = json(ErpAccess);

/**
 * @param secrets by the name under which they are linked; those that a function may not see are not there
 * @throws `ConfigError`, which names every mistake by its path and no value
 */
export function linksFrom(
  environment: Readonly<Record<string, string | undefined>>,
  secrets: Readonly<Record<string, string | undefined>>,
): Links {
  const mistakes: string[] = [];
  const read = <T>(shape: z.ZodType<T>, value: unknown, name?: string): T | undefined => {
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    mistakes.push(...mistakesOf(parsed.error).map((mistake) => (name === undefined ? mistake : `${name}.${mistake}`)));
    return undefined;
  };
  const named = read(Environment, environment);
  const accounts = Object.entries(secrets)
    .filter(([name]) => name.endsWith("Accounts"))
    .flatMap(([name, text]) => read(AccountList, text, name) ?? []);
  const vaultKey = secrets.VaultKey === undefined ? undefined : read(VaultKey, secrets.VaultKey, "VaultKey");
  const erp = secrets.ErpAccess === undefined ? undefined : read(Access, secrets.ErpAccess, "ErpAccess");
  const names = accounts.map(accountName);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  mistakes.push(...twice.map((name) => `${name} is configured twice`));
  if (!named || mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    table: named.KOJARZ_TABLE,
    ...(named.KOJARZ_BODIES !== undefined && { bodies: named.KOJARZ_BODIES }),
    config: { ...named.KOJARZ_SETTINGS, accounts },
    ...(vaultKey && { vaultKey }),
    ...(erp && { erp }),
  };
}
