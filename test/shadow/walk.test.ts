/**
 * A new merchant from nothing to live: three platforms are connected with two mistakes each on the way; then a week of shadow
 * traffic beside two other integrators that double one purchase in twenty, a report judged against that truth, the backfill,
 * the switch, and a day of traffic. Days pass on a virtual clock.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { SPAN } from "../../cli/report/compare.ts";
import { linesOf } from "../../cli/report/shadow.ts";
import { shadowReportOf } from "../../cli/report/shadow-report.ts";
import { retried } from "../../lib/core/actions.ts";
import { keyOf } from "../../lib/core/keys.ts";
import { DAY } from "../../lib/core/order.ts";
import { parseConfig } from "../../local/config-file.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { createPrestaShop } from "../../local/simulators/prestashop.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";
import { seeded } from "../support/allegro.ts";
import { shadowWorld } from "../support/shadow-world.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const ADDRESS = "https://orders.sklep.example";
const HOUR = DAY / 24;
const io = { now: Date.now, random: () => 0.5 };

type Ended = { code: number | null; said: string };

function kojarz(config: string, args: readonly string[], answers: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, KOJARZ_CONFIG: config } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
    child.on("close", (code) => resolve({ code, said }));
    child.stdin.end(JSON.stringify(answers));
  });
}

test("three platforms are connected and checked, with two mistakes each on the way, and begin in shadow mode", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kojarz-walk-"));
  const keys = { consumerKey: "ck_0123456789abcdef", consumerSecret: "cs_0123456789abcdef" };
  const shopOptions = { id: 1, secret: "x", ...keys, webhookUrl: ADDRESS, ...io };
  const readOnly = await createShop({ ...shopOptions, rights: "read" });
  const shop = await createShop({ ...shopOptions, rights: "read_write" });
  const presta = await createPrestaShop({ key: "KEYOFTHEWEBSERVICE", ...io });
  const token = "4000001-secret-token";
  const api = await createBaseLinker({ token, sources: { shop: { "101": "sklep.example" } }, ...io });
  const closing = [readOnly, shop, presta, api];
  onTestFinished(async () => {
    await Promise.all(closing.map((one) => one.close()));
    await rm(folder, { recursive: true, force: true });
  });
  for (const one of [readOnly, shop]) one.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 3999 }] });
  presta.place({ parcels: [{ lines: [{ name: "Kubek", reference: "KUB-1", quantity: 1, gross: 3999 }] }] });

  const config = join(folder, "kojarz.json");
  const connect = (args: readonly string[], answers: object) => kojarz(config, ["connect", ...args], answers);
  const woo = ["woocommerce", "main", "--address", ADDRESS];
  const wrongKey = await connect(woo, { baseUrl: shop.url, ...keys, consumerKey: "ck_of-another" });
  expect(wrongKey).toMatchObject({ code: 1, said: expect.stringContaining("nothing was written") });
  const mayNotWrite = await connect(woo, { baseUrl: readOnly.url, ...keys });
  expect(mayNotWrite).toMatchObject({ code: 1, said: expect.stringContaining("may this key write?") });
  await rm(config);
  expect(await connect(woo, { baseUrl: shop.url, ...keys })).toMatchObject({ code: 0 });

  const inClear = await connect(["prestashop"], {
    baseUrl: "http://sklep.example",
    webserviceKey: "KEYOFTHEWEBSERVICE",
  });
  expect(inClear).toMatchObject({ code: 1, said: expect.stringContaining("must begin with https://") });
  const unknown = await connect(["prestashop"], { baseUrl: presta.url, webserviceKey: "KEYOFANOTHER" });
  expect(unknown).toMatchObject({ code: 1, said: expect.stringContaining("nothing was written") });
  expect(await connect(["prestashop"], { baseUrl: presta.url, webserviceKey: "KEYOFTHEWEBSERVICE" })).toMatchObject({
    code: 0,
  });

  // The address of a simulator is a setting that nobody is asked for.
  const before = JSON.parse(await readFile(config, "utf8")) as { accounts: object[] };
  const seller = { channel: "baselinker", account: "acme", baseUrl: api.url };
  await writeFile(config, JSON.stringify({ ...before, accounts: [...before.accounts, seller] }));
  expect(await connect(["baselinker", "Acme"], { token })).toMatchObject({
    code: 1,
    said: expect.stringContaining("small letters, digits and dashes"),
  });
  expect(await connect(["baselinker", "acme"], { token: "4000001-of-another" })).toMatchObject({ code: 1 });
  expect(await connect(["baselinker", "acme"], { token })).toMatchObject({ code: 0 });

  const connected = JSON.parse(await readFile(config, "utf8")) as object;
  await writeFile(config, JSON.stringify({ ...connected, mode: { "woocommerce:other": "shadow" } }));
  expect(await kojarz(config, ["check"])).toMatchObject({
    code: 1,
    said: expect.stringContaining("mode.woocommerce:other: is not configured"),
  });
  await writeFile(config, JSON.stringify({ ...connected, mode: "shadow" }));
  expect(parseConfig(await readFile(config, "utf8"))).toMatchObject({ mode: "shadow", accounts: { length: 3 } });
  expect(await kojarz(config, ["check", "woocommerce:main"])).toMatchObject({ code: 0 });
}, 300_000);

const FATES = ["once", "twice", "never", "dearer", "late"] as const;
type Fate = (typeof FATES)[number];

/** One in twenty is doubled; one in fifty is forgotten, one is entered with another total, one is entered late. */
function fateOf(drawn: number): Fate {
  if (drawn < 0.05) return "twice";
  if (drawn < 0.07) return "never";
  if (drawn < 0.09) return "dearer";
  return drawn < 0.11 ? "late" : "once";
}

