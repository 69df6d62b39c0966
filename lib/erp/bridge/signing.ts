/**
 * Both directions are signed by Standard Webhooks: HMAC-SHA256 over id, time and body, compared in constant time, five
 * minutes of tolerance against the wall clock. The id names the operation, so that a signature opens no other door.
 */
import { Webhook } from "standardwebhooks";
import * as z from "zod/mini";
import { ENOUGH_DIFFERENT, isStrong } from "../../core/schemas.ts";

/** In bytes. */
const SHORTEST = 16;

export const Secret = z
  .string()
  .check(
    z.startsWith("whsec_"),
    z.refine(isUsable, `whsec_ and base64, unbroken, of at least ${SHORTEST} bytes, ${ENOUGH_DIFFERENT}`),
  );

/** The first signs, all are accepted, so that a secret can be replaced without a gap. */
export type Secrets = readonly [string, ...string[]];

export type SignedHeaders = { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string };

/** Standard Webhooks: HMAC-SHA256 over id, time and body. Its time is this machine's. */
export function sign([secret]: Secrets, id: string, body: string): SignedHeaders {
  const at = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

/** The id under which the body was signed; undefined where no secret fits or the time is off. */
export function signedId(
  secrets: Secrets,
  headers: Readonly<Record<string, string>>,
  body: string,
): string | undefined {
  return secrets.some((secret) => isSignedBy(secret, headers, body)) ? headers["webhook-id"] : undefined;
}

const ANSWER = "_answer";

/** Of the answer to question `id`: neither passes for the other, nor for another question's answer. */
export function answerId(id: string): string {
  return `${id}${ANSWER}`;
}

export function isAnswerId(id: string): boolean {
  return id.endsWith(ANSWER);
}

function isUsable(secret: string): boolean {
  try {
    new Webhook(secret);
    return isStrong(Buffer.from(secret.slice("whsec_".length), "base64"), SHORTEST);
  } catch {
    return false;
  }
}

function isSignedBy(secret: string, headers: Readonly<Record<string, string>>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
