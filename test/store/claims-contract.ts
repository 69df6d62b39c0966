/** What every store of claims keeps. */
import { beforeEach, describe, expect, it } from "vitest";
import { decide } from "../../lib/core/decide.ts";
import { keyId } from "../../lib/core/keys.ts";
import { DAY, type Order } from "../../lib/core/order.ts";
import type { Claims, KeyRecord } from "../../lib/core/ports/claims.ts";
import { change } from "../../lib/core/states.ts";
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
      await claims.unhold(message.id, { how: "taken-in", at: NOW }, NOW + DAY);
      // Closed, it stays so while it is only shown again, and opens when it is said again.
      expect(await claims.hold(other, NOW, "uncounted")).toBe(false);
      expect(await claims.hold(other, NOW)).toBe(true);
    });

    it("writes a key only as it was read: whose it is, how long, shared or not, and by which rank", async () => {
      const { order, keys, write } = fresh();
      const [known] = keys;
      if (!known) throw new Error("a key");
      expect(await claims.commit(write, NOW)).toBe("done");
      const others: Array<Partial<KeyRecord>> = [{ rank: 4 }, { shared: true }, { expiresAt: known.expiresAt + 1 }];
      for (const other of others) {
        const key = { before: { ...known, ...other }, after: { ...known, rank: 1 } as const };
        expect(await claims.commit({ keys: [key] }, NOW), JSON.stringify(other)).toBe("raced");
      }
      const moved = { before: { ...known, order: "another" }, after: { ...known, order: order.id } };
      expect(await claims.commit({ keys: [moved] }, NOW)).toBe("raced");
      expect((await claims.look([known])).keys.get(keyId(known))).toEqual(known);
    });

    it("parks what a person hears of a write with it, and nothing of a write that raced; and settles so, too", async () => {
      const { order, write } = fresh();
      const message = { id: `${name}-word`, account: "a:b", sourceOrder: "1", reason: "two-orders" };
      const closed = { ...message, resolved: { how: "explained", at: NOW }, until: NOW + DAY };
      const isParked = async () => !(await claims.hold(message, NOW, "uncounted"));
      const [next, late] = ["a", "b"].map((stamp) => ({ before: order, after: change(order, stamp, { attempts: 1 }) }));
      if (!next || !late) throw new Error("two writes");
      expect(await claims.commit(write, NOW)).toBe("done");
      expect(await claims.commit({ order: next, keys: [] }, NOW)).toBe("done");
      expect(await claims.commit({ order: late, keys: [], park: [message] }, NOW)).toBe("raced");
      expect(await isParked()).toBe(false);
      const last = { before: next.after, after: change(next.after, "c", {}) };
      const settled = { order: last, keys: [], settle: [closed] };
      expect(await claims.commit({ ...settled, order: late }, NOW)).toBe("raced");
      expect(await claims.commit(settled, NOW)).toBe("done");
      const again = { before: last.after, after: change(last.after, "d", {}) };
      expect(await claims.commit({ order: again, keys: [], settle: [{ ...closed, id: `${name}-nobody` }] }, NOW)).toBe(
        "done",
      );
      const open = { before: again.after, after: change(again.after, "e", {}) };
      expect(await claims.commit({ order: open, keys: [], park: [message] }, NOW)).toBe("done");
      expect(await isParked()).toBe(true);
    });

    it("lets an order take a key that still matches only while it is written that the other one gives it up", async () => {
      const [old, next] = [fresh(), fresh()];
      await claims.commit(old.write, NOW);
      const [before] = old.keys;
      if (!before) throw new Error("no key");
      const taking = { ...next.write, keys: [{ before, after: { ...before, order: next.order.id } }] };
      const loser = { before: old.order, after: change(old.order, "lost", { keys: [] }) };
      expect(await claims.commit(taking, NOW)).toBe("raced");
      expect(await claims.commit({ ...taking, also: [loser] }, NOW)).toBe("done");
      expect(await claims.read(old.order.id)).toEqual(loser.after);
      const third = fresh();
      const after = { ...before, order: next.order.id };
      const late = { ...third.write, keys: [{ before: after, after: { ...after, order: third.order.id } }] };
      expect(await claims.commit({ ...late, also: [loser] }, NOW)).toBe("raced");
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
      const due = async (now: number) => (await claims.due(now, 100, "work")).filter((id) => ours.has(id));
      expect(await due(NOW + 2)).toEqual([b.order.id, a.order.id]);
      expect(await due(NOW + 1)).toEqual([b.order.id]);
      expect(await due(NOW)).toEqual([]);
    });

    it("lists what waits for nothing but the end of its window apart from all work", async () => {
      const [done, called, stopped] = [fresh(), fresh(), fresh()];
      for (const { write } of [done, called, stopped]) await claims.commit(write, NOW);
      const become = async ({ order }: typeof done, changes: Partial<Order>) => {
        const after = change(order, "later", { dueAt: NOW + 5, ...changes });
        await claims.commit({ order: { before: order, after }, keys: [] }, NOW);
      };
      await become(done, { state: "delivered" });
      await become(called, { state: "delivered", cancelRequested: { account: "woocommerce:main", version: 2 } });
      await become(stopped, { state: "cancelled" });
      const ours = new Set([done.order.id, called.order.id, stopped.order.id]);
      const due = async (lane: "work" | "ends") =>
        new Set((await claims.due(NOW + 5, 100, lane)).filter((id) => ours.has(id)));
      expect(await due("work")).toEqual(new Set([called.order.id]));
      expect(await due("ends")).toEqual(new Set([done.order.id, stopped.order.id]));
    });
  });
}
