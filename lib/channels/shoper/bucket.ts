/**
 * Shoper's leaky bucket: every answer says how full it is (`X-Shop-Api-Calls`), how much it holds (`-Limit`) and how
 * many calls a second drain from it (`-Bandwidth`).
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Instant } from "../../core/order.ts";
import type { HttpAnswer } from "../../runtime/http.ts";

export type Bucket = {
  /** Runs calls one after the other, each once the bucket has room for it. */
  through(call: () => Promise<HttpAnswer>): Promise<HttpAnswer>;
};

/** One place stays free for whoever else calls this shop. */
const SPARE = 1;

export function createBucket(now: () => Instant, pause: (ms: number) => Promise<unknown> = wait): Bucket {
  let level = { calls: 0, limit: 0, bandwidth: 1, at: 0 };
  let last: Promise<unknown> = Promise.resolve();

  async function turn(call: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    await pause(msUntilRoom(level, now()));
    const answer = await call();
    level = levelOf(answer, now()) ?? level;
    return answer;
  }

  return {
    through(call) {
      const next = last.then(() => turn(call));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

type Level = { calls: number; limit: number; bandwidth: number; at: Instant };

function msUntilRoom({ calls, limit, bandwidth, at }: Level, now: Instant): number {
  const over = calls - (limit - SPARE) + 1;
  return limit === 0 ? 0 : Math.max(0, Math.ceil((over / bandwidth) * 1000) - (now - at));
}

function levelOf({ headers }: HttpAnswer, at: Instant): Level | undefined {
  const [calls, limit, bandwidth] = ["calls", "limit", "bandwidth"].map((name) =>
    Number(headers.get(`x-shop-api-${name}`) ?? Number.NaN),
  );
  const isKnown =
    calls !== undefined && limit !== undefined && bandwidth !== undefined && limit > SPARE && bandwidth > 0;
  return isKnown && calls >= 0 ? { calls, limit, bandwidth, at } : undefined;
}
