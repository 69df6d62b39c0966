/**
 * How an IdoSell shop is pulled: the one way to learn of its orders, since no webhook for them is known.
 *
 * By three dates, because it is not documented that placing or paying an order counts as a modification.
 */
import type { Instant } from "../../core/order.ts";
import type { Listing, Pull, Pulled, PullIo } from "../channel.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import type { Entry, Walk } from "../shared/walk.ts";
import { BY_ID_IN_PAGES } from "../shared/walk-kinds.ts";
import { type Asked, firstLook, walkListing } from "../shared/walk-listing.ts";
import type { IdoSellAccount } from "./account.ts";
import { IdoHead } from "./body.ts";
import { orderSearch, type Search } from "./client.ts";
import { mapOrder } from "./map.ts";

const PER_PAGE = 100;

/** The search's own names. */
type DateKind = "modified" | "add" | "last_payments_operation";

export function pull(account: IdoSellAccount, io: PullIo): Pull {
  const search = orderSearch(account, io);
  const listing = (name: string, date: DateKind, everySeconds: number): Listing =>
    walkListing({
      name,
      everySeconds,
      // No call is known that deletes an order.
      kind: BY_ID_IN_PAGES,
      first: (now) => firstLook(account, now),
      now: io.now,
      ask: (walk) => ask(search, account, date, walk),
      entryOf: (row, now) => entryOf(row, date, account, now),
      pulled: (rows, now) => eachRow(io, rows, (row) => [pulled(row, account, now)], idOf),
    });
  return {
    listings: [
      listing("modified", "modified", 0),
      listing("placed", "add", 0),
      listing("paid", "last_payments_operation", 600),
    ],
  };
}

async function ask(search: Search, account: IdoSellAccount, date: DateKind, { from, page = 1 }: Walk): Promise<Asked> {
  const begin = earliestClock(from, account.timeZone);
  const { orders, more } = await search({
    ordersRange: { ordersDateRange: { ordersDateType: date, ordersDateBegin: begin } },
    // The date of the last change is not among the fields to sort by; the serial number is, and never changes.
    ordersBy: [{ elementName: "sn", sortDirection: "ASC" }],
    resultsPage: page - 1,
    resultsLimit: PER_PAGE,
  });
  return { rows: orders, more };
}

/** When an order was paid last does not stand in it, so that list goes on from our own clock and repeats its overlap. */
function entryOf(raw: unknown, kind: DateKind, account: IdoSellAccount, now: Instant): Entry {
  const head = IdoHead.safeParse(raw).data;
  const dates = head?.orderDetails;
  if (kind === "last_payments_operation") return { mark: "", changedAt: now };
  const date = (kind === "add" ? dates?.orderAddDate : dates?.orderChangeDate) ?? "";
  return { mark: `${head?.orderId} ${date}`, changedAt: readClock(date, account.timeZone, now) };
}

function idOf(raw: unknown): string | undefined {
  return IdoHead.safeParse(raw).data?.orderId;
}

function pulled(raw: unknown, account: IdoSellAccount, now: Instant): Pulled {
  const mapped = mapOrder(raw, account, now);
  return mapped.kind === "sighting" ? mapped : unusable(raw, mapped.reason, mapped.sourceOrder, mapped.detail);
}
