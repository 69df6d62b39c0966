/**
 * The index of claims: which key belongs to which order, and the orders themselves.
 *
 * A decision is made on what `look` and `read` showed and is written by `commit` in one transaction, whose conditions
 * re-check all of it. Two implementations stand behind one contract suite: in memory, and DynamoDB.
 */
import type { Held, Instant, Order } from "../order.ts";
import { type Key, keyId } from "./keys.ts";

/** A key taken in the index. `kind` is wider than a sighting's: the connector ties ERP orders here too. */
export type KeyRecord = {
  kind: Key["kind"] | "erp-order";
  issuer: string;
  value: string;
  /** The strongest rank it was ever reported with. */
  rank: Key["rank"];
  order: string;
  /** The key matches while `expiresAt > now`, or while its order is unfinished. */
  expiresAt: Instant;
  /** The store forgets it after this. */
  memoryUntil: Instant;
  /** A number that two different orders carry decides nothing any more. */
  shared: boolean;
};

export type KeyName = Pick<KeyRecord, "kind" | "issuer" | "value">;

export type Found = {
  /** By `keyId`. A key that is not here was not in the index. Expired records are still here. */
  keys: ReadonlyMap<string, KeyRecord>;
  /** Every order that one of those keys points to, unless the store has forgotten it. */
  orders: ReadonlyMap<string, Order>;
};

/** One transaction. Nothing of it happens unless everything is still as it was read. */
export type Write = {
  order?: { before: Order | undefined; after: Order };
  keys: Array<{ before: KeyRecord | undefined; after: KeyRecord }>;
};

/**
 * DynamoDB never takes a transaction that names one item twice, and the local engine calls it a lost race.
 * @throws whoever decided it made a mistake, which no reading again repairs
 */
export function checkOnce({ keys }: Write): void {
  const ids = new Set(keys.map(({ after }) => keyId(after)));
  if (ids.size < keys.length) throw new Error("one transaction writes a key twice");
}

/**
 * `raced`: something was not as read; nothing was written. Read and decide again.
 * `too-large`: the store takes no such order; nothing was written, and nothing will be.
 */
export type Committed = "done" | "raced" | "too-large";

/** What a store takes of one order, in bytes: an item of the table holds 400 KB, its other attributes included. */
export const MAX_ORDER_BYTES = 390_000;

/** What the connector adds to an order on its way: a lease, times, a reason, the ERP's number. */
const ROOM_BYTES = 4_000;

export function bytesOf(order: Order): number {
  return Buffer.byteLength(JSON.stringify(order));
}

/** An order that could be stored but not delivered would be unfinished for ever. */
export function leavesRoom(order: Order): boolean {
  return bytesOf(order) <= MAX_ORDER_BYTES - ROOM_BYTES;
}

/** A key may change its order when its window is over, or when it was only guessed and its issuer now claims it. */
export function mayMove(before: KeyRecord, after: KeyRecord, now: Instant): boolean {
  return after.order === before.order || before.expiresAt <= now || (before.rank === 4 && after.rank < 4);
}

export type Claims = {
  look(keys: readonly KeyName[]): Promise<Found>;
  read(order: string): Promise<Order | undefined>;
  /** @param now compared with every expiry that the write relies on */
  commit(write: Write, now: Instant): Promise<Committed>;
  /**
   * Parks a message, or adds one to its count; of a repeat it keeps the latest body and detail.
   * @param shownAgain `uncounted` where nobody said it again: a poll shows an unchanged order each time
   * @returns whether it says anything new
   */
  hold(
    held: Omit<Held, "count" | "firstAt" | "lastAt">,
    now: Instant,
    shownAgain?: "counted" | "uncounted",
  ): Promise<boolean>;
  /** It needs nobody any more: by its id. */
  unhold(id: string): Promise<void>;
  /** Orders with `dueAt <= now`, longest due first. May be a moment behind. */
  due(now: Instant, limit: number): Promise<string[]>;
};
