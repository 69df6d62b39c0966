/** Pages that only the local run has: what the ERP holds, what the index holds, what waits for a person. */
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { meaningOf } from "../ops/held-meanings.ts";
import { Held, Order } from "../order.ts";
import { type Table, table } from "../runtime/table.ts";
import type { StandIn } from "./stand-in.ts";

/** `standIn`: absent where the ERP is not on this machine. */
export type Shown = { table: Table; standIn: StandIn | undefined };

/** @param opened what they show, once it is there: until then a page waits */
export function localPages(opened: Promise<Shown>): Record<string, () => Promise<unknown>> {
  return {
    "/erp/orders": async () => (await opened).standIn?.rows(),
    "/orders": async () => (await ordersOf((await opened).table)).map(orderPage),
    "/held": async () => (await itemsOf((await opened).table, "H#")).map((item) => heldPage(Held.parse(item))),
  };
}

const OrderItem = z.object({ body: z.string() });

/** Every order of the index. For a desk: it reads the whole table. */
async function ordersOf(kojarz: Table): Promise<Order[]> {
  const items = await itemsOf(kojarz, table.orderPrefix);
  return items.map((item) => Order.parse(JSON.parse(OrderItem.parse(item).body)));
}

function orderPage({ id, state, reason, keys, sources, erp }: Order) {
  return {
    order: id,
    state,
    ...(reason !== undefined && { reason }),
    keys: keys.map(({ kind, issuer, value }) => ({ kind, issuer, value })),
    sources: sources.map(({ account, sourceOrder, role }) => ({ account, sourceOrder, role })),
    ...(erp && { erpNumber: erp.number }),
  };
}

function heldPage({ id, reason, count, account, sourceOrder, detail }: Held) {
  return { id, reason, count, account, sourceOrder, ...(detail && { detail }), meaning: meaningOf(reason) };
}

async function itemsOf({ documents, name }: Table, prefix: string): Promise<Array<Record<string, unknown>>> {
  const pages = paginateScan(
    { client: documents },
    {
      TableName: name,
      ConsistentRead: true,
      FilterExpression: "begins_with(#pk, :prefix)",
      ExpressionAttributeNames: { "#pk": table.hashKey },
      ExpressionAttributeValues: { ":prefix": prefix },
    },
  );
  const items: Array<Record<string, unknown>> = [];
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}
