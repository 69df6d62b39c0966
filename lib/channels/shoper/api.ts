/** The few things that are asked of a Shoper shop. */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { anything } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import { Refused } from "../channel.ts";
import { Count, phpList, Text } from "../shared/wire.ts";
import { ShoperLine, ShoperOrder } from "./body.ts";
import type { ShoperClient } from "./client.ts";
import { ShoperUnavailable } from "./errors.ts";
import type { ShoperParts } from "./map.ts";

/** The most that a list gives; asked for more, a shop silently gives ten. */
const PER_PAGE = 50;

const List = z.lazy(() =>
  z.object({
    pages: z.catch(Count, 0),
    list: phpList(anything),
  }),
);

type Rows = { rows: unknown[]; more: boolean };

/** Every call throws `Blocked`, `Refused` or `ShoperUnavailable`. */
export type ShoperApi = {
  /** Orders whose `field` is later than this naive time, by id. @param afterId only those with a higher id */
  ordersSince(field: "date" | "status_date", since: string, afterId?: number): Promise<Rows>;
  /** Undefined for an order that the shop does not have. */
  order(id: string): Promise<ShoperParts | undefined>;
};

export function shoperApi(client: ShoperClient): ShoperApi {
  let currencies: Promise<Map<string, string>> | undefined;
  const shippings = new Map<string, Promise<string | undefined>>();
  const payments = new Map<string, Promise<string | undefined>>();
  let sellsOnAuctions: Promise<boolean> | undefined;

  async function list(resource: string, query: Record<string, string>, page = 1): Promise<Rows> {
    const body = await client.get(resource, { ...query, limit: String(PER_PAGE), page: String(page) });
    const parsed = List.safeParse(body);
    if (!parsed.success) throw new ShoperUnavailable(`${resource}: an answer without a list`);
    return { rows: parsed.data.list, more: page < parsed.data.pages && parsed.data.list.length > 0 };
  }

  async function currencyNames(): Promise<Map<string, string>> {
    const { rows } = await list("currencies", {});
    return new Map(rows.flatMap((row) => Named.safeParse(row).data ?? []).map((row) => [row.currency_id, row.name]));
  }

  /** Asked once a run for each carrier and each payment; a name that the key may not read is left out. */
  function nameOf(known: Map<string, Promise<string | undefined>>, resource: string, id: string) {
    const asked = known.get(id) ?? client.get(`${resource}/${encodeURIComponent(id)}`).then(nameIn, unlessRefused);
    if (id) known.set(id, asked);
    return id ? asked : undefined;
  }

  /** A row of another order proves that the filter was not applied. */
  async function lines(id: string): Promise<ShoperLine[] | undefined> {
    const found: ShoperLine[] = [];
    for (let page = 1, more = true; more; page += 1) {
      const part = await list("order-products", { "filters[order_id]": id }, page);
      const rows = z.array(ShoperLine).safeParse(part.rows);
      if (!rows.success) return undefined;
      if (rows.data.some((line) => line.order_id !== id))
        throw new ShoperUnavailable("order-products: lines of another order");
      found.push(...rows.data);
      more = part.more;
    }
    return found;
  }

  /** Nothing where the key may not read them, or the shop sells nowhere else. */
  async function auctions(query: Record<string, string>): Promise<unknown[]> {
    const body = await client.get("auction-orders", query).catch(unlessRefused);
    return List.safeParse(body).data?.list ?? [];
  }

  /** What the shop notes of an order that it sold on a marketplace. Of a shop that notes none no order is asked for. */
  async function auctionOf(id: string): Promise<unknown> {
    sellsOnAuctions ??= auctions({ limit: "1" }).then((rows) => rows.length > 0);
    if (!(await sellsOnAuctions)) return undefined;
    const rows = await auctions({ "filters[order_id]": id, limit: String(PER_PAGE) });
    return rows.find((row) => AuctionOrder.safeParse(row).data?.order_id === id);
  }

  /** Asked before the order itself, so that a change in between only makes the next reading newer. */
  async function changedAt(id: string): Promise<Instant | undefined> {
    const seconds = Changed.safeParse(await client.get(`object-mtime/order/${id}`)).data?.date;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  return {
    async ordersSince(field, since, afterId) {
      const query = present<Record<string, string>>({
        [`filters[${field}][>]`]: since,
        "filters[order_id][>]": afterId === undefined ? undefined : String(afterId),
        order: "order_id ASC",
      });
      return list("orders", query);
    },
    async order(id) {
      const at = await changedAt(id);
      const order = await client.get(`orders/${id}`);
      if (order === undefined) return undefined;
      const head = ShoperOrder.safeParse(order).data;
      currencies ??= currencyNames();
      const names = {
        currency: (await currencies).get(head?.currency_id ?? ""),
        shipping: await nameOf(shippings, "shippings", head?.shipping_id ?? ""),
        payment: await nameOf(payments, "payments", head?.payment_id ?? ""),
      };
      return present({
        order,
        lines: await lines(id),
        names,
        changedAt: at,
        auction: await auctionOf(id),
      }) as ShoperParts;
    },
  };
}

const AuctionOrder = z.lazy(() => z.object({ order_id: Text }));
const Named = z.lazy(() => z.object({ currency_id: Text, name: Text }));
/** A carrier has its name plainly, a payment also by language. */
const Carrier = z.lazy(() =>
  z.object({
    name: Text,
    title: Text,
    translations: z.catch(z.optional(z.record(z.string(), z.object({ title: Text }))), undefined),
  }),
);

/** The key may read orders and no payments. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof Refused) return undefined;
  throw error;
}

function nameIn(row: unknown): string | undefined {
  const found = Carrier.safeParse(row).data;
  const titles = Object.values(found?.translations ?? {}).map(({ title }) => title);
  return found?.name || found?.title || titles.find(Boolean);
}

/** Unix seconds. */
const Changed = z.lazy(() => z.object({ date: z.coerce.number().check(z.int(), z.positive()) }));
