/** The configuration that is checked, and the one thing that a check may write into it. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { ConfigError } from "../../lib/app/config.ts";
import { type ConfigFile, parseConfig } from "../../local/config-file.ts";
import { documentIn, entryIn, withEntry, writeDocument } from "../connect/document.ts";
import { failed } from "../exit.ts";

/** @param path `-` is the standard input, so that secrets need not lie in a file */
export async function configurationIn(path: string): Promise<ConfigFile> {
  const json = await (path === "-" ? text(process.stdin) : readFile(path, "utf8")).catch((cause: unknown) => {
    throw failed(`${path} cannot be read`, cause);
  });
  try {
    return parseConfig(json);
  } catch (cause) {
    if (cause instanceof ConfigError) throw failed(cause.message, cause);
    throw cause;
  }
}

type Named = { channel: string; account: string };

export async function writeRefreshToken(path: string, { channel, account }: Named, token: string): Promise<void> {
  const document = await documentIn(path);
  const entry = { ...entryIn(document, channel, account), refreshToken: token };
  await writeDocument(path, withEntry(document, entry));
}
