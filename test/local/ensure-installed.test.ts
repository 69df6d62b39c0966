import { spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../lib/local/ensure-installed.mjs", import.meta.url));

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "kojarz-install-"));
  await writeFile(join(project, "package-lock.json"), '{"lockfileVersion":3}');
  await npmThat("echo installing; mkdir -p node_modules; echo run >> runs");
});
afterEach(() => rm(project, { recursive: true, force: true }));

/** Puts a command `npm` before the real one. */
async function npmThat(does: string): Promise<void> {
  await mkdir(join(project, "bin"), { recursive: true });
  await writeFile(join(project, "bin", "npm"), `#!/bin/sh\n${does}\n`);
  await chmod(join(project, "bin", "npm"), 0o755);
}

async function ensure() {
  await copyFile(SCRIPT, join(project, "ensure.mjs"));
  const path = [join(project, "bin"), dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(process.execPath, ["ensure.mjs"], {
    cwd: project,
    env: { PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = new Promise((resolve) => child.once("exit", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const runs = async () => (await readFile(join(project, "runs"), "utf8")).trim().split("\n").length;

test("every command that runs the project's own code installs first", async () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(await readFile("package.json", "utf8"));
  const running = Object.entries(scripts).filter(([, command]) => /\bnode (?:lib|test)\/\S+\.ts\b/.test(command));
  expect(running.map(([name]) => name)).toContain("bridge");
  expect(running.filter(([name]) => !scripts[`pre${name}`]?.includes("ensure-installed.mjs"))).toEqual([]);
});

test("a clone where nothing was installed is installed, with npm's words on stderr alone", async () => {
  const { code, out, err } = await ensure();
  expect([code, out, await runs()]).toEqual([0, "", 1]);
  expect(err).toContain("installing");
});

test("nothing is installed again while the lock file is the same", async () => {
  await ensure();
  expect(await ensure()).toEqual({ code: 0, out: "", err: "" });
  expect(await runs()).toBe(1);
});

test("a changed lock file and a deleted folder are installed again", async () => {
  await ensure();
  await writeFile(join(project, "package-lock.json"), '{"lockfileVersion":3,"name":"changed"}');
  await ensure();
  await rm(join(project, "node_modules"), { recursive: true });
  await ensure();
  expect(await runs()).toBe(3);
});

test("a failed install is said, ends with an error, and is tried again next time", async () => {
  await npmThat("echo no network; exit 3");
  const { code, err } = await ensure();
  expect(code).toBe(1);
  expect(err).toMatch(/no network[\s\S]*npm ci failed \(exit code 3\)/);
  await npmThat("mkdir -p node_modules; echo run >> runs");
  expect((await ensure()).code).toBe(0);
  expect(await runs()).toBe(1);
});
