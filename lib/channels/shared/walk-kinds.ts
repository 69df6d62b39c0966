/** The kinds of lists that are walked (`walk.ts`), one row each. */
import type { WalkKind } from "./walk.ts";

function toSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

const BASE = { overlapMs: 120_000, askable: toSecond };

/** By id, the next page behind the last id. */
export const BY_ID: WalkKind = { ...BASE, sortedBy: "id", pagedBy: "id", leavesOut: "settled" };

/** By change; of one time by number, there and back. */
export const BY_CHANGE_IN_PAGES: WalkKind = { ...BASE, sortedBy: "change", pagedBy: "number" };

/** By change; of one time by id. */
export const BY_CHANGE_THEN_ID: WalkKind = { ...BASE, sortedBy: "change", pagedBy: "id", overlapMs: 300_000 };

/** By change; the platform names the place of the next page. */
export const BY_CHANGE_WITH_LINKS: WalkKind = { ...BY_CHANGE_THEN_ID, pagedBy: "link" };
