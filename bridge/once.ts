/** Whether a signed command has come before: what was caught on its way is good once, and not for five minutes. */

/** How far a signature's clock may be off, in both directions. */
const TOLERANCE_S = 5 * 60;
/** More commands than any Kojarz sends in that time: whoever sends them has the secret, and gets no further. */
const MOST = 50_000;

/** @param timestamp of the signature, in seconds */
export type IsFirst = (id: string, timestamp: number) => boolean;

/**
 * What was signed before this program started is refused too: it may have been used at the one that ran before.
 * @param seconds of a clock; the same that signatures are compared with
 */
export function onceOnly(seconds: () => number = () => Math.floor(Date.now() / 1000)): IsFirst {
  const startedAt = seconds();
  const seen = new Map<string, number>();
  return (id, timestamp) => {
    for (const [known, at] of seen) {
      if (at + TOLERANCE_S >= seconds()) break;
      seen.delete(known);
    }
    if (timestamp < startedAt || seen.has(id) || seen.size >= MOST) return false;
    seen.set(id, Math.max(timestamp, seconds()));
    return true;
  };
}
