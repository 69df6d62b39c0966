/** The claims in memory: the same rules as the table's, for tests and for exploring races. */
import type { Held, Instant, Order } from "../order.ts";
import { bytesOf, type Claims, checkOnce, type KeyRecord, MAX_ORDER_BYTES, mayMove, type Write } from "./claims.ts";
import { keyId } from "./keys.ts";

export type MemoryClaims = Claims & {
  orders: ReadonlyMap<string, Order>;
  keys: ReadonlyMap<string, KeyRecord>;
  held: ReadonlyMap<string, Held>;
};

export function memoryClaims(): MemoryClaims {
  const orders = new Map<string, Order>();
  const keys = new Map<string, KeyRecord>();
  const held = new Map<string, Held>();

  return {
    orders,
    keys,
    held,

    async look(names) {
      const found = new Map<string, KeyRecord>();
      const theirs = new Map<string, Order>();
      for (const id of names.map(keyId)) {
        const record = keys.get(id);
        if (record) found.set(id, record);
        const order = record && orders.get(record.order);
        if (order) theirs.set(order.id, order);
      }
      return { keys: found, orders: theirs };
    },

    async read(order) {
      return orders.get(order);
    },

    async commit(write, now) {
      if (write.order && bytesOf(write.order.after) > MAX_ORDER_BYTES) return "too-large";
      checkOnce(write);
      if (!orderIsAsRead(write, orders) || !write.keys.every((key) => keyIsAsRead(key, keys, now))) return "raced";
      if (write.order) orders.set(write.order.after.id, write.order.after);
      for (const { after } of write.keys) keys.set(keyId(after), after);
      return "done";
    },

    async hold(message, now, shownAgain = "counted") {
      const known = held.get(message.id);
      const isSame = known?.body === message.body && known?.detail === message.detail;
      if (known && isSame && shownAgain === "uncounted") return false;
      const { count, firstAt } = known ?? { count: 0, firstAt: now };
      held.set(message.id, { ...message, count: count + 1, firstAt, lastAt: now });
      return true;
    },

    async unhold(id) {
      held.delete(id);
    },

    async due(now, limit) {
      return [...orders.values()]
        .filter((order) => order.dueAt !== undefined && order.dueAt <= now)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
        .map((order) => order.id);
    },
  };
}

function orderIsAsRead({ order }: Write, orders: ReadonlyMap<string, Order>): boolean {
  return !order || orders.get(order.after.id)?.version === order.before?.version;
}

function keyIsAsRead({ before, after }: Write["keys"][number], keys: ReadonlyMap<string, KeyRecord>, now: Instant) {
  const stored = keys.get(keyId(after));
  if (!before) return !stored || stored.memoryUntil <= now;
  return (
    stored?.order === before.order &&
    stored.expiresAt === before.expiresAt &&
    stored.shared === before.shared &&
    stored.rank === before.rank &&
    mayMove(stored, after, now)
  );
}
