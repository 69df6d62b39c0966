/** By which keys a BaseLinker order can be recognised. Pure. */
import type { HeldReason } from "../../core/held-reasons.ts";
import { accountName, type Key, keyId, keyOf, normalise } from "../../core/keys.ts";
import type { Sighting } from "../../core/order.ts";
import { isOwnNumber } from "../../core/own-numbers.ts";
import { present } from "../../core/writes.ts";
import { formKeys, type Trace, tracesIn } from "../shared/shop-keys.ts";
import { type BaseLinkerAccount, exportShopsOf, type Origin } from "./account.ts";
import { numbersIn } from "./quoted.ts";
import type { WireOrder } from "./wire.ts";

/** Sources whose orders were made in BaseLinker itself: by hand, by API, or by a partner over Base Connect. */
const OWN = new Set(["personal", "blconnect"]);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Unknown = Extract<HeldReason, "unmapped-source" | "not-a-form-id">;

type Identity = Pick<Sighting, "keys" | "under" | "lacks" | "traces">;
type Theirs = { keys: Key[]; lacks?: Sighting["lacks"]; traces?: Trace[] };

/** Why an order cannot be recognised, where a key that is missing or wrong would bring the purchase in twice. */
export function identityOf(order: WireOrder, account: BaseLinkerAccount): Identity | Unknown {
  const origin = account.sources[`${order.order_source}/${order.order_source_id}`];
  const theirs = theirsOf(order, account, origin);
  if (typeof theirs === "string") return theirs;
  const own = keyOf("internet-id", accountName(account), order.order_id, isOwn(order) ? 2 : 4);
  const [name] = nameOf(order, origin, theirs.keys, own);
  return present({
    keys: [...theirs.keys, ...own],
    under: name && keyId(name),
    lacks: theirs.lacks,
    traces: theirs.traces && theirs.traces.length > 0 ? theirs.traces : undefined,
  });
}

/** Entered in BaseLinker by its staff or over its API, or passed on by another BaseLinker account. */
export function isOwn(order: WireOrder): boolean {
  return OWN.has(order.order_source);
}

function theirsOf(order: WireOrder, account: BaseLinkerAccount, origin: Origin | undefined): Theirs | Unknown {
  if (isOwn(order)) {
    const quoted = numberTraces(Object.values(freeIn(order, account, origin?.from)), account);
    const traces = formTraces(order, account);
    return { keys: [...leftKeys(order, origin), ...formKeys(traces), ...quoted], traces };
  }
  if (order.order_source === "shop") {
    const traces = formTraces(order, account);
    return origin
      ? { keys: [...shopKeys(order.shop_order_id, origin), ...formKeys(traces)], traces }
      : "unmapped-source";
  }
  const marketplace = marketplaceKeys(order, origin);
  if (typeof marketplace === "string") return marketplace;
  const exported = exportedTo(order, account);
  return present({ keys: [...marketplace, ...exported.keys], lacks: exported.lacks });
}

/**
 * What BaseLinker calls the purchase. A part that was split off inherits it, so it is not BaseLinker's own number; and
 * however a shop's number is read, it is one name.
 */
function nameOf(order: WireOrder, origin: Origin | undefined, theirs: readonly Key[], own: Key[]): Key[] {
  const left = isOwn(order) ? leftIn(order, origin) : order.shop_order_id;
  const isOfShop = origin && (order.order_source === "shop" || isOwn(order));
  const named = isOfShop
    ? keyOf(origin.field === "number" ? "customer-number" : "internet-id", origin.account, left, 2)
    : theirs.filter(({ rank }) => rank === 1);
  return named.length > 0 ? named : own;
}

function leftKeys(order: WireOrder, origin: Origin | undefined): Key[] {
  return origin ? shopKeys(leftIn(order, origin), origin) : [];
}

/** Where a shop that makes its orders by API leaves its own number. */
function leftIn(order: WireOrder, origin: Origin | undefined): string | undefined {
  const [name, id] = origin?.from?.split(":") ?? [];
  if (id !== undefined) return order.custom_extra_fields[id];
  return name === "extra_field_1" || name === "extra_field_2" ? order[name] : undefined;
}

