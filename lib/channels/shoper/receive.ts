/**
 * Shoper's webhook. Its body is the order without its lines, so all that is taken from it is which order to read.
 *
 * The checksum is the documented sha1(webhook id ":" secret ":" raw body), a plain hash. No recorded webhook request with its
 * secret was at hand to prove it; the token in the address is there for a shop where it should not hold.
 */
import * as z from "zod/mini";
import { accountName, keyOf } from "../../core/keys.ts";
import type { Received, WebhookRequest } from "../channel.ts";
import { isOneOf, isSigned, type SignatureScheme } from "../shared/proof.ts";
import { jsonIn, RowId } from "../shared/wire.ts";
import type { ShoperAccount } from "./account.ts";

export const SIGNATURE: SignatureScheme = {
  header: ["x-webhook-sha1"],
  algorithm: "sha1",
  encoding: "hex",
  pieces: [{ header: ["x-webhook-id"] }, { text: ":" }, "secret", { text: ":" }, "body"],
};

/** Time-out, retries and the rule for switching off are not documented, so everything authentic is answered 2xx. */
export function receive(request: WebhookRequest, account: ShoperAccount): Received {
  if (!isAuthentic(request, account)) return { kind: "refused", status: 401, code: "bad-signature" };
  if (!isFrom(request, account)) return { kind: "refused", status: 401, code: "foreign-shop" };
  const event = request.headers["x-webhook-name"]?.trim().toLowerCase();
  const body = jsonIn(request.body);
  const id = Body.safeParse(body).data?.order_id;
  // A refund or a payment of an order (`order_refund.create`) names the order that it is of.
  const isOfOrder = event?.startsWith("order_") && id !== undefined;
  if (isAboutSomethingElse(event) && !isOfOrder) return { kind: "ignored", reason: "not-about-orders" };
  if (event === "order.delete") return deletedOf(id, account);
  if (id !== undefined) return { kind: "refreshes", ids: [id], answer: "accepted" };
  return { kind: "unusable", reason: body === undefined ? "not-json" : "no-order-id" };
}

const Body = z.lazy(() => z.object({ order_id: RowId }));

function deletedOf(id: string | undefined, account: ShoperAccount): Received {
  if (id === undefined) return { kind: "ignored", reason: "deleted" };
  return { kind: "gone", sourceOrder: id, keys: keyOf("internet-id", accountName(account), id, 2) };
}

function isAuthentic(request: WebhookRequest, { secrets, urlToken, previousUrlToken }: ShoperAccount): boolean {
  // Whoever has heard one plain hash can make that of a longer body, which is then no JSON any more.
  const signed = isSigned(SIGNATURE, request, secrets) && jsonIn(request.body) !== undefined;
  return signed || isOneOf(request.query.token ?? "", [urlToken, previousUrlToken]);
}

function isFrom({ headers }: WebhookRequest, { license, domain }: ShoperAccount): boolean {
  const says = (name: string, wanted: string | undefined) =>
    wanted === undefined || headers[name]?.trim().toLowerCase() === wanted.toLowerCase();
  return says("x-shop-license", license) && says("x-shop-domain", domain);
}

/** A name that is no event at all (a merchant's own, or none) leaves it to the body. */
function isAboutSomethingElse(event: string | undefined): boolean {
  return event !== undefined && /^[a-z_-]+\.[a-z_-]+$/.test(event) && !event.startsWith("order.");
}
