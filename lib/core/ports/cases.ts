/** The cases that wait for a person, as whoever looks after them sees them. */
import type { Held, Resolution } from "../held.ts";
import type { Instant } from "../order.ts";

/** An open case as the list has it. */
export type OpenCase = Pick<Held, "id" | "reason" | "account" | "firstAt" | "toldAt">;

type OpenQuery = {
  first: "oldest" | "newest";
  limit: number;
  reason?: string;
  account?: string;
  /** Of the page before. */
  cursor?: string;
};

export type Cases = {
  /** Open cases that are to be looked at by now, longest due first. May be a moment behind. */
  due(now: Instant, limit: number): Promise<Held[]>;
  /** Not looked at before `dueAt`; nothing happens where it was closed, or said again, meanwhile. */
  lookAgain(held: Held, dueAt: Instant): Promise<void>;
  /**
   * Closes it; the store forgets it after `until`.
   * @returns false where it was closed, or said again, since it was read
   */
  resolve(held: Held, resolution: Resolution, until: Instant): Promise<boolean>;
  /** By their ids, open or not, in any order; those that the store has forgotten are missing. */
  read(ids: readonly string[]): Promise<Held[]>;
  /** A page of the open ones by age. `cursor`: there may be more. May be a moment behind. */
  open(query: OpenQuery): Promise<{ cases: OpenCase[]; cursor?: string }>;
  /** Told to a person at this instant. Nothing happens where it was closed meanwhile. */
  markTold(id: string, what: "toldAt" | "warnedAt", at: Instant): Promise<void>;
  /** Erases what it holds of a person. False where it was said again since it was read. */
  erase(held: Held, at: Instant): Promise<boolean>;
  /** Closed cases whose time is over: what they hold beside their item goes with them. */
  over(now: Instant, limit: number): Promise<Held[]>;
  /** Forgets a closed case; nothing happens where it is open again. */
  forget(held: Held): Promise<void>;
};