/** Allegro's ids are one namespace, whatever BaseLinker calls the country's site; any other marketplace has its own. */
function marketplaceKeys({ order_source, external_order_id }: WireOrder, origin: Origin | undefined): Key[] | Unknown {
  if (!origin && order_source.startsWith("allegro")) return "unmapped-source";
  const issuer = origin?.account.startsWith("allegro:") ? "allegro" : order_source;
  const keys = keyOf("internet-id", issuer, external_order_id, 1);
  return issuer === "allegro" && keys.some(({ value }) => !UUID.test(value)) ? "not-a-form-id" : keys;
}

/**
 * An order of a marketplace with a shop's number was exported to that shop, which reports it under that number too. Where
 * several may be meant, or nobody says which it is (another integrator may be such a "shop" as well), each is a guess.
 */
function exportedTo(order: WireOrder, account: BaseLinkerAccount): Theirs {
  const { sources, exportShop, exchangePassword } = account;
  const named = exportShopsOf(account);
  const number = order.shop_order_id;
  // The exchange too is a shop to BaseLinker: the number that it gave comes back here, and no shop knows it.
  const isOurs = exchangePassword !== undefined && isOwnNumber(number);
  if (normalise(number) === undefined || isOurs || exportShop === "none") return { keys: [] };
  const [only, ...more] = named;
  if (only && more.length === 0) return { keys: shopKeys(number, only) };
  const shops = only ? named : shopsOf(sources);
  const lacks = !only && shops.length > 1 ? ("export-shop-unknown" as const) : undefined;
  return present({ keys: shops.flatMap((shop) => guessed(shopKeys(number, shop))), lacks });
}

/** The mapped shops, each once. */
function shopsOf(sources: BaseLinkerAccount["sources"]): Origin[] {
  const shops = Object.entries(sources).flatMap(([source, origin]) => (source.startsWith("shop/") ? [origin] : []));
  return [...new Map(shops.map((shop) => [`${shop.account} ${shop.field}`, shop])).values()];
}

function guessed(keys: readonly Key[]): Key[] {
  return keys.map((key) => (key.rank < 5 ? { ...key, rank: 4 as const } : key));
}

/**
 * `auto`: nobody knows which id it is, so it is a trace of both: whichever hits has to agree in currency and total. Where
 * the configuration says which, the other reading shows only whether the configuration is wrong.
 */
function shopKeys(value: string | undefined, { account: issuer, field }: Origin): Key[] {
  const [id, number] = ({ id: [2, 5], number: [5, 3], auto: [4, 4] } as const)[field];
  return [...keyOf("internet-id", issuer, value, id), ...keyOf("customer-number", issuer, value, number)];
}

/** A shop that imports its own Allegro orders hides the form id in a comment or a free field; so does who copies one by hand. */
function formTraces(order: WireOrder, account: BaseLinkerAccount): Trace[] {
  const { external_order_id } = order;
  return tracesIn({ external_order_id, ...freeIn(order, account) }, account.ignoreFields);
}

/** The number of a shop's order that somebody, or a script, quotes in an order of BaseLinker's own. */
function numberTraces(texts: readonly string[], account: BaseLinkerAccount): Key[] {
  const origins = Object.values(account.sources).filter((origin) => !origin.account.startsWith("allegro:"));
  const shops = new Set([...origins, ...exportShopsOf(account)].map((origin) => origin.account));
  return numbersIn(texts).flatMap((value) =>
    [...shops].flatMap((shop) => shopKeys(value, { account: shop, field: "auto" })),
  );
}

/**
 * What people and scripts write, by field.
 * @param taken the field of which the configuration says what it holds
 */
function freeIn(order: WireOrder, { ignoreFields }: BaseLinkerAccount, taken?: string): Record<string, string> {
  const { extra_field_1, extra_field_2, custom_extra_fields, user_comments, admin_comments } = order;
  const custom = Object.entries(custom_extra_fields).map(([id, text]) => [`custom_extra_field:${id}`, text] as const);
  const fields = [...Object.entries({ extra_field_1, extra_field_2 }), ...custom];
  const free = [...fields.filter(([name]) => name !== taken), ...Object.entries({ user_comments, admin_comments })];
  return Object.fromEntries(free.filter(([name]) => !ignoreFields.includes(name)));
}
