/** What the sweep and the polls tell the dashboard, as metrics. */
import type { Metrics } from "@aws-lambda-powertools/metrics";
import type { Instant } from "../core/order.ts";
import type { Erp } from "../core/ports/erp.ts";
import type { Vault } from "../core/ports/vault.ts";
import { type Circuit, circuitLevel } from "../delivery/breaker.ts";
import type { Backlog } from "../delivery/sweep.ts";
import type { FeedLag } from "../feeds/run.ts";
import { METRICS, measure } from "./metric.ts";

export function measureBacklog(metrics: Metrics, { due, ages }: Backlog): void {
  measure(metrics, METRICS.due, due);
  for (const ms of ages) measure(metrics, METRICS.unfinishedAge, seconds(ms));
}

/** @param oldestMs since the oldest open case was opened; 0 without one */
export function measureCases(metrics: Metrics, open: number, oldestMs: number): void {
  measure(metrics, METRICS.openCases, open);
  measure(metrics, METRICS.caseAge, seconds(oldestMs));
}

/** As this process knows it: each one that speaks to the ERP has a circuit of its own. */
export function measureCircuit(metrics: Metrics, circuit: Circuit): void {
  measure(metrics, METRICS.circuit, circuitLevel(circuit));
}

/** The names of accounts are configured, so there are few of them. */
export function measureLag(metrics: Metrics, account: string, { cursorMs, unreadMs }: FeedLag): void {
  if (cursorMs !== undefined) measure(metrics, METRICS.cursorAge, seconds(cursorMs), [{ account }]);
  if (unreadMs !== undefined) measure(metrics, METRICS.pollLag, seconds(unreadMs), [{ account }]);
}

/**
 * Says how long the token of an account is good for; nothing where the account has none.
 * @returns until when
 */
export async function measureToken(
  metrics: Metrics,
  account: string,
  vault: Pick<Vault, "read">,
  now: Instant,
): Promise<Instant | undefined> {
  const expiresAt = (await vault.read(account))?.expiresAt;
  if (typeof expiresAt !== "number") return undefined;
  measure(metrics, METRICS.tokenLeft, seconds(expiresAt - now), [{ account }]);
  return expiresAt;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Asks the ERP for an order that nobody has, so that its silence shows before an order needs it. */
export async function measureErp(
  metrics: Metrics,
  erp: Pick<Erp, "find">,
  now: Instant,
  failed: (error: unknown) => void,
): Promise<boolean> {
  const up = await erp.find({ order: "kojarz-watch", keys: [], since: now }).then(
    () => true,
    (error: unknown) => {
      failed(error);
      return false;
    },
  );
  measure(metrics, METRICS.erpUp, up ? 1 : 0);
  return up;
}
