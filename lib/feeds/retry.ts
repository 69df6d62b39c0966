/** How long to leave one order of a platform alone after it failed, in milliseconds: from half a minute to an hour. */
export function retryMs(attempts: number): number {
  return Math.min(30_000 * 2 ** attempts, 3_600_000);
}

/** Failed so often in a row, about two days long: a person hears of it. */
export const MAX_ATTEMPTS = 48;
