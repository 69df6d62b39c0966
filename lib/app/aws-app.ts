/**
 * The app in Lambda, from what the deployment gave this function. A part that it was not given refuses to work, and is not
 * in its bundle where the bundler knows that (KOJARZ_CHANNEL, KOJARZ_ERP, KOJARZ_VAULT).
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Resource } from "sst/resource";
import * as z from "zod/mini";
import type { Bodies } from "../core/ports/bodies.ts";
import type { Erp } from "../core/ports/erp.ts";
import type { Vault } from "../core/ports/vault.ts";
import { anyText } from "../core/schemas.ts";
import { cloudwatchAlarms } from "../ops/cloudwatch-alarms.ts";
import { explainWith } from "../ops/metric.ts";
import { snsAlerts } from "../ops/sns-alerts.ts";
import { sqsQueues } from "../ops/sqs-queues.ts";
import { http } from "../runtime/http.ts";
import { logger, metrics } from "../runtime/lambda.ts";
import { dynamoCases } from "../store/dynamo-cases.ts";
import { dynamoClaims } from "../store/dynamo-claims.ts";
import { dynamoDesk } from "../store/dynamo-desk.ts";
import { dynamoFeeds } from "../store/dynamo-feeds.ts";
import { dynamoNumbers } from "../store/dynamo-numbers.ts";
import { dynamoSamples } from "../store/dynamo-samples.ts";
import { dynamoVault } from "../store/dynamo-vault.ts";
import { s3Bodies } from "../store/s3-bodies.ts";
import { openTable } from "../store/table.ts";
import { type Links, linksFrom } from "./links.ts";
import { loadErp } from "./load-erp.ts";
import type { App } from "./parts.ts";

const Secret = z.object({ value: anyText });

/** @throws `ConfigError` */
export async function awsApp(): Promise<App> {
  // By name, because the bundler puts them there: an environment may not be large enough for them.
  const bundled = { KOJARZ_SETTINGS: process.env.KOJARZ_SETTINGS, KOJARZ_POLLED: process.env.KOJARZ_POLLED };
  return appFrom(await linksFrom({ ...process.env, ...bundled }, linkedSecrets()));
}

/** Everything that is linked and has a value; what else SST links is of no interest here. */
export function linkedSecrets(): Record<string, string> {
  const linked = Object.entries(Resource as unknown as Record<string, unknown>);
  return Object.fromEntries(
    linked.flatMap(([name, link]) => {
      const secret = Secret.safeParse(link);
      return secret.success ? [[name, secret.data.value]] : [];
    }),
  );
}

export async function appFrom({
  table: name,
  bodies,
  alerts,
  alarms,
  queues,
  stage,
  config,
  vaultKeys,
  erp,
}: Links): Promise<App> {
  const table = openTable(name);
  const now = Date.now;
  const unique: () => string = randomUUID;
  const linked = erp && loadErp && (await loadErp());
  const parts = {
    config,
    claims: dynamoClaims(table, config.indexPartitions),
    cases: dynamoCases(table),
    desk: dynamoDesk(table),
    feeds: dynamoFeeds(table),
    vault: vaultKeys && process.env.KOJARZ_VAULT !== "" ? dynamoVault(table, vaultKeys, now) : noVault,
    numbers: dynamoNumbers(table),
    samples: dynamoSamples(table),
    bodies: bodies === undefined ? noBodies : s3Bodies(bodies),
    ...(alerts !== undefined && { alerts: snsAlerts(alerts) }),
    ...(alarms !== undefined && { alarms: cloudwatchAlarms(alarms) }),
    ...(queues !== undefined && { queues: sqsQueues(queues.split(" ")) }),
    ...(stage !== undefined && { stage }),
    ...(linked ? linked.guarded(await linked.erpFrom(erp, { http, now, unique, table }), now) : { erp: noErp }),
    http,
    explain: explainWith(logger, metrics),
    now,
    random: Math.random,
    wait,
    unique,
  } satisfies App;
  return config.mode === "live" ? parts : (await import("./shadow.ts")).guardedParts(parts);
}

const refuse = (part: string) => async (): Promise<never> => {
  throw new Error(`${part} is not linked to this function`);
};

const unlinkedVault = refuse("VaultKey");
const noVault: Vault = { read: unlinkedVault, lock: unlinkedVault, save: unlinkedVault, unlock: unlinkedVault };
const unlinkedBodies = refuse("the bucket of bodies");
const noBodies: Bodies = { put: unlinkedBodies, read: unlinkedBodies, remove: unlinkedBodies };
const unlinkedErp = refuse("ErpAccess");
const noErp: Erp = { name: "none", find: unlinkedErp, submit: unlinkedErp, cancel: unlinkedErp };
