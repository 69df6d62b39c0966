/** How a PrestaShop shop is pulled: the orders changed since a moment, and single orders that a call named. */
import type { Instant } from "../../order.ts";
import type { Page, Pull, Pulled, PullIo, Read } from "../channel.ts";
import { firstLook, isSeen, stepOn, walkFrom } from "../shared/growing-list.ts";
import { earliestClock, readClock } from "../shared/local-time.ts";
import { unusable } from "../shared/unread.ts";
import type { PrestaShopAccount } from "./account.ts";
import { PrestaHead, type Related } from "./body.ts";
import { type Webservice, webservice } from "./client.ts";
import { mapOrder } from "./map.ts";
import { type Relations, relations } from "./related.ts";

/** Each order brings up to three ids to ask for, and they have to fit into one address. */
const PER_PAGE = 50;

/** A list needs an end; this one leaves out nothing. */
const FOREVER = "2999-12-31 23:59:59";

export function pull(account: PrestaShopAccount, io: PullIo): Pull {
  const service = webservice(account, io);
  const related = relations(service);
  return {
    listings: [
      { name: "orders", everySeconds: 0, page: (cursor) => page(service, related, account, cursor, io.now()) },
    ],
    read: (id) => read(service, related, account, id, io.now()),
  };
}

/** Dates can be filtered only with `date=1`. */
async function page(
  service: Webservice,
  relations: Relations,
  account: PrestaShopAccount,
  cursor: string | undefined,
  now: Instant,
): Promise<Page> {
  const walk = walkFrom(cursor, firstLook(account, now));
  const raws = await service("orders", {
    display: "full",
    date: "1",
    "filter[date_upd]": `[${earliestClock(walk.from, account.timeZone)},${FOREVER}]`,
    sort: "[id_ASC]",
    limit: `${walk.page * PER_PAGE},${PER_PAGE}`,
  });
  const listed = raws.map((raw) => ({ raw, entry: entryOf(raw, account, now) }));
  const fresh = listed.filter(({ entry }) => !entry || !isSeen(walk, entry)).map(({ raw }) => raw);
  const related = await relations.of(fresh);
  const entries = listed.flatMap(({ entry }) => entry ?? []);
  return {
    orders: fresh.map((raw) => pulled(raw, related, account, now)),
    ...stepOn(walk, entries, raws.length >= PER_PAGE, now),
  };
}

async function read(
  service: Webservice,
  relations: Relations,
  account: PrestaShopAccount,
  id: string,
  now: Instant,
): Promise<Read> {
  const raws = await service("orders", { display: "full", "filter[id]": `[${id}]` });
  const raw = raws.find((order) => PrestaHead.safeParse(order).data?.id === id);
  if (raw === undefined) return { kind: "absent", reason: "not-found" };
  const mapped = mapOrder(raw, await relations.of([raw]), account, now);
  return mapped.kind === "sighting" ? mapped : { ...mapped, raw: JSON.stringify(raw) };
}

function entryOf(raw: unknown, account: PrestaShopAccount, now: Instant) {
  const head = PrestaHead.safeParse(raw).data;
  return head && { mark: `${head.id} ${head.date_upd}`, changedAt: readClock(head.date_upd, account.timeZone, now) };
}

function pulled(raw: unknown, related: Related, account: PrestaShopAccount, now: Instant): Pulled {
  const mapped = mapOrder(raw, related, account, now);
  return mapped.kind === "sighting" ? mapped : unusable(raw, mapped.reason, mapped.sourceOrder);
}
