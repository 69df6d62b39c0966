import { execFile, spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JAVA_NEEDED } from "../../local/java.ts";

const SCRIPT = fileURLToPath(new URL("../../local/ensure-installed.mjs", import.meta.url));

const LOCK = {
  lockfileVersion: 3,
  packages: {
    "": { name: "kojarz" },
    "node_modules/runs": { version: "1.0.0" },
    "node_modules/tests": { version: "1.0.0", dev: true },
    "node_modules/other-platform": { version: "1.0.0", optional: true, os: ["plan9"] },
  },
};

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "kojarz-install-"));
  await writeFile(join(project, "package-lock.json"), JSON.stringify(LOCK));
  await mkdir(join(project, "bin"));
  for (const [name, target] of Object.entries({ env: "/usr/bin/env", node: process.execPath }))
    await symlink(target, join(project, "bin", name));
  await command("npm", NPM);
});
afterEach(() => rm(project, { recursive: true, force: true }));

/** Leaves behind what npm leaves: the folders, and its own record of them; with --omit=dev the packages to run only. */
const NPM = `[ "$1" != prune ] || exit 0
echo installing "$@"; echo "$@" >> runs
exec node -e '
  const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const isToRun = process.argv.includes("--omit=dev");
  const here = ([path, { dev, optional }]) => path !== "" && !optional && !(isToRun && dev);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(here));
  for (const path of ["node_modules/.bin", ...Object.keys(lock.packages)]) mkdirSync(path, { recursive: true });
  writeFileSync("node_modules/.package-lock.json", JSON.stringify(lock));
' -- "$@"`;

/** Puts a command into the PATH, which holds nothing else but Node. */
async function command(name: string, does: string): Promise<void> {
  await writeFile(join(project, "bin", name), `#!/bin/sh\n${does}\n`);
  await chmod(join(project, "bin", name), 0o755);
}

async function ensure(args: string[] = [], env: Record<string, string> = {}) {
  await copyFile(SCRIPT, join(project, "ensure.mjs"));
  const child = spawn(process.execPath, ["ensure.mjs", ...args], {
    cwd: project,
    env: { PATH: join(project, "bin"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = new Promise((resolve) => child.once("exit", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const NOTHING = { code: 0, out: "", err: "" };

/** The commands to install that npm was given. */
async function runs(): Promise<string[]> {
  return (await readFile(join(project, "runs"), "utf8")).trim().split("\n");
}

const scriptsOf = async (): Promise<Record<string, string>> =>
  JSON.parse(await readFile("package.json", "utf8")).scripts;

describe("the packages", () => {
  test("every command that runs the project's own code installs first", async () => {
    const scripts = await scriptsOf();
    const running = Object.entries(scripts).filter(([, line]) =>
      /\bnode (?:bridge|docs|local|test)\/\S+\.ts\b/.test(line),
    );
    expect(running.map(([name]) => name)).toContain("bridge");
    expect(running.filter(([name]) => !scripts[`pre${name}`]?.includes("ensure-installed.mjs"))).toEqual([]);
  });

  test("a clone where nothing was installed is told what comes, then installed, with npm's words on stderr alone", async () => {
    const { code, out, err } = await ensure();
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(/^kojarz: .* installs what is missing[\s\S]*2 missing[\s\S]*installing ci[\s\S]*installed in/);
    expect(await runs()).toEqual([expect.stringMatching(/^ci --include=dev /)]);
  });

  test("running needs fewer packages than testing, and what is there is kept when the rest is added", async () => {
    expect((await ensure(["--to-run"])).err).toContain("1 missing");
    expect(await ensure(["--to-run"])).toEqual(NOTHING);
    expect((await ensure()).err).toContain("1 missing");
    expect(await ensure()).toEqual(NOTHING);
    expect(await ensure(["--to-run"])).toEqual(NOTHING);
    expect(await runs()).toEqual([
      expect.stringMatching(/^ci --omit=dev /),
      expect.stringMatching(/^install --no-save --include=dev /),
    ]);
  });

  test("what npm installed by itself is not installed again", async () => {
    await promisify(execFile)(join(project, "bin", "npm"), ["ci"], {
      cwd: project,
      env: { PATH: join(project, "bin") },
    });
    expect(await ensure()).toEqual(NOTHING);
  });

  test("a changed version and a deleted folder are installed again", async () => {
    await ensure();
    const packages = { ...LOCK.packages, "node_modules/runs": { version: "1.0.1" } };
    await writeFile(join(project, "package-lock.json"), JSON.stringify({ ...LOCK, packages }));
    await ensure();
    await rm(join(project, "node_modules", "tests"), { recursive: true });
    await ensure();
    await rm(join(project, "node_modules"), { recursive: true });
    await ensure();
    expect((await runs()).map((args) => args.split(" ")[0])).toEqual(["ci", "install", "install", "ci"]);
    expect(await ensure()).toEqual(NOTHING);
  });

  test("a failed install is said, ends with an error, and is tried again next time", async () => {
    await command("npm", "echo no network; exit 3");
    const { code, err } = await ensure();
    expect(code).toBe(1);
    expect(err).toMatch(/no network[\s\S]*npm ci failed \(exit code 3\)/);
    await command("npm", NPM);
    expect((await ensure()).code).toBe(0);
    expect(await runs()).toHaveLength(1);
  });
});

describe("a machine without Java", () => {
  const JAVA = "#!/bin/sh\\nexit 0\\n";
  beforeEach(async () => {
    await command(
      "apt-get",
      `echo "$@" >> apt; [ "$1" != install ] || { printf '${JAVA}' > bin/java; /bin/chmod +x bin/java; }`,
    );
    // Whoever runs the tests is root, or asks this one.
    await command("sudo", '[ "$1" = --non-interactive ] && shift; exec "$@"');
  });
  const apt = () => readFile(join(project, "apt"), "utf8");

  test("gets it where the process may install, and is told so first", async () => {
    await command("true", "exit 0");
    const { code, err } = await ensure(["--java"]);
    expect(code).toBe(0);
    expect(err.indexOf("Java")).toBeLessThan(err.indexOf("installing"));
    expect(await apt()).toMatch(/install -y --no-install-recommends default-jre-headless/);
    expect(await ensure(["--java"])).toEqual(NOTHING);
  });

  test.each([
    ["where that is forbidden", async () => ({ KOJARZ_NO_INSTALL: "1" })],
    ["where there is no apt", async () => rm(join(project, "bin", "apt-get")).then(() => ({}))],
  ])("is told in one line what to install, %s, before anything is installed", async (_, prepare) => {
    const env = await prepare();
    expect(await ensure(["--java"], env)).toEqual({ code: 1, out: "", err: `kojarz: ${JAVA_NEEDED}\n` });
    await expect(runs()).rejects.toThrow();
  });

  test("is told what failed, where it cannot be had", async () => {
    await command("true", "exit 0");
    await command("apt-get", "[ $1 != install ] || { echo no archive; exit 100; }");
    const { code, err } = await ensure(["--java"]);
    expect(code).toBe(1);
    expect(err).toMatch(/no archive\nkojarz: Java could not be installed \(exit code 100\)/);
  });

  test("needs none where nothing starts the engine, or one runs already", async () => {
    expect((await ensure()).code).toBe(0);
    expect(await ensure(["--to-run", "--java"], { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000" })).toEqual(
      NOTHING,
    );
    await expect(apt()).rejects.toThrow();
  });
});
