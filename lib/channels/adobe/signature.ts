/**
 * How Adobe I/O Events signs a delivery: RSA-SHA256 over the raw body, twice, so that one key can be replaced while the
 * other is in use. The headers name each key by a path under a fixed domain. No row of `SignatureScheme`: it is checked
 * with a public key that the request chooses, and a key that is not known is answered otherwise than a wrong signature.
 */
import { verify } from "node:crypto";
import type { WebhookRequest } from "../channel.ts";

/** Adobe's guide writes `-signature-1`, its own library `-signature1`. */
const PAIRS = [
  { signatures: ["x-adobe-digital-signature-1", "x-adobe-digital-signature1"], path: "x-adobe-public-key1-path" },
  { signatures: ["x-adobe-digital-signature-2", "x-adobe-digital-signature2"], path: "x-adobe-public-key2-path" },
] as const;

/** `unknown-key`: none fits, but one is made with a key that is not configured, and so cannot be judged. */
export type Proof = "proven" | "unknown-key" | "not-proven";

/** @param keys PEMs by their path; what a header names is only looked up among them, never fetched */
export function proofOf({ headers, body }: WebhookRequest, keys: Readonly<Record<string, string>>): Proof {
  const signed = PAIRS.flatMap(({ signatures, path }) => {
    const name = headers[path];
    const given = signatures.flatMap((signature) => headers[signature] || []);
    return name ? given.map((signature) => ({ signature, name })) : [];
  });
  const known = signed.filter(({ name }) => Object.hasOwn(keys, name));
  if (known.some(({ name, signature }) => fits(body, signature, keys[name] ?? ""))) return "proven";
  return known.length < signed.length ? "unknown-key" : "not-proven";
}

/** Whether it carries a signature at all, proven or not. */
export function isSigned({ headers }: WebhookRequest): boolean {
  return PAIRS.flatMap(({ signatures }) => signatures).some((signature) => headers[signature] !== undefined);
}

function fits(body: Buffer, signature: string, pem: string): boolean {
  return verify("sha256", body, pem, Buffer.from(signature, "base64"));
}
