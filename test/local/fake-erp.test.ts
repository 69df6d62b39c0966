import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Key } from "../../lib/core/keys.ts";
import { type Fee, vatFrom } from "../../lib/core/money.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { type Fault, type Faults, openFakeErp } from "../../local/fake-erp.ts";
import { erpContract } from "../erp/erp-contract.ts";
import { type WatchUnderTest, watchContract } from "../erp/watch-contract.ts";
import { allegroId, NOW, number, report, shopId, UUID } from "../support/sightings.ts";

async function openUnderTest(): Promise<WatchUnderTest> {
  let now = NOW;
  const faults: Faults = {};
  const erp = openFakeErp({ file: ":memory:", now: () => now, random: () => 0.5, faults });
  const once = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) => {
    return async (...args: Args) => {
      try {
        return await call(...args);
      } finally {
        for (const fault of Object.keys(faults) as Fault[]) delete faults[fault];
      }
    };
  };
  return {
    erp: {
      name: erp.name,
      find: once(erp.find),
      submit: once(erp.submit),
      cancel: once(erp.cancel),
      list: once(erp.list),
    },
    pass: (ms) => {
      now += ms;
    },
    failNext: (fault) => {
      faults[fault] = 1;
    },
    foreign: async (order) => erp.foreign({ writer: "another integrator", ...order }),
    count: async () => erp.rows().length,
    close: async () => erp.close(),
  };
}

erpContract("the WAPRO stand-in", openUnderTest);
watchContract("the WAPRO stand-in", openUnderTest);

const DEADLINE = NOW + 48_000;
const order = (changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: "order-1",
  keys: [allegroId(), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
  ...changes,
});

const lineAt = (vat: string) => ({ sku: "KUB-1", name: "Kubek", quantity: "1", gross: 5000, vat: vatFrom(vat) });

function memory(faults: Faults = {}) {
  const erp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5, faults });
  onTestFinished(() => erp.close());
  return erp;
}

function find(erp: ReturnType<typeof memory>, keys: Key[]) {
  return erp.find({ order: "order-1", keys, since: 0 });
}