test.each([1, 2, 3])(
  "a week in shadow mode, the report, the switch and a day live: seed %i",
  async (seed) => {
    using world = shadowWorld("shadow");
    const random = seeded(seed);
    const truth = new Map<number, Fate>();
    const due: Array<{ at: number; write: () => unknown }> = [];
    const shop = (n: number) => sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`)], placedAt: world.now() });
    const relay = (n: number) =>
      sighting({
        account: "baselinker:acme",
        sourceOrder: `80${n}`,
        keys: [shopId(`${n}`), ...keyOf("internet-id", "baselinker:acme", `80${n}`, 2)],
        placedAt: world.now(),
      });

    async function hour(bought: number, others: boolean): Promise<void> {
      for (let each = 0; each < bought; each += 1) {
        const n = 10_001 + truth.size;
        const fate = others ? fateOf(random()) : "once";
        truth.set(n, fate);
        for (const report of random() < 0.5 ? [shop(n), relay(n)] : [relay(n), shop(n)]) await world.report(report);
        if (others) plan(n, fate);
      }
      for (let index = due.length - 1; index >= 0; index -= 1)
        if ((due[index]?.at ?? 0) <= world.now()) due.splice(index, 1)[0]?.write();
      await world.watch(world.now() - 2 * DAY);
      await world.forward();
      world.pass(HOUR);
    }

    /** One of the other integrators writes it within the hour; or both do. */
    function plan(n: number, fate: Fate): void {
      const numbers = [{ customerNumber: `WC_${n}` }, { customerNumber: `B_80${n}` }];
      const by = random() < 0.5 ? numbers : [...numbers].reverse();
      const [first = {}, second = {}] = by;
      const at = world.now() + (fate === "late" ? 5 * HOUR : 0);
      if (fate !== "never")
        due.push({ at, write: () => world.byOthers({ ...first, ...(fate === "dearer" && { total: 9900 }) }) });
      if (fate === "twice") due.push({ at: at + HOUR, write: () => world.byOthers(second) });
    }

    for (let hours = 0; hours < 7 * 24; hours += 1) await hour(1, true);
    for (let hours = 0; hours < 6; hours += 1) await hour(0, true);
    expect(world.written).toEqual([]);

    const liveFrom = world.now();
    const { purchases, erpOrders } = await world.compared(NOW - DAY);
    const report = shadowReportOf(purchases, erpOrders, { ...SPAN, now: world.now(), from: NOW, liveFrom });
    const numbersOf = (wanted: Fate) => [...truth].flatMap(([n, fate]) => (fate === wanted ? [`${n}`] : [])).sort();
    const named = (part: "doubled" | "missing" | "differing" | "late") =>
      report[part].map((one) => one.purchase.find((name) => name.startsWith("woocommerce"))?.split(" ")[1]).sort();
    expect(named("doubled")).toEqual(numbersOf("twice"));
    expect(named("missing")).toEqual(numbersOf("never"));
    expect(named("differing")).toEqual(numbersOf("dearer"));
    expect(named("late")).toEqual(numbersOf("late"));
    expect(report.unexplained).toEqual([]);
    const printed = linesOf(report).join("\n");
    expect(printed).toMatch(new RegExp(`purchases entered twice +${numbersOf("twice").length}`));
    if (process.env.KOJARZ_SHOW) process.stdout.write(`${printed}\n`);

    // The backfill, the switch, and a day of which Kojarz alone writes.
    await world.watch();
    world.become({ liveFrom });
    const before = new Set(truth.keys());
    for (let hours = 0; hours < 24; hours += 1) await hour(2, false);
    for (let hours = 0; hours < 12; hours += 1) await hour(0, false);
    const since = [...truth.keys()].filter((n) => !before.has(n));
    const orderOf = (n: number) =>
      [...world.claims.orders.values()].find((order) =>
        order.sources.some(({ account, sourceOrder }) => account === "woocommerce:main" && sourceOrder === `${n}`),
      );
    const byKojarz = new Map([...Map.groupBy(world.erp.rows(), (row) => row.kojarzOrder)].filter(([id]) => id));
    expect(since.map((n) => byKojarz.get(orderOf(n)?.id)?.length)).toEqual(since.map(() => 1));
    expect(byKojarz.size).toBe(since.length);

    // What nobody had written is a case, each; a person sends it, and it is there once.
    const left = [...truth].filter(([, fate]) => fate === "never").flatMap(([n]) => orderOf(n) ?? []);
    expect(left.map(({ state, reason }) => `${state}:${reason}`)).toEqual(left.map(() => "held:taken-in-shadow"));
    for (const order of left) {
      const ruling = retried(order, { now: world.now(), stamp: "by-hand" });
      if (ruling.is === "writes") await world.claims.commit({ order: ruling.order, keys: [] }, world.now());
    }
    await world.forward();
    expect(left.map(({ id }) => world.order(id).state)).toEqual(left.map(() => "delivered"));
    expect(world.written).toHaveLength(since.length + left.length);
  },
  120_000,
);
