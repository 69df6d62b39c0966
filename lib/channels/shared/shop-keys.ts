/** By which keys an order of a shop can be recognised. Pure. */
import { distinctKeys, type Key, keyOf } from "../../dedup/keys.ts";
import type { Sighting } from "../../order.ts";
import type { MarketplaceFields, UnnamedMarketplaceOrders } from "./account-fields.ts";
import { saysAllegro, uuidOf, uuidsIn } from "./traces.ts";

export type ShopIdentity = {
  /** `channel:account`. */
  shop: string;
  id: string;
  /** What the customer sees. */
  number: string | number | undefined;
  /** The Allegro id where the platform itself has a field for it. */
  allegroId?: string | undefined;
  /** What stands in a field that the configuration names. */
  fieldOf: (field: string) => string | undefined;
  /**
   * Where traces may stand: the order without its goods, its buyer and its payments. Their ids may be of the same form
   * and belong to many orders: a product code that a database made, an account, a payment of several purchases.
   */
  free: unknown;
  /** Keys that only this platform knows of. */
  more?: readonly Key[];
};

type Settings = { marketplaceFields: MarketplaceFields; unnamedMarketplaceOrders: UnnamedMarketplaceOrders };

/** A field that is configured or the platform's own is the marketplace's word (rank 1), an id elsewhere a trace (4). */
export function shopKeys(identity: ShopIdentity, settings: Settings): Pick<Sighting, "keys" | "doubt"> {
  const { shop, id, number, allegroId, fieldOf, free, more = [] } = identity;
  const keys = distinctKeys([
    ...keyOf("internet-id", "allegro", uuidOf(allegroId), 1),
    ...settings.marketplaceFields.flatMap(({ field, issuer }) =>
      keyOf("internet-id", issuer, uuidOf(fieldOf(field)), 1),
    ),
    ...keyOf("internet-id", shop, id, 2),
    ...keyOf("customer-number", shop, number, 3),
    ...uuidsIn(free).flatMap((uuid) => keyOf("internet-id", "allegro", uuid, 4)),
    ...more,
  ]);
  return { keys, ...doubtOf(keys, identity, settings) };
}

/** A login is no key: the purchase may come from Allegro or BaseLinker too, and nothing would join the two. */
export function doubtOf(
  keys: readonly Key[],
  { shop, free }: Pick<ShopIdentity, "shop" | "free">,
  { unnamedMarketplaceOrders }: Pick<Settings, "unnamedMarketplaceOrders">,
): Pick<Sighting, "doubt"> {
  const isUnnamed = unnamedMarketplaceOrders === "hold" && saysAllegro(free) && keys.every((k) => k.issuer === shop);
  return isUnnamed ? { doubt: "marketplace-id-missing" } : {};
}
