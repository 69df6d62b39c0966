import type { HttpAnswer } from "../../runtime/http.ts";
import { Blocked, type PullIo } from "../channel.ts";

const PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** For an update of seconds WordPress asks for ten minutes. */
const LONGEST_OUTAGE_MS = 120_000;

type Io = Pick<PullIo, "now" | "random">;

/**
 * Leaves the platform alone for as long as it says (seconds, also `2.0`), else a minute, with a tenth of jitter. A limit is
 * obeyed for an hour, an outage looked at again after two minutes.
 */
export function blockedBy({ status, headers }: HttpAnswer, io: Io): Blocked {
  const asked = Number(headers.get("retry-after")) * 1000;
  const longest = status === 429 ? LONGEST_PAUSE_MS : LONGEST_OUTAGE_MS;
  const pause = asked > 0 ? Math.min(asked, longest) : PAUSE_MS;
  return new Blocked(`shop-answers-${status}`, io.now() + Math.ceil(pause * (1 + io.random() / 10)));
}

/** For a shop that wants fewer calls (429) or is down (5xx); undefined for any other answer. */
export function pauseAfter(answer: HttpAnswer, io: Io): Blocked | undefined {
  return answer.status === 429 || answer.status >= 500 ? blockedBy(answer, io) : undefined;
}
