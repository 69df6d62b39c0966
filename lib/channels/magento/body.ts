/**
 * An order as Magento writes it, in REST (amounts are JSON numbers, null fields are left out) and in an Adobe Commerce
 * event (numbers and text mixed, only the fields that the merchant chose).
 *
 * Strict only on what says which order it is and how far it has come.
 */
import * as z from "zod/mini";
import { optionalAnything } from "../../core/schemas.ts";
import { Flag, phpList, RowId, Text } from "../shared/wire.ts";

/** UTC without a zone: `2026-11-24 07:48:46`. Gives epoch ms. */
const UtcTime = z.lazy(() =>
  z.pipe(
    z.string().check(
      z.overwrite((text) => `${text.trim().replace(" ", "T")}Z`),
      z.iso.datetime(),
    ),
    z.transform((text) => Date.parse(text)),
  ),
);

/** A list of lines, or a text with line breaks. */
const Street = z.lazy(() =>
  z.pipe(
    z.union([
      z.pipe(
        z.array(Text),
        z.transform((lines) => lines.filter(Boolean).join(" ")),
      ),
      Text,
    ]),
    z.transform((street) =>
      street
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
        .join(" "),
    ),
  ),
);

const Address = z.lazy(() =>
  z.catch(
    z.optional(
      z.object({
        firstname: Text,
        lastname: Text,
        company: Text,
        street: Street,
        postcode: Text,
        city: Text,
        country_id: Text,
        telephone: Text,
      }),
    ),
    undefined,
  ),
);
export type MagentoAddress = z.infer<typeof Address>;

/** An amount or a quantity, as a number or as text; read where it is needed. */
const Quantity = optionalAnything;

/** A configurable product and a bundle are two rows or more: the one that was ordered, and its parts. */
const Item = z.lazy(() =>
  z.object({
    item_id: Text,
    parent_item_id: Text,
    product_id: Text,
    sku: Text,
    name: Text,
    product_type: Text,
    qty_ordered: Quantity,
    qty_shipped: Quantity,
    qty_invoiced: Quantity,
    qty_canceled: Quantity,
    qty_refunded: Quantity,
    price: Quantity,
    row_total: Quantity,
    row_total_incl_tax: Quantity,
    row_invoiced: Quantity,
    tax_amount: Quantity,
    tax_invoiced: Quantity,
    discount_amount: Quantity,
    discount_invoiced: Quantity,
    discount_tax_compensation_amount: Quantity,
    discount_tax_compensation_invoiced: Quantity,
    tax_percent: Quantity,
    /** JSON in a text: fixed product taxes (WEEE) of the row. */
    weee_tax_applied: optionalAnything,
    /** What the buyer chose, in REST by ids. */
    product_option: optionalAnything,
    /** The same with its labels, in an event. */
    product_options: optionalAnything,
  }),
);
export type MagentoItem = z.infer<typeof Item>;

const Assignment = z.lazy(() =>
  z.object({
    shipping: z.catch(z.optional(z.object({ address: Address, method: Text })), undefined),
  }),
);

const GiftMessage = z.lazy(() =>
  z.catch(z.optional(z.object({ sender: Text, recipient: Text, message: Text })), undefined),
);

const Extension = z.lazy(() =>
  z.catch(
    z.optional(
      z.object({
        shipping_assignments: z.catch(phpList(Assignment), []),
        order_from: Text,
        external_id: Text,
        gift_message: GiftMessage,
      }),
    ),
    undefined,
  ),
);

const Payment = z.lazy(() => z.catch(z.optional(z.object({ method: Text })), undefined));

/** Rows decide what the buyer pays: where one is not even an object, none of them is believed (undefined). */
const order = () =>
  z.looseObject({
    entity_id: RowId,
    state: z.string().check(z.trim(), z.minLength(1)),
    updated_at: UtcTime,
    created_at: z.catch(z.optional(UtcTime), undefined),
    increment_id: Text,
    /** The cart. */
    quote_id: Text,
    /** An edited order is a new one. These lead from it to the order that it replaces, and back. */
    relation_parent_id: z.catch(z.optional(RowId), undefined),
    relation_parent_real_id: Text,
    relation_child_id: z.catch(z.optional(RowId), undefined),
    original_increment_id: Text,
    order_currency_code: Text,
    grand_total: Quantity,
    total_due: Quantity,
    total_refunded: Quantity,
    total_canceled: Quantity,
    shipping_amount: Quantity,
    shipping_tax_amount: Quantity,
    shipping_incl_tax: Quantity,
    shipping_discount_amount: Quantity,
    shipping_discount_tax_compensation_amount: Quantity,
    shipping_description: Text,
    is_virtual: Flag,
    customer_email: Text,
    customer_note: Text,
    billing_address: Address,
    shipping_address: Address,
    payment: Payment,
    items: z.catch(z.optional(phpList(Item)), undefined),
    order_from: Text,
    external_id: Text,
    extension_attributes: Extension,
  });
export const MagentoOrder = z.lazy(order);
export type MagentoOrder = z.infer<typeof MagentoOrder>;

/** What is read first: enough to say that it is an order and which. */
export const MagentoHead = z.lazy(() => z.pick(order(), { entity_id: true }));

/** Which order it replaces, where it does. */
export const WithParent = z.lazy(() => z.pick(order(), { relation_parent_id: true }));

/** Where an order stands in the listing. */
export const MagentoPosition = z.lazy(() => z.pick(order(), { entity_id: true, updated_at: true }));
