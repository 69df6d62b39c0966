/** What work costs, whatever else the machine does. */

/** @returns microseconds of processor time of this process, the least of a few tries: other programs only ever add */
export function cpuOf(work: () => unknown): number {
  const tries = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...tries);
}
