/** The tables of cases name their tests, and each of these exists. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${root}docs/seen-on-real-platforms.md`, "utf8");
const HEAD = "| case | before | now | test |";

/** The rows of every table of cases: what it is, and what it names as its test. */
const rows = page.split(HEAD).slice(1).flatMap(rowsOf);

function rowsOf(table: string): Array<{ about: string; named: string }> {
  const lines = table.trim().split("\n").slice(1);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return (end < 0 ? lines : lines.slice(0, end)).map((line) => {
    const [, about = "", , , named = ""] = line.split(" | ").length > 3 ? ["", ...line.slice(2, -2).split(" | ")] : [];
    return { about, named };
  });
}

const files = new Map(
  globSync("test/**/*.test.ts", { cwd: root }).map((path) => [
    basename(path, ".test.ts"),
    readFileSync(`${root}${path}`, "utf8"),
  ]),
);

/** What a file describes, and its tests. */
function titlesIn(file: string): string[] {
  return [...file.matchAll(/\(\s*"((?:[^"\\]|\\.){1,300})"/g)].map(([, title = ""]) => title.replaceAll('\\"', '"'));
}

/** `…` stands for anything; a name may be what is described, and then its test. */
function isNamedIn(file: string, name: string): boolean {
  const titles = titlesIn(file);
  return titles.some(
    (title) =>
      isIn(title, name) ||
      (name.startsWith(`${title} `) && titles.some((other) => isIn(other, name.slice(title.length + 1)))),
  );
}

function isIn(title: string, name: string): boolean {
  let at = 0;
  for (const part of name.split("…").map((text) => text.trim())) {
    at = title.indexOf(part, at);
    if (at < 0) return false;
  }
  return true;
}

test("there are tables of cases", () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows.filter(({ named }) => named !== "the same").map(({ about, named }) => [about, named]))(
  "%s names a test that exists",
  (_, named) => {
    const links = [...named.matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[\w./-]+)\)/g)];
    for (const [, rule = "", file = ""] of links) expect(readFileSync(`${root}${file}`, "utf8")).toContain(rule);
    if (links.length > 0) return;
    const [, file = "", name = ""] = /^`([^`]+)`: "(.+)"$/.exec(named) ?? [];
    const found = files.get(file);
    expect(found, `there is no test/**/${file}.test.ts`).toBeDefined();
    expect(isNamedIn(found ?? "", name), `${file} has no test "${name}"`).toBe(true);
  },
);

test("a test that does not exist would be seen", () => {
  expect(isNamedIn(files.get("points") ?? "", "a point is found where nobody puts it")).toBe(false);
});
