/** How long to leave one order of a platform alone after it failed, in milliseconds: from half a minute to an hour. */
export function retryMs(attempts: number): number {
  return Math.min(30_000 * 2 ** attempts, 3_600_000);
}

/**
 * How long to leave an order that nobody can use: configuration or platform may make it usable, so it is looked at again
 * after minutes, then every six hours for a month. Undefined where that is over.
 */
export function recheckMs(attempts: number): number | undefined {
  return attempts < MAX_RECHECKS ? Math.min(60_000 * 4 ** attempts, 21_600_000) : undefined;
}

const MAX_RECHECKS = 120;

/** How long an order has been tried that failed so often: its due time says only when it is tried next. */
export function triedForMs(attempts: number): number {
  return Array.from({ length: attempts }, (_, attempt) => retryMs(attempt)).reduce((sum, ms) => sum + ms, 0);
}

/** Failed so often in a row, about two days long: a person hears of it. */
export const MAX_ATTEMPTS = 48;
