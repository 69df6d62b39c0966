/** Any cart comes out row by row as the shop reckons it, in each of the ways in which its amounts are written. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { MagentoAccount, type OrderSettings } from "../../lib/channels/magento/account.ts";
import { mapOrder } from "../../lib/channels/magento/map.ts";
import { sumOf } from "../../lib/core/money.ts";

const account = MagentoAccount.parse({
  channel: "magento",
  account: "main",
  baseUrl: "https://sklep.example/",
  accessToken: "integration-access-token",
});
const settings: OrderSettings = { ...account, account: "magento:main", issuer: "magento:main" };

/** `gross` and `discount` of the whole row in grosze; `fee`: fixed product tax with its VAT, `taxed` where it has any. */
type Row = { gross: number; rate: number; quantity: number; percent: number; fee: number; taxed: boolean };
type Cart = { rows: Row[]; shipping: number; giftCard: number; codFee: number };

const carts: fc.Arbitrary<Cart> = fc.record({
  rows: fc.array(
    fc.record({
      gross: fc.integer({ min: 1, max: 500_000 }),
      rate: fc.constantFrom(0, 5, 8, 23),
      quantity: fc.integer({ min: 1, max: 9 }),
      percent: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
      fee: fc.constantFrom(0, 0, 0, 550),
      taxed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  shipping: fc.integer({ min: 0, max: 5_000 }),
  giftCard: fc.constantFrom(0, 0, 100),
  codFee: fc.constantFrom(0, 0, 500),
});

const netOf = (gross: number, rate: number) => Math.round(gross / (1 + rate / 100));
const decimal = (minor: number) => Number((minor / 100).toFixed(2));

function reckoned({ gross, rate, percent, fee, taxed }: Row) {
  const discount = Math.round((gross * percent) / 100);
  const left = gross - discount;
  const tax = left - netOf(left, rate);
  const net = netOf(gross, rate);
  return { net, discount, tax, hidden: gross - net - tax, feeNet: taxed ? netOf(fee, rate) : fee, paid: left + fee };
}

/** As REST writes it, as the database has it, and as answers of 2020 were recorded. */
const FORMS = {
  rest: {
    net: (row: Of) => row.net - row.discount,
    gross: (row: Of, { gross }: Row) => gross - row.discount + row.feeNet,
  },
  database: { net: (row: Of) => row.net, gross: (_: Of, { gross }: Row) => gross },
  mixed: { net: (row: Of) => row.net - row.discount, gross: (_: Of, { gross }: Row) => gross },
};
type Of = ReturnType<typeof reckoned>;

function orderOf(cart: Cart, form: (typeof FORMS)[keyof typeof FORMS]) {
  const rows = cart.rows.map((row) => ({ row, of: reckoned(row) }));
  const goods = rows.reduce((sum, { of }) => sum + of.paid, 0);
  const shippingNet = netOf(cart.shipping, 23);
  return {
    entity_id: 17,
    increment_id: "000000017",
    state: "processing",
    updated_at: "2026-11-24 12:00:00",
    order_currency_code: "PLN",
    grand_total: decimal(goods + cart.shipping + cart.codFee - Math.min(cart.giftCard, goods)),
    shipping_amount: decimal(shippingNet),
    shipping_tax_amount: decimal(cart.shipping - shippingNet),
    shipping_incl_tax: decimal(cart.shipping),
    extension_attributes: {
      gift_cards_amount: decimal(Math.min(cart.giftCard, goods)),
      msp_cod_amount: decimal(netOf(cart.codFee, 23)),
      msp_cod_tax_amount: decimal(cart.codFee - netOf(cart.codFee, 23)),
    },
    items: rows.map(({ row, of }, index) => ({
      item_id: index + 1,
      sku: `T-${index}`,
      name: `Towar ${index}`,
      qty_ordered: row.quantity,
      price: decimal(Math.max(Math.round(of.net / row.quantity), 1)),
      tax_percent: row.rate,
      tax_amount: decimal(of.tax),
      discount_amount: decimal(of.discount),
      discount_tax_compensation_amount: decimal(of.hidden),
      row_total: decimal(form.net(of)),
      row_total_incl_tax: decimal(form.gross(of, row)),
      weee_tax_applied: JSON.stringify(
        row.fee === 0 ? [] : [{ row_amount: decimal(of.feeNet), row_amount_incl_tax: decimal(row.fee) }],
      ),
    })),
  };
}

it.each(Object.entries(FORMS))("%s: every row to the grosz, and the sum is the worth", (_, form) => {
  fc.assert(
    fc.property(carts, fc.constantFrom("rest", "event"), (cart, source) => {
      const mapped = mapOrder(orderOf(cart, form), { ...settings, source });
      if (mapped.kind !== "sighting") throw new Error(mapped.kind);
      const { report, money } = mapped.sighting;
      expect(report.lines.map(({ gross }) => gross)).toEqual(cart.rows.map((row) => reckoned(row).paid));
      expect(sumOf(report)).toBe(money?.minor);
    }),
    { numRuns: 200 },
  );
});
