/**
 * The index of claims: which key belongs to which order, and the orders themselves.
 *
 * A decision is made on what `look` and `read` showed and is written by `commit` in one transaction, whose conditions
 * re-check all of it. Two implementations stand behind one contract suite: in memory, and DynamoDB.
 */

import type { Audit } from "../audit.ts";
import type { Closed, Held, Parked, Resolution } from "../held.ts";
import type { Key } from "../keys.ts";
import type { Instant, Order } from "../order.ts";

/**
 * A key taken in the index. `kind` is wider than a sighting's: the connector links ERP orders here too, and whoever sends
 * the goods of a cart has that cart.
 */
export type KeyRecord = {
  kind: Key["kind"] | "erp-order" | "cart";
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
  /** The one order was read together with its keys, so it may be of a moment before them. */
  atOnce?: true;
};

/** One transaction. Nothing of it happens unless everything is still as it was read. */
export type Write = {
  order?: { before: Order | undefined; after: Order };
  keys: Array<{ before: KeyRecord | undefined; after: KeyRecord }>;
  /** Orders that lose a key to this one: only who changes them, too, may take a key that still matches. */
  also?: ReadonlyArray<{ before: Order; after: Order }>;
  /** What a person hears because of it. Of a write that raced nobody hears anything, and none is done without its word. */
  park?: readonly Parked[];
  /** Messages that it settles. One that is closed already stays as it is. */
  settle?: readonly Closed[];
  /** Cases that a person closes with it, as they were read: said again or closed meanwhile, the write is a race. */
  resolve?: ReadonlyArray<{ held: Held; resolution: Resolution; until: Instant }>;
  /** What an operator did. Said again under its request's name, the write is a race. */
  audit?: readonly Audit[];
};

/**
 * `raced`: something was not as read; nothing was written. Read and decide again.
 * `too-large`: the store takes no such order; nothing was written, and nothing will be.
 */
export type Committed = "done" | "raced" | "too-large";

/**
 * `work` has to be forwarded, told or looked after. `ends` waits for nothing but the end of its window, when its personal data
 * go: there may be thousands of those at once, and none may stand before a forwarding.
 */
export type DueLane = "work" | "ends";

export type Claims = {
  /**
   * Keys first, then the orders that they point to.
   * @param how `at-once`: where the store remembers that all of them point to one order, both may be read at the same time
   */
  look(keys: readonly KeyName[], how?: "at-once"): Promise<Found>;
  read(order: string): Promise<Order | undefined>;
  /** @param now compared with every expiry that the write relies on */
  commit(write: Write, now: Instant): Promise<Committed>;
  /**
   * Parks a message, or adds one to its count; of a repeat it keeps the latest body and detail. What was closed is open
   * again.
   * @param shownAgain `uncounted` where nobody said it again: a poll shows an unchanged order each time
   * @returns whether it says anything new
   */
  hold(held: Parked, now: Instant, shownAgain?: "counted" | "uncounted"): Promise<boolean>;
  /** It needs nobody any more: by its id. The store forgets it after `until`; nothing happens where it is closed. */
  unhold(id: string, resolution: Resolution, until: Instant): Promise<void>;
  /** Orders of a lane with `dueAt <= now`, longest due first. May be a moment behind. */
  due(now: Instant, limit: number, lane: DueLane): Promise<string[]>;
};
