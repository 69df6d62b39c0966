import { createHash } from "node:crypto";

/** Tells orders without a readable id apart, so that none takes the place of another. */
export function unreadId(text: string): string {
  return `unread-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
