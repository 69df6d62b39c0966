/** The story of one order: look at what its keys point to, decide, write, explain. */
import { setTimeout as wait } from "node:timers/promises";
import { bounded } from "./bounded.ts";
import { type Claims, type Committed, leavesRoom, type Write } from "./dedup/claims.ts";
import { type Decision, decide, held, type Rules } from "./dedup/decide.ts";
import { addsUp } from "./dedup/identity.ts";
import { heldMessage, namesOf } from "./held.ts";
import type { HeldReason } from "./held-reasons.ts";
import type { Explain } from "./ops/explain.ts";
import type { Instant, Order, Sighting } from "./order.ts";

export type IntakeDeps = {
  claims: Claims;
  explain: Explain;
  now: () => Instant;
  /** 0 to 1, for jitter. */
  random: () => number;
  unique: () => string;
  rules: Pick<Rules, "windowMs" | "memoryMs" | "waitingMs" | "acceptFrom" | "holdBefore">;
  /** Keeps the raw message of a sighting that has to be held; returns where it lies. */
  keepRaw?: () => Promise<string>;
  /** Nobody reported it just now: it was looked up, and may be as it was the last time. */
  polled?: boolean;
};

export type Outcome = Pick<Decision, "verdict" | "reason" | "order">;

/** Shop and BaseLinker announce the same order in the same moment: losing a race several times over is normal. */
const MAX_ATTEMPTS = 12;

/**
 * Takes in one report of a purchase. When it returns, the report is durable: claimed, linked or held.
 * @throws when the store cannot be reached or the races do not end; the sender then repeats, or the next poll finds it
 */
export async function intake(told: Sighting, deps: IntakeDeps): Promise<Outcome> {
  const sighting = bounded(told);
  if (sighting === "too-many-lines") return settle(held(sighting), told, deps);
  const rules: Rules = { ...deps.rules, orderId: deps.unique(), stamp: deps.unique() };
  let tried: Decision | undefined;

  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const found = await deps.claims.look(sighting.keys);
    // The answer to our own write may have been lost: what it wrote says whose it is.
    if (tried && isOurs(found.orders.values(), rules)) return settle(tried, sighting, deps);

    const now = deps.now();
    const decision = decide(sighting, found, now, rules);
    // Before the write: once the order carries the change, no repeat of it would say so again.
    if (decision.tell && decision.tell !== tried?.tell) await park(decision.tell, sighting, deps);
    const committed = decision.write ? await commit(decision.write, now, deps) : "done";
    if (committed === "done") return settle(decision, sighting, deps);
    if (committed === "too-large") return settle(held(committed), sighting, deps);

    tried = decision;
    await wait(deps.random() * 10 * 2 ** Math.min(attempt, 6));
  }
  throw new Error(`${sighting.account}: the races for one order did not end`);
}

async function commit(write: Write, now: Instant, { claims }: IntakeDeps): Promise<Committed> {
  if (write.order && !leavesRoom(write.order.after)) return "too-large";
  return claims.commit(write, now);
}

async function settle(decision: Decision, sighting: Sighting, deps: IntakeDeps): Promise<Outcome> {
  const { order, key, joins, tell, write, ...judged } = decision;
  const { account, sourceOrder } = sighting;
  const detail = joins && namesOf(joins);
  if (judged.verdict === "held") await park(judged.reason, sighting, deps, detail);
  const note = detail ?? (addsUp(sighting) ? undefined : "total-differs-from-lines");
  const more = { ...(order && { order }), ...(key && { key }), ...(tell && { told: tell }), ...(note && { note }) };
  deps.explain({ ...judged, account, sourceOrder, ...more });
  return { ...judged, ...(order && { order }) };
}

async function park(
  reason: HeldReason,
  { account, sourceOrder }: Sighting,
  deps: IntakeDeps,
  detail?: string,
): Promise<void> {
  const body = await deps.keepRaw?.();
  const more = { ...(body && { body }), ...(detail && { detail }) };
  const shownAgain = deps.polled ? "uncounted" : "counted";
  await deps.claims.hold(heldMessage(account, sourceOrder, reason, more), deps.now(), shownAgain);
}

function isOurs(orders: Iterable<Order>, rules: Rules): boolean {
  return [...orders].some((order) => order.id === rules.orderId || order.stamp === rules.stamp);
}
