/** The bridge as a merchant gets it: packed, installed into an empty folder without a network, started as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const BRIDGE = fileURLToPath(new URL("../../bridge", import.meta.url));

/** The npm that runs the tests. Without a shell: npm's command on Windows is a file for one. */
const NPM = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];

export type Program = {
  child: ChildProcess;
  /** What it printed so far. */
  out(): string;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
};

export function start(
  command: readonly string[],
  options: { cwd?: string; env?: object; detached?: boolean },
): Program {
  const [file = "", ...args] = command;
  // The Node of the tests, whichever the machine has.
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
    env: { ...process.env, PATH, ...options.env },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      text += String(data);
    });
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  return { child, out: () => text, ended };
}

/** @returns what it printed. @throws when it does not end with 0 */
async function npm(args: readonly string[], folder: string, cwd: string): Promise<string> {
  const env = { npm_config_cache: join(folder, "npm-cache"), npm_config_offline: "true", npm_config_loglevel: "error" };
  const program = start([...NPM, ...args], { cwd, env });
  if ((await program.ended) !== 0) throw new Error(`npm ${args.join(" ")}: ${program.out()}`);
  return program.out();
}

export const npmCommand = (...args: string[]): string[] => [...NPM, ...args];

const Packed = z.array(
  z.object({ filename: z.string(), unpackedSize: z.number(), files: z.array(z.object({ path: z.string() })) }),
);

export async function pack(folder: string) {
  const out = await npm(["pack", "--json", "--pack-destination", folder], folder, BRIDGE);
  const [archive] = Packed.parse(JSON.parse(out.slice(out.indexOf("[\n"))));
  if (!archive) throw new Error(`npm pack: ${out}`);
  return { ...archive, file: join(folder, archive.filename) };
}

/** Into an empty folder. @returns the folder, and the command that starts what was installed */
export async function install(archive: string, folder: string) {
  const home = join(folder, "machine");
  await mkdir(home);
  // The second has no shell between npm and the program.
  const scripts = { bridge: "kojarz-bridge", "bridge-alone": "exec kojarz-bridge" };
  await writeFile(join(home, "package.json"), JSON.stringify({ private: true, scripts }));
  await npm(["install", "--no-audit", "--no-fund", archive], folder, home);
  return { home, command: [process.execPath, join(home, "node_modules/kojarz-bridge/kojarz-bridge.mjs")] };
}

/** For every user of the machine. @returns the command of that name */
export async function installGlobally(archive: string, folder: string): Promise<string> {
  const prefix = join(folder, "global");
  await mkdir(prefix);
  await npm(["install", "--global", "--prefix", prefix, "--no-audit", "--no-fund", archive], folder, folder);
  return process.platform === "win32" ? join(prefix, "kojarz-bridge.cmd") : join(prefix, "bin", "kojarz-bridge");
}

/** Bytes of all files below a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}
