/** What can be said of the seeded defects without running any: `npm run mutate` runs them. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { brokenBy } from "./mutate.ts";
import { mutations } from "./mutations.ts";

test("every seeded defect has a name of its own and tests that exist, and there are enough kinds of them", () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  expect(mutations.length).toBeGreaterThanOrEqual(120);
  expect(mutations.flatMap(({ tests }) => tests).filter((file) => !existsSync(file))).toEqual([]);
});

test("every seeded defect applies to the code as it is", () => {
  const misfits = mutations.flatMap(({ name, edits }) => {
    const texts = new Map(edits.map(({ file }) => [file, readFileSync(file, "utf8")]));
    const broken = brokenBy(edits, texts);
    return typeof broken === "string" ? [`${name}: ${broken}`] : [];
  });
  expect(misfits).toEqual([]);
});

test("a defect whose text is gone, stands there twice or is no code does not apply", () => {
  const broken = (text: string, find: string, replace: string) =>
    brokenBy([{ file: "a.ts", find, replace }], new Map([["a.ts", text]]));
  expect(broken("const a = 1;", "const b", "")).toContain("0 times");
  expect(broken("f(); f();", "f()", "g()")).toContain("2 times");
  expect(broken("const a = 1;", "= 1", "= (")).toContain("no code");
});
