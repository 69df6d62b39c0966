/** From a Magento order to a sighting. Pure. */
import { keyOf } from "../../dedup/keys.ts";
import type { Readiness, Sighting } from "../../order.ts";
import { readDecimal } from "../shared/decimal.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { isRecord, textAt, without } from "../shared/wire.ts";
import type { OrderSettings } from "./account.ts";
import { amountsOf } from "./amounts.ts";
import { MagentoHead, MagentoOrder } from "./body.ts";
import { isReplaced, type Lineage, lineageOf } from "./edits.ts";
import { reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  /** Edited: the order that was made of it stands for it. */
  | { kind: "replaced"; sourceOrder: string }
  /** `not-an-order`: no id. `incomplete-order`: no state or no time of its last change. */
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string };

/** @param ancestors the entity ids of the orders that it replaces, the nearest first, where they were looked up */
export function mapOrder(value: unknown, settings: OrderSettings, ancestors: readonly string[] = []): Mapped {
  const head = MagentoHead.safeParse(value);
  if (!head.success) return { kind: "unusable", reason: "not-an-order" };
  const sourceOrder = head.data.entity_id;
  const order = MagentoOrder.safeParse(value);
  if (!order.success) return { kind: "unusable", reason: "incomplete-order", sourceOrder };
  if (isReplaced(order.data)) return { kind: "replaced", sourceOrder };
  return { kind: "sighting", sighting: sightingOf(order.data, value, settings, ancestors) };
}

function sightingOf(
  order: MagentoOrder,
  raw: unknown,
  settings: OrderSettings,
  ancestors: readonly string[],
): Sighting {
  const amounts = amountsOf(order);
  const lineage = lineageOf(order, ancestors);
  const placedAt = order.created_at;
  return {
    account: settings.account,
    sourceOrder: lineage.root,
    ...(settings.issuer !== settings.account && { speaksFor: settings.issuer }),
    version: order.updated_at,
    ...(placedAt !== undefined && placedAt >= 0 && { placedAt }),
    readiness: readinessOf(order, settings),
    status: order.state,
    ...identityOf(order, raw, settings, lineage),
    ...(amounts.currency !== undefined && { currency: amounts.currency }),
    ...(amounts.total !== undefined && { total: amounts.total }),
    ...(amounts.refunded > 0 && { refunded: amounts.refunded }),
    ...(settings.windowDays !== undefined && { windowDays: settings.windowDays }),
    report: reportOf(order, raw, settings, amounts),
  };
}

/**
 * Magento cannot cancel what was paid: it is paid back, which closes it. Closed before anything was sent is therefore
 * a cancellation; closed after is a refund of goods that the buyer got.
 */
function readinessOf(order: MagentoOrder, settings: OrderSettings): Readiness {
  if (order.state === "canceled") return "cancelled";
  if (order.state === "closed") return isUnsent(order) ? "cancelled" : "waiting";
  return settings.forwardStates.includes(order.state) ? "ready" : "waiting";
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
  return shopKeys({ shop, id, number, allegroId: allegroIdOf(order), fieldOf, free: freeIn(raw), more }, settings);
}

/** Goods, buyer and payment stand in the order, some of them in its extension attributes once more. */
function freeIn(raw: unknown): unknown {
  if (!isRecord(raw)) return undefined;
  const { customer_note: note, extension_attributes: extension } = raw;
  const ofBuyer = Object.keys(raw).filter((name) => name.startsWith("customer_") || name.endsWith("_address"));
  const rest = without(raw, [...NOT_FREE, ...ofBuyer, "extension_attributes"]);
  return [rest, note, isRecord(extension) && without(extension, NOT_FREE)];
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
