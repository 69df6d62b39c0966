/** One look at the keys of a whole page: what is known and unchanged costs no request of its own. */
import type { Pulled } from "../channels/channel.ts";
import { keyId } from "../core/keys.ts";
import type { Sighting } from "../core/order.ts";
import type { Claims, Found, KeyName } from "../core/ports/claims.ts";
import { namesToLookUp, withinLimits } from "../core/sighting.ts";

/**
 * The claims for each order of a page: the first look is answered by what one look at all of them showed, and any further
 * one, after a race, is a look of its own. A write checks again what it was decided on, as always.
 * @returns where the page cannot be looked at as a whole each order is looked at by itself
 */
export async function lookAhead(claims: Claims, orders: readonly Pulled[]): Promise<() => Claims> {
  const names = orders.flatMap((order) => (order.kind === "sighting" ? namesOf(order.sighting) : []));
  const found = names.length > 0 ? await claims.look(names).catch(() => undefined) : undefined;
  return () => (found ? answeredFirst(claims, found) : claims);
}

function namesOf(sighting: Sighting): KeyName[] {
  const limited = withinLimits(sighting);
  return limited === "too-many-lines" ? [] : namesToLookUp(limited);
}

function answeredFirst(claims: Claims, found: Found): Claims {
  let isFirst = true;
  return {
    ...claims,
    async look(names, how) {
      if (!isFirst) return claims.look(names, how);
      isFirst = false;
      return partOf(found, names);
    },
  };
}

/** Just what a look at these names would have shown. */
function partOf({ keys, orders }: Found, names: readonly KeyName[]): Found {
  const records = names.flatMap((name) => keys.get(keyId(name)) ?? []);
  const theirs = records.flatMap(({ order }) => orders.get(order) ?? []);
  return {
    keys: new Map(records.map((record) => [keyId(record), record])),
    orders: new Map(theirs.map((order) => [order.id, order])),
  };
}
