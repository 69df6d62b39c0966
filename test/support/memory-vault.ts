import type { Secret, Vault } from "../../lib/core/ports/vault.ts";

export type MemoryVault = Vault & {
  /** What lies in it, for a test to look at. */
  peek(account: string): Secret | undefined;
};

/** The vault's contract without a table; `test/store/vault-contract.ts` holds both to it. */
export function memoryVault(now: () => number): MemoryVault {
  const secrets = new Map<string, Secret>();
  const locks = new Map<string, { token: string; until: number }>();
  return {
    peek: (account) => secrets.get(account),
    async read(account) {
      return secrets.get(account);
    },
    async lock(account, token, until) {
      const held = locks.get(account);
      if (held && held.until > now() && held.token !== token) return false;
      locks.set(account, { token, until });
      return true;
    },
    async save(account, token, secret) {
      if (locks.get(account)?.token !== token) return false;
      secrets.set(account, { ...secret });
      locks.delete(account);
      return true;
    },
    async unlock(account, token) {
      if (locks.get(account)?.token === token) locks.delete(account);
    },
  };
}
