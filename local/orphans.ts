/** Ends engines that outlived their owner: found by a mark in their command line, so that nothing else is ever hit. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** Stands in the command line of the engine that works on this folder. */
export function markOf(dataDir: string): string {
  return `-Dkojarz.state=${dataDir}`;
}

/**
 * Ends every engine on this folder and waits until it is gone. The caller holds the folder's lock, so whatever is
 * found has lost its owner.
 * @returns how many there were
 */
export async function endOrphans(dataDir: string): Promise<number> {
  const pids = await enginesOn(dataDir);
  for (const pid of pids) kill(pid);
  while ((await enginesOn(dataDir)).length > 0) await wait(10);
  return pids.length;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The process ids of every engine that works on this folder. */
export async function enginesOn(dataDir: string): Promise<number[]> {
  const mark = markOf(dataDir);
  const processes = process.platform === "linux" ? await fromProc() : await fromPs();
  return processes.filter(({ command }) => `${command}\0`.includes(`\0${mark}\0`)).map(({ pid }) => pid);
}

type Process = { pid: number /** Arguments, separated by NUL. */; command: string };

/** A bare Debian has no `ps`. A process that is dead but not yet reaped has an empty command line there. */
async function fromProc(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      command: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    })),
  );
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,command="]);
  return stdout.split("\n").map((line) => {
    const [pid, ...command] = line.trim().split(" ");
    return { pid: Number(pid), command: command.join("\0") };
  });
}
