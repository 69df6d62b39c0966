import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Key } from "../../lib/core/keys.ts";
import { judge } from "../../lib/core/match.ts";
import type { ErpHit, ErpOrder } from "../../lib/core/ports/erp.ts";
import { allegroId, number, report, shopId, trace } from "../support/sightings.ts";

const order: ErpOrder = {
  order: "ours",
  keys: [allegroId(), shopId("271"), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
};

const hit = (changes: Partial<ErpHit> = {}): ErpHit => ({
  erpId: "1",
  number: "ZO 0001/26",
  matched: "customer-number",
  key: number("1001"),
  currency: "PLN",
  total: 5899,
  cancelled: false,
  ...changes,
});
const byAllegroId = (changes: Partial<ErpHit> = {}) => hit({ matched: "internet-id", key: allegroId(), ...changes });
const byShopId = (changes: Partial<ErpHit> = {}) => hit({ matched: "internet-id", key: shopId("271"), ...changes });
const own = (changes: Partial<ErpHit> = {}) => hit({ matched: "own", kojarzOrder: "ours", ...changes });
const untied = () => undefined;

const table: Array<[rule: string, hits: ErpHit[], verdict: string]> = [
  ["nothing found is none", [], "none"],
  ["our own order wins over every other hit", [byAllegroId({ erpId: "2" }), own()], "own 1"],
  ["our own order counts even when cancelled in the ERP", [own({ cancelled: true })], "own 1"],
  ["of our own orders the one that stands counts", [own({ cancelled: true }), own({ erpId: "2" })], "own 2"],
  ["two standing orders of our own need a person", [own(), own({ erpId: "2" })], "held erp-many"],
  ["another Kojarz order's ERP order is never a hit", [byAllegroId({ kojarzOrder: "another" })], "none"],
  ["a cancelled order of another writer is never a hit", [byAllegroId({ cancelled: true })], "none"],
  ["a marketplace's id links whatever the total", [byAllegroId({ total: 1, currency: "EUR" })], "one 1"],
  ["a shop's id links with the same money", [byShopId()], "one 1"],
  ["a shop's id with another total is unproven", [byShopId({ total: 4999 })], "held erp-number-unproven"],
  ["a number links with the same money", [hit()], "one 1"],
  ["a number links within what rounding by line can differ", [hit({ total: 5901 })], "one 1"],
  ["a number with a total further off is unproven", [hit({ total: 5902 })], "held erp-number-unproven"],
  ["a number in another currency is unproven", [hit({ currency: "EUR" })], "held erp-number-unproven"],
  [
    "a marketplace's id in the number column is only a number",
    [hit({ key: allegroId(), total: 1 })],
    "held erp-number-unproven",
  ],
  ["both keys on one ERP order link", [byAllegroId(), hit()], "one 1"],
  ["one key that finds two ERP orders needs a person", [hit(), hit({ erpId: "2" })], "held erp-many"],
  ["keys that find different ERP orders disagree", [byAllegroId(), hit({ erpId: "2" })], "held erp-keys-disagree"],
  ["a trace alone is never merged", [hit({ matched: "internet-id", key: trace() })], "held erp-trace"],
];

const told = (judgement: ReturnType<typeof judge>) => {
  if (judgement.kind === "none") return "none";
  return judgement.kind === "held" ? `held ${judgement.reason}` : `${judgement.kind} ${judgement.hit.erpId}`;
};

describe("judging what the ERP holds", () => {
  test.each(table)("%s", (_rule, hits, verdict) => {
    expect(told(judge(hits, order, untied))).toBe(verdict);
  });

  test("an ERP order tied to another order is never a hit, one tied to this order is", () => {
    expect(told(judge([byAllegroId()], order, () => "another"))).toBe("none");
    expect(told(judge([hit({ total: 1 })], order, () => "ours"))).toBe("one 1");
  });

  test("a value that the formats of writers explain is a hit only where it means this purchase", () => {
    const says =
      (...keys: Key[]) =>
      () =>
        keys;
    const byNumber = [hit({ customerNumber: "1001" })];
    expect(told(judge(byNumber, order, untied, says(number("1001", "shopify:pl"))))).toBe("none");
    expect(told(judge(byNumber, order, untied, says(shopId("1001"))))).toBe("none");
    expect(told(judge(byNumber, order, untied, says(number("1001"))))).toBe("one 1");
    expect(told(judge(byNumber, order, untied, says()))).toBe("one 1");
  });

  test("a trace alone links where a writer's format says that it is this very id, and the money agrees", () => {
    const guess = { ...number("1001"), rank: 4 as const };
    const auto = { ...order, keys: [guess] };
    const says = () => [number("1001")];
    expect(told(judge([hit({ key: guess })], auto, untied, says))).toBe("one 1");
    expect(told(judge([hit({ key: guess, total: 1 })], auto, untied, says))).toBe("held erp-number-unproven");
  });

  /** Every ERP order has one state; a find may report it by several keys. */
  const erpOrders = ["1", "2", "3"].map((erpId) =>
    fc.record({
      erpId: fc.constant(erpId),
      currency: fc.constantFrom("PLN", "EUR"),
      total: fc.constantFrom(5899, 5901, 4999),
      cancelled: fc.boolean(),
      kojarzOrder: fc.option(fc.constant("another"), { nil: undefined }),
      by: fc.subarray([allegroId(), shopId("271"), number("1001"), trace()]),
    }),
  );
  const anyHits = fc
    .tuple(...erpOrders)
    .map((orders) =>
      orders.flatMap(({ by, kojarzOrder, ...rest }) =>
        by.map((key) => hit({ ...rest, ...(kojarzOrder && { kojarzOrder }), key, matched: key.kind })),
      ),
    );

  test("the order of the hits changes nothing", () => {
    fc.assert(
      fc.property(anyHits, fc.integer({ min: 0, max: 5 }), (hits, by) => {
        const turned = [...hits.slice(by), ...hits.slice(0, by)];
        expect(told(judge(turned, order, untied))).toBe(told(judge(hits, order, untied)));
      }),
    );
  });

  test("what is linked is free, stands, and is the only such ERP order", () => {
    fc.assert(
      fc.property(anyHits, fc.constantFrom("1", "2", "3"), (hits, tied) => {
        const tiedTo = (h: ErpHit) => (h.erpId === tied ? "another" : undefined);
        const judgement = judge(hits, order, tiedTo);
        const free = hits.filter((h) => !h.kojarzOrder && !h.cancelled && !tiedTo(h));
        if (judgement.kind === "one") expect(free.map((h) => h.erpId)).toEqual(free.map(() => judgement.hit.erpId));
        expect(judgement.kind === "none").toBe(free.length === 0);
      }),
    );
  });
});
