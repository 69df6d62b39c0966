/** Raw bodies in a folder: what object storage is in the cloud. */
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Bodies } from "../runtime/bodies.ts";

/** Bodies hold personal data: readable by their owner alone. */
export function folderBodies(folder: string): Bodies {
  return {
    async put(name, body) {
      const path = resolve(folder, name);
      if (relative(folder, path).startsWith("..")) throw new Error("a body's name leaves the folder");
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = join(dirname(path), `.${randomUUID()}`);
      await writeFile(draft, body, { mode: 0o600 });
      await rename(draft, path);
      return name;
    },
  };
}
