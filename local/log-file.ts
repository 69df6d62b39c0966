/** The log of the local run: one JSON line each, as CloudWatch Logs keeps them on AWS. `kojarz tail` reads it. */
import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LogLine } from "./tap.ts";

export const LOG_FILE = "kojarz.log";

/** Beyond this the file is put aside, and the one that was put aside before is forgotten. */
const LARGEST = 20 * 1024 * 1024;
const LOOK_EVERY = 1_000;

/** @param folder of the state */
export function openLogFile(folder: string): (line: LogLine) => void {
  const path = join(folder, LOG_FILE);
  let lines = 0;
  return (line) => {
    if (lines % LOOK_EVERY === 0 && existsSync(path) && statSync(path).size > LARGEST) renameSync(path, `${path}.1`);
    lines += 1;
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
}
