import { describe, expect, test } from "vitest";
import type { Vault } from "../../lib/core/ports/vault.ts";

const ACCOUNT = "allegro:acme";

/** What every vault must keep. */
export function vaultContract(name: string, open: (now: () => number) => Promise<Vault>): void {
  describe(name, () => {
    async function vaultAt(start: number) {
      const clock = { now: start };
      return { clock, vault: await open(() => clock.now) };
    }

    test("an account that was never saved has no secret", async () => {
      const { vault } = await vaultAt(1000);
      expect(await vault.read(ACCOUNT)).toBeUndefined();
      await vault.lock(ACCOUNT, "a", 2000);
      expect(await vault.read(ACCOUNT)).toBeUndefined();
    });

    test("what was saved is read again, numbers and letters of any alphabet alike", async () => {
      const { vault } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      expect(await vault.save(ACCOUNT, "a", { refresh: "zażółć", expiresAt: 17 })).toBe(true);
      expect(await vault.read(ACCOUNT)).toEqual({ refresh: "zażółć", expiresAt: 17 });
    });

    test("of many at once exactly one gets the lock", async () => {
      const { vault } = await vaultAt(1000);
      const taken = await Promise.all(["a", "b", "c", "d", "e"].map((token) => vault.lock(ACCOUNT, token, 2000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test("a dead holder's lock ends by itself, at its very instant", async () => {
      const { vault, clock } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      clock.now = 1999;
      expect(await vault.lock(ACCOUNT, "b", 3000)).toBe(false);
      clock.now = 2000;
      expect(await vault.lock(ACCOUNT, "b", 3000)).toBe(true);
    });

    test("asking for the lock again with the same token is no refusal: an answer may have been lost", async () => {
      const { vault } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      expect(await vault.lock(ACCOUNT, "a", 2000)).toBe(true);
    });

    test("whoever lost the lock saves nothing", async () => {
      const { vault, clock } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      clock.now = 2000;
      await vault.lock(ACCOUNT, "b", 3000);
      expect(await vault.save(ACCOUNT, "a", { refresh: "of a" })).toBe(false);
      expect(await vault.save(ACCOUNT, "b", { refresh: "of b" })).toBe(true);
      expect(await vault.read(ACCOUNT)).toEqual({ refresh: "of b" });
    });

    test("a lock that is over and that nobody took still saves: the new secret may be the only valid one", async () => {
      const { vault, clock } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      clock.now = 5000;
      expect(await vault.save(ACCOUNT, "a", { refresh: "new" })).toBe(true);
    });

    test("saving unlocks, and unlocking frees only one's own lock", async () => {
      const { vault } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      await vault.save(ACCOUNT, "a", { refresh: "new" });
      expect(await vault.lock(ACCOUNT, "b", 2000)).toBe(true);
      await vault.unlock(ACCOUNT, "a");
      expect(await vault.lock(ACCOUNT, "c", 2000)).toBe(false);
      await vault.unlock(ACCOUNT, "b");
      expect(await vault.lock(ACCOUNT, "c", 2000)).toBe(true);
      expect(await vault.read(ACCOUNT)).toEqual({ refresh: "new" });
    });

    test("accounts do not see each other", async () => {
      const { vault } = await vaultAt(1000);
      await vault.lock(ACCOUNT, "a", 2000);
      await vault.save(ACCOUNT, "a", { refresh: "mine" });
      expect(await vault.read("allegro:other")).toBeUndefined();
      expect(await vault.lock("allegro:other", "a", 2000)).toBe(true);
    });
  });
}
