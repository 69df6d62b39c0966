/**
 * How an IdoSell shop is pulled: the one way to learn of its orders, since no webhook for them is known.
 *
 * By three dates, because it is not documented that placing or paying an order counts as a modification.
 */
import type { Instant } from "../../order.ts";
import type { Listing, Page, Pull, Pulled, PullIo } from "../channel.ts";
import { type Entry, firstLook, isSeen, stepOn, walkFrom } from "../shared/growing-list.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { unusable } from "../shared/unread.ts";
import type { IdoSellAccount } from "./account.ts";
import { IdoHead } from "./body.ts";
import { orderSearch, type Search } from "./client.ts";
import { mapOrder } from "./map.ts";

const PER_PAGE = 100;

/** The search's own names. */
type DateKind = "modified" | "add" | "last_payments_operation";

export function pull(account: IdoSellAccount, io: PullIo): Pull {
  const search = orderSearch(account, io);
  const listing = (name: string, kind: DateKind, everySeconds: number): Listing => ({
    name,
    everySeconds,
    page: (cursor) => page(search, account, kind, cursor, io.now()),
  });
  return {
    listings: [
      listing("modified", "modified", 0),
      listing("placed", "add", 0),
      listing("paid", "last_payments_operation", 600),
    ],
  };
}

async function page(
  search: Search,
  account: IdoSellAccount,
  kind: DateKind,
  cursor: string | undefined,
  now: Instant,
): Promise<Page> {
  const walk = walkFrom(cursor, firstLook(account, now));
  const begin = earliestClock(walk.from, account.timeZone);
  const { orders, more } = await search({
    ordersRange: { ordersDateRange: { ordersDateType: kind, ordersDateBegin: begin } },
    // The date of the last change is not among the fields to sort by; the serial number is, and never changes.
    ordersBy: [{ elementName: "sn", sortDirection: "ASC" }],
    resultsPage: walk.page,
    resultsLimit: PER_PAGE,
  });
  const listed = orders.map((raw) => ({ raw, entry: entryOf(raw, kind, account, now) }));
  const fresh = listed.filter(({ entry }) => !isSeen(walk, entry));
  const step = stepOn(
    walk,
    listed.map(({ entry }) => entry),
    more,
    now,
  );
  return { orders: fresh.map(({ raw }) => pulled(raw, account, now)), ...step };
}

/** When an order was paid last does not stand in it, so that list goes on from our own clock and repeats its overlap. */
function entryOf(raw: unknown, kind: DateKind, account: IdoSellAccount, now: Instant): Entry {
  const head = IdoHead.safeParse(raw).data;
  const dates = head?.orderDetails;
  if (kind === "last_payments_operation") return { mark: "", changedAt: now };
  const date = (kind === "add" ? dates?.orderAddDate : dates?.orderChangeDate) ?? "";
  return { mark: `${head?.orderId} ${date}`, changedAt: readClock(date, account.timeZone, now) };
}

function pulled(raw: unknown, account: IdoSellAccount, now: Instant): Pulled {
  const mapped = mapOrder(raw, account, now);
  return mapped.kind === "sighting" ? mapped : unusable(raw, mapped.reason, mapped.sourceOrder);
}
