import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedPages } from "../../docs/generator/generated-pages.ts";
import { ROOT } from "./pages.ts";

const generated = await generatedPages();

test.each(generated)("$path says what the code says: if not, run `npm run docs`", ({ path, text }) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
});

test("docs/reference holds generated pages and nothing else", () => {
  const names = readdirSync(join(ROOT, "docs/reference")).map((name) => `docs/reference/${name}`);
  expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual(
    generated.map(({ path }) => path).sort((a, b) => a.localeCompare(b)),
  );
});
