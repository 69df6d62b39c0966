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

/** Runs at once of the AWS account in that region. @returns undefined where AWS cannot be asked, or does not let us ask */
export async function concurrencyLimit(region: string): Promise<number | undefined> {
  const { GetAccountSettingsCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient({ region, maxAttempts: 2, requestHandler: { requestTimeout: 5_000 } });
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.ConcurrentExecutions;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
