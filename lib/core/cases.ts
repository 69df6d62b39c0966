/** What settles a case without anybody: a later report, a mapping that was added, an ERP that takes the order now. Pure. */
import type { Held } from "./held.ts";
import { declaredReason, type Ending } from "./held-reasons.ts";
import type { Instant, Order, Source } from "./order.ts";

/** In one word, what settled it. */
export type Settled = Exclude<Ending, "nothing">;

/**
 * Whether a case is over by what its order is now.
 * @param order as far as Kojarz knows one
 */
export function settledBy(held: Held, order: Order): Settled | undefined {
  const source = order.sources.find((s) => s.account === held.account && s.sourceOrder === held.sourceOrder);
  const isHeardSince = source !== undefined && (source.heardAt ?? source.seenAt) > held.lastAt;
  // Held for this very reason, whatever was heard since.
  if (order.state === "held" && order.reason === held.reason) return undefined;
  switch (endingOf(held.reason)) {
    case "taken-in":
      return isHeardSince && source.role !== "late" ? "taken-in" : undefined;
    case "in-erp":
      return order.state === "delivered" ? "in-erp" : cancelled(order);
    case "cancelled":
      return cancelled(order);
    case "as-given":
      return source && isAsGiven(source, isHeardSince) ? "as-given" : cancelled(order);
    case "ready-again":
      return source?.readiness === "ready" ? "ready-again" : cancelled(order);
    case "asked-again":
      return isHeardSince ? "asked-again" : undefined;
    case "goes-on":
      return order.state === "waiting" || order.state === "cancelled" ? undefined : "goes-on";
    case "nothing":
      return undefined;
  }
}

/** A reason that a bridge made up itself, of the number of an SQL error, is over as the declared ones of its kind are. */
function endingOf(reason: string): Ending {
  return declaredReason(reason)?.ending ?? (reason.startsWith("erp-") ? "in-erp" : "nothing");
}

function cancelled({ state }: Order): Settled | undefined {
  return state === "cancelled" ? "cancelled" : undefined;
}

function isAsGiven({ readiness, given }: Source, isHeardSince: boolean): boolean {
  return isHeardSince && readiness === "ready" && given === undefined;
}

const MINUTE = 60_000;
const LONGEST = 6 * 60 * MINUTE;

/** A case is looked at soon after it was opened, and the more seldom the longer it stands. */
export function lookAgainAt({ firstAt }: Held, now: Instant): Instant {
  return now + Math.min(LONGEST, Math.max(MINUTE, Math.floor((now - firstAt) / 8)));
}
