import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion, bringTo, type Share, takeOff, type Vat, vatFrom, vatName } from "../../lib/core/money.ts";

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
const at = (vat: string, ...grosses: number[]): Share[] => grosses.map((gross) => ({ gross, vat: vatFrom(vat) }));

describe("apportion", () => {
  test("the largest remainders get what does not divide", () => {
    expect(apportion(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(apportion(7, [50, 30, 20])).toEqual([4, 2, 1]);
  });

  test("weights of nothing get nothing", () => {
    expect(apportion(100, [0, 0])).toEqual([0, 0]);
  });

  test("each part is less than a unit from its exact share, and all of them are the amount", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 30 }),
        (amount, weights) => {
          const whole = sum(weights);
          fc.pre(whole > 0);
          const parts = apportion(amount, weights);
          expect(sum(parts)).toBe(amount);
          for (const [index, part] of parts.entries())
            expect(Math.abs(part - (amount * (weights[index] ?? 0)) / whole)).toBeLessThan(1.000_001);
        },
      ),
    );
  });
});

describe("a discount", () => {
  test("is spread per rate first, then per line", () => {
    const { rows, left } = takeOff([...at("23", 1000, 1000, 1000), ...at("8", 1000)], 1001);
    expect(rows.map(({ gross }) => gross)).toEqual([749, 750, 750, 750]);
    expect(left).toBe(0);
  });

  test("for one product falls on that product alone", () => {
    const rows = [
      { sku: "A", gross: 1000 },
      { sku: "B", gross: 500 },
    ];
    expect(takeOff(rows, 200, ({ sku }) => sku === "B")).toEqual({
      rows: [
        { sku: "A", gross: 1000 },
        { sku: "B", gross: 300 },
      ],
      left: 0,
    });
  });

  test("makes no line negative: what is too much of it is left", () => {
    expect(takeOff(at("23", 300, 200), 700)).toEqual({ rows: at("23", 0, 0), left: 200 });
  });

  test("for free shipping comes off the shipping at each of its rates", () => {
    expect(takeOff(at("23", 1000).concat(at("5", 500)), 1500)).toEqual({
      rows: at("23", 0).concat(at("5", 0)),
      left: 0,
    });
  });
});

test("rows are brought to a sum that is said of them all", () => {
  expect(bringTo([...at("23", 19714), ...at("8", 4900)], 24600).map(({ gross }) => gross)).toEqual([19703, 4897]);
});

