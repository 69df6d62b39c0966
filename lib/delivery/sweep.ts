/**
 * Looks after every order that is due: what the stream missed, what was put off, what a crash left behind, and the ends
 * of windows. Nothing that is unfinished is ever lost, because an order leaves the index of due ones only when it is done.
 */

import { heldMessage, type Parked } from "../core/held.ts";
import { DAY, type Instant, isShadowed, isUnfinished, KOJARZ, type Order } from "../core/order.ts";
import type { Claims, KeyRecord, Write } from "../core/ports/claims.ts";
import { isErpAccount } from "../core/ports/erp.ts";
import { reportToForward } from "../core/sources.ts";
import {
  cancelledOrder,
  change,
  erased,
  extended,
  handedOn,
  inShadow,
  restsUntil,
  untoldSources,
} from "../core/states.ts";
import { forEachLimit, type Update, updateOrder, withEvent } from "../core/writes.ts";
import { deliver } from "./deliver.ts";
import { erpLinkName } from "./erp-links.ts";
import { type DeliverDeps, type DeliveryParts, deliverDeps, type Forwarded, withTurn } from "./lease.ts";
import { leavesShadow, leavingWrite } from "./leave-shadow.ts";

export type SweepDeps = Omit<DeliverDeps, "claims"> & {
  /** Hears what is due before anything is delivered: a slow ERP must not keep it from being told. */
  backlog?: (found: Backlog) => void;
  /** No order is started after it, so that the run can end in time; without it every order is. */
  startUntil?: Instant;
  /** No window's end is looked after after it. Later than `startUntil`: a slow ERP must not keep personal data in the table. */
  endUntil?: Instant;
  /** Hears what each delivery of the sweep came to. */
  delivered?: (order: string, forwarded: Forwarded) => void;
  claims: DeliverDeps["claims"] & Pick<Claims, "due">;
  /** How many orders at once and how many a second; without it eight at once. */
  pace?: { atOnce: number; perSecond: number };
  /** Hands on the work of telling a source the ERP's number; durable when it returns. Absent where no source is told. */
  handOn?: (account: string, sourceOrder: string, erpNumber: string) => Promise<void>;
  /** How long internet ids and orders are remembered. */
  memoryMs: number;
  /** How long an order may wait at its source. */
  waitingMs: number;
};

/** The parts of the process that the sweep works with. */
export type SweepParts = DeliveryParts & {
  config: { memoryDays: number; waitingDays: number; erpAtOnce: number; erpPerSecond: number };
};

export function sweepDeps(parts: SweepParts): SweepDeps {
  const { memoryDays, waitingDays, erpAtOnce: atOnce, erpPerSecond: perSecond } = parts.config;
  const times = { memoryMs: memoryDays * DAY, waitingMs: waitingDays * DAY };
  return { ...deliverDeps(parts), ...times, pace: { atOnce, perSecond } };
}

type Duty =
  | "none"
  | "deliver"
  | "hand-on"
  | "give-up"
  | "leave-shadow"
  | "extend"
  | "lengthen"
  | "erase"
  | "reschedule";

/** What a sweep finds undone. */
export type Backlog = {
  /** How many orders are due. */
  due: number;
  /** Milliseconds since each order that is to be delivered could go to the ERP. */
  ages: number[];
};

export type Swept = {
  /** How many orders came to what. `left`: the circuit breaker allowed no call, or the time was up. */
  counts: Partial<
    Record<
      | Forwarded["outcome"]
      | "handed-on"
      | "gave-up"
      | "left-shadow"
      | "extended"
      | "erased"
      | "rescheduled"
      | "left"
      | "failed",
      number
    >
  >;
  /** Orders that could not be looked after, for the log; the next sweep finds them again. */
  failures: Array<{ order: string; cause: unknown }>;
};

/** Enough for a weekend's backlog to shrink with every run, little enough for one run to end in time. */
export const ORDERS_PER_SWEEP = 500;

