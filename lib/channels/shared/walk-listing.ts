/** A listing that walks (`walk.ts`). Its channel says how one page is asked for, and what a row of it is. */
import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import { DAY, type Instant } from "../../core/order.ts";
import type { Listing, Page, Pulled } from "../channel.ts";
import {
  type Entry,
  isSeen,
  type ListPage,
  type Rest,
  restAt,
  Saved,
  stepOn,
  type Walk,
  type WalkKind,
  walkOn,
  withoutLink,
} from "./walk.ts";

/** A page as it was answered. */
export type Asked = Omit<ListPage, "entries"> & { rows: unknown[] };

type WalkListing = Pick<Listing, "name" | "everySeconds"> & {
  kind: WalkKind;
  /** Where it begins that has never been walked. */
  first: (now: Instant) => Instant;
  now: () => Instant;
  /** @returns undefined where the platform does not know the place any more that `link` names */
  ask: (walk: Walk) => Promise<Asked | undefined>;
  /** Undefined for a row that cannot be read. */
  entryOf: (row: unknown, now: Instant) => Entry | undefined;
  /** @param rows those of a page that were not shown before */
  pulled: (rows: unknown[], now: Instant) => Pulled[] | Promise<Pulled[]>;
  /** Reads what a cursor holds, where there are cursors of another form. */
  saved?: z.ZodMiniType<Walk | Rest>;
};

export function walkListing(list: WalkListing): Listing {
  const { name, everySeconds, kind, first, now, ask, entryOf, pulled, saved = Saved } = list;
  return {
    name,
    everySeconds,
    async page(cursor): Promise<Page> {
      const at = now();
      const walk = walkOn(kind, cursor === undefined ? restAt(first(at)) : saved.parse(JSON.parse(cursor)), at);
      const asked = await ask({ ...walk, from: kind.askable(walk.from) });
      if (!asked) return { orders: [], cursor: JSON.stringify(withoutLink(kind, walk)), more: true };
      const listed = asked.rows.map((row) => ({ row, entry: entryOf(row, at) }));
      const entries = listed.flatMap(({ entry }) => entry ?? []);
      const { next, more } = stepOn(kind, walk, { ...asked, entries }, at);
      const fresh = listed.filter(({ entry }) => !entry || !isSeen(walk, entry));
      const orders = await pulled(
        fresh.map(({ row }) => row),
        at,
      );
      return { orders, cursor: JSON.stringify(next), more };
    },
  };
}

/**
 * Equal as long as the order is, whatever its time of change says: two changes of one second have one time, and some
 * change nothing of it.
 */
export function markOf(id: string | number, row: unknown): string {
  return `${id} ${createHash("sha256").update(JSON.stringify(row)).digest("base64url").slice(0, 16)}`;
}

type LookBack = { acceptFrom?: Instant | undefined; windowDays?: number | undefined };

/** The first look back reaches as far as a purchase is recognised. */
export function firstLook({ acceptFrom, windowDays = 14 }: LookBack, now: Instant): Instant {
  return Math.max(acceptFrom ?? now - windowDays * DAY, 0);
}
