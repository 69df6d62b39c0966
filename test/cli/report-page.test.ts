/** The report's page in a browser: readable by everybody, on a phone and on a desk, in light and in dark, in both languages. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellsOf } from "../../cli/report/csv.ts";
import { erpReportOf } from "../../cli/report/erp-report.ts";
import { pageOf } from "../../cli/report/page.ts";
import { erpRowsOf } from "../../cli/report/rows.ts";
import { shadowPageOf } from "../../cli/report/shadow-page.ts";
import { shadowReportOf } from "../../cli/report/shadow-report.ts";
import { SHADOW_WORDS } from "../../cli/report/shadow-words.ts";
import { WORDS } from "../../cli/report/words.ts";
import { seenIn, VIEWS } from "../support/axe.ts";
import { isBrowserThere, openBrowser } from "../support/browser.ts";
import { exportOf } from "./erp-export.ts";

function reportOf(csv: string) {
  const read = erpRowsOf(cellsOf(csv));
  if (read.kind !== "rows") throw new Error("no columns");
  return erpReportOf(read, { ids: 14, total: 1 });
}

const report = reportOf(exportOf({ seed: 1, purchases: 200 }).csv);

const [NOW, DAY] = [Date.UTC(2026, 10, 24), 86_400_000];
const bought = (n: number) => ({
  order: `k${n}`,
  sources: [{ account: "woocommerce:main", sourceOrder: `${n}` }],
  acceptedAt: NOW - n * DAY,
  readiness: n === 5 ? ("cancelled" as const) : ("ready" as const),
  currency: "PLN",
  total: 4900,
  lines: 1,
  keys: [{ id: `${n}`, rank: 2 }],
  shadowed: true,
});
const entered = (erpId: string, n: number, total = 4900) => ({
  erpId,
  number: `ZO ${erpId}/26`,
  createdAt: NOW - n * DAY + DAY,
  currency: "PLN",
  total,
  cancelled: false,
  keys: [{ id: `${n}`, rank: 2 }],
});
const sharesOf = (rate: string) => [{ gross: 4900, vat: { kind: "rate" as const, rate } }];
const shadow = shadowReportOf(
  [...[1, 2, 3, 4, 5].map(bought), { ...bought(6), shares: sharesOf("23") }],
  [
    ...[entered("1", 1), entered("2", 1), entered("3", 2, 9900), entered("4", 5), entered("5", 9)],
    { ...entered("6", 6), shares: sharesOf("8") },
  ],
  { now: NOW, from: NOW - 14 * DAY, graceMs: 0, lateMs: 0, liveFrom: NOW - 3 * DAY },
);

test("what stands in the export is text on the page, whatever it is", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const page = pageOf(
    reportOf(`Numer;Nr zamówienia klienta;Data;Razem\n${evil};1;2026-01-02;5\n2;1;2026-01-02;5`),
    "en",
  );
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(page).not.toContain("<img");
});

test("another VAT stands on the page of shadow mode as each side has it", () => {
  for (const language of ["pl", "en"] as const) {
    const page = shadowPageOf(shadow, language);
    expect(page).toContain(`<h2>${SHADOW_WORDS.taxed[language]}: 1</h2>`);
    expect(page).toContain("<td>23% 49.00</td><td>8% 49.00</td>");
  }
});

test("nothing on it is fetched from anywhere, and nothing runs", () => {
  const page = pageOf(report, "pl");
  expect(page).not.toMatch(/<script|\bsrc=|url\(|https?:/i);
});

describe.skipIf(!isBrowserThere)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const PAGES = [
    ["doubles", pageOf(report, "pl"), WORDS.title],
    ["shadow", shadowPageOf(shadow, "pl"), SHADOW_WORDS.title],
  ] as const;

  test.each(VIEWS.flatMap((view) => PAGES.map((page) => [...view, ...page] as const)))(
    "%s, %i px wide, %s: axe finds nothing, and nothing runs out of the page",
    async (colorScheme, width, _name, document, title) => {
      const seen = await seenIn(browser, document, [colorScheme, width]);
      expect(seen).toEqual({ violations: [], fits: [true, true], headings: [title.pl, title.en], asked: [] });
    },
  );
});
