/** Over before the next run, a minute later: one that died must not keep that one from what has to be done within a minute. */
const LONGEST_MS = 45_000;

/** How long one run of a feed owns it; each page renews that. */
export function feedLeaseMs({ leaseSeconds }: { leaseSeconds: number }): number {
  return Math.min(leaseSeconds * 1000, LONGEST_MS);
}
