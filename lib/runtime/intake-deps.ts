import type { IntakeDeps } from "../intake.ts";
import { keepRaw } from "../ops/hold.ts";
import { DAY } from "../order.ts";
import type { App } from "./app.ts";
import type { Connection } from "./config.ts";

/** What the intake needs for one message of one account. */
export function intakeDeps(app: App, { name, account }: Connection, raw: Buffer): IntakeDeps {
  const { claims, explain, now, random, unique, config } = app;
  return {
    claims,
    explain,
    now,
    random,
    unique,
    rules: {
      windowMs: config.windowDays * DAY,
      memoryMs: config.memoryDays * DAY,
      waitingMs: config.waitingDays * DAY,
      acceptFrom: account.acceptFrom,
    },
    keepRaw: () => keepRaw(app, name, raw),
  };
}
