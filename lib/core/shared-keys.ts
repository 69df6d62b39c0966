/** What a first report shares with orders that are other purchases, and that decides nothing from then on. Pure. */
import type { Decision } from "./decision.ts";
import type { Relation } from "./identity.ts";
import { type Key, keyId } from "./keys.ts";
import type { Sighting } from "./order.ts";
import type { Found, Write } from "./ports/claims.ts";

/** The number that a different order carries, too: from now on it decides nothing. A guess at it says nothing of it. */
export function sharedNumber(
  relation: Relation,
  sighting: Sighting,
  free: readonly Key[],
  found: Found,
): Write["keys"] {
  const name = keyId(relation.key);
  const before = found.keys.get(name);
  const isClaimed = sighting.keys.some((key) => keyId(key) === name && key.rank < 4);
  const isTaken = free.some((key) => keyId(key) === name);
  return before && relation.is === "different" && before.kind === "customer-number" && isClaimed && !isTaken
    ? [{ before, after: { ...before, shared: true } }]
    : [];
}

export function everywhereIn(relation: Relation): Key | undefined {
  return relation.is === "different" ? relation.everywhere : undefined;
}

/** An id that stands in every order of a source decides nothing any more. */
export function sharedId(relation: Relation, found: Found): Write["keys"] {
  const key = everywhereIn(relation);
  const before = key && found.keys.get(keyId(key));
  return before ? [{ before, after: { ...before, shared: true } }] : [];
}

/** Once, however many orders have it: who looks for it later finds that it is shared. */
export function toldOfId(relation: Relation, { account }: Sighting): Pick<Decision, "tell" | "about"> {
  return { tell: "id-in-every-order", about: { account, sourceOrder: `id:${everywhereIn(relation)?.value}` } };
}
