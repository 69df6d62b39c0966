/** One owner's turn at an order: taken under a lease, marked while the lease's token is still on it. */
import type { Claims, Committed, Write } from "../dedup/claims.ts";
import { heldMessage } from "../held.ts";
import { type Instant, KOJARZ, type Order } from "../order.ts";
import { leadOf } from "../sources.ts";
import { taken } from "../states.ts";
import { backoffMs } from "./backoff.ts";
import type { Erp } from "./erp.ts";

export type DeliverDeps = {
  claims: Pick<Claims, "read" | "look" | "commit" | "hold">;
  erp: Erp;
  now: () => Instant;
  /** 0 to 1, for jitter. */
  random: () => number;
  /** Unique and opaque: tokens and stamps. */
  unique: () => string;
  leaseMs: number;
  /** How far before an order's acceptance another writer's ERP order may lie to be the same purchase. */
  windowMs: number;
  /** Whether the ERP is asked at all; without it, always. */
  gate?: Gate;
};

/** Stands before the ERP. */
export type Gate = {
  /** May one more order go to the ERP? Asking may count as the one try of a circuit that was open. */
  admits(): boolean;
  /** Undefined while it is open to all. */
  closedUntil(): Instant | undefined;
};

/** What one delivery came to, for the log and the metric. `cause`: what the ERP's adapter threw. */
export type Forwarded =
  /** Finished, parked, not ready, not due yet, or in another owner's hands. */
  | { outcome: "nothing" }
  /** `tookMs`: since the order could go to the ERP. */
  | { outcome: "delivered"; erp: NonNullable<Order["erp"]>; tookMs: number }
  | { outcome: "postponed"; reason: string; until: Instant; cause?: unknown }
  | { outcome: "in-doubt"; until: Instant; cause?: unknown }
  | { outcome: "held"; reason: string; detail?: string }
  | { outcome: "cancelled" }
  /** The turn went to another owner, who goes on from what the ERP holds. */
  | { outcome: "lost" };

export type Turn = {
  /** As it is stored, as far as this owner knows. */
  order: Order;
  token: string;
  /** The ERP commits nothing of this turn after it. */
  deadline: Instant;
  /** The lease ends. It leaves the clocks of two machines a fifth of the lease to differ after the deadline. */
  until: Instant;
  /** An earlier turn may have written to the ERP: until a find said otherwise nobody may take it for untouched. */
  mayBeWritten: boolean;
};

const DEADLINE_SHARE = 0.8;

/** How often a write that raced is decided again before it is left to the next owner. */
export const LOOKS = 8;

/** @returns `too-large` where the store takes no such turn: whoever went on would submit an order that nobody can mark */
export async function takeTurn(order: Order, deps: DeliverDeps): Promise<Turn | Exclude<Committed, "done">> {
  const now = deps.now();
  const token = deps.unique();
  const until = now + deps.leaseMs;
  const after = taken(order, token, until);
  const committed = await deps.claims.commit({ order: { before: order, after }, keys: [] }, now);
  if (committed !== "done") return committed;
  const deadline = now + Math.floor(deps.leaseMs * DEADLINE_SHARE);
  return { order: after, token, deadline, until, mayBeWritten: order.state === "submitting" };
}

/** The turn with the order as it is stored now; undefined when another owner has it, or nobody needs it any more. */
export async function renewed(turn: Turn, deps: DeliverDeps): Promise<Turn | undefined> {
  const order = await deps.claims.read(turn.order.id);
  return order?.state === "submitting" && order.lease?.token === turn.token ? { ...turn, order } : undefined;
}

/**
 * Ends the turn. A report that was linked meanwhile moved the version: what the ERP did is then marked on the fresh
 * order. False when the turn was lost: the next owner finds in the ERP what this one did.
 */
export async function mark(
  turn: Turn,
  deps: DeliverDeps,
  after: (order: Order, stamp: string) => Order,
): Promise<boolean> {
  let current: Turn | undefined = turn;
  for (let look = 0; look < LOOKS && current; look++) {
    const write: Write = { order: { before: current.order, after: after(current.order, deps.unique()) }, keys: [] };
    if ((await deps.claims.commit(write, deps.now())) === "done") return true;
    current = await renewed(turn, deps);
  }
  return false;
}

/** Its own time, whatever the gate does: what fails by itself for ever comes ever more seldom. */
export function tryAgainAt(order: Order, deps: DeliverDeps): Instant {
  return deps.now() + backoffMs(order.attempts, deps.random());
}

/** Shows a person that this order waits for a decision: before it is marked, so that a crash between cannot hide it. */
export async function park(order: Order, reason: string, { claims, now }: DeliverDeps, detail?: string): Promise<void> {
  const { account, sourceOrder } = leadOf(order) ?? { account: KOJARZ, sourceOrder: order.id };
  await claims.hold(heldMessage(account, sourceOrder, reason, detail === undefined ? {} : { detail }), now());
}
