/** Any cart, reckoned as PrestaShop reckons it, comes out with its sum to the grosz and each rate within a grosz. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { PrestaDiscount, PrestaRule } from "../../lib/channels/prestashop/body.ts";
import { mapOrder } from "../../lib/channels/prestashop/map.ts";
import { sumOf, vatName } from "../../lib/core/money.ts";
import { onlySighting } from "../support/pulled.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const account = PrestaShopAccount.parse({
  channel: "prestashop",
  account: "sklep",
  baseUrl: "https://sklep.example/",
  webserviceKey: "KLUCZTESTOWY",
});

type Row = { net: number; rate: number; quantity: number };
type Rule = { percent?: number; amount?: number; product?: number; freeShipping?: boolean };
type Cart = { rows: Row[]; roundType: 1 | 2 | 3; shipping: number; wrapping: number; rules: Rule[] };

const carts: fc.Arbitrary<Cart> = fc.record({
  rows: fc.array(
    fc.record({
      /** Millionths of a zloty, as the shop keeps prices. */
      net: fc.integer({ min: 500_000, max: 300_000_000 }),
      rate: fc.constantFrom(0, 5, 8, 23),
      quantity: fc.integer({ min: 1, max: 40 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  roundType: fc.constantFrom(1, 2, 3),
  shipping: fc.integer({ min: 0, max: 5_000 }),
  wrapping: fc.constantFrom(0, 500),
  rules: fc.array(
    fc.oneof(
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ amount: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }), product: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ amount: fc.integer({ min: 1, max: 20_000 }), product: fc.integer({ min: 0, max: 5 }) }),
      fc.constant({ freeShipping: true }),
    ),
    { maxLength: 3 },
  ),
});

const round = (amount: number) => Math.round(amount + 1e-9);

/** In grosze, as fractions: the shop's own order of taking rules off, each off what the one before it left. */
function reckoned({ rows, roundType, shipping, wrapping, rules }: Cart) {
  const prices = rows.map(({ net, rate }) => Math.round(net * (1 + rate / 100)));
  const grosses = rows.map(({ quantity }, index) => {
    const price = (prices[index] ?? 0) / 10_000;
    return roundType === 1 ? round(price) * quantity : roundType === 2 ? round(price * quantity) : price * quantity;
  });
  const left = [...grosses];
  let shippingLeft = shipping;
  const given = rules.map(({ percent, amount = 0, product, freeShipping = false }) => {
    const concerned = left.map((gross, index) => (product === undefined || product === index ? gross : 0));
    const whole = concerned.reduce((a, b) => a + b, 0);
    const off = Math.min(percent === undefined ? amount : (whole * percent) / 100, whole);
    for (const [index, gross] of concerned.entries())
      if (whole > 0) left[index] = (left[index] ?? 0) - (off * gross) / whole;
    const free = freeShipping ? shippingLeft : 0;
    shippingLeft -= free;
    return off + free;
  });
  const products = round(grosses.reduce((a, b) => a + b, 0));
  const discount = round(given.reduce((a, b) => a + b, 0));
  return { prices, left, shippingLeft, given, products, discount, total: products + shipping + wrapping - discount };
}

function orderOf(cart: Cart, of: ReturnType<typeof reckoned>) {
  const zloty = (minor: number) => (minor / 100).toFixed(6);
  return {
    id: 17,
    reference: "XKBKNABJK",
    current_state: 2,
    valid: "1",
    date_add: "2026-11-24 13:00:00",
    date_upd: "2026-11-24 13:00:00",
    id_currency: 1,
    round_type: cart.roundType,
    total_paid_tax_incl: zloty(of.total),
    total_products_wt: zloty(of.products),
    total_discounts_tax_incl: zloty(of.discount),
    total_shipping_tax_incl: zloty(cart.shipping),
    total_shipping_tax_excl: zloty(round(cart.shipping / 1.23)),
    carrier_tax_rate: "23.000",
    total_wrapping_tax_incl: zloty(cart.wrapping),
    total_wrapping_tax_excl: zloty(round(cart.wrapping / 1.23)),
    associations: {
      order_rows: cart.rows.map(({ net, quantity }, index) => ({
        id: index + 1,
        product_id: index + 1,
        product_name: `Towar ${index}`,
        product_reference: `T-${index}`,
        product_quantity: quantity,
        unit_price_tax_excl: (net / 1e6).toFixed(6),
        unit_price_tax_incl: ((of.prices[index] ?? 0) / 1e6).toFixed(6),
      })),
    },
  };
}

function relatedTo(cart: Cart, { given }: ReturnType<typeof reckoned>) {
  return {
    addresses: new Map(),
    customers: new Map(),
    currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
    countries: new Map(),
    carriers: new Map(),
    discounts: cart.rules.map(({ freeShipping }, index) =>
      PrestaDiscount.parse({
        id: index + 1,
        id_order: 17,
        id_cart_rule: index + 1,
        value: ((given[index] ?? 0) / 100).toFixed(6),
        free_shipping: freeShipping ? "1" : "0",
      }),
    ),
    rules: new Map(
      cart.rules.map(({ percent = 0, amount = 0, product }, index) => [
        String(index + 1),
        PrestaRule.parse({
          id: index + 1,
          reduction_product: product === undefined ? 0 : product + 1,
          reduction_percent: percent.toFixed(2),
          reduction_amount: (amount / 100).toFixed(6),
        }),
      ]),
    ),
  };
}

it("adds up to the grosz, has nothing negative, and each rate is within a grosz a rule of its exact share", () => {
  fc.assert(
    fc.property(carts, (cart) => {
      const of = reckoned(cart);
      const { report, money } = onlySighting(mapOrder(orderOf(cart, of), relatedTo(cart, of), account, NOW));
      expect(money?.minor).toBe(of.total);
      expect(sumOf(report)).toBe(of.total);
      expect([...report.lines, ...(report.fees ?? [])].every(({ gross }) => gross >= 0)).toBe(true);
      expect(report.shipping.gross).toBe(of.shippingLeft);
      for (const rate of new Set(cart.rows.map((row) => row.rate))) {
        const exact = of.left.reduce((sum, gross, index) => sum + (cart.rows[index]?.rate === rate ? gross : 0), 0);
        const came = report.lines.filter(({ vat }) => vatName(vat) === String(rate));
        const off = came.reduce((sum, { gross }) => sum + gross, 0) - exact;
        expect(Math.abs(off)).toBeLessThanOrEqual(
          2 + cart.rules.length + (cart.roundType === 3 ? cart.rows.length / 2 : 0),
        );
      }
    }),
    { numRuns: 300 },
  );
});
