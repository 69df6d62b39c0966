/** Raw bodies in a folder: what object storage is in the cloud. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Bodies } from "../lib/core/ports/bodies.ts";

/** Bodies hold personal data: readable by their owner alone. */
export function folderBodies(folder: string): Bodies {
  const pathOf = (name: string) => {
    const path = resolve(folder, name);
    if (relative(folder, path).startsWith("..")) throw new Error("a body's name leaves the folder");
    return path;
  };
  return {
    async put(name, body) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = join(dirname(path), `.${randomUUID()}`);
      await writeFile(draft, body, { mode: 0o600 });
      await rename(draft, path);
      return name;
    },
    async read(name) {
      try {
        return await readFile(pathOf(name));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
  };
}
