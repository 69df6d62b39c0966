/** By which keys a BaseLinker order can be recognised. Pure. */
import { distinctKeys, type Key, keyOf, type Rank } from "../../dedup/keys.ts";
import { isOwnNumber } from "../../own-numbers.ts";
import { accountName } from "../channel.ts";
import type { BaseLinkerAccount, Origin } from "./account.ts";
import type { WireOrder } from "./wire.ts";

/** Sources whose orders were made in BaseLinker itself: by hand, by API, or by a partner over Base Connect. */
const OWN = new Set(["personal", "blconnect"]);

/** Sources that have an account of their own here, so that an unmapped one is a gap in the configuration. */
const MAPPED = new Set(["shop", "allegro"]);

/** Allegro's form ids are version-1 UUIDs; its payment ids and most foreign UUIDs are not. */
const FORM_ID = /(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-f-])/gi;

/** Free text is no place to look for ids without an end. */
const MAX_TRACES = 4;

/** @returns undefined when the order's source has to be mapped to an account and is not */
export function keysOf(order: WireOrder, account: BaseLinkerAccount): Key[] | undefined {
  const origin = account.sources[`${order.order_source}/${order.order_source_id}`];
  if (!origin && MAPPED.has(order.order_source)) return undefined;
  return distinctKeys([...sourceKeys(order, account, origin), ...ownKey(order, account, origin)]);
}

export function isOwn(order: WireOrder): boolean {
  return OWN.has(order.order_source);
}

function sourceKeys(order: WireOrder, account: BaseLinkerAccount, origin: Origin | undefined): Key[] {
  if (isOwn(order)) return [];
  if (order.order_source === "shop") return [...shopKeys(order.shop_order_id, origin), ...formTraces(order)];
  // An order of a marketplace with a shop's number was exported to that shop, which reports it under that number too.
  return [
    ...keyOf("internet-id", order.order_source, order.external_order_id, 1),
    ...shopKeys(exportedAs(order, account), account.exportShop),
  ];
}

/** The exchange too is a shop to BaseLinker: the number that it gave comes back here, and no shop knows it. */
function exportedAs(order: WireOrder, account: BaseLinkerAccount): string | undefined {
  const isOurs = account.exchangePassword !== undefined && isOwnNumber(order.shop_order_id);
  return isOurs ? undefined : order.shop_order_id;
}

/** `auto`: nobody knows which id it is, so it is a trace of both: whichever hits has to agree in currency and total. */
function shopKeys(shopOrderId: string | undefined, origin: Origin | undefined): Key[] {
  if (!origin) return [];
  const { account: issuer, field } = origin;
  switch (field) {
    case "id":
      return keyOf("internet-id", issuer, shopOrderId, 2);
    case "number":
      return keyOf("customer-number", issuer, shopOrderId, 3);
    case "auto":
      return [...keyOf("customer-number", issuer, shopOrderId, 4), ...keyOf("internet-id", issuer, shopOrderId, 4)];
    default:
      return field satisfies never;
  }
}

/**
 * BaseLinker's own number identifies what was made there, and what has no surer id of its shop. For everything else it
 * is a trace: numbers were given twice after the outage of March 2021.
 */
function ownKey(order: WireOrder, account: BaseLinkerAccount, origin: Origin | undefined): Key[] {
  const isOnlyId = isOwn(order) || (order.order_source === "shop" && origin?.field === "auto");
  const rank: Rank = isOnlyId ? 2 : 4;
  return keyOf("internet-id", accountName(account), order.order_id, rank);
}

/** A shop that imports its own Allegro orders hides the form id in a comment or a free field. */
function formTraces(order: WireOrder): Key[] {
  const places = [
    order.external_order_id ?? "",
    order.extra_field_1,
    order.extra_field_2,
    order.user_comments,
    order.admin_comments,
  ];
  const found = places.flatMap((text) => text.match(FORM_ID) ?? []);
  return distinctKeys(found.flatMap((id) => keyOf("internet-id", "allegro", id, 4))).slice(0, MAX_TRACES);
}
