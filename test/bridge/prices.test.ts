import fc from "fast-check";
import { expect, test } from "vitest";
import { netOf, pricesOf } from "../../bridge/wapro/prices.ts";

/** As WAPRO sums: each line's price times its quantity, rounded to the grosz. */
function sumOf(priced: NonNullable<ReturnType<typeof pricesOf>>): number {
  return priced.reduce((sum, { quantity, unitGross }) => {
    const [whole = "", fraction = ""] = quantity.split(".");
    const scale = 10n ** BigInt(fraction.length);
    return sum + Number((2n * BigInt(unitGross) * BigInt(whole + fraction) + scale) / (2n * scale));
  }, 0);
}

test("any quantity at any amount has prices of whole grosze that come to it", () => {
  fc.assert(
    fc.property(
      fc.nat(100_000_000),
      fc.nat(5_000),
      fc.constantFrom(1, 10, 100, 1_000, 1_000_000),
      fc.nat(999_999),
      (gross, whole, scale, part) => {
        const fraction = scale === 1 ? "" : String(part % scale).padStart(String(scale).length - 1, "0");
        const quantity = fraction === "" ? String(whole) : `${whole}.${fraction}`;
        fc.pre(Number(quantity) > 0);
        const priced = pricesOf(quantity, gross);
        expect(priced).toBeDefined();
        expect(sumOf(priced ?? [])).toBe(gross);
        expect(priced?.reduce((sum, one) => sum + Number(one.quantity), 0)).toBeCloseTo(Number(quantity), 6);
      },
    ),
  );
});

test.each(["0", "0.000", "-1", "1,5", "x", ""])("a quantity of %s has none", (quantity) => {
  expect(pricesOf(quantity, 100)).toBeUndefined();
});

test("a quantity with the noise of a float is the quantity that was meant", () => {
  expect(pricesOf("0.30000000000000004", 999)).toEqual(pricesOf("0.3", 999));
  expect(pricesOf("2.9999999999999996", 1000)).toEqual(pricesOf("3", 1000));
});

test("a net price is worked out at the rate, with decimals too", () => {
  expect([netOf(12300, "23"), netOf(10550, "5.5"), netOf(100, "0")]).toEqual([10000, 10000, 100]);
});
