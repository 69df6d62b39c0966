/** The identity of what is parked for a person. */
import { createHash } from "node:crypto";
import type { Held } from "./order.ts";

/** A message to park. Its identity is (account, source order, reason): repeats of it add to its count. */
export function heldMessage(
  account: string,
  sourceOrder: string,
  reason: string,
  more: Pick<Held, "body" | "detail"> = {},
): Omit<Held, "count" | "firstAt" | "lastAt"> {
  return { id: heldId(account, sourceOrder, reason), account, sourceOrder, reason, ...more };
}

function heldId(account: string, sourceOrder: string, reason: string): string {
  return createHash("sha256")
    .update(JSON.stringify([account, sourceOrder, reason]))
    .digest("hex")
    .slice(0, 32);
}
