/** One owner's lease at an order: taken under a lease, marked while the lease's token is still on it. */

import { heldMessage, type Parked } from "../core/held.ts";
import type { Key } from "../core/keys.ts";
import { DAY, type Instant, KOJARZ, type Order } from "../core/order.ts";
import type { Claims, Committed, Write } from "../core/ports/claims.ts";
import type { Erp, ErpHit } from "../core/ports/erp.ts";
import type { Modes } from "../core/rules.ts";
import { reportToForward } from "../core/sources.ts";
import { taken } from "../core/states.ts";
import { present, type UpdateDeps, updateOrder, withEvent } from "../core/writes.ts";
import { keysOfListed, type Writer } from "../erp/writers.ts";
import { backoffMs } from "./backoff.ts";

export type DeliverDeps = UpdateDeps & {
  claims: Pick<Claims, "read" | "look" | "commit" | "hold">;
  erp: Erp;
  /** Unique and opaque: tokens and stamps. */
  unique: () => string;
  leaseMs: number;
  /** How far before an order's acceptance another writer's ERP order may lie to be the same purchase. */
  windowMs: number;
  /** What the columns of an ERP order say by the formats of its writers; nothing where no format explains them. */
  meaningOf?: (columns: Pick<ErpHit, "internetId" | "customerNumber">) => readonly Key[];
  /** Which accounts are in shadow mode, or were; without it, none. */
  modes?: Modes;
  /** Whether the ERP is asked at all; without it, always. */
  breaker?: CircuitBreaker;
};

/** The parts of the process that a delivery works with. */
export type DeliveryParts = Pick<DeliverDeps, "erp" | "now" | "random" | "wait" | "unique" | "breaker"> & {
  claims: Claims;
  config: { leaseSeconds: number; windowDays: number; erpWriters: readonly Writer[]; mode: Modes };
};

export function deliverDeps({ claims, erp, now, random, wait, unique, breaker, config }: DeliveryParts) {
  const { leaseSeconds, windowDays, erpWriters, mode: modes } = config;
  const times = { leaseMs: leaseSeconds * 1000, windowMs: windowDays * DAY };
  return present<Omit<DeliverDeps, "claims"> & { claims: Claims }>({
    claims,
    erp,
    now,
    random,
    wait,
    unique,
    breaker,
    modes,
    meaningOf: (columns) => keysOfListed(columns, erpWriters),
    ...times,
  });
}

/** Says whether an order may go to the ERP, by how the ERP has answered. */
export type CircuitBreaker = {
  /** May one more order go to the ERP? Asking may count as the one try of a circuit that was open. */
  allows(): boolean;
  /** Until when at most it lets one order go at a time, or none; undefined while it lets all of them go. */
  openUntil(): Instant | undefined;
  /** A person wants the ERP to be tried at once. */
  tryNow?(): void;
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
  /** The lease went to another owner, who goes on from what the ERP holds. */
  | { outcome: "lost" };

/** One owner's time at an order: nobody else forwards it until `until`. */
export type Lease = {
  /** As it is stored, as far as this owner knows. */
  order: Order;
  token: string;
  /** The ERP commits nothing of this lease after it. */
  deadline: Instant;
  /** The lease ends. It leaves the clocks of two machines a fifth of the lease to differ after the deadline. */
  until: Instant;
  /** An earlier lease may have written to the ERP: until a find said otherwise nobody may take it for untouched. */
  mayBeWritten: boolean;
};

const DEADLINE_SHARE = 0.8;

/**
 * @returns `too-large` where the store takes no such lease: whoever went on would submit an order that nobody can mark
 */
export async function takeLease(order: Order, deps: DeliverDeps): Promise<Lease | Exclude<Committed, "done">> {
  const now = deps.now();
  const token = deps.unique();
  const until = now + deps.leaseMs;
  const after = taken(order, token, until);
  const committed = await deps.claims.commit({ order: { before: order, after }, keys: [] }, now);
  if (committed !== "done") return committed;
  const deadline = now + Math.floor(deps.leaseMs * DEADLINE_SHARE);
  return { order: after, token, deadline, until, mayBeWritten: order.state === "submitting" };
}

/** The lease with the order as it is stored now; undefined when another owner has it, or nobody needs it any more. */
export async function renewedLease(lease: Lease, deps: DeliverDeps): Promise<Lease | undefined> {
  const order = await deps.claims.read(lease.order.id);
  return isUnder(lease, order) ? { ...lease, order } : undefined;
}

function isUnder({ token }: Lease, order: Order | undefined): order is Order {
  return order?.state === "submitting" && order.lease?.token === token;
}

/**
 * Ends the lease. A report that was linked meanwhile moved the version: what the ERP did is then marked on the fresh
 * order. `word`: what a person hears of it. False when the lease was lost: the next owner finds in the ERP what this one did.
 */
export async function mark(
  lease: Lease,
  deps: DeliverDeps,
  after: (order: Order, stamp: string) => Order,
  word: (order: Order) => Pick<Write, "park"> = () => ({}),
): Promise<boolean> {
  const marked = await updateOrder(
    lease.order,
    (before) =>
      isUnder(lease, before)
        ? {
            write: {
              order: { before, after: withTurn(after(before, deps.unique()), deps.now()) },
              keys: [],
              ...word(before),
            },
            result: true,
          }
        : { result: false },
    deps,
  );
  return marked === true;
}

/** The order with what this turn at the ERP came to, for whoever asks later. */
export function withTurn(after: Order, at: Instant): Order {
  const { state, reason, erp } = after;
  if (state === "delivered") return withEvent(after, present({ at, what: "delivered", why: reason ?? erp?.how }));
  const what = state === "pending" ? "postponed" : state === "submitting" ? "in-doubt" : state;
  return withEvent(after, present({ at, what, why: reason }));
}

/** Its own time, whatever the breaker does: what fails by itself for ever comes ever more seldom. */
export function tryAgainAt(order: Order, deps: DeliverDeps): Instant {
  return deps.now() + backoffMs(order.attempts, deps.random());
}

/** Shows a person that this order waits for a decision: written with it, so that neither is there alone. */
export function heldMessageOf(order: Order, reason: string, detail?: string): Parked {
  const { account, sourceOrder } = reportToForward(order) ?? { account: KOJARZ, sourceOrder: order.id };
  return heldMessage(account, sourceOrder, reason, present({ detail, order: order.id }));
}
