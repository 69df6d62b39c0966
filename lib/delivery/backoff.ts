/** How long to leave the ERP alone after a failure: exponential with full jitter, so that many orders do not knock at once. */
const SHORTEST = 1_000;
const LONGEST = 15 * 60_000;

/**
 * @param attempts how often it was tried, from 1
 * @param random 0 to 1
 * @returns milliseconds
 */
export function backoffMs(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST, SHORTEST * 2 ** attempts);
  return Math.max(SHORTEST, Math.floor(random * ceiling));
}
