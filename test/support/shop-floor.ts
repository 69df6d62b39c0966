/** Intake over some claims, with a clock in hand and every explanation kept. */

import { setTimeout as wait } from "node:timers/promises";
import type { Sighting } from "../../lib/core/order.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { delivered } from "../../lib/core/states.ts";
import { type IntakeDeps, intake, type Outcome } from "../../lib/intake/intake.ts";
import type { MemoryClaims } from "./memory-claims.ts";
import { NOW, rules } from "./sightings.ts";

export type ShopFloor = {
  now: number;
  explained: Explanation[];
  report(sighting: Sighting): Promise<Outcome>;
};

/** The ERP has taken every order by now. */
export async function deliverAll(claims: MemoryClaims): Promise<void> {
  for (const before of [...claims.orders.values()]) {
    const erp = { erpId: before.id, number: "ZO 1/26", how: "created" } as const;
    await claims.commit({ order: { before, after: delivered(before, "delivered", erp, NOW) }, keys: [] }, NOW);
  }
}

let floors = 0;

export function shopFloor(claims: Claims, more: Partial<IntakeDeps> = {}): ShopFloor {
  let counter = 0;
  floors += 1;
  const prefix = `t${floors}`;
  const floor: ShopFloor = {
    now: NOW,
    explained: [],
    report: (sighting) =>
      intake(sighting, {
        claims,
        explain: (explanation) => floor.explained.push(explanation),
        now: () => floor.now,
        random: () => 0,
        wait: (ms) => wait(ms),
        unique: () => `${prefix}-${++counter}`,
        rules,
        ...more,
      }),
  };
  return floor;
}
