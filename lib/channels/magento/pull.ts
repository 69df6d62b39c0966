/** How a Magento shop is pulled: by `updated_at`, and single orders that a thin call named. */
import * as z from "zod/mini";
import { DAY, type Instant } from "../../order.ts";
import { accountName, type Page, type Pull, type Pulled, type PullIo, type Read } from "../channel.ts";
import { unusable } from "../shared/unread.ts";
import type { MagentoAccount, OrderSettings } from "./account.ts";
import { MagentoOrder, MagentoPosition } from "./body.ts";
import { type Client, magentoClient } from "./client.ts";
import { isEditOfEdit } from "./edits.ts";
import { mapOrder } from "./map.ts";
import { numberOf } from "./receive.ts";
import { filtersOf, halved, type Position, searched, stepOn, suspectOf, type Walk, walkFrom } from "./walk.ts";

const FIRST_LOOK_BACK_DAYS = 14;

/** An order edited more often than this is linked to its last editions only. */
const MAX_ANCESTORS = 30;

/** The reason of an order that the shop itself cannot put together. */
const BROKEN = "broken-at-shop";

export function pull(account: MagentoAccount, io: PullIo): Pull {
  const client = magentoClient(account, io);
  const name = accountName(account);
  const settings = { ...account, account: name, issuer: name };
  return {
    listings: [
      { name: "orders", everySeconds: 0, page: (cursor) => page(client, account, settings, cursor, io.now()) },
    ],
    read: (id) => read(client, settings, id),
  };
}

async function page(
  client: Client,
  account: MagentoAccount,
  settings: OrderSettings,
  cursor: string | undefined,
  now: Instant,
): Promise<Page> {
  const { walk, again } = walkFrom(cursor, firstLook(account, now), now);
  const hints = again.map((id): Pulled => ({ kind: "hint", id }));
  const next = await nextOf(client, account.pageSize, settings, walk, now);
  return { ...next, orders: [...hints, ...next.orders] };
}

async function nextOf(
  client: Client,
  pageSize: number,
  settings: OrderSettings,
  walk: Walk,
  now: Instant,
): Promise<Page> {
  const suspect = suspectOf(walk);
  if (suspect !== undefined) return confirm(client, settings, walk, suspect, now);
  const listed = await client.list({ filters: filtersOf(walk), sortBy: ["updated_at", "entity_id"], pageSize });
  if (listed.kind === "broken") {
    if (!walk.within) await client.assertUp();
    return { orders: [], ...halved(walk, true) };
  }
  if (walk.within) return { orders: [], ...halved(walk, false) };
  const { orders, isLast } = listed;
  return {
    orders: orders.flatMap((order) => pulledOf(order, settings)),
    ...stepOn(walk, orders.flatMap(positionOf), isLast, now),
  };
}

/** The first look back reaches as far as a purchase is recognised. */
function firstLook({ acceptFrom, windowDays = FIRST_LOOK_BACK_DAYS }: MagentoAccount, now: Instant): Instant {
  return acceptFrom ?? Math.max(now - windowDays * DAY, 0);
}

/** One order is left that may spoil the pages: it is read by itself, and left out of the next ones. */
async function confirm(client: Client, settings: OrderSettings, walk: Walk, id: string, now: Instant): Promise<Page> {
  const found = await client.one(id);
  switch (found.kind) {
    case "order":
      return { orders: pulledOf(found.order, settings), ...searched(walk, true, now) };
    case "absent":
      return { orders: [], ...searched(walk, false, now) };
    case "broken":
      await client.assertUp();
      return { orders: [{ kind: "unusable", id, reason: BROKEN, raw: "" }], ...searched(walk, true, now) };
    default:
      return found satisfies never;
  }
}

/** An edit of an edit is read by itself, with the orders that it replaces. */
function pulledOf(value: unknown, settings: OrderSettings): Pulled[] {
  const parentOfEdit = editedParentOf(value);
  const id = idOf(value);
  if (parentOfEdit !== undefined && id !== undefined) return [{ kind: "hint", id }];
  const mapped = mapOrder(value, settings);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "replaced":
      return [];
    case "unusable":
      return [unusable(value, mapped.reason, mapped.sourceOrder)];
    default:
      return mapped satisfies never;
  }
}

async function read(client: Client, settings: OrderSettings, hint: string): Promise<Read> {
  const number = numberOf(hint);
  const found = number === undefined ? await client.one(hint) : await byNumber(client, number);
  switch (found.kind) {
    case "absent":
      return { kind: "absent", reason: "not-found" };
    case "ambiguous":
      return { kind: "unusable", reason: "number-of-several-orders", raw: JSON.stringify(found.orders) };
    case "broken":
      await client.assertUp();
      return { kind: "unusable", reason: BROKEN, raw: "" };
    case "order":
      return readOf(found.order, settings, await ancestorsOf(client, found.order));
    default:
      return found satisfies never;
  }
}

/** Numbers are unique only within a store view. */
async function byNumber(client: Client, number: string) {
  const filters = [{ field: "increment_id", condition: "eq", value: number }];
  const listed = await client.list({ filters, sortBy: ["entity_id"], pageSize: 2 });
  if (listed.kind === "broken") return listed;
  const { orders } = listed;
  if (orders.length > 1) return { kind: "ambiguous", orders } as const;
  return orders.length === 0 ? ({ kind: "absent" } as const) : ({ kind: "order", order: orders[0] } as const);
}

function readOf(order: unknown, settings: OrderSettings, ancestors: readonly string[]): Read {
  const mapped = mapOrder(order, settings, ancestors);
  switch (mapped.kind) {
    case "sighting":
      return mapped;
    case "replaced":
      return { kind: "absent", reason: "replaced-by-an-edit" };
    case "unusable":
      return { ...mapped, raw: JSON.stringify(order) };
    default:
      return mapped satisfies never;
  }
}

/** From an edit of an edit back to the order that the customer made, the nearest first; none for any other order. */
async function ancestorsOf(client: Client, order: unknown): Promise<string[]> {
  const ancestors: string[] = [];
  let parent = editedParentOf(order);
  while (parent !== undefined && ancestors.length < MAX_ANCESTORS && !ancestors.includes(parent)) {
    ancestors.push(parent);
    const found = await client.one(parent);
    parent = found.kind === "order" ? parentOf(found.order) : undefined;
  }
  return ancestors;
}

/** The parent of an order whose parent is itself an edit. */
function editedParentOf(value: unknown): string | undefined {
  const order = MagentoOrder.safeParse(value);
  return order.success && isEditOfEdit(order.data) ? order.data.relation_parent_id : undefined;
}

const WithParent = z.pick(MagentoOrder, { relation_parent_id: true });

function parentOf(value: unknown): string | undefined {
  return WithParent.safeParse(value).data?.relation_parent_id;
}

function idOf(value: unknown): string | undefined {
  return MagentoPosition.safeParse(value).data?.entity_id;
}

function positionOf(value: unknown): Position[] {
  const position = MagentoPosition.safeParse(value).data;
  return position ? [{ id: Number(position.entity_id), second: Math.floor(position.updated_at / 1000) }] : [];
}
