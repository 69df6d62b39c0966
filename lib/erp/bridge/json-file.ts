/** A JSON file that a person wrote, perhaps on Windows. */
import { readFile } from "node:fs/promises";

/** `message` names the file and what is wrong with it, and nothing of what it holds. */
export class UnusableFile extends Error {
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`${path} ${why}`, options);
    this.name = "UnusableFile";
  }
}

/** @throws UnusableFile */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((cause) => {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UnusableFile(path, `cannot be read: ${code === "ENOENT" ? "there is no such file" : code}`, { cause });
  });
  try {
    return JSON.parse(textOf(bytes));
  } catch (cause) {
    const [where] = /line \d+ column \d+/.exec(String(cause)) ?? [];
    throw new UnusableFile(path, `is not JSON${where === undefined ? "" : ` (${where})`}`, { cause });
  }
}

/** Without the byte order mark, by which UTF-16 is known. */
function textOf(bytes: Buffer): string {
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
}