/**
 * First what has to reach the ERP or somebody else, then the ends of windows, each with a budget of its own.
 * @param budget how many orders of each lane one run may look at
 * @throws when a list of due orders cannot be read
 */
export async function sweep(deps: SweepDeps, budget: number): Promise<Swept> {
  const swept: Swept = { counts: {}, failures: [] };
  const start = startsOf(deps);
  await lookAfterWork(deps, budget, swept, start);
  await lookAfterEnds(deps, budget, swept, start);
  return swept;
}

/**
 * Starts what is due in order of acceptance. While the breaker is open one order goes alone, the least tried one, because
 * the first accepted may be the very one that fails; the rest follows only if the ERP takes it, and else is left as it is.
 */
async function lookAfterWork(deps: SweepDeps, budget: number, swept: Swept, start: () => Promise<void>): Promise<void> {
  const due = await deps.claims.due(deps.now(), budget, "work");
  const { atOnce } = deps.pace ?? PACE;
  const orders = await readAll(due, deps, swept, atOnce);
  deps.backlog?.({ due: due.length, ages: agesOf(orders, deps) });
  const untouched = new Set(orders);
  const isTimeUp = () => deps.now() >= (deps.startUntil ?? Number.POSITIVE_INFINITY);
  const work = async (order: Order) => {
    untouched.delete(order);
    await settled(swept, order.id, () => lookAfter(order, deps, start));
  };
  if (isOpen(deps)) await forEachLimit(orders.toSorted(leastTried), 1, work, () => isTimeUp() || !isOpen(deps));
  await forEachLimit(
    orders.filter((order) => untouched.has(order)),
    atOnce,
    work,
    isTimeUp,
  );
  if (untouched.size > 0) swept.counts.left = (swept.counts.left ?? 0) + untouched.size;
}

/** What is left when the time is up is found by the next run, and waits for nobody but itself. */
async function lookAfterEnds(deps: SweepDeps, budget: number, swept: Swept, start: () => Promise<void>): Promise<void> {
  const ids = await deps.claims.due(deps.now(), budget, "ends");
  const look = (id: string) =>
    settled(swept, id, async () => {
      const order = await deps.claims.read(id);
      return order ? lookAfter(order, deps, start) : "nothing";
    });
  await forEachLimit(ids, PACE.atOnce, look, () => deps.now() >= (deps.endUntil ?? Number.POSITIVE_INFINITY));
}

function agesOf(orders: readonly Order[], deps: SweepDeps): number[] {
  const now = deps.now();
  return orders
    .filter((order) => dutyOf(order, now, deps) === "deliver")
    .map(({ readyAt, dueAt, acceptedAt }) => now - (readyAt ?? dueAt ?? acceptedAt));
}

const PACE = { atOnce: 8 };

async function readAll(ids: readonly string[], deps: SweepDeps, swept: Swept, atOnce: number): Promise<Order[]> {
  const orders: Order[] = [];
  await forEachLimit(ids, atOnce, (id) =>
    settled(swept, id, async () => {
      const order = await deps.claims.read(id);
      if (order) orders.push(order);
      return order ? undefined : "nothing";
    }),
  );
  return orders.sort((a, b) => a.acceptedAt - b.acceptedAt);
}

/** Counts what became of an order; undefined: nothing yet. */
async function settled(swept: Swept, order: string, look: () => Promise<keyof Swept["counts"] | undefined>) {
  const result = await look().catch((cause: unknown) => {
    swept.failures.push({ order, cause });
    return "failed" as const;
  });
  if (result) swept.counts[result] = (swept.counts[result] ?? 0) + 1;
}

/** By acceptance among those that were tried as often. */
function leastTried(a: Order, b: Order): number {
  return a.attempts - b.attempts || a.acceptedAt - b.acceptedAt;
}

function isOpen({ breaker }: SweepDeps): boolean {
  return breaker?.openUntil() !== undefined;
}

