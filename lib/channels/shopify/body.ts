/**
 * An order as Shopify writes it, in a webhook and in `GET /admin/api/{version}/orders.json` (2024-01 and later).
 *
 * Every amount stands twice: plain (`price`) in the shop's currency, and as a pair (`price_set`) with what the buyer
 * saw. Only the plain ones are read, so that one order never mixes currencies.
 */
import * as z from "zod/mini";
import { anyBoolean, anyText, anything, naturalInt, optionalAnything, textOrNumber } from "../../core/schemas.ts";

/** An app that writes through the API may leave a number where a text is documented: a SKU, a postcode, a telephone. */
const text = z.lazy(() =>
  z.catch(
    z.optional(
      z.pipe(
        textOrNumber,
        z.transform((value) => String(value)),
      ),
    ),
    undefined,
  ),
);
const amount = textOrNumber;
const scalar = z.lazy(() => z.catch(z.optional(textOrNumber), undefined));
const present = z.lazy(() => z.transform((value) => value ?? []));
const list = <Item extends z.ZodMiniType>(item: Item) => z.pipe(present, z.array(item));
/** A missing list is empty; one that cannot be read is undefined. */
const readable = <Item extends z.ZodMiniType>(item: Item) => z.catch(z.union([list(item), z.undefined()]), undefined);

/** ISO 8601 with an offset, whole seconds. Gives epoch ms. */
export const Time = z.lazy(() =>
  z.pipe(
    z.iso.datetime({ offset: true }),
    z.transform((time) => Date.parse(time)),
  ),
);

/** The id in a global id, which is text and so exact: the number beside it may be greater than JavaScript can hold. */
const GlobalId = z.lazy(() =>
  z.pipe(
    z.string().check(z.regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/)),
    z.transform((gid) => gid.slice(gid.lastIndexOf("/") + 1)),
  ),
);

const Id = z.lazy(() => z.pipe(z.union([naturalInt, z.string().check(z.regex(/^\d{1,20}$/))]), z.transform(String)));

/** What is read first: whether it is an order, and whose. */
export const ShopifyHead = z.lazy(() =>
  z.pipe(
    z.object({
      id: z.catch(z.optional(Id), undefined),
      admin_graphql_api_id: z.catch(z.optional(GlobalId), undefined),
    }),
    z.transform((head, ctx) => {
      const id = head.id ?? head.admin_graphql_api_id;
      if (id === undefined) ctx.issues.push({ code: "custom", input: head, message: "no order id" });
      return { id: id ?? z.NEVER };
    }),
  ),
);

/**
 * Lines decide what the buyer pays: where one cannot be read, none of them is believed (undefined). Goods have to be
 * named, shipping only where there is any.
 */
export const ShopifyOrder = z.lazy(orderSchema);
export type ShopifyOrder = z.infer<ReturnType<typeof orderSchema>>;
export type ShopifyAddress = ShopifyOrder["billing_address"];
export type ShopifyItem = NonNullable<ShopifyOrder["line_items"]>[number];
export type ShopifyShippingLine = NonNullable<ShopifyOrder["shipping_lines"]>[number];

/** An order of the shop's payment test mode, or the sample that the admin sends on request. */
export const TestOrder = z.lazy(() => z.object({ test: z.literal(true) }));

/** Built with the first order: a function has to start quickly. */
function orderSchema() {
  const someTime = z.catch(z.optional(Time), undefined);

  const Currency = z.catch(z.optional(z.string().check(z.toUpperCase(), z.regex(/^[A-Z]{3}$/))), undefined);

  const Address = z.catch(
    z.optional(
      z.object({
        first_name: text,
        last_name: text,
        name: text,
        company: text,
        address1: text,
        address2: text,
        zip: text,
        city: text,
        country: text,
        country_code: text,
        phone: text,
      }),
    ),
    undefined,
  );

  const Allocation = z.object({ amount });
  /** `rate`: a JSON number, 0.23 for 23 %. */
  const TaxLine = z.object({ price: amount, rate: scalar });

  const priced = { price: amount, discount_allocations: list(Allocation), tax_lines: list(TaxLine) };

  /** What a buyer or an app wrote on a line. A name that begins with `_` is for apps alone. */
  const Property = z.object({ name: text, value: z.catch(text, undefined) });

  /** `price` is that of one piece; `current_quantity` what is left after edits and returns. */
  const Item = z.object({
    ...priced,
    name: text,
    title: text,
    variant_title: text,
    sku: text,
    quantity: naturalInt,
    current_quantity: z.nullish(naturalInt),
    taxable: z.catch(z.optional(anyBoolean), undefined),
    properties: z.catch(list(Property), []),
    id: scalar,
  });

  const ShippingLine = z.object({ ...priced, title: text, code: text, is_removed: z.nullish(anyBoolean) });

  const Transaction = z.object({ kind: text, status: text, amount, currency: Currency });

  /** `subtotal` is after discounts, and without the tax where the shop's prices are net. */
  const RefundedLine = z.object({
    line_item_id: scalar,
    quantity: z.catch(naturalInt, 0),
    subtotal: scalar,
    total_tax: scalar,
  });

  /** What of a refund stands beside its lines, negative where it was paid back: shipping, or an amount of its own. */
  const Adjustment = z.object({ amount: scalar, tax_amount: scalar });

  const Refund = z.object({
    transactions: list(Transaction),
    refund_line_items: z.catch(list(RefundedLine), []),
    order_adjustments: z.catch(list(Adjustment), []),
  });

  /** An amount in both currencies; the shop's own counts. */
  const Both = z.catch(z.optional(z.object({ shop_money: z.object({ amount: scalar }) })), undefined);

  const Attribute = z.object({ name: anyText, value: anything });

  return z.looseObject({
    updated_at: Time,
    created_at: someTime,
    processed_at: someTime,
    name: scalar,
    checkout_token: text,
    order_status_url: text,
    financial_status: z.catch(z.string().check(z.regex(/^[a-z_]{1,40}$/)), "unknown"),
    cancelled_at: optionalAnything,
    test: optionalAnything,
    currency: Currency,
    total_price: scalar,
    current_total_price: scalar,
    /** What is still to be paid. */
    total_outstanding: scalar,
    taxes_included: z.catch(anyBoolean, true),
    tax_exempt: z.catch(anyBoolean, false),
    total_tip_received: scalar,
    current_total_duties_set: Both,
    original_total_duties_set: Both,
    current_total_additional_fees_set: Both,
    original_total_additional_fees_set: Both,
    email: text,
    contact_email: text,
    phone: text,
    note: text,
    tags: text,
    source_identifier: text,
    /** When it is to be paid, of an order that is paid later: `net`, `fixed`, `fulfillment`; `receipt` is at once. */
    payment_terms: z.catch(z.optional(z.object({ payment_terms_type: text })), undefined),
    payment_gateway_names: z.catch(list(anyText), []),
    note_attributes: z.catch(list(z.union([Attribute, z.transform(() => undefined)])), []),
    billing_address: Address,
    shipping_address: Address,
    line_items: z.catch(z.nullish(list(Item)), undefined),
    shipping_lines: readable(ShippingLine),
    refunds: z.catch(z.optional(list(Refund)), undefined),
  });
}
