/**
 * The call that a module or a script in the shop makes: "order N changed". PrestaShop has none of its own and modules
 * share no format, so this one is ours:
 *
 *   POST, X-Kojarz-Timestamp: epoch ms, X-Kojarz-Signature: sha256=<hex HMAC-SHA256 over timestamp "." raw body>,
 *   body {"id_order": 123}
 */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import type { Received, WebhookRequest } from "../channel.ts";
import { headerIn, isSigned, type SignatureScheme } from "../shared/proof.ts";
import { jsonIn, RowId } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";

const TIMESTAMP = ["x-kojarz-timestamp"] as const;

export const SIGNATURE: SignatureScheme = {
  header: ["x-kojarz-signature"],
  algorithm: "hmac-sha256",
  encoding: "hex",
  pieces: [{ header: TIMESTAMP }, { text: "." }, "body"],
  prefix: "sha256=",
};

/** Older or newer than this it may be a copy that somebody kept. */
const TOLERANCE_MS = 300_000;

export function receive(request: WebhookRequest, account: PrestaShopAccount, now: Instant): Received {
  if (!isSigned(SIGNATURE, request, account.secrets)) return { kind: "refused", status: 401, code: "bad-signature" };
  if (!isCurrent(headerIn(request, TIMESTAMP) ?? "", now))
    return { kind: "refused", status: 401, code: "stale-timestamp" };
  const call = Call.safeParse(jsonIn(request.body)).data;
  if (!call) return { kind: "unusable", reason: "no-order-id" };
  return { kind: "refreshes", ids: [call.id_order], answer: "accepted" };
}

const Call = z.lazy(() => z.object({ id_order: RowId }));

function isCurrent(timestamp: string, now: Instant): boolean {
  return /^\d{13}$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= TOLERANCE_MS;
}
