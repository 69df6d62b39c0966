/** The comparison of shadow mode, against a truth that a seed makes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparisonOf, leavingOf, SPAN } from "../../cli/report/compare.ts";
import { linesOf } from "../../cli/report/shadow.ts";
import { shadowReportOf } from "../../cli/report/shadow-report.ts";
import type { Share } from "../../lib/core/money.ts";
import { DAY } from "../../lib/core/order.ts";
import type { ErpShown, Purchase } from "../../lib/erp/comparing.ts";
import { fuzzRuns } from "../support/fuzz.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = DAY / 24;

const purchase = (n: number, changes: Partial<Purchase> = {}): Purchase => ({
  order: `k${n}`,
  sources: [{ account: "woocommerce:main", sourceOrder: `${n}` }],
  acceptedAt: NOW - DAY,
  placedAt: NOW - DAY,
  readiness: "ready",
  currency: "PLN",
  total: 1000 + n,
  lines: 1,
  keys: [
    { id: `internet ${n}`, rank: 2 },
    { id: `number ${n}`, rank: 3 },
  ],
  shadowed: true,
  ...changes,
});

const erp = (id: string, n: number, changes: Partial<ErpShown> = {}): ErpShown => ({
  erpId: id,
  number: `ZO ${id}/26`,
  createdAt: NOW - DAY + 60_000,
  currency: "PLN",
  total: 1000 + n,
  cancelled: false,
  keys: [{ id: `internet ${n}`, rank: 2 }],
  ...changes,
});

const span = { ...SPAN, now: NOW };
const compared = (purchases: Purchase[], orders: ErpShown[]) => comparisonOf(purchases, orders, span);

describe("beside what the ERP holds", () => {
  test("a purchase in it twice is doubled, and the oldest ERP order is the one that stays", () => {
    const { doubled, missing } = compared([purchase(1)], [erp("b", 1, { createdAt: NOW }), erp("a", 1)]);
    expect(doubled.map(({ erp: orders }) => orders.map(({ erpId }) => erpId))).toEqual([["a", "b"]]);
    expect(missing).toEqual([]);
  });

  test("one that was cancelled in the ERP is not there", () => {
    expect(compared([purchase(1)], [erp("a", 1), erp("b", 1, { cancelled: true })]).doubled).toEqual([]);
    expect(compared([purchase(1)], [erp("a", 1, { cancelled: true })]).missing).toHaveLength(1);
  });

  test("a purchase of the last two hours is not missing yet", () => {
    expect(compared([purchase(1, { acceptedAt: NOW - HOUR })], []).missing).toEqual([]);
  });

  test("a mere number joins only with an equal total", () => {
    const byNumber = { keys: [{ id: "number 1", rank: 3 }] };
    expect(compared([purchase(1)], [erp("a", 1, byNumber)]).missing).toEqual([]);
    const other = compared([purchase(1)], [erp("a", 1, { ...byNumber, total: 5 })]);
    expect(other.missing).toHaveLength(1);
    expect(other.unexplained).toHaveLength(1);
  });

  test("an id with another total differs, and by how much", () => {
    expect(compared([purchase(1)], [erp("a", 1, { total: 1501 })]).differing).toMatchObject([{ by: 500 }]);
    expect(compared([purchase(1)], [erp("a", 1, { total: 1002 })]).differing).toEqual([]);
  });

  describe("the VAT of an equal total", () => {
    const rate = (percent: string, gross: number): Share => ({ gross, vat: { kind: "rate", rate: percent } });
    const exempt = (code: string, gross: number): Share => ({ gross, vat: { kind: "exempt", code } });
    const taxed = (said: Share[] | undefined, inErp: Share[] | undefined, total = 1001) =>
      compared(
        [purchase(1, { total, ...(said && { shares: said }) })],
        [erp("a", 1, { total, ...(inErp && { shares: inErp }) })],
      );

    test.each<[string, Share[], Share[], boolean]>([
      ["the same rates", [rate("23", 1001)], [rate("23", 1001)], false],
      ["another rate", [rate("23", 1001)], [rate("8", 1001)], true],
      ["another part under a rate", [rate("23", 501), rate("8", 500)], [rate("23", 801), rate("8", 200)], true],
      ["what rounding a line moves", [rate("23", 501), rate("8", 500)], [rate("23", 502), rate("8", 499)], false],
      ["several lines of one rate", [rate("23", 1001)], [rate("23", 1), rate("23", 1000)], false],
      ["another exemption", [exempt("zw", 1001)], [exempt("np", 1001)], true],
      ["untaxed for no stated reason", [{ gross: 1001, vat: { kind: "untaxed" } }], [exempt("zw", 1001)], false],
      ["untaxed here and taxed there", [{ gross: 1001, vat: { kind: "untaxed" } }], [rate("23", 1001)], true],
      ["a code that nobody knows", [rate("23", 1001)], [{ gross: 1001 }], true],
      ["shipping whose VAT is not said, under any", [rate("23", 801), { gross: 200 }], [rate("23", 1001)], false],
      [
        "shipping whose VAT is not said, under another",
        [rate("23", 801), { gross: 200 }],
        [rate("23", 801), rate("8", 200)],
        false,
      ],
      ["goods under another VAT beside it", [rate("23", 801), { gross: 200 }], [rate("8", 1001)], true],
    ])("%s", (_, said, inErp, differs) => {
      expect(taxed(said, inErp).taxed).toHaveLength(differs ? 1 : 0);
      expect(taxed(said, inErp)).toMatchObject({ differing: [], vatUnknown: 0 });
    });

    test("an ERP whose own lines come to something else is believed no further than that", () => {
      expect(taxed([rate("23", 1001)], [rate("23", 990)]).taxed).toEqual([]);
    });

    test("where one side does not tell, it is not compared, and counted", () => {
      expect(taxed(undefined, [rate("8", 1001)])).toMatchObject({ taxed: [], vatUnknown: 1 });
      expect(taxed([rate("8", 1001)], undefined)).toMatchObject({ taxed: [], vatUnknown: 1 });
      expect(taxed([{ gross: 1001 }], [rate("8", 1001)])).toMatchObject({ taxed: [], vatUnknown: 1 });
    });

    test("both sides are named, by rate, the largest first", () => {
      const report = shadowReportOf(
        [purchase(1, { shares: [rate("8", 201), rate("23", 800)] })],
        [erp("a", 1, { shares: [rate("23", 1001)] })],
        { ...span, from: NOW - DAY },
      );
      expect(report.taxed[0]?.vat).toEqual({ purchase: ["23% 8.00", "8% 2.01"], inErp: ["23% 10.01"] });
      const printed = linesOf(report).join("\n");
      expect(printed).toMatch(/another VAT in the ERP +1/);
      expect(printed).toContain("VAT 23% 8.00 + 8% 2.01, in the ERP 23% 10.01");
    });
  });

  test("late is what came more than two hours after it was placed", () => {
    expect(compared([purchase(1)], [erp("a", 1, { createdAt: NOW - DAY + 3 * HOUR })]).late).toMatchObject([
      { afterMs: 3 * HOUR },
    ]);
  });

  test("what its source cancelled and the ERP still has is named, and is not missing", () => {
    const cancelled = purchase(1, { readiness: "cancelled" });
    expect(compared([cancelled], [erp("a", 1)]).standing).toHaveLength(1);
    expect(compared([cancelled], [])).toMatchObject({ missing: [], standing: [] });
  });

  test("what nobody has paid yet is neither missing nor unexplained", () => {
    const waiting = purchase(1, { readiness: "waiting" });
    expect(compared([waiting], [erp("a", 1)])).toMatchObject({ purchases: 0, missing: [], unexplained: [] });
  });
});

test("on leaving, what the ERP has is linked, what was placed since is forwarded, and the rest is asked", () => {
  const left = leavingOf(
    [purchase(1), purchase(2), purchase(3, { placedAt: NOW }), purchase(4, { shadowed: false })],
    [erp("a", 1)],
    NOW,
  );
  expect(left).toMatchObject({ linked: 1, forwarded: [{ order: "k3" }], asked: [{ order: "k2" }] });
});

test("whatever the others did to each purchase, the report names just that", async () => {
  const fates = ["once", "once", "once", "twice", "never", "dearer", "late", "by hand"] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fates), { maxLength: 200 }), fc.infiniteStream(fc.nat()), (all, order) => {
      const orders = all.flatMap((fate, n): ErpShown[] => {
        if (fate === "never") return [];
        if (fate === "twice") return [erp(`${n}a`, n), erp(`${n}b`, n)];
        if (fate === "dearer") return [erp(`${n}a`, n, { total: 9000 + n })];
        if (fate === "late") return [erp(`${n}a`, n, { createdAt: NOW })];
        return [erp(`${n}a`, n, fate === "by hand" ? { keys: [] } : {})];
      });
      const mixed = orders.map((one) => ({ one, at: order.next().value })).sort((a, b) => a.at - b.at);
      const found = compared(
        all.map((_, n) => purchase(n)),
        mixed.map(({ one }) => one),
      );
      const named = (wanted: readonly string[]) => all.flatMap((fate, n) => (wanted.includes(fate) ? [`k${n}`] : []));
      expect(found.doubled.map((one) => one.purchase.order)).toEqual(named(["twice"]));
      expect(found.missing.map((one) => one.order)).toEqual(named(["never", "by hand"]));
      expect(found.differing.map((one) => one.purchase.order)).toEqual(named(["dearer"]));
      expect(found.late.map((one) => one.purchase.order)).toEqual(named(["late"]));
      expect(found.unexplained).toHaveLength(named(["by hand"]).length);
    }),
    { numRuns: fuzzRuns },
  );
});
