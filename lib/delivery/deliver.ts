/**
 * Brings one order into the ERP exactly once: take it under a lease, find it, create it only if it is not there, mark it.
 *
 * The ERP has no unique key. What keeps a second order out is the three together: one owner at a time, a find before
 * every create, and a deadline before the lease's end after which the ERP commits nothing of this owner.
 *
 * While an order is `pending`, nothing of ours is in the ERP. Where that is not sure it stays `submitting`.
 */

import { judge, judgeOwn, type OwnJudgement } from "../core/match.ts";
import type { ErpRef, Instant, Order } from "../core/order.ts";
import { type ErpHit, type ErpOrder, ErpUnavailable, type Submitted } from "../core/ports/erp.ts";
import { erpOrderOf, keysToFind, numbersOf, reportToForward } from "../core/sources.ts";
import {
  cancelledOrder,
  delivered,
  heldOrder,
  inDoubt,
  isDeliverable,
  isLeftByShadow,
  postponed,
} from "../core/states.ts";
import { present, retryRaces } from "../core/writes.ts";
import { cancelInErp } from "./cancel.ts";
import { type ErpLinks, erpLinkedOrder, erpLinkTo, lookForErpLinks, takingOver } from "./erp-links.ts";
import {
  type DeliverDeps,
  type Forwarded,
  heldMessageOf,
  type Lease,
  mark,
  renewedLease,
  takeLease,
  tryAgainAt,
  withTurn,
} from "./lease.ts";

/** Throws only when our own store fails; what the ERP does wrong is recorded on the order. */
export async function deliver(id: string, deps: DeliverDeps): Promise<Forwarded> {
  const forwarded = await retryRaces<Forwarded>(async () => {
    const order = await deps.claims.read(id);
    return order ? proceed(order, deps) : { outcome: "nothing" };
  }, deps);
  return forwarded === "raced" ? { outcome: "lost" } : forwarded;
}

/** Put off after a failure: the stream record of that very write must not wake it before its time. */
function isPutOff(order: Order, now: Instant): boolean {
  return order.attempts > 0 && order.reason !== undefined && (order.dueAt ?? 0) > now;
}

/** What is left to do for this order now. */
async function proceed(order: Order, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const now = deps.now();
  const { state, cancelRequested } = order;
  if (cancelRequested && (state === "pending" || state === "waiting"))
    return writeCancelled(order, cancelRequested, deps);
  if (isPutOff(order, now)) return { outcome: "nothing" };
  const forErp = isDeliverable(order, now) || (cancelRequested && state === "delivered");
  if (!forErp || deps.breaker?.allows() === false) return { outcome: "nothing" };
  if (state === "delivered") return cancelInErp(order, deps);
  const lease = await takeLease(order, deps);
  if (lease === "too-large") return tellTooLarge(order, deps);
  return lease === "raced" ? lease : carryOut(lease, deps);
}

/** Nothing can be written on it, so it is found and told of again. Intake leaves room: only an older order can be it. */
async function tellTooLarge(order: Order, deps: DeliverDeps): Promise<Forwarded> {
  const reason = "too-large";
  await deps.claims.hold(heldMessageOf(order, reason), deps.now());
  return { outcome: "held", reason };
}

/** Cancelled while nothing of it is in the ERP. */
async function writeCancelled(
  order: Order,
  by: NonNullable<Order["cancelRequested"]>,
  deps: DeliverDeps,
): Promise<Forwarded | "raced"> {
  const after = withTurn(cancelledOrder(order, deps.unique(), by), deps.now());
  const committed = await deps.claims.commit({ order: { before: order, after }, keys: [] }, deps.now());
  return committed === "done" ? { outcome: "cancelled" } : "raced";
}

async function carryOut(first: Lease, deps: DeliverDeps): Promise<Forwarded> {
  const forwarded = await retryRaces<Forwarded>(async (tried) => {
    const lease = tried === 0 ? first : await renewedLease(first, deps);
    return lease ? findThenAct(lease, deps) : { outcome: "lost" };
  }, deps);
  return forwarded === "raced" ? { outcome: "lost" } : forwarded;
}

