/** Comparing what a stranger may send with what only the shop knows. */
import { createHash, timingSafeEqual } from "node:crypto";

/** In constant time, whatever the lengths. */
export function isSecret(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Compares with every one, also after a match: how long it takes says nothing about which. */
export function isOneOf(given: string, accepted: readonly string[]): boolean {
  return accepted.map((secret) => isSecret(given, secret)).includes(true);
}
