/**
 * Shopify: signed webhooks, repeated 8 times in 4 hours with their first body, and the listing that finds the rest.
 *
 * An event id names what happened and a webhook id one delivery of it; neither names the order. Deliveries of one order
 * come in any order. The shop waits 5 s, so nothing is asked of anybody before the answer.
 */
import * as z from "zod/mini";
import { positiveInt } from "../../shapes.ts";
import type { Channel, Delivery, Received } from "../channel.ts";
import { jsonIn } from "../shared/wire.ts";
import { ShopifyAccount } from "./account.ts";
import { mapOrder } from "./map.ts";
import { pull } from "./pull.ts";
import { isSigned } from "./signature.ts";

/** Topics whose body is an order. Without a topic (a proxy took the header) the signed body says what it is. */
const ORDER_TOPICS: ReadonlySet<string | undefined> = new Set([
  undefined,
  "orders/create",
  "orders/updated",
  "orders/paid",
  "orders/cancelled",
  "orders/fulfilled",
  "orders/partially_fulfilled",
]);

/** Topics whose body only names an order that changed. */
const CHANGE_TOPICS: ReadonlySet<string | undefined> = new Set(["orders/edited", "refunds/create"]);

export const shopify: Channel<ShopifyAccount> = {
  name: "shopify",
  account: ShopifyAccount,
  receive,
  pull,
  callsPerMinute: 120,
};

/** Everything signed is answered 2xx: a subscription that fails 8 times in a row is deleted. */
function receive(delivery: Delivery, account: ShopifyAccount): Received {
  const { headers } = delivery;
  if (!isSigned(delivery.body, headers["x-shopify-hmac-sha256"] ?? "", account.secrets))
    return { kind: "refused", status: 401, code: "bad-signature" };
  if (isOfAnotherShop(delivery, account)) return { kind: "refused", status: 404, code: "another-shop" };
  const topic = headers["x-shopify-topic"]?.trim().toLowerCase();
  const body = jsonIn(delivery.body);
  if (topic === "orders/delete") return { kind: "ignored", reason: "deleted", ...idOf(body) };
  if (CHANGE_TOPICS.has(topic)) return changeOf(body, account);
  if (!ORDER_TOPICS.has(topic)) return { kind: "ignored", reason: "not-about-orders" };
  if (body === undefined) return { kind: "unusable", reason: "not-json" };
  return receivedOf(body, account);
}

/** The shops of one app share its secret, so a signature alone does not say which of them it is. */
function isOfAnotherShop({ headers }: Delivery, account: ShopifyAccount): boolean {
  const shop = headers["x-shopify-shop-domain"]?.trim().toLowerCase();
  return shop !== undefined && shop !== account.shop;
}

function receivedOf(body: unknown, account: ShopifyAccount): Received {
  const mapped = mapOrder(body, account);
  switch (mapped.kind) {
    case "sighting":
      return { kind: "sightings", sightings: [mapped.sighting] };
    case "test":
      return { kind: "ignored", reason: "test-order" };
    case "unusable":
      return mapped;
    default:
      return mapped satisfies never;
  }
}

const OrderId = z.pipe(z.union([positiveInt, z.string().check(z.regex(/^\d{1,20}$/))]), z.transform(String));

/** A refund (`order_id`) or an edit (`order_edit.order_id`). */
const Change = z.union([
  z.pipe(
    z.object({ order_id: OrderId }),
    z.transform(({ order_id }) => order_id),
  ),
  z.pipe(
    z.object({ order_edit: z.object({ order_id: OrderId }) }),
    z.transform(({ order_edit }) => order_edit.order_id),
  ),
]);

/** `orders/updated` is sent for the same change; a shop that can be read is read at once, in case it is not subscribed. */
function changeOf(body: unknown, account: ShopifyAccount): Received {
  const id = Change.safeParse(body);
  if (!id.success) return { kind: "unusable", reason: "not-an-order" };
  return account.accessToken === undefined
    ? { kind: "ignored", reason: "told-by-orders-updated", sourceOrder: id.data }
    : { kind: "hints", ids: [id.data], answer: "accepted" };
}

function idOf(body: unknown): { sourceOrder?: string } {
  const parsed = z.object({ id: OrderId }).safeParse(body);
  return parsed.success ? { sourceOrder: parsed.data.id } : {};
}
