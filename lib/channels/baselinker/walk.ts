/**
 * Walking the confirmed orders in the order of their confirmation. Pure.
 *
 * A seller confirms hundreds of orders with one click, more than a page holds: such a second is walked by order id. The
 * API's own advice, to step on by one second, would lose the rest of it.
 */
import * as z from "zod/mini";
import { DAY, type Instant } from "../../core/order.ts";
import { naturalInt, optionalNaturalInt } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import { type Rest, restAt, Saved, type Walk, type WalkKind } from "../shared/walk.ts";
import { BY_CHANGE_THEN_ID } from "../shared/walk-kinds.ts";

/** The most that one call returns. */
export const PAGE = 100;

/** What is confirmed stays so, and may change afterwards without a trace in its times. */
export const CONFIRMED: WalkKind = { ...BY_CHANGE_THEN_ID, leavesOut: "unchanged" };

/** A confirmation may become visible a little late. */
export const OVERLAP_SECONDS = CONFIRMED.overlapMs / 1000;

/** As it was written until 2026-11, with Unix seconds. `start` stands in a walk that was on its way. */
type Earlier = { from: number; start?: number | undefined; idFrom?: number | undefined };

export const Cursor = z.lazy(() => {
  const earlier = z.object({ from: naturalInt, start: optionalNaturalInt, idFrom: optionalNaturalInt });
  return z.union([Saved, z.pipe(earlier, z.transform(walkOf))]);
});

function walkOf({ from, start, idFrom }: Earlier): Walk | Rest {
  const rest = restAt(from * 1000);
  if (start === undefined) return rest;
  return present<Walk>({ ...rest, until: start * 1000, after: idFrom === undefined ? undefined : idFrom - 1 });
}

/** The very first walk begins here. */
export function firstAt({ acceptFrom }: { acceptFrom?: Instant | undefined }, now: Instant): Instant {
  return acceptFrom ?? Math.max(now - DAY, 0);
}

/** `id_from` is inclusive. */
export function parametersOf({ from, after }: Walk): Record<string, unknown> {
  const idFrom = after === undefined ? undefined : after + 1;
  return present({ date_confirmed_from: Math.floor(from / 1000), id_from: idFrom, get_unconfirmed_orders: false });
}
