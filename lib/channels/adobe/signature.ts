/**
 * How Adobe I/O Events signs a delivery: RSA-SHA256 over the raw body, twice, so that one key can be replaced while the
 * other is in use. The headers name each key by a path under a fixed domain.
 */
import { verify } from "node:crypto";
import type { Delivery } from "../channel.ts";

const PAIRS = [
  { signature: "x-adobe-digital-signature-1", path: "x-adobe-public-key1-path" },
  { signature: "x-adobe-digital-signature-2", path: "x-adobe-public-key2-path" },
] as const;

/** `unknown-key`: none fits, but one is made with a key that is not configured, and so cannot be judged. */
export type Proof = "proven" | "unknown-key" | "not-proven";

/** @param keys PEMs by their path; what a header names is only looked up among them, never fetched */
export function proofOf({ headers, body }: Delivery, keys: Readonly<Record<string, string>>): Proof {
  const signed = PAIRS.flatMap(({ signature, path }) => {
    const [given, name] = [headers[signature], headers[path]];
    return given && name ? [{ signature: given, name }] : [];
  });
  const known = signed.filter(({ name }) => Object.hasOwn(keys, name));
  if (known.some(({ name, signature }) => fits(body, signature, keys[name] ?? ""))) return "proven";
  return known.length < signed.length ? "unknown-key" : "not-proven";
}

export function isSigned({ headers }: Delivery): boolean {
  return PAIRS.some(({ signature }) => headers[signature] !== undefined);
}

function fits(body: Buffer, signature: string, pem: string): boolean {
  return verify("sha256", body, pem, Buffer.from(signature, "base64"));
}
