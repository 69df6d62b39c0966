/**
 * WooCommerce: signed webhooks that are never repeated, and the listing that finds what they lost.
 *
 * A delivery means "this is the order now", whatever its topic: `created` and `updated` of one order often have the
 * same bytes, and either may come first.
 */
import type { Channel, Delivery, Received } from "../channel.ts";
import { jsonIn } from "../shared/wire.ts";
import { WooAccount } from "./account.ts";
import { mapOrder } from "./map.ts";
import { pull } from "./pull.ts";
import { isSigned } from "./signature.ts";

/** Topics whose body is an order. Without a topic (a proxy took the header) the signed body says what it is. */
const ORDER_TOPICS: ReadonlySet<string | undefined> = new Set([
  undefined,
  "order.created",
  "order.updated",
  "order.restored",
]);

export const woocommerce: Channel<WooAccount> = {
  name: "woocommerce",
  account: WooAccount,
  refersTo: ({ baselinkerAccount: other }) =>
    other === undefined ? [] : [{ path: ["baselinkerAccount"], account: `baselinker:${other}` }],
  receive,
  pull,
};

/** Everything signed is answered 2xx: the shop switches a webhook off at its seventh refusal in a row. */
function receive(delivery: Delivery, account: WooAccount): Received {
  const signature = delivery.headers["x-wc-webhook-signature"];
  if (signature === undefined && isPing(delivery)) return { kind: "silent", status: 200 };
  if (!isSigned(delivery.body, signature ?? "", account.secrets))
    return { kind: "refused", status: 401, code: "bad-signature" };
  const topic = delivery.headers["x-wc-webhook-topic"]?.trim().toLowerCase();
  const body = jsonIn(delivery.body);
  if (topic === "order.deleted") return { kind: "ignored", reason: "deleted", ...idOf(body) };
  if (!ORDER_TOPICS.has(topic)) return { kind: "ignored", reason: "not-about-orders" };
  if (body === undefined) return { kind: "unusable", reason: "not-json" };
  return receivedOf(body, account);
}

function receivedOf(body: unknown, account: WooAccount): Received {
  const mapped = mapOrder(body, account);
  switch (mapped.kind) {
    case "sighting":
      return { kind: "sightings", sightings: [mapped.sighting] };
    case "draft":
      return { kind: "ignored", reason: "draft", sourceOrder: mapped.sourceOrder };
    case "unusable":
      return mapped;
  }
}

/** Sent when a webhook is made, never signed. Only exactly 200 ends it: else it comes again after every delivery. */
function isPing({ headers, body }: Delivery): boolean {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/x-www-form-urlencoded" && /^webhook_id=\d+$/.test(body.toString("latin1"));
}

function idOf(body: unknown): { sourceOrder?: string } {
  const id = typeof body === "object" && body !== null && "id" in body ? body.id : undefined;
  return typeof id === "number" || (typeof id === "string" && /^\d{1,20}$/.test(id)) ? { sourceOrder: String(id) } : {};
}
