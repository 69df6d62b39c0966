/**
 * Texts of strangers are searched in time that grows with their length and no faster: every pattern of what runs in
 * production is judged by a static checker, which finds the string that would make it slow.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";
import { checkSync } from "recheck";
import { expect, test } from "vitest";
import { filesOf } from "./imports.ts";

type Pattern = { source: string; flags: string };

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function patternsIn(file: string, text: string): { patterns: Pattern[]; built: number } {
  const patterns: Pattern[] = [];
  let built = 0;
  new Visitor({
    Literal(node) {
      if ("regex" in node) patterns.push({ source: node.regex.pattern, flags: node.regex.flags });
    },
    NewExpression({ callee }) {
      if (callee.type === "Identifier" && callee.name === "RegExp") built += 1;
    },
    CallExpression({ callee }) {
      if (callee.type === "Identifier" && callee.name === "RegExp") built += 1;
    },
  }).visit(parseSync(file, text).program);
  return { patterns, built };
}

/** @returns what it was judged: "safe", or by how much it is slower than its text is long */
function judged({ source, flags }: Pattern): string {
  const diagnosis = checkSync(source, flags, { checker: "automaton", timeout: 300_000 });
  if (diagnosis.status === "safe") return "safe";
  const why = diagnosis.status === "vulnerable" ? diagnosis.complexity.summary : diagnosis.error.kind;
  return `/${source}/${flags}: ${why}`;
}

const production = filesOf(["lib", "functions", "bridge"]).map((file) => ({
  file,
  ...patternsIn(file, readFileSync(fromRoot(file), "utf8")),
}));

test("the checker finds a slow pattern, and one that is built out of sight", () => {
  const found = patternsIn("seeded.ts", 'const a = /\\s+$/u;\nconst b = /^\\d+$/;\nconst c = new RegExp("x");');
  expect(found.built).toBe(1);
  expect(found.patterns.map(judged)).toEqual(["/\\s+$/u: 2nd degree polynomial", "safe"]);
});

test("every pattern takes time in proportion to the text, whatever the text is", () => {
  const slow = production.flatMap(({ file, patterns }) =>
    patterns.map(judged).flatMap((verdict) => (verdict === "safe" ? [] : [`${file} ${verdict}`])),
  );
  expect(slow).toEqual([]);
});

test("no pattern is built from text, where no checker sees it", () => {
  expect(production.filter(({ built }) => built > 0).map(({ file }) => file)).toEqual([]);
});
