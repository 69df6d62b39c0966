/**
 * The journal of order events as hints. An event never carries the truth: events are repeated, late, out of order and
 * sometimes missing, so each form they name is read itself.
 */
import * as z from "zod";
import type { Instant } from "../../order.ts";
import { accountName, type Listing, type Page } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient } from "./client.ts";
import { beginning, decode, encode, following, isStale, type Position } from "./position.ts";
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
    const { latestEvent } = await client.list("/order/event-stats", {}, Stats);
    return beginning(startOf(account, now()), latestEvent?.id, now());
  }

  function stored(cursor: string): Position {
    const position = decode(cursor);
    if (isStale(position, now()))
      throw new Error(
        `${accountName(account)}: the event journal was not read for 50 days and forgets events after 60; ` +
          "set acceptFrom and remove the stored cursor to begin anew",
      );
    return position;
  }

  return {
    name: "journal",
    everySeconds: 0,
    async page(cursor): Promise<Page> {
      const position = cursor === undefined ? await start() : stored(cursor);
      const query = { from: String(position.from), limit: String(limit) };
      const { events } = await client.list("/order/events", query, Events);
      const full = events.length >= limit;
      const ids = events.map(({ id }) => id);
      const unseen = events.filter(({ id }) => !position.seen.has(id));
      const forms = new Set(unseen.flatMap(({ order }) => order?.checkoutForm?.id || []));
      return {
        orders: [...forms].map((id) => ({ kind: "hint", id })),
        cursor: encode(following(position, ids, full, account.overlapSeconds * 1000, now())),
        more: full,
      };
    },
  };
}
