import type { SweepDeps } from "../erp/sweep.ts";
import { DAY } from "../order.ts";
import type { App } from "./app.ts";

export type DeliveringApp = Pick<App, "claims" | "erp" | "now" | "random" | "unique" | "config">;

/** What the connector and the sweep need. */
export function deliverDeps({ claims, erp, now, random, unique, config }: DeliveringApp): SweepDeps {
  return {
    claims,
    erp,
    now,
    random,
    unique,
    leaseMs: config.leaseSeconds * 1000,
    windowMs: config.windowDays * DAY,
    memoryMs: config.memoryDays * DAY,
    waitingMs: config.waitingDays * DAY,
  };
}
