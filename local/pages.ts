/** Pages of plain JSON that only the local run has: what the ERP holds, what the index holds, what waits for a person. */
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { Held } from "../lib/core/held.ts";
import { Order } from "../lib/core/order.ts";
import { present } from "../lib/core/writes.ts";
import { meaningOf } from "../lib/ops/held-meanings.ts";
import { type Table, table } from "../lib/store/table.ts";
import { jsonAnswer } from "./apigw-event.ts";
import type { Page } from "./apigw-host.ts";
import type { FakeErp } from "./fake-erp.ts";

/** `fakeErp`: absent where the ERP is not on this machine. */
export type Shown = { table: Table; fakeErp: FakeErp | undefined };

/** @param opened what they show, once it is there: until then a page waits */
export function localPages(opened: Promise<Shown>): Record<string, Page> {
  return {
    "/erp/orders": async () => {
      const { fakeErp } = await opened;
      return fakeErp && jsonAnswer(fakeErp.rows());
    },
    "/orders": async () => jsonAnswer((await ordersOf((await opened).table)).map(orderPage)),
    "/held": async () => jsonAnswer((await openCasesOf((await opened).table)).map(heldPage)),
  };
}

const OrderItem = z.object({ body: z.string() });

/** Every order of the index. For a desk: it reads the whole table. */
async function ordersOf(kojarz: Table): Promise<Order[]> {
  const items = await itemsOf(kojarz, table.prefixes.order);
  return items.map((item) => Order.parse(JSON.parse(OrderItem.parse(item).body)));
}

async function openCasesOf(kojarz: Table): Promise<Held[]> {
  const items = await itemsOf(kojarz, "H#");
  return items.map((item) => Held.parse(item)).filter(({ resolved }) => !resolved);
}

function orderPage({ id, state, reason, keys, sources, erp }: Order): object {
  return present({
    order: id,
    state,
    reason,
    keys: keys.map(({ kind, issuer, value }) => ({ kind, issuer, value })),
    sources: sources.map(({ account, sourceOrder, role }) => ({ account, sourceOrder, role })),
    erpNumber: erp?.number,
  });
}

function heldPage({ id, reason, count, account, sourceOrder, detail }: Held): object {
  return present({ id, reason, count, account, sourceOrder, detail: detail || undefined, meaning: meaningOf(reason) });
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
