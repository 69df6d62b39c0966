/** The commands of the documentation: what can be run here is run, the rest is checked for names that are there. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { commandOf } from "../../bridge/arguments.ts";
import { program } from "../../cli/program.ts";
import { exampleDeployment } from "../../docs/generator/example-deployment.ts";
import { DeploymentVariables, deploymentFrom } from "../../infra/deployment.ts";
import { secretNamesOf } from "../../infra/secrets.ts";
import { Secret } from "../../lib/erp/bridge/signing.ts";
import { LocalVariables, readOptions } from "../../local/options.ts";
import { pages, proseOf, ROOT, samples } from "./pages.ts";
import { type Command, commandsIn } from "./shell.ts";

const { scripts, dependencies, devDependencies } = z
  .object({
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

const shell = samples(({ language }) => language === "sh");

const inline = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, text = ""]) => ({ name: page.path, text })),
);

const all: Array<{ name: string; command: Command; text: string }> = [
  ...shell.map(({ name, fence }) => ({ name, text: fence.text })),
  ...inline,
].flatMap(({ name, text }) =>
  commandsIn(text).map((command) => ({ name, command, text: [...command.words.slice(0, 4)].join(" ") })),
);

/** Programs of the machine, and of AWS and Allegro: they cannot be run here, or are run by a test of their own. */
const OF_THE_MACHINE = new Set(["apt-get", "aws", "cat", "curl", "echo", "export", "node"]);

const VARIABLES = new Set([
  ...Object.keys(LocalVariables.shape),
  ...Object.keys(DeploymentVariables.shape),
  "KOJARZ_SECRET",
  "POWERTOOLS_LOG_LEVEL",
  "TABLE",
]);

test.each(all)("$name: `$text` names only what is there", ({ command: { variables, words } }) => {
  expect(variables.filter((name) => name === name.toUpperCase() && !VARIABLES.has(name))).toEqual([]);
  const [program, ...args] = words;
  switch (program) {
    case undefined:
      return;
    case "npm":
      return expectScript(args);
    case "npx":
      return args[0]?.endsWith(".tgz") ? expectBridge(args.slice(1)) : expectTool(args);
    case "kojarz-bridge":
      return expectBridge(args);
    default:
      expect([...OF_THE_MACHINE]).toContain(program);
  }
});

function expectScript(args: readonly string[]): void {
  const [first = "", ...rest] = args;
  if (["ci", "install", "pack", "uninstall"].includes(first)) return;
  const name = first === "run" ? (rest[0] ?? "") : first;
  const flags = args.includes("--") ? args.slice(args.indexOf("--") + 1) : [];
  expect(Object.keys(scripts)).toContain(name);
  if (name === "start") expect(() => readOptions(flags, {})).not.toThrow();
  else if (name === "test") for (const path of flags) expect(existsSync(join(ROOT, path)), path).toBe(true);
  else if (name === "kojarz") expectKojarz(flags);
  else for (const flag of flags) if (flag.startsWith("--")) expect(entryOf(name)).toContain(flag.slice(2));
}

function expectKojarz([first = "", ...words]: readonly string[]): void {
  if (first === "" || first.startsWith("-")) return;
  const command = program().commands.find((one) => one.name() === first);
  const options = command?.options.map(({ long }) => long) ?? [];
  expect(command, first).toBeDefined();
  for (const word of words) if (word.startsWith("--")) expect([...options, "--help"]).toContain(word);
}

function expectBridge(args: readonly string[]): void {
  expect(() => commandOf(args)).not.toThrow();
}

/** The program of a script, as text. */
function entryOf(script: string): string {
  const file = /[\w./-]+\.(?:ts|mjs)/.exec(scripts[script] ?? "")?.[0] ?? "";
  return readFileSync(join(ROOT, file), "utf8");
}

const SST: readonly string[] = ["install", "secret set", "deploy", "remove"];

function expectTool([tool = "", ...args]: readonly string[]): void {
  expect(Object.keys({ ...dependencies, ...devDependencies })).toContain(tool);
  if (tool !== "sst") return;
  expect(SST.some((known) => args.join(" ").startsWith(known))).toBe(true);
  if (args[0] === "secret" && args[2]) expect(secretNamesOf(exampleDeployment())).toContain(args[2]);
}

describe("the bridge", () => {
  const flags = all.flatMap(({ command: { words } }) =>
    words[0] === "npm" && words[2] === "bridge" ? words.filter((word) => word.startsWith("--") && word.length > 2) : [],
  );

  test.each([...new Set(flags)])("knows %s", (flag) => {
    const { KOJARZ_BRIDGE_CONFIG: _, ...env } = process.env;
    const args = flag === "--dry-run" ? [flag, "docs/examples/order.json"] : [flag];
    const [program = "", entry = ""] = (scripts.bridge ?? "").split(" ").slice(-2);
    const { stderr, stdout } = spawnSync(program === "node" ? process.execPath : program, [entry, ...args], {
      cwd: ROOT,
      env: { ...env, KOJARZ_BRIDGE_CONFIG: join(ROOT, "no-such-file.json") },
      encoding: "utf8",
    });
    expect(stderr).not.toContain("Unknown option");
    if (flag === "--openapi") expect(JSON.parse(stdout)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    else expect(stderr).toContain("configuration of the bridge");
  });
});

test("the example of a deployment's variables is taken, for production too", () => {
  const written = all.flatMap(({ command: { input } }) => input ?? []);
  expect(written).not.toEqual([]);
  for (const text of written) {
    const variables = text.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2));
    expect(deploymentFrom(Object.fromEntries(variables), true).accounts).toHaveLength(3);
  }
});

test.each(shell.filter(({ fence }) => fence.kind === "secret"))("$name makes a secret that is taken", ({ fence }) => {
  const { status, stdout } = spawnSync("bash", ["-c", fence.text], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(Secret.safeParse(stdout.trim()).success).toBe(true);
});
