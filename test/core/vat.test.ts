import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Line, rateBetween, vatFrom, vatName } from "../../lib/core/money.ts";

describe("a VAT as systems write it", () => {
  test.each([
    ["23", "23"],
    ["23.00", "23"],
    ["8,0 %", "8"],
    ["05%", "5"],
    ["5.5", "5.5"],
    [0, "0"],
    ["zw.", "zw"],
    [" NP ", "np"],
    ["oo", "oo"],
    ["-1", "not said"],
    ["", "not said"],
    [null, "not said"],
    [undefined, "not said"],
    ["123", "not said"],
    ["23 of 100", "not said"],
  ])("%s is %s", (text, vat) => {
    expect(vatName(vatFrom(text))).toBe(vat);
  });
});

describe("the rate between a net and a gross price", () => {
  test.each([
    ["10.330000", "11.156400", "8"],
    ["0.813009", "1.000001", "23"],
    ["8.12", "9.99", "23"],
    ["100", "105", "5"],
    ["36.82", "36.82", "0"],
    ["100.00", "119.00", "19"],
    ["0.01", "0.01", "not said"],
    ["0", "0", "not said"],
    ["100.00", "150.00", "not said"],
    ["100.00", "90.00", "not said"],
    ["x", "1.00", "not said"],
  ])("%s and %s: %s", (net, gross, vat) => {
    expect(vatName(rateBetween(net, gross))).toBe(vat);
  });

  test("is never another Polish rate than the one that made the prices", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom(23, 8, 5, 0), (net, rate) => {
        const gross = Math.round((net * (100 + rate)) / 100);
        const text = (minor: number) => (minor / 100).toFixed(2);
        expect([String(rate), "not said"]).toContain(vatName(rateBetween(text(net), text(gross))));
      }),
    );
  });
});

test("a line that an older build stored keeps its rate", () => {
  const stored = { sku: "KUB", name: "Kubek", quantity: "1", gross: 100, taxRate: "8" };
  expect(Line.parse(stored)).toEqual({
    sku: "KUB",
    name: "Kubek",
    quantity: "1",
    gross: 100,
    vat: { kind: "rate", rate: "8" },
  });
  const { taxRate: _, ...unsaid } = stored;
  expect(Line.parse(unsaid)).toEqual(unsaid);
});
