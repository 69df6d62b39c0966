/** Arbitrary purchases, and what each source says of them. */
import fc from "fast-check";
import type { Key } from "../../../lib/core/keys.ts";
import type { Instant, Readiness, Sighting } from "../../../lib/core/order.ts";
import { allegroId, number, shopId, sighting, trace } from "../../support/sightings.ts";

export type Source = "shop" | "baselinker" | "allegro";

export type Purchase = {
  index: number;
  soldOn: "shop" | "allegro";
  /** How the shop's order shows the id that the marketplace gave. */
  shopShows: "field" | "trace" | "nothing";
  /** Which id BaseLinker's order carries. */
  baseLinkerShows: "best id" | "shop id";
  /** The shop's number of its order; two purchases may carry one. */
  number: number;
  /** Minor units. */
  total: number;
};

const INDEXES = [0, 1, 2];

export const PURCHASES = INDEXES.length;

/** Every report of a purchase carries an id that leads to all the others. */
export const recognisable = purchases({ shopShows: ["field", "trace"], baseLinkerShows: ["best id"] });

/** The same, and no report leaves open where the purchase was sold: a trace does, and then whose cancel counts. */
export const certain = purchases({ shopShows: ["field"], baseLinkerShows: ["best id"] });

/** Some reports show none of the ids that the others carry, or show it only after both have become orders. */
export const loose = purchases({ shopShows: ["field", "trace", "nothing"], baseLinkerShows: ["best id", "shop id"] });

function purchases({ shopShows, baseLinkerShows }: { [K in "shopShows" | "baseLinkerShows"]: Array<Purchase[K]> }) {
  const purchase = (index: number): fc.Arbitrary<Purchase> =>
    fc.record({
      index: fc.constant(index),
      soldOn: fc.constantFrom("shop", "allegro"),
      shopShows: fc.constantFrom(...shopShows),
      baseLinkerShows: fc.constantFrom(...baseLinkerShows),
      number: fc.integer({ min: 901, max: 903 }),
      total: fc.constantFrom(5899, 9900),
    });
  return fc.tuple(...INDEXES.map(purchase));
}

const uuidOf = (index: number) => `0cc2000${index}-3b6d-11f0-9c4d-8b1f2a6d7e90`;
const shopIdOf = (index: number) => `10${index}`;

/** The purchase that carries this internet id. */
export function indexUnder(internetId: string | null): number | undefined {
  return INDEXES.find((index) => uuidOf(index) === internetId || shopIdOf(index) === internetId);
}

/** The purchase that a source knows by this id of its own. */
export function indexOf(account: string, sourceOrder: string): number | undefined {
  return INDEXES.find((index) =>
    SOURCES.some((source) => ACCOUNTS[source] === account && ownId(source, index) === sourceOrder),
  );
}

const SOURCES = ["shop", "baselinker", "allegro"] as const;
const ACCOUNTS = { shop: "woocommerce:main", baselinker: "baselinker:acme", allegro: "allegro:acme" } as const;

function ownId(source: Source, index: number): string {
  return { shop: shopIdOf(index), baselinker: `8000${index}`, allegro: uuidOf(index) }[source];
}

/** What was sold in the shop never comes from the marketplace. */
export function sourceOf({ soldOn }: Purchase, source: Source): Source {
  return soldOn === "shop" && source === "allegro" ? "shop" : source;
}

export function sightingOf(
  purchase: Purchase,
  source: Source,
  { readiness, version, edited }: { readiness: Readiness; version: Instant; edited: boolean },
): Sighting {
  const { report } = sighting({ total: purchase.total });
  return sighting({
    total: purchase.total,
    account: ACCOUNTS[source],
    sourceOrder: ownId(source, purchase.index),
    version,
    readiness,
    status: readiness,
    keys: keysOf(purchase, source),
    splits: source === "baselinker",
    ...(source === "allegro" && { windowDays: 90 }),
    report: { ...report, number: `${purchase.number}`, ...(edited && { note: `edited at ${version}` }) },
  });
}

function keysOf({ index, soldOn, shopShows, baseLinkerShows, number: shopNumber }: Purchase, source: Source): Key[] {
  const theirs = allegroId(uuidOf(index));
  const ours = shopId(shopIdOf(index));
  if (source === "allegro") return [theirs];
  if (source === "baselinker") return [soldOn === "allegro" && baseLinkerShows === "best id" ? theirs : ours];
  const shown = { field: [theirs], trace: [trace(uuidOf(index))], nothing: [] }[shopShows];
  return [ours, number(`${shopNumber}`), ...(soldOn === "allegro" ? shown : [])];
}
