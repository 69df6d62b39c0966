/** An order and its lines as `/webapi/rest/orders/{id}` and `/order-products` send them: every number is text. */
import * as z from "zod/mini";
import { filledText } from "../../core/schemas.ts";
import { Flag, RowId, Text } from "../shared/wire.ts";

const Address = z.lazy(() =>
  z.catch(
    z.optional(
      z.object({
        firstname: Text,
        lastname: Text,
        company: Text,
        street1: Text,
        street2: Text,
        city: Text,
        postcode: Text,
        country_code: Text,
        phone: Text,
        tax_identification_number: Text,
      }),
    ),
    undefined,
  ),
);
export type ShoperAddress = z.infer<typeof Address>;

export const ShoperOrder = z.lazy(() =>
  z.looseObject({
    order_id: RowId,
    status_id: z.pipe(Text, filledText),
    /** Naive local times. */
    date: Text,
    status_date: Text,
    sum: Text,
    paid: Text,
    is_paid: Flag,
    is_cash_on_delivery: Flag,
    payment_id: Text,
    shipping_id: Text,
    shipping_cost: Text,
    /** The rate of the carriage, by its name (`23%`, `zw.`) or as a number. */
    shipping_tax_name: Text,
    shipping_tax_value: Text,
    /** Discounts of the buyer, of the buyer's group, by amount, and of a code: 0 where there is none. */
    discount_client: Text,
    discount_group: Text,
    discount_levels: Text,
    discount_code: Text,
    currency_id: Text,
    email: Text,
    /** What the buyer wrote, and what the shop's staff wrote for the buyer to see. */
    notes: Text,
    notes_pub: Text,
    billing_address: Address,
    delivery_address: Address,
  }),
);
export type ShoperOrder = z.infer<typeof ShoperOrder>;

/** `price` is gross, of one piece. `discount_perc`: in percent. `tax` is a name: `23%`, `zw.`, `np.`. */
export const ShoperLine = z.lazy(() =>
  z.object({
    order_id: RowId,
    name: Text,
    code: Text,
    ean: Text,
    price: Text,
    quantity: Text,
    discount_perc: Text,
    tax: Text,
    /** What the buyer chose: `Kolor: czerwony; Rozmiar: S`. The code is the whole article's. */
    option: Text,
  }),
);
export type ShoperLine = z.infer<typeof ShoperLine>;

/** What the order only names by id. */
export type ShoperNames = {
  currency: string | undefined;
  shipping: string | undefined;
  payment?: string | undefined;
};

/** What a listing shows of an order that only has to be found. */
export const ShoperRow = z.lazy(() => z.object({ order_id: RowId, date: Text, status_date: Text }));
