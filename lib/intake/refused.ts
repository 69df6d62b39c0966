/** Messages that were refused, counted for each account and reason: a shop with a wrong secret looks like a stranger, but never stops. */
import type { Instant } from "../core/order.ts";
import type { Desk } from "../core/ports/desk.ts";
import { logger } from "../runtime/lambda.ts";

type RefusedParts = { desk: Pick<Desk, "countRefused">; now: () => Instant };

/** Of one process: what it has not written yet, when it wrote last, and what it read then. */
type Counter = { count: number; writtenAt: Instant; isProven: boolean };
const counters = new WeakMap<RefusedParts["desk"], Map<string, Counter>>();

/** A flood costs a write or two a minute and process. */
const WRITTEN_AGAIN_MS = 60_000;

/**
 * For an operator's eyes: what cannot be written is left out.
 * @param account a configured one: strangers make up no counters
 * @returns whether the account has proven who it is since its messages began to be refused: then its secret is right, and they
 * are a stranger's
 */
export async function countRefused({ desk, now }: RefusedParts, account: string, reason: string): Promise<boolean> {
  const known = counters.get(desk) ?? new Map<string, Counter>();
  counters.set(desk, known);
  const name = `${account} ${reason}`;
  const counter = known.get(name) ?? { count: 0, writtenAt: Number.NEGATIVE_INFINITY, isProven: false };
  const at = now();
  const isDue = at - counter.writtenAt >= WRITTEN_AGAIN_MS;
  known.set(name, isDue ? { ...counter, count: 0, writtenAt: at } : { ...counter, count: counter.count + 1 });
  if (!isDue) return counter.isProven;
  try {
    const { lastReportAt = 0, refusedSince = at } = await desk.countRefused(account, reason, counter.count + 1, at);
    const isProven = lastReportAt > refusedSince;
    known.set(name, { count: known.get(name)?.count ?? 0, writtenAt: at, isProven });
    return isProven;
  } catch (error) {
    logger.warn("not shown to operators", { account, error: error as Error });
    return false;
  }
}