/** Waits for the next start that the rate allows, before a lease is taken: waiting must not use up a lease. */
function startsOf({ pace, now, wait }: SweepDeps): () => Promise<void> {
  let next = 0;
  return async () => {
    if (!pace) return;
    const at = Math.max(next, now());
    next = at + 1000 / pace.perSecond;
    if (at > now()) await wait(at - now());
  };
}

async function lookAfter(order: Order, deps: SweepDeps, start: () => Promise<void>): Promise<keyof Swept["counts"]> {
  const result = await updateOrder<keyof Swept["counts"] | "deliver">(
    order,
    (current) => whatIsDue(current, deps),
    deps,
  );
  if (result === "deliver") return deliverOverdue(order.id, deps, start);
  return result === "raced" || result === "too-large" ? "lost" : result;
}

async function whatIsDue(
  order: Order | undefined,
  deps: SweepDeps,
): Promise<Update<keyof Swept["counts"] | "deliver">> {
  const duty = order ? dutyOf(order, deps.now(), deps) : "none";
  if (!order || duty === "none") return { result: "nothing" };
  if (duty === "deliver") return { result: "deliver" };
  const write = await writeFor(duty, order, deps);
  // What only had to be kept in the index first is still to be delivered.
  const isOnlyKept = write.order !== undefined && dutyOf(write.order.after, deps.now(), deps) === "deliver";
  return { write, result: isOnlyKept ? "deliver" : DONE[duty] };
}

async function deliverOverdue(
  id: string,
  deps: SweepDeps,
  start: () => Promise<void>,
): Promise<Forwarded["outcome"] | "left"> {
  if ((deps.breaker?.openUntil() ?? 0) > deps.now()) return "left";
  await start();
  const forwarded = await deliver(id, deps);
  deps.delivered?.(id, forwarded);
  return forwarded.outcome;
}

const DONE = {
  "hand-on": "handed-on",
  "give-up": "gave-up",
  "leave-shadow": "left-shadow",
  extend: "extended",
  lengthen: "extended",
  erase: "erased",
  reschedule: "rescheduled",
} as const;

/** What an order needs now. Pure. */
function dutyOf(
  order: Order,
  now: Instant,
  limits: Pick<SweepDeps, "windowMs" | "waitingMs" | "handOn" | "modes">,
): Duty {
  if (order.dueAt === undefined || order.dueAt > now) return "none";
  if (limits.handOn && !order.cancelRequested && untoldSources(order).length > 0) return "hand-on";
  const isShort = order.keysUntil !== undefined && order.keysUntil - marginOf(limits) <= now && order.expiresAt > now;
  const rest = isShort ? "lengthen" : "reschedule";
  if (leavesShadow(order, limits.modes, now)) return "leave-shadow";
  if (!isUnfinished(order)) return order.expiresAt <= now ? "erase" : rest;
  if (order.state === "waiting" && !order.cancelRequested && deadlineOf(order, limits) <= now) return "give-up";
  if (order.expiresAt - marginOf(limits) <= now) return "extend";
  if (order.state === "held" || (order.state === "waiting" && !order.cancelRequested)) return rest;
  return isShort ? "lengthen" : "deliver";
}

