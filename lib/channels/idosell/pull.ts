/**
 * How an IdoSell shop is pulled: the one way to learn of its orders, since no webhook for them is known.
 *
 * By three dates, because it is not documented that placing or paying an order counts as a modification.
 */
import type { Instant } from "../../core/order.ts";
import type { Listing, Pull, Pulled, PullIo } from "../channel.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import type { Entry, Walk, WalkKind } from "../shared/walk.ts";
import { BY_ID } from "../shared/walk-kinds.ts";
import { firstLook, markOf, walkListing } from "../shared/walk-listing.ts";
import type { IdoSellAccount } from "./account.ts";
import { IdoHead } from "./body.ts";
import { orderSearch, type Search } from "./client.ts";
import { mapOrder } from "./map.ts";

const KIND: WalkKind = { ...BY_ID, leavesOut: "unchanged" };

const PER_PAGE = 100;

/** The search's own names. */
type DateKind = "modified" | "add" | "last_payments_operation";

export function pull(account: IdoSellAccount, io: PullIo): Pull {
  const search = orderSearch(account, io);
  const listing = (name: string, date: DateKind, everySeconds: number): Listing =>
    walkListing({
      name,
      everySeconds,
      kind: KIND,
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

/** The date of the last change is not among the fields to sort by; the serial number is, and never changes. */
function ask(search: Search, account: IdoSellAccount, date: DateKind, { from, after }: Walk) {
  const begin = earliestClock(from, account.timeZone);
  return search({
    ordersRange: {
      ordersDateRange: { ordersDateType: date, ordersDateBegin: begin },
      ...(after !== undefined && { ordersSerialNumberRange: { ordersSerialNumberBegin: after + 1 } }),
    },
    ordersBy: [{ elementName: "sn", sortDirection: "ASC" }],
    resultsLimit: PER_PAGE,
  });
}

function entryOf(raw: unknown, date: DateKind, account: IdoSellAccount, now: Instant): Entry | undefined {
  const head = IdoHead.safeParse(raw).data;
  if (!head) return undefined;
  const { orderId, orderSerialNumber: id, orderDetails } = head;
  return { id, mark: markOf(orderId, raw), changedAt: datedAt(orderDetails, date, account, now) };
}

/** When an order was paid last does not stand in it: that list goes on from our own clock. */
function datedAt(dates: IdoHead["orderDetails"], date: DateKind, account: IdoSellAccount, now: Instant) {
  if (date === "last_payments_operation") return now;
  const text = date === "add" ? dates?.orderAddDate : dates?.orderChangeDate;
  return readClock(text ?? "", account.timeZone, now);
}

function idOf(raw: unknown): string | undefined {
  return IdoHead.safeParse(raw).data?.orderId;
}

function pulled(raw: unknown, account: IdoSellAccount, now: Instant): Pulled {
  const mapped = mapOrder(raw, account, now);
  return mapped.kind === "sighting" ? mapped : unusable(raw, mapped.reason, mapped.sourceOrder, mapped.detail);
}
