/** Orders that nobody can use: parked under a name, so that none takes the place of another. */
import { createHash } from "node:crypto";
import type { HeldReason } from "../../held-reasons.ts";
import type { Instant } from "../../order.ts";
import type { Pulled } from "../channel.ts";

/** @param id the order's own; without one it is known by its bytes */
export function unusable(raw: unknown, reason: HeldReason, id: string | undefined): Pulled {
  const text = JSON.stringify(raw);
  return { kind: "unusable", id: id || unreadId(text), reason, raw: text };
}

/** A journal forgot what happened since then before it was read: a person compares the orders with the platform's list. */
export function journalGap(readUntil: Instant): Pulled {
  const since = new Date(readUntil).toISOString();
  return unusable({ journalReadUntil: since }, "journal-gap", `journal-${since}`);
}

function unreadId(text: string): string {
  return `unread-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
