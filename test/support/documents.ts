/** JSON documents, changed in the ways in which platforms, plugins and senders change them. */
import fc from "fast-check";

export type Path = readonly string[];

/** Every place in a document; its own root is the empty path. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** Every place that holds a text. */
export function textsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

export function without(document: unknown, path: Path): unknown {
  return replaced(document, path, null);
}

/** The document with one text at all of these places. */
export function filled(document: unknown, paths: readonly Path[], text: string): unknown {
  return paths.reduce<unknown>((value, path) => replaced(value, path, text), document);
}

/** A copy with `to` at the place; null at it takes the place out. */
function replaced(value: unknown, path: Path, to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (name !== key) return [[name, inner]];
    return rest.length === 0 && to === null ? [] : [[name, replaced(inner, rest, to)]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>("", "0", "-1", "1e400", "NaN", -1, 0.1, 1e21, Number.MAX_SAFE_INTEGER + 2, [], {}, true),
  fc.constantFrom<unknown>("\u0000", "\ud800", "x".repeat(5000), "9999-99-99T99:99:99", "0000-00-00T00:00:00"),
  fc.constantFrom<unknown>("2026-02-30 00:00:00", "9".repeat(400)),
  fc.constant<unknown>(Array.from({ length: 2000 }).reduce<unknown>((inner) => [inner], "deep")),
);

/** The document with up to five of its places taken out or filled with something else. */
export function mutated(document: unknown, except: readonly string[] = []): fc.Arbitrary<unknown> {
  const paths = pathsOf(document).filter((path) => !except.includes(path.join(".")));
  const changes = fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(strange)), { minLength: 1, maxLength: 5 });
  return changes.map((list) => list.reduce((value, [path, to]) => replaced(value, path, to), document));
}
