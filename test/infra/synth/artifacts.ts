/** What SST built for each function: `.sst/artifacts/<id>-src` with the entry, its chunks and the encrypted links. */
import { createDecipheriv } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod/mini";
import type { Made } from "./graph.ts";

export const ROOT = resolve(import.meta.dirname, "../../..");

export type Artifact = { id: string; folder: string; entry: string; environment: Partial<Record<string, string>> };

const Environment = z.object({ environment: z.object({ variables: z.record(z.string(), z.string()) }) });

export function artifactOf({ name, inputs }: Made): Artifact {
  const id = name.replace(/Function$/, "");
  const folder = join(ROOT, ".sst/artifacts", `${id}-src`);
  const { environment } = Environment.parse(inputs);
  return { id, folder, entry: join(folder, "bundle.mjs"), environment: environment.variables };
}

/** Decrypts as the function itself does: AES-256-GCM, a nonce of zeros, the tag at the end. */
export function linksIn(folder: string, key: string): Record<string, unknown> {
  const box = readFileSync(join(folder, "resource.enc"));
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12), { authTagLength: 16 });
  decipher.setAuthTag(box.subarray(-16));
  const text = Buffer.concat([decipher.update(box.subarray(0, -16)), decipher.final()]).toString("utf8");
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*"\.\/([^"]+\.mjs)"/g;

/** The entry and what it imports before its first event. */
export function startingFiles(folder: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, next = ""] of readFileSync(join(folder, file), "utf8").matchAll(STATIC_IMPORT)) visit(next);
  };
  visit("bundle.mjs");
  return [...seen];
}

export function bytesOf(folder: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder);
}
