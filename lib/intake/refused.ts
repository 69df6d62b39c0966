/** Messages that were refused, counted for each account and reason: a shop with a wrong secret looks like a stranger, but never stops. */
import type { Instant } from "../core/order.ts";
import type { Desk } from "../core/ports/desk.ts";
import { logger } from "../runtime/lambda.ts";

type RefusedParts = { desk: Pick<Desk, "countRefused">; now: () => Instant };

/** Of one process: what it has not written yet, and when it wrote last. */
type Counter = { count: number; writtenAt: Instant };
const counters = new WeakMap<RefusedParts["desk"], Map<string, Counter>>();

/** A flood costs one write a minute and process. */
const WRITTEN_AGAIN_MS = 60_000;

/** For an operator's eyes alone: what cannot be written is left out. @param account a configured one: strangers make up no counters */
export async function countRefused({ desk, now }: RefusedParts, account: string, reason: string): Promise<void> {
  const known = counters.get(desk) ?? new Map<string, Counter>();
  counters.set(desk, known);
  const name = `${account} ${reason}`;
  const { count, writtenAt } = known.get(name) ?? { count: 0, writtenAt: Number.NEGATIVE_INFINITY };
  const at = now();
  const isDue = at - writtenAt >= WRITTEN_AGAIN_MS;
  known.set(name, isDue ? { count: 0, writtenAt: at } : { count: count + 1, writtenAt });
  if (!isDue) return;
  try {
    await desk.countRefused(account, reason, count + 1, at);
  } catch (error) {
    logger.warn("not shown to operators", { account, error: error as Error });
  }
}
