/** Claims, the played ERP and a clock in hand: what delivering is tried against. */

import type { Order, Sighting } from "../../lib/core/order.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import type { Forwarded } from "../../lib/delivery/lease.ts";
import { type SweepDeps, type Swept, sweep } from "../../lib/delivery/sweep.ts";
import { type Faults, openFakeErp } from "../../local/fake-erp.ts";
import { memoryClaims } from "./memory-claims.ts";
import { shopFloor } from "./shop-floor.ts";
import { rules } from "./sightings.ts";

export const LEASE_MS = 60_000;

/** Longer than a lease, an in-doubt and the longest backoff. */
export const LATER = 20 * 60_000;

export type World = ReturnType<typeof openWorld>;

export function openWorld(faults: Faults = {}, random: () => number = () => 0.5) {
  const claims = memoryClaims();
  const floor = shopFloor(claims);
  const now = () => floor.now;
  const erp = openFakeErp({ file: ":memory:", now, random, faults });
  let counter = 0;
  const deps: SweepDeps = {
    claims,
    erp,
    now,
    random,
    wait: async () => undefined,
    unique: () => `u${++counter}`,
    leaseMs: LEASE_MS,
    ...rules,
  };
  return {
    claims,
    erp,
    faults,
    deps,
    now,
    pass(ms: number): void {
      floor.now += ms;
    },
    /** Takes in a report and names the order. */
    async report(sighting: Sighting): Promise<string> {
      const { order } = await floor.report(sighting);
      if (order === undefined) throw new Error("the report named no order");
      return order;
    },
    deliver: (id: string, over: Partial<SweepDeps> = {}): Promise<Forwarded> => deliver(id, { ...deps, ...over }),
    sweep: (over: Partial<SweepDeps> = {}): Promise<Swept> => sweep({ ...deps, ...over }, 100),
    order(id: string): Order {
      const order = claims.orders.get(id);
      if (!order) throw new Error(`no order ${id}`);
      return order;
    },
    [Symbol.dispose]: () => erp.close(),
  };
}

export class Crash extends Error {}

type Io = Pick<SweepDeps, "claims" | "erp">;

/**
 * A process that dies at its `at`-th call (from 1), before or after the call took effect. Nothing works after that.
 * `calls` says what was called, `died` whether it came so far.
 */
export function mortal({ claims, erp }: Io, at: number, when: "before" | "after") {
  const life: { calls: string[]; died: boolean } = { calls: [], died: false };
  const wrap =
    <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (life.died) throw new Crash();
      life.calls.push(name);
      const last = life.calls.length === at;
      if (last && when === "before") {
        life.died = true;
        throw new Crash();
      }
      const result = await call(...args);
      if (last) {
        life.died = true;
        throw new Crash();
      }
      return result;
    };
  const io: Io = {
    claims: {
      read: wrap("claims.read", claims.read),
      look: wrap("claims.look", claims.look),
      commit: wrap("claims.commit", claims.commit),
      hold: wrap("claims.hold", claims.hold),
      due: wrap("claims.due", claims.due),
    },
    erp: {
      name: erp.name,
      find: wrap("erp.find", erp.find),
      submit: wrap("erp.submit", erp.submit),
      cancel: wrap("erp.cancel", erp.cancel),
    },
  };
  return { life, io };
}
