/**
 * A new merchant from nothing to live, over HTTP: three platforms are connected with two mistakes each on the way, and
 * checked; a week of shadow traffic beside two other integrators that double one purchase in twenty; a report that is judged
 * against that truth; the backfill, the switch, and a day of which Kojarz alone writes. Hours pass on a clock in hand. The
 * report is printed with KOJARZ_SHOW=1.
 */
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ShadowReport } from "../../cli/report/shadow-report.ts";
import { SHADOW_WORDS } from "../../cli/report/shadow-words.ts";
import { DAY } from "../../lib/core/order.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { createPrestaShop } from "../../local/simulators/prestashop.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";
import { seeded } from "../support/allegro.ts";
import { seenIn, VIEWS } from "../support/axe.ts";
import { isBrowserThere, openBrowser } from "../support/browser.ts";
import { openMerchant } from "./merchant.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const HOUR = DAY / 24;
const SEED = 5;

/** What the other integrators make of a purchase. */
const FATES = ["once", "twice", "never", "dearer", "taxed", "late"] as const;
type Fate = (typeof FATES)[number];

/** One in twenty is doubled; of the rest one each in forty is forgotten, dearer, under another VAT, or late. */
function fateOf(drawn: number): Fate {
  if (drawn < 0.05) return "twice";
  const rare = FATES[2 + Math.floor((drawn - 0.05) / 0.025)];
  return rare ?? "once";
}

type Bought = { at: number; fate: Fate; source: string; baselinkerId: number };

const GROSS = 3999;
const BUYER = "ewa.przykladowa@poczta.example";
const KEYS = { consumerKey: "ck_0123456789abcdef", consumerSecret: "cs_0123456789abcdef" };
const PRESTA_KEY = "KEYOFTHEWEBSERVICE";
const TOKEN = "4000001-secret-token";
const ORIGIN = { shop: { "101": "sklep.example", "102": "presta.example" } };
const writer = (template: string, issuer: string) => ({
  column: "customerNumber",
  template,
  id: "digits",
  issuer,
  kind: "internet-id",
  rank: 2,
});

type Ended = { code: number | null; said: string };

/** The command in a process of its own. @param answers what it is given where it asks */
function kojarz(config: string, args: readonly string[], answers: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, KOJARZ_CONFIG: config, LANG: "en" },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
    child.on("close", (code) => resolve({ code, said }));
    child.stdin.end(JSON.stringify(answers));
  });
}

