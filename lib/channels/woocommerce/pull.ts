/**
 * The reconciliation listing: `GET /wp-json/wc/v3/orders`, oldest change first.
 *
 * A shop sends each webhook request once and never again, so what was lost is found only here. WordPress knows pages by their
 * number alone, so they go by time, and by number only within one second.
 */
import * as z from "zod/mini";
import { accountName, keyOf } from "../../core/keys.ts";
import type { Instant } from "../../core/order.ts";
import { anyInt, anything, positiveInt } from "../../core/schemas.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import type { Pull, Pulled, PullIo, Read } from "../channel.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import { type Entry, type Rest, restAt, Saved, type Walk, type WalkKind } from "../shared/walk.ts";
import { BY_CHANGE_IN_PAGES } from "../shared/walk-kinds.ts";
import { type Asked, firstLook, markOf, walkListing } from "../shared/walk-listing.ts";
import type { WooAccount } from "./account.ts";
import { GmtTime, WooId } from "./body.ts";
import { type Client, codeOf, wooClient } from "./client.ts";
import { OWN_STATUSES, TRASH } from "./fields.ts";
import { mapOrder } from "./receive.ts";

const PER_PAGE = 100;

const FIXED = { dates_are_gmt: "true", orderby: "modified", order: "asc", per_page: String(PER_PAGE) };

const KIND: WalkKind = { ...BY_CHANGE_IN_PAGES, askable, leavesOut: "unchanged" };

/** The trash is told by a webhook as well, where one is set up for it. */
const HIDDEN_EVERY_S = 300;

/** As it was written until 2026-11. `after`: Unix seconds, exclusive. `page`: of the listing from there on. */
type Earlier = { after: number; page: number };

const Cursor = z.lazy(() =>
  z.union([Saved, z.pipe(z.object({ after: anyInt, page: positiveInt }), z.transform(walkOf))]),
);

function walkOf({ after, page }: Earlier): Walk | Rest {
  const rest = restAt((after + 1) * 1000);
  return page === 1 ? rest : { ...rest, until: rest.from, page };
}

/** Undefined for a shop whose keys are not known. How often it is polled is the schedule's business. */
export function pull(account: WooAccount, io: PullIo): Pull | undefined {
  const { consumerKey: key, consumerSecret: secret } = account;
  if (key === undefined || secret === undefined) return undefined;
  const client = wooClient(account, { key, secret }, io);
  const walked = { kind: KIND, first: (now: Instant) => firstLook(account, now), now: io.now, entryOf, saved: Cursor };
  // `any` leaves out the trash, and what a plugin hides from searches: these are asked for by name.
  const hidden = [TRASH, ...account.forwardStatuses.filter((status) => !OWN_STATUSES.has(status))];
  const pulled = (rows: unknown[]) => eachRow(io, rows, (row) => pulledOf(row, account), idOf);
  return {
    listings: [
      walkListing({ ...walked, name: "orders", everySeconds: 0, ask: (walk) => ask(client, ["any"], walk), pulled }),
      walkListing({
        ...walked,
        name: "hidden",
        everySeconds: HIDDEN_EVERY_S,
        ask: (walk) => ask(client, hidden, walk),
        pulled,
      }),
    ],
    read: (id) => read(client, account, id),
  };
}

async function ask(client: Client, statuses: readonly string[], walk: Walk): Promise<Asked> {
  const { from, page = 1 } = walk;
  // The filter is exclusive.
  const query = { ...FIXED, status: statuses.join(","), modified_after: gmt(from - 1000), page: String(page) };
  const answer = await client.get("orders", new URLSearchParams(query));
  // A status that no plugin registers any more is refused, and the others with it.
  if (answer.status === 400 && statuses.length > 1 && codeOf(answer) === "rest_invalid_param")
    return ask(client, [TRASH], walk);
  if (answer.status !== 200) throw client.refused("its order list", answer);
  const orders = z.array(anything).safeParse(jsonOf(answer));
  if (!orders.success) throw new Error(`${client.account}: the shop's order list is not a JSON array`);
  return { rows: orders.data, more: hasMore(answer, page, orders.data.length) };
}

/** A draft is not an order yet; when it becomes one it is modified, and listed again. What is in the trash is read singly. */
function pulledOf(value: unknown, account: WooAccount): Pulled[] {
  const trashed = Trashed.safeParse(value).data;
  if (trashed) return [{ kind: "refresh", id: trashed.id }];
  const mapped = mapOrder(value, account);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "draft":
      return [];
    case "unusable":
      return [unusable(value, mapped.reason, mapped.sourceOrder, mapped.detail)];
  }
}

const Trashed = z.lazy(() => z.object({ id: WooId, status: z.literal(TRASH) }));

/** What is in the trash is gone, as far as the ERP is concerned; so is what was deleted for good. */
async function read(client: Client, account: WooAccount, id: string): Promise<Read> {
  const answer = await client.get(`orders/${encodeURIComponent(id)}`);
  const gone = { kind: "absent", keys: keyOf("internet-id", accountName(account), id, 2) } as const;
  if (answer.status === 404 && codeOf(answer) === "woocommerce_rest_shop_order_invalid_id")
    return { ...gone, reason: "not-found" };
  const value = jsonOf(answer);
  if (answer.status !== 200 || value === undefined) throw client.refused("an order", answer);
  if (Trashed.safeParse(value).success) return { ...gone, reason: "in-the-trash" };
  const mapped = mapOrder(value, account);
  switch (mapped.kind) {
    case "sighting":
      return mapped;
    case "draft":
      return { kind: "absent", reason: "draft" };
    case "unusable":
      return { ...mapped, raw: answer.text };
  }
}

const Modified = z.lazy(() => z.object({ id: WooId, date_modified_gmt: GmtTime }));

function idOf(value: unknown): string | undefined {
  return Modified.safeParse(value).data?.id;
}

function entryOf(value: unknown): Entry | undefined {
  const modified = Modified.safeParse(value).data;
  return modified && { mark: markOf(modified.id, value), changedAt: modified.date_modified_gmt };
}

/** A shop may allow fewer orders a page than we ask for, so its own count of pages wins over ours. */
function hasMore({ headers }: HttpAnswer, page: number, orders: number): boolean {
  const pages = headers.get("x-wp-totalpages");
  return orders > 0 && (pages === null ? orders >= PER_PAGE : page < Number(pages));
}

/** UTC without a zone: with one, WordPress converts it to the shop's zone and then compares it with UTC times. */
function gmt(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19);
}

/**
 * The first second, not after this one, behind which a time stands that WordPress does not misread. It takes the text
 * for its own local time first, and in the night when European clocks go forward one hour (1, 2 or 3 o'clock, by
 * country) does not exist there and is read as the next: we then ask from before it.
 */
function askable(at: Instant): Instant {
  const behind = new Date(Math.floor(at / 1000) * 1000 - 1000);
  const lastSundayOfMarch = behind.getUTCMonth() === 2 && behind.getUTCDay() === 0 && behind.getUTCDate() >= 25;
  const hour = behind.getUTCHours();
  return (lastSundayOfMarch && hour >= 1 && hour < 4 ? behind.setUTCHours(0, 59, 59, 0) : behind.getTime()) + 1000;
}
