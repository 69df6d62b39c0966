/**
 * An order as an Adobe Commerce event holds it: some numbers are text, the amounts of rows are the database's, addresses
 * are a list, empty fields are null.
 */
import { asInDatabase, type MagentoOrderBody } from "./magento-orders.ts";

const ORDER_SAVED = "com.adobe.commerce.observer.sales_order_save_commit_after";

export function adobeEventValue(order: MagentoOrderBody) {
  const { entity_id, items, billing_address, extension_attributes, ...rest } = order;
  const { shipping_assignments: _, ...extension } = extension_attributes;
  return {
    relation_parent_id: null,
    relation_parent_real_id: null,
    relation_child_id: null,
    original_increment_id: null,
    total_refunded: null,
    ...rest,
    entity_id: String(entity_id),
    items: items.map(asInDatabase),
    addresses: [billing_address, { ...billing_address, address_type: "shipping" }],
    extension_attributes: extension,
  };
}

type About = { eventId: string; clientId: string; at: number };

/** A CloudEvent; Adobe writes some names with and without underscores. */
export function adobeEvent(order: MagentoOrderBody, { eventId, clientId, at }: About) {
  return {
    specversion: "1.0",
    id: `of-${eventId}`,
    source: "urn:uuid:1f1c7d5e-0000-4000-8000-000000000003",
    type: ORDER_SAVED,
    datacontenttype: "application/json",
    time: new Date(at).toISOString(),
    eventid: eventId,
    recipientclientid: clientId,
    data: { key: "k", source: "shop.example", value: adobeEventValue(order), _metadata: { commerceVersion: "2.4.8" } },
  };
}
