/** What noting an ERP order of another writer takes, and what the ERP order turns out to be. */
import type { Instant } from "../core/order.ts";
import type { Claims } from "../core/ports/claims.ts";
import type { Explain } from "../core/ports/explain.ts";
import type { Rules } from "../core/rules.ts";
import type { Jitter } from "../core/writes.ts";
import type { Writer } from "./writers.ts";

export type OtherWritersDeps = Jitter & {
  claims: Pick<Claims, "look" | "read" | "commit" | "hold">;
  /** The adapter's name. */
  erp: string;
  writers: readonly Writer[];
  explain: Explain;
  now: () => Instant;
  unique: () => string;
  rules: Pick<Rules, "windowMs" | "memoryMs" | "waitingMs">;
};

/** What an ERP order turned out to be. */
export type Noted =
  /** Ours, known already, without a value that means anything, or cancelled before anybody reported its purchase. */
  | "nothing"
  | "registered"
  /** Its purchase is in the ERP as another order. */
  | "duplicated"
  /** It may be such a purchase, or it was cancelled in the ERP alone: a person decides. */
  | "doubtful"
  /** Its purchase is on its way into the ERP just now: look again later. */
  | "in-flight";
