/** The configuration as it stands in its file: what is not ours is kept as it is. */
import { randomUUID } from "node:crypto";
import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises";
import * as z from "zod/mini";
import { failed } from "../exit.ts";
import type { Draft } from "./recipes.ts";

const Shape = z.looseObject({ accounts: z.array(z.record(z.string(), z.unknown())) });
export type Document = z.infer<typeof Shape>;

export async function documentIn(path: string): Promise<Document> {
  const text = await readFile(path, "utf8");
  try {
    return Shape.parse(JSON.parse(text));
  } catch (cause) {
    throw failed(`${path} is no configuration: a JSON object with accounts`, cause);
  }
}

export function entryIn({ accounts }: Document, channel: string, account: string): Draft | undefined {
  return accounts.find((one) => one.channel === channel && one.account === account);
}

/** In the place of the entry of that name, or behind all others. */
export function withEntry(document: Document, draft: Draft): Document {
  const isIt = (one: Draft) => one.channel === draft.channel && one.account === draft.account;
  const isThere = document.accounts.some(isIt);
  const accounts = isThere ? document.accounts.map((one) => (isIt(one) ? draft : one)) : [...document.accounts, draft];
  return { ...document, accounts };
}

/** Replaces the file whole, with its rights; a new one is its owner's alone, since secrets stand in it. */
export async function writeDocument(path: string, document: object): Promise<void> {
  const mode = await stat(path).then(
    (known) => known.mode & 0o777,
    () => 0o600,
  );
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  await chmod(next, mode);
  await rename(next, path);
}
