import type { HttpAnswer } from "../runtime/http.ts";
import { Blocked, type PullIo } from "./channel.ts";

const PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** A shop that wants fewer calls (429) or is down (5xx) is left alone for a while; undefined for any other answer. */
export function pauseAfter(answer: HttpAnswer, io: Pick<PullIo, "now" | "random">): Blocked | undefined {
  const { status } = answer;
  if (status !== 429 && status < 500) return undefined;
  return new Blocked(`shop-answers-${status}`, io.now() + pauseOf(answer, io.random()));
}

/** As long as the shop says (seconds, also `2.0`), else a minute, with a tenth of jitter. */
function pauseOf({ headers }: HttpAnswer, random: number): number {
  const asked = Number(headers.get("retry-after")) * 1000;
  const pause = asked > 0 ? Math.min(asked, LONGEST_PAUSE_MS) : PAUSE_MS;
  return Math.ceil(pause * (1 + random / 10));
}
