import { describe, expect, test } from "vitest";
import type { Order } from "../../lib/core/order.ts";
import { change } from "../../lib/core/states.ts";
import { retryRaces, updateOrder } from "../../lib/core/writes.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, sighting } from "../support/sightings.ts";

/** Chance and time in hand: what was waited for, and nobody waits. */
function patience(random = () => 1) {
  const waited: number[] = [];
  return { waited, random, wait: async (ms: number) => void waited.push(ms) };
}

describe("a race for one order", () => {
  test("is tried again after a random wait that grows, until nobody is faster", async () => {
    const jitter = patience();
    const result = await retryRaces(async (tried) => (tried < 3 ? "raced" : `after ${tried}`), jitter);
    expect(result).toBe("after 3");
    expect(jitter.waited).toEqual([20, 40, 80]);
  });

  test("two who met wait for different times", async () => {
    const [one, other] = [patience(() => 0.1), patience(() => 0.9)];
    for (const jitter of [one, other]) await retryRaces(async (tried) => (tried < 2 ? "raced" : "done"), jitter);
    expect(one.waited).not.toEqual(other.waited);
  });

  test("that does not end is given up, and no wait is longer than 640 ms", async () => {
    const jitter = patience();
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      return "raced" as const;
    };
    expect(await retryRaces(attempt, jitter)).toBe("raced");
    expect(tries).toBe(12);
    expect(Math.max(...jitter.waited)).toBe(640);
  });
});

describe("a change of one order", () => {
  async function oneOrder() {
    const claims = memoryClaims("any");
    const { order = "" } = await shopFloor(claims).report(sighting());
    const known = await claims.read(order);
    if (!known) throw new Error("no order");
    return { claims, known };
  }
  const attempts = (before: Order, by: number) => change(before, `by ${by}`, { attempts: before.attempts + by });

  test("is decided on the order that was read already, which costs no request", async () => {
    const { claims, known } = await oneOrder();
    const read = () => Promise.reject(new Error("read again"));
    const deps = { ...patience(), claims: { commit: claims.commit, read }, now: () => NOW };
    const write = { order: { before: known, after: attempts(known, 1) }, keys: [] };
    expect(await updateOrder(known, () => ({ write, result: "written" }), deps)).toBe("written");
    expect((await claims.read(known.id))?.attempts).toBe(1);
  });

  test("that somebody else overtakes is decided again on what that one wrote, and both changes stand", async () => {
    const { claims, known } = await oneOrder();
    await claims.commit({ order: { before: known, after: attempts(known, 10) }, keys: [] }, NOW);
    const deps = { ...patience(), claims, now: () => NOW };
    const seen: number[] = [];
    const result = await updateOrder(
      known,
      (before) => {
        if (!before) return { result: "forgotten" };
        seen.push(before.attempts);
        return { write: { order: { before, after: attempts(before, 1) }, keys: [] }, result: "written" };
      },
      deps,
    );
    expect(result).toBe("written");
    expect(seen).toEqual([0, 10]);
    expect((await claims.read(known.id))?.attempts).toBe(11);
  });

  test("may turn out not to be needed any more: then nothing is written", async () => {
    const { claims, known } = await oneOrder();
    const deps = { ...patience(), claims, now: () => NOW };
    expect(await updateOrder(known, () => ({ result: "nothing to do" }), deps)).toBe("nothing to do");
    expect(await claims.read(known.id)).toEqual(known);
  });
});
