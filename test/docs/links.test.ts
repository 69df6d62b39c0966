import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { type Page, pages, proseOf, ROOT } from "./pages.ts";

/** As GitHub makes them of headings. */
function anchorsOf({ text }: Page): Set<string> {
  const prose = text.replace(/^( *)```[\s\S]*?^ *```$/gm, "");
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-"),
    ),
  );
}

const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]));

function linksOf(page: Page): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

const ROOMS = ["bridge", "docs", "findings", "functions", "infra", "lib", "local", "test"];
const ROOM = new RegExp(`^(\\.ci|\\.devcontainer|\\.github|\\.vscode|${ROOMS.join("|")})/[\\w./-]*$`);

describe.each(pages)("$path", (page) => {
  test("links to pages, headings and files that are there", () => {
    const broken = linksOf(page)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page.path : posix.normalize(posix.join(posix.dirname(page.path), path));
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && anchors.get(file)?.has(anchor) !== true;
      });
    expect(broken).toEqual([]);
  });

  // A changelog names what was there once.
  test.skipIf(page.path === "CHANGELOG.md")("names paths of this repository that are there", () => {
    const named = [...proseOf(page).matchAll(/`([^`\s]+)`/g)].flatMap(([, text = ""]) =>
      ROOM.test(text) ? [text] : [],
    );
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

test("each page of docs/ can be reached from the README by links", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pages.find((one) => one.path === path);
    for (const target of page ? linksOf(page) : []) {
      const [file = ""] = target.split("#");
      if (file.endsWith(".md")) reached.add(posix.normalize(join(dirname(path), file)));
    }
  }
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

test("the README is a front page of at most 150 lines", () => {
  expect(pages.find(({ path }) => path === "README.md")?.text.split("\n").length).toBeLessThanOrEqual(150);
});
