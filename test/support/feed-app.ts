/** What a feed works with, over the real table: one account whose platform is a few lines of the test. */
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { AccountBase, Channel, Pull, PullIo } from "../../lib/channels/channel.ts";
import { dynamoClaims } from "../../lib/dedup/dynamo-claims.ts";
import { dynamoFeeds } from "../../lib/feeds/dynamo-feeds.ts";
import type { Explanation } from "../../lib/ops/explain.ts";
import type { App } from "../../lib/runtime/app.ts";
import type { Connection } from "../../lib/runtime/config.ts";
import { ConfigFile } from "../../lib/runtime/config-file.ts";
import type { Table } from "../../lib/runtime/table.ts";
import { NOW } from "./sightings.ts";

export type FeedApp = App & { clock: number; explained: Explanation[]; kept: Map<string, Buffer> };

export function feedApp(table: Table): FeedApp {
  const explained: Explanation[] = [];
  const kept = new Map<string, Buffer>();
  const never = () => {
    throw new Error("a feed does not ask for this");
  };
  const app: FeedApp = {
    clock: NOW,
    explained,
    kept,
    config: ConfigFile.parse({
      accounts: [{ channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: ["s"] }],
    }),
    claims: dynamoClaims(table),
    feeds: dynamoFeeds(table),
    vault: { read: never, lock: never, save: never, unlock: never },
    numbers: { mint: never },
    bodies: {
      async put(name, body) {
        kept.set(name, body);
        return name;
      },
    },
    erp: { name: "none", find: never, submit: never, cancel: never },
    http: never,
    explain: (explanation) => explained.push(explanation),
    now: () => app.clock,
    random: Math.random,
    async wait(ms) {
      app.clock += ms;
    },
    unique: randomUUID,
  };
  return app;
}

let accounts = 0;

/** A connection of its own: names are never used twice, so that tests can share a table. */
export function connectionTo(pull: (io: PullIo) => Pull, more: Partial<Channel & AccountBase> = {}): Connection {
  accounts += 1;
  const account: AccountBase = {
    channel: "platform",
    account: `a${accounts}`,
    ...(more.callsPerMinute && { callsPerMinute: more.callsPerMinute }),
  };
  const channel: Channel = { name: "platform", account: z.any(), pull: (_, io) => pull(io) };
  return { name: `platform:a${accounts}`, account, channel };
}
