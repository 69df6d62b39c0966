/**
 * What BaseLinker sends: to the secret path the callback, to the bare one the functions of the exchange.
 *
 * The callback of BaseLinker's automatic actions: undocumented, unsigned, a HEAD with a query that the seller typed.
 * It says no more than "order N may have changed", so that is all that is taken from it.
 */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { textOrNumber } from "../../core/schemas.ts";
import type { Received, WebhookRequest } from "../channel.ts";
import { isOneOf } from "../shared/proof.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { exchange } from "./exchange.ts";

export function receive(request: WebhookRequest, account: BaseLinkerAccount, now: Instant): Received {
  const { callbackToken, previousCallbackToken, exchangePassword } = account;
  if (request.secretPath === undefined && exchangePassword !== undefined) return exchange(request, account, now);
  // As if the account did not exist: a stranger learns nothing.
  if (!isOneOf(request.secretPath ?? "", [callbackToken, previousCallbackToken]))
    return { kind: "refused", status: 404, code: "unknown-account" };
  const id = orderIdOf(request.query.order_id) ?? orderIdOf(inBody(request.body));
  if (id === undefined) return { kind: "ignored", reason: "no-order-id" };
  return { kind: "refreshes", ids: [id], answer: request.method === "HEAD" ? "silent" : "accepted" };
}

/** One spelling for each order: a leading zero must not make a second hint of it. */
function orderIdOf(raw: unknown): string | undefined {
  const text = String(raw ?? "").trim();
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? String(Number(text)) : undefined;
}

const Body = z.lazy(() => z.object({ order_id: textOrNumber }));

function inBody(body: Buffer): unknown {
  const text = body.toString("utf8").trim();
  if (!text.startsWith("{")) return new URLSearchParams(text).get("order_id");
  try {
    return Body.safeParse(JSON.parse(text)).data?.order_id;
  } catch {
    return undefined;
  }
}
