/** The webhook function over a store in memory: what it was given to keep, and the app that it works with. */
import { type MemoryClaims, memoryClaims } from "../../lib/dedup/memory-claims.ts";
import type { Explanation } from "../../lib/ops/explain.ts";
import type { App } from "../../lib/runtime/app.ts";
import type { Config } from "../../lib/runtime/config.ts";

export type WebhookFloor = {
  app: App;
  claims: MemoryClaims;
  /** `account/id` */
  hints: string[];
  bodies: Map<string, Buffer>;
  explained: Explanation[];
};

export function webhookFloor(config: Config, now: number): WebhookFloor {
  let counter = 0;
  const claims = memoryClaims();
  const hints: string[] = [];
  const bodies = new Map<string, Buffer>();
  const explained: Explanation[] = [];
  const never = () => {
    throw new Error("a webhook does not ask for this");
  };
  const app: App = {
    config,
    claims,
    feeds: {
      take: never,
      saveCursor: never,
      saveFailing: never,
      saveCalls: never,
      release: never,
      hintHeld: never,
      dueHints: never,
      settle: never,
      postpone: never,
      cool: never,
      hint: async (account, id) => void hints.push(`${account}/${id}`),
    },
    vault: { read: never, lock: never, save: never, unlock: never },
    numbers: { mint: async (_, sourceOrder) => Number(sourceOrder) },
    bodies: {
      async put(name, body) {
        bodies.set(name, body);
        return name;
      },
    },
    erp: { name: "none", find: never, submit: never, cancel: never },
    http: never,
    explain: (explanation) => explained.push(explanation),
    now: () => now,
    random: () => 0,
    wait: never,
    unique: () => `u${++counter}`,
  };
  return { app, claims, hints, bodies, explained };
}
