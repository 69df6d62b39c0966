/** The configuration of a run on one machine: one JSON document, every mistake named by its path. */
import * as z from "zod/mini";
import { Accounts, mistakesAmong } from "../lib/app/accounts.ts";
import { ConfigError, settings, strangersIn } from "../lib/app/config.ts";
import { ErpAccess } from "../lib/app/erp-access.ts";
import { configErrorsOf } from "../lib/core/config-errors.ts";
import { accountName } from "../lib/core/keys.ts";
import { json } from "../lib/runtime/json.ts";

export const ConfigFile = z
  .safeExtend(settings(), {
    accounts: Accounts.check(z.minLength(1)),
    /** The bridge to the ERP; without it that run plays an ERP itself. */
    erp: z.optional(ErpAccess),
  })
  .check(
    z.superRefine(({ accounts, ...set }, ctx) => {
      for (const name of strangersIn(set, accounts.map(accountName)))
        ctx.addIssue({ code: "custom", path: ["mode", name], message: "is not configured" });
      for (const { index, path, message } of mistakesAmong(accounts))
        ctx.addIssue({ code: "custom", path: ["accounts", index, ...path], message });
    }),
  );
export type ConfigFile = z.infer<typeof ConfigFile>;

/** @throws `ConfigError` */
export function parseConfig(text: string): ConfigFile {
  const parsed = json(ConfigFile).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(configErrorsOf(parsed.error));
}
