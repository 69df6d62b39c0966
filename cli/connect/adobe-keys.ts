/** Adobe's public keys, by the paths that its requests name. */
import { createPublicKey } from "node:crypto";
import type { Http } from "../../lib/runtime/http.ts";
import { failed } from "../exit.ts";

/** Where Adobe publishes the keys that sign its events. */
export const KEYS = "https://static.adobeioevents.com";

/** @returns the base64 of each PEM, which fits into one line of JSON */
export async function publicKeysAt(paths: readonly string[], http: Http): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const path of paths) keys[path] = Buffer.from(await pemAt(path, http)).toString("base64");
  return keys;
}

async function pemAt(path: string, http: Http): Promise<string> {
  if (!/^\/[\w./-]+$/.test(path)) throw failed(`a path of a key begins with /, and is no URL: not ${path}`);
  const { status, text } = await http(`${KEYS}${path}`);
  if (status !== 200 || !isRsa(text)) throw failed(`Adobe publishes no key at ${path} (HTTP ${status})`);
  return text;
}

function isRsa(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
