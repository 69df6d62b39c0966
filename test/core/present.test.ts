import { describe, expect, test } from "vitest";
import { present } from "../../lib/core/writes.ts";

type Line = { name: string; sku?: string; price?: number | null };

describe("properties that are present", () => {
  test("what is undefined is left out, so that nothing stores or sends it", () => {
    const line = present<Line>({ name: "kettle", sku: undefined });
    expect(Object.keys(line)).toEqual(["name"]);
  });

  test("what is empty, zero, false or null stays, in the order given", () => {
    expect(JSON.stringify(present<Line>({ name: "", price: null }))).toBe('{"name":"","price":null}');
    expect(JSON.stringify(present<Record<string, unknown>>({ b: 0, a: false }))).toBe('{"b":0,"a":false}');
  });

  test("the compiler asks for what must be there and refuses what nobody expects", () => {
    // @ts-expect-error `name` is not optional
    const unnamed: Line = present({ name: undefined });
    // @ts-expect-error a line has no colour
    const coloured: Line = present({ name: "kettle", colour: "red" });
    expect([unnamed, coloured]).toHaveLength(2);
  });
});
