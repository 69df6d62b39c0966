/** The purchases of the benchmark, and who reports them: the same for everybody who is measured. */
import type { Key } from "../../lib/core/keys.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { allegroId, fromAllegro, fromBaseLinker, shopId, sighting } from "../support/sightings.ts";

/** `purchase`: which one it is in truth, which nobody who is measured looks at. */
export type Told = { purchase: string; sighting: Sighting };

/** How often and by whom a purchase is reported. */
export type Case = { name: string; reports: (purchase: string) => Told[]; isKnown?: true };

/** A form's id as Allegro gives it, made of a number. */
export function formId(purchase: string): string {
  return `0cc20000-3b6d-11f0-9c4d-${purchase.padStart(12, "0")}`;
}

export const fromShop = (id: string, keys: Key[] = [shopId(id), allegroId(formId(id))]): Told => ({
  purchase: id,
  sighting: sighting({ sourceOrder: id, keys }),
});
export const fromMarketplace = (id: string): Told => ({
  purchase: id,
  sighting: fromAllegro({ sourceOrder: formId(id), keys: [allegroId(formId(id))] }),
});
/** A relay that knows the shop's number alone. */
export const fromRelay = (id: string): Told => ({
  purchase: id,
  sighting: fromBaseLinker({ sourceOrder: `8${id}`, keys: [shopId(id)] }),
});

export const REPEAT = "a repeated report";
export const TWICE = "seen twice, by one source";

export const cases: readonly Case[] = [
  { name: "seen once", reports: (id) => [fromShop(id)] },
  { name: TWICE, reports: (id) => [fromShop(id), fromShop(id)] },
  { name: "seen twice, by two sources", reports: (id) => [fromShop(id), fromMarketplace(id)] },
  {
    name: "seen three times, by two sources",
    reports: (id) => [fromShop(id), fromMarketplace(id), fromShop(id)],
  },
  {
    name: "seen three times, each with other keys",
    reports: (id) => [fromMarketplace(id), fromShop(id), fromRelay(id)],
  },
  { name: REPEAT, reports: (id) => [fromShop(id)], isKnown: true },
];
