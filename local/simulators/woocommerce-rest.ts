/**
 * The order list of the simulated shop: `GET /wp-json/wc/v3/orders`. `any` leaves out the trash and the statuses that a
 * plugin hides from searches, also where it stands beside other names; by name each of them is listed.
 */
import * as z from "zod/mini";
import { gmtTime, type ShopOrder, shopTime } from "./woocommerce-body.ts";

const Query = z.object({
  modified_after: z.optional(z.string()),
  modified_before: z.optional(z.string()),
  dates_are_gmt: z._default(z.stringbool(), false),
  orderby: z._default(z.enum(["date", "id", "modified"]), "date"),
  order: z._default(z.enum(["asc", "desc"]), "desc"),
  per_page: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 10),
  page: z._default(z.coerce.number().check(z.int(), z.gte(1)), 1),
  status: z._default(z.string(), "any"),
});
type Query = z.infer<typeof Query>;

export type RestAnswer = { status: number; headers?: Record<string, string>; body: unknown };

const CORE = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft"];

/** @param hidden statuses of plugins that no search shows */
export function listOrders(
  orders: Iterable<ShopOrder>,
  search: URLSearchParams,
  hidden: readonly string[] = [],
): RestAnswer {
  const parsed = Query.safeParse(Object.fromEntries(search));
  if (!parsed.success) return restError(400, "rest_invalid_param", "Invalid parameter(s)");
  const query = parsed.data;
  const statuses = query.status.split(",");
  const known = [...CORE, ...hidden, "any", "trash"];
  if (statuses.some((status) => !known.includes(status)))
    return restError(400, "rest_invalid_param", "Invalid parameter(s): status");
  const isShown = ({ status }: ShopOrder) =>
    statuses.includes("any") ? status !== "trash" && !hidden.includes(status) : statuses.includes(status);
  const found = [...orders]
    .filter((order) => isShown(order) && fits(order, query))
    .sort((a, b) => compare(a, b, query));
  const from = (query.page - 1) * query.per_page;
  return {
    status: 200,
    headers: {
      "x-wp-total": String(found.length),
      "x-wp-totalpages": String(Math.ceil(found.length / query.per_page)),
    },
    body: found.slice(from, from + query.per_page),
  };
}

export function restError(status: number, code: string, message: string): RestAnswer {
  return { status, body: { code, message, data: { status } } };
}

function fits(order: ShopOrder, query: Query): boolean {
  const modified = query.dates_are_gmt ? order.date_modified_gmt : order.date_modified;
  if (query.modified_after !== undefined && modified <= asRead(query.modified_after)) return false;
  return query.modified_before === undefined || modified < asRead(query.modified_before);
}

function compare(a: ShopOrder, b: ShopOrder, { orderby, order }: Query): number {
  const field = { date: "date_created", modified: "date_modified_gmt", id: "id" } as const;
  const [x, y] = [a[field[orderby]], b[field[orderby]]];
  const rising = x < y ? -1 : x > y ? 1 : a.id - b.id;
  return order === "asc" ? rising : -rising;
}

/** WordPress reads a time as its own local time, whatever it is then compared with; an hour that clocks skip is the next. */
function asRead(text: string): string {
  if (/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return shopTime(Date.parse(text));
  const asUtc = Date.parse(`${text}Z`);
  const exists = [1, 2].some((hours) => shopTime(asUtc - hours * 3_600_000) === text);
  return exists ? text : gmtTime(asUtc + 3_600_000);
}
