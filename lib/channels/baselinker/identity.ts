/** By which keys a BaseLinker order can be recognised. Pure. */
import { distinctKeys, type Key, keyOf, normalise, type Rank } from "../../dedup/keys.ts";
import { isOwnNumber } from "../../own-numbers.ts";
import { accountName } from "../channel.ts";
import { uuidsIn } from "../shared/traces.ts";
import type { BaseLinkerAccount, Origin } from "./account.ts";
import type { WireOrder } from "./wire.ts";

/** Sources whose orders were made in BaseLinker itself: by hand, by API, or by a partner over Base Connect. */
const OWN = new Set(["personal", "blconnect"]);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Unknown = "unmapped-source" | "not-a-form-id" | "export-shop-unknown";

/** Why an order cannot be recognised, where a key that is missing or wrong would bring the purchase in twice. */
export function keysOf(order: WireOrder, account: BaseLinkerAccount): Key[] | Unknown {
  const origin = account.sources[`${order.order_source}/${order.order_source_id}`];
  const theirs = sourceKeys(order, account, origin);
  return typeof theirs === "string" ? theirs : distinctKeys([...theirs, ...ownKey(order, account, origin)]);
}

export function isOwn(order: WireOrder): boolean {
  return OWN.has(order.order_source);
}

function sourceKeys(order: WireOrder, account: BaseLinkerAccount, origin: Origin | undefined): Key[] | Unknown {
  if (isOwn(order)) return origin?.from === undefined ? [] : shopKeys(leftIn(order, origin.from), origin);
  if (order.order_source === "shop")
    return origin ? [...shopKeys(order.shop_order_id, origin), ...formTraces(order)] : "unmapped-source";
  const marketplace = marketplaceKeys(order, origin);
  const exported = exportKeys(order, account);
  if (typeof marketplace === "string") return marketplace;
  return typeof exported === "string" ? exported : [...marketplace, ...exported];
}

function leftIn(order: WireOrder, from: string): string {
  const [, id] = from.split(":");
  if (id !== undefined) return order.custom_extra_fields[id] ?? "";
  return from === "extra_field_1" ? order.extra_field_1 : order.extra_field_2;
}

/** Allegro's ids are one namespace, whatever BaseLinker calls the country's site; any other marketplace has its own. */
function marketplaceKeys({ order_source, external_order_id }: WireOrder, origin: Origin | undefined): Key[] | Unknown {
  if (!origin && order_source.startsWith("allegro")) return "unmapped-source";
  const issuer = origin?.account.startsWith("allegro:") ? "allegro" : order_source;
  const keys = keyOf("internet-id", issuer, external_order_id, 1);
  return issuer === "allegro" && keys.some(({ value }) => !UUID.test(value)) ? "not-a-form-id" : keys;
}

/**
 * An order of a marketplace with a shop's number was exported to that shop, which reports it under that number too.
 * Where nobody says which shop that is, the only one is a guess, since another integrator may be such a "shop" as well.
 */
function exportKeys(order: WireOrder, { sources, exportShop, exchangePassword }: BaseLinkerAccount): Key[] | Unknown {
  const number = order.shop_order_id;
  // The exchange too is a shop to BaseLinker: the number that it gave comes back here, and no shop knows it.
  const isOurs = exchangePassword !== undefined && isOwnNumber(number);
  if (normalise(number) === undefined || isOurs || exportShop === "none") return [];
  if (exportShop) return shopKeys(number, exportShop);
  const [shop, ...others] = shopsOf(sources);
  if (others.length > 0) return "export-shop-unknown";
  return shop ? shopKeys(number, shop).map((key) => ({ ...key, rank: 4 })) : [];
}

/** The mapped shops, each once. */
function shopsOf(sources: BaseLinkerAccount["sources"]): Origin[] {
  const shops = Object.entries(sources).flatMap(([source, origin]) => (source.startsWith("shop/") ? [origin] : []));
  return [...new Map(shops.map((shop) => [`${shop.account} ${shop.field}`, shop])).values()];
}

/** `auto`: nobody knows which id it is, so it is a trace of both: whichever hits has to agree in currency and total. */
function shopKeys(shopOrderId: string | undefined, { account: issuer, field }: Origin): Key[] {
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
  const { external_order_id: external, extra_field_1: first, extra_field_2: second } = order;
  const places = [external, first, second, order.user_comments, order.admin_comments];
  return uuidsIn(places).flatMap((id) => keyOf("internet-id", "allegro", id, 4));
}
