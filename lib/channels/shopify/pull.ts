/**
 * The reconciliation listing: `GET /admin/api/{version}/orders.json`, oldest change first. Shopify does not promise to
 * deliver every webhook and asks its clients to compare.
 *
 * Pages follow the `page_info` of the `Link` header, which names the place behind the last order: an order that changes
 * meanwhile moves to the end, and no other one slips forward. Without `read_all_orders` the list ends after 60 days.
 */
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import type { Instant } from "../../core/order.ts";
import { anyInt, anyList, anything, optionalText, textOrNumber } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { type Pull, type Pulled, type PullIo, type Read, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import { type Entry, type Rest, Saved, type Walk } from "../shared/walk.ts";
import { BY_CHANGE_WITH_LINKS } from "../shared/walk-kinds.ts";
import { type Asked, firstLook, markOf, walkListing } from "../shared/walk-listing.ts";
import type { ShopifyAccount } from "./account.ts";
import { ShopifyHead, Time } from "./body.ts";
import { mapOrder } from "./map.ts";

const PER_PAGE = "250";

/** As it was written until 2026-11: Unix seconds, and the place in the list where a walk was interrupted. */
type Earlier = { since: number; newest: number; page?: string | undefined };

const Cursor = z.lazy(() => {
  const earlier = z.object({ since: anyInt, newest: anyInt, page: optionalText });
  return z.union([Saved, z.pipe(earlier, z.transform(walkOf))]);
});

function walkOf({ since, newest, page: link }: Earlier): Walk | Rest {
  const rest: Rest = { from: since * 1000, newest: newest * 1000, seen: [] };
  return link === undefined ? rest : { ...rest, until: rest.newest, link };
}

/** Undefined for a shop whose token is not known. How often it is polled is the schedule's business. */
export function pull(account: ShopifyAccount, io: PullIo): Pull | undefined {
  const { accessToken, apiVersion } = account;
  if (accessToken === undefined) return undefined;
  const name = accountName(account);
  const api = `${account.baseUrl ?? `https://${account.shop}`}/admin/api/${apiVersion}`;

  async function get(path: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const headers = { "x-shopify-access-token": accessToken ?? "", accept: "application/json" };
    const answer = await io.http(`${api}/${path}`, { headers });
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    return answer;
  }

  /** A place in a list is not kept for ever. */
  async function ask(walk: Walk): Promise<Asked | undefined> {
    const answer = await get(`orders.json?${queryOf(walk)}`);
    if (answer.status === 400 && walk.link !== undefined) return undefined;
    const link = nextPage(answer);
    return present({ rows: ordersOf(answer, name), more: link !== undefined, link });
  }

  async function read(id: string): Promise<Read> {
    const answer = await get(`orders/${encodeURIComponent(id)}.json`);
    if (answer.status === 404) return { kind: "absent", reason: "unknown-at-shop" };
    const order = orderOf(answer, name);
    const mapped = mapOrder(order, account);
    if (mapped.kind === "sighting") return mapped;
    if (mapped.kind === "test") return { kind: "absent", reason: "test-order" };
    return { kind: "unusable", reason: mapped.reason, raw: JSON.stringify(order) };
  }

  const orders = walkListing({
    name: "orders",
    everySeconds: 0,
    kind: { ...BY_CHANGE_WITH_LINKS, leavesOut: "unchanged" },
    first: (now) => firstLook(account, now),
    now: io.now,
    ask,
    entryOf,
    pulled: (rows) => eachRow(io, rows, (row) => pulledOf(row, account), idOf),
    saved: Cursor,
  });
  return { listings: [orders], read };
}

/** Beside `page_info` the API takes only `limit`: the filters of the first page hold. */
function queryOf({ from, link }: Walk): URLSearchParams {
  if (link !== undefined) return new URLSearchParams({ limit: PER_PAGE, page_info: link });
  return new URLSearchParams({ updated_at_min: utc(from), status: "any", limit: PER_PAGE, order: "updated_at asc" });
}

/** Only the place is taken from the link: the token goes to no address that an answer names. */
function nextPage({ headers }: HttpAnswer): string | undefined {
  const link = headers.get("link")?.match(/<([^<>]+)>\s*;\s*rel="?next"?/)?.[1];
  return link === undefined ? undefined : (new URL(link, "https://shop").searchParams.get("page_info") ?? undefined);
}

/** A test order is no purchase, and never becomes one. */
function pulledOf(value: unknown, account: ShopifyAccount): Pulled[] {
  const mapped = mapOrder(value, account);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "test":
      return [];
    case "unusable":
      return [unusable(value, mapped.reason, mapped.sourceOrder, mapped.detail)];
    default:
      return mapped satisfies never;
  }
}

const Changed = z.lazy(() => z.object({ id: textOrNumber, updated_at: Time }));

function idOf(value: unknown): string | undefined {
  const id = Changed.safeParse(value).data?.id;
  return id === undefined ? undefined : String(id);
}

function entryOf(value: unknown): Entry | undefined {
  const changed = Changed.safeParse(value).data;
  return changed && { mark: markOf(changed.id, value), changedAt: changed.updated_at };
}

const Orders = z.lazy(() => z.object({ orders: anyList }));

function ordersOf(answer: HttpAnswer, name: string): unknown[] {
  if (answer.status !== 200) throw new Refused(name, "its order list", answer.status, saidOf(answer));
  const listed = Orders.safeParse(jsonOf(answer));
  if (!listed.success) throw new Error(`${name}: the shop's order list is not a JSON object with orders`);
  return listed.data.orders;
}

const One = z.lazy(() => z.object({ order: anything }));

function orderOf(answer: HttpAnswer, name: string): unknown {
  if (answer.status !== 200) throw new Refused(name, "an order", answer.status, saidOf(answer));
  const read = One.safeParse(jsonOf(answer));
  if (!read.success || !ShopifyHead.safeParse(read.data.order).success)
    throw new Error(`${name}: the shop's answer is not a JSON object with an order`);
  return read.data.order;
}

/** A text, or one for each field. */
const Errors = z.lazy(() => z.object({ errors: anything }));

function saidOf(answer: HttpAnswer): { message?: string } {
  const errors = Errors.safeParse(jsonOf(answer)).data?.errors;
  return errors === undefined ? {} : { message: typeof errors === "string" ? errors : JSON.stringify(errors) };
}

function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
