/** Where the plugins that are known keep what WooCommerce has no field for. `*` stands for any letters. */

/** Where a NIP may stand. */
export const TAX_ID_FIELDS = [
  // Polski for WooCommerce, and what most others copy of it.
  "_billing_nip",
  "billing_nip",
  "_polski_billing_nip",
  // Fields of the block checkout, which it keeps with the order and in the address.
  "_wc_*/*nip",
  "*/nip",
  // Free-hand fields.
  "nip",
  "_nip",
  // Furgonetka.
  "_billing_furgonetkaTaxId",
  // InPost Pay.
  "impost_invoice_tax_id",
  // Plugins for EU VAT, Booster.
  "_billing_eu_vat_number",
  "billing_eu_vat_number",
  "_billing_vat_number",
  "billing_vat_number",
  "_vat_number",
  "vat_number",
  "_billing_vat",
  "_wc_*/*vat*number",
];

/** Where the code of a parcel locker or another point may stand. */
export const POINT_FIELDS = [
  // Flexible Shipping InPost and others; also in the meta of the parcel that BaseLinker's plugin adds.
  "_paczkomat_id",
  "paczkomat_key",
  // InPost's own plugin, InPost Pay.
  "_parcel_machine_id",
  "parcel_machine_id",
  // Furgonetka.
  "_furgonetkaPoint",
  // Apaczka and its map of points.
  "apaczka_delivery_point.apm_access_point_id",
  // polkurier.
  "_polkurier_point_id",
  // Packeta: what it adds to the order, and what it kept with it before.
  "_packetery_point_id",
  "packetery_point_id",
  // BaseLinker's plugin, InPost Pay.
  "bl_delivery_point_id",
  "delivery_point",
];
