/**
 * The app in Lambda, from what the deployment gave this function. A part that it was not given refuses to work, and is not
 * in its bundle where the bundler knows that (KOJARZ_CHANNEL, KOJARZ_ERP, KOJARZ_VAULT).
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Resource } from "sst/resource";
import * as z from "zod/mini";
import { dynamoClaims } from "../dedup/dynamo-claims.ts";
import type { Erp } from "../erp/erp.ts";
import { dynamoFeeds } from "../feeds/dynamo-feeds.ts";
import { explainWith } from "../ops/explain.ts";
import { anyText } from "../shapes.ts";
import type { App } from "./app.ts";
import type { Bodies } from "./bodies.ts";
import { dynamoNumbers } from "./dynamo-numbers.ts";
import { dynamoVault } from "./dynamo-vault.ts";
import { http } from "./http.ts";
import { type Links, linksFrom } from "./links.ts";
import { loadErp } from "./load-erp.ts";
import { logger } from "./logger.ts";
import { metrics } from "./metrics.ts";
import { s3Bodies } from "./s3-bodies.ts";
import { openTable } from "./table.ts";
import type { Vault } from "./vault.ts";

const Secret = z.object({ value: anyText });

/** @throws `ConfigError` */
export async function awsApp(): Promise<App> {
  return appFrom(await linksFrom(process.env, linkedSecrets()));
}

/** Everything that is linked and has a value; what else SST links is of no interest here. */
function linkedSecrets(): Record<string, string> {
  const linked = Object.entries(Resource as unknown as Record<string, unknown>);
  return Object.fromEntries(
    linked.flatMap(([name, link]) => {
      const secret = Secret.safeParse(link);
      return secret.success ? [[name, secret.data.value]] : [];
    }),
  );
}

export async function appFrom({ table: name, bodies, config, vaultKey, erp }: Links): Promise<App> {
  const table = openTable(name);
  const now = () => Date.now();
  const unique = () => randomUUID();
  const linked = erp && loadErp && (await loadErp());
  return {
    config,
    claims: dynamoClaims(table),
    feeds: dynamoFeeds(table),
    vault: vaultKey && process.env.KOJARZ_VAULT !== "" ? dynamoVault(table, vaultKey, now) : noVault,
    numbers: dynamoNumbers(table),
    bodies: bodies === undefined ? noBodies : s3Bodies(bodies),
    ...(linked ? linked.guarded(await linked.erpFrom(erp, { http, now, unique, table }), now) : { erp: noErp }),
    http,
    explain: explainWith(logger, metrics),
    now,
    random: Math.random,
    wait,
    unique,
  };
}

const refuse = (part: string) => async (): Promise<never> => {
  throw new Error(`${part} is not linked to this function`);
};

const unlinkedVault = refuse("VaultKey");
const noVault: Vault = { read: unlinkedVault, lock: unlinkedVault, save: unlinkedVault, unlock: unlinkedVault };
const noBodies: Bodies = { put: refuse("the bucket of bodies") };
const unlinkedErp = refuse("ErpAccess");
const noErp: Erp = { name: "none", find: unlinkedErp, submit: unlinkedErp, cancel: unlinkedErp };
