/**
 * The reconciliation listing: `GET /wp-json/wc/v3/orders`, oldest change first.
 *
 * A shop sends each delivery once and never again, so what was lost is found only here. Pages go by time and only
 * within one second by number: an order that changes meanwhile moves to the end, and by number every later one would
 * slip forward by one place and be missed.
 */
import * as z from "zod/mini";
import { DAY } from "../../order.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { anyInt, anything, positiveInt } from "../../shapes.ts";
import type { Page, Pull, Pulled, PullIo } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { unusable } from "../shared/unread.ts";
import type { WooAccount } from "./account.ts";
import { WooOrder } from "./body.ts";
import { mapOrder } from "./map.ts";

const PER_PAGE = 100;
/** Modification times are whole seconds, and are set before the shop's own transaction ends. */
const OVERLAP_SECONDS = 120;
const FIRST_LOOK_BACK_DAYS = 14;

const FIXED = { dates_are_gmt: "true", orderby: "modified", order: "asc", per_page: String(PER_PAGE), status: "any" };

/** `after`: epoch seconds, exclusive. `page`: of the listing from there on. */
const Cursor = z.object({ after: anyInt, page: positiveInt });
type Cursor = z.infer<typeof Cursor>;

type Listed = { orders: unknown[]; more: boolean };

/** Undefined for a shop whose keys are not known. How often it is polled is the schedule's business. */
export function pull(account: WooAccount, io: PullIo): Pull | undefined {
  const { consumerKey, consumerSecret } = account;
  if (consumerKey === undefined || consumerSecret === undefined) return undefined;
  const authorization = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64")}`;

  async function list(after: number, page: number): Promise<Listed> {
    await io.budget.spend(1);
    const query = new URLSearchParams({ ...FIXED, modified_after: gmt(after), page: String(page) });
    const url = `${account.baseUrl}/wp-json/wc/v3/orders?${query}`;
    const answer = await io.http(url, { headers: { authorization, accept: "application/json" } });
    return listedOf(answer, page, io);
  }

  async function page(text: string | undefined): Promise<Page> {
    const cursor = text === undefined ? firstCursor(account, io) : Cursor.parse(JSON.parse(text));
    const from = expressible(cursor.after);
    const { orders, more } = await list(from, cursor.page);
    const newest = Math.max(from, ...orders.flatMap(modifiedSecond));
    const next = more ? nextPage(cursor, from, newest) : nextRun(cursor, newest, io);
    return { orders: orders.flatMap((order) => pulledOf(order, account)), cursor: JSON.stringify(next), more };
  }

  return { listings: [{ name: "orders", everySeconds: 0, page }] };
}

/** The first look back reaches as far as a purchase is recognised. */
function firstCursor({ acceptFrom, windowDays = FIRST_LOOK_BACK_DAYS }: WooAccount, io: PullIo): Cursor {
  return { after: Math.floor((acceptFrom ?? io.now() - windowDays * DAY) / 1000), page: 1 };
}

/** From the newest second on, that second included; by number while it does not move. */
function nextPage({ after, page }: Cursor, from: number, newest: number): Cursor {
  return expressible(newest - 1) > from ? { after: newest - 1, page: 1 } : { after, page: page + 1 };
}

/** With the overlap, and never ahead of our own clock: one order dated in the future would hide all the others. */
function nextRun({ after }: Cursor, newest: number, io: PullIo): Cursor {
  const latest = Math.floor(io.now() / 1000) - OVERLAP_SECONDS;
  return { after: Math.min(Math.max(after, newest - OVERLAP_SECONDS), latest), page: 1 };
}

/** A draft is not an order yet; when it becomes one it is modified, and listed again. */
function pulledOf(value: unknown, account: WooAccount): Pulled[] {
  const mapped = mapOrder(value, account);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "draft":
      return [];
    case "unusable":
      return [unusable(value, mapped.reason, mapped.sourceOrder)];
  }
}

const Modified = z.pick(WooOrder, { date_modified_gmt: true });

function modifiedSecond(value: unknown): number[] {
  const parsed = Modified.safeParse(value);
  return parsed.success ? [Math.floor(parsed.data.date_modified_gmt / 1000)] : [];
}

function listedOf(answer: HttpAnswer, page: number, io: PullIo): Listed {
  const { status } = answer;
  const pause = pauseAfter(answer, io);
  if (pause) throw pause;
  if (status !== 200) throw new Error(`the shop refuses its order list with status ${status}`);
  const orders = z.array(anything).safeParse(jsonOf(answer));
  if (!orders.success) throw new Error("the shop's order list is not a JSON array");
  return { orders: orders.data, more: hasMore(answer, page, orders.data.length) };
}

/** A shop may allow fewer orders a page than we ask for, so its own count of pages wins over ours. */
function hasMore({ headers }: HttpAnswer, page: number, orders: number): boolean {
  const pages = headers.get("x-wp-totalpages");
  return orders > 0 && (pages === null ? orders >= PER_PAGE : page < Number(pages));
}

/** UTC without a zone: with one, WordPress converts it to the shop's zone and then compares it with UTC times. */
function gmt(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19);
}

/**
 * The latest time not after this one that WordPress does not misread. It takes the text for its own local time first,
 * and in the night when European clocks go forward one hour (1, 2 or 3 o'clock, by country) does not exist there and
 * is read as the next: we then ask from before it.
 */
function expressible(second: number): number {
  const at = new Date(second * 1000);
  const lastSundayOfMarch = at.getUTCMonth() === 2 && at.getUTCDay() === 0 && at.getUTCDate() >= 25;
  const hour = at.getUTCHours();
  return lastSundayOfMarch && hour >= 1 && hour < 4 ? Math.floor(at.setUTCHours(0, 59, 59, 0) / 1000) : second;
}
