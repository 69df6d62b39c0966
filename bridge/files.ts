/** Files that a person wrote and named, perhaps on Windows. */
import { readFile } from "node:fs/promises";
import { type PlatformPath, resolve } from "node:path";
import { parseEnv } from "node:util";

/** `message` names the file and what is wrong with it, and nothing of what it holds. */
export class UnusableFile extends Error {
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`${path} ${why}`, options);
    this.name = "UnusableFile";
  }
}

/**
 * The whole path of a file, so that a message shows where a service looked: its folder is not the one of its files.
 * @param name as a person wrote it; `set NAME="C:\Program Files\…"` leaves the quotes in
 */
export function pathOf(
  name: string,
  folder: string = process.cwd(),
  path: Pick<PlatformPath, "resolve"> = { resolve },
): string {
  const trimmed = name.trim();
  return path.resolve(folder, /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed);
}

/** @throws UnusableFile */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const [where] = /line \d+ column \d+/.exec(String(cause)) ?? [];
    throw new UnusableFile(path, `is not JSON${where === undefined ? "" : ` (${where})`}`, { cause });
  }
}

/** Lines of `NAME=value`. @throws UnusableFile */
export async function readVariables(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  return parseEnv(await readText(path));
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UnusableFile(path, `cannot be read: ${code === "ENOENT" ? "there is no such file" : code}`, { cause });
  });
  return textOf(bytes);
}

/** Without the byte order mark, by which UTF-16 is known. */
function textOf(bytes: Buffer): string {
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
}
