/** The pages of the documentation, and what stands in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

export type Fence = {
  /** `json`, `sh`, `text`, `mermaid` or "". */
  language: string;
  /** What the sample is, for a test: the second word behind the backticks. */
  kind: string;
  text: string;
  /** Line of the page on which the sample begins. */
  line: number;
};

export type Page = { path: string; text: string; fences: Fence[] };

function pathsOf(): string[] {
  const nested = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  const root = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  const bridge = ["bridge/README.md", "bridge/README.pl.md"];
  return [...root, ...bridge, ...nested.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)]
    .map((path) => path.replaceAll("\\", "/"))
    .sort((a, b) => a.localeCompare(b));
}

export const pages: Page[] = pathsOf().map((path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, fences: fencesOf(text) };
});

/** A fence may be indented: then it belongs to an entry of a list. */
function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^( *)```(\w*) ?([\w-]*)\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const [, indent = "", language = "", kind = "", body = ""] = match;
    const lines = body.split("\n").map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    return { language, kind, text: lines.join("\n"), line: text.slice(0, match.index).split("\n").length };
  });
}

/** The text without its samples. */
export function proseOf({ text }: Page): string {
  return text.replace(/^( *)```[\s\S]*?^ *```$/gm, "");
}

/** Names of samples in a test's title. */
function nameOf(page: Page, fence: Fence): string {
  return `${relative("", page.path)}:${fence.line}`;
}

/** Every sample of a kind, with its page. */
export function samples(choose: (fence: Fence) => boolean): Array<{ name: string; page: Page; fence: Fence }> {
  return pages.flatMap((page) =>
    page.fences.filter(choose).map((fence) => ({ name: nameOf(page, fence), page, fence })),
  );
}
