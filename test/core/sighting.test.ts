import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Key, keyId, Rank } from "../../lib/core/keys.ts";
import { newSighting } from "../../lib/core/sighting.ts";
import { sighting } from "../support/sightings.ts";

const { money: _, reporter: __, ...rest } = sighting();

describe("a report as a channel hands it over", () => {
  const key: fc.Arbitrary<Key> = fc.record({
    kind: fc.constantFrom("internet-id", "customer-number"),
    issuer: fc.constantFrom("allegro", "woocommerce:main"),
    value: fc.constantFrom("1", "2", "3"),
    rank: fc.constantFrom(...Rank.def.values) as fc.Arbitrary<Key["rank"]>,
  });

  test("names each identity once, as strong as it was ever named, the best first", () => {
    fc.assert(
      fc.property(fc.array(key), (given) => {
        const { keys } = newSighting({ ...rest, keys: given });
        const ids = keys.map(keyId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ids)).toEqual(new Set(given.map(keyId)));
        expect(keys.map(({ rank }) => rank)).toEqual(keys.map(({ rank }) => rank).sort());
        for (const one of keys)
          expect(one.rank).toBe(Math.min(...given.filter((k) => keyId(k) === keyId(one)).map(({ rank }) => rank)));
      }),
    );
  });

  test("has money only where currency and total are both known: unknown is never 0", () => {
    expect(newSighting({ ...rest, currency: "PLN", total: 0 }).money).toEqual({ currency: "PLN", minor: 0 });
    expect(newSighting({ ...rest, currency: "PLN" })).not.toHaveProperty("money");
    expect(newSighting({ ...rest, total: 5899 })).not.toHaveProperty("money");
    const due = { currency: "PLN", minor: 5899, due: 899 };
    expect(newSighting({ ...rest, currency: "PLN", total: 5899, due: 899 }).money).toEqual(due);
  });

  test("is heard in the name of its own account, unless it is a second way to hear of another one's orders", () => {
    expect(newSighting({ ...rest, account: "magento:main" }).reporter).toBe("magento:main");
    expect(newSighting({ ...rest, account: "adobe:main", reporter: "magento:main" }).reporter).toBe("magento:main");
  });
});
