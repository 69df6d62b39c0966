/** What work costs, whatever else the machine does. */

import { expect } from "vitest";

/** @returns microseconds of processor time of this process, the least of a few tries: other programs only ever add */
function cpuOf(work: () => unknown): number {
  const tries = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...tries);
}

/** How many times longer the long text is; what is quadratic costs the square of it, 4,096 times as much. */
const LONGER = 64;

/** Below a millisecond a count of processor time says more of the collector and the clock's tick than of the work. */
const LEAST_MICROSECONDS = 1_000;

/** Expects that the work on a text of 64 times the length costs no more than 256 times as much. */
export function expectLinear(length: number, work: (length: number) => unknown): void {
  const short = Math.max(
    cpuOf(() => work(length)),
    LEAST_MICROSECONDS,
  );
  expect(cpuOf(() => work(LONGER * length))).toBeLessThan(4 * LONGER * short);
}
