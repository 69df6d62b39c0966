/** The keys of an order in a shop. Pure. */
import { distinctKeys, type Key, keyOf } from "../../dedup/keys.ts";
import type { MarketplaceFields } from "./settings.ts";
import { uuidOf, uuidsIn } from "./traces.ts";
import { textAt } from "./wire.ts";

export type ShopIdentity = {
  /** `channel:account`. */
  shop: string;
  id: string;
  /** What the customer sees. */
  number: string;
  /** The Allegro id where the platform itself has a field for it. */
  allegroId?: string | undefined;
  /** The order as it came, for the configured fields. */
  raw: unknown;
  /**
   * Where traces may stand: the order without its goods, its buyer and its payments. Their ids may be of the same form
   * and belong to many orders: a product code that a database made, an account, a payment of several purchases.
   */
  free: unknown;
};

/** A field that is configured or the platform's own is the marketplace's word (rank 1), an id elsewhere a trace (4). */
export function shopKeys({ shop, id, number, allegroId, raw, free }: ShopIdentity, fields: MarketplaceFields): Key[] {
  return distinctKeys([
    ...keyOf("internet-id", "allegro", uuidOf(allegroId), 1),
    ...fields.flatMap(({ field, issuer }) => keyOf("internet-id", issuer, uuidOf(textAt(raw, field)), 1)),
    ...keyOf("internet-id", shop, id, 2),
    ...keyOf("customer-number", shop, number, 3),
    ...uuidsIn(free).flatMap((uuid) => keyOf("internet-id", "allegro", uuid, 4)),
  ]);
}
