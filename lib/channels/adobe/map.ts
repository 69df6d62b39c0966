/** From the value of an order event to a sighting. Pure. */
import type { HeldReason } from "../../core/held-reasons.ts";
import type { Sighting } from "../../core/order.ts";
import type { OrderSettings } from "../magento/account.ts";
import { currencyOf } from "../magento/amounts.ts";
import { MagentoOrder } from "../magento/body.ts";
import { isEditOfEdit } from "../magento/edits.ts";
import { mapOrder } from "../magento/map.ts";
import { isSaid } from "../magento/rows.ts";
import { isRecord } from "../shared/wire.ts";

export type MappedValue =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "ignored"; reason: "replaced-by-an-edit"; sourceOrder: string }
  /** `event-without-…`: the subscription has to name that field too. */
  | { kind: "unusable"; reason: HeldReason; sourceOrder?: string; detail?: string };

/** @param given the `value` of an Adobe I/O event: an order with the fields that the subscription names */
export function mapValue(given: unknown, settings: OrderSettings): MappedValue {
  const value = completed(given);
  const mapped = mapOrder(value, settings);
  switch (mapped.kind) {
    case "sighting": {
      const reason = gapOf(value, mapped.sighting);
      return reason ? { kind: "unusable", reason, sourceOrder: mapped.sighting.sourceOrder } : mapped;
    }
    case "replaced":
      return { kind: "ignored", reason: "replaced-by-an-edit", sourceOrder: mapped.sourceOrder };
    case "unusable":
      return mapped;
    default:
      return mapped satisfies never;
  }
}

/**
 * What an event says otherwise than REST: addresses are a list, and on its first save an order has no time of change
 * yet, so that the time of its creation stands for it.
 */
function completed(given: unknown): unknown {
  if (!isRecord(given)) return given;
  return {
    ...given,
    updated_at: given.updated_at === null ? given.created_at : given.updated_at,
    billing_address: isRecord(given.billing_address) ? given.billing_address : addressIn(given, "billing"),
    shipping_address: isRecord(given.shipping_address) ? given.shipping_address : addressIn(given, "shipping"),
  };
}

function addressIn({ addresses }: Readonly<Record<string, unknown>>, type: string): unknown {
  if (!Array.isArray(addresses)) return undefined;
  return addresses.find((address) => isRecord(address) && address.address_type === type);
}

/**
 * Without its relations an edit would be a second order, and the cancellation of what it replaces would cancel it. A
 * field that was chosen is there; where it is empty it is null.
 */
function gapOf(value: unknown, sighting: Sighting): HeldReason | undefined {
  const order = MagentoOrder.parse(value);
  const lacks = (field: string) => !isRecord(value) || !Object.hasOwn(value, field);
  if (order.state === "canceled" && lacks("relation_child_id")) return "event-without-relation_child_id";
  if (/-\d+$/.test(order.increment_id) && lacks("relation_parent_id")) return "event-without-relation_parent_id";
  if (isEditOfEdit(order)) return "edit-of-an-edit";
  return sighting.readiness === "ready" ? missingOf(order, sighting) : undefined;
}

/** What the ERP needs of an order that is to be sent there. */
function missingOf(order: MagentoOrder, { money, report }: Sighting): HeldReason | undefined {
  if (currencyOf(order) === undefined) return "event-without-order_currency_code";
  if ((order.items ?? []).length === 0) return "event-without-items";
  if (!money) return "event-without-amounts";
  const hasShipping = isSaid(order.shipping_amount) || isSaid(order.shipping_incl_tax) || order.is_virtual;
  if (!hasShipping) return "event-without-shipping_amount";
  return report.buyer.billing || report.shipping.address ? undefined : "event-without-addresses";
}
