/** A relay's order that holds more or less than what was sold under the purchase. Pure. */
import type { Order } from "./order.ts";
import { goodsOf } from "./parts.ts";
import { marketplaceReport, sendsTheSame } from "./sources.ts";

/**
 * A relay that merged two orders reports one of them with the goods of both, while the marketplace tells of both.
 * @returns by how much one relay has more than what the marketplace sold
 */
export function excessOf(order: Order): number {
  return Math.max(0, ...offsOf(order));
}

/** @returns by how much one relay has less than what the marketplace sold, all that it split off counted in */
export function shortfallOf(order: Order): number {
  return Math.max(0, ...offsOf(order).map((off) => -off));
}

function offsOf(order: Order): number[] {
  const sold = marketplaceReport(order);
  if (!sold?.money) return [];
  const { currency, minor } = sold.money;
  const others = order.sources.filter((s) => s.role === "report" && s.readiness === "ready" && !sendsTheSame(s, sold));
  return others.flatMap(({ account, money }) => {
    if (money?.currency !== currency) return [];
    const { least, most } = goodsOf(order, account);
    if (least <= minor && minor <= most) return [];
    return least > minor ? least - minor : most - minor;
  });
}
