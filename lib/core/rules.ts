/** What holds for every decision on one report. */
import type { Instant } from "./order.ts";

/**
 * `shadow`: all is taken in and decided, and nothing is written to the ERP or a platform. `liveFrom`: so until then, and for
 * what became an order before.
 */
export type Mode = "live" | "shadow" | { liveFrom: Instant };

/** For all, or by account; an account that is not named is live. */
export type Modes = Mode | { readonly [account: string]: Mode };

/** Durations are milliseconds. */
export type Rules = {
  windowMs: number;
  memoryMs: number;
  waitingMs: number;
  /** Purchases that were orders before this are ignored; so are those older than the memory. */
  acceptFrom?: Instant | undefined;
  /** Purchases that were orders before this are taken in and not forwarded. Infinity while their account is in shadow mode. */
  liveFrom?: Instant | undefined;
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
