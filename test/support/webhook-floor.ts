/** The webhook function over a store in memory: what it was given to keep, and the app that it works with. */

import type { Config } from "../../lib/app/config.ts";
import type { App } from "../../lib/app/parts.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { memoryCases } from "./memory-cases.ts";
import { type MemoryClaims, memoryClaims } from "./memory-claims.ts";
import { memoryDesk } from "./memory-desk.ts";

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
  const tries = new Map<string, number>();
  const bodies = new Map<string, Buffer>();
  const explained: Explanation[] = [];
  const never = () => {
    throw new Error("a webhook does not ask for this");
  };
  const app: App = {
    config,
    claims,
    cases: memoryCases(claims),
    desk: memoryDesk(claims),
    feeds: {
      take: never,
      wake: never,
      saveCursor: never,
      saveFailing: never,
      saveCalls: never,
      release: never,
      requestRecheck: never,
      async countTry(account, message) {
        const count = (tries.get(`${account}/${message}`) ?? 0) + 1;
        tries.set(`${account}/${message}`, count);
        return count;
      },
      forgetTry: async (account, message) => void tries.delete(`${account}/${message}`),
      dueRefreshes: never,
      settle: never,
      postpone: never,
      cool: never,
      requestRefresh: async (account, id) => void hints.push(`${account}/${id}`),
    },
    vault: { read: never, lock: never, save: never, unlock: never },
    numbers: { mint: async (_, sourceOrder) => Number(sourceOrder) },
    samples: { allow: never, use: never },
    bodies: {
      async put(name, body) {
        bodies.set(name, body);
        return name;
      },
      read: async (name) => bodies.get(name),
      remove: async (name) => void bodies.delete(name),
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
