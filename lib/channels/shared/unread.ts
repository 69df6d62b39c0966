/** Orders that nobody can use: parked under a name, so that none takes the place of another. */
import { createHash } from "node:crypto";
import type { HeldReason } from "../../held-reasons.ts";
import type { Pulled } from "../channel.ts";

/** @param id the order's own; without one it is known by its bytes */
export function unusable(raw: unknown, reason: HeldReason, id: string | undefined): Pulled {
  const text = JSON.stringify(raw);
  return { kind: "unusable", id: id || unreadId(text), reason, raw: text };
}

function unreadId(text: string): string {
  return `unread-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
