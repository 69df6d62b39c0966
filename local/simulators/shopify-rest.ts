/** Orders over the simulated REST Admin API: `GET /admin/api/{version}/orders.json` and `orders/{id}.json`. */
import * as z from "zod/mini";
import { present } from "../../lib/core/writes.ts";
import type { ShopifyBody } from "./shopify-body.ts";

export type ApiAnswer = { status: number; headers?: Record<string, string>; body: unknown };

const Query = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(250)), 50),
  status: z._default(z.enum(["open", "closed", "cancelled", "any"]), "open"),
  updated_at_min: z.optional(z.iso.datetime({ offset: true })),
  order: z._default(z.enum(["updated_at asc", "created_at desc"]), "created_at desc"),
});

/** A place in a list: its filters, and the last order before it. */
const Place = z.extend(Query, { after: z.tuple([z.string(), z.int()]) });
type Place = z.infer<typeof Query> & { after?: [string, number] | undefined };

export function oneOrder(orders: ReadonlyMap<number, ShopifyBody>, id: string): ApiAnswer {
  const order = orders.get(Number(id));
  return order ? { status: 200, body: { order } } : apiError(404, "Not Found");
}

/** Beside `page_info` only `limit` may be said: everything else is in it. */
export function listOrders(orders: Iterable<ShopifyBody>, { pathname, searchParams, origin }: URL): ApiAnswer {
  const { page_info: info, ...rest } = Object.fromEntries(searchParams);
  const place = info === undefined ? Query.safeParse(rest) : placeOf(info, rest);
  if (!place.success) return apiError(400, "Invalid value.");
  const wanted: Place = place.data;
  const found = [...orders].filter((order) => fits(order, wanted)).sort((a, b) => compare(a, b, wanted));
  const page = found.slice(0, wanted.limit);
  const last = page.at(-1);
  const isLast = last === undefined || found.length === page.length;
  return present({
    status: 200,
    headers: !isLast ? { link: linkTo(`${origin}${pathname}`, wanted, last) } : undefined,
    body: { orders: page },
  });
}

export function apiError(status: number, errors: string): ApiAnswer {
  return { status, body: { errors } };
}

function placeOf(info: string, { limit = "50", ...others }: Record<string, string>) {
  if (Object.keys(others).length > 0) return { success: false } as const;
  try {
    const json: unknown = JSON.parse(Buffer.from(info, "base64url").toString());
    return Place.safeParse({ ...z.looseObject({}).parse(json), limit });
  } catch {
    return { success: false } as const;
  }
}

function linkTo(url: string, { after: _, ...wanted }: Place, last: ShopifyBody): string {
  const info = Buffer.from(JSON.stringify({ ...wanted, after: [last.updated_at, last.id] })).toString("base64url");
  return `<${url}?limit=${wanted.limit}&page_info=${info}>; rel="next"`;
}

function fits(order: ShopifyBody, { status, updated_at_min, after, order: by }: Place): boolean {
  const isCancelled = order.cancelled_at !== null;
  if (status === "closed" || (status === "open" && isCancelled) || (status === "cancelled" && !isCancelled))
    return false;
  if (updated_at_min !== undefined && Date.parse(order.updated_at) < Date.parse(updated_at_min)) return false;
  if (!after) return true;
  const [time, id] = after;
  const behind = Date.parse(order.updated_at) - Date.parse(time) || order.id - id;
  return by === "updated_at asc" ? behind > 0 : behind < 0;
}

function compare(a: ShopifyBody, b: ShopifyBody, { order }: Place): number {
  const rising = Date.parse(a.updated_at) - Date.parse(b.updated_at) || a.id - b.id;
  return order === "updated_at asc" ? rising : -rising;
}
