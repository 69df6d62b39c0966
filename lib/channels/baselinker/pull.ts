/** How a BaseLinker account is pulled: confirmed orders page by page, and single orders that a callback or the journal named. */
import { createHash } from "node:crypto";
import { accountName, type Key, keyOf } from "../../core/keys.ts";
import { present } from "../../core/writes.ts";
import type { Page, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import { type Entry, isSeen, type Walk } from "../shared/walk.ts";
import { type Asked, walkListing } from "../shared/walk-listing.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { BaseLinkerUnavailable, type Connector, connectorOf } from "./client.ts";
import { numberOfHint } from "./hint.ts";
import { journalListing } from "./journal.ts";
import { mapOrder } from "./map.ts";
import { hasMoved, passOf, passOn, relistFrom } from "./relist.ts";
import { CONFIRMED, Cursor, firstAt, PAGE, parametersOf } from "./walk.ts";
import { Items, positionOf, shopNumberOf } from "./wire.ts";

export function pull(account: BaseLinkerAccount, io: PullIo): Pull {
  const connector = connectorOf(account, io);
  return {
    // The journal first: what a list shows after it need not be read singly.
    listings: [
      journalListing(connector, account, io.now),
      walkListing({
        name: "orders",
        everySeconds: 0,
        kind: CONFIRMED,
        first: (now) => firstAt(account, now),
        now: io.now,
        ask: (walk) => ask(connector, walk),
        entryOf: markedEntry,
        pulled: (rows) => pulledAll(rows, account, io),
        saved: Cursor,
      }),
      {
        name: "moved",
        everySeconds: 0,
        page: (cursor) => movedPage(connector, account, cursor, io),
      },
    ],
    read: (id) => read(connector, account, id),
    readsPerRun: account.singleReads,
  };
}

async function ask(connector: Connector, walk: Walk): Promise<Asked> {
  const rows = await getOrders(connector, parametersOf(walk));
  return { rows, more: rows.length >= PAGE };
}

function entryOf(raw: unknown, mark = ""): Entry | undefined {
  const position = positionOf(raw);
  return position && { id: Number(position.id), mark: `${position.id} ${mark}`, changedAt: position.second * 1000 };
}

function markedEntry(raw: unknown): Entry | undefined {
  return entryOf(raw, createHash("sha256").update(JSON.stringify(raw)).digest("base64url").slice(0, 16));
}

/** Orders that were listed before and whose status has moved since. */
async function movedPage(
  connector: Connector,
  account: BaseLinkerAccount,
  cursor: string | undefined,
  io: Pick<PullIo, "now" | "each">,
): Promise<Page> {
  const now = io.now();
  const known = relistFrom(cursor, account.acceptFrom, now);
  const pass = passOf(known, now);
  if (!pass) return { orders: [], cursor: JSON.stringify(known), more: false };
  const { walk, relist } = pass;
  const { rows, more } = await ask(connector, walk);
  const listed = rows.map((row) => ({ row, entry: entryOf(row) }));
  const moved = listed.filter(({ row, entry }) => hasMoved(row, relist) && !(entry && isSeen(walk, entry)));
  const entries = listed.flatMap(({ entry }) => entry ?? []);
  return {
    orders: await pulledAll(
      moved.map(({ row }) => row),
      account,
      io,
    ),
    ...passOn(relist, walk, { entries, more }, now),
  };
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

function pulledAll(rows: unknown[], account: BaseLinkerAccount, io: Pick<PullIo, "each">): Promise<Pulled[]> {
  return eachRow(
    io,
    rows,
    (row) => pulled(row, account),
    (row) => positionOf(row)?.id,
  );
}

/** Returns without an order (goods sent back) are left out. */
function pulled(raw: unknown, account: BaseLinkerAccount): Pulled[] {
  const mapped = mapOrder(raw, account);
  if (mapped.kind === "skipped") return [];
  if (mapped.kind === "sighting") return [mapped];
  const id = positionOf(raw)?.id;
  return [present({ ...unusable(raw, mapped.reason, id, mapped.detail), recheck: id !== undefined || undefined })];
}

/** Fields that a seller added are sent only if they are asked for. */
export async function getOrders(connector: Connector, parameters: Record<string, unknown>): Promise<unknown[]> {
  const answer = await connector("getOrders", { ...parameters, include_custom_extra_fields: true });
  const orders = Items.safeParse(answer.orders);
  if (!orders.success) throw new BaseLinkerUnavailable("getOrders: an answer without orders");
  return orders.data;
}
