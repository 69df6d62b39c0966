/** Orders and what they name by id, as the webservice sends them: numbers are text with six decimals. */
import * as z from "zod/mini";
import { filledText } from "../../shapes.ts";
import { phpList, RowId, Text } from "../shared/wire.ts";

const Row = z.object({
  product_name: Text,
  product_reference: Text,
  product_ean13: Text,
  product_quantity: Text,
  unit_price_tax_incl: Text,
});
export type PrestaRow = z.infer<typeof Row>;

export const PrestaOrder = z.looseObject({
  id: RowId,
  reference: Text,
  current_state: z.pipe(Text, filledText),
  /** Naive times of the shop. */
  date_add: Text,
  date_upd: Text,
  id_address_delivery: Text,
  id_address_invoice: Text,
  id_customer: Text,
  id_currency: Text,
  id_carrier: Text,
  module: Text,
  payment: Text,
  note: Text,
  total_paid_tax_incl: Text,
  total_paid_real: Text,
  total_shipping_tax_incl: Text,
  total_discounts_tax_incl: Text,
  total_wrapping_tax_incl: Text,
  associations: z.catch(z.optional(z.object({ order_rows: phpList(Row) })), undefined),
});
export type PrestaOrder = z.infer<typeof PrestaOrder>;

/** What paging needs to know even of an order that no one can use. */
export const PrestaHead = z.pick(PrestaOrder, { id: true, date_upd: true });

export const PrestaAddress = z.looseObject({
  id: RowId,
  firstname: Text,
  lastname: Text,
  company: Text,
  address1: Text,
  address2: Text,
  postcode: Text,
  city: Text,
  id_country: Text,
  phone: Text,
  phone_mobile: Text,
});
export type PrestaAddress = z.infer<typeof PrestaAddress>;

export const PrestaCustomer = z.object({ id: RowId, email: Text });
export const PrestaCurrency = z.object({ id: RowId, iso_code: Text });
export const PrestaCountry = z.object({ id: RowId, iso_code: Text });
export const PrestaCarrier = z.object({ id: RowId, name: Text });

/** By id; whatever was deleted meanwhile is missing. */
export type Related = {
  addresses: ReadonlyMap<string, PrestaAddress>;
  customers: ReadonlyMap<string, z.infer<typeof PrestaCustomer>>;
  currencies: ReadonlyMap<string, z.infer<typeof PrestaCurrency>>;
  countries: ReadonlyMap<string, z.infer<typeof PrestaCountry>>;
  carriers: ReadonlyMap<string, z.infer<typeof PrestaCarrier>>;
};
