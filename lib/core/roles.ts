/** What a report is to the order that it belongs to. Pure. */
import { agreesWith } from "./identity.ts";
import { DAY, type Instant, type Order, type Sighting, sourceOf } from "./order.ts";
import { goodsOf } from "./parts.ts";
import { underOf } from "./sighting.ts";
import { isSameOrder, isSameReporter } from "./sources.ts";

/** What a report is to a live order: of the whole purchase, of a part of what was already sent, or a copy of it. */
export function roleOf(order: Order, sighting: Sighting): "report" | "part" | "copy" {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  if (known) return known.role === "part" ? "part" : "report";
  if (!isSplit(order, sighting)) return "report";
  return isPart(order, sighting) ? "part" : "copy";
}

/**
 * Another order of the same source under an id that it already reported. Where the source does not split
 * by itself an equal total makes it a second import of the whole, as a cancelled one makes it the first that counts.
 */
function isSplit(order: Order, sighting: Sighting): boolean {
  const under = underOf(sighting);
  const others = order.sources.filter((s) => {
    return isSameReporter(s, sighting) && !isSameOrder(s, sighting) && s.under === under && s.role === "report";
  });
  if (sighting.splits) return others.length > 0;
  const goodsAreBoth = sighting.readiness !== "cancelled" && others.some((s) => s.readiness !== "cancelled");
  return goodsAreBoth && !agreesWith(order, sighting);
}

/**
 * What fits into the whole beside all that is left of it was taken out of it. So may be what is smaller than the whole: it
 * may have come before the order that it was taken from shrank.
 */
function isPart(order: Order, sighting: Sighting): boolean {
  const { money } = sighting;
  const totals = order.totals.filter((total) => total.currency === money?.currency);
  if (!money || totals.length === 0) return false;
  const whole = Math.max(...totals.map(({ minor }) => minor));
  const goods = money.minor - sighting.report.shipping.gross;
  return money.minor < whole || goodsOf(order, sighting.account).least + goods <= whole;
}

/** A shop's clock may go back; what it answers after all that was heard of it is true now. Versions never go back. */
export function current(sighting: Sighting, { sources }: Order, askedAt: Instant | undefined): Sighting {
  const heard = sources.filter((source) => isSameOrder(source, sighting));
  const isLatest = askedAt !== undefined && heard.every(({ seenAt, heardAt = seenAt }) => heardAt < askedAt);
  return isLatest ? { ...sighting, version: Math.max(sighting.version, ...heard.map((s) => s.version)) } : sighting;
}

const MINUTE = 60_000;

/**
 * A platform that was set up anew counts from one again. The same id with another time of placing, another buyer and
 * another total is no repeat: any two of the three may be edited, all three are another purchase.
 */
export function isAnotherPurchase(order: Order, sighting: Sighting): boolean {
  const known = sourceOf(order, sighting.account, sighting.sourceOrder);
  const [email, other] = [known?.report?.buyer.email, sighting.report.buyer.email];
  if (!known?.money || !sighting.money || email === undefined || other === undefined) return false;
  if (order.placedAt === undefined || sighting.placedAt === undefined) return false;
  // Of several sources the earliest time counts, and this one's own may have been later.
  const late = order.sources.length > 1 ? DAY : MINUTE;
  const isOfItsTime = sighting.placedAt >= order.placedAt - MINUTE && sighting.placedAt <= order.placedAt + late;
  return !isOfItsTime && email.toLowerCase() !== other.toLowerCase() && !agreesWith(order, sighting);
}
