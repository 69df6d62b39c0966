/**
 * How a shop signs a delivery: base64(HMAC-SHA256(key, raw body)), key = the secret with its HTML entities decoded
 * (WooCommerce's `generate_signature`; recomputed for every recorded delivery).
 */
import { createHmac } from "node:crypto";
import { isSecret } from "../shared/secret.ts";

/** What `wp_specialchars_decode(…, ENT_QUOTES)` knows, and nothing else: `&nbsp;` and `&#x3c;` stay as they are. */
const ENTITY = /&(?:lt|gt|amp|quot|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));/g;

const NAMED = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
]);

/** One pass: `&amp;lt;` becomes `&lt;`, not `<`. */
export function signingKey(secret: string): string {
  return secret.replace(ENTITY, (entity) => NAMED.get(entity) ?? numeric(entity));
}

export function signatureOf(body: Buffer, secret: string): string {
  return createHmac("sha256", signingKey(secret)).update(body).digest("base64");
}

/** Tries every secret and stops at none, in constant time. */
export function isSigned(body: Buffer, signature: string, secrets: readonly string[]): boolean {
  return secrets.map((secret) => isSecret(signature, signatureOf(body, secret))).includes(true);
}

function numeric(entity: string): string {
  const hex = /^&#x/i.test(entity);
  return String.fromCodePoint(Number.parseInt(entity.slice(hex ? 3 : 2, -1), hex ? 16 : 10));
}
