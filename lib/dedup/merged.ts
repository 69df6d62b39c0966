/** Goods that a source put into one of its orders though they were sold under another one. Pure. */
import type { HeldReason } from "../held-reasons.ts";
import type { Order } from "../order.ts";
import { marketplaceReport, sendsTheSame } from "../sources.ts";

/**
 * A relay that merged two orders reports one of them with the goods of both, while the marketplace tells of both.
 * @returns what a person is told when a report makes one outgrow what the marketplace sold, or by more
 */
export function outgrown(before: Order, after: Order): HeldReason | undefined {
  return excess(after) > excess(before) ? "total-differs" : undefined;
}

function excess(order: Order): number {
  const sold = marketplaceReport(order);
  if (!sold?.money) return 0;
  const { currency, minor } = sold.money;
  const others = order.sources.filter((s) => s.role === "report" && s.readiness === "ready" && !sendsTheSame(s, sold));
  return Math.max(0, ...others.flatMap(({ money }) => (money?.currency === currency ? money.minor - minor : [])));
}
