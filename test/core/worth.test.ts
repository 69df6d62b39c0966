/** What money says of who is who: worth is compared, by a minor unit a line plus one, however a shop rounds. */
import { describe, expect, test } from "vitest";
import { decide } from "../../lib/core/decide.ts";
import { keyId } from "../../lib/core/keys.ts";
import { agreesInWorth } from "../../lib/core/money.ts";
import { newOrder } from "../../lib/core/record.ts";
import { type Changes, NOW, number, report, rules, shopId, sighting } from "../support/sightings.ts";

const RULES = { ...rules, orderId: "o1", stamp: "s1" };

/** The verdict on a report of the same number by another source, after `first`. */
function verdictAfter(first: Changes, second: Changes): string {
  const order = newOrder(sighting(first), [shopId("271"), number("1001")], NOW, RULES);
  const keys = order.keys.map((key) => {
    return { ...key, order: order.id, expiresAt: order.expiresAt, memoryUntil: order.memoryUntil, shared: false };
  });
  const found = { keys: new Map(keys.map((key) => [keyId(key), key])), orders: new Map([[order.id, order]]) };
  const relayed = sighting({ account: "baselinker:acme", sourceOrder: "8001", keys: [number("1001")], ...second });
  const { verdict, reason } = decide(relayed, found, NOW, { ...RULES, orderId: "o2", stamp: "s2" });
  return `${verdict} ${reason}`;
}

const JOINED = "linked first-report";
const DOUBTED = "held number-total-differs";

describe("the tolerance by which purchases are identified", () => {
  const lines = [{ sku: "KUB-1", name: "Kubek", quantity: "80", gross: 5000 }];
  const rounded = { ...report, lines, rounding: { on: "piece", prices: "net" } as const };

  test("is a minor unit a line plus one", () => {
    expect(verdictAfter({}, { total: 5899 + 2 })).toBe(JOINED);
    expect(verdictAfter({}, { total: 5899 + 3 })).toBe(DOUBTED);
  });

  test("does not follow the pieces of a shop that rounds each", () => {
    expect(verdictAfter({ report: rounded }, { report: rounded, total: 5899 + 2 })).toBe(JOINED);
    expect(verdictAfter({ report: rounded }, { report: rounded, total: 5899 + 3 })).toBe(DOUBTED);
  });
});

describe("an order of 123 of which a gift card paid 50", () => {
  const shop = { total: 12300, due: 7300 };

  test.each([
    ["its worth", { total: 12300 }, JOINED],
    ["its worth and what is due", { total: 12300, due: 7300 }, JOINED],
    ["the only amount that a source knows, which is what is due", { total: 7300 }, JOINED],
    ["another worth, though what is due is the same", { total: 11300, due: 7300 }, DOUBTED],
    ["neither", { total: 5000 }, DOUBTED],
  ])("is known by %s, whoever comes first", (_, other, verdict) => {
    expect(verdictAfter(shop, other)).toBe(verdict);
    expect(verdictAfter(other, shop)).toBe(verdict);
  });

  test("is never another currency's", () => {
    const pln = { currency: "PLN", minor: 12300, due: 7300 };
    expect(agreesInWorth(pln, { currency: "EUR", minor: 7300 }, 1)).toBe(false);
    expect(agreesInWorth(pln, { currency: "EUR", minor: 12300 }, 1)).toBe(false);
  });
});
