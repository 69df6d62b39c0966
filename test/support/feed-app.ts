/** What a feed works with, over the real table: one account whose platform is a few lines of the test. */
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { App } from "../../lib/app/parts.ts";
import type { AccountBase, Channel, Connection, Pull, PullIo } from "../../lib/channels/channel.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { dynamoSamples } from "../../lib/store/dynamo-samples.ts";
import type { Table } from "../../lib/store/table.ts";
import { ConfigFile } from "../../local/config-file.ts";
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
      accounts: [
        { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: ["sekret-testowy-0001"] },
      ],
    }),
    claims: dynamoClaims(table),
    cases: dynamoCases(table),
    desk: dynamoDesk(table),
    feeds: dynamoFeeds(table),
    vault: { read: never, lock: never, save: never, unlock: never },
    numbers: { mint: never },
    samples: dynamoSamples(table),
    bodies: {
      async put(name, body) {
        kept.set(name, body);
        return name;
      },
      read: async (name) => kept.get(name),
      remove: async (name) => void kept.delete(name),
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
