import { setTimeout as wait } from "node:timers/promises";
import type { SweepDeps } from "../erp/sweep.ts";
import { DAY } from "../order.ts";
import type { App } from "./app.ts";

export type DeliveringApp = Pick<App, "claims" | "erp" | "now" | "random" | "unique" | "config" | "gate">;

/** What the connector and the sweep need. */
export function deliverDeps({ claims, erp, now, random, unique, config, gate }: DeliveringApp): SweepDeps {
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
    pace: { atOnce: config.erpAtOnce, perSecond: config.erpPerSecond, wait: (ms) => wait(ms) },
    ...(gate && { gate }),
  };
}
