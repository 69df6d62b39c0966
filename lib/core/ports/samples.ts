/** One-time marks that make a webhook request a sample. They are stored beforehand; nothing that a message says is one. */
import type { Instant } from "../order.ts";

export type Samples = {
  /** @param mark SHA-256 of the token in hex: the token itself is kept nowhere */
  allow(account: string, mark: string, until: Instant): Promise<void>;
  /** True once for each mark that was allowed for this very account, and only before its end. */
  use(account: string, mark: string, now: Instant): Promise<boolean>;
};
