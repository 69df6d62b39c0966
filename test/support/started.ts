/** `npm start` in a process of its own, on the engine of this test run. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

const START = fileURLToPath(new URL("../../local/start.ts", import.meta.url));

export type StartedRun = {
  url: string;
  /** The state folder. */
  state: string;
  out: () => string;
  /** @param state whether the next run goes on from it */
  stop(state?: "kept"): Promise<void>;
};

/**
 * @param env beside what this process has; an engine of its own, unless one is named
 * @param earlier the state folder of an earlier run, to go on from
 */
export async function startRun(
  args: readonly string[],
  env: Record<string, string> = {},
  earlier?: string,
): Promise<StartedRun> {
  const state = earlier ?? (await mkdtemp(join(tmpdir(), "kojarz-run-")));
  const child: ChildProcess = spawn(process.execPath, [START, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: "0", KOJARZ_STATE: state, KOJARZ_CONFIG: "", ...env },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (out += String(data)));
  const exit = once(child, "exit");
  const url = await eventually(() => {
    const found = /serves on (\S+)/.exec(out)?.[1];
    if (found === undefined) throw new Error(`does not serve: ${out}`);
    return found;
  });
  return {
    url,
    state,
    out: () => out,
    async stop(kept) {
      child.kill("SIGTERM");
      await exit;
      if (kept === undefined) await rm(state, { recursive: true, force: true });
    },
  };
}
