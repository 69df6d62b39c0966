/**
 * Brings one order into the ERP exactly once: take it under a lease, find it, create it only if it is not there, mark it.
 *
 * The ERP has no unique key. What keeps a second order out is the three together: one owner at a time, a find before
 * every create, and a deadline before the lease's end after which the ERP commits nothing of this owner.
 *
 * While an order is `pending`, nothing of ours is in the ERP. Where that is not sure it stays `submitting`.
 */
import type { ErpRef, Instant, Order } from "../order.ts";
import { leadOf } from "../sources.ts";
import { cancelledOrder, delivered, heldOrder, inDoubt, isDeliverable, postponed } from "../states.ts";
import { cancelInErp } from "./cancel.ts";
import { type ErpHit, type ErpOrder, ErpUnavailable, erpOrderOf, numbersOf, type Submitted } from "./erp.ts";
import { judge, judgeOwn, type OwnJudgement } from "./match.ts";
import { lookForTies, type Ties, takingOver, tiedOrder, tieTo } from "./ties.ts";
import {
  type DeliverDeps,
  type Forwarded,
  LOOKS,
  mark,
  park,
  renewed,
  type Turn,
  takeTurn,
  tryAgainAt,
} from "./turn.ts";

/** Throws only when our own store fails; what the ERP does wrong is recorded on the order. */
export async function deliver(id: string, deps: DeliverDeps): Promise<Forwarded> {
  for (let look = 0; look < LOOKS; look++) {
    const order = await deps.claims.read(id);
    const result = order ? await proceed(order, deps) : ({ outcome: "nothing" } as const);
    if (result !== "raced") return result;
  }
  return { outcome: "lost" };
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
  if (!forErp || deps.gate?.admits() === false) return { outcome: "nothing" };
  if (state === "delivered") return cancelInErp(order, deps);
  const turn = await takeTurn(order, deps);
  if (turn === "too-large") return tellTooLarge(order, deps);
  return turn === "raced" ? turn : carryOut(turn, deps);
}

/** Nothing can be written on it, so it is found and told of again. Intake leaves room: only an older order can be it. */
async function tellTooLarge(order: Order, deps: DeliverDeps): Promise<Forwarded> {
  const reason = "too-large";
  await park(order, reason, deps);
  return { outcome: "held", reason };
}

/** Cancelled while nothing of it is in the ERP. */
async function writeCancelled(
  order: Order,
  by: NonNullable<Order["cancelRequested"]>,
  deps: DeliverDeps,
): Promise<Forwarded | "raced"> {
  const after = cancelledOrder(order, deps.unique(), by);
  const committed = await deps.claims.commit({ order: { before: order, after }, keys: [] }, deps.now());
  return committed === "done" ? { outcome: "cancelled" } : "raced";
}

async function carryOut(first: Turn, deps: DeliverDeps): Promise<Forwarded> {
  let turn: Turn | undefined = first;
  for (let look = 0; look < LOOKS && turn; look++) {
    const result = await findThenAct(turn, deps);
    if (result !== "raced") return result;
    turn = await renewed(turn, deps);
  }
  return { outcome: "lost" };
}

async function findThenAct(turn: Turn, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const { id, keys, acceptedAt, cancelRequested } = turn.order;
  let hits: ErpHit[];
  try {
    const since = Math.max(0, acceptedAt - deps.windowMs);
    hits = await deps.erp.find({ order: id, keys, numbers: numbersOf(turn.order), since });
  } catch (cause) {
    return putBack(turn, cause, deps);
  }
  const own = judgeOwn(hits, id);
  if (own) return act(turn, own, deps);
  if (cancelRequested) return writeCancelled(turn.order, cancelRequested, deps);
  const lead = leadOf(turn.order);
  const wanted = lead && erpOrderOf(turn.order, lead);
  if (!wanted) return hold(turn, "total-unknown", deps);
  const { ties, telling } = await lookForTies(deps.claims, deps.erp.name, hits, deps.now());
  const judgement = judge(telling, wanted, (hit) => tiedOrder(ties, deps.erp.name, hit));
  if (judgement.kind === "none") return submit(turn, { ...wanted, seen: hits.map((hit) => hit.erpId) }, deps);
  return judgement.kind === "one" ? link(turn, judgement.hit, ties, deps) : act(turn, judgement, deps);
}

