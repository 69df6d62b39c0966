import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinctKeys, keyId, keyOf, normalise } from "../../lib/core/keys.ts";

describe("normalise", () => {
  it.each([
    ["  271 ", "271"],
    ["#00059138", "59138"],
    ["# 1001", "1001"],
    ["ZS/2026/11/0042", "zs/2026/11/0042"],
    ["0CC20000-3B6D-11F0-9C4D-8B1F2A6D7E90", "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90"],
    ["１２３", "123"],
    [59138, "59138"],
    ["0042a", "0042a"],
  ])("spells %j as %j", (raw, value) => {
    expect(normalise(raw)).toBe(value);
  });

  it.each([
    [""],
    ["  "],
    ["0"],
    ["000"],
    [0],
    ["-"],
    ["brak"],
    ["BRAK"],
    ["null"],
    [null],
    [undefined],
    ["#"],
    ["N/A"],
  ])("takes %j for no id at all", (raw) => {
    expect(normalise(raw)).toBeUndefined();
  });

  it("gives the same value when applied twice, and never a placeholder", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (raw) => {
        const value = normalise(raw);
        if (value !== undefined) expect(normalise(value)).toBe(value);
      }),
    );
  });

  it("refuses what no platform would call an id", () => {
    expect(normalise("x".repeat(129))).toBeUndefined();
  });
});

describe("keyId", () => {
  it("joins its parts unambiguously, whatever they hold", () => {
    const part = fc.string({ minLength: 1, unit: fc.constantFrom("a", "/", "%", ":", "#", "2", "F") });
    fc.assert(
      fc.property(part, part, part, part, (issuer, value, otherIssuer, otherValue) => {
        const one = keyId({ kind: "internet-id", issuer, value });
        const other = keyId({ kind: "internet-id", issuer: otherIssuer, value: otherValue });
        expect(one === other).toBe(issuer === otherIssuer && value === otherValue);
      }),
    );
  });

  it("keeps parts apart that hold what separates them", () => {
    const of = (issuer: string, value: string) => keyId({ kind: "internet-id", issuer, value });
    expect(of("a/b", "c")).not.toBe(of("a", "b/c"));
    expect(of("a%2Fb", "c")).not.toBe(of("a/b", "c"));
  });

  it("keeps the two kinds apart", () => {
    const [id] = keyOf("internet-id", "woocommerce:main", "271", 2);
    const [number] = keyOf("customer-number", "woocommerce:main", "271", 3);
    expect(id && keyId(id)).not.toBe(number && keyId(number));
  });

  it("fits into a DynamoDB key even when every letter has to be escaped", () => {
    const [key] = keyOf("customer-number", "woocommerce:main", "ą€".repeat(64), 3);
    expect(key && Buffer.byteLength(keyId(key))).toBeLessThan(2000);
  });
});

describe("distinctKeys", () => {
  it("keeps the strongest rank of an id that is both a field and a trace", () => {
    const keys = [...keyOf("internet-id", "allegro", "u1", 4), ...keyOf("internet-id", "allegro", "U1 ", 1)];
    expect(distinctKeys(keys)).toEqual([{ kind: "internet-id", issuer: "allegro", value: "u1", rank: 1 }]);
  });
});
