/** What an operator sees beside orders and cases. */
import type { Audit } from "../audit.ts";
import type { Held } from "../held.ts";
import type { Instant, Order } from "../order.ts";

/** A message that was proven and changed nothing. `count`: how often it was noted; `at`: when last. */
export type Ignored = { account: string; sourceOrder: string; reason: string; at: Instant; count: number };

/** What the sweep saw last, and when it told of cases last. */
export type SweepState = {
  at: Instant;
  circuit: "closed" | "open" | "trying";
  circuitUntil?: Instant;
  due: number;
  toldAt?: Instant;
  /** The accounts that were in shadow mode when all that had left it was looked after: `keptAccounts`. */
  kept?: string;
  /** A person wants the ERP to be tried at once: set, and taken by the next sweep. */
  tryNow?: boolean;
};

/**
 * How an account does. `cursorLagMs`: how late its latest listing is. `unreadMs`: how long the order that was due first has
 * waited to be read. `tokenUntil`: when its token ends.
 */
export type AccountState = {
  lastReportAt?: Instant;
  lastOrderAt?: Instant;
  polledAt?: Instant;
  /** When a poll last came to its end, and when one last did not, with what was said of it: no secret, and no person. */
  polledWellAt?: Instant;
  failedAt?: Instant;
  failure?: string;
  cursorLagMs?: number;
  unreadMs?: number;
  blockedUntil?: Instant;
  tokenUntil?: Instant;
  /** How many messages were refused, by reason, and when one was last. A process tells of them once a minute. */
  refused?: Readonly<Record<string, number>>;
  refusedAt?: Instant;
  /** When that began: between two of them there was never a whole day. */
  refusedSince?: Instant;
};

/** `looked`: items that were read, whatever they were. `cursor`: there may be more. */
export type Scanned = { orders: Order[]; cases: Held[]; looked: number; of?: number; cursor?: string };

/** How many items of each kind, and of each shape that an earlier version wrote, a page of the table holds. */
export type ItemShapes = {
  kinds: Record<string, number>;
  older: Record<string, number>;
  /** Open cases that stand in no list. */
  unlisted: string[];
  looked: number;
  of?: number | undefined;
  cursor?: string | undefined;
};

export type Desk = {
  /** An authentic message that was ignored leaves a record for a week, without its body. */
  noteIgnored(message: Pick<Ignored, "account" | "sourceOrder" | "reason">, now: Instant): Promise<void>;
  ignored(names: ReadonlyArray<Pick<Ignored, "account" | "sourceOrder">>): Promise<Ignored[]>;
  /** Orders that have this number in the ERP. */
  withErpNumber(number: string): Promise<string[]>;
  /** Of an order or a case, the oldest first. */
  audits(of: string): Promise<Audit[]>;
  /** What a request did before; empty where it is new. */
  audited(request: string): Promise<Audit[]>;
  accountStates(accounts: readonly string[]): Promise<ReadonlyMap<string, AccountState>>;
  /** What is left out stays as it was. */
  saveAccountState(account: string, state: Omit<AccountState, "refused" | "refusedAt" | "refusedSince">): Promise<void>;
  /** @param reason letters and dashes @returns how the account does now */
  countRefused(account: string, reason: string, count: number, at: Instant): Promise<AccountState>;
  sweepState(): Promise<SweepState | undefined>;
  /** @returns the state as it was, whose `tryNow` is now taken */
  saveSweepState(state: Omit<SweepState, "tryNow">): Promise<SweepState | undefined>;
  askToTryNow(now: Instant): Promise<void>;
  /** A page of the whole table, item by item: for what no index can answer. `of`: about how many items there are. */
  scan(cursor: string | undefined, limit: number): Promise<Scanned>;
  /** A page of the whole table. */
  shapes(cursor: string | undefined, limit: number): Promise<ItemShapes>;
};
