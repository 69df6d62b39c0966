/** How a Magento shop is pulled: by `updated_at`, and single orders that a thin call named. */
import { accountName } from "../../core/keys.ts";
import type { Instant } from "../../core/order.ts";
import type { Page, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import { type Entry, isSeen } from "../shared/walk.ts";
import { firstLook, markOf } from "../shared/walk-listing.ts";
import type { MagentoAccount, OrderSettings } from "./account.ts";
import { MagentoOrder, MagentoPosition, WithParent } from "./body.ts";
import { type Client, magentoClient } from "./client.ts";
import { isEditOfEdit } from "./edits.ts";
import { optionLabels } from "./labels.ts";
import { mapOrder } from "./map.ts";
import { filtersOf, halved, type Position, pageRead, positionFrom, searched, suspectOf } from "./position.ts";
import { numberOf } from "./receive.ts";

/** An order edited more often than this is linked to its last editions only. */
const MAX_ANCESTORS = 30;

/** The reason of an order that the shop itself cannot put together. */
const BROKEN = "broken-at-shop";

export function pull(account: MagentoAccount, io: PullIo): Pull {
  const client = magentoClient(account, io);
  const name = accountName(account);
  const labelsOf = optionLabels(client);
  const settingsFor: SettingsFor = async (orders) => {
    return { ...account, account: name, issuer: name, labels: await labelsOf(orders) };
  };
  return {
    listings: [
      { name: "orders", everySeconds: 0, page: (cursor) => page({ client, settingsFor, io }, account, cursor) },
    ],
    read: (id) => read(client, settingsFor, id),
  };
}

/** How these orders are read, with what their options are called. */
type SettingsFor = (orders: readonly unknown[]) => Promise<OrderSettings>;

type Reader = { client: Client; settingsFor: SettingsFor; io: Pick<PullIo, "now" | "each"> };

async function page(reader: Reader, account: MagentoAccount, cursor: string | undefined): Promise<Page> {
  const now = reader.io.now();
  const { again, ...position } = positionFrom(cursor, firstLook(account, now), now);
  const hints = again.map((id): Pulled => ({ kind: "refresh", id }));
  const next = await nextOf(reader, account.pageSize, position, now);
  return { ...next, orders: [...hints, ...next.orders] };
}

async function nextOf(reader: Reader, pageSize: number, position: Position, now: Instant): Promise<Page> {
  const { client } = reader;
  const suspect = suspectOf(position);
  if (suspect !== undefined) return confirm(reader, position, suspect, now);
  const listed = await client.list({ filters: filtersOf(position), sortBy: ["updated_at", "entity_id"], pageSize });
  if (listed.kind === "broken") {
    if (!position.within) await client.assertUp();
    return { orders: [], ...halved(position, true) };
  }
  if (position.within) return { orders: [], ...halved(position, false) };
  const read = listed.orders.map((order) => ({ order, entry: entryOf(order) }));
  const fresh = read.filter(({ entry }) => !entry || !isSeen(position.walk, entry));
  const entries = read.flatMap(({ entry }) => entry ?? []);
  return {
    orders: await pulledAll(
      reader,
      fresh.map(({ order }) => order),
    ),
    ...pageRead(position, entries, listed.isLast, now),
  };
}

async function pulledAll({ settingsFor, io }: Reader, orders: unknown[]): Promise<Pulled[]> {
  const settings = await settingsFor(orders);
  return eachRow(io, orders, (order) => pulledOf(order, settings), idOf);
}

/** One order is left that may spoil the pages: it is read by itself, and left out of the next ones. */
async function confirm(reader: Reader, position: Position, id: string, now: Instant): Promise<Page> {
  const { client } = reader;
  const found = await client.one(id);
  switch (found.kind) {
    case "order":
      return { orders: await pulledAll(reader, [found.order]), ...searched(position, true, now) };
    case "absent":
      return { orders: [], ...searched(position, false, now) };
    case "broken":
      await client.assertUp();
      return { orders: [{ kind: "unusable", id, reason: BROKEN, raw: "" }], ...searched(position, true, now) };
    default:
      return found satisfies never;
  }
}

/** An edit of an edit is read by itself, with the orders that it replaces. */
function pulledOf(value: unknown, settings: OrderSettings): Pulled[] {
  const parentOfEdit = editedParentOf(value);
  const id = idOf(value);
  if (parentOfEdit !== undefined && id !== undefined) return [{ kind: "refresh", id }];
  const mapped = mapOrder(value, settings);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "replaced":
      return [];
    case "unusable":
      return [unusable(value, mapped.reason, mapped.sourceOrder, mapped.detail)];
    default:
      return mapped satisfies never;
  }
}

async function read(client: Client, settingsFor: SettingsFor, hint: string): Promise<Read> {
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
      return readOf(found.order, await settingsFor([found.order]), await ancestorsOf(client, found.order));
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

function parentOf(value: unknown): string | undefined {
  return WithParent.safeParse(value).data?.relation_parent_id;
}

function idOf(value: unknown): string | undefined {
  return MagentoPosition.safeParse(value).data?.entity_id;
}

function entryOf(value: unknown): Entry | undefined {
  const position = MagentoPosition.safeParse(value).data;
  if (!position) return undefined;
  const { entity_id: id, updated_at: changedAt } = position;
  return { id: Number(id), mark: markOf(id, value), changedAt };
}
