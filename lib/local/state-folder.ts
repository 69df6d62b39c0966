/** The folder that holds all local state. One process owns it; the lock dies with its owner, however it dies. */
import { mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type StateFolder = { path: string; release(): void };

/** Another process works on this folder. */
export class StateTaken extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(`another Kojarz is running on ${folder}: stop it first, or choose another folder with KOJARZ_STATE`, options);
    this.name = "StateTaken";
  }
}

const LOCK = "lock.db";

/** Takes the folder, making it if needed. `clear` empties it once it is ours. Throws `StateTaken`. */
export function takeState(folder: string): StateFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = realpathSync(folder);
  const lock = new DatabaseSync(join(path, LOCK), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new StateTaken(folder, { cause });
  }
  return { path, release: () => lock.close() };
}

/** Empties a folder that is ours, except for the lock. No engine may be working on it. */
export function clearState({ path }: StateFolder): void {
  for (const name of readdirSync(path)) {
    if (!name.startsWith(LOCK)) rmSync(join(path, name), { recursive: true, force: true });
  }
}
