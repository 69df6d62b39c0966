/** How long to leave one order of a platform alone after it failed, in milliseconds: from half a minute to an hour. */
export function retryMs(attempts: number): number {
  return Math.min(30_000 * 2 ** attempts, 3_600_000);
}
