/**
 * An order that its platform no longer has: deleted there, or merged into another one. What nobody else tells of is not
 * sent; of what the ERP has, or of what the purchase's own marketplace no longer has, a person hears.
 */
import { heldMessage } from "../core/held.ts";
import type { Key } from "../core/keys.ts";
import type { Order } from "../core/order.ts";
import { isOwner, isSameOrder } from "../core/sources.ts";
import { heldOrder } from "../core/states.ts";
import { type Jitter, retryRaces, withEvent } from "../core/writes.ts";
import type { IntakeDeps } from "./intake.ts";

const REASON = "gone-at-source";

type Parts = Jitter & Pick<IntakeDeps, "claims" | "explain" | "now" | "unique">;
type Gone = { account: string; sourceOrder: string };

/**
 * @param keys by which the order would be known here
 * @returns whether a person hears of it
 * @throws when the store cannot be reached or the races do not end
 */
export async function holdGone(parts: Parts, gone: Gone, keys: readonly Key[]): Promise<boolean> {
  const outcome = await retryRaces(() => holdOnce(parts, gone, keys), parts);
  if (outcome === "raced") throw new Error(`${gone.account}: the races for an order that is gone did not end`);
  return outcome === "held";
}

async function holdOnce(parts: Parts, gone: Gone, keys: readonly Key[]): Promise<"held" | "not-missed" | "raced"> {
  const { claims, explain, now, unique } = parts;
  const { orders } = await claims.look(keys);
  const before = [...orders.values()].find((order) => isMissed(order, gone));
  if (!before) return "not-missed";
  const message = heldMessage(gone.account, gone.sourceOrder, REASON, { order: before.id });
  if (before.state === "pending" && isToldByNobodyElse(before, gone)) {
    const after = withEvent(heldOrder(before, unique(), REASON), { at: now(), what: "held", why: REASON, ...gone });
    const order = { before, after };
    if ((await claims.commit({ order, keys: [], park: [message] }, now())) !== "done") return "raced";
  } else {
    await claims.hold(message, now());
  }
  explain({ verdict: "held", reason: REASON, ...gone, order: before.id });
  return "held";
}

function isMissed(order: Order, gone: Gone): boolean {
  const goes = order.state === "pending" || order.state === "submitting" || order.state === "delivered";
  const wasReady = order.sources.some(
    (s) => isSameOrder(s, inOwnName(gone)) && s.role === "report" && s.readiness === "ready",
  );
  const isMissing = isToldByNobodyElse(order, gone) || isOwner(order, gone.account);
  return goes && !order.cancelRequested && wasReady && isMissing;
}

function isToldByNobodyElse({ sources }: Order, gone: Gone): boolean {
  return sources.every((source) => source.role !== "report" || isSameOrder(source, inOwnName(gone)));
}

function inOwnName({ account, sourceOrder }: Gone) {
  return { account, sourceOrder, reporter: account };
}
