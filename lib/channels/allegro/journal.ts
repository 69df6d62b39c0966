/**
 * The journal of order events as hints. An event never carries the truth: events are repeated, late, out of order and
 * sometimes missing, so each form they name is read itself.
 */
import * as z from "zod";
import type { Instant } from "../../order.ts";
import type { Listing, Page, Pulled } from "../channel.ts";
import { unusable } from "../shared/unread.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient } from "./client.ts";
import { AllegroUnavailable } from "./errors.ts";
import { beginning, decode, encode, following, hasGap, type Known, type Position } from "./position.ts";
import { startOf } from "./start.ts";

const EventId = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);

const Events = z.object({
  events: z.array(
    z.object({
      id: EventId,
      order: z.object({ checkoutForm: z.object({ id: z.string().nullish() }).nullish() }).nullish(),
    }),
  ),
});

const Stats = z.object({ latestEvent: z.object({ id: EventId }).nullish() });

export function journalListing(
  account: AllegroAccount,
  client: AllegroClient,
  now: () => Instant,
  limit = 1_000,
): Listing {
  /** Never without `from`: that would begin with the oldest events, 60 days back. */
  async function start(): Promise<Position> {
    return beginning(startOf(account, now()), await knownEvents(client), now());
  }

  return {
    name: "journal",
    everySeconds: 0,
    async page(cursor): Promise<Page> {
      const stored = cursor === undefined ? await start() : decode(cursor);
      const gap = hasGap(stored, now()) ? [gapSince(stored.endReadAt)] : [];
      // A gap is told once, and what is left of the journal is read all the same.
      const position = gap.length > 0 ? { ...stored, endReadAt: now() } : stored;
      const query = { from: String(position.from), limit: String(limit) };
      const { events } = await client.list("/order/events", query, Events);
      const full = events.length >= limit;
      const ids = events.map(({ id }) => id);
      const unseen = events.filter(({ id }) => !position.seen.has(id));
      const forms = new Set(unseen.flatMap(({ order }) => order?.checkoutForm?.id || []));
      return {
        orders: [...gap, ...[...forms].map((id): Pulled => ({ kind: "hint", id }))],
        cursor: encode(following(position, ids, full, account.overlapSeconds * 1000, now())),
        more: full,
      };
    },
  };
}

/** Not every sandbox has statistics; the oldest event then at least shows what its ids are. */
async function knownEvents(client: AllegroClient): Promise<Known> {
  try {
    const { latestEvent } = await client.list("/order/event-stats", {}, Stats);
    return { latest: latestEvent?.id };
  } catch (error) {
    if (!(error instanceof AllegroUnavailable && error.status === 404)) throw error;
    const { events } = await client.list("/order/events", { from: "0", limit: "1" }, Events);
    return { oldest: events[0]?.id };
  }
}

/** Orders of that time may never have been seen: a person compares them with Allegro's own list. */
function gapSince(endReadAt: Instant): Pulled {
  const since = new Date(endReadAt).toISOString();
  return unusable({ journalReadUntil: since }, "journal-gap", `journal-${since}`);
}
