/** What axe-core finds on a page, on a phone and on a desk, in light and in dark. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const VIEWS = (["light", "dark"] as const).flatMap((colorScheme) =>
  [390, 1280].map((width) => [colorScheme, width] as const),
);

export type Seen = {
  /** In the language that is shown first, then in the other. */
  violations: unknown[];
  /** Whether it fits into the width, in each language. */
  fits: boolean[];
  headings: Array<string | null>;
  /** Addresses that it asked for something. */
  asked: string[];
};

/** @param document a report's page: a document whole in itself, in two languages */
export async function seenIn(
  browser: Browser,
  document: string,
  [colorScheme, width]: readonly ["light" | "dark", number],
): Promise<Seen> {
  // The policy of the page forbids scripts; axe is one.
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
  const page = await context.newPage();
  const seen: Seen = { violations: [], fits: [], headings: [], asked: [] };
  page.on("request", (request) => seen.asked.push(request.url()));
  await page.setContent(document);
  await page.addScriptTag({ content: AXE });
  for (let language = 0; language < 2; language += 1) {
    const found = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
    );
    seen.violations.push(...(found as unknown[]));
    seen.fits.push((await page.evaluate("document.documentElement.scrollWidth <= innerWidth")) === true);
    seen.headings.push(await page.locator("h1:visible").textContent());
    // By the keyboard, as somebody who does not see the page would.
    await page.locator("#other").press("Space");
  }
  await context.close();
  return seen;
}
