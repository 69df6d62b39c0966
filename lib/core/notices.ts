/** What a person was told of an order and a later report settles. Pure. */
import { type Closed, heldId } from "./held.ts";
import { isSettled } from "./identity.ts";
import { excessOf, shortfallOf } from "./merged.ts";
import { type Instant, isSameNotice, type OpenNotice, type Order } from "./order.ts";
import { isWholeInParts, missingOf, surplusOf } from "./parts.ts";

/** An order that remembers what a person was told of it. */
export function withNotice(order: Order, notice: OpenNotice | undefined): Order {
  return notice
    ? { ...order, open: [...(order.open ?? []).filter((known) => !isSameNotice(known, notice)), notice] }
    : order;
}

/** The orders that this message has named so far: said again of another one, it still names them. */
export function namedIn({ open = [] }: Order, notice: OpenNotice): string[] {
  return open.find((known) => isSameNotice(known, notice))?.orders ?? [];
}

/** Reasons that a later report can settle, with what shows that it did. */
const SETTLES: Readonly<Record<string, (order: Order, notice: OpenNotice) => boolean>> = {
  "id-disputed": (order, { value }) => value !== undefined && isSettled(order, { value }),
  "part-not-covered": (order, { account }) => missingOf(order, account) === 0,
  "same-cart": ({ state }) => state === "pending" || state === "cancelled",
  "no-lines": ({ state }) => state === "pending" || state === "cancelled",
  "total-differs": (order) => excessOf(order) === 0 && shortfallOf(order) === 0,
  "edited-after-delivery": (order, { account, value }) =>
    value === OF_PARTS ? surplusOf(order, account) === 0 && !order.cancelRequested : isWholeInParts(order, account),
};

/** The `value` of a notice about an order and its parts together. */
export const OF_PARTS = "parts";

/** Whether a later report can end a case of this reason. */
export function canSettle(reason: string): boolean {
  return Object.hasOwn(SETTLES, reason);
}

/** What a person was told of the order, as far as it is not settled by what is known of it now. */
export function stillOpen(order: Order): Partial<Pick<Order, "open">> {
  if (!order.open) return {};
  return { open: order.open.filter((notice) => SETTLES[notice.reason]?.(order, notice) !== true) };
}

/** The messages that an order no longer remembers: they are settled with the write that made it so. */
export function settledIn(before: Order, after: Order, at: Instant, rememberedMs: number): Closed[] | undefined {
  const gone = (before.open ?? []).filter((notice) => !after.open?.some((other) => isSameNotice(other, notice)));
  if (gone.length === 0) return undefined;
  return gone.map(({ account, sourceOrder, reason }) => ({
    id: heldId(account, sourceOrder, reason),
    account,
    sourceOrder,
    reason,
    resolved: { how: "explained", at },
    until: at + rememberedMs,
  }));
}