async function writeFor(duty: keyof typeof DONE, order: Order, deps: SweepDeps): Promise<Write> {
  const stamp = deps.unique();
  switch (duty) {
    case "hand-on":
      await handOnNumber(order, deps);
      return { order: { before: order, after: handedOn(order, stamp) }, keys: [] };
    case "give-up":
      return {
        order: { before: order, after: withTurn(givenUp(order, stamp), deps.now()) },
        keys: [],
        park: wordOfGivenUp(order),
      };
    case "leave-shadow":
      return leavingWrite(order, stamp, deps.now());
    case "erase":
      return {
        order: { before: order, after: withEvent(erased(order, stamp), { at: deps.now(), what: "erased" }) },
        keys: [],
      };
    case "reschedule":
      return {
        order: { before: order, after: change(order, stamp, { dueAt: nextLook(order, deps, deps.now()) }) },
        keys: [],
      };
    case "lengthen": {
      const longer = change(order, stamp, { keysUntil: undefined });
      const dueAt = nextLook(longer, deps, deps.now());
      return {
        order: { before: order, after: change(order, stamp, { keysUntil: undefined, dueAt }) },
        keys: await longerKeys(longer, deps),
      };
    }
    case "extend": {
      const longer = extended(order, stamp, deps.windowMs, deps.memoryMs, deps.now());
      const after = { ...longer, dueAt: nextLook(longer, deps, deps.now()) };
      return { order: { before: order, after }, keys: await longerKeys(after, deps) };
    }
  }
}

/** Before the order forgets it: a crash between the two hands it on again, and telling twice is telling once. */
async function handOnNumber(order: Order, { handOn }: SweepDeps): Promise<void> {
  const number = order.erp?.number;
  if (number === undefined) return;
  for (const { account, sourceOrder } of untoldSources(order)) await handOn?.(account, sourceOrder, number);
}

/** The source never said that it is an order. Nobody cancelled it, so any source may still revive it. */
function givenUp(order: Order, stamp: string): Order {
  return { ...cancelledOrder(order, stamp, { account: KOJARZ, version: 0 }), reason: "deadline" };
}

/**
 * One case for an account and a status, with the number of orders: payments that were abandoned are of every day, and a
 * status that somebody forgot to name shows just the same. What the ERP alone knew and cancelled is nobody's.
 */
function wordOfGivenUp(order: Order): Parked[] {
  const source = reportToForward(order);
  if (!source || isErpAccount(source.account)) return [];
  const { account, sourceOrder, status = "waiting" } = source;
  const placed = new Date(order.placedAt ?? order.acceptedAt).toISOString().slice(0, 10);
  const detail = `the last one is order ${sourceOrder} of ${placed}`;
  return [heldMessage(account, `status:${status}`, "given-up", { detail, order: order.id })];
}

function nextLook(order: Order, limits: Pick<SweepDeps, "windowMs" | "waitingMs">, now: Instant): Instant | undefined {
  if (isShadowed(order)) return inShadow(order, now).dueAt;
  if (!isUnfinished(order)) return restsUntil(order);
  const beforeTheEnd = Math.min(order.expiresAt, order.keysUntil ?? order.expiresAt) - marginOf(limits);
  if (order.state === "held") return beforeTheEnd;
  if (order.state === "waiting") return Math.min(beforeTheEnd, deadlineOf(order, limits));
  return order.dueAt;
}

/** The keys that point to this order stay in the index as long as the order does. */
async function longerKeys(order: Order, deps: SweepDeps): Promise<Write["keys"]> {
  const tie = order.erp && order.erp.how !== "created" ? [erpLinkName(deps.erp.name, order.erp.erpId)] : [];
  const { keys } = await deps.claims.look([...order.keys, ...tie]);
  return [...keys.values()]
    .filter((record) => record.order === order.id)
    .map((before) => ({ before, after: longer(before, order) }));
}

/** Customer numbers are forgotten with the window, all else with the order. */
function longer(record: KeyRecord, order: Order): KeyRecord {
  const memoryUntil = record.kind === "customer-number" ? order.expiresAt : order.memoryUntil;
  return { ...record, expiresAt: order.expiresAt, memoryUntil };
}

function deadlineOf(order: Order, { waitingMs }: Pick<SweepDeps, "waitingMs">): Instant {
  return order.acceptedAt + waitingMs;
}

/** How long before the end of the window an unfinished order is extended. */
function marginOf({ windowMs }: Pick<SweepDeps, "windowMs">): number {
  return Math.min(DAY, windowMs / 2);
}
