/**
 * A page in Polish says what the page in English says: the same headings, tables and commands, so that neither grows stale.
 * `docs/pl/NAME.md` is `docs/NAME.md` in Polish, and `NAME.pl.md` the page beside it. Every page has one, but for those
 * that only developers read.
 */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { type Page, pages, proseOf } from "./pages.ts";

/** What a developer reads, and what is generated (for operators in both languages). A folder ends with a slash. */
const ENGLISH_ALONE = [
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs/bridge.md",
  "docs/decisions/",
  "docs/developing.md",
  "docs/examples/",
  "docs/how-it-works.md",
  "docs/performance.md",
  "docs/proof.md",
  "docs/reference/",
  "docs/scale.md",
  "docs/seen-on-real-platforms.md",
];

type Pair = { polish: Page; english: Page | undefined };

function englishPathOf(path: string): string | undefined {
  if (path.startsWith("docs/pl/")) return path.replace("docs/pl/", "docs/");
  return path.endsWith(".pl.md") ? path.replace(/\.pl\.md$/, ".md") : undefined;
}

const pairs: Pair[] = pages.flatMap((polish) => {
  const path = englishPathOf(polish.path);
  return path === undefined ? [] : [{ polish, english: pages.find((page) => page.path === path) }];
});

/** The page in Polish of each page in English that has one. */
const inPolish = new Map(pairs.flatMap(({ polish, english }) => (english ? [[english.path, polish.path]] : [])));

/** Each link to a page, as its text and the page's path in the repository. */
function linksOf(page: Page): Array<{ words: string; path: string }> {
  return [...proseOf(page).matchAll(/\[([^\]]*)\]\(([^)#\s]+\.md)(?:#[^)\s]*)?\)/g)].map(
    ([, words = "", target = ""]) => ({ words, path: posix.join(posix.dirname(page.path), target) }),
  );
}

/** The depth of each heading, in order. */
function headingsOf(page: Page): string[] {
  return [...proseOf(page).matchAll(/^(#{1,6}) /gm)].map(([, marks = ""]) => marks);
}

/** Of each row of each table: how many cells, and what stands in it as code, which no language changes. */
function rowsOf(page: Page): string[] {
  const rows = proseOf(page)
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line));
  return rows.map((row) => `${cellsIn(row)} cells ${codeIn(row).sort(byText).join(" ")}`.trim());
}

function cellsIn(row: string): number {
  return (
    row
      .replace(/`[^`]*`/g, "")
      .replaceAll("\\|", "")
      .split("|").length - 2
  );
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

function byText(a: string, b: string): number {
  return a.localeCompare(b);
}

/** What can be copied from the page; comments in it, and values to fill in, are in its language. */
function samplesOf(page: Page): string[] {
  const toFillIn = valuesOfWordsIn(page);
  return page.fences.map(({ language, kind, text }) => {
    const same = text.replace(/\s+#.*$/gm, "").replace(/^([A-Z_]+)=.*$/gm, "$1=");
    return `${language} ${kind}\n${toFillIn.reduce((rest, value, index) => rest.replaceAll(value, `value ${index}`), same)}`;
  });
}

/** A value of several words in a configuration says what to put there: `"token": "the token of the API"`. */
function valuesOfWordsIn({ fences }: Page): string[] {
  const configs = fences.filter(({ kind }) => kind === "config").map(({ text }) => text);
  const values = [...configs.join("\n").matchAll(/: \[?"([^"]+ [^"]+)"/g)].map(([, value = ""]) => value);
  return [...new Set(values)];
}

describe.each(pairs.map(({ polish, english }) => [polish.path, polish, english] as const))(
  "%s",
  (_, polish, english) => {
    test("has a page in English", () => expect(english).toBeDefined());

    test("has its headings", () => expect(headingsOf(polish)).toEqual(english && headingsOf(english)));

    test("has its tables, row by row", () => expect(rowsOf(polish)).toEqual(english && rowsOf(english)));

    test("has its commands and samples", () => expect(samplesOf(polish)).toEqual(english && samplesOf(english)));

    test("each of the two leads to the other", () => {
      expect(linksOf(polish)).toContainEqual({ words: "In English", path: english?.path });
      const back = english ? linksOf(english) : [];
      expect(back.some(({ words, path }) => /^po polsku$/i.test(words) && path === polish.path)).toBe(true);
    });

    test("leads to pages in Polish where there are any", () => {
      const elsewhere = linksOf(polish).filter(({ path }) => path !== english?.path && inPolish.has(path));
      expect(elsewhere).toEqual([]);
    });
  },
);

test("every page that others than developers read is in Polish, too", () => {
  const lacking = pages
    .map(({ path }) => path)
    .filter((path) => englishPathOf(path) === undefined && !inPolish.has(path))
    .filter((path) => !ENGLISH_ALONE.some((name) => path === name || (name.endsWith("/") && path.startsWith(name))));
  expect(lacking).toEqual([]);
});

test("a row that is missing, a column, and a command are each noticed", () => {
  const page = (text: string): Page => ({
    path: "",
    text,
    fences: [{ language: "sh", kind: "", text: "npm test", line: 1 }],
  });
  const whole = page("# A\n\n| a | `x` |\n| --- | --- |\n| b | `y` |\n");
  expect(rowsOf(whole)).not.toEqual(rowsOf(page("# A\n\n| a | `x` |\n| --- | --- |\n")));
  expect(rowsOf(whole)).not.toEqual(rowsOf(page("# A\n\n| a | `x` |\n| --- | --- |\n| b | `z` |\n")));
  expect(headingsOf(whole)).not.toEqual(headingsOf(page("## A\n")));
  expect(samplesOf(whole)).not.toEqual(samplesOf({ ...whole, fences: [] }));
});
