/** A BaseLinker seller over the real feed store: what the feed's tests begin with. */

import { http } from "../../lib/runtime/http.ts";
import { type BaseLinker, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { type FeedApp, feedApp } from "./feed-app.ts";
import { type MemoryClaims, memoryClaims } from "./memory-claims.ts";
import { freshTable } from "./table.ts";

export type Selling = { app: FeedApp; claims: MemoryClaims };

export async function selling(): Promise<Selling> {
  const claims = memoryClaims();
  return { app: Object.assign(feedApp(await freshTable()), { claims, http }), claims };
}

export function openSeller(app: FeedApp, journal = false): Promise<BaseLinker> {
  return createBaseLinker({ token: "t", now: () => app.clock, random: () => 0.5, journal });
}
