import { createPublicKey } from "node:crypto";
import type { AdobeAccount } from "../../../lib/channels/adobe/account.ts";
import { KEYS } from "../../connect/adobe-keys.ts";
import { type Finding, fail, look, ok } from "../findings.ts";
import type { Asking, Platform } from "../platform.ts";

export const adobe: Platform<AdobeAccount> = {
  words: { said: () => undefined, refusal: () => undefined },
  addresses: ({ publicKeys }) => (Object.keys(publicKeys).length > 0 ? [KEYS] : []),
  listing: "",
  withoutPull: "Adobe sends events and cannot be asked for orders: the account that polls the same shop can",
  async before({ publicKeys }, asking) {
    const findings: Finding[] = Object.keys(publicKeys).length > 0 ? [] : [NO_KEYS];
    for (const [path, pem] of Object.entries(publicKeys)) findings.push(await keyOf(path, pem, asking));
    return findings;
  },
};

const NO_KEYS = look("keys", "none yet: every event is put off, for a day at most", {
  pl: "Log pokaże ścieżki kluczy jako unknown-key: podaj je w kojarz connect adobe.",
  en: "The log shows the paths of the keys as unknown-key: give them to kojarz connect adobe.",
});

async function keyOf(path: string, pem: string, { line }: Asking): Promise<Finding> {
  const check = `key ${path}`;
  const { status, text } = await line.http(`${KEYS}${path}`);
  if (status !== 200) return look(check, `Adobe answers ${status}: it may be retired`);
  return same(text, pem)
    ? ok(check, "is the one that Adobe publishes")
    : fail(check, "is not the one that Adobe publishes", {
        pl: "Skopiuj klucz jeszcze raz spod tej ścieżki na static.adobeioevents.com.",
        en: "Copy the key again from this path at static.adobeioevents.com.",
      });
}

function same(a: string, b: string): boolean {
  try {
    return createPublicKey(a).equals(createPublicKey(b));
  } catch {
    return false;
  }
}
