/** BaseLinker's rate limit: a sliding minute a token, and a block for whoever exceeds it. */

export type Envelope =
  | { status: "SUCCESS"; [field: string]: unknown }
  | { status: "ERROR"; error_code: string; error_message: string };

export type Limit = {
  /**
   * Counts a call, also one that is refused.
   * @param othersSpentIt another integrator of the same seller has just used up the rest of the minute
   */
  admit(othersSpentIt: () => boolean): Envelope | undefined;
  /** Epoch ms. */
  calls(): number[];
  callsWhileBlocked(): number;
};

const MINUTE = 60_000;

export function createLimit(now: () => number, callsPerMinute: number, blockMs: number): Limit {
  const calls: number[] = [];
  let blockedUntil = 0;
  let callsWhileBlocked = 0;
  return {
    admit(othersSpentIt) {
      const at = now();
      calls.push(at);
      if (at < blockedUntil) {
        callsWhileBlocked += 1;
        return blockedAnswer(blockedUntil);
      }
      const lastMinute = calls.filter((call) => call > at - MINUTE).length;
      if (lastMinute <= callsPerMinute && !othersSpentIt()) return undefined;
      blockedUntil = at + blockMs;
      return blockedAnswer(blockedUntil);
    },
    calls: () => [...calls],
    callsWhileBlocked: () => callsWhileBlocked,
  };
}

export function failure(error_code: string, error_message: string): Envelope {
  return { status: "ERROR", error_code, error_message };
}

function blockedAnswer(until: number): Envelope {
  const stamp = new Date(until).toISOString().slice(0, 19).replace("T", " ");
  return failure("ERROR_BLOCKED_TOKEN", `Query limit exceeded, token blocked until ${stamp}`);
}
