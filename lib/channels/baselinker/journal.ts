/**
 * The journal of what was done to orders, as hints: it says no more than which order to read. It is off unless
 * BaseLinker's support has switched it on, is then empty without a word, and never looks back further than three days.
 */
import * as z from "zod/mini";
import { DAY, Instant } from "../../core/order.ts";
import { anyInt, anything, naturalInt } from "../../core/schemas.ts";
import type { Listing, Pulled } from "../channel.ts";
import { journalGap, unread, unusable } from "../shared/unread.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { BaseLinkerUnavailable, type Connector } from "./client.ts";
import { OVERLAP_SECONDS } from "./walk.ts";
import { Items, OrderId, Seconds } from "./wire.ts";

/** Created, confirmed, paid, removed (an order or its document), and edits of delivery, goods and the rest. */
const OF_ONE = [1, 2, 3, 4, 11, 12, 13, 14, 16];
/** Merged, split, copied: the object is the other order, which is no more or is new. */
const OF_TWO = [5, 6, 17];
/** The object is the status. */
const STATUS_MOVED = 18;

const TYPES = [...OF_ONE, ...OF_TWO, STATUS_MOVED];

/** An hour less than it remembers: clocks differ. */
const REMEMBERED = 3 * DAY - 3_600_000;

/** Of one run: the budget is shared with every other integrator of the seller. */
const PAGES_PER_RUN = 5;

const Position = z.lazy(() =>
  z.object({
    last: naturalInt,
    /** What happened before, in Unix seconds, was before the account was polled. */
    since: anyInt,
    pages: anyInt,
    /** When it was read to its end last; absent until it has shown an entry, since it may be off. */
    endReadAt: z.exactOptional(Instant),
  }),
);
type Position = z.infer<typeof Position>;

const Digits = z.pipe(z.union([naturalInt, z.string().check(z.regex(/^\d{1,15}$/))]), z.transform(Number));

const Numbered = z.lazy(() =>
  z.union([
    z.object({ id: Digits }),
    z.pipe(
      z.object({ log_id: Digits }),
      z.transform(({ log_id: id }) => ({ id })),
    ),
  ]),
);

/** Each entry is parsed by itself: one of another shape must not keep the others unread. */
const Entry = z.lazy(() =>
  z.object({
    log_type: Digits,
    order_id: z.union([
      OrderId,
      z.pipe(
        z.literal([0, "0", "", null]),
        z.transform(() => undefined),
      ),
    ]),
    object_id: anything,
  }),
);
type Entry = z.infer<typeof Entry>;

export function journalListing(connector: Connector, account: BaseLinkerAccount, now: () => Instant): Listing {
  return {
    name: "journal",
    everySeconds: 0,
    async page(cursor) {
      const position = positionFrom(cursor, now());
      const answer = await connector("getJournalList", { last_log_id: position.last, logs_types: TYPES });
      const logs = Items.safeParse(answer.logs);
      if (!logs.success) throw new BaseLinkerUnavailable("getJournalList: an answer without logs");
      // Whether the entry of `last_log_id` comes again is documented nowhere.
      const unseen = logs.data.filter((raw) => (idOf(raw) ?? Number.POSITIVE_INFINITY) > position.last);
      const ids = unseen.flatMap((raw) => idOf(raw) ?? []);
      const recent = unseen.filter((raw) => isSince(raw, position));
      return { orders: [...gapOf(position, now()), ...workOf(recent, account)], ...stepOn(now(), ids, position) };
    },
  };
}

/** The first walk passes over what is remembered of three days, up to the last minutes: clocks differ. */
function positionFrom(cursor: string | undefined, now: Instant): Position {
  if (cursor !== undefined) return Position.parse(JSON.parse(cursor));
  return { last: 0, since: Math.floor(now / 1000) - OVERLAP_SECONDS, pages: 0 };
}

function gapOf({ endReadAt }: Position, now: Instant): Pulled[] {
  return endReadAt !== undefined && now - endReadAt > REMEMBERED ? [journalGap(endReadAt)] : [];
}

/** No size of a page is documented: the end is where nothing new comes. A gap is told with one page only. */
function stepOn(
  now: Instant,
  ids: readonly number[],
  { last, since, pages, endReadAt = now }: Position,
): { cursor: string; more: boolean } {
  const read = ids.length > 0 ? pages + 1 : 0;
  const next = { last: Math.max(last, ...ids), since, pages: read % PAGES_PER_RUN };
  const isAtEnd = ids.length === 0 || now - endReadAt > REMEMBERED;
  const seen = next.last > 0 ? { endReadAt: isAtEnd ? now : endReadAt } : {};
  return { cursor: JSON.stringify({ ...next, ...seen } satisfies Position), more: next.pages > 0 };
}

function idOf(raw: unknown): number | undefined {
  return Numbered.safeParse(raw).data?.id;
}

/** One whose time cannot be read counts as new. */
function isSince(raw: unknown, { since }: Position): boolean {
  const at = z.object({ date: Seconds }).safeParse(raw).data?.date || Number.POSITIVE_INFINITY;
  return at >= since * 1000;
}

/** Each order that the entries name, once; an entry that nobody can read is for a person. */
function workOf(entries: readonly unknown[], account: BaseLinkerAccount): Pulled[] {
  const read = entries.map((raw) => ({ raw, ...Entry.safeParse(raw) }));
  const ids = new Set(read.flatMap(({ data }) => (data ? ordersIn(data, account) : [])));
  return [
    ...[...ids].map((id): Pulled => ({ kind: "refresh", id })),
    ...read.flatMap(({ raw, error }) =>
      error ? [unusable(raw, "unreadable-event", undefined, unread(error).detail)] : [],
    ),
  ];
}

/** Of all statuses only a cancelled one says anything to us, and every order goes through several others. */
function ordersIn({ log_type, order_id, object_id }: Entry, { cancelledStatuses }: BaseLinkerAccount): string[] {
  const isOfTwo = OF_TWO.includes(log_type);
  const isCancel = log_type === STATUS_MOVED && cancelledStatuses.includes(Number(object_id));
  if (!isOfTwo && !isCancel && !OF_ONE.includes(log_type)) return [];
  const other = isOfTwo ? OrderId.safeParse(object_id).data : undefined;
  return [order_id, other].filter((id) => id !== undefined);
}
