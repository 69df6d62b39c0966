/** Intake over some claims, with a clock in hand and every explanation kept. */
import type { Claims } from "../../lib/dedup/claims.ts";
import type { MemoryClaims } from "../../lib/dedup/memory-claims.ts";
import { type IntakeDeps, intake, type Outcome } from "../../lib/intake.ts";
import type { Explanation } from "../../lib/ops/explain.ts";
import type { Sighting } from "../../lib/order.ts";
import { delivered } from "../../lib/states.ts";
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
        unique: () => `${prefix}-${++counter}`,
        rules,
        ...more,
      }),
  };
  return floor;
}
