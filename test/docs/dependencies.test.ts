/** Every package that is asked for has its reason on a page, and every licence is one that the page names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { ROOT } from "./pages.ts";

const Names = z.optional(z.record(z.string(), z.string()));
const Asked = z.object({ dependencies: Names, devDependencies: Names });
const Locked = z.object({
  packages: z.record(z.string(), z.object({ license: z.optional(z.string()), dev: z.optional(z.boolean()) })),
});

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const asked = Asked.parse(JSON.parse(read("package.json")));
const installed = Object.entries(Locked.parse(JSON.parse(read("package-lock.json"))).packages).filter(([path]) => path);
const page = read("docs/decisions/dependencies.md");

test("each package that is asked for has its reason, and none has one that is not asked for", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const explained = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const names = Object.keys({ ...asked.dependencies, ...asked.devDependencies });
  expect(new Set(explained)).toEqual(new Set(names));
});

test("each package is pinned to one version", () => {
  const versions = Object.values({ ...asked.dependencies, ...asked.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("what is installed to run is under a licence that the page names", () => {
  const named =
    /may be used under ([^.]+(?:\.\d[^.]*)*)\./.exec(page.replaceAll("\n", " "))?.[1]?.split(/, | or /) ?? [];
  const others = installed.filter(([, { license, dev }]) => !dev && !named.includes(license ?? ""));
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test("nothing that is installed is under GPL or AGPL", () => {
  expect(installed.filter(([, { license }]) => /(?<!L)GPL/.test(license ?? "GPL")).map(([path]) => path)).toEqual([]);
});
