/** The lint rules that keep the bridge fit for Windows: each is shown to catch a breach. */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const BREACHES: ReadonlyArray<readonly [code: string, rule: string]> = [
  ['import { spawn } from "node:child_process";\nspawn("net");', "noRestrictedImports"],
  ['import { exec } from "child_process";\nexec("net");', "noRestrictedImports"],
  ['const { fork } = await import("node:child_process");\nfork("net");', "noRestrictedImports"],
  ['import { createRequire } from "node:module";\ncreateRequire(import.meta.url);', "noRestrictedImports"],
  ['import process from "node:process";\nprocess.exit(1);', "noRestrictedImports"],
  ['import { chmod } from "node:fs/promises";\nawait chmod("x", 1);', "noRestrictedImports"],
  ['import { posix } from "node:path";\nexport const { sep } = posix;', "noRestrictedImports"],
  ['import * as fs from "node:fs/promises";\nawait fs.symlink("x", "y");', "noJsRestrictedProperties"],
  ["process.kill(1);", "noJsRestrictedProperties"],
  ["const { kill } = process;\nkill(1);", "noJsRestrictedProperties"],
  ["export const user = process.getuid?.();", "noJsRestrictedProperties"],
];

const Report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

let folder: string;
let found: z.infer<typeof Report>["diagnostics"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-lint-"));
  await copyFile(join(ROOT, "biome.json"), join(folder, "biome.json"));
  await mkdir(join(folder, "bridge"));
  await Promise.all(BREACHES.map(([code], n) => writeFile(join(folder, "bridge", `breach-${n}.ts`), `${code}\n`)));
  await writeFile(join(folder, "bridge", "fine.ts"), "export const folder = process.cwd();\n");
  const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
  const args = [biome, "lint", "--vcs-enabled=false", "--reporter=json", "bridge"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  found = Report.parse(JSON.parse(stdout)).diagnostics;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const rulesOf = (name: string) =>
  found
    .filter(({ location }) => location.path.endsWith(`${name}.ts`))
    .map(({ category }) => category.split("/").at(-1));

test.each(BREACHES.map(([code, rule], n) => ({ code, rule, n })))("$code", ({ rule, n }) => {
  expect(rulesOf(`breach-${n}`)).toContain(rule);
});

test("what both systems have is let through", () => {
  expect(rulesOf("fine")).toEqual([]);
});
