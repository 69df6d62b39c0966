/**
 * Shoper's webhook. Its body is the order without its lines, so all that is taken from it is which order to read.
 *
 * The checksum is the documented sha1(webhook id ":" secret ":" raw body), a plain hash. No recorded delivery with its
 * secret was at hand to prove it; the token in the address is there for a shop where it should not hold.
 */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Delivery, Received } from "../channel.ts";
import { isOneOf, isSecret } from "../shared/secret.ts";
import { jsonIn, RowId } from "../shared/wire.ts";
import type { ShoperAccount } from "./account.ts";

/** Time-out, retries and the rule for switching off are not documented, so everything authentic is answered 2xx. */
export function receive(delivery: Delivery, account: ShoperAccount): Received {
  if (!isAuthentic(delivery, account)) return { kind: "refused", status: 401, code: "bad-signature" };
  if (!isFrom(delivery, account)) return { kind: "refused", status: 401, code: "foreign-shop" };
  const event = delivery.headers["x-webhook-name"]?.trim().toLowerCase();
  if (isAboutSomethingElse(event)) return { kind: "ignored", reason: "not-about-orders" };
  const body = jsonIn(delivery.body);
  const id = Body.safeParse(body).data?.order_id;
  if (event === "order.delete") return { kind: "ignored", reason: "deleted", ...(id && { sourceOrder: id }) };
  if (id !== undefined) return { kind: "hints", ids: [id], answer: "accepted" };
  return { kind: "unusable", reason: body === undefined ? "not-json" : "no-order-id" };
}

/** Lower-case hex. */
export function checksumOf(webhookId: string, secret: string, body: Buffer): string {
  return createHash("sha1").update(`${webhookId}:${secret}:`).update(body).digest("hex");
}

const Body = z.object({ order_id: RowId });

function isAuthentic({ headers, query, body }: Delivery, { secrets, urlToken }: ShoperAccount): boolean {
  const given = headers["x-webhook-sha1"]?.trim().toLowerCase() ?? "";
  const webhookId = headers["x-webhook-id"] ?? "";
  const sums = secrets.map((secret) => checksumOf(webhookId, secret, body));
  const signed = isOneOf(given, sums);
  return signed || (urlToken !== undefined && isSecret(query.token ?? "", urlToken));
}

function isFrom({ headers }: Delivery, { license, domain }: ShoperAccount): boolean {
  const says = (name: string, wanted: string | undefined) =>
    wanted === undefined || headers[name]?.trim().toLowerCase() === wanted.toLowerCase();
  return says("x-shop-license", license) && says("x-shop-domain", domain);
}

/** A name that is no event at all (a merchant's own, or none) leaves it to the body. */
function isAboutSomethingElse(event: string | undefined): boolean {
  return event !== undefined && /^[a-z_-]+\.[a-z_-]+$/.test(event) && !event.startsWith("order.");
}
