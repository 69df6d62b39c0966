import type { Instant } from "../../core/order.ts";
import type { HttpAnswer } from "../../runtime/http.ts";
import type { AllegroAccount } from "./account.ts";

/** Whoever asks for more may have a wrong clock: asking once an hour prolongs no block. */
const LONGEST_MS = 3_600_000;

/**
 * When calling may start again after a 429. Allegro blocks a client for a minute and prolongs that for whoever goes on
 * calling; `Retry-After` is not documented there and is honoured where it asks for more.
 */
export function blockedUntil(answer: HttpAnswer, { blockSeconds }: AllegroAccount, now: Instant): Instant {
  const asked = Math.min(retryAfter(answer.headers.get("retry-after"), now) ?? 0, now + LONGEST_MS);
  return Math.max(asked, now + blockSeconds * 1000);
}

/** Seconds or an HTTP date. */
function retryAfter(text: string | null, now: Instant): Instant | undefined {
  if (text === null) return undefined;
  const at = /^\d{1,6}$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
}
