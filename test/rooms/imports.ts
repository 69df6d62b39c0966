/** Which of our files imports which, types included. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const ROOMS = [
  "lib",
  "functions",
  "bridge",
  "infra",
  "local",
  "cli",
  "docs",
  "findings",
  "test",
  "sst.config.ts",
];

/** Paths from the root of the repository. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** `import … from`, `export … from`, `import "…"` and `import("…")`, of types as well. */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"\n]+)"/g;

export function importsIn(source: string): string[] {
  return [...source.matchAll(SPECIFIER)].flatMap(([, specifier]) => specifier ?? []);
}

/** Every file of code in these rooms, and nothing that was built from them; a room that is not there yet has none. */
export function filesOf(rooms: readonly string[]): string[] {
  return rooms.flatMap((room) => {
    const path = join(ROOT, room);
    const entry = statSync(path, { throwIfNoEntry: false });
    if (entry?.isFile()) return [room];
    const names = entry ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [];
    return names
      .filter((name) => /\.(?:ts|mts|mjs)$/.test(name) && !/(?:^|\/)(?:node_modules|dist)\//.test(name))
      .map((name) => join(room, name));
  });
}

export function importsOf(files: readonly string[]): Imports {
  return new Map(
    files.map((file) => {
      const specifiers = importsIn(readFileSync(join(ROOT, file), "utf8"));
      return [file, specifiers.map((specifier) => relative(ROOT, join(ROOT, dirname(file), specifier)))];
    }),
  );
}

/** Everything that these files import, and what that imports, and so on; the files themselves included. */
export function reachedFrom(entries: readonly string[], imports: Imports): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const imported of imports.get(file) ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return reached;
}

/** The files that import each other, circle by circle. */
export function circlesIn(imports: Imports): string[][] {
  const reach = new Map([...imports.keys()].map((file) => [file, reachedFrom(imports.get(file) ?? [], imports)]));
  const inCircle = [...imports.keys()].filter((file) => reach.get(file)?.has(file));
  const circleOf = (file: string) =>
    inCircle.filter((other) => reach.get(file)?.has(other) && reach.get(other)?.has(file));
  return [...new Map(inCircle.map((file) => [circleOf(file).join(" "), circleOf(file)])).values()];
}
