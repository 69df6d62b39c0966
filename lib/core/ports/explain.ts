/** Every verdict is explained once, without personal data. */
import type { Judged } from "../decision.ts";
import type { HeldReason } from "../held-reasons.ts";
import type { Key } from "../keys.ts";

/** One verdict, for the log and for whoever shows it. Ids and reasons alone. */
export type Explanation = Judged & {
  account: string;
  sourceOrder: string;
  order?: string;
  /** The key that decided, and its rank. */
  key?: Key;
  /** Something odd that changed nothing: lines that do not add up to the total. */
  note?: string;
  /** What a person was told beside the verdict: the ERP has the order as it was before. */
  told?: HeldReason;
};

export type Explain = (explanation: Explanation) => void;
