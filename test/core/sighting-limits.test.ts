import fc from "fast-check";
import { expect, test } from "vitest";
import { Report, type Sighting } from "../../lib/core/order.ts";
import { withinLimits } from "../../lib/core/sighting.ts";
import { sighting } from "../support/sightings.ts";

const usual = sighting({});

function withReport(report: Partial<Report>): Sighting {
  return { ...usual, report: { ...usual.report, ...report } };
}

function kept(given: Sighting): Report {
  const result = withinLimits(given);
  if (result === "too-many-lines") throw new Error(result);
  return result.report;
}

const address = { name: "Test Testowy", street: "Próbna 1", postcode: "00-001", city: "Warszawa", country: "PL" };
const line = { name: "Kubek", quantity: "1", gross: 100 };

test("a usual report stays as it is", () => {
  const whole = withReport({ note: "Proszę dzwonić", shipping: { method: "Kurier", gross: 0, address } });
  expect(withinLimits(whole)).toEqual(whole);
});

test("a note keeps 2,000 characters and every other text 300, and shows that it was cut", () => {
  const long = "x".repeat(500_000);
  const report = kept(
    withReport({
      number: long,
      note: long,
      lines: [{ name: long, sku: long, quantity: "1", gross: 100 }],
      shipping: { method: long, gross: 5, point: long, address: { ...address, street: long, company: long } },
      buyer: { email: long, billing: { ...address, name: long } },
      payment: { method: long, cashOnDelivery: true, paid: false },
    }),
  );
  expect(report.note).toBe(`${"x".repeat(1_999)}…`);
  expect(report.lines).toEqual([{ name: cut300, sku: cut300, quantity: "1", gross: 100 }]);
  expect(report.shipping).toMatchObject({ method: cut300, gross: 5, point: cut300, address: { street: cut300 } });
  expect(report.buyer).toMatchObject({ email: cut300, billing: { name: cut300, city: "Warszawa" } });
  expect(report.payment).toEqual({ method: cut300, cashOnDelivery: true, paid: false });
  expect(JSON.stringify(report).length).toBeLessThan(8_000);
});

const cut300 = `${"x".repeat(299)}…`;

test("a text is never cut inside a character", () => {
  const { note } = kept(withReport({ note: "🙂".repeat(1_500) }));
  expect(note).toBe(`${"🙂".repeat(999)}…`);
});

test("2,000 lines are an order, more are for a person", () => {
  const lines = (count: number) => withReport({ lines: Array.from({ length: count }, () => line) });
  expect(kept(lines(2_000)).lines).toHaveLength(2_000);
  expect(withinLimits(lines(2_001))).toBe("too-many-lines");
});

test("whatever is written, the result is a report, and bounding it again changes nothing", () => {
  const text = fc.string({ unit: "binary", maxLength: 2_500 });
  fc.assert(
    fc.property(text, text, text, (note, name, city) => {
      const once = withinLimits(
        withReport({ note, lines: [{ ...line, name }], buyer: { billing: { ...address, city } } }),
      );
      if (once === "too-many-lines") throw new Error(once);
      expect(Report.parse(once.report)).toEqual(once.report);
      expect(withinLimits(once)).toEqual(once);
      expect([once.report.note?.length, once.report.lines[0]?.name.length]).toEqual([
        expectedLength(note, 2_000),
        expectedLength(name, 300),
      ]);
    }),
  );
});

/** One less where the cut would split a pair. */
function expectedLength(text: string, max: number): number {
  if (text.length <= max) return text.length;
  return /[\ud800-\udbff]$/.test(text.slice(0, max - 1)) ? max - 1 : max;
}
