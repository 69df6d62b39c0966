/** Ids that somebody only guessed: whatever their issuer then says of them, the store takes what was decided. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Key, keyId } from "../../lib/core/keys.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, type Changes, fromBaseLinker, number, shopId, sighting, trace } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const shop = (id: string, shown: string, changes: Changes = {}) =>
  sighting({ sourceOrder: id, keys: [shopId(id), number(shown)], ...changes });

/** BaseLinker does not say whether this is the shop's id or its number. */
const either = (id: string, changes: Changes = {}) =>
  fromBaseLinker({
    sourceOrder: `8${id}`,
    keys: [shopId(`8${id}`, "baselinker:acme"), guess(shopId(id)), guess(number(id))],
    ...changes,
  });

function guess(key: Key): Key {
  return { ...key, rank: 4 };
}

const small = fc.constantFrom("1", "2", "3");
const money = fc.record({ total: fc.constantFrom(5899, 9900) });
const anyReport = fc.oneof(
  fc.tuple(small, small, money).map(([id, shown, changes]) => shop(id, shown, changes)),
  fc
    .tuple(small, small, money)
    .map(([id, shown, changes]) => shop(id, shown, { keys: [shopId(id), number(shown), trace()], ...changes })),
  // A shop whose only id is its number.
  fc.tuple(small, money).map(([shown, changes]) => shop(`n${shown}`, shown, { keys: [number(shown)], ...changes })),
  fc.tuple(small, money).map(([id, changes]) => either(id, changes)),
  fc.tuple(small, money).map(([id, changes]) => fromBaseLinker({ keys: [allegroId(), guess(number(id))], ...changes })),
);

const stores: Array<[string, () => Promise<Claims>, number]> = [
  ["in memory", async () => memoryClaims(), 2000],
  ["DynamoDB", async () => dynamoClaims(await freshTable()), 40],
];

describe.each(stores)("a guess: %s", (_, open, numRuns) => {
  it.each([
    ["another total", { total: 9900 }],
    ["the same total", {}],
  ])("of a number does not keep out the order to which its shop gives it, with %s", async (_total, changes) => {
    const { report } = shopFloor(await open());
    const reports = [shop("120", "100"), either("120"), shop("140", "120", changes), either("140", changes)];
    const verdicts: string[] = [];
    for (const one of [...reports, ...reports]) verdicts.push((await report(one)).verdict);
    expect(verdicts).toEqual(["new", "linked", "new", "linked", "duplicate", "duplicate", "duplicate", "duplicate"]);
  });

  it("that its issuer confirms is a guess no more in the index", async () => {
    const claims = await open();
    const { report } = shopFloor(claims);
    await report(either("120"));
    await report(shop("120", "100"));
    const { keys } = await claims.look([shopId("120")]);
    expect(keys.get(keyId(shopId("120")))).toMatchObject({ rank: 2 });
  });

  it("lets every report land, and every order be found again by what made it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyReport, { minLength: 2, maxLength: 6 }), async (reports) => {
        const claims = await open();
        const { report } = shopFloor(claims);
        for (const one of reports) {
          const { verdict, order } = await report(one);
          if (verdict !== "new") continue;
          const { keys } = await claims.look(one.keys);
          expect(one.keys.filter((key) => keys.get(keyId(key))?.order === order)).not.toEqual([]);
        }
      }),
      { numRuns },
    );
  });
});
