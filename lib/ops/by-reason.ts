import type { OpenCase } from "../core/ports/cases.ts";

export type OfReason = { reason: string; open: number; oldestAt: number };

/** Open cases by reason, the most frequent first. */
export function byReason(cases: readonly OpenCase[]): OfReason[] {
  const groups = [...Map.groupBy(cases, ({ reason }) => reason)];
  return groups
    .map(([reason, of]) => ({ reason, open: of.length, oldestAt: Math.min(...of.map(({ firstAt }) => firstAt)) }))
    .sort((a, b) => b.open - a.open || a.oldestAt - b.oldestAt);
}
