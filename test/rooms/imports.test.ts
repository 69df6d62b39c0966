import { describe, expect, test } from "vitest";
import { circlesIn, filesOf, importsIn, importsOf, ROOMS, reachedFrom } from "./imports.ts";

const everything = importsOf(filesOf(ROOMS));

describe("imports", () => {
  test("no files import each other in a circle, types included", () => {
    expect(circlesIn(everything)).toEqual([]);
  });

  test("a circle is found, through types and through other files", () => {
    const imports = new Map([
      ["a.ts", ["b.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["a.ts"]],
      ["d.ts", ["a.ts"]],
    ]);
    expect(circlesIn(imports)).toEqual([["a.ts", "b.ts", "c.ts"]]);
    const source =
      'import type { A } from "./a.ts";\nexport {\n  b,\n} from "../b.ts";\nimport "./c.ts";\nawait import("./d.ts");';
    expect(importsIn(source)).toEqual(["./a.ts", "../b.ts", "./c.ts", "./d.ts"]);
  });

  test("every file of lib is loaded by a function, types included", () => {
    const loaded = reachedFrom(filesOf(["functions"]), everything);
    expect(filesOf(["lib"]).filter((file) => !loaded.has(file))).toEqual([]);
  });
});
