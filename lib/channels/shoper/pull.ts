/**
 * How a Shoper shop is pulled: lists that find what a webhook lost, and single orders.
 *
 * There is no list of what changed: one by the order's date finds new orders, one by the date of its status finds most
 * of the rest. An edit or a payment that moves neither is announced by a webhook only, so waiting orders are read again.
 */
import { DAY, type Instant } from "../../order.ts";
import type { Listing, Page, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { firstLook, isSeen, stepOn, walkFrom } from "../shared/growing-list.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { unusable } from "../shared/unread.ts";
import type { ShoperAccount } from "./account.ts";
import { type ShoperApi, shoperApi } from "./api.ts";
import { ShoperRow } from "./body.ts";
import { shoperClient } from "./client.ts";
import { mapOrder } from "./map.ts";

const WAITING_AGAIN_MS = 3_600_000;
const LONGEST_WAIT_MS = 31 * DAY;

export function pull(account: ShoperAccount, io: PullIo): Pull {
  const api = shoperApi(shoperClient(account, io));
  const listing = (name: string, field: "date" | "status_date"): Listing => ({
    name,
    everySeconds: 0,
    page: (cursor) => page(api, account, field, cursor, io.now()),
  });
  return {
    listings: [listing("orders", "date"), listing("statuses", "status_date")],
    read: (id) => read(api, account, id, io.now()),
  };
}

/** Lists give hints: an order's lines have to be read singly anyway. */
async function page(
  api: ShoperApi,
  account: ShoperAccount,
  field: "date" | "status_date",
  cursor: string | undefined,
  now: Instant,
): Promise<Page> {
  const walk = walkFrom(cursor, firstLook(account, now));
  // The filter is exclusive.
  const after = earliestClock(Math.max(walk.from - 1000, 0), account.timeZone);
  const { rows, more } = await api.ordersSince(field, after, walk.page + 1);
  const listed = rows.map((row) => ({ row, entry: entryOf(row, field, account, now) }));
  const fresh = listed.filter(({ entry }) => !entry || !isSeen(walk, entry));
  const entries = listed.flatMap(({ entry }) => entry ?? []);
  return { orders: fresh.map(({ row, entry }) => pulled(row, entry?.id)), ...stepOn(walk, entries, more, now) };
}

function entryOf(row: unknown, field: "date" | "status_date", account: ShoperAccount, now: Instant) {
  const found = ShoperRow.safeParse(row).data;
  const changedAt = found && readClock(found[field], account.timeZone, now);
  return found && { id: found.order_id, mark: `${found.order_id} ${found[field]}`, changedAt };
}

function pulled(row: unknown, id: string | undefined): Pulled {
  return id === undefined ? unusable(row, "not-an-order", undefined) : { kind: "hint", id };
}

async function read(api: ShoperApi, account: ShoperAccount, id: string, now: Instant): Promise<Read> {
  const parts = await api.order(id);
  if (!parts) return { kind: "absent", reason: "not-found" };
  const mapped = mapOrder(parts, account, now);
  if (mapped.kind === "unusable") return { ...mapped, raw: JSON.stringify(parts.order) };
  const { readiness, placedAt = now } = mapped.sighting;
  const isWorthIt = readiness === "waiting" && now - placedAt < LONGEST_WAIT_MS;
  return { ...mapped, ...(isWorthIt && { againAt: now + WAITING_AGAIN_MS }) };
}