describe("any cart", () => {
  const VATS: Vat[] = ["0", "5", "8", "23", "zw"].flatMap((text) => vatFrom(text) ?? []);

  /** A price for one piece in hundredths of a grosz, as shops keep more decimals than they show. */
  const Row = fc.record({
    price: fc.nat(20_000_000),
    quantity: fc.integer({ min: 1, max: 400 }),
    vat: fc.constantFrom(...VATS),
  });
  const Settings = fc.record({
    prices: fc.constantFrom("gross" as const, "net" as const),
    round: fc.constantFrom("piece" as const, "row" as const, "total" as const),
  });
  const Discount = fc.oneof(
    fc.record({ kind: fc.constant("percent" as const), value: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant("fixed" as const), value: fc.integer({ min: 1, max: 2_000_000 }) }),
    fc.record({ kind: fc.constant("product" as const), value: fc.integer({ min: 1, max: 500_000 }), row: fc.nat() }),
    fc.record({ kind: fc.constant("free-shipping" as const), value: fc.constant(0) }),
  );
  const Cart = fc.record({
    rows: fc.array(Row, { minLength: 1, maxLength: 12 }),
    shipping: fc.array(fc.record({ gross: fc.nat(5_000), vat: fc.constantFrom(...VATS) }), { maxLength: 2 }),
    fees: fc.array(fc.record({ gross: fc.nat(3_000), vat: fc.constantFrom(...VATS) }), { maxLength: 3 }),
    discounts: fc.array(Discount, { maxLength: 4 }),
    giftCard: fc.nat(5_000_000),
    settings: Settings,
  });
  type CartRow = { price: number; quantity: number; vat: Vat };
  type Rounding = { prices: "gross" | "net"; round: "piece" | "row" | "total" };

  const percentOf = (vat: Vat) => (vat.kind === "rate" ? Number(vat.rate) : 0);

  /** What the shop shows for a row, in grosze, by its own settings; a total that is rounded once leaves rows in fractions. */
  function shopRow({ price, quantity, vat }: CartRow, { prices, round }: Rounding): { exact: number; shown: number } {
    const factor = prices === "net" ? 100 + percentOf(vat) : 100;
    const piece = (price * factor) / 10_000;
    const exact = (round === "piece" ? Math.round(piece) : piece) * quantity;
    return { exact, shown: Math.round(exact) };
  }

  /** The shop's own order: its rows, what it took off, and the total that it charges. */
  function placed({
    rows,
    shipping,
    fees,
    discounts,
    settings,
  }: typeof Cart extends fc.Arbitrary<infer C> ? C : never) {
    const shown = rows.map((row) => shopRow(row, settings));
    const goods = settings.round === "total" ? Math.round(sum(shown.map(({ exact }) => exact))) : undefined;
    const lines = bringTo(
      rows.map(({ vat }, index) => ({ gross: shown[index]?.shown ?? 0, vat, index })),
      goods ?? sum(shown.map((row) => row.shown)),
    );
    let state = { lines, shipping, off: 0 };
    const steps: Array<{ amount: number; before: typeof lines; after: typeof lines; applies: (n: number) => boolean }> =
      [];
    for (const discount of discounts) {
      if (discount.kind === "free-shipping") {
        const amount = sum(state.shipping.map(({ gross }) => gross));
        const { rows: free, left } = takeOff(state.shipping, amount);
        state = { ...state, shipping: free, off: state.off + amount - left };
        continue;
      }
      const whole = sum(state.lines.map(({ gross }) => gross));
      const only = discount.kind === "product" ? discount.row % rows.length : undefined;
      const amount = discount.kind === "percent" ? Math.round((whole * discount.value) / 100) : discount.value;
      const applies = (index: number) => only === undefined || index === only;
      const { rows: after, left } = takeOff(state.lines, amount, ({ index }) => applies(index));
      steps.push({ amount: amount - left, before: state.lines, after, applies });
      state = { ...state, lines: after, off: state.off + amount - left };
    }
    const listed = sum(lines.map(({ gross }) => gross)) + sum(shipping.map(({ gross }) => gross));
    const total = listed - state.off + sum(fees.map(({ gross }) => gross));
    return { lines: state.lines, shipping: state.shipping, fees, total, steps };
  }

  test("adds up to the grosz after spreading, and no line is negative", () => {
    fc.assert(
      fc.property(Cart, (cart) => {
        const order = placed(cart);
        const all = [...order.lines, ...order.shipping, ...order.fees].map(({ gross }) => gross);
        expect(sum(all)).toBe(order.total);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(all.every(Number.isSafeInteger)).toBe(true);
        // A gift card pays: it takes nothing off a line.
        const due = order.total - Math.min(cart.giftCard, order.total);
        expect(due).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test("each rate bears its share of a discount within a grosz, and so does each line within its rate", () => {
    fc.assert(
      fc.property(Cart, (cart) => {
        for (const { amount, before, after, applies } of placed(cart).steps) {
          const borne = before.map(({ gross, vat, index }) => ({
            vat: vatName(vat),
            gross: applies(index) ? gross : 0,
            off: gross - (after[index]?.gross ?? 0),
          }));
          const whole = sum(borne.map(({ gross }) => gross));
          if (whole === 0) continue;
          for (const group of Map.groupBy(borne, ({ vat }) => vat).values()) {
            const gross = sum(group.map((row) => row.gross));
            const off = sum(group.map((row) => row.off));
            expect(Math.abs(off - (amount * gross) / whole)).toBeLessThan(1.000_001);
            for (const row of group)
              if (gross > 0) expect(Math.abs(row.off - (off * row.gross) / gross)).toBeLessThan(1.000_001);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
