/** What every store of claims keeps. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Claims, KeyRecord } from "../../lib/dedup/claims.ts";
import { decide } from "../../lib/dedup/decide.ts";
import { keyId } from "../../lib/dedup/keys.ts";
import { DAY, type Order } from "../../lib/order.ts";
import { change } from "../../lib/states.ts";
import { NOW, number, rules, shopId, sighting } from "../support/sightings.ts";

export function claimsContract(name: string, open: () => Promise<Claims>): void {
  describe(`claims: ${name}`, () => {
    let claims: Claims;
    beforeEach(async () => {
      claims = await open();
    });

    let made = 0;
    /** An order of its own with two keys of its own, not yet written. */
    function fresh(now = NOW): { order: Order; keys: KeyRecord[]; write: Parameters<Claims["commit"]>[0] } {
      made += 1;
      const id = `${name}-${made}`;
      const keys = [shopId(`${id}-id`), number(`${id}-no`)];
      const nothing = { keys: new Map(), orders: new Map() };
      const { write } = decide(sighting({ keys }), nothing, now, {
        ...rules,
        orderId: `order-${id}`,
        stamp: `stamp-${id}`,
      });
      if (!write?.order) throw new Error("a first report makes an order");
      return { order: write.order.after, keys: write.keys.map((k) => k.after), write };
    }

    it("tells a held message that a poll only shows again from one that is new or was said again", async () => {
      const message = { id: `${name}-held`, account: "a:b", sourceOrder: "1", reason: "two-orders", body: "body-1" };
      const other = { ...message, body: "body-2" };
      expect(await claims.hold(message, NOW, "uncounted")).toBe(true);
      expect(await claims.hold(message, NOW, "uncounted")).toBe(false);
      expect(await claims.hold(message, NOW)).toBe(true);
      expect(await claims.hold(other, NOW, "uncounted")).toBe(true);
      await claims.unhold(message.id);
      expect(await claims.hold(other, NOW, "uncounted")).toBe(true);
    });

    it("finds nothing where nothing was claimed", async () => {
      const found = await claims.look([shopId("nobody"), number("nobody")]);
      expect([found.keys.size, found.orders.size]).toEqual([0, 0]);
      expect(await claims.look([])).toMatchObject({ keys: new Map(), orders: new Map() });
    });

    it("shows a claim whole: every key, and the order as it was written", async () => {
      const { order, keys, write } = fresh();
      expect(await claims.commit(write, NOW)).toBe("done");
      const found = await claims.look(order.keys);
      expect([...found.keys.values()].sort((a, b) => a.rank - b.rank)).toEqual(keys);
      expect(found.orders.get(order.id)).toEqual(order);
      expect(await claims.read(order.id)).toEqual(order);
    });

    it("gives one winner and writes nothing of the loser, when two take one key", async () => {
      const first = fresh();
      const second = fresh();
      const [taken] = first.keys;
      if (!taken) throw new Error("no key");
      second.write.keys.push({ before: undefined, after: { ...taken, order: second.order.id } });
      expect(await claims.commit(first.write, NOW)).toBe("done");
      expect(await claims.commit(second.write, NOW)).toBe("raced");
      expect(await claims.read(second.order.id)).toBeUndefined();
      expect((await claims.look(second.order.keys)).keys.size).toBe(0);
    });

    it("takes no write that names one key twice, and nothing of it", async () => {
      const { order, write } = fresh();
      const twice = { ...write, keys: [...write.keys, ...write.keys] };
      await expect(claims.commit(twice, NOW)).rejects.toThrow();
      expect(await claims.read(order.id)).toBeUndefined();
    });

    it("refuses to write an order that is no longer as it was read", async () => {
      const { order, write } = fresh();
      await claims.commit(write, NOW);
      const next = change(order, "a", { attempts: 1 });
      expect(await claims.commit({ order: { before: order, after: next }, keys: [] }, NOW)).toBe("done");
      expect(await claims.commit({ order: { before: order, after: change(order, "b", {}) }, keys: [] }, NOW)).toBe(
        "raced",
      );
      expect(await claims.read(order.id)).toEqual(next);
    });

    it("hands an expired key to another order from the very instant of expiry, not before", async () => {
      const old = fresh();
      await claims.commit(old.write, NOW);
      const [before] = old.keys;
      if (!before) throw new Error("no key");
      const next = fresh();
      const takeover = {
        ...next.write,
        keys: [{ before, after: { ...before, order: next.order.id, expiresAt: NOW + 99 * DAY } }],
      };
      expect(await claims.commit(takeover, before.expiresAt - 1)).toBe("raced");
      expect(await claims.commit(takeover, before.expiresAt)).toBe("done");
      const again = fresh();
      const late = { ...again.write, keys: [{ before, after: { ...before, order: again.order.id } }] };
      expect(await claims.commit(late, before.expiresAt + DAY)).toBe("raced");
    });

    it("counts a key whose memory is over as absent, at its very end", async () => {
      const old = fresh();
      await claims.commit(old.write, NOW);
      const [key] = old.keys;
      if (!key) throw new Error("no key");
      const next = fresh();
      const unseen = { ...next.write, keys: [{ before: undefined, after: { ...key, order: next.order.id } }] };
      expect(await claims.commit(unseen, key.memoryUntil - 1)).toBe("raced");
      expect(await claims.commit(unseen, key.memoryUntil)).toBe("done");
    });

    it("keeps a key's shared mark and rank", async () => {
      const { keys, write } = fresh();
      await claims.commit(write, NOW);
      const before = keys.find((k) => k.kind === "customer-number");
      if (!before) throw new Error("no number");
      expect(await claims.commit({ keys: [{ before, after: { ...before, shared: true } }] }, NOW)).toBe("done");
      expect(await claims.commit({ keys: [{ before, after: { ...before, shared: true } }] }, NOW)).toBe("raced");
      expect((await claims.look([before])).keys.get(keyId(before))?.shared).toBe(true);
    });

    it("lists what is due, longest due first, and nothing that is not", async () => {
      const [a, b, c] = [fresh(), fresh(), fresh()];
      for (const { write } of [a, b, c]) await claims.commit(write, NOW);
      const at = async ({ order }: typeof a, dueAt: number | undefined) => {
        await claims.commit({ order: { before: order, after: change(order, "due", { dueAt }) }, keys: [] }, NOW);
      };
      await at(a, NOW + 2);
      await at(b, NOW + 1);
      await at(c, undefined);
      const ours = new Set([a.order.id, b.order.id, c.order.id]);
      const due = async (now: number) => (await claims.due(now, 100)).filter((id) => ours.has(id));
      expect(await due(NOW + 2)).toEqual([b.order.id, a.order.id]);
      expect(await due(NOW + 1)).toEqual([b.order.id]);
      expect(await due(NOW)).toEqual([]);
    });
  });
}
