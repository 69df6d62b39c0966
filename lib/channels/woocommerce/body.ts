/**
 * A shop's order as it comes: `GET /wp-json/wc/v3/orders/{id}` and the body of a webhook (v2 and v3) are the same.
 *
 * Strict only on what says which order it is and how far it has come. Everything else may be missing, null, or of
 * another type, since plugins rewrite it.
 */
import * as z from "zod/mini";
import {
  anyText,
  anything,
  filledText,
  naturalInt,
  optionalAnything,
  optionalText,
  textOrNumber,
} from "../../shapes.ts";
import { phpList } from "../shared/wire.ts";

const text = z.catch(optionalText, undefined);
const scalar = z.catch(z.optional(textOrNumber), undefined);

/** A missing list is empty; one that cannot be read is undefined. */
function readable<Item extends z.ZodMiniType>(item: Item) {
  return z.catch(z.union([phpList(item), z.undefined()]), undefined);
}

/** UTC without a zone: `2026-11-24T07:48:46`. Gives epoch ms. */
export const GmtTime = z.pipe(
  z.iso.datetime({ local: true }),
  z.transform((time) => Date.parse(time.endsWith("Z") ? time : `${time}Z`)),
);

const Address = z.catch(
  z.optional(
    z.object({
      first_name: text,
      last_name: text,
      company: text,
      address_1: text,
      address_2: text,
      city: text,
      postcode: text,
      country: text,
      email: text,
      phone: text,
    }),
  ),
  undefined,
);
export type WooAddress = z.infer<typeof Address>;

const Meta = z.object({ key: anyText, value: anything });

/** A plugin may write anything here; what is no meta at all is undefined. */
const meta_data = z.catch(phpList(z.union([Meta, z.transform(() => undefined)])), []);

/** Net and tax of one line, as decimal text. The line's `price` is a quotient and is never used. */
const amounts = { total: textOrNumber, total_tax: textOrNumber };

const Tax = z.object({ id: scalar, total: scalar });

const Item = z.object({
  ...amounts,
  name: z.catch(anyText, ""),
  quantity: textOrNumber,
  sku: text,
  global_unique_id: text,
  taxes: z.catch(phpList(Tax), []),
  meta_data,
});
export type WooItem = z.infer<typeof Item>;

const Fee = z.object({ ...amounts, name: z.catch(anyText, ""), taxes: z.catch(phpList(Tax), []), meta_data });
export type WooFee = z.infer<typeof Fee>;

const ShippingLine = z.object({ ...amounts, method_title: text, method_id: text, meta_data });

const TaxLine = z.object({ rate_id: scalar, rate_percent: scalar });

/**
 * Lines decide what the buyer pays: where one cannot be read, none of them is believed (undefined). Goods have to be
 * named, fees and shipping only where there are any.
 */
export const WooOrder = z.looseObject({
  id: z.pipe(z.union([naturalInt, z.string().check(z.regex(/^\d{1,20}$/))]), z.transform(String)),
  status: filledText,
  date_modified_gmt: GmtTime,
  date_created_gmt: z.catch(z.optional(GmtTime), undefined),
  number: scalar,
  currency: z.catch(z.optional(z.string().check(z.toUpperCase(), z.regex(/^[A-Z]{3}$/))), undefined),
  total: scalar,
  transaction_id: text,
  customer_note: text,
  payment_method: text,
  payment_method_title: text,
  date_paid_gmt: optionalAnything,
  billing: Address,
  shipping: Address,
  meta_data,
  line_items: z.catch(z.nullish(phpList(Item)), undefined),
  fee_lines: readable(Fee),
  shipping_lines: readable(ShippingLine),
  tax_lines: z.catch(phpList(TaxLine), []),
  refunds: z.catch(phpList(z.object({ total: scalar })), []),
});
export type WooOrder = z.infer<typeof WooOrder>;

/** What is read first: enough to say that it is an order and whose. */
export const WooHead = z.pick(WooOrder, { id: true, status: true });

/** What a shop sends when it may not or cannot read the order. The message is translated; the code is not. */
export const WooError = z.object({ code: anyText, message: anyText });
