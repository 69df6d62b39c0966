/** The budget of calls to a platform: a sliding minute that outlives the process. */
import { Blocked, type Budget } from "../channels/channel.ts";
import type { Instant } from "../core/order.ts";

const MINUTE = 60_000;

/** Listings come first: single reads may use no more than this share of a minute, so that forged ids cannot starve them. */
const SINGLE_SHARE = 0.5;

/** The calls of the last minute. */
function recentCalls(calls: readonly Instant[], now: Instant): Instant[] {
  return calls.filter((at) => at > now - MINUTE);
}

/** @param calls when calls were made. @param limit calls a minute; none where it is absent */
export function mayReadSingly(calls: readonly Instant[], limit: number | undefined, now: Instant): boolean {
  return limit === undefined || recentCalls(calls, now).length < limit * SINGLE_SHARE;
}

export type Ledger = Budget & { calls(): readonly Instant[] };

/**
 * Every call is written down before it is made: a crash may cost a call of the budget, never overdraw it.
 * @param save stores the calls; false when the lease was lost
 */
export function ledger(
  known: readonly Instant[],
  limit: number | undefined,
  now: () => Instant,
  save: (calls: readonly Instant[]) => Promise<boolean>,
): Ledger {
  let calls = recentCalls(known, now());
  let saved: Promise<boolean> = Promise.resolve(true);
  return {
    calls: () => calls,
    async spend(count) {
      if (limit === undefined) return;
      calls = recentCalls(calls, now());
      if (calls.length + count > limit)
        throw new Blocked("the budget of calls is used up", (calls[0] ?? now()) + MINUTE);
      calls = [...calls, ...Array.from({ length: count }, now)];
      // One after the other, each with the latest: an older list must not overwrite a longer one.
      saved = saved.then(() => save(calls));
      if (!(await saved)) throw new LeaseLost();
    },
  };
}

/** Another run owns the feed now; this one stops and has moved nothing. */
export class LeaseLost extends Error {
  constructor() {
    super("the lease of this feed was lost");
    this.name = "LeaseLost";
  }
}
