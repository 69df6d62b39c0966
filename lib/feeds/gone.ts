/**
 * An order that its platform no longer has, as after two were merged into one. What nobody else tells of is not sent; of
 * what the ERP has, or of what the purchase's own marketplace no longer has, a person hears.
 */
import type { Key } from "../dedup/keys.ts";
import { heldMessage } from "../held.ts";
import type { Order } from "../order.ts";
import type { App } from "../runtime/app.ts";
import { isOwner, isSameOrder } from "../sources.ts";
import { heldOrder } from "../states.ts";

const REASON = "gone-at-source";
/** More often than this no write of one order races. */
const LOOKS = 8;

type Gone = { account: string; sourceOrder: string };

/** @param keys by which the order would be known here */
export async function holdGone(app: App, gone: Gone, keys: readonly Key[]): Promise<void> {
  const { claims, explain, now, unique } = app;
  for (let look = 0; look < LOOKS; look += 1) {
    const { orders } = await claims.look(keys);
    const before = [...orders.values()].find((order) => isMissed(order, gone));
    if (!before) return;
    // Before the write: once the order is held, no repeat of the reading would say so again.
    await claims.hold(heldMessage(gone.account, gone.sourceOrder, REASON), now());
    if (before.state === "pending" && isToldByNobodyElse(before, gone)) {
      const after = heldOrder(before, unique(), REASON);
      if ((await claims.commit({ order: { before, after }, keys: [] }, now())) !== "done") continue;
    }
    explain({ verdict: "held", reason: REASON, ...gone, order: before.id });
    return;
  }
  throw new Error(`${gone.account}: the races for an order that is gone did not end`);
}

function isMissed(order: Order, gone: Gone): boolean {
  const goes = order.state === "pending" || order.state === "submitting" || order.state === "delivered";
  const wasReady = order.sources.some((s) => isSameOrder(s, gone) && s.role === "report" && s.readiness === "ready");
  const isMissing = isToldByNobodyElse(order, gone) || isOwner(order, gone.account);
  return goes && !order.cancelRequested && wasReady && isMissing;
}

function isToldByNobodyElse({ sources }: Order, gone: Gone): boolean {
  return sources.every((source) => source.role !== "report" || isSameOrder(source, gone));
}
