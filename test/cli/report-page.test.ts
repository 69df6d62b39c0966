/** The report's page in a browser: readable by everybody, on a phone and on a desk, in light and in dark, in both languages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellsOf } from "../../cli/report/csv.ts";
import { erpReportOf } from "../../cli/report/erp-report.ts";
import { pageOf } from "../../cli/report/page.ts";
import { erpRowsOf } from "../../cli/report/rows.ts";
import { isBrowserThere, openBrowser } from "../support/browser.ts";
import { exportOf } from "./erp-export.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

function reportOf(csv: string) {
  const read = erpRowsOf(cellsOf(csv));
  if (read.kind !== "rows") throw new Error("no columns");
  return erpReportOf(read, { ids: 14, total: 1 });
}

const report = reportOf(exportOf({ seed: 1, purchases: 200 }).csv);

test("what stands in the export is text on the page, whatever it is", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const page = pageOf(
    reportOf(`Numer;Nr zamówienia klienta;Data;Razem\n${evil};1;2026-01-02;5\n2;1;2026-01-02;5`),
    "en",
  );
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(page).not.toContain("<img");
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

  const VIEWS = (["light", "dark"] as const).flatMap((colorScheme) =>
    [390, 1280].map((width) => [colorScheme, width] as const),
  );

  test.each(VIEWS)(
    "%s, %i px wide: axe finds nothing, and nothing runs out of the page",
    async (colorScheme, width) => {
      // The policy of the page forbids scripts; axe is one.
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.setContent(pageOf(report, "pl"));
      await page.addScriptTag({ content: AXE });
      for (const language of ["pl", "en"]) {
        const violations = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
        );
        expect(violations, language).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        const heading = await page.locator("h1:visible").textContent();
        expect(heading).toBe(
          language === "pl" ? "Podejrzane podwójne zamówienia w ERP" : "Suspected doubles in the ERP",
        );
        // By the keyboard, as somebody who does not see the page would.
        await page.locator("#other").press("Space");
      }
      expect(asked).toEqual([]);
      await context.close();
    },
  );
});
