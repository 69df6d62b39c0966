/** What holds for every decision on one report. */
import type { Instant } from "./order.ts";

/** Durations are milliseconds. */
export type Rules = {
  windowMs: number;
  memoryMs: number;
  waitingMs: number;
  /** Purchases that were orders before this are ignored; so are those older than the memory. */
  acceptFrom?: Instant | undefined;
  /** Purchases that were orders before this and are heard of only now are held: the ERP may have them from others. */
  holdBefore?: Instant | undefined;
  /**
   * When the source was asked, where it was: its answer is then newer than all that was heard before, whatever its clock
   * says.
   */
  askedAt?: Instant | undefined;
  /** The source can be asked again for any of its orders. */
  rereads?: boolean | undefined;
  /** A person lets it in: what only may be another purchase is one. */
  released?: boolean | undefined;
  /** The id that a new order would get, and the stamp of whatever is written. */
  orderId: string;
  stamp: string;
};
