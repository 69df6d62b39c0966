/** base64(HMAC-SHA256(secret, raw body)) in `X-Shopify-Hmac-Sha256`. No header is signed, not even the shop's name. */
import { createHmac } from "node:crypto";
import { isSecret } from "../shared/secret.ts";

export function signatureOf(body: Buffer, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("base64");
}

/** Tries every secret and stops at none, in constant time. */
export function isSigned(body: Buffer, signature: string, secrets: readonly string[]): boolean {
  return secrets.map((secret) => isSecret(signature, signatureOf(body, secret))).includes(true);
}
