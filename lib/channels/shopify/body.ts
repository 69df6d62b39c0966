/**
 * An order as Shopify writes it, in a webhook and in `GET /admin/api/{version}/orders.json` (2024-01 and later).
 *
 * Every amount stands twice: plain (`price`) in the shop's currency, and as a pair (`price_set`) with what the buyer
 * saw. Only the plain ones are read, so that one order never mixes currencies.
 */
import * as z from "zod/mini";
import {
  anyBoolean,
  anyText,
  anything,
  naturalInt,
  optionalAnything,
  optionalText,
  textOrNumber,
} from "../../shapes.ts";

const text = z.catch(optionalText, undefined);
const amount = textOrNumber;
const scalar = z.catch(z.optional(textOrNumber), undefined);
const present = z.transform((value) => value ?? []);
const list = <Item extends z.ZodMiniType>(item: Item) => z.pipe(present, z.array(item));
/** A missing list is empty; one that cannot be read is undefined. */
const readable = <Item extends z.ZodMiniType>(item: Item) => z.catch(z.union([list(item), z.undefined()]), undefined);

/** ISO 8601 with an offset, whole seconds. Gives epoch ms. */
const Time = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((time) => Date.parse(time)),
);

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
export type ShopifyAddress = z.infer<typeof Address>;

const Allocation = z.object({ amount });
/** `rate`: a JSON number, 0.23 for 23 %. */
const TaxLine = z.object({ price: amount, rate: scalar });

const priced = { price: amount, discount_allocations: list(Allocation), tax_lines: list(TaxLine) };

/** `price` is that of one piece; `current_quantity` what is left after edits and returns. */
const Item = z.object({
  ...priced,
  name: text,
  title: text,
  sku: text,
  quantity: naturalInt,
  current_quantity: z.nullish(naturalInt),
});
export type ShopifyItem = z.infer<typeof Item>;

const ShippingLine = z.object({ ...priced, title: text, code: text, is_removed: z.nullish(anyBoolean) });
export type ShopifyShippingLine = z.infer<typeof ShippingLine>;

const Transaction = z.object({ kind: text, status: text, amount, currency: Currency });

const Refund = z.object({ transactions: list(Transaction) });

const Attribute = z.object({ name: anyText, value: anything });

/** The id in a global id, which is text and so exact: the number beside it may be greater than JavaScript can hold. */
const GlobalId = z.pipe(
  z.string().check(z.regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/)),
  z.transform((gid) => gid.slice(gid.lastIndexOf("/") + 1)),
);

const Id = z.pipe(z.union([naturalInt, z.string().check(z.regex(/^\d{1,20}$/))]), z.transform(String));

/** What is read first: whether it is an order, and whose. */
export const ShopifyHead = z.pipe(
  z.object({ id: z.catch(z.optional(Id), undefined), admin_graphql_api_id: z.catch(z.optional(GlobalId), undefined) }),
  z.transform((head, ctx) => {
    const id = head.id ?? head.admin_graphql_api_id;
    if (id === undefined) ctx.issues.push({ code: "custom", input: head, message: "no order id" });
    return { id: id ?? z.NEVER };
  }),
);

/**
 * Lines decide what the buyer pays: where one cannot be read, none of them is believed (undefined). Goods have to be
 * named, shipping only where there is any.
 */
export const ShopifyOrder = z.looseObject({
  updated_at: Time,
  created_at: someTime,
  processed_at: someTime,
  name: scalar,
  financial_status: z.catch(z.string().check(z.regex(/^[a-z_]{1,40}$/)), "unknown"),
  cancelled_at: optionalAnything,
  test: optionalAnything,
  currency: Currency,
  total_price: scalar,
  current_total_price: scalar,
  taxes_included: z.catch(anyBoolean, true),
  email: text,
  contact_email: text,
  phone: text,
  note: text,
  tags: text,
  source_identifier: text,
  payment_gateway_names: z.catch(list(anyText), []),
  note_attributes: z.catch(list(z.union([Attribute, z.transform(() => undefined)])), []),
  billing_address: Address,
  shipping_address: Address,
  line_items: z.catch(z.nullish(list(Item)), undefined),
  shipping_lines: readable(ShippingLine),
  refunds: z.catch(z.optional(list(Refund)), undefined),
});
export type ShopifyOrder = z.infer<typeof ShopifyOrder>;

/** An order of the shop's payment test mode, or the sample that the admin sends on request. */
export const TestOrder = z.object({ test: z.literal(true) });
