/** The identity of what is parked for a person. */
import { createHash } from "node:crypto";
import type { Held, Order } from "./order.ts";

/** A message to park. Its identity is (account, source order, reason): repeats of it add to its count. */
export function heldMessage(
  account: string,
  sourceOrder: string,
  reason: string,
  more: Pick<Held, "body" | "detail"> = {},
): Omit<Held, "count" | "firstAt" | "lastAt"> {
  return { id: heldId(account, sourceOrder, reason), account, sourceOrder, reason, ...more };
}

/** Orders as a person finds them: by their ids, and by their numbers in the ERP where it has them. */
export function namesOf(orders: readonly Order[]): string {
  const names = orders.map(({ id, erp }) => (erp ? `${id} (ERP order ${erp.number})` : id));
  return `orders ${names.join(" and ")}`;
}

export function heldId(account: string, sourceOrder: string, reason: string): string {
  return createHash("sha256")
    .update(JSON.stringify([account, sourceOrder, reason]))
    .digest("hex")
    .slice(0, 32);
}
