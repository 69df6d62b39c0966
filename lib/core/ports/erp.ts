/**
 * The port to the ERP. Few methods; `test/erp/erp-contract.ts` says what every adapter must keep.
 */
import type { Key } from "../keys.ts";
import type { Share } from "../money.ts";
import type { ErpRef, Instant, Report } from "../order.ts";

/**
 * The purchase's numbers as its sources write them. A key's value is normalised; a column of the ERP holds the text as
 * it was written, with its leading zeros and its `#`.
 */
type Numbers = readonly string[];

/** What the connector asks the ERP to hold. Amounts are minor units of `currency`. */
export type ErpOrder = {
  /** Our order's id: stored with the ERP order, and the idempotency key of the submit. */
  order: string;
  keys: readonly Key[];
  currency: string;
  /** What the order is worth: its lines, its shipping and its fees. */
  total: number;
  /** What of it was due after gift cards and store credit, where the source says so. */
  due?: number | undefined;
  report: Report;
  numbers?: Numbers;
  /** ERP orders that a find reported and that are not this purchase: any other with its keys is news, found first. */
  seen?: readonly string[];
};

export type ErpQuery = {
  order: string;
  keys: readonly Key[];
  numbers?: Numbers;
  /** Other writers' orders count from here on; our own order id is searched without a window. */
  since: Instant;
};

/** An ERP order as it lies there, whoever wrote it: raw values, as the columns hold them. */
type ErpRow = ErpRef & {
  internetId?: string;
  customerNumber?: string;
  /** The Kojarz order whose id it carries, if any. */
  kojarzOrder?: string;
  currency: string;
  /** Gross, in minor units of `currency`. */
  total: number;
  cancelled: boolean;
};

/** An ERP order that carries one of the asked values. The caller judges; the adapter only reports what it saw. */
export type ErpHit = ErpRow & {
  /** `own`: it carries our order's id. */
  matched: "own" | "internet-id" | "customer-number";
  /** The key that matched; absent for `own`. */
  key?: Key;
};

export type Submitted =
  | { outcome: "created" | "already-exists"; erp: ErpRef }
  /** Nothing was written. `retry`: the same order may be accepted later (the ERP is down or busy). */
  | {
      outcome: "rejected";
      reason: string;
      retry: boolean;
      /** What a person needs to see beside the reason: amounts, fields, SKUs; no personal data. */
      detail?: string | undefined;
    }
  /** The write may still commit until the deadline that was given; find before trying again. */
  | { outcome: "in-doubt" };

export type Erp = {
  /** What the adapter calls itself: the namespace of its order ids. */
  name: string;
  /**
   * Own order first: by our order id, without window, cancelled ones included. Then other writers' orders by either
   * key in every number format that is configured, within the window, cancelled ones excluded.
   * Throws `ErpUnavailable` when it cannot know.
   */
  find(query: ErpQuery): Promise<ErpHit[]>;
  /** @param deadline the ERP itself commits nothing after this instant; always before the caller's lease ends */
  submit(order: ErpOrder, deadline: Instant): Promise<Submitted>;
  /** `refused` when the ERP cannot cancel it any more (shipped, invoiced); cancelling twice is `cancelled`. */
  cancel(erp: ErpRef, order: string): Promise<{ outcome: "cancelled" } | { outcome: "refused"; reason: string }>;
};

export type ErpListed = ErpRow & { createdAt: Instant };

/** What an adapter can do beyond forwarding: show what was written, by Kojarz and by others. */
export type ErpWatch = {
  /**
   * Orders created at `since` or later, oldest first, page by page.
   * @param cursor what the last page returned
   * @returns `cursor` while there is more
   */
  list(since: Instant, cursor?: string): Promise<{ orders: ErpListed[]; cursor?: string }>;
  /**
   * The same for a report on shadow mode: with the VAT of each order, and only where the ERP's side allows it. Absent where
   * the adapter cannot tell.
   */
  shadow?(since: Instant, cursor?: string): Promise<ErpShadow>;
};

/** `shares`: its gross sum by VAT, in minor units; absent where the ERP does not tell it. */
export type ErpTaxed = ErpListed & { shares?: Share[] };

type ErpShadow = { outcome: "listed"; orders: ErpTaxed[]; cursor?: string } | { outcome: "refused"; reason: string };

/** The ERP's side is not configured to answer a report on shadow mode. */
export const SHADOW_OFF = "shadow-off";

/** The account in whose name ERP orders of other writers are known: that of a source, of a held message, of a feed. */
export function erpAccount(erp: string): string {
  return `${ERP}${erp}`;
}

export function isErpAccount(account: string): boolean {
  return account.startsWith(ERP);
}

const ERP = "erp:";

/** The reason of a bridge that has more orders in hand than it can write at once: the ERP itself is well. */
export const BRIDGE_BUSY = "erp-bridge-busy";

/** The ERP did not answer a question. Nothing was written by asking. */
export class ErpUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ErpUnavailable";
  }
}
