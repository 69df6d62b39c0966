/** What an operator's action makes of an order. Pure: the write's conditions check again all that was read. */
import { type Instant, isUnfinished, OPERATOR, type Order } from "./order.ts";
import type { Write } from "./ports/claims.ts";
import { reportToForward } from "./sources.ts";
import { cancelledOrder, change, delivered, withoutPerson } from "./states.ts";
import { present, withEvent } from "./writes.ts";

/** Why nothing was done. */
export type Refusal =
  /** The ERP is being given it just now: in a minute nobody is. */
  | "being-forwarded"
  | "cancelled"
  | "cancelled-in-erp"
  | "data-erased"
  | "in-erp-already"
  | "keep-the-one-in-erp"
  | "not-cancelled-there"
  | "not-held"
  | "not-ready"
  | "not-the-only-report"
  | "same-order"
  | "too-many-keys"
  | "total-unknown"
  | "unfinished"
  | "unknown-source";

/** `writes`: what one transaction makes true. `already`: it is so without it. */
export type Ruling =
  | { is: "writes"; order: NonNullable<Write["order"]>; also?: Write["also"]; keys: Write["keys"] }
  | { is: "already" }
  | { is: "refused"; reason: Refusal };

/** `now` is when it is done; `stamp` names the write. */
export type Doing = { now: Instant; stamp: string };

export const ALREADY: Ruling = { is: "already" };

export function refused(reason: Refusal): Ruling {
  return { is: "refused", reason };
}

export type Changes = Parameters<typeof change>[2];

/** An order's next version, with the action as its latest event. */
export function acted(order: Order, action: string, changes: Changes, { now, stamp }: Doing): Order {
  return withEvent(change(order, stamp, changes), { at: now, what: "action", why: action });
}

export function writes(before: Order, after: Order, more: Partial<Pick<Write, "keys" | "also">> = {}): Ruling {
  return present<Ruling>({ is: "writes", order: { before, after }, keys: more.keys ?? [], also: more.also });
}

/** Its state in words: what it is, and why. */
export function stateIn({ state, reason, mergedInto, cancelRequested }: Order): string {
  if (mergedInto !== undefined) return "merged";
  if (cancelRequested && state !== "cancelled") return reason ? `cancelling:${reason}` : "cancelling";
  return reason && state !== "delivered" ? `${state}:${reason}` : state;
}

/** Forgets what came of earlier tries, and that it came in shadow mode. */
export const AFRESH = {
  reason: undefined,
  lease: undefined,
  inDoubtUntil: undefined,
  shadowed: undefined,
  attempts: 0,
} as const;

/** Sends it again after a repair; what waits for its next try is tried now. */
export function retried(order: Order, doing: Doing): Ruling {
  const again = (changes: Changes) => writes(order, acted(order, "retry", { ...AFRESH, ...changes }, doing));
  switch (order.state) {
    case "held":
      // The ERP has it and would not cancel it: the cancel is what is tried again.
      if (order.erp)
        return order.cancelRequested ? again({ state: "delivered", dueAt: doing.now }) : refused("in-erp-already");
      if (order.forgottenAt !== undefined) return refused("data-erased");
      return order.cancelRequested ? refused("cancelled") : again({ state: "pending", dueAt: doing.now });
    case "pending":
      return order.attempts === 0 && (order.dueAt ?? 0) <= doing.now ? ALREADY : again({ dueAt: doing.now });
    case "delivered":
      return order.cancelRequested ? again({ state: "delivered", dueAt: doing.now }) : ALREADY;
    case "submitting":
      return refused("being-forwarded");
    case "waiting":
      return refused("not-ready");
    case "cancelled":
      return refused("cancelled");
  }
}

