/** Pulling an account by hand: page after page, with a vault in memory, no budget and a clock in hand. */

import type { Listing, Page, Pulled, PullIo, WebhookRequest } from "../../lib/channels/channel.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { http } from "../../lib/runtime/http.ts";
import { serveLocally } from "../../local/simulators/local-server.ts";
import { memoryVault } from "./memory-vault.ts";

export function pullIo(now: () => number): PullIo & { spent(): number } {
  let spent = 0;
  return {
    http,
    vault: memoryVault(now),
    budget: {
      spend: async (calls) => {
        spent += calls;
      },
    },
    now,
    random: () => 0,
    spent: () => spent,
  };
}

/** One run: to the end of the listing. */
export async function runListing(listing: Listing | undefined, cursor?: string) {
  if (!listing) throw new Error("no such listing");
  const orders: Pulled[] = [];
  let page: Page = { orders: [], cursor: "", more: true };
  for (let pages = 0; page.more; pages += 1) {
    page = await listing.page(pages === 0 ? cursor : page.cursor);
    orders.push(...page.orders);
    if (pages > 50) throw new Error("the listing does not end");
  }
  return { orders, ids: orders.map(pulledId), cursor: page.cursor };
}

function pulledId(order: Pulled): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

/** The one sighting that there has to be. */
export function onlySighting(result: { kind: string; sighting?: Sighting } | undefined): Sighting {
  if (!result?.sighting) throw new Error(`no sighting but ${result?.kind}`);
  return result.sighting;
}

/** Somewhere to send webhooks to: keeps what came, as a channel would get it. */
export async function inbox() {
  const deliveries: WebhookRequest[] = [];
  const server = await serveLocally(({ method, url, headers, body }) => {
    const single = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const query = Object.fromEntries(url.searchParams);
    deliveries.push({
      method,
      headers: Object.fromEntries(single),
      query,
      secretPath: undefined,
      body: Buffer.from(body),
    });
    return { status: 200, body: {} };
  });
  return { ...server, deliveries };
}