async function act(turn: Turn, judgement: OwnJudgement, deps: DeliverDeps): Promise<Forwarded> {
  return judgement.kind === "own" ? markCreated(turn, judgement.hit, deps) : hold(turn, judgement.reason, deps);
}

async function submit(turn: Turn, wanted: ErpOrder, deps: DeliverDeps): Promise<Forwarded> {
  if (deps.now() >= turn.deadline) return postpone(turn, "turn-too-short", deps);
  let answer: Submitted;
  try {
    answer = await deps.erp.submit(wanted, turn.deadline);
  } catch (cause) {
    return doubt(turn, turn.until, deps, cause);
  }
  switch (answer.outcome) {
    case "created":
    case "already-exists":
      return markCreated(turn, answer.erp, deps);
    case "rejected":
      return answer.retry ? postpone(turn, answer.reason, deps) : hold(turn, answer.reason, deps);
    case "in-doubt":
      return doubt(turn, turn.until, deps);
  }
}

async function markCreated(turn: Turn, { erpId, number }: ErpRef, deps: DeliverDeps): Promise<Forwarded> {
  const erp = { erpId, number, how: "created" } as const;
  return (await mark(turn, deps, (order, stamp) => delivered(order, stamp, erp, deps.now())))
    ? { outcome: "delivered", erp, tookMs: tookMs(turn.order, deps) }
    : { outcome: "lost" };
}

/** Another writer's ERP order becomes this order's, and no other's, in one transaction. */
async function link(turn: Turn, hit: ErpHit, ties: Ties, deps: DeliverDeps): Promise<Forwarded | "raced"> {
  const erp = { erpId: hit.erpId, number: hit.number, how: "linked" } as const;
  const now = deps.now();
  const taking = takingOver(ties, deps.erp.name, hit.erpId, turn.order, deps.unique());
  if (taking && (await deps.claims.commit({ order: taking, keys: [] }, now)) !== "done") return "raced";
  const after = delivered(turn.order, deps.unique(), erp, now);
  const keys = [tieTo(after, ties, deps.erp.name, hit.erpId)];
  const committed = await deps.claims.commit({ order: { before: turn.order, after }, keys }, now);
  return committed === "done" ? { outcome: "delivered", erp, tookMs: tookMs(turn.order, deps) } : "raced";
}

function tookMs({ readyAt, acceptedAt }: Order, deps: DeliverDeps): number {
  return deps.now() - (readyAt ?? acceptedAt);
}

async function hold(turn: Turn, reason: string, deps: DeliverDeps): Promise<Forwarded> {
  await park(turn.order, reason, deps);
  return (await mark(turn, deps, (order, stamp) => heldOrder(order, stamp, reason)))
    ? { outcome: "held", reason }
    : { outcome: "lost" };
}

async function postpone(turn: Turn, reason: string, deps: DeliverDeps, cause?: unknown): Promise<Forwarded> {
  const until = tryAgainAt(turn.order, deps);
  return (await mark(turn, deps, (order, stamp) => postponed(order, stamp, reason, until)))
    ? { outcome: "postponed", reason, until, ...(cause !== undefined && { cause }) }
    : { outcome: "lost" };
}

async function doubt(turn: Turn, until: Instant, deps: DeliverDeps, cause?: unknown): Promise<Forwarded> {
  return (await mark(turn, deps, (order, stamp) => inDoubt(order, stamp, until)))
    ? { outcome: "in-doubt", until, ...(cause !== undefined && { cause }) }
    : { outcome: "lost" };
}

/** The ERP could not be asked. What an earlier turn may have written is still unknown, and must stay so on the order. */
async function putBack(turn: Turn, cause: unknown, deps: DeliverDeps): Promise<Forwarded> {
  if (turn.mayBeWritten) return doubt(turn, tryAgainAt(turn.order, deps), deps, cause);
  return postpone(turn, cause instanceof ErpUnavailable ? "erp-unavailable" : "erp-error", deps, cause);
}
