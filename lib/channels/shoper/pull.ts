/**
 * How a Shoper shop is pulled: lists that find what a webhook lost, and single orders.
 *
 * There is no list of what changed: one by the order's date finds new orders, one by the date of its status finds most
 * of the rest. An edit or a payment that moves neither is announced by a webhook only, so waiting orders are read again.
 */
import { DAY, type Instant } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import type { Listing, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { unread, unusable } from "../shared/unread.ts";
import type { Entry, Walk } from "../shared/walk.ts";
import { BY_ID } from "../shared/walk-kinds.ts";
import { type Asked, firstLook, walkListing } from "../shared/walk-listing.ts";
import type { ShoperAccount } from "./account.ts";
import { type ShoperApi, shoperApi } from "./api.ts";
import { ShoperRow } from "./body.ts";
import { shoperClient } from "./client.ts";
import { mapOrder } from "./map.ts";

const WAITING_AGAIN_MS = 3_600_000;
const LONGEST_WAIT_MS = 31 * DAY;

export function pull(account: ShoperAccount, io: PullIo): Pull {
  const api = shoperApi(shoperClient(account, io));
  const listing = (name: string, field: "date" | "status_date"): Listing =>
    walkListing({
      name,
      everySeconds: 0,
      kind: BY_ID,
      first: (now) => firstLook(account, now),
      now: io.now,
      ask: (walk) => ask(api, account, field, walk),
      entryOf: (row, now) => entryOf(row, field, account, now),
      pulled: (rows) => rows.map(pulled),
    });
  return {
    listings: [listing("orders", "date"), listing("statuses", "status_date")],
    read: (id) => read(api, account, id, io.now()),
  };
}

async function ask(
  api: ShoperApi,
  account: ShoperAccount,
  field: "date" | "status_date",
  { from, after }: Walk,
): Promise<Asked> {
  // The filter is exclusive.
  const since = earliestClock(Math.max(from - 1000, 0), account.timeZone);
  return api.ordersSince(field, since, after);
}

function entryOf(row: unknown, field: "date" | "status_date", account: ShoperAccount, now: Instant): Entry | undefined {
  const found = ShoperRow.safeParse(row).data;
  if (!found) return undefined;
  const { order_id: id, [field]: date } = found;
  return { id: Number(id), mark: `${id} ${date}`, changedAt: readClock(date, account.timeZone, now) };
}

/** Lists give hints: an order's lines have to be read singly anyway. */
function pulled(row: unknown): Pulled {
  const found = ShoperRow.safeParse(row);
  if (found.success) return { kind: "refresh", id: found.data.order_id };
  return unusable(row, "not-an-order", undefined, unread(found.error).detail);
}

async function read(api: ShoperApi, account: ShoperAccount, id: string, now: Instant): Promise<Read> {
  const parts = await api.order(id);
  if (!parts) return { kind: "absent", reason: "not-found" };
  const mapped = mapOrder(parts, account, now);
  if (mapped.kind === "unusable") return { ...mapped, raw: JSON.stringify(parts.order) };
  const { readiness, placedAt = now } = mapped.sighting;
  const isWorthIt = readiness === "waiting" && now - placedAt < LONGEST_WAIT_MS;
  return present({ ...mapped, againAt: isWorthIt ? now + WAITING_AGAIN_MS : undefined });
}
