/** Orders and what they name by id, as the webservice sends them: amounts are text with six decimals. */
import * as z from "zod/mini";
import { filledText } from "../../core/schemas.ts";
import { Flag, phpList, RowId, Text } from "../shared/wire.ts";

const Row = z.lazy(() =>
  z.object({
    id: Text,
    product_id: Text,
    product_attribute_id: Text,
    id_customization: Text,
    product_name: Text,
    product_reference: Text,
    product_ean13: Text,
    product_quantity: Text,
    unit_price_tax_incl: Text,
    unit_price_tax_excl: Text,
  }),
);
export type PrestaRow = z.infer<typeof Row>;

const order = () =>
  z.looseObject({
    id: RowId,
    id_shop: Text,
    id_cart: Text,
    reference: Text,
    current_state: z.pipe(Text, filledText),
    /** The shop counts it as an order: it is paid, or to be paid on delivery. */
    valid: Flag,
    /** Naive times of the shop. */
    date_add: Text,
    date_upd: Text,
    id_address_delivery: Text,
    id_address_invoice: Text,
    id_customer: Text,
    id_currency: Text,
    /** 0 where nothing is sent. */
    id_carrier: Text,
    module: Text,
    payment: Text,
    gift_message: Text,
    total_paid_tax_incl: Text,
    total_paid_tax_excl: Text,
    total_paid_real: Text,
    total_products: Text,
    total_products_wt: Text,
    /** From 9.1 on, in the orders of a cart that was split: of the whole cart. */
    total_shipping_tax_incl: Text,
    total_shipping_tax_excl: Text,
    carrier_tax_rate: Text,
    total_discounts_tax_incl: Text,
    total_discounts_tax_excl: Text,
    total_wrapping_tax_incl: Text,
    total_wrapping_tax_excl: Text,
    /** 1: each piece is rounded, 2: each row, 3: the total alone. */
    round_type: Text,
    associations: z.catch(z.optional(z.object({ order_rows: phpList(Row) })), undefined),
  });
export const PrestaOrder = z.lazy(order);
export type PrestaOrder = z.infer<typeof PrestaOrder>;

/** What paging needs to know even of an order that no one can use. */
export const PrestaHead = z.lazy(() => z.pick(order(), { id: true, id_shop: true, date_upd: true }));

export const PrestaAddress = z.lazy(() =>
  z.looseObject({
    id: RowId,
    firstname: Text,
    lastname: Text,
    company: Text,
    address1: Text,
    address2: Text,
    other: Text,
    postcode: Text,
    city: Text,
    id_country: Text,
    phone: Text,
    phone_mobile: Text,
  }),
);
export type PrestaAddress = z.infer<typeof PrestaAddress>;

export const PrestaCustomer = z.lazy(() => z.object({ id: RowId, email: Text }));
export const PrestaCurrency = z.lazy(() => z.object({ id: RowId, iso_code: Text }));
export const PrestaCountry = z.lazy(() => z.object({ id: RowId, iso_code: Text }));
export const PrestaCarrier = z.lazy(() => z.object({ id: RowId, name: Text }));

/** A discount that was given on an order. A rule for free shipping may take something off the goods as well. */
export const PrestaDiscount = z.lazy(() =>
  z.object({
    id: RowId,
    id_order: Text,
    id_cart_rule: Text,
    value: Text,
    value_tax_excl: Text,
    free_shipping: Flag,
    deleted: Flag,
  }),
);
export type PrestaDiscount = z.infer<typeof PrestaDiscount>;

/** `reduction_product`: a product's id, 0 all, -1 the cheapest, -2 a selection that the webservice does not name. */
export const PrestaRule = z.lazy(() =>
  z.object({
    id: RowId,
    reduction_product: Text,
    reduction_percent: Text,
    reduction_amount: Text,
    /** Not on goods that the shop sells below their price anyway. */
    reduction_exclude_special: Flag,
    gift_product: Text,
    gift_product_attribute: Text,
  }),
);
export type PrestaRule = z.infer<typeof PrestaRule>;

/** What was paid back. `amount` leaves the shipping out. */
export const PrestaSlip = z.lazy(() =>
  z.object({
    id: RowId,
    id_order: RowId,
    date_upd: Text,
    total_products_tax_incl: Text,
    total_shipping_tax_incl: Text,
    associations: z.catch(
      z.optional(
        z.object({ order_slip_details: phpList(z.object({ id_order_detail: Text, product_quantity: Text })) }),
      ),
      undefined,
    ),
  }),
);
export type PrestaSlip = z.infer<typeof PrestaSlip>;

export const PrestaPayment = z.lazy(() => z.object({ order_reference: Text, id_currency: Text, amount: Text }));
export type PrestaPayment = z.infer<typeof PrestaPayment>;

/** The same, as an order says it. */
export const PrestaBooked = z.lazy(() =>
  z.pipe(
    z.object({ reference: Text, id_currency: Text, total_paid_real: Text }),
    z.transform((order): PrestaPayment => {
      const { reference: order_reference, id_currency, total_paid_real: amount } = order;
      return { order_reference, id_currency, amount };
    }),
  ),
);

export const PrestaMessage = z.lazy(() =>
  z.object({
    id: RowId,
    id_order: Text,
    id_employee: Text,
    private: Flag,
    message: Text,
  }),
);
export type PrestaMessage = z.infer<typeof PrestaMessage>;

/** What the buyer wrote for a product. */
export const PrestaCustomization = z.lazy(() =>
  z.object({
    id: RowId,
    associations: z.catch(
      z.optional(z.object({ customized_data_text_fields: phpList(z.object({ value: Text })) })),
      undefined,
    ),
  }),
);

/** By id; whatever was deleted meanwhile is missing. Lists are of all orders of a page; undefined where the key may not. */
export type Related = {
  addresses: ReadonlyMap<string, PrestaAddress>;
  customers: ReadonlyMap<string, z.infer<typeof PrestaCustomer>>;
  currencies: ReadonlyMap<string, z.infer<typeof PrestaCurrency>>;
  countries: ReadonlyMap<string, z.infer<typeof PrestaCountry>>;
  carriers: ReadonlyMap<string, z.infer<typeof PrestaCarrier>>;
  discounts?: readonly PrestaDiscount[] | undefined;
  rules?: ReadonlyMap<string, PrestaRule> | undefined;
  slips?: readonly PrestaSlip[] | undefined;
  payments?: readonly PrestaPayment[] | undefined;
  messages?: readonly PrestaMessage[] | undefined;
  customizations?: ReadonlyMap<string, z.infer<typeof PrestaCustomization>> | undefined;
};
