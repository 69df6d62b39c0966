/** The console in a real browser: what a person sees and presses. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBrowserThere, openBrowser } from "../../support/browser.ts";
import { type StartedRun, startRun } from "../../support/started.ts";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

type Look = { theme?: "light" | "dark"; language?: "en" | "pl"; width?: number };

describe.runIf(isBrowserThere)("the console in Chromium", () => {
  let run: StartedRun;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    run = await startRun(["--no-demo", "--quiet"]);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await run.stop();
    expect(complaints).toEqual([]);
  });

  async function open({ theme = "light", language = "en", width = 1280 }: Look = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, bypassCSP: false });
    page.setDefaultTimeout(90_000);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.addInitScript(
      ([shade, words]) => {
        localStorage.setItem("kojarz-theme", shade);
        localStorage.setItem("kojarz-language", words);
      },
      [theme, language] as const,
    );
    await page.goto(run.url);
    await page.getByRole("navigation").getByRole("button").first().waitFor();
    await page.locator("#graphs .graph").first().waitFor();
    return page;
  }

  async function follow(page: Page, order: string): Promise<void> {
    await page.selectOption("#story-order", order);
    await page.click("#story-begin");
    for (let step = 1; step <= 3; step += 1) {
      await page.locator("#story-step:enabled").click();
      await page.locator(`#story-steps li:nth-child(${step}) [class^=verdict-]`).first().waitFor({ timeout: 240_000 });
    }
    await page.locator("#story-said strong").waitFor({ timeout: 240_000 });
  }

  test("a purchase is followed from three sources to one ERP order, in an order of one's choice", async () => {
    const page = await open();
    for (const order of ["allegro shop baselinker", "baselinker allegro shop"]) {
      await follow(page, order);
      const verdicts = await page
        .locator("#story-steps li:not(.erp)")
        .evaluateAll((steps) => steps.map((step) => step.querySelector("[class^=verdict-]")?.textContent));
      expect(verdicts).toEqual(["new", "linked", "linked"]);
      expect(await page.locator("#story-steps .erp .verdict-delivered").count()).toBe(1);
    }
    const rows = page.locator("#messages tbody tr");
    await expect.poll(() => rows.filter({ hasText: "erp" }).count()).toBeGreaterThan(0);
    await page.close();
  });

  test("an answer that comes late leaves the purchase alone that was begun since", async () => {
    const page = await open();
    const { promise: isBegun, resolve: letAnswer } = Promise.withResolvers<void>();
    await page.route("**/console/story/step", async (route) => {
      const response = await route.fetch();
      await isBegun;
      await route.fulfill({ response });
    });
    const done = page.locator("#story-steps li.done:not(.erp)");
    await page.selectOption("#story-order", "baselinker allegro shop");
    await page.click("#story-begin");
    const late = page.waitForResponse("**/console/story/step");
    await page.locator("#story-step:enabled").click();
    await page.selectOption("#story-order", "shop baselinker allegro");
    const begun = page.waitForResponse((answer) => answer.url().endsWith("/console/story"));
    await page.click("#story-begin");
    await (await begun).finished();
    letAnswer();
    await (await late).finished();
    await page.unroute("**/console/story/step");
    await page.locator("#story-step:enabled").waitFor();
    expect(await done.count()).toBe(0);
    await page.locator("#story-step:enabled").click();
    await expect.poll(() => done.count()).toBe(1);
    expect(await done.first().textContent()).toContain("woocommerce:main");
    await page.close();
  });

  const confirmed = async (page: Page, name: string) => {
    await page
      .getByRole("textbox", { name: /Who does this/ })
      .first()
      .fill("Ala");
    await page.getByRole("button", { name, exact: true }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.locator(".widget").getByRole("status").filter({ hasText: "Done" }).waitFor();
  };

  const erpOrders = async () => (await (await fetch(`${run.url}/erp/orders`)).json()) as Array<Record<string, string>>;

  test("a held order is released by clicking", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Refuses" }).click();
    await page.selectOption("#story-order", "shop baselinker allegro");
    await page.click("#story-begin");
    await page.locator("#story-step:enabled").click();
    await page.locator("#messages tr", { hasText: "erp-refused" }).first().waitFor();
    await page.getByRole("button", { name: "Works" }).click();
    const before = await erpOrders();
    await page.getByRole("button", { name: "Cases", exact: true }).click();
    const refused = page.getByRole("row").filter({ hasText: "The ERP refused the order" });
    await refused.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByRole("heading", { name: "erp-refused" }).first().waitFor();
    await confirmed(page, "Forward all the same");
    await expect.poll(async () => (await erpOrders()).length).toBe(before.length + 1);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await page.getByText("Ala (typed)").first().waitFor();
    await page.close();
  });

  test("a wrong link is undone by clicking: the source becomes an order of its own, and both are in the ERP", async () => {
    const page = await open();
    await follow(page, "shop baselinker allegro");
    const before = await erpOrders();
    await page.click("#story-history");
    await page.getByRole("heading", { name: "History" }).waitFor();
    await confirmed(page, "Take this report off");
    await expect.poll(async () => (await erpOrders()).length).toBe(before.length + 1);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await page.getByText("Set apart from").first().waitFor();
    await page.close();
  });

  test("everything that can be pressed is reached and pressed by keyboard", async () => {
    const page = await open();
    const focused = () =>
      page.evaluate<string>(`(() => {
        const outer = document.activeElement;
        const inner = outer?.shadowRoot?.activeElement ?? outer;
        return inner?.id || inner?.textContent?.trim().slice(0, 30) || "";
      })()`);
    const seen = new Set<string>();
    for (let press = 0; press < 40; press += 1) {
      await page.keyboard.press("Tab");
      seen.add(await focused());
    }
    for (const name of ["language", "theme", "story-order", "story-begin", "Cases", "Search", "State", "minutes"])
      expect([...seen]).toContain(name);
    await page.getByRole("button", { name: "Search" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("search").getByRole("textbox").fill("no such number");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "No order has this number" }).waitFor();
    await page.close();
  });

  test.each([
    ["light", "en", 1280],
    ["dark", "pl", 1280],
    ["light", "pl", 390],
    ["dark", "en", 390],
  ] as const)(
    "%s, in %s, %d px wide: nothing keeps anybody out, and nothing runs out of the page",
    async (theme, language, width) => {
      const page = await open({ theme, language, width });
      await follow(page, "shop baselinker allegro");
      await page.click("#act-title");
      await page.locator(".widget[data-door=act]").getByRole("textbox").first().waitFor();
      const overflow = await page.evaluate<number>(
        `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.documentElement)`,
      );
      expect(overflow).toBe(0);
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Found> } }).axe.run();
        return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        type Found = { violations: Array<{ id: string; impact: string; nodes: Array<{ html: string }> }> };
      });
      expect(found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))])).toEqual([]);
      expect(await page.evaluate("document.documentElement.lang")).toBe(language);
      await page.close();
    },
  );

  test("a page of another site can neither act nor read here", async () => {
    const site = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>another site</title>");
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    const { port } = site.address() as AddressInfo;
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/`);
    const answers = await page.evaluate(async (url) => {
      const tried = async (work: () => Promise<Response>) => {
        try {
          const answer = await work();
          return answer.type === "opaque" ? "opaque" : `read ${answer.status}`;
        } catch {
          return "refused";
        }
      };
      const body = JSON.stringify({ do: "redrive", what: "backlog", by: "x" });
      const plain = { method: "POST", body, headers: { "content-type": "text/plain" } };
      return [
        await tried(() => fetch(`${url}/console/invoke/act`, { ...plain, mode: "no-cors" })),
        await tried(() => fetch(`${url}/console/invoke/act`, { ...plain, headers: { "x-kojarz-token": "guess" } })),
        await tried(() => fetch(`${url}/`)),
        await tried(() => fetch(`${url}/console/messages`)),
      ];
    }, run.url);
    expect(answers.slice(1)).toEqual(["refused", "refused", "refused"]);
    // Sent without asking first, and refused here: nobody acted.
    expect(["opaque", "refused"]).toContain(answers[0]);
    await page.close();
    site.close();
  });
});
