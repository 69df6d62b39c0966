/** How a BaseLinker account is pulled: confirmed orders page by page, and single orders that a callback or the journal named. */
import { type Key, keyOf } from "../../dedup/keys.ts";
import { accountName, type Page, type Pull, type Pulled, type PullIo, type Read } from "../channel.ts";
import { unusable } from "../shared/unread.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { BaseLinkerUnavailable, type Connector, connectorOf } from "./client.ts";
import { numberOfHint } from "./hint.ts";
import { journalListing } from "./journal.ts";
import { mapOrder } from "./map.ts";
import { hasMoved, passOf, passOn, relistFrom } from "./relist.ts";
import { parametersOf, stepOn, walkFrom } from "./walk.ts";
import { Items, positionOf, shopNumberOf } from "./wire.ts";

export function pull(account: BaseLinkerAccount, io: PullIo): Pull {
  const connector = withExtraFields(connectorOf(account, io), account);
  return {
    // The journal first: what a list shows after it need not be read singly.
    listings: [
      journalListing(connector, account, io.now),
      {
        name: "orders",
        everySeconds: 0,
        page: (cursor) => page(connector, account, cursor, io.now()),
      },
      {
        name: "moved",
        everySeconds: 0,
        page: (cursor) => movedPage(connector, account, cursor, io.now()),
      },
    ],
    read: (id) => read(connector, account, id),
    readsPerRun: account.singleReads,
  };
}

/** They are sent only if they are asked for. */
function withExtraFields(connector: Connector, { sources }: BaseLinkerAccount): Connector {
  const isUsed = Object.values(sources).some(({ from }) => from?.startsWith("custom_extra_field:"));
  return isUsed
    ? (method, parameters) => connector(method, { ...parameters, include_custom_extra_fields: true })
    : connector;
}

async function page(
  connector: Connector,
  account: BaseLinkerAccount,
  cursor: string | undefined,
  now: number,
): Promise<Page> {
  const walk = walkFrom(cursor, account.acceptFrom, now);
  const raws = await getOrders(connector, parametersOf(walk));
  const positions = raws.flatMap((raw) => positionOf(raw) ?? []);
  const fresh = raws.filter((raw) => !walk.seen.includes(positionOf(raw)?.id ?? ""));
  return { orders: fresh.flatMap((raw) => pulled(raw, account)), ...stepOn(walk, positions, raws.length) };
}

/** Orders that were listed before and whose status has moved since. */
async function movedPage(
  connector: Connector,
  account: BaseLinkerAccount,
  cursor: string | undefined,
  now: number,
): Promise<Page> {
  const known = relistFrom(cursor, account.acceptFrom, now);
  const pass = passOf(known, now);
  if (!pass) return { orders: [], cursor: JSON.stringify(known), more: false };
  const { walk, relist } = pass;
  const raws = await getOrders(connector, parametersOf(walk));
  const positions = raws.flatMap((raw) => positionOf(raw) ?? []);
  const moved = raws.filter((raw) => hasMoved(raw, relist) && !walk.seen.includes(positionOf(raw)?.id ?? ""));
  return { orders: moved.flatMap((raw) => pulled(raw, account)), ...passOn(relist, walk, positions, raws.length) };
}

/** An unconfirmed order waits: the listing shows it once it is confirmed. */
async function read(connector: Connector, account: BaseLinkerAccount, id: string): Promise<Read> {
  const raw = await find(connector, id);
  if (raw === undefined) return { kind: "absent", reason: "not-found", keys: ownKeys(account, id) };
  const mapped = mapOrder(raw, account);
  switch (mapped.kind) {
    case "sighting":
      return mapped;
    case "unusable":
      return { ...mapped, raw: JSON.stringify(raw) };
    case "skipped":
      return { kind: "absent", reason: mapped.reason };
    default:
      return mapped satisfies never;
  }
}

/** The key that every order of BaseLinker carries, whatever it is worth. */
function ownKeys(account: BaseLinkerAccount, id: string): Key[] {
  return numberOfHint(id) === undefined ? keyOf("internet-id", accountName(account), id, 4) : [];
}

/** By BaseLinker's id, or by our number; parts that were split off carry that number too, with higher ids. */
async function find(connector: Connector, id: string): Promise<unknown> {
  const number = numberOfHint(id);
  const wanted = number === undefined ? { order_id: Number(id) } : { filter_shop_order_id: Number(number) };
  const raws = await getOrders(connector, { ...wanted, get_unconfirmed_orders: true });
  return number === undefined
    ? raws.find((order) => positionOf(order)?.id === id)
    : raws.find((order) => shopNumberOf(order) === number);
}

/** Returns without an order (goods sent back) are left out. */
function pulled(raw: unknown, account: BaseLinkerAccount): Pulled[] {
  const mapped = mapOrder(raw, account);
  if (mapped.kind === "skipped") return [];
  if (mapped.kind === "sighting") return [mapped];
  const id = positionOf(raw)?.id;
  return [{ ...unusable(raw, mapped.reason, id), ...(id && { recheck: true }) }];
}

export async function getOrders(connector: Connector, parameters: Record<string, unknown>): Promise<unknown[]> {
  const answer = await connector("getOrders", parameters);
  const orders = Items.safeParse(answer.orders);
  if (!orders.success) throw new BaseLinkerUnavailable("getOrders: an answer without orders");
  return orders.data;
}
