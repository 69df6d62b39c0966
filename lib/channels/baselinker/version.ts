/**
 * Which of two reports of one BaseLinker order is the later one, whichever way they came. Pure.
 *
 * The API dates the status of an order by BaseLinker's clock: milliseconds. The exchange dates nothing, so a send
 * counts by its arrival, but in seconds, far below: no send can hide what the API says, a cancel above all, or revive
 * what the API saw cancelled, however late it comes; and sends are in order among themselves. An order that is not
 * confirmed counts in seconds too, because a send means that it is confirmed now.
 */
import type { Instant, Readiness } from "../../core/order.ts";
import type { WireOrder } from "./wire.ts";

/** The version of an order that the API showed. */
export function reportedAt(order: WireOrder, readiness: Readiness): number {
  const at = Math.max(order.date_in_status, order.date_confirmed, order.date_add);
  return readiness === "waiting" ? inSeconds(at) : at;
}

/** The version of an order that the exchange sent. */
export function sentAt(now: Instant): number {
  return inSeconds(now);
}

function inSeconds(at: Instant): number {
  return Math.floor(at / 1000);
}
