/** What pull sources share and what outlives a run: lease, cursors, call budget, and the orders still to be read. */
import type { Instant } from "../order.ts";

/** What the last run of an account left. `cursors`: by listing; `listedAt` as in `saveCursor`. */
export type FeedState = {
  /** When the account was polled for the first time. */
  startedAt: Instant;
  cursors: Readonly<Record<string, { cursor: string; listedAt: Instant }>>;
  /** By listing: the orders that did not land when it was read last. */
  failing: Readonly<Record<string, Failing>>;
  /** When the calls of the last minute were made. */
  calls: readonly Instant[];
  blockedUntil?: Instant;
  /** How many runs before this one began and never ended: their process was killed. */
  unended: number;
};

/** Orders by their ids at the source, and in how many runs in a row each did not land. */
type Failing = Readonly<Record<string, number>>;

/**
 * An order that may have changed and has to be read. `token` is another one each time it is asked for or put off;
 * `attempts` failed in a row.
 */
export type RefreshTask = {
  id: string;
  token: string;
  attempts: number;
  dueAt: Instant;
  /** What the next attempt has to know: why it is held for a person, or how it was found at the first attempt. */
  note?: string;
};

/** The note of a task whose order a person lets in, although it may be another one's. */
export const RELEASED = "released-by-hand";

export type FeedStore = {
  /** One owner a feed until `until`; undefined while somebody else has it. */
  take(account: string, token: string, now: Instant, until: Instant): Promise<FeedState | undefined>;
  /**
   * Moves one cursor and renews the lease; false when the lease was lost, and then nothing moved.
   * @param listedAt when the listing came to its end; 0 while there is more to list
   */
  saveCursor(
    account: string,
    token: string,
    listing: string,
    cursor: string,
    listedAt: Instant,
    until: Instant,
  ): Promise<boolean>;
  /** False when the lease was lost, and then nothing was saved. */
  saveFailing(account: string, token: string, listing: string, failing: Failing): Promise<boolean>;
  saveCalls(account: string, token: string, calls: readonly Instant[], blockedUntil: Instant): Promise<boolean>;
  /**
   * @param asUnended the next run is to know of runs that did not end, as this one did
   * @param listed cursors of listings that showed nothing, saved with it; none where the lease was lost
   */
  release(account: string, token: string, asUnended?: boolean, listed?: FeedState["cursors"]): Promise<void>;

  /** Durable when it returns. @returns how often this message was begun, this time included, and never came to an end */
  countTry(account: string, message: string, now: Instant): Promise<number>;
  /** It came to an end, whichever. */
  forgetTry(account: string, message: string): Promise<void>;

  /** Durable when it returns. Due at once, or when its cooling is over: a repeat cannot make us call more. */
  requestRefresh(account: string, id: string, now: Instant, note?: string): Promise<void>;
  /** What was put off, or cools, is due now, and so is the account itself, whatever it was blocked for. @returns how many orders */
  wake(account: string, now: Instant, limit: number): Promise<number>;
  /** An order that is held is looked at again at `dueAt`, unless it is to be read anyway. */
  requestRecheck(account: string, id: string, reason: string, dueAt: Instant): Promise<void>;
  dueRefreshes(account: string, now: Instant, limit: number, first: "oldest" | "newest"): Promise<RefreshTask[]>;
  /** Forgets it, unless it was asked for again meanwhile. */
  settle(account: string, task: RefreshTask): Promise<void>;
  /** Looks again at `dueAt`, or earlier if it is asked for again. */
  postpone(account: string, task: RefreshTask, dueAt: Instant, attempts: number, note?: string): Promise<void>;
  /** The platform does not know it: not looked at before `until`, and then only if it is asked for again. */
  cool(account: string, task: RefreshTask, until: Instant): Promise<void>;
};
