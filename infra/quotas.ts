/** What a deployment takes of the account's quotas, compared with them before anything is made. */
import { ConfigError } from "../lib/app/config.ts";
import type { Deployment } from "./deployment.ts";
import { functionsOf } from "./functions.ts";

/**
 * So many of an account's runs at once Lambda keeps for functions that reserve none, and refuses what would take of them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const KEPT_FREE = 100;

type Reserving = Pick<Deployment, "accounts" | "bridge" | "reserveConcurrency">;

/**
 * What other deployments of the account reserve is not known, so that this refuses only what AWS would refuse in any case.
 * @param limit runs at once of the AWS account: 10 of a new one, 1,000 later; undefined where AWS did not say
 * @throws `ConfigError`
 */
export function checkQuotas(deployment: Reserving, limit: number | undefined): void {
  if (!deployment.reserveConcurrency || limit === undefined) return;
  const reserved = functionsOf(deployment).reduce((sum, one) => sum + (one.reserved ?? 0), 0);
  if (limit - reserved >= KEPT_FREE) return;
  throw new ConfigError([
    `KOJARZ_RESERVE_CONCURRENCY: the functions reserve ${reserved} runs at once and Lambda keeps ${KEPT_FREE} free, but this AWS account has ${limit}. Set it to no, or have the quota "Concurrent executions" of Lambda raised`,
  ]);
}

/** So long a deployment waits for the answer. */
const PATIENCE_MS = 5_000;

/**
 * Runs at once of the AWS account in that region. Within SST its own, older client answers to this name.
 * @returns undefined where AWS cannot be asked, or does not let us ask
 */
export async function concurrencyLimit(region: string): Promise<number | undefined> {
  const { GetAccountSettingsCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient({ region, maxAttempts: 2, ...credentialsOfSst() });
  try {
    const asked = client.send(new GetAccountSettingsCommand({}), { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
    return (await asked).AccountLimit?.ConcurrentExecutions;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

/** Whoever logs in by a profile or SSO: SST hands what it found to the program that runs the configuration. */
function credentialsOfSst() {
  const { SST_AWS_ACCESS_KEY_ID: accessKeyId, SST_AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (!accessKeyId || !secretAccessKey) return {};
  const sessionToken = process.env.SST_AWS_SESSION_TOKEN || undefined;
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) } };
}
