/** What a person hears of a further report, beside what it changes by itself. Pure. */
import type { Change } from "./changes.ts";
import { changeToTell } from "./effect.ts";
import type { HeldReason } from "./held-reasons.ts";
import { excessOf, shortfallOf } from "./merged.ts";
import { canSettle, OF_PARTS } from "./notices.ts";
import type { OpenNotice, Order, Sighting, Source } from "./order.ts";
import { isWholeInParts, missingOf, surplusOf } from "./parts.ts";
import { present } from "./writes.ts";

/** What a person hears of a report; empty where there is nothing to say. */
export type Word = {
  tell?: HeldReason;
  /** What differs from what the ERP was given. */
  changes?: Change[];
  /** As far as a later report can take it back. */
  notice?: OpenNotice;
};

/** @param after with the report, its keys and its effect */
export function wordOf(
  before: Order,
  after: Order,
  known: Source | undefined,
  sighting: Sighting,
  role: Source["role"],
): Word {
  const change = changeToTell(before, known, sighting, role, after.state);
  // What was split off is still there: the ERP has just what the source has.
  const isSplit = change?.reason === "edited-after-delivery" && isWholeInParts(after, sighting.account);
  if (change && !isSplit) return { ...noticed(change.reason, sighting), ...present({ changes: change.changes }) };
  const goods = goodsToTell(before, after, known, sighting);
  if (goods) return noticed(goods, sighting, goods === "edited-after-delivery" ? OF_PARTS : undefined);
  const isShared = before.erp && before.erpTakenBy !== undefined && !known && before.sources.length === 1;
  return isShared ? { tell: "erp-order-shared" } : {};
}

/** A word to a person, and the notice of it where a later report can settle it. */
export function noticed(tell: HeldReason, { account, sourceOrder }: Sighting, value?: string): Word {
  return canSettle(tell) ? { tell, notice: present({ account, sourceOrder, reason: tell, value }) } : { tell };
}

/** Goods of this account that go missing, are too many, or are no longer wanted; and a total that nobody sold. */
function goodsToTell(
  before: Order,
  after: Order,
  known: Source | undefined,
  { account }: Sighting,
): HeldReason | undefined {
  if (missingOf(after, account) > missingOf(before, account)) return "part-not-covered";
  const surplus = surplusOf(after, account);
  // A part that is new explains what was taken out of the rest; one that is wanted again does not.
  const isNews = surplus !== surplusOf(before, account) && (surplus > 0 || known !== undefined);
  if (isNews && !after.cancelRequested) return "edited-after-delivery";
  const isShort = !known && shortfallOf(after) > shortfallOf(before);
  return isShort || excessOf(after) > excessOf(before) ? "total-differs" : undefined;
}