describe("the WAPRO stand-in", () => {
  test("an order lies in it as a person would see it", async () => {
    const erp = memory();
    await erp.submit(order({ report: { ...report, number: "#1001" } }), DEADLINE);
    expect(erp.rows()).toEqual([
      {
        id: "1",
        number: "ZO 0001/26",
        internetId: UUID,
        customerNumber: "#1001",
        kojarzOrder: "order-1",
        currency: "PLN",
        total: "58.99",
        cancelled: false,
        writer: "kojarz",
        lines: [{ sku: "KUB-1", name: "Kubek testowy", quantity: "2", gross: "50.00", vat: "23" }],
        shipping: [{ name: "Paczkomat", quantity: "1", gross: "8.99", vat: null }],
        fees: [],
        remarks: "Paczkomat\nkupujacy@example.com\nzapłacone",
      },
    ]);
  });

  test("fees, VAT and payments lie in it as the bridge would write them", async () => {
    const erp = memory();
    const shares = [
      { gross: 600, vat: vatFrom("23") },
      { gross: 299, vat: vatFrom("5") },
    ];
    const fees: Fee[] = [
      { kind: "codFee", name: "Pobranie", gross: 500, vat: vatFrom("23") },
      { kind: "deposit", name: "Kaucja", quantity: "2", gross: 100 },
    ];
    const payments = [{ kind: "gift-card" as const, name: "Karta", amount: 2000 }];
    const book = { sku: "KSI-1", name: "Powieść", variant: "Oprawa: twarda", quantity: "1", gross: 5000 };
    const lines = [{ ...book, vat: vatFrom("5") }];
    const whole = { ...report, lines, shipping: { ...report.shipping, shares }, fees, payments };
    await erp.submit(order({ report: whole, total: 6499 }), DEADLINE);
    expect(erp.rows()).toMatchObject([
      {
        total: "64.99",
        lines: [{ sku: "KSI-1", variant: "Oprawa: twarda", gross: "50.00", vat: "5" }],
        shipping: [
          { gross: "6.00", vat: "23" },
          { gross: "2.99", vat: "5" },
        ],
        fees: [
          { kind: "codFee", name: "Pobranie", gross: "5.00", vat: "23" },
          { kind: "deposit", quantity: "2", gross: "1.00", vat: "np" },
        ],
        remarks: expect.stringContaining("karta podarunkowa (Karta): 20.00 PLN"),
      },
    ]);
  });

  test.each<[string, Partial<ErpOrder>, string]>([
    ["another currency", { currency: "EUR" }, "erp-currency-unsupported"],
    ["what does not add up", { total: 9999 }, "erp-total-not-in-lines"],
    ["a VAT without a code", { report: { ...report, lines: [lineAt("19")] } }, "erp-vat-code-unknown"],
  ])("it refuses %s, as the bridge does", async (_, changes, reason) => {
    const erp = memory();
    expect(await erp.submit(order(changes), DEADLINE)).toMatchObject({ outcome: "rejected", reason, retry: false });
    expect(erp.rows()).toEqual([]);
  });

  test("a SKU that it does not have is refused where it is told which it has, and every one is taken where it is not", async () => {
    const told = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5, skus: new Set(["TALERZ", "590"]) });
    onTestFinished(() => told.close());
    expect(await told.submit(order(), DEADLINE)).toMatchObject({
      reason: "erp-sku-unknown",
      detail: "KUB-1 (0 articles)",
    });
    const known = [{ sku: "TALERZ", name: "Talerz", quantity: "1", gross: 2500 }];
    const byEan = [{ ean: "590", name: "Miska", quantity: "1", gross: 2500 }];
    const report2 = { ...report, lines: [...known, ...byEan] };
    expect(await told.submit(order({ report: report2 }), DEADLINE)).toMatchObject({ outcome: "created" });
    expect(await memory().submit(order({ report: report2 }), DEADLINE)).toMatchObject({ outcome: "created" });
  });

  test("a file of before is read, and kept on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kojarz-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "erp.db");
    const first = openFakeErp({ file, now: () => NOW, random: () => 0.5 });
    await first.submit(order(), DEADLINE);
    first.close();
    const raw = new DatabaseSync(file);
    raw.exec("ALTER TABLE orders DROP COLUMN contents");
    raw.close();
    const second = openFakeErp({ file, now: () => NOW, random: () => 0.5 });
    onTestFinished(() => second.close());
    expect(second.rows()).toMatchObject([{ number: "ZO 0001/26", lines: [], remarks: "" }]);
    expect(await second.submit(order({ order: "order-2" }), DEADLINE)).toMatchObject({ outcome: "created" });
  });

  test("the same order submitted twice is there twice: it has no unique key", async () => {
    const erp = memory();
    await erp.submit(order(), DEADLINE);
    await erp.submit(order(), DEADLINE);
    expect(erp.rows().map((row) => row.number)).toEqual(["ZO 0001/26", "ZO 0002/26"]);
  });

  test("a value that does not fit its column is an error, never cut", () => {
    const erp = memory();
    const foreign = { writer: "another integrator", currency: "PLN", total: 1 };
    expect(() => erp.foreign({ ...foreign, customerNumber: "x".repeat(31) })).toThrow(/CHECK/);
    expect(() => erp.foreign({ ...foreign, internetId: "x".repeat(51) })).toThrow(/CHECK/);
    erp.foreign({ ...foreign, customerNumber: "x".repeat(30), internetId: "x".repeat(50) });
    expect(erp.rows()).toHaveLength(1);
  });

  test("without a number the marketplace's id becomes a prefix and a hash that fit", async () => {
    const erp = memory();
    const { number: _, ...unnumbered } = report;
    await erp.submit(order({ keys: [allegroId()], report: unnumbered }), DEADLINE);
    expect(erp.rows()).toMatchObject([
      { internetId: UUID, customerNumber: expect.stringMatching(/^0cc20000~[0-9a-f]{21}$/) },
    ]);
  });

  const baselinker = shopId("800000101", "baselinker:acme");
  test.each([
    ["B_{id}", "B_800000101", baselinker],
    ["BL/{id}", "BL/800000101", baselinker],
    ["BL-{id}", "bl-800000101", baselinker],
    ["ALLEGRO-{id} cut to 30 characters", `ALLEGRO-${UUID}`.slice(0, 30), allegroId()],
    ["a bare id cut to 30 characters", UUID.slice(0, 30), allegroId()],
  ])("another integrator's number is found: %s", async (_format, customerNumber, key) => {
    const erp = memory();
    erp.foreign({ writer: "another integrator", customerNumber, currency: "PLN", total: 1 });
    expect(await find(erp, [key])).toMatchObject([{ matched: "customer-number", key }]);
  });

  test("a format belongs to its issuer: BaseLinker's B_1001 is not the shop's order 1001", async () => {
    const erp = memory();
    erp.foreign({ writer: "another integrator", customerNumber: "B_1001", currency: "PLN", total: 5899 });
    expect(await find(erp, [shopId("1001"), number("1001")])).toEqual([]);
  });

  test("an orphan carries no key, is no order, and goes when it is old", async () => {
    const faults: Faults = { orphan: 1 };
    const erp = memory(faults);
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(await find(erp, order().keys.slice())).toEqual([]);
    expect({ rows: erp.rows(), orphans: erp.orphans() }).toEqual({ rows: [], orphans: 1 });
    expect(erp.cleanOrphans(NOW)).toBe(0);
    expect(erp.cleanOrphans(NOW + 1)).toBe(1);
  });

  test("every fault that happened is counted", async () => {
    const faults: Faults = { busy: 1 };
    const erp = memory(faults);
    await erp.submit(order(), DEADLINE);
    await erp.submit(order(), DEADLINE);
    expect(erp.fired).toMatchObject({ busy: 2, "late-commit": 0 });
  });

  test("orders, faults counted, and commits still to come outlive the process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kojarz-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "wapro.db");
    let now = NOW;
    const open = (faults: Faults = {}) => openFakeErp({ file, now: () => now, random: () => 0.5, faults });

    const first = open({ "late-commit": 1 });
    await first.submit(order(), DEADLINE);
    // Not closed: a killed process closes nothing.
    const second = open();
    onTestFinished(() => second.close());
    onTestFinished(() => first.close());
    expect(second.rows()).toEqual([]);
    now = DEADLINE;
    expect(second.rows()).toHaveLength(1);
    expect(first.rows()).toHaveLength(1);
    expect(second.fired).toMatchObject({ "late-commit": 1 });
  });
});
