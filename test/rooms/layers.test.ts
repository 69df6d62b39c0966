/** Every layer is stated in `biome.json`: here each rule is broken once, by a file that nobody else sees. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A file that breaks a rule, what it holds, and what Biome has to say of it. */
const BREACHES: ReadonlyArray<readonly [file: string, source: string, says: string]> = [
  ["lib/core/from-runtime.ts", importing("../runtime/http.ts"), "core is pure"],
  ["lib/core/from-a-channel.ts", importing("../channels/index.ts"), "core is pure"],
  ["lib/core/from-the-store.ts", importing("../store/table.ts"), "core is pure"],
  [
    "lib/core/type-of-the-store.ts",
    'import type { Table } from "../store/table.ts";\nexport type Seed = Table;\n',
    "core is pure",
  ],
  ["lib/core/ports/from-delivery.ts", importing("../../delivery/deliver.ts"), "core is pure"],
  ["lib/core/with-the-sdk.ts", importing("@aws-sdk/client-dynamodb"), "core is pure"],
  ["lib/core/with-files.ts", importing("node:fs"), "core is pure"],
  ["lib/core/with-files-later.ts", importing("node:fs/promises"), "core is pure"],
  ["lib/core/with-time.ts", "export const seed = Date.now();\n", "noRestrictedGlobals"],
  ["lib/core/with-the-environment.ts", "export const seed = process.env.SEED;\n", "noProcessEnv"],
  ["lib/core/with-the-whole-zod.ts", importing("zod"), "zod/mini"],
  ["lib/channels/shop/map.ts", importing("../../runtime/http.ts"), "pure file"],
  [
    "lib/channels/shop/from-the-store.ts",
    importing("../../store/table.ts"),
    "A channel imports core and runtime alone",
  ],
  ["lib/channels/shop/from-intake.ts", importing("../../intake/intake.ts"), "A channel imports core and runtime alone"],
  ["lib/store/from-a-channel.ts", importing("../channels/index.ts"), "A store implements core's ports"],
  ["lib/store/from-delivery.ts", importing("../delivery/deliver.ts"), "A store implements core's ports"],
  ["lib/runtime/from-the-store.ts", importing("../store/table.ts"), "runtime imports core alone"],
  ["lib/runtime/from-ops.ts", importing("../ops/metric.ts"), "runtime imports core alone"],
  ...["intake", "feeds", "delivery", "erp", "ops"].map(
    (story) => [`lib/${story}/from-app.ts`, importing("../app/app.ts"), "A story is handed its parts"] as const,
  ),
  ["lib/erp/bridge/from-the-bridge.ts", importing("../../../bridge/program.ts"), "A story is handed its parts"],
  ["lib/app/from-infra.ts", importing("../../infra/alarms.ts"), "lib imports no other room"],
  ["lib/app/from-local.ts", importing("../../local/store.ts"), "lib imports no other room"],
  ["lib/app/with-the-whole-zod.ts", importing("zod"), "zod/mini"],
  ["functions/from-local.ts", importing("../local/store.ts"), "An entry point imports lib alone"],
  ["functions/with-the-whole-zod.ts", importing("zod"), "zod/mini"],
  ["bridge/from-the-store.ts", importing("../lib/store/table.ts"), "The bridge imports"],
  ["bridge/from-a-story.ts", importing("../lib/delivery/deliver.ts"), "The bridge imports"],
  ["bridge/wapro/from-ops.ts", importing("../../lib/ops/metric.ts"), "The bridge imports"],
  ["bridge/from-the-watch.ts", importing("../lib/erp/watch.ts"), "The bridge imports"],
  ["bridge/from-infra.ts", importing("../infra/alarms.ts"), "The bridge imports"],
  ["infra/from-local.ts", importing("../local/store.ts"), "Deployment data imports lib alone"],
  ["cli/from-a-function.ts", importing("../functions/health.ts"), "The command line imports lib and local alone"],
  ["cli/from-infra.ts", importing("../infra/alarms.ts"), "The command line imports lib and local alone"],
  ["local/from-a-test.ts", importing("../test/support/sightings.ts"), "The local machine imports no tests"],
];

/** What every layer may do: a rule that refuses everything would pass the table above. */
const ALLOWED: ReadonlyArray<readonly [file: string, source: string]> = [
  ["lib/core/allowed.ts", importing("./order.ts")],
  ["lib/channels/shop/allowed.ts", importing("../../core/order.ts", "../../runtime/http.ts", "../shared/wire.ts")],
  ["lib/store/allowed.ts", importing("../core/order.ts", "@aws-sdk/lib-dynamodb")],
  ["lib/runtime/allowed.ts", importing("../core/schemas.ts", "@middy/core")],
  ["lib/delivery/allowed.ts", importing("../core/order.ts", "../store/table.ts", "../runtime/http.ts")],
  ["lib/app/allowed.ts", importing("../channels/index.ts", "../store/table.ts", "../erp/bridge/client.ts")],
  ["functions/allowed.ts", importing("../lib/app/app.ts", "zod/mini")],
  ["bridge/allowed.ts", importing("../lib/core/order.ts", "../lib/erp/bridge/contract.ts", "../lib/runtime/http.ts")],
  ["infra/allowed.ts", importing("../lib/channels/index.ts")],
  ["cli/allowed.ts", importing("../lib/ops/questions.ts", "../local/log-file.ts")],
  ["local/allowed.ts", importing("../lib/app/parts.ts", "../infra/storage.ts", "../bridge/program.ts")],
];

function importing(...modules: string[]): string {
  const imports = modules.map((module, index) => `import { seed as seed${index} } from "${module}";\n`);
  return `${imports.join("")}export const seeds = [${modules.map((_, index) => `seed${index}`).join(", ")}];\n`;
}

const Report = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), message: z.string(), location: z.object({ path: z.string() }) }),
  ),
});

let folder = "";
let said: ReadonlyMap<string, readonly string[]>;

/** The rules as they stand, over files that only import what they may or may not. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-layers-"));
  const rules = z.looseObject({}).parse(JSON.parse(await readFile(fromRoot("biome.json"), "utf8")));
  await write("biome.json", JSON.stringify({ ...rules, $schema: undefined, vcs: { enabled: false } }));
  for (const [file, source] of [...BREACHES, ...ALLOWED]) await write(file, source);
  const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--only=style", "."];
  const output = await new Promise<string>((resolve) => {
    execFile(fromRoot("node_modules/.bin/biome"), args, { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = Report.parse(JSON.parse(output));
  const texts = Map.groupBy(diagnostics, ({ location }) => location.path);
  said = new Map(
    [...texts].map(([file, ofFile]) => [file, ofFile.map(({ category, message }) => `${category} ${message}`)]),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(join(folder, dirname(file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

describe("a breach of a layer fails the lint", () => {
  test.each(BREACHES)("%s", (file, _, says) => {
    expect((said.get(file) ?? []).join("\n")).toContain(says);
  });

  test.each(ALLOWED)("%s passes", (file) => {
    expect(said.get(file) ?? []).toEqual([]);
  });
});
