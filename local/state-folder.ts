/** The folder that holds all local state. One process owns it; the lock dies with its owner, however it dies. */
import { mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type StateFolder = { path: string; release(): void };

/** The folder cannot be had; `message` says why and what to do. */
export class StateError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`${reason}, or choose another folder with KOJARZ_STATE`, options);
    this.name = "StateError";
  }
}

/** Another process works on this folder. */
export class StateTaken extends StateError {
  constructor(folder: string, options?: ErrorOptions) {
    super(`another Kojarz is running on ${folder}: stop it first`, options);
    this.name = "StateTaken";
  }
}

const LOCK = "lock.db";

/** Takes the folder, making it if needed. Throws `StateError`. */
export function takeState(folder: string): StateFolder {
  const { path, lock } = opened(folder);
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new StateTaken(folder, { cause });
  }
  return { path, release: () => lock.close() };
}

function opened(folder: string): { path: string; lock: DatabaseSync } {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = realpathSync(folder);
    return { path, lock: new DatabaseSync(join(path, LOCK), { timeout: 0 }) };
  } catch (cause) {
    throw new StateError(`${folder} cannot be written to: make it a folder of yours`, { cause });
  }
}

/** Empties a folder that is ours, except for the lock. No engine may be working on it. */
export function clearState({ path }: StateFolder): void {
  for (const name of readdirSync(path)) {
    if (!name.startsWith(LOCK)) rmSync(join(path, name), { recursive: true, force: true });
  }
}
