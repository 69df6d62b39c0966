/**
 * From a webhook request of a shop to a sighting: it is signed, it is this shop's, it is an order. Pure.
 *
 * A webhook request means "this is the order now", whatever its topic: `created` and `updated` of one order often have the
 * same bytes, and either may come first.
 */
import { accountName, type Key, keyOf } from "../../core/keys.ts";
import type { Rounding } from "../../core/money.ts";
import type { Report, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { present } from "../../core/writes.ts";
import type { Received, WebhookRequest } from "../channel.ts";
import { heldAsOtherShop, isSigned, type SignatureScheme } from "../shared/proof.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import { jsonIn, lackOf } from "../shared/wire.ts";
import type { WooAccount } from "./account.ts";
import { type Amounts, amountsOf } from "./amounts.ts";
import { WooDeleted, WooError, WooHead, WooOrder } from "./body.ts";
import { buyerOf, fieldIn, freeIn, isOnDelivery, orderedAt, paymentOf, shippingTo, standingOf } from "./fields.ts";

/** Topics whose body is an order. Without a topic (a proxy took the header) the signed body says what it is. */
const ORDER_TOPICS: ReadonlySet<string | undefined> = new Set([
  undefined,
  "order.created",
  "order.updated",
  "order.restored",
]);

/** Everything signed is answered 2xx: the shop switches a webhook off at its seventh refusal in a row. */
export function receive(request: WebhookRequest, account: WooAccount): Received {
  if (request.headers["x-wc-webhook-signature"] === undefined && isPing(request))
    return { kind: "silent", status: 200 };
  if (!isProven(request, account)) return { kind: "refused", status: 401, code: "bad-signature" };
  const otherShop = heldAsOtherShop(request.headers["x-wc-webhook-source"], account);
  if (otherShop) return otherShop;
  const topic = request.headers["x-wc-webhook-topic"]?.trim().toLowerCase();
  const body = jsonIn(request.body);
  if (topic === "order.deleted") return deletedOf(body, account);
  if (!ORDER_TOPICS.has(topic)) return { kind: "ignored", reason: "not-about-orders" };
  if (body === undefined) return { kind: "unusable", reason: "not-json" };
  const received = receivedOf(body, account);
  return received.kind === "sightings" && topic === "order.restored"
    ? { ...received, settles: ["gone-at-source"] }
    : received;
}

export function isProven(request: WebhookRequest, { secrets }: Pick<WooAccount, "secrets">): boolean {
  return isSigned(SIGNATURE, request, secrets);
}

/** A message that was proven when it came. */
export function receiveKept(body: Buffer, account: WooAccount): Received {
  const order = jsonIn(body);
  return order === undefined ? { kind: "unusable", reason: "not-json" } : receivedOf(order, account);
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

/** Sent when a webhook is made, never signed. Only exactly 200 ends it: else it comes again after every webhook request. */
function isPing({ headers, body }: WebhookRequest): boolean {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/x-www-form-urlencoded" && /^webhook_id=\d+$/.test(body.toString("latin1"));
}

/** In the trash, or deleted: the body is the id alone, and says the same of an order that never was more than a cart. */
function deletedOf(body: unknown, account: WooAccount): Received {
  const deleted = WooDeleted.safeParse(body);
  if (!deleted.success) return { kind: "ignored", reason: "deleted" };
  const { id } = deleted.data;
  return { kind: "gone", sourceOrder: id, keys: keyOf("internet-id", accountName(account), id, 2) };
}

/** Carts: a checkout page that was opened, an order that the staff only begins to write. */
const DRAFTS: ReadonlySet<string> = new Set(["checkout-draft", "auto-draft", "draft"]);

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "draft"; sourceOrder: string }
  /** `error-object`: the shop could not read the order. `not-an-order`: no id or status. `incomplete-order`: no time. */
  | {
      kind: "unusable";
      reason: "error-object" | "not-an-order" | "incomplete-order";
      sourceOrder?: string;
      detail?: string;
    };

export function mapOrder(value: unknown, account: WooAccount): Mapped {
  const head = WooHead.safeParse(value);
  if (!head.success) {
    if (WooError.safeParse(value).success) return { kind: "unusable", reason: "error-object" };
    return { kind: "unusable", reason: "not-an-order", ...unread(head.error) };
  }
  const sourceOrder = head.data.id;
  if (DRAFTS.has(head.data.status)) return { kind: "draft", sourceOrder };
  const order = WooOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder, ...unread(order.error) };
  return { kind: "sighting", sighting: sightingOf(order.data, account) };
}

