/** One order goes to a played ERP that has nothing yet. */

import type { Instant } from "../../lib/core/order.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { rules } from "./sightings.ts";

/** @returns what became of it */
export async function deliverOnce(claims: Claims, order: string, at: Instant): Promise<string> {
  const now = () => at;
  const erp = openFakeErp({ file: ":memory:", now, random: () => 0.5 });
  let counter = 0;
  const unique = () => `d${++counter}`;
  const wait = async () => undefined;
  const { outcome } = await deliver(order, {
    claims,
    erp,
    now,
    random: () => 0.5,
    wait,
    unique,
    leaseMs: 60_000,
    ...rules,
  });
  erp.close();
  return outcome;
}
