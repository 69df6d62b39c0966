/**
 * The call that a module or a script in the shop makes: "order N changed". PrestaShop has none of its own and modules
 * share no format, so this one is ours:
 *
 *   POST, X-Kojarz-Timestamp: epoch ms, X-Kojarz-Signature: sha256=<hex HMAC-SHA256 over timestamp "." raw body>,
 *   body {"id_order": 123}
 */
import { createHmac } from "node:crypto";
import * as z from "zod/mini";
import type { Instant } from "../../order.ts";
import type { Delivery, Received } from "../channel.ts";
import { isOneOf } from "../shared/secret.ts";
import { jsonIn, RowId } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";

/** Older or newer than this it may be a copy that somebody kept. */
const TOLERANCE_MS = 300_000;

export function receive(delivery: Delivery, account: PrestaShopAccount, now: Instant): Received {
  const { headers, body } = delivery;
  const timestamp = headers["x-kojarz-timestamp"]?.trim() ?? "";
  const signatures = account.secrets.map((secret) => signatureOf(timestamp, body, secret));
  const isSigned = isOneOf(headers["x-kojarz-signature"]?.trim() ?? "", signatures);
  if (!isSigned) return { kind: "refused", status: 401, code: "bad-signature" };
  if (!isCurrent(timestamp, now)) return { kind: "refused", status: 401, code: "stale-timestamp" };
  const call = Call.safeParse(jsonIn(body)).data;
  if (!call) return { kind: "unusable", reason: "no-order-id" };
  return { kind: "hints", ids: [call.id_order], answer: "accepted" };
}

export function signatureOf(timestamp: string, body: Buffer, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

const Call = z.object({ id_order: RowId });

function isCurrent(timestamp: string, now: Instant): boolean {
  return /^\d{13}$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= TOLERANCE_MS;
}
