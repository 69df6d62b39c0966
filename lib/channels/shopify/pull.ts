/**
 * The reconciliation listing: `GET /admin/api/{version}/orders.json`, oldest change first. Shopify does not promise to
 * deliver every webhook and asks its clients to compare.
 *
 * Pages follow the `page_info` of the `Link` header, which names the place behind the last order: an order that changes
 * meanwhile moves to the end, and no other one slips forward. Without `read_all_orders` the list ends after 60 days.
 */
import * as z from "zod/mini";
import { DAY } from "../../order.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { anyInt, anyList, anything, optionalText } from "../../shapes.ts";
import type { Page, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { unusable } from "../shared/unread.ts";
import type { ShopifyAccount } from "./account.ts";
import { ShopifyHead, ShopifyOrder } from "./body.ts";
import { mapOrder } from "./map.ts";

const PER_PAGE = "250";
/** Modification times are whole seconds, and are set before the order can be listed. */
const OVERLAP_SECONDS = 300;
const FIRST_LOOK_BACK_DAYS = 14;

/** `since`: epoch seconds, inclusive. `newest`: the latest change seen in this run. `page`: where it goes on. */
const Cursor = z.object({ since: anyInt, newest: anyInt, page: optionalText });
type Cursor = z.infer<typeof Cursor>;

/** Undefined for a shop whose token is not known. How often it is polled is the schedule's business. */
export function pull(account: ShopifyAccount, io: PullIo): Pull | undefined {
  const { accessToken, apiVersion } = account;
  if (accessToken === undefined) return undefined;
  const api = `${account.baseUrl ?? `https://${account.shop}`}/admin/api/${apiVersion}`;

  async function get(path: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const headers = { "x-shopify-access-token": accessToken ?? "", accept: "application/json" };
    const answer = await io.http(`${api}/${path}`, { headers });
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    return answer;
  }

  async function page(text: string | undefined): Promise<Page> {
    const cursor = text === undefined ? firstCursor(account, io) : Cursor.parse(JSON.parse(text));
    const answer = await get(`orders.json?${queryOf(cursor)}`);
    if (answer.status === 400 && cursor.page !== undefined) return outdated(cursor);
    const orders = ordersOf(answer);
    const newest = Math.max(cursor.newest, ...orders.flatMap(changedSecond));
    const page = nextPage(answer);
    const next = page === undefined ? nextRun(newest, io) : { since: cursor.since, newest, page };
    return {
      orders: orders.flatMap((order) => pulledOf(order, account)),
      cursor: JSON.stringify(next),
      more: page !== undefined,
    };
  }

  async function read(id: string): Promise<Read> {
    const answer = await get(`orders/${encodeURIComponent(id)}.json`);
    if (answer.status === 404) return { kind: "absent", reason: "unknown-at-shop" };
    const order = orderOf(answer);
    const mapped = mapOrder(order, account);
    if (mapped.kind === "sighting") return mapped;
    if (mapped.kind === "test") return { kind: "absent", reason: "test-order" };
    return { kind: "unusable", reason: mapped.reason, raw: JSON.stringify(order) };
  }

  return { listings: [{ name: "orders", everySeconds: 0, page }], read };
}

/** The first look back reaches as far as a purchase is recognised. */
function firstCursor({ acceptFrom, windowDays = FIRST_LOOK_BACK_DAYS }: ShopifyAccount, io: PullIo): Cursor {
  const since = Math.floor((acceptFrom ?? io.now() - windowDays * DAY) / 1000);
  return { since, newest: since };
}

/** Beside `page_info` the API takes only `limit`: the filters of the first page hold. */
function queryOf({ since, page }: Cursor): URLSearchParams {
  if (page !== undefined) return new URLSearchParams({ limit: PER_PAGE, page_info: page });
  return new URLSearchParams({ updated_at_min: utc(since), status: "any", limit: PER_PAGE, order: "updated_at asc" });
}

/** A place in a list is not kept for ever: the list is asked anew from the last change that was seen. */
function outdated({ newest }: Cursor): Page {
  const since = newest - OVERLAP_SECONDS;
  return { orders: [], cursor: JSON.stringify({ since, newest }), more: true };
}

/** With the overlap, and never ahead of our own clock: one order dated in the future would hide all the others. */
function nextRun(newest: number, io: PullIo): Cursor {
  const since = Math.min(newest, Math.floor(io.now() / 1000)) - OVERLAP_SECONDS;
  return { since, newest: since };
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
      return [unusable(value, mapped.reason, mapped.sourceOrder)];
    default:
      return mapped satisfies never;
  }
}

const Changed = z.pick(ShopifyOrder, { updated_at: true });

function changedSecond(value: unknown): number[] {
  const parsed = Changed.safeParse(value);
  return parsed.success ? [Math.floor(parsed.data.updated_at / 1000)] : [];
}

const Orders = z.object({ orders: anyList });

function ordersOf(answer: HttpAnswer): unknown[] {
  if (answer.status !== 200) throw new Error(`the shop refuses its order list with status ${answer.status}`);
  const listed = Orders.safeParse(jsonOf(answer));
  if (!listed.success) throw new Error("the shop's order list is not a JSON object with orders");
  return listed.data.orders;
}

const One = z.object({ order: anything });

function orderOf(answer: HttpAnswer): unknown {
  if (answer.status !== 200) throw new Error(`the shop refuses an order with status ${answer.status}`);
  const read = One.safeParse(jsonOf(answer));
  if (!read.success || !ShopifyHead.safeParse(read.data.order).success)
    throw new Error("the shop's answer is not a JSON object with an order");
  return read.data.order;
}

function utc(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
}
