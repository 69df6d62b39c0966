/**
 * The slow comparison with the lists of orders: it finds what the journal never told. The lists are no replacement for
 * the journal, because a form may appear in them behind a place that was already read.
 */
import * as z from "zod/mini";
import { DAY, type Instant } from "../../core/order.ts";
import { anyInt, anyList, anyText } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import type { Listing, Page, Pulled, PullIo } from "../channel.ts";
import { eachRow, unread, unusable } from "../shared/unread.ts";
import { type Entry, isSeen, restAt, Saved, stepOn, type Walk, type WalkKind, walkOn } from "../shared/walk.ts";
import { BY_CHANGE_IN_PAGES } from "../shared/walk-kinds.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient } from "./client.ts";
import { CheckoutForm, latestPurchase } from "./form.ts";
import { isPartlySent, sightingOf } from "./map.ts";
import { startOf } from "./start.ts";

const Forms = z.lazy(() => z.object({ checkoutForms: anyList }));
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

/** Sorted by the time of the purchase, in milliseconds. */
const BY_PURCHASE: WalkKind = { ...BY_CHANGE_IN_PAGES, askable: (at) => at };

/** `start`: since when the account is read. `walk`: set while a list is walked; each walk begins anew. */
const cursorSchema = () => z.object({ start: anyInt, walk: z.optional(Saved) });
type Cursor = z.infer<ReturnType<typeof cursorSchema>>;

/** As it was written until 2026-11. */
const EARLIER = /^(?<start>\d+)\/(?:(?<gte>\d+)\/(?<offset>\d+))?$/;

function cursorOf(text: string): Cursor {
  const groups = EARLIER.exec(text)?.groups;
  if (!groups) return cursorSchema().parse(JSON.parse(text));
  const { start, gte, offset } = groups;
  if (gte === undefined) return { start: Number(start) };
  const page = 1 + Math.floor(Number(offset) / LIMIT);
  return { start: Number(start), walk: { ...restAt(Number(gte)), until: Number(gte), page } };
}

export function formsListing(
  { name, status, everySeconds, days }: Slice,
  account: AllegroAccount,
  client: AllegroClient,
  { now, each }: Pick<PullIo, "now" | "each">,
): Listing {
  async function ask({ from, page = 1 }: Walk, until: Instant | undefined): Promise<unknown[]> {
    const query = present<Record<string, string>>({
      status,
      "lineItems.boughtAt.gte": new Date(from).toISOString(),
      "lineItems.boughtAt.lte": until !== undefined ? new Date(until).toISOString() : undefined,
      sort: "lineItems.boughtAt",
      limit: String(LIMIT),
      offset: String((page - 1) * LIMIT),
    });
    return (await client.list("/order/checkout-forms", query, Forms)).checkoutForms;
  }

  return {
    name,
    everySeconds,
    async page(text): Promise<Page> {
      const at = now();
      const { start, walk: saved }: Cursor = text === undefined ? { start: startOf(account, at) } : cursorOf(text);
      const walk = walkOn(BY_PURCHASE, saved ?? restAt(Math.max(start, at - days.from * DAY)), at);
      const until = days.to === undefined ? undefined : at - days.to * DAY;
      if (until !== undefined && until <= walk.from) return { orders: [], cursor: textOf({ start }), more: false };
      const forms = (await ask(walk, until)).map((raw) => ({ raw, form: CheckoutForm.safeParse(raw).data }));
      const entries = forms.flatMap(({ form }) => (form ? entryOf(form) : []));
      const { next, more } = stepOn(BY_PURCHASE, walk, { entries, more: forms.length >= LIMIT }, at);
      const fresh = forms.filter(({ form }) => !form || !isSeen(walk, entryOf(form)));
      return {
        orders: await eachRow(
          { each },
          fresh.map(({ raw }) => raw),
          (raw) => pulled(raw, CheckoutForm.safeParse(raw).data, account),
          (raw) => WithId.safeParse(raw).data?.id,
        ),
        cursor: textOf(more ? { start, walk: next } : { start }),
        more,
      };
    },
  };
}

function textOf(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

function entryOf(form: CheckoutForm): Entry {
  const changedAt = latestPurchase(form);
  return { mark: `${form.id} ${changedAt}`, changedAt };
}

function unreadIn(raw: unknown): string | undefined {
  const { error } = CheckoutForm.safeParse(raw);
  return error && unread(error).detail;
}

function pulled(raw: unknown, form: CheckoutForm | undefined, account: AllegroAccount): Pulled[] {
  if (form && isPartlySent(form)) return [{ kind: "refresh", id: form.id }];
  const mapped = form
    ? sightingOf(form, account)
    : ({ kind: "unusable", reason: "unreadable-form", detail: unreadIn(raw) } as const);
  switch (mapped.kind) {
    case "sighting":
      return [mapped];
    case "unusable":
      return [unusable(raw, mapped.reason, WithId.safeParse(raw).data?.id, mapped.detail)];
    default:
      return mapped satisfies never;
  }
}
