import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agrees, formatMinor, parseMinor } from "../../lib/core/money.ts";

describe("parseMinor", () => {
  it.each([
    ["19.99", "PLN", 1999],
    [19.99, "PLN", 1999],
    ["2.000", "PLN", 200],
    ["22.940000", "PLN", 2294],
    ["10.075", "PLN", 1008],
    ["-10.075", "PLN", -1008],
    [4.35, "PLN", 435],
    ["58", "PLN", 5800],
    ["58", "JPY", 58],
    ["1.234", "KWD", 1234],
    ["12990", "HUF", 1_299_000],
    ["150000.00", "IDR", 15_000_000],
    ["1.234", "IQD", 1234],
    ["1.2345", "CLF", 12_345],
    ["58", "ZZZ", 5800],
    ["-0.00", "PLN", 0],
    [1e-7, "PLN", undefined],
    [110.47000000000001, "PLN", 11047],
    ["58.989999999999995", "PLN", 5899],
    ["0.30000000000000004441", "PLN", 30],
  ])("reads %j %s as %j minor units", (amount, currency, minor) => {
    expect(parseMinor(amount, currency)).toBe(minor);
  });

  it.each([
    [""],
    ["12,50"],
    ["1e3"],
    ["PLN 5"],
    [" "],
    ["0x10"],
    ["1.2.3"],
    [`1.${"0".repeat(21)}`],
    ["NaN"],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
  ])("never turns %j into an amount", (amount) => {
    expect(parseMinor(amount, "PLN")).toBeUndefined();
  });

  it("reads back every amount that was written", () => {
    const minor = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(minor, fc.constantFrom("PLN", "EUR", "JPY", "KWD"), (amount, currency) => {
        expect(parseMinor(formatMinor(amount, currency), currency)).toBe(amount);
      }),
    );
  });
});

describe("agrees", () => {
  const pln = (minor: number) => ({ currency: "PLN", minor });

  it("allows one minor unit a line plus one", () => {
    expect(agrees(pln(1000), pln(1003), 2)).toBe(true);
    expect(agrees(pln(1000), pln(1004), 2)).toBe(false);
  });

  it("never compares over currencies", () => {
    expect(agrees(pln(1000), { currency: "EUR", minor: 1000 }, 5)).toBe(false);
  });
});