/** Forwards it although it is held, waits or was cancelled. What carries its own id in the ERP is still found first. */
export function released(order: Order, doing: Doing): Ruling {
  switch (order.state) {
    case "submitting":
      return refused("being-forwarded");
    case "delivered":
      return order.cancelRequested ? refused("being-forwarded") : ALREADY;
    case "pending":
      return order.released ? ALREADY : letIn(order, doing);
    case "held":
    case "waiting":
    case "cancelled":
      if (order.mergedInto !== undefined) return refused("cancelled");
      if (order.erp) return refused(order.state === "cancelled" ? "cancelled-in-erp" : "in-erp-already");
      return letIn(order, doing);
  }
}

function letIn(order: Order, doing: Doing): Ruling {
  const lead = reportToForward(order);
  if (!lead?.report) return refused("data-erased");
  if (!lead.money) return refused("total-unknown");
  const changes = { ...AFRESH, state: "pending", released: true, dueAt: doing.now } as const;
  const calledOff = { cancelRequested: undefined, cancelledBy: undefined };
  return writes(order, acted(order, "release", { ...changes, ...calledOff }, doing));
}

/**
 * It was entered by hand. What a source says from now on is compared with what was known when this was said.
 * @param tie the ERP order as the index ties it, where its id is known
 */
export function enteredByHand(
  order: Order,
  erp: { number: string; erpId: string },
  tie: Write["keys"],
  doing: Doing,
): Ruling {
  if (order.erp) return order.erp.number === erp.number ? ALREADY : refused("in-erp-already");
  if (order.state === "submitting") return refused("being-forwarded");
  if (order.state === "cancelled" || order.cancelRequested) return refused("cancelled");
  const sent = reportToForward(order)?.money?.minor;
  const next = delivered(
    { ...order, ...(sent !== undefined && { sent }) },
    doing.stamp,
    { ...erp, how: "by-hand" },
    doing.now,
  );
  return writes(order, withEvent(next, { at: doing.now, what: "action", why: "done" }), { keys: tie });
}

/** Nothing is to be done: what was held goes nowhere, and no report revives it by itself. */
export function dismissed(order: Order, doing: Doing): Ruling {
  if (order.state !== "held") return ALREADY;
  const by = order.cancelRequested ?? { account: OPERATOR, version: 0 };
  const next = cancelledOrder(order, doing.stamp, by);
  return writes(order, withEvent({ ...next, reason: "dismissed" }, { at: doing.now, what: "action", why: "dismiss" }));
}

/** Cancels the purchase, in the ERP too where it is there or may get there. */
export function cancelled(order: Order, doing: Doing): Ruling {
  const by = { account: OPERATOR, version: 0 };
  if (order.state === "cancelled") return ALREADY;
  if (order.cancelRequested && order.state !== "held") return ALREADY;
  if (order.state === "submitting") return writes(order, acted(order, "cancel", { cancelRequested: by }, doing));
  if (order.erp) {
    const changes = {
      ...AFRESH,
      state: "delivered",
      cancelRequested: order.cancelRequested ?? by,
      dueAt: doing.now,
    } as const;
    return writes(order, acted(order, "cancel", changes, doing));
  }
  const next = cancelledOrder(order, doing.stamp, order.cancelRequested ?? by);
  return writes(order, withEvent({ ...next, reason: "by-hand" }, { at: doing.now, what: "action", why: "cancel" }));
}

/** Erases what is known of the person, for good: ids, totals and times stay. */
export function forgotten(order: Order, doing: Doing): Ruling {
  if (isUnfinished(order)) return refused("unfinished");
  if (order.forgottenAt !== undefined && order.sources.every((one) => !one.report && !one.given)) return ALREADY;
  return writes(order, acted(order, "forget", withoutAnybody(order, doing), doing));
}

/** A case was open for too long: its order can only be closed by `done` or `dismiss` from then on. */
export function dataErased(order: Order, doing: Doing): Ruling {
  if (order.state !== "held" || order.forgottenAt !== undefined) return ALREADY;
  const after = change(order, doing.stamp, withoutAnybody(order, doing));
  return writes(order, withEvent(after, { at: doing.now, what: "erased", why: "case-open-too-long" }));
}

function withoutAnybody({ sources }: Order, { now }: Doing): Changes {
  return { sources: sources.map(withoutPerson), forgottenAt: now };
}
