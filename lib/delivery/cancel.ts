/** Takes back an order that is already in the ERP. Without a lease: cancelling twice in the ERP is cancelling once. */
import type { Order } from "../core/order.ts";
import type { Write } from "../core/ports/claims.ts";
import { cancelledOrder, change, heldOrder } from "../core/states.ts";
import { present, updateOrder } from "../core/writes.ts";
import { type DeliverDeps, type Forwarded, heldMessageOf, tryAgainAt, withTurn } from "./lease.ts";

/** A person entered it by hand and knows its number alone. */
const ID_UNKNOWN = { outcome: "refused", reason: "entered-by-hand" } as const;

/**
 * Asks the ERP to cancel it, and writes what came of it. `raced`: somebody else changed the order; it is looked at
 * anew.
 */
export async function cancelInErp(order: Order, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  if (!order.erp) return "raced";
  let answer: Awaited<ReturnType<DeliverDeps["erp"]["cancel"]>>;
  try {
    answer = order.erp.erpId === "" ? ID_UNKNOWN : await deps.erp.cancel(order.erp, order.id);
  } catch (cause) {
    return putOff(order, cause, deps);
  }
  if (answer.outcome === "cancelled") return markCancelled(order, deps);
  const reason = "erp-cannot-cancel";
  const after = withTurn(heldOrder(order, deps.unique(), reason), deps.now());
  const park = [heldMessageOf(order, reason, answer.reason)];
  return (await write(order, after, deps, { park })) ? held(after.reason, answer.reason) : "raced";
}

/** The ERP did cancel: whatever moved the order meanwhile, that is marked. */
async function markCancelled(first: Order, deps: DeliverDeps): Promise<Forwarded> {
  const marked = await updateOrder<Forwarded>(
    first,
    (before) => {
      if (!before?.cancelRequested || before.state !== "delivered") return { result: { outcome: "lost" } };
      const after = withTurn(cancelledOrder(before, deps.unique(), before.cancelRequested), deps.now());
      return { write: { order: { before, after }, keys: [] }, result: { outcome: "cancelled" } };
    },
    deps,
  );
  return typeof marked === "string" ? { outcome: "lost" } : marked;
}

async function putOff(order: Order, cause: unknown, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const until = tryAgainAt(order, deps);
  const reason = "erp-unavailable";
  const after = withTurn(
    change(order, deps.unique(), { reason, attempts: order.attempts + 1, dueAt: until }),
    deps.now(),
  );
  return (await write(order, after, deps)) ? { outcome: "postponed", reason, until, cause } : "raced";
}

async function write(before: Order, after: Order, deps: DeliverDeps, word: Pick<Write, "park"> = {}): Promise<boolean> {
  return (await deps.claims.commit({ order: { before, after }, keys: [], ...word }, deps.now())) === "done";
}

function held(reason = "held", detail?: string): Forwarded {
  return present({ outcome: "held", reason, detail });
}
