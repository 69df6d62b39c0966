/** A poll's page of 100 orders that are known and unchanged: together, and one by one. */
import { setTimeout as wait } from "node:timers/promises";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { Pulled } from "../../lib/channels/channel.ts";
import { lookAhead } from "../../lib/feeds/look-ahead.ts";
import { intake } from "../../lib/intake/intake.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openTable } from "../../lib/store/table.ts";
import { NOW, rules } from "../support/sightings.ts";
import type { Tables } from "./contenders.ts";
import { nextPurchase, type Spread, spreadOf } from "./measure.ts";
import { meter } from "./meter.ts";
import { fromShop } from "./traffic.ts";

/** `ratio`: CPU of the page together, against one by one. */
export type PageCost = { requests: number; oneByOne: number; ratio: Spread };

const SIZE = 100;

export async function pageCost(tables: Tables, config: DynamoDBClientConfig, repetitions: number): Promise<PageCost> {
  const table = openTable(tables.kojarz, config);
  const metered = meter(table.documents);
  const sightings = Array.from({ length: SIZE }, () => fromShop(nextPurchase()).sighting);
  const orders = sightings.map((sighting): Pulled => ({ kind: "sighting", sighting }));
  // One that remembers nothing: each run of a feed may be a process of its own.
  const deps = (claims = dynamoClaims(table)) => ({
    claims,
    explain: () => undefined,
    now: () => NOW,
    random: Math.random,
    wait: (ms: number) => wait(ms),
    unique: nextPurchase,
    rules,
  });
  const together = async () => {
    const claimsOf = await lookAhead(dynamoClaims(table), orders);
    for (const sighting of sightings) await intake(sighting, deps(claimsOf()));
  };
  const singly = async () => {
    for (const sighting of sightings) await intake(sighting, deps());
  };
  const costOf = async (work: () => Promise<void>) => {
    metered.take();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return { cpu: user + system, requests: metered.take().requests };
  };
  await singly();
  const pairs: Array<{ page: { cpu: number; requests: number }; one: { cpu: number; requests: number } }> = [];
  for (let nth = 0; nth < repetitions; nth += 1)
    pairs.push({ page: await costOf(together), one: await costOf(singly) });
  const last = pairs.at(-1);
  return {
    requests: last?.page.requests ?? 0,
    oneByOne: last?.one.requests ?? 0,
    ratio: spreadOf(pairs.map(({ page, one }) => page.cpu / one.cpu)),
  };
}
