/** Rotating secrets of an account, encrypted at rest, with a lock so that one process refreshes at a time. */
import type { Instant } from "../order.ts";

/** Free for the channel to fill; only ever stored encrypted. */
export type Secret = Record<string, string | number>;

export type Vault = {
  read(account: string): Promise<Secret | undefined>;
  /** True for one caller until `until`; a dead holder's lock ends by itself. */
  lock(account: string, token: string, until: Instant): Promise<boolean>;
  /** Saves and unlocks; false when the lock was lost meanwhile, and then nothing was saved. */
  save(account: string, token: string, secret: Secret): Promise<boolean>;
  unlock(account: string, token: string): Promise<void>;
};
