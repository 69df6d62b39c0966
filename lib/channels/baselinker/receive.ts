/**
 * The callback of BaseLinker's automatic actions: undocumented, unsigned, a HEAD with a query that the seller typed.
 * It says no more than "order N may have changed", so that is all that is taken from it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Delivery, Received } from "../channel.ts";
import type { BaseLinkerAccount } from "./account.ts";

export function receive(delivery: Delivery, account: BaseLinkerAccount): Received {
  // As if the account did not exist: a stranger learns nothing.
  if (!isSecret(delivery.secretPath ?? "", account.callbackToken))
    return { kind: "refused", status: 404, code: "unknown-account" };
  const id = orderIdOf(delivery.query.order_id) ?? orderIdOf(inBody(delivery.body));
  if (id === undefined) return { kind: "ignored", reason: "no-order-id" };
  return { kind: "hints", ids: [id], answer: delivery.method === "HEAD" ? "silent" : "accepted" };
}

function isSecret(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** One spelling for each order: a leading zero must not make a second hint of it. */
function orderIdOf(raw: unknown): string | undefined {
  const text = String(raw ?? "").trim();
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? String(Number(text)) : undefined;
}

const Body = z.object({ order_id: z.union([z.string(), z.number()]) });

function inBody(body: Buffer): unknown {
  const text = body.toString("utf8").trim();
  if (!text.startsWith("{")) return new URLSearchParams(text).get("order_id");
  try {
    return Body.safeParse(JSON.parse(text)).data?.order_id;
  } catch {
    return undefined;
  }
}
