/**
 * An order as Shopify writes it, in a webhook and in `GET /admin/api/{version}/orders.json` (2024-01 and later).
 *
 * Every amount stands twice: plain (`price`) in the shop's currency, and as a pair (`price_set`) with what the buyer
 * saw. Only the plain ones are read, so that one order never mixes currencies.
 */
import * as z from "zod";

const text = z.string().optional().catch(undefined);
const amount = z.union([z.string(), z.number()]);
const list = <Item extends z.ZodType>(item: Item) => z.preprocess((value) => value ?? [], z.array(item));
/** A missing list is empty; one that cannot be read is undefined. */
const readable = <Item extends z.ZodType>(item: Item) => list(item).or(z.undefined()).catch(undefined);

/** ISO 8601 with an offset, whole seconds. Gives epoch ms. */
const Time = z.iso
  .datetime({ offset: true })
  .pipe(z.coerce.date())
  .transform((date) => date.getTime());

const Currency = z
  .string()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/)
  .optional()
  .catch(undefined);

const Address = z
  .object({
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
  })
  .optional()
  .catch(undefined);
export type ShopifyAddress = z.infer<typeof Address>;

const Allocation = z.object({ amount });
/** `rate`: a JSON number, 0.23 for 23 %. */
const TaxLine = z.object({ price: amount, rate: z.union([z.string(), z.number()]).optional().catch(undefined) });

const priced = { price: amount, discount_allocations: list(Allocation), tax_lines: list(TaxLine) };

/** `price` is that of one piece; `current_quantity` what is left after edits and returns. */
const Item = z.object({
  ...priced,
  name: text,
  title: text,
  sku: text,
  quantity: z.int().nonnegative(),
  current_quantity: z.int().nonnegative().nullish(),
});
export type ShopifyItem = z.infer<typeof Item>;

const ShippingLine = z.object({ ...priced, title: text, code: text, is_removed: z.boolean().nullish() });
export type ShopifyShippingLine = z.infer<typeof ShippingLine>;

const Transaction = z.object({ kind: text, status: text, amount, currency: Currency });

const Refund = z.object({ transactions: list(Transaction) });

const Attribute = z.object({ name: z.string(), value: z.unknown() });

/** The id in a global id, which is text and so exact: the number beside it may be greater than JavaScript can hold. */
const GlobalId = z
  .string()
  .regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/)
  .transform((gid) => gid.slice(gid.lastIndexOf("/") + 1));

const Id = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(String);

/** What is read first: whether it is an order, and whose. */
export const ShopifyHead = z
  .object({ id: Id.optional().catch(undefined), admin_graphql_api_id: GlobalId.optional().catch(undefined) })
  .transform((head, ctx) => {
    const id = head.id ?? head.admin_graphql_api_id;
    if (id === undefined) ctx.addIssue({ code: "custom", message: "no order id" });
    return { id: id ?? z.NEVER };
  });

/**
 * Lines decide what the buyer pays: where one cannot be read, none of them is believed (undefined). Goods have to be
 * named, shipping only where there is any.
 */
export const ShopifyOrder = z.looseObject({
  updated_at: Time,
  created_at: Time.optional().catch(undefined),
  processed_at: Time.optional().catch(undefined),
  name: z.union([z.string(), z.number()]).optional().catch(undefined),
  financial_status: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .catch("unknown"),
  cancelled_at: z.unknown().optional(),
  test: z.unknown().optional(),
  currency: Currency,
  total_price: amount.optional().catch(undefined),
  current_total_price: amount.optional().catch(undefined),
  taxes_included: z.boolean().catch(true),
  email: text,
  contact_email: text,
  phone: text,
  note: text,
  tags: text,
  source_identifier: text,
  payment_gateway_names: list(z.string()).catch([]),
  note_attributes: list(Attribute.or(z.unknown().transform(() => undefined))).catch([]),
  billing_address: Address,
  shipping_address: Address,
  line_items: list(Item).nullish().catch(undefined),
  shipping_lines: readable(ShippingLine),
  refunds: list(Refund).optional().catch(undefined),
});
export type ShopifyOrder = z.infer<typeof ShopifyOrder>;

/** An order of the shop's payment test mode, or the sample that the admin sends on request. */
export const TestOrder = z.object({ test: z.literal(true) });