async function findThenAct(lease: Lease, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const { id, acceptedAt, cancelRequested } = lease.order;
  let hits: ErpHit[];
  try {
    const since = Math.max(0, acceptedAt - deps.windowMs);
    hits = await deps.erp.find({ order: id, keys: keysToFind(lease.order), numbers: numbersOf(lease.order), since });
  } catch (cause) {
    return putBack(lease, cause, deps);
  }
  const own = judgeOwn(hits, id);
  if (own) return act(lease, own, deps);
  if (cancelRequested) return writeCancelled(lease.order, cancelRequested, deps);
  const lead = reportToForward(lease.order);
  const wanted = lead && erpOrderOf(lease.order, lead);
  if (!wanted) return hold(lease, "total-unknown", deps);
  const { erpLinks, telling } = await lookForErpLinks(deps.claims, deps.erp.name, hits, deps.now());
  const judgement = judge(telling, wanted, (hit) => erpLinkedOrder(erpLinks, deps.erp.name, hit), deps.meaningOf);
  if (judgement.kind === "none" && isLeftByShadow(lease.order, deps.modes)) return hold(lease, "taken-in-shadow", deps);
  const isLetIn = judgement.kind === "held" && lease.order.released;
  if (judgement.kind === "none" || isLetIn)
    return submit(lease, { ...wanted, seen: hits.map((hit) => hit.erpId) }, deps);
  return judgement.kind === "one" ? link(lease, judgement.hit, erpLinks, deps) : act(lease, judgement, deps);
}

async function act(lease: Lease, judgement: OwnJudgement, deps: DeliverDeps): Promise<Forwarded> {
  return judgement.kind === "own" ? markCreated(lease, judgement.hit, deps) : hold(lease, judgement.reason, deps);
}

async function submit(lease: Lease, wanted: ErpOrder, deps: DeliverDeps): Promise<Forwarded> {
  if (deps.now() >= lease.deadline) return postpone(lease, "turn-too-short", deps);
  let answer: Submitted;
  try {
    answer = await deps.erp.submit(wanted, lease.deadline);
  } catch (cause) {
    return doubt(lease, lease.until, deps, cause);
  }
  switch (answer.outcome) {
    case "created":
    case "already-exists":
      return markCreated(lease, answer.erp, deps);
    case "rejected":
      return answer.retry ? postpone(lease, answer.reason, deps) : hold(lease, answer.reason, deps, answer.detail);
    case "in-doubt":
      return doubt(lease, lease.until, deps);
  }
}

async function markCreated(lease: Lease, { erpId, number }: ErpRef, deps: DeliverDeps): Promise<Forwarded> {
  const erp = { erpId, number, how: "created" } as const;
  return (await mark(lease, deps, (order, stamp) => delivered(order, stamp, erp, deps.now())))
    ? { outcome: "delivered", erp, tookMs: tookMs(lease.order, deps) }
    : { outcome: "lost" };
}

/** Another writer's ERP order becomes this order's, and no other's, in one transaction. */
async function link(lease: Lease, hit: ErpHit, erpLinks: ErpLinks, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const erp = { erpId: hit.erpId, number: hit.number, how: "linked" } as const;
  const now = deps.now();
  const taking = takingOver(erpLinks, deps.erp.name, hit.erpId, lease.order, deps.unique());
  if (taking && (await deps.claims.commit({ order: taking, keys: [] }, now)) !== "done") return "raced";
  const after = withTurn(delivered(lease.order, deps.unique(), erp, now), now);
  const keys = [erpLinkTo(after, erpLinks, deps.erp.name, hit.erpId)];
  const committed = await deps.claims.commit({ order: { before: lease.order, after }, keys }, now);
  return committed === "done" ? { outcome: "delivered", erp, tookMs: tookMs(lease.order, deps) } : "raced";
}

function tookMs({ readyAt, acceptedAt }: Order, deps: DeliverDeps): number {
  return deps.now() - (readyAt ?? acceptedAt);
}

async function hold(lease: Lease, reason: string, deps: DeliverDeps, detail?: string): Promise<Forwarded> {
  const word = (order: Order) => ({ park: [heldMessageOf(order, reason, detail)] });
  return (await mark(lease, deps, (order, stamp) => heldOrder(order, stamp, reason), word))
    ? { outcome: "held", reason, ...(detail !== undefined && { detail }) }
    : { outcome: "lost" };
}

async function postpone(lease: Lease, reason: string, deps: DeliverDeps, cause?: unknown): Promise<Forwarded> {
  const until = tryAgainAt(lease.order, deps);
  return (await mark(lease, deps, (order, stamp) => postponed(order, stamp, reason, until)))
    ? present({ outcome: "postponed", reason, until, cause })
    : { outcome: "lost" };
}

async function doubt(lease: Lease, until: Instant, deps: DeliverDeps, cause?: unknown): Promise<Forwarded> {
  return (await mark(lease, deps, (order, stamp) => inDoubt(order, stamp, until)))
    ? present({ outcome: "in-doubt", until, cause })
    : { outcome: "lost" };
}

/** The ERP could not be asked. What an earlier lease may have written is still unknown, and must stay so on the order. */
async function putBack(lease: Lease, cause: unknown, deps: DeliverDeps): Promise<Forwarded> {
  if (lease.mayBeWritten) return doubt(lease, tryAgainAt(lease.order, deps), deps, cause);
  return postpone(lease, cause instanceof ErpUnavailable ? "erp-unavailable" : "erp-error", deps, cause);
}
