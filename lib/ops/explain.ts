/** Every verdict is explained once: one structured log line and one metric, without personal data. */
import type { Key } from "../dedup/keys.ts";
import type { Verdict } from "../order.ts";

export type Explanation = {
  verdict: Verdict;
  reason: string;
  account: string;
  sourceOrder: string;
  order?: string;
  /** The key that decided, and its rank. */
  key?: Key;
};

export type Explain = (explanation: Explanation) => void;
