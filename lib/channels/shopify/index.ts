/**
 * Shopify: signed webhooks, repeated 8 times in 4 hours with their first body, and the listing that finds the rest.
 *
 * An event id names what happened and a webhook id one webhook request of it; neither names the order. Webhook requests of one order
 * come in any order. The shop waits 5 s, so nothing is asked of anybody before the answer.
 */
import * as z from "zod/mini";
import { accountName, keyOf } from "../../core/keys.ts";
import { positiveInt } from "../../core/schemas.ts";
import type { Channel, Received, WebhookRequest } from "../channel.ts";
import { heldOnceFor, isSigned, provingAll } from "../shared/proof.ts";
import { jsonIn } from "../shared/wire.ts";
import { ShopifyAccount } from "./account.ts";
import { mapOrder } from "./map.ts";
import { pull } from "./pull.ts";
import { SIGNATURE } from "./signature.ts";

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
  provedBy: ({ secrets, shopId }) => provingAll(secrets, shopId !== undefined),
  receive,
  isProven,
  receiveKept: (body, account) => receivedOf(jsonIn(body), account),
  panel: ({ shop }, sourceOrder) => `https://${shop}/admin/orders/${encodeURIComponent(sourceOrder)}`,
  pull,
  readsOrders: true,
  callsPerMinute: 120,
};

/**
 * What is signed and names its shop is answered 2xx: a subscription that fails 8 times in a row is deleted. The shops of one
 * app share its secret, so a signature alone does not say which of them it is.
 */
function receive(request: WebhookRequest, account: ShopifyAccount): Received {
  if (!isProven(request, account)) return { kind: "refused", status: 401, code: "bad-signature" };
  const shop = headerOf(request, "shop-domain")?.trim().toLowerCase();
  if (!shop) return { kind: "refused", status: 401, code: "no-shop-named" };
  if (shop !== account.shop) return { kind: "refused", status: 404, code: "another-shop" };
  const topic = headerOf(request, "topic")?.trim().toLowerCase();
  const body = jsonIn(request.body);
  if (topic === "orders/delete") return deletedOf(body, account);
  if (CHANGE_TOPICS.has(topic)) return changeOf(body, account);
  if (!ORDER_TOPICS.has(topic)) return { kind: "ignored", reason: "not-about-orders" };
  if (body === undefined) return { kind: "unusable", reason: "not-json" };
  return receivedOf(body, account);
}

function isProven(request: WebhookRequest, { secrets }: ShopifyAccount): boolean {
  return isSigned(SIGNATURE, request, secrets);
}

/** Webhooks write `X-Shopify-…`, the newer events the same names without the `X-`. */
function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  return headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`];
}

const Named = z.lazy(() => z.object({ order_status_url: z.string() }));

/** Inside of what is signed: `https://sklep.example/690933842/orders/…`. The header with the shop's name is not. */
function otherShopIn(body: unknown, { shopId }: ShopifyAccount): Received | undefined {
  if (shopId === undefined) return undefined;
  const url = Named.safeParse(body).data?.order_status_url;
  const said = url && URL.parse(url)?.pathname.split("/")[1];
  return said === shopId ? undefined : heldOnceFor(said && /^\d{1,20}$/.test(said) ? said : "not named");
}

function receivedOf(body: unknown, account: ShopifyAccount): Received {
  const otherShop = otherShopIn(body, account);
  if (otherShop) return otherShop;
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

/** What the admin's "send test" names is greater than JavaScript can count, and no order of anybody. */
const Beyond = z.number().check(z.gt(Number.MAX_SAFE_INTEGER));
const TestChange = z.union([z.object({ order_id: Beyond }), z.object({ order_edit: z.object({ order_id: Beyond }) })]);

/** `orders/updated` is sent for the same change; a shop that can be read is read at once, in case it is not subscribed. */
function changeOf(body: unknown, account: ShopifyAccount): Received {
  const id = Change.safeParse(body);
  if (TestChange.safeParse(body).success) return { kind: "ignored", reason: "test-order" };
  if (!id.success) return { kind: "unusable", reason: "not-an-order", detail: "cannot be read: order_id" };
  return account.accessToken === undefined
    ? { kind: "ignored", reason: "told-by-orders-updated", sourceOrder: id.data }
    : { kind: "refreshes", ids: [id.data], answer: "accepted" };
}

function deletedOf(body: unknown, account: ShopifyAccount): Received {
  const id = z.object({ id: OrderId }).safeParse(body).data?.id;
  if (id === undefined) return { kind: "ignored", reason: "deleted" };
  return { kind: "gone", sourceOrder: id, keys: keyOf("internet-id", accountName(account), id, 2) };
}
