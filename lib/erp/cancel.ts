/** Takes back an order that is already in the ERP. Without a lease: cancelling twice in the ERP is cancelling once. */
import type { Order } from "../order.ts";
import { cancelledOrder, change, heldOrder } from "../states.ts";
import { type DeliverDeps, type Forwarded, LOOKS, park, tryAgainAt } from "./turn.ts";

export async function cancelInErp(order: Order, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  if (!order.erp) return "raced";
  let answer: Awaited<ReturnType<DeliverDeps["erp"]["cancel"]>>;
  try {
    answer = await deps.erp.cancel(order.erp, order.id);
  } catch (cause) {
    return putOff(order, cause, deps);
  }
  if (answer.outcome === "cancelled") return markCancelled(order, deps);
  await park(order, "erp-cannot-cancel", deps, answer.reason);
  const after = heldOrder(order, deps.unique(), "erp-cannot-cancel");
  return (await write(order, after, deps)) ? held(after.reason, answer.reason) : "raced";
}

/** The ERP did cancel: whatever moved the order meanwhile, that is marked. */
async function markCancelled(first: Order, deps: DeliverDeps): Promise<Forwarded> {
  let order: Order | undefined = first;
  for (let look = 0; look < LOOKS && order?.cancelRequested && order.state === "delivered"; look++) {
    if (await write(order, cancelledOrder(order, deps.unique(), order.cancelRequested), deps))
      return { outcome: "cancelled" };
    order = await deps.claims.read(first.id);
  }
  return { outcome: "lost" };
}

async function putOff(order: Order, cause: unknown, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const until = tryAgainAt(order, deps);
  const reason = "erp-unavailable";
  const after = change(order, deps.unique(), { reason, attempts: order.attempts + 1, dueAt: until });
  return (await write(order, after, deps)) ? { outcome: "postponed", reason, until, cause } : "raced";
}

async function write(before: Order, after: Order, deps: DeliverDeps): Promise<boolean> {
  return (await deps.claims.commit({ order: { before, after }, keys: [] }, deps.now())) === "done";
}

function held(reason = "held", detail?: string): Forwarded {
  return { outcome: "held", reason, ...(detail !== undefined && { detail }) };
}
