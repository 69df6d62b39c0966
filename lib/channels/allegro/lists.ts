/**
 * The slow comparison with the lists of orders: it finds what the journal never told. The lists are no replacement for
 * the journal, because a form may appear in them behind a place that was already read.
 */
import * as z from "zod/mini";
import { DAY, type Instant } from "../../order.ts";
import { anyList, anyText } from "../../shapes.ts";
import type { Listing, Page, Pulled } from "../channel.ts";
import { unusable } from "../shared/unread.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient } from "./client.ts";
import { CheckoutForm, latestPurchase } from "./form.ts";
import { sightingOf } from "./map.ts";
import { startOf } from "./start.ts";

const Forms = z.object({ checkoutForms: anyList });
const WithId = z.object({ id: anyText });

const LIMIT = 100;

/** Which part of which list, by the age of the latest purchase in days. */
export type Slice = {
  name: string;
  status: "READY_FOR_PROCESSING" | "CANCELLED";
  everySeconds: number;
  /** `to` is now if absent. */
  days: { from: number; to?: number };
};

/** Most of a list is looked at often. Auctions are paid, or cancelled, up to 30 days after the purchase. */
export function slicesOf({ reconcileSeconds }: Pick<AllegroAccount, "reconcileSeconds">): Slice[] {
  const often = { everySeconds: reconcileSeconds, days: { from: 14 } };
  const seldom = { everySeconds: Math.max(reconcileSeconds, DAY / 1000), days: { from: 31, to: 14 } };
  return [
    { name: "forms", status: "READY_FOR_PROCESSING", ...often },
    { name: "cancelled-forms", status: "CANCELLED", ...often },
    { name: "older-forms", status: "READY_FOR_PROCESSING", ...seldom },
    { name: "older-cancelled-forms", status: "CANCELLED", ...seldom },
  ];
}

/** `start/gte/offset`: since when the account is read, and the place in the list that is being read. */
type Place = { start: Instant; gte: Instant; offset: number };

const CURSOR = /^(?<start>\d+)\/(?:(?<gte>\d+)\/(?<offset>\d+))?$/;

export function formsListing(
  { name, status, everySeconds, days }: Slice,
  account: AllegroAccount,
  client: AllegroClient,
  now: () => Instant,
): Listing {
  function placeOf(cursor: string | undefined): Place {
    const groups = cursor === undefined ? {} : CURSOR.exec(cursor)?.groups;
    if (!groups) throw new Error("the stored cursor of the list of orders cannot be read");
    const start = groups.start === undefined ? startOf(account, now()) : Number(groups.start);
    const gte = groups.gte === undefined ? Math.max(start, now() - days.from * DAY) : Number(groups.gte);
    return { start, gte, offset: Number(groups.offset ?? 0) };
  }

  return {
    name,
    everySeconds,
    async page(cursor): Promise<Page> {
      const place = placeOf(cursor);
      const lte = days.to === undefined ? undefined : now() - days.to * DAY;
      if (lte !== undefined && lte <= place.gte) return { orders: [], cursor: `${place.start}/`, more: false };
      const query = {
        status,
        "lineItems.boughtAt.gte": new Date(place.gte).toISOString(),
        ...(lte !== undefined && { "lineItems.boughtAt.lte": new Date(lte).toISOString() }),
        sort: "lineItems.boughtAt",
        limit: String(LIMIT),
        offset: String(place.offset),
      };
      const { checkoutForms } = await client.list("/order/checkout-forms", query, Forms);
      const forms = checkoutForms.map((raw) => ({ raw, form: CheckoutForm.safeParse(raw).data }));
      const more = checkoutForms.length >= LIMIT;
      const bought = forms.flatMap(({ form }) => (form && latestPurchase(form)) ?? []);
      return {
        orders: forms.flatMap(({ raw, form }) => pulled(raw, form, account)),
        cursor: more ? encode(next(place, bought)) : `${place.start}/`,
        more,
      };
    },
  };
}

/** By the last purchase and not by offset where possible: a form that leaves the list would move others past us. */
function next({ start, gte, offset }: Place, bought: readonly Instant[]): Place {
  const last = Math.max(gte, ...bought);
  return last > gte ? { start, gte: last, offset: 0 } : { start, gte, offset: offset + LIMIT };
}

function encode({ start, gte, offset }: Place): string {
  return `${start}/${gte}/${offset}`;
}

function pulled(raw: unknown, form: CheckoutForm | undefined, account: AllegroAccount): Pulled[] {
  const mapped = form ? sightingOf(form, account) : ({ kind: "unusable", reason: "unreadable-form" } as const);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "unusable":
      return [unusable(raw, mapped.reason, WithId.safeParse(raw).data?.id)];
    default:
      return mapped satisfies never;
  }
}
