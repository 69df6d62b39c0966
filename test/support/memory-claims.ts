/** The claims in memory: the same rules as the table's, for tests and for exploring races. */

import type { Audit } from "../../lib/core/audit.ts";
import { DISMISSED, type Held, type Parked, type Resolution } from "../../lib/core/held.ts";
import { declaredReason } from "../../lib/core/held-reasons.ts";
import { keyId } from "../../lib/core/keys.ts";
import type { Instant, Order } from "../../lib/core/order.ts";
import type { Claims, KeyRecord, Write } from "../../lib/core/ports/claims.ts";
import { bytesOf, checkOnce, laneOf, MAX_ORDER_BYTES, mayMove, present } from "../../lib/core/writes.ts";

/** What lies in the store. Every record in it is replaced, never changed: a copy of the maps is a copy of the store. */
export type ClaimsState = {
  orders: Map<string, Order>;
  keys: Map<string, KeyRecord>;
  held: Map<string, Held>;
  /** Until when a closed message is remembered. */
  heldUntil: Map<string, Instant>;
  audits: Audit[];
};

export function emptyClaims(): ClaimsState {
  return { orders: new Map(), keys: new Map(), held: new Map(), heldUntil: new Map(), audits: [] };
}

export type MemoryClaims = Claims & {
  orders: ReadonlyMap<string, Order>;
  keys: ReadonlyMap<string, KeyRecord>;
  held: Map<string, Held>;
  audits: Audit[];
};

/**
 * @param cases `declared`: a case of a declared reason has to carry the facts that are declared for it. `any`: where a test
 *   holds messages of its own
 */
export function memoryClaims(
  cases: "declared" | "any" = "declared",
  { orders, keys, held, heldUntil, audits }: ClaimsState = emptyClaims(),
): MemoryClaims {
  function park(message: Parked, now: Instant): void {
    if (cases === "declared") expectFacts(message);
    const { count = 0, firstAt = now, toldAt, warnedAt } = held.get(message.id) ?? {};
    const told = present<Partial<Held>>({ toldAt, warnedAt });
    held.set(message.id, { ...message, ...told, count: count + 1, firstAt, lastAt: now });
    heldUntil.delete(message.id);
  }

  function close(id: string, resolved: Resolution, until?: Instant): void {
    const { toldAt: _, warnedAt: __, ...known } = held.get(id) ?? {};
    if (!("id" in known) || known.resolved) return;
    held.set(id, { ...(known as Held), resolved });
    if (until !== undefined) heldUntil.set(id, until);
  }

  return {
    orders,
    keys,
    held,
    audits,

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
      const written = [...(write.order ? [write.order] : []), ...(write.also ?? [])];
      if (!written.every((order) => orderIsAsRead(order, orders))) return "raced";
      if (!write.keys.every((key) => keyIsAsRead(key, write, keys, now))) return "raced";
      if (!(write.resolve ?? []).every(({ held: read }) => isAsRead(read, held))) return "raced";
      if ((write.audit ?? []).some((one) => audits.some((known) => isSameEntry(one, known)))) return "raced";
      for (const { after } of written) orders.set(after.id, after);
      for (const { held: read, resolution } of write.resolve ?? []) close(read.id, resolution);
      audits.push(...(write.audit ?? []));
      for (const { after } of write.keys) keys.set(keyId(after), after);
      for (const message of write.park ?? []) park(message, now);
      for (const { id, resolved, until } of write.settle ?? []) close(id, resolved, until);
      return "done";
    },

    async hold(message, now, shownAgain = "counted") {
      const known = held.get(message.id);
      const isSame = known?.body === message.body && known?.detail === message.detail;
      if (known && isSame && (shownAgain === "uncounted" || known.resolved?.how === DISMISSED)) return false;
      park(message, now);
      return true;
    },

    async unhold(id, resolved, until) {
      close(id, resolved, until);
    },

    async due(now, limit, lane) {
      return [...orders.values()]
        .filter((order) => order.dueAt !== undefined && order.dueAt <= now && laneOf(order) === lane)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
        .map((order) => order.id);
    },
  };
}

function isAsRead({ id, count }: Held, held: ReadonlyMap<string, Held>): boolean {
  const known = held.get(id);
  return known !== undefined && !known.resolved && known.count === count;
}

function isSameEntry(a: Audit, b: Audit): boolean {
  return a.request === b.request && a.index === b.index;
}

function orderIsAsRead({ before, after }: NonNullable<Write["order"]>, orders: ReadonlyMap<string, Order>): boolean {
  return orders.get(after.id)?.version === before?.version;
}

function keyIsAsRead(
  key: Write["keys"][number],
  write: Write,
  keys: ReadonlyMap<string, KeyRecord>,
  now: Instant,
): boolean {
  const { before, after } = key;
  const stored = keys.get(keyId(after));
  if (!before) return !stored || stored.memoryUntil <= now;
  return (
    stored?.order === before.order &&
    stored.expiresAt === before.expiresAt &&
    stored.shared === before.shared &&
    stored.rank === before.rank &&
    mayMove(key, write, now)
  );
}

function expectFacts(message: Parked): void {
  const facts = declaredReason(message.reason)?.facts ?? [];
  const lacking = facts.filter((fact) => (message[fact] ?? "") === "");
  if (lacking.length > 0) throw new Error(`a case of ${message.reason} is held without ${lacking.join(" and ")}`);
}
