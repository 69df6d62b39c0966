import { describe, expect, test } from "vitest";
import { contradiction, roundingOf, sharesOf, sumOf } from "../../lib/core/money.ts";
import { report } from "../support/sightings.ts";

const line = { name: "Kubek", quantity: "80", gross: 75404 };

describe("what an order comes to", () => {
  test("is its lines, its shipping and its fees", () => {
    const fees = [{ kind: "codFee" as const, name: "Pobranie", gross: 500 }];
    expect(sumOf({ ...report, fees })).toBe(5000 + 899 + 500);
  });

  test("a contradiction names the amounts and the field that the source has the total in", () => {
    expect(contradiction(report, 5899, "PLN")).toBeUndefined();
    expect(contradiction({ ...report, totalField: "grand_total" }, 6399, "PLN")).toBe(
      "lines 50.00 + shipping 8.99 = 58.99, grand_total says 63.99 PLN: 5.00 is in none of them",
    );
    expect(contradiction({ ...report, fees: [{ kind: "other", name: "Bon", gross: 100 }] }, 4999, "PLN")).toBe(
      "lines 50.00 + shipping 8.99 + fees 1.00 = 59.99, total says 49.99 PLN: 10.00 too much",
    );
  });

  test("shares of the shipping that are not the shipping contradict it", () => {
    const shipping = { ...report.shipping, shares: [{ gross: 500 }, { gross: 300 }] };
    expect(contradiction({ ...report, shipping }, 5899, "PLN")).toBe("shipping 8.99 has shares of 8.00");
  });

  test("shipping of which no VAT is said is one share, and free shipping none", () => {
    expect(sharesOf(report.shipping)).toEqual([{ gross: 899 }]);
    expect(sharesOf({ ...report.shipping, gross: 0 })).toEqual([]);
  });
});

describe("rounding", () => {
  test.each([
    ["pieces that are rounded may be half a grosz off each", { on: "piece", prices: "net" }, 41],
    ["so may those of a source that does not say", undefined, 41],
    ["rows that are rounded may be a grosz off each", { on: "row", prices: "net" }, 2],
    ["and so the total's", { on: "total", prices: "gross" }, 2],
  ] as const)("%s", (_, rounding, minor) => {
    expect(roundingOf({ lines: [line], ...(rounding && { rounding }) })).toBe(minor);
  });
});
