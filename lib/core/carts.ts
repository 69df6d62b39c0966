/** Two orders that a shop made of one cart: which of them has it, and what becomes of the other one. Pure. */
import { keyId } from "./keys.ts";
import { withNotice } from "./notices.ts";
import { DAY, type Instant, isLive, isShadowed, type Order, type Sighting } from "./order.ts";
import type { Found, KeyRecord, Write } from "./ports/claims.ts";
import { cartOf } from "./sighting.ts";
import { isSameReporter } from "./sources.ts";

/**
 * Whoever has the cart of a report, by the index: this order or none, one that the shop made of it on purpose, or a
 * rival.
 */
type CartHolder = { is: "none" | "split" } | { is: "rival"; order: Order };

function cartHolder(
  sighting: Sighting,
  record: KeyRecord | undefined,
  found: Found,
  now: Instant,
  own?: Order,
): CartHolder {
  const order = record && found.orders.get(record.order);
  if (!order || order.id === own?.id || !isLive(order, now)) return { is: "none" };
  const isGoing = order.state !== "waiting" && order.state !== "cancelled" && !order.cancelRequested;
  const { withinMs = Number.POSITIVE_INFINITY } = sighting.cart ?? {};
  const isNear = Math.abs((order.placedAt ?? now) - (sighting.placedAt ?? now)) <= withinMs;
  if (!isGoing || !isNear) return { is: "none" };
  // What a shop splits itself, by parcel or by address, has one number.
  const number = sighting.report.number?.trim();
  const isSplit = order.sources.some(
    (s) => isSameReporter(s, sighting) && number && s.report?.number?.trim() === number,
  );
  return isSplit ? { is: "split" } : { is: "rival", order };
}

/**
 * Another order of the same cart and the same goods that is in the ERP, or goes there: two orders, and maybe one
 * purchase.
 */
export function rivalOf(sighting: Sighting, found: Found, now: Instant, own?: Order): Order | undefined {
  const cart = cartOf(sighting);
  const holder = cart && cartHolder(sighting, found.keys.get(keyId(cart)), found, now, own);
  return holder?.is === "rival" ? holder.order : undefined;
}

/**
 * Whoever sends the goods of a cart has it, in the write that makes it so: of two at the same moment one has to read
 * again.
 */
export function cartWrites(sighting: Sighting, order: Order, found: Found, now: Instant): Write["keys"] {
  const cart = cartOf(sighting);
  if (!cart || order.state === "waiting" || order.state === "cancelled") return [];
  if (order.state === "held" && !isShadowed(order)) return [];
  const before = found.keys.get(keyId(cart));
  const isFree = cartHolder(sighting, before, found, now, order).is === "none";
  if (before?.order === order.id || !isFree) return [];
  const { id, expiresAt } = order;
  return [{ before, after: { ...cart, rank: 4, order: id, expiresAt, memoryUntil: expiresAt, shared: false } }];
}

/**
 * The second order of a cart, held. It keeps its ids, so that no other source's report brings it to the ERP; a person
 * says what it is.
 */
export function setAside(order: Order, { account, sourceOrder }: Sighting): Order {
  const reason = "same-cart" as const;
  const aside = { ...order, state: "held", reason, dueAt: Math.max(order.expiresAt - DAY, 0) } as const;
  return withNotice(aside, { account, sourceOrder, reason });
}
