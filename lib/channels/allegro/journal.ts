/**
 * The journal of order events as hints. An event never carries the truth: events are repeated, late, out of order and
 * sometimes missing, so each form they name is read itself.
 */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { anyList, nullishText } from "../../core/schemas.ts";
import type { Listing, Page, Pulled } from "../channel.ts";
import { journalGap, unread, unusable } from "../shared/unread.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient } from "./client.ts";
import { AllegroUnavailable } from "./errors.ts";
import { beginning, decode, encode, following, hasGap, type Known, type Position } from "./position.ts";
import { startOf } from "./start.ts";

const EventId = z.pipe(
  z.string().check(z.regex(/^\d{1,19}$/)),
  z.transform((id) => BigInt(id)),
);

/** Each event is parsed by itself: one of another shape must not keep the others unread. */
const Events = z.lazy(() => z.object({ events: anyList }));
const WithId = z.object({ id: EventId });
const Event = z.extend(WithId, {
  order: z.nullish(z.object({ checkoutForm: z.nullish(z.object({ id: nullishText })) })),
});

const Stats = z.lazy(() => z.object({ latestEvent: z.nullish(z.object({ id: EventId })) }));

/** @param limit events a page; Allegro gives 1,000 at most */
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
      const gap = hasGap(stored, now()) ? [journalGap(stored.endReadAt)] : [];
      // A gap is told once, and what is left of the journal is read all the same.
      const position = gap.length > 0 ? { ...stored, endReadAt: now() } : stored;
      const query = { from: String(position.from), limit: String(limit) };
      const { events } = await client.list("/order/events", query, Events);
      const full = events.length >= limit;
      const ids = events.flatMap((event) => idOf(event) ?? []);
      const unseen = events.filter((event) => !position.seen.has(idOf(event) ?? -1n));
      return {
        orders: [...gap, ...workOf(unseen)],
        cursor: encode(following(position, ids, full, account.overlapSeconds * 1000, now())),
        more: full,
      };
    },
  };
}

function idOf(event: unknown): bigint | undefined {
  return WithId.safeParse(event).data?.id;
}

/** Each form that the events name, once; an event that nobody can read is for a person. */
function workOf(events: readonly unknown[]): Pulled[] {
  const read = events.map((raw) => ({ raw, ...Event.safeParse(raw) }));
  const forms = new Set(read.flatMap(({ data }) => data?.order?.checkoutForm?.id || []));
  return [
    ...[...forms].map((id): Pulled => ({ kind: "refresh", id })),
    ...read.flatMap(({ raw, error }) =>
      error ? [unusable(raw, "unreadable-event", undefined, unread(error).detail)] : [],
    ),
  ];
}

/** Where the statistics name no event the oldest one at least shows what ids are, or that there is none. */
async function knownEvents(client: AllegroClient): Promise<Known> {
  const latest = await latestEvent(client);
  if (latest !== undefined) return { latest };
  const { events } = await client.list("/order/events", { from: "0", limit: "1" }, Events);
  return { oldest: idOf(events[0]) };
}

/** Not every sandbox has statistics. */
async function latestEvent(client: AllegroClient): Promise<bigint | undefined> {
  try {
    return (await client.list("/order/event-stats", {}, Stats)).latestEvent?.id;
  } catch (error) {
    if (error instanceof AllegroUnavailable && error.status === 404) return undefined;
    throw error;
  }
}
