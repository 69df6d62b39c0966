/** From a Magento order to a sighting. Pure. */

import { keyOf } from "../../core/keys.ts";
import type { Readiness, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { isAtLeast, readDecimal } from "../shared/decimal.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import { isRecord, lackOf, textAt, without } from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";
import { amountsOf } from "./amounts.ts";
import { MagentoHead, MagentoOrder } from "./body.ts";
import { isReplaced, type Lineage, lineageOf } from "./edits.ts";
import { reportOf } from "./report.ts";
import { countedRows, keptOf } from "./rows.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  /** Edited: the order that was made of it stands for it. */
  | { kind: "replaced"; sourceOrder: string }
  /** `not-an-order`: no id. `incomplete-order`: no state or no time of its last change. */
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string; detail?: string };

/** @param ancestors the entity ids of the orders that it replaces, the nearest first, where they were looked up */
export function mapOrder(value: unknown, settings: OrderSettings, ancestors: readonly string[] = []): Mapped {
  const head = MagentoHead.safeParse(value);
  if (!head.success) return { kind: "unusable", reason: "not-an-order", ...unread(head.error) };
  const sourceOrder = head.data.entity_id;
  const order = MagentoOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder, ...unread(order.error) };
  if (isReplaced(order.data)) return { kind: "replaced", sourceOrder };
  return { kind: "sighting", sighting: sightingOf(order.data, value, settings, ancestors) };
}

function sightingOf(
  order: MagentoOrder,
  raw: unknown,
  settings: OrderSettings,
  ancestors: readonly string[],
): Sighting {
  const amounts = amountsOf(order, raw, settings);
  const lineage = lineageOf(order, ancestors);
  const placedAt = order.created_at;
  const readiness = readinessOf(order, amounts.refunded, settings);
  const report = reportOf(order, raw, settings, amounts);
  return newSighting({
    account: settings.account,
    sourceOrder: lineage.root,
    reporter: settings.issuer,
    version: order.updated_at,
    placedAt: placedAt !== undefined && placedAt >= 0 ? placedAt : undefined,
    ...standingOf(order, amounts.refunded, settings),
    ...identityOf(order, raw, settings, lineage),
    currency: amounts.currency,
    total: amounts.total,
    due: amounts.due,
    refunded: amounts.refunded > 0 ? amounts.refunded : undefined,
    refundedPieces: amounts.refundedPieces.length > 0 ? amounts.refundedPieces : undefined,
    cancelledPieces: amounts.cancelledPieces.length > 0 ? amounts.cancelledPieces : undefined,
    windowDays: settings.windowDays,
    ...lackOf(readiness, report.shipping),
    report,
  });
}

/** Magento's own states. */
const KNOWN: ReadonlySet<string> = new Set([
  "new",
  "pending_payment",
  "payment_review",
  "processing",
  "complete",
  "closed",
  "canceled",
  "holded",
]);

/** Steps back from what was an order: its payment is asked for or looked at again, or the staff puts it on hold. */
const STEPS_BACK: ReadonlySet<string> = new Set(["new", "pending_payment", "payment_review", "holded"]);

function standingOf(
  order: MagentoOrder,
  refunded: number,
  settings: OrderSettings,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  const { state: status } = order;
  const readiness = readinessOf(order, refunded, settings);
  if (readiness !== "waiting") return { readiness, status };
  const unconfigured = unlessNamed(status, "forwardStates", KNOWN, settings.forwardStates, settings.waitingStates);
  return { readiness, status, ...(STEPS_BACK.has(status) && { steppedBack: true }), ...unconfigured };
}

/**
 * Magento cannot cancel what was paid: it is paid back, which closes it; where a grosz is left, as after a credit memo
 * by hand, it is complete. Paid back before anything was sent is therefore a cancellation; after that it is a refund of
 * goods that the buyer got. Closed with nothing paid back is an order that was done at once: free goods without delivery.
 */
function readinessOf(order: MagentoOrder, refunded: number, settings: OrderSettings): Readiness {
  if (order.state === "canceled") return "cancelled";
  const isClosed = order.state === "closed";
  if ((isClosed && refunded > 0) || isPaidBack(order)) return isUnsent(order) ? "cancelled" : "waiting";
  return settings.forwardStates.includes(isClosed ? "complete" : order.state) ? "ready" : "waiting";
}

/** Every piece of it. */
function isPaidBack({ items = [] }: MagentoOrder): boolean {
  const goods = countedRows(items).map(({ item }) => ({ kept: keptOf(item), back: readDecimal(item.qty_refunded) }));
  return (
    goods.length > 0 &&
    goods.every(({ kept, back }) => kept && back && back.units > 0n && isAtLeast(back, kept.quantity))
  );
}

/** Only where every row says so; goods without delivery are never sent, so of them nothing can be said. */
function isUnsent(order: MagentoOrder): boolean {
  const { items = [], is_virtual: isVirtual } = order;
  return !isVirtual && items.length > 0 && items.every((item) => readDecimal(item.qty_shipped)?.units === 0n);
}

function identityOf(order: MagentoOrder, raw: unknown, settings: OrderSettings, of: Lineage) {
  const { entity_id: id, increment_id: number } = order;
  const { issuer: shop } = settings;
  const fieldOf = (field: string) => textAt(raw, field);
  const more = [
    ...of.ids.flatMap((ancestor) => keyOf("internet-id", shop, ancestor, 2)),
    ...of.numbers.flatMap((ancestor) => keyOf("customer-number", shop, ancestor, 3)),
  ];
  const { quote_id: cart } = order;
  const identity = { shop, id, number, allegroId: allegroIdOf(order), fieldOf, free: freeIn(raw), more, cart };
  return shopKeys(identity, settings);
}

/** Goods, buyer and payment stand in the order, some of them in its extension attributes once more. */
function freeIn(raw: unknown): unknown {
  if (!isRecord(raw)) return undefined;
  const { customer_note: note, extension_attributes: extension } = raw;
  const ofBuyer = Object.keys(raw).filter((name) => name.startsWith("customer_") || name.endsWith("_address"));
  const rest = without(raw, [...NOT_FREE, ...ofBuyer, "extension_attributes"]);
  const extension_attributes = isRecord(extension) && without(extension, NOT_FREE);
  return { ...rest, customer_note: note, extension_attributes };
}

const NOT_FREE = [
  "addresses",
  "applied_taxes",
  "ext_customer_id",
  "item_applied_taxes",
  "items",
  "payment",
  "payment_additional_info",
  "shipping_assignments",
];

/** As the macopedia/magento2-allegro module writes it: columns of the order, also as extension attributes. */
function allegroIdOf(order: MagentoOrder): string | undefined {
  const places = [order, order.extension_attributes];
  return places.find((place) => place?.order_from.toLowerCase() === "allegro" && place.external_id)?.external_id;
}