/** The version is the shop's own modification time: bodies are made when sent, so arrival says nothing. */
function sightingOf(order: WooOrder, account: WooAccount): Sighting {
  const amounts = amountsOf(order, isOnDelivery(order, account));
  const { currency, total, due, refunded, refundedPieces } = amounts;
  const placedAt = order.date_created_gmt;
  const standing = standingOf(order, account);
  const report = reportOf(order, account, amounts);
  return newSighting({
    account: accountName(account),
    sourceOrder: order.id,
    version: order.date_modified_gmt,
    placedAt: placedAt !== undefined && placedAt >= 0 ? placedAt : undefined,
    ...orderedAt(order, account),
    ...standing,
    ...lackOf(standing.readiness, report.shipping, ...(order.shipping_lines ?? []).map(({ method_id }) => method_id)),
    ...identityOf(order, account),
    currency,
    total,
    due,
    refunded,
    refundedPieces,
    windowDays: account.windowDays,
    report,
  });
}

function identityOf(order: WooOrder, account: WooAccount) {
  const { id, number } = order;
  const fieldOf = (field: string) => fieldIn(order, field);
  const more = baselinkerTrace(order, account);
  const free = freeIn(order, account.ignoreFields);
  return { ...shopKeys({ shop: accountName(account), id, number, fieldOf, free, more }, account), ...cartOf(order) };
}

const HOUR = 3_600_000;

/** `cart_hash` says what is in a cart, and not whose it is: it counts for one buyer, and not for long. */
function cartOf({ cart_hash, billing }: WooOrder): Pick<Sighting, "cart"> {
  const buyer = billing?.email?.toLowerCase() ?? billing?.phone;
  return cart_hash && buyer ? { cart: { id: `${cart_hash} ${buyer}`, withinMs: HOUR } } : {};
}

function baselinkerTrace(order: WooOrder, { baselinkerAccount }: WooAccount): Key[] {
  if (baselinkerAccount === undefined) return [];
  const id = fieldIn(order, "baselinker_order_id");
  return keyOf("internet-id", baselinkerAccount, id && /^\d+$/.test(id) ? id : undefined, 4);
}

/** What the ERP is told of the order. */
function reportOf(order: WooOrder, account: WooAccount, amounts: Amounts): Report {
  const { lines, fees, payments } = amounts;
  const number = order.number === undefined ? "" : String(order.number).trim();
  return present({
    number: number || undefined,
    lines,
    shipping: shippingOf(order, account, amounts),
    fees: fees.length > 0 ? fees : undefined,
    payments: payments.length > 0 ? payments : undefined,
    rounding: roundingOf(order),
    buyer: buyerOf(order, account),
    payment: paymentOf(order, account),
    note: order.customer_note,
  });
}

function shippingOf(order: WooOrder, account: WooAccount, { shipping: shares }: Amounts): Report["shipping"] {
  const methods = order.shipping_lines?.map(({ method_title, method_id }) => method_title ?? method_id ?? "") ?? [];
  return present({
    method: methods.join(", "),
    gross: shares.reduce((sum, { gross }) => sum + gross, 0),
    shares: shares.length > 0 ? shares : undefined,
    ...shippingTo(order, account),
  });
}

/** WooCommerce rounds a line as a whole; "at subtotal level" it rounds later still. */
function roundingOf({ prices_include_tax: isGross }: WooOrder): Rounding | undefined {
  return typeof isGross === "boolean" ? { on: "row", prices: isGross ? "gross" : "net" } : undefined;
}

/**
 * How a shop signs: over the raw body, with the secret whose HTML entities are decoded (WooCommerce's
 * `generate_signature`; recomputed for every recorded webhook request).
 */
export const SIGNATURE: SignatureScheme = {
  header: ["x-wc-webhook-signature"],
  algorithm: "hmac-sha256",
  encoding: "base64",
  pieces: ["body"],
  keyOf: signingKey,
};

/** What `wp_specialchars_decode(…, ENT_QUOTES)` knows, and nothing else: `&nbsp;` and `&#x3c;` stay as they are. */
const ENTITY = /&(?:lt|gt|amp|quot|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27));/g;

const NAMED = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
]);

/** One pass: `&amp;lt;` becomes `&lt;`, not `<`. */
export function signingKey(secret: string): string {
  return secret.replace(ENTITY, (entity) => NAMED.get(entity) ?? numeric(entity));
}

function numeric(entity: string): string {
  const hex = /^&#x/i.test(entity);
  return String.fromCodePoint(Number.parseInt(entity.slice(hex ? 3 : 2, -1), hex ? 16 : 10));
}