test("from nothing to live", async () => {
  // What functions log is none of the printed report.
  const quiet = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => quiet.mockRestore());
  const random = seeded(SEED);
  // It ends about now: the command's own clock is the machine's.
  const start = Date.now() - 7 * DAY - 6 * HOUR;
  const others = seeded(SEED + 1);
  const merchant = await openMerchant(start, others);
  const io = { now: merchant.now, random: others };
  const shopOptions = { id: 1, secret: "x", ...KEYS, webhookUrl: merchant.url, ...io };
  const readOnly = await createShop({ ...shopOptions, rights: "read" });
  const shop = await createShop({ ...shopOptions, rights: "read_write" });
  const presta = await createPrestaShop({ key: PRESTA_KEY, ...io });
  const relay = await createBaseLinker({ token: TOKEN, sources: ORIGIN, ...io });
  onTestFinished(async () => {
    await Promise.all([readOnly, shop, presta, relay].map((one) => one.close()));
    await merchant.close();
  });
  const config = join(merchant.folder, "kojarz.json");
  const read = async () => JSON.parse(await readFile(config, "utf8")) as { accounts: Array<Record<string, unknown>> };
  const write = (content: object) => writeFile(config, JSON.stringify(content));

  // Connect, with two mistakes each.
  for (const one of [readOnly, shop])
    one.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: GROSS }] });
  presta.place({ parcels: [{ lines: [{ name: "Kubek", reference: "KUB-1", quantity: 1, gross: GROSS }] }] });
  const connect = (args: readonly string[], answers: object) => kojarz(config, ["connect", ...args], answers);
  const woo = ["woocommerce", "main", "--address", merchant.url];
  expect(await connect(woo, { baseUrl: shop.url, ...KEYS, consumerKey: "ck_of-another" })).toMatchObject({
    code: 1,
    said: expect.stringContaining("nothing was written"),
  });
  expect(await connect(woo, { baseUrl: readOnly.url, ...KEYS })).toMatchObject({
    code: 1,
    said: expect.stringContaining("may this key write?"),
  });
  await rm(config);
  expect(await connect(woo, { baseUrl: shop.url, ...KEYS })).toMatchObject({ code: 0 });
  expect(await connect(["prestashop"], { baseUrl: "http://sklep.example", webserviceKey: PRESTA_KEY })).toMatchObject({
    code: 1,
    said: expect.stringContaining("must begin with https://"),
  });
  expect(await connect(["prestashop"], { baseUrl: presta.url, webserviceKey: "KEYOFANOTHER" })).toMatchObject({
    code: 1,
    said: expect.stringContaining("nothing was written"),
  });
  expect(await connect(["prestashop"], { baseUrl: presta.url, webserviceKey: PRESTA_KEY })).toMatchObject({ code: 0 });
  // The address of a simulator is a setting that nobody is asked for.
  const before = await read();
  await write({ accounts: [...before.accounts, { channel: "baselinker", account: "acme", baseUrl: relay.url }] });
  expect(await connect(["baselinker", "Acme"], { token: TOKEN })).toMatchObject({
    code: 1,
    said: expect.stringContaining("small letters, digits and dashes"),
  });
  expect(await connect(["baselinker", "acme"], { token: "4000001-of-another" })).toMatchObject({ code: 1 });
  const connected = await connect(["baselinker", "acme"], { token: TOKEN });
  expect(connected).toMatchObject({ code: 0, said: expect.stringContaining('"shop/101": "CHANNEL:ACCOUNT"') });

  // The lines that it printed are pasted and mended; shadow mode is set, with a mistake.
  const { accounts } = await read();
  const sources = { "shop/101": "woocommerce:main", "shop/102": "prestashop:main" };
  const whole = {
    accounts: accounts.map((one) => (one.channel === "baselinker" ? { ...one, sources } : one)),
    erp: merchant.erp,
    erpWriters: [
      writer("WC_{id}", "woocommerce:main"),
      writer("PS_{id}", "prestashop:main"),
      writer("B_{id}", "baselinker:acme"),
    ],
  };
  await write({ ...whole, mode: { "woocommerce:other": "shadow" } });
  expect(await kojarz(config, ["check"])).toMatchObject({
    code: 1,
    said: expect.stringContaining("mode.woocommerce:other: is not configured"),
  });
  await write({ ...whole, mode: "shadow" });
  expect(await kojarz(config, ["check"])).toMatchObject({ code: 0 });
  await merchant.deploy(await readFile(config, "utf8"));

  // A week: shops sell, BaseLinker relays, two other integrators write into WAPRO.
  const truth: Bought[] = [];
  const own = () => merchant.sql.rows().filter(({ free }) => free.POLE7?.startsWith("kojarz:"));
  const products = [{ name: "Kubek", sku: "KUB-1", price_brutto: GROSS / 100, quantity: 1, tax_rate: 23 }];

  async function buy(entered: boolean): Promise<void> {
    const isWoo = random() < 0.6;
    const fate = entered ? fateOf(random()) : "once";
    const id = isWoo
      ? shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: GROSS }], status: "processing" }).id
      : Number(
          presta.place({ parcels: [{ lines: [{ name: "Kubek", reference: "KUB-1", quantity: 1, gross: GROSS }] }] })[0],
        );
    // One webhook in ten is lost: the poll brings its order.
    if (isWoo && random() >= 0.1) await shop.announce(id, "order.created");
    const origin = { order_source: "shop", order_source_id: isWoo ? 101 : 102, shop_order_id: id };
    const baselinkerId = relay.place({
      ...origin,
      email: BUYER,
      products,
      delivery_price: 0,
      payment_done: GROSS / 100,
    });
    const source = `${isWoo ? "woocommerce" : "prestashop"}:main ${id}`;
    truth.push({ at: merchant.now(), fate, source, baselinkerId });
    if (entered) enter(fate, [`${isWoo ? "WC" : "PS"}_${id}`, `B_${baselinkerId}`]);
  }

  /** One of the two writes it a little later; or both do. */
  function enter(fate: Fate, numbers: readonly [string, string]): void {
    if (fate === "never") return;
    const [first, second] = random() < 0.5 ? numbers : [numbers[1], numbers[0]];
    const total = GROSS + (fate === "dearer" ? 900 : 0);
    const lines = [{ vat: fate === "taxed" ? "8" : "23", gross: total }];
    const createdAt = merchant.now() + (fate === "late" ? 5 * HOUR : HOUR / 4);
    merchant.sql.foreign({ customerNumber: first, total, lines, createdAt });
    if (fate === "twice")
      merchant.sql.foreign({ customerNumber: second, total, lines, createdAt: createdAt + HOUR / 2 });
  }

  async function sixHours(purchases: number, entered: boolean): Promise<void> {
    for (let hour = 0; hour < 6; hour += 1) {
      if (hour < purchases) await buy(entered);
      merchant.pass(HOUR);
    }
    await merchant.runFunctions();
  }

  for (let quarter = 0; quarter < 7 * 4; quarter += 1) await sixHours(4, true);
  await sixHours(0, true);
  expect(own()).toEqual([]);

  // The report, as the command gives it: text, JSON and a page.
  const liveFrom = merchant.now();
  const page = join(merchant.folder, "change.html");
  const ask = ["report", "--days", "8", "--state", merchant.folder, "--live-from", new Date(liveFrom).toISOString()];
  const printed = await kojarz(config, [...ask, "--html", page]);
  expect(printed.code).toBe(0);
  quiet.mockRestore();
  if (process.env.KOJARZ_SHOW) process.stdout.write(`${printed.said}\n`);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const asJson = await kojarz(config, [...ask, "--json"]);
  const report = JSON.parse(asJson.said) as ShadowReport;
  const sourcesOf = (wanted: Fate) =>
    truth.flatMap(({ fate, source }) => (fate === wanted ? [source] : [])).sort(byText);
  const named = (part: "doubled" | "missing" | "differing" | "taxed" | "late") =>
    report[part].map(({ purchase }) => purchase.find((name) => !name.startsWith("baselinker"))).sort(byText);
  for (const fate of FATES) expect(sourcesOf(fate), `the seed brings no ${fate}`).not.toEqual([]);
  expect(named("doubled")).toEqual(sourcesOf("twice"));
  // What was bought before it was connected nobody has written either.
  expect(named("missing")).toEqual([...sourcesOf("never"), "prestashop:main 1", "woocommerce:main 271"].sort(byText));
  expect(named("differing")).toEqual(sourcesOf("dearer"));
  expect(named("taxed")).toEqual(sourcesOf("taxed"));
  expect(named("late")).toEqual(sourcesOf("late"));
  expect(report).toMatchObject({ vatUnknown: 0, unexplained: [] });
  expect(report.taxed[0]?.vat).toEqual({ purchase: ["23% 39.99"], inErp: ["8% 39.99"] });
  expect(report.purchases).toBe(truth.length + 2);
  expect(printed.said).toMatch(new RegExp(`purchases entered twice +${sourcesOf("twice").length}\n`));
  await lookedAt(await readFile(page, "utf8"));

  // The backfill, the switch, and a day of which Kojarz alone writes.
  await merchant.backfill();
  await write({ ...whole, mode: { liveFrom: new Date(liveFrom).toISOString() } });
  await merchant.deploy(await readFile(config, "utf8"));
  // Shops keep whole seconds: what is bought in this very one counts as bought before.
  merchant.pass(HOUR);
  const [sold, entered] = [truth.length, merchant.sql.rows().length];
  for (let quarter = 0; quarter < 4; quarter += 1) await sixHours(4, false);
  await sixHours(0, false);
  const since = truth.slice(sold);
  const written = own();
  expect(written.map(({ total, lines }) => [total, lines.map(({ vat }) => vat.trim())])).toEqual(
    since.map(() => [GROSS, ["23"]]),
  );
  expect(new Set(written.map(({ free }) => free.POLE7)).size).toBe(since.length);
  expect(merchant.sql.rows()).toHaveLength(entered + since.length);
  expect(merchant.failures).toEqual([]);
}, 600_000);

function byText(a = "", b = ""): number {
  return a < b ? -1 : 1;
}

async function lookedAt(document: string): Promise<void> {
  if (!isBrowserThere) return;
  const browser = await openBrowser();
  try {
    for (const view of VIEWS) {
      const { title } = SHADOW_WORDS;
      expect(await seenIn(browser, document, view), view.join(" ")).toEqual({
        violations: [],
        fits: [true, true],
        headings: expect.arrayContaining([title.pl, title.en]),
        asked: [],
      });
    }
  } finally {
    await browser.close();
  }
}
