/**
 * Any other shop: our own order in JSON (`schema.ts`), signed as Standard Webhooks say (standardwebhooks.com).
 *
 * The smallest channel there is, and so the example of how a platform is added: an account, a proof, a mapping.
 */
import { Webhook } from "standardwebhooks";
import * as z from "zod/mini";
import { distinctKeys, keyOf } from "../../dedup/keys.ts";
import { parseMinor } from "../../money.ts";
import type { Instant, Sighting } from "../../order.ts";
import { positiveNumber } from "../../shapes.ts";
import { accountName, type Channel, type Delivery, type Received } from "../channel.ts";
import { accountFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import { isSecret } from "../shared/secret.ts";
import { doubtOf } from "../shared/shop-keys.ts";
import { uuidsIn } from "../shared/traces.ts";
import { jsonIn } from "../shared/wire.ts";
import orderSchema from "./order.schema.json" with { type: "json" };
import { StandardOrder } from "./schema.ts";

/** JSON Schema, draft 2020-12: `schema.ts` as a sender may check a message with it. */
const published = JSON.stringify(orderSchema);

/** A sender that replaces its secret signs with both. */
const MAX_SIGNATURES = 10;

const StandardAccount = z.strictObject({
  channel: z.literal("standard"),
  ...accountFields,
  /** `whsec_` and base64, as the sender's library makes them. Several while one is being replaced. */
  secrets: z.array(z.string().check(z.refine(isUsable, "whsec_ and base64"))).check(z.minLength(1)),
  /** How far the sender's clock may be from ours: an older message may be a recorded one. */
  toleranceSeconds: z._default(positiveNumber, 300),
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
});
type StandardAccount = z.infer<typeof StandardAccount>;

export const standard: Channel<StandardAccount> = {
  name: "standard",
  account: StandardAccount,
  /** GET answers with the JSON Schema of an order. */
  methods: ["POST", "GET"],
  receive,
};

function receive(delivery: Delivery, account: StandardAccount, now: Instant): Received {
  if (delivery.method === "GET")
    return { kind: "answer", reply: { status: 200, contentType: "application/schema+json", body: published } };
  const sentAt = sentAtOf(delivery);
  if (sentAt === undefined || !isSigned(delivery, sentAt, account.secrets))
    return { kind: "refused", status: 401, code: "bad-signature" };
  if (Math.abs(now - sentAt) > account.toleranceSeconds * 1000)
    return { kind: "refused", status: 401, code: "bad-timestamp" };
  const order = StandardOrder.safeParse(jsonIn(delivery.body));
  if (!order.success) return { kind: "unusable", reason: "unreadable-order" };
  return { kind: "sightings", sightings: [sightingOf(order.data, account)] };
}

/** Every field is checked by the schema; only what is written differently inside is said here. */
function sightingOf(order: StandardOrder, account: StandardAccount): Sighting {
  const { currency, marketplace, orderNumber, note } = order;
  const shop = accountName(account);
  const minor = (amount: string) => parseMinor(amount, currency) ?? 0;
  const keys = distinctKeys([
    ...(marketplace ? keyOf("internet-id", marketplace.name, marketplace.orderId, 1) : []),
    ...keyOf("internet-id", shop, order.orderId, 2),
    ...keyOf("customer-number", shop, orderNumber, 3),
    ...uuidsIn(note).flatMap((uuid) => keyOf("internet-id", "allegro", uuid, 4)),
  ]);
  const placedAt = order.placedAt === undefined ? -1 : Date.parse(order.placedAt);
  return {
    account: shop,
    sourceOrder: order.orderId,
    version: Date.parse(order.updatedAt),
    ...(placedAt >= 0 && { placedAt }),
    readiness: order.status,
    status: order.status,
    keys,
    ...doubtOf(keys, { shop, free: note }, account),
    currency,
    total: minor(order.total),
    ...(order.refunded !== undefined && { refunded: minor(order.refunded) }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: {
      ...(orderNumber && { number: orderNumber }),
      lines: order.lines.map((line) => ({ ...line, gross: minor(line.gross) })),
      shipping: { ...order.shipping, gross: minor(order.shipping.gross) },
      buyer: order.buyer,
      payment: order.payment,
      ...(note && { note }),
    },
  };
}

/** The library signs; it would check the time by the clock of the machine, so that is done here. */
function isSigned({ headers, body }: Delivery, sentAt: Instant, secrets: readonly string[]): boolean {
  const { "webhook-id": id = "", "webhook-signature": signatures = "" } = headers;
  const expected = secrets.map((secret) => new Webhook(secret).sign(id, new Date(sentAt), body));
  const given = signatures.split(" ").slice(0, MAX_SIGNATURES);
  return id !== "" && given.flatMap((a) => expected.map((b) => isSecret(a, b))).includes(true);
}

/** Whole seconds, written in one way only: the signature covers the number, not its spelling. */
function sentAtOf({ headers }: Delivery): Instant | undefined {
  const seconds = headers["webhook-timestamp"] ?? "";
  return /^[1-9]\d{0,10}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function isUsable(secret: string): boolean {
  try {
    new Webhook(secret);
    return secret.startsWith("whsec_");
  } catch {
    return false;
  }
}
