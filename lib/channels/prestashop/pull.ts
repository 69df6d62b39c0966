/** How a PrestaShop shop is pulled: the orders changed since a moment, and single orders that a call named. */
import type { Instant } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import type { Pull, Pulled, PullIo, Read } from "../channel.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { eachRow, unusable } from "../shared/unread.ts";
import type { Entry, Walk } from "../shared/walk.ts";
import { BY_ID } from "../shared/walk-kinds.ts";
import { type Asked, firstLook, walkListing } from "../shared/walk-listing.ts";
import type { PrestaShopAccount } from "./account.ts";
import { PrestaHead, PrestaSlip, type Related } from "./body.ts";
import { type Webservice, webservice } from "./client.ts";
import { mapOrder } from "./map.ts";
import { type Relations, relations } from "./related.ts";

/** Each order brings up to three ids to ask for, and they have to fit into one address. */
const PER_PAGE = 50;

/** A range needs an end; these leave out nothing. */
const FOREVER = "2999-12-31 23:59:59";
const LAST_ID = 2 ** 32 - 1;

/** Goods that are paid back are rarely paid back in a hurry. */
const SLIPS_EVERY_S = 600;

export function pull(account: PrestaShopAccount, io: PullIo): Pull {
  const service = webservice(account, io);
  const related = relations(service);
  const walked = {
    kind: BY_ID,
    first: (now: Instant) => firstLook(account, now),
    now: io.now,
    entryOf: (row: unknown, now: Instant) => entryOf(row, account, now),
  };
  return {
    listings: [
      walkListing({
        ...walked,
        name: "orders",
        everySeconds: 0,
        ask: async (walk) => askedOf(await service.list("orders", changedSince(walk, account))),
        pulled: (rows, now) => pulledOrders(rows, related, account, { now, each: io.each }),
      }),
      // What was paid back in part shows in a slip alone, and the order stays as it was: it is read anew for each.
      walkListing({
        ...walked,
        name: "slips",
        everySeconds: SLIPS_EVERY_S,
        ask: async (walk) => askedOf((await service.listIfAllowed("order_slip", changedSince(walk, account))) ?? []),
        pulled: ordersOfSlips,
      }),
    ],
    read: (id) => read(service, related, account, id, io.now()),
  };
}

/** Dates can be filtered only with `date=1`. */
function changedSince({ from, after }: Walk, { timeZone }: PrestaShopAccount): Query {
  return present<Query>({
    display: "full",
    date: "1",
    "filter[date_upd]": `[${earliestClock(from, timeZone)},${FOREVER}]`,
    "filter[id]": after === undefined ? undefined : `[${after + 1},${LAST_ID}]`,
    sort: "[id_ASC]",
    limit: String(PER_PAGE),
  });
}

type Query = Record<string, string>;

function askedOf(rows: unknown[]): Asked {
  return { rows, more: rows.length >= PER_PAGE };
}

async function pulledOrders(
  rows: unknown[],
  relations: Relations,
  account: PrestaShopAccount,
  { now, each }: { now: Instant; each: PullIo["each"] },
): Promise<Pulled[]> {
  const own = rows.filter((row) => isOfShop(row, account));
  const related = await relations.of(own);
  return eachRow({ each }, own, (row) => [pulled(row, related, account, now)], idOf);
}

function ordersOfSlips(rows: unknown[]): Pulled[] {
  const ids = rows.flatMap((row) => PrestaSlip.safeParse(row).data?.id_order ?? []);
  return [...new Set(ids)].map((id): Pulled => ({ kind: "refresh", id }));
}

async function read(
  service: Webservice,
  relations: Relations,
  account: PrestaShopAccount,
  id: string,
  now: Instant,
): Promise<Read> {
  const raws = await service.list("orders", { display: "full", "filter[id]": `[${id}]` });
  const raw = raws.find((order) => PrestaHead.safeParse(order).data?.id === id);
  if (raw !== undefined && !isOfShop(raw, account)) return { kind: "absent", reason: "another-shop" };
  if (raw === undefined) return { kind: "absent", reason: "not-found" };
  const mapped = mapOrder(raw, await relations.of([raw]), account, now);
  return mapped.kind === "sighting" ? mapped : { ...mapped, raw: JSON.stringify(raw) };
}

function entryOf(raw: unknown, account: PrestaShopAccount, now: Instant): Entry | undefined {
  const head = PrestaHead.safeParse(raw).data;
  if (!head) return undefined;
  const { id, date_upd: date } = head;
  return { id: Number(id), mark: `${id} ${date}`, changedAt: readClock(date, account.timeZone, now) };
}

function idOf(raw: unknown): string | undefined {
  return PrestaHead.safeParse(raw).data?.id;
}

function pulled(raw: unknown, related: Related, account: PrestaShopAccount, now: Instant): Pulled {
  const mapped = mapOrder(raw, related, account, now);
  return mapped.kind === "sighting" ? mapped : unusable(raw, mapped.reason, mapped.sourceOrder, mapped.detail);
}

/** Only where a shop of the installation is named: the list is then never another one's, whatever the key may see. */
function isOfShop(raw: unknown, { shopId }: PrestaShopAccount): boolean {
  const shop = PrestaHead.safeParse(raw).data?.id_shop;
  return shopId === undefined || shop === undefined || shop === shopId;
}
