/** The few things that are asked of a Shoper shop. */
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import { anything } from "../../shapes.ts";
import { Count, phpList, Text } from "../shared/wire.ts";
import { ShoperLine, ShoperOrder } from "./body.ts";
import type { ShoperClient } from "./client.ts";
import { ShoperUnavailable } from "./errors.ts";
import type { ShoperParts } from "./map.ts";

/** The most that a list gives; asked for more, a shop silently gives ten. */
const PER_PAGE = 50;

const List = z.object({
  pages: z.catch(Count, 0),
  list: phpList(anything),
});

export type ShoperApi = {
  /** Orders whose `field` is later than this naive time, by id. @param page from 1 */
  ordersSince(field: "date" | "status_date", after: string, page: number): Promise<{ rows: unknown[]; more: boolean }>;
  /** Undefined for an order that the shop does not have. */
  order(id: string): Promise<ShoperParts | undefined>;
};

export function shoperApi(client: ShoperClient): ShoperApi {
  let currencies: Promise<Map<string, string>> | undefined;
  const shippings = new Map<string, Promise<string | undefined>>();

  async function list(resource: string, query: Record<string, string>, page = 1) {
    const body = await client.get(resource, { ...query, limit: String(PER_PAGE), page: String(page) });
    const parsed = List.safeParse(body);
    if (!parsed.success) throw new ShoperUnavailable(`${resource}: an answer without a list`);
    return { rows: parsed.data.list, more: page < parsed.data.pages && parsed.data.list.length > 0 };
  }

  async function currencyNames(): Promise<Map<string, string>> {
    const { rows } = await list("currencies", {});
    return new Map(rows.flatMap((row) => Named.safeParse(row).data ?? []).map((row) => [row.currency_id, row.name]));
  }

  async function shippingName(id: string): Promise<string | undefined> {
    return Shipping.safeParse(await client.get(`shippings/${encodeURIComponent(id)}`)).data?.name || undefined;
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

  /** Asked before the order itself, so that a change in between only makes the next reading newer. */
  async function changedAt(id: string): Promise<Instant | undefined> {
    const seconds = Changed.safeParse(await client.get(`object-mtime/order/${id}`)).data?.date;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  return {
    async ordersSince(field, after, page) {
      return list("orders", { [`filters[${field}][>]`]: after, order: "order_id ASC" }, page);
    },
    async order(id) {
      const at = await changedAt(id);
      const order = await client.get(`orders/${id}`);
      if (order === undefined) return undefined;
      const head = ShoperOrder.safeParse(order).data;
      currencies ??= currencyNames();
      const shippingId = head?.shipping_id ?? "";
      if (shippingId && !shippings.has(shippingId)) shippings.set(shippingId, shippingName(shippingId));
      const names = {
        currency: (await currencies).get(head?.currency_id ?? ""),
        shipping: await shippings.get(shippingId),
      };
      return { order, lines: await lines(id), names, changedAt: at };
    },
  };
}

const Named = z.object({ currency_id: Text, name: Text });
const Shipping = z.object({ name: Text });
/** Unix seconds. */
const Changed = z.object({ date: z.coerce.number().check(z.int(), z.positive()) });
