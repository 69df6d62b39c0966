import { describe, expect, test } from "vitest";
import { WaproSettings } from "../../bridge/wapro/settings.ts";
import { dryRun, submitOrder } from "../../bridge/wapro/submit.ts";
import { cleanOrphans } from "../../bridge/wapro/wapro.ts";
import { configErrorsOf } from "../../lib/core/config-errors.ts";
import { type Fee, type Line, type Vat, vatFrom } from "../../lib/core/money.ts";
import type { Report } from "../../lib/core/order.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { type Version, versionOf } from "../../local/simulators/wapro-version.ts";
import { erpContract } from "../erp/erp-contract.ts";
import { type WatchUnderTest, watchContract } from "../erp/watch-contract.ts";
import { allegroId, NOW, number, report, shopId, UUID } from "../support/sightings.ts";
import { openWapro, settings } from "./wapro-world.ts";

const FAULT = {
  busy: "locked",
  refused: "article-missing",
  "timeout-before": "lost-before-commit",
  "timeout-after-commit": "lost-after-commit",
  "late-commit": "late-commit",
  "find-fails": "question-fails",
  "cancel-refused": "shipped",
} as const;

async function underTest(): Promise<WatchUnderTest> {
  const { sql, erp, clock } = await openWapro();
  return {
    erp,
    pass: (ms) => {
      clock.now += ms;
    },
    failNext: (fault) => sql.arm(FAULT[fault]),
    foreign: async ({ currency: _, ...order }) => sql.foreign(order),
    count: async () => sql.rows().length,
    close: () => sql.close(),
  };
}

erpContract("WAPRO's procedures", underTest);
watchContract("WAPRO's procedures", underTest);

const DEADLINE = NOW + 48_000;
const order = (changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: "order-1",
  keys: [shopId("271"), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
  ...changes,
});
const withReport = (changes: Partial<Report>, total = 5899) => order({ total, report: { ...report, ...changes } });

describe("an order in WAPRO", () => {
  test("has the buyer's prices, shipping as a service line, both keys and our id", async () => {
    const { sql, erp } = await openWapro();
    await erp.submit(order(), DEADLINE);
    expect(sql.rows()).toMatchObject([
      {
        number: "ZO 000001/26",
        internetId: "271",
        customerNumber: "1001",
        free: { POLE7: "kojarz:order-1" },
        contractor: "900",
        total: 5899,
        beingEdited: false,
        lines: [
          { article: "11", quantity: "2", gross: 2500, vat: "23" },
          { article: "19", quantity: "1", gross: 899, vat: "23" },
        ],
      },
    ]);
  });

  test("is written by the procedures in their order, after the lock and the look", async () => {
    const { sql, erp } = await openWapro();
    const before = sql.statements.length;
    await erp.submit(order(), DEADLINE);
    const written = sql.statements.slice(before);
    expect(written.slice(0, 3)).toEqual(["lock", "lock", "lock"]);
    expect(written.filter((name) => !["lock", "lastByNumber", "lastByInternetId"].includes(name))).toEqual([
      "clock",
      "byOwn",
      "articleBySku",
      "articleBySku",
      "addOrder",
      "writeOwn",
      "addLine",
      "addLine",
      "sum",
      "numberFormat",
      "confirm",
      "writeInternetId",
      "byId",
      // After the commit, as others see it.
      "byId",
    ]);
  });

  test("a line that does not divide becomes two prices a grosz apart, and the sum is what was paid", async () => {
    const { sql, erp } = await openWapro();
    const lines = [{ sku: "KUB-1", name: "Kubek testowy", quantity: "3", gross: 1000 }];
    await erp.submit(withReport({ lines }, 1899), DEADLINE);
    expect(sql.rows()[0]).toMatchObject({
      total: 1899,
      lines: [{ quantity: "2", gross: 333 }, { quantity: "1", gross: 334 }, {}],
    });
  });

  test.each([
    ["1.5", 3000, "1.5"],
    ["2.0", 5000, "2"],
    ["0.333", 1, "0.333"],
  ])("a quantity of %s is written as it is", async (quantity, gross, written) => {
    const { sql, erp } = await openWapro();
    const lines = [{ sku: "KUB-1", name: "Kubek testowy", quantity, gross }];
    await erp.submit(withReport({ lines }, gross + 899), DEADLINE);
    expect(sql.rows()[0]?.lines[0]).toMatchObject({ quantity: written });
  });

  const lineOf = (line: Partial<Line>) => [{ name: "x", quantity: "1", gross: 5000, ...line }];

  test.each<[string, Partial<ErpOrder>, string, string]>([
    ["another currency", { currency: "EUR" }, "erp-currency-unsupported", "EUR"],
    [
      "a total that its lines do not make",
      { total: 9999, report: { ...report, totalField: "grand_total" } },
      "erp-total-not-in-lines",
      "lines 50.00 + shipping 8.99 = 58.99, grand_total says 99.99 PLN: 41.00 is in none of them",
    ],
    [
      "a quantity of nothing",
      { report: { ...report, lines: lineOf({ sku: "KUB-1", quantity: "0" }) } },
      "erp-price-inexact",
      "KUB-1: quantity 0",
    ],
    [
      "a line that takes money off",
      { report: { ...report, lines: [...lineOf({ sku: "KUB-1", gross: 5500 }), ...lineOf({ gross: -500 })] } },
      "erp-price-inexact",
      "x: -5.00",
    ],
    [
      "a SKU that is not in the warehouse",
      { report: { ...report, lines: lineOf({ sku: "NIE-MA" }) } },
      "erp-sku-unknown",
      "NIE-MA (0 articles)",
    ],
    [
      "a line without SKU and EAN",
      { report: { ...report, lines: lineOf({}) } },
      "erp-sku-unknown",
      "a line without SKU and EAN (0 articles)",
    ],
    [
      "a VAT that has no code in WAPRO",
      { report: { ...report, lines: lineOf({ sku: "KUB-1", vat: vatFrom("19") }) } },
      "erp-vat-code-unknown",
      "KUB-1: VAT 19",
    ],
    [
      "an exemption that has no code in WAPRO",
      { report: { ...report, shipping: { ...report.shipping, shares: [{ gross: 899, vat: vatFrom("marża") }] } } },
      "erp-vat-code-unknown",
      "shipping: VAT marża",
    ],
    [
      "a VAT that neither the source nor the article tells",
      { report: { ...report, lines: lineOf({ sku: "BEZ-VAT" }) } },
      "erp-vat-unknown",
      "VAT of BEZ-VAT",
    ],
    [
      "two contractors of one NIP",
      { report: { ...report, buyer: { taxId: "7777777777" } } },
      "erp-contractor-ambiguous",
      "contractors 506, 507",
    ],
  ])("%s fails the whole order before anything is written", async (_, changes, reason, detail) => {
    const { sql, erp } = await openWapro();
    expect(await erp.submit(order(changes), DEADLINE)).toEqual({ outcome: "rejected", reason, retry: false, detail });
    expect({ rows: sql.rows(), orphans: sql.orphans() }).toEqual({ rows: [], orphans: [] });
    expect(sql.statements).not.toContain("addOrder");
  });

  test("a line without SKU is found by its EAN", async () => {
    const { sql, erp } = await openWapro();
    await erp.submit(
      withReport({ lines: [{ ean: "5900000000011", name: "Talerz testowy", quantity: "2", gross: 5000 }] }),
      DEADLINE,
    );
    expect(sql.rows()[0]?.lines[0]?.article).toBe("13");
  });

  test("a price that no grosz can say for 33.7 pieces is said for 33 of them and for the rest", async () => {
    const { sql, erp } = await openWapro();
    const lines = [{ sku: "KUB-1", name: "Kubek testowy", quantity: "33.7", gross: 1000 }];
    await erp.submit(withReport({ lines }, 1899), DEADLINE);
    expect(sql.rows()[0]).toMatchObject({
      total: 1899,
      lines: [{ quantity: "11", gross: 29 }, { quantity: "22", gross: 30 }, { quantity: "0.7", gross: 30 }, {}],
    });
  });

  test.each([
    ["by its NIP, however it is written", "PL 123-456-32-18", "501"],
    ["by its NIP, with dots", "123.456.32.18", "501"],
    ["by its NIP, however WAPRO has it", "6666666666", "505"],
    ["else the configured one: an unknown NIP", "1060000062", "900"],
    ["else the configured one: a blocked contractor", "5252525259", "900"],
    ["else the configured one: zeros, though WAPRO has somebody under them", "000-000-00-00", "900"],
    ["else the configured one: a number that is nobody's by its check digit", "PL 123-456-78-90", "900"],
    ["else the configured one: no NIP", undefined, "900"],
  ])("the contractor is found %s", async (_, taxId, contractor) => {
    const { sql, erp } = await openWapro();
    await erp.submit(withReport({ buyer: taxId === undefined ? {} : { taxId } }), DEADLINE);
    expect(sql.rows()[0]?.contractor).toBe(contractor);
  });

  test("without a configured contractor an unknown buyer's order is for a person", async () => {
    const { contractor: _, ...rest } = (await openWapro()).deps.settings;
    const { deps } = await openWapro();
    expect(await submitOrder(order(), DEADLINE, { ...deps, settings: rest })).toMatchObject({
      outcome: "rejected",
      reason: "erp-contractor-unknown",
      retry: false,
    });
  });

  test("a marketplace's id goes whole into the internet-id column, and as prefix and hash into the number", async () => {
    const { sql, erp } = await openWapro();
    const { number: _, ...unnumbered } = report;
    await erp.submit(order({ keys: [allegroId()], report: unnumbered }), DEADLINE);
    expect(sql.rows()).toMatchObject([
      { internetId: UUID, customerNumber: expect.stringMatching(/^0cc20000~[0-9a-f]{21}$/) },
    ]);
    expect(await erp.find({ order: "order-2", keys: [allegroId()], since: 0 })).toMatchObject([
      { matched: "internet-id", kojarzOrder: "order-1" },
      { matched: "customer-number", kojarzOrder: "order-1" },
    ]);
  });

  test("an id longer than the column of this version stays out of it, never cut", async () => {
    const { sql, erp } = await openWapro({ version: versionOf("with internet id", { internetIdLength: 20 }) });
    await erp.submit(order({ keys: [allegroId()] }), DEADLINE);
    expect(sql.rows()).toMatchObject([{ internetId: null, customerNumber: "1001" }]);
  });

  test("a version without internet ids is worked with by number and by our own id", async () => {
    const { sql, erp } = await openWapro({ version: versionOf("old") });
    await erp.submit(order(), DEADLINE);
    expect(sql.rows()).toMatchObject([{ internetId: null, customerNumber: "1001", free: { POLE7: "kojarz:order-1" } }]);
    expect(await erp.find({ order: "order-1", keys: [], since: NOW })).toMatchObject([{ matched: "own" }]);
  });

  test.each(["B_800000101", "BL/800000101", "BL-800000101"])(
    "another integrator's number is found: %s",
    async (text) => {
      const { sql, erp } = await openWapro();
      sql.foreign({ customerNumber: text, total: 1 });
      const keys = [shopId("800000101", "baselinker:acme")];
      expect(await erp.find({ order: "order-1", keys, since: 0 })).toMatchObject([{ matched: "customer-number" }]);
    },
  );

  test("what another integrator keeps in the column of our ids is not taken for ours", async () => {
    const { sql, erp } = await openWapro();
    await erp.submit(order(), DEADLINE);
    const [row] = sql.rows();
    if (row) row.free.POLE7 = "order-1";
    expect(await erp.find({ order: "order-1", keys: [], since: 0 })).toEqual([]);
  });
});

describe("an order is written once", () => {
  test("two at the same moment, by two owners of one order, make one", async () => {
    const { sql, erp } = await openWapro();
    const answers = await Promise.all([erp.submit(order(), DEADLINE), erp.submit(order(), DEADLINE)]);
    expect(new Set(answers.map((answer) => answer.outcome))).toEqual(new Set(["created", "already-exists"]));
    expect(sql.rows()).toHaveLength(1);
  });

  test("without the lock they would make two: the model can show it", async () => {
    const { sql, deps } = await openWapro();
    const noLock = { ...deps.wapro.queries.lock, text: "SELECT 0 AS result" };
    const unlocked = {
      ...deps,
      executor: {
        ...sql,
        transaction: <T>(work: Parameters<typeof sql.transaction<T>>[0]) =>
          sql.transaction<T>((run) =>
            work(async (statement, values) =>
              statement.name === noLock.name ? [{ result: 0 }] : run(statement, values),
            ),
          ),
      },
    };
    await Promise.all([submitOrder(order(), DEADLINE, unlocked), submitOrder(order(), DEADLINE, unlocked)]);
    expect(sql.rows()).toHaveLength(2);
  });

  test.each(["1001", "#1001", "0001001"])(
    "another integrator's order that the caller has not seen sends it back to find: %s",
    async (written) => {
      const { sql, erp } = await openWapro();
      const { erpId } = sql.foreign({ customerNumber: written, total: 5899 });
      const numbered = order({ numbers: [written] });
      expect(await erp.submit(numbered, DEADLINE)).toEqual({
        outcome: "rejected",
        reason: "erp-order-appeared",
        retry: true,
      });
      expect(await erp.submit({ ...numbered, seen: [erpId] }, DEADLINE)).toMatchObject({ outcome: "created" });
    },
  );

  test("so does an order with its number that another Kojarz wrote meanwhile", async () => {
    const { erp } = await openWapro();
    const keys = [number("1001")];
    const other = await erp.submit(order({ order: "order-2", keys }), DEADLINE);
    if (!("erp" in other)) throw new Error("not created");
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-order-appeared", retry: true });
    expect(await erp.submit(order({ seen: [other.erp.erpId] }), DEADLINE)).toMatchObject({ outcome: "created" });
  });

  test.each([-120, -60, 60])("also where the server's clock is %i minutes ahead", async (minutes) => {
    const { sql, erp } = await openWapro({ serverClock: { aheadMs: minutes * 60_000 } });
    sql.foreign({ customerNumber: "1001", total: 5899 });
    expect(await erp.submit(order({ numbers: ["1001"] }), DEADLINE)).toMatchObject({ reason: "erp-order-appeared" });
  });

  test("waits for all its keys together no longer than for one", async () => {
    const { sql, deps, clock } = await openWapro();
    const waits: unknown[] = [];
    const slow = {
      ...sql,
      transaction: <T>(work: Parameters<typeof sql.transaction<T>>[0]) =>
        sql.transaction<T>((run) =>
          work(async (statement, values) => {
            if (statement.name === "lock") {
              waits.push(values?.timeoutMs);
              clock.now += 4_000;
            }
            return run(statement, values);
          }),
        ),
    };
    await submitOrder(order(), DEADLINE, { ...deps, executor: slow });
    expect(waits).toEqual([10_000, 6_000, 2_000]);
  });

  test("the clock runs out while it is written: nothing is committed", async () => {
    const { sql, deps } = await openWapro();
    let looks = 0;
    const now = () => (++looks > 9 ? DEADLINE : NOW);
    expect(await submitOrder(order(), DEADLINE, { ...deps, now })).toEqual({
      outcome: "rejected",
      reason: "erp-too-late",
      retry: true,
    });
    expect({ rows: sql.rows(), orphans: sql.orphans() }).toEqual({ rows: [], orphans: [] });
    expect(sql.statements).toContain("confirm");
  });

  test.each([
    ["lost-in-lines", { outcome: "rejected", reason: "erp-unavailable", retry: true }],
    ["deadlock", { outcome: "rejected", reason: "erp-sql-1205", retry: true, detail: "confirm" }],
    ["right-missing", { outcome: "rejected", reason: "erp-right-missing", retry: false, detail: "confirm: NUMERACJA" }],
    ["internet-id-cut", { outcome: "rejected", reason: "erp-internet-id-differs", retry: false }],
    ["total-strange", { outcome: "rejected", reason: "erp-answer-unreadable", retry: false }],
    ["sum-differs", { outcome: "rejected", reason: "erp-total-differs", retry: false }],
    ["number-cut", { outcome: "rejected", reason: "erp-number-differs", retry: false }],
    ["own-id-lost", { outcome: "rejected", reason: "erp-own-id-lost", retry: false }],
    ["no-id", { outcome: "rejected", reason: "erp-gave-no-id", retry: false }],
    ["no-number-format", { outcome: "rejected", reason: "erp-no-number-format", retry: false }],
  ] as const)("%s: rolled back, and nothing of it is left", async (fault, answer) => {
    const { sql, erp } = await openWapro();
    sql.arm(fault);
    expect(await erp.submit(order(), DEADLINE)).toEqual(answer);
    expect({ rows: sql.rows(), orphans: sql.orphans(), fired: sql.fired[fault] }).toEqual({
      rows: [],
      orphans: [],
      fired: 1,
    });
  });

  test("of a numbering only the format has to be there", async () => {
    const { sql, erp } = await openWapro();
    sql.arm("number-format-half");
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ outcome: "created" });
  });

  test("an order that nobody else sees after the commit is not called created", async () => {
    const { sql, erp, notes } = await openWapro();
    sql.arm("swallowed-commit");
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(sql.rows()).toEqual([]);
    expect(notes).toEqual(["order 1 was committed, and nobody else sees it"]);
  });

  test("a rollback that WAPRO did not keep to is in doubt, and the find tells", async () => {
    const { sql, erp, notes } = await openWapro();
    sql.arm("sum-differs");
    sql.arm("rollback-ignored");
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(await erp.find({ order: "order-1", keys: [], since: 0 })).toMatchObject([{ matched: "own" }]);
    expect(notes).toEqual(["order 1 may be in WAPRO in spite of the rollback"]);
  });
});

describe("procedures that commit by themselves", () => {
  test("a confirm that committed before the connection broke: the order is found by our own id", async () => {
    const { sql, erp } = await openWapro();
    sql.arm("confirm-commits");
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(await erp.find({ order: "order-1", keys: [], since: NOW })).toMatchObject([
      { matched: "own", number: "ZO 000001/26" },
    ]);
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ outcome: "already-exists" });
    expect(sql.rows()).toHaveLength(1);
  });

  test("a header that was left with our id and without a number is no order: it is written anew", async () => {
    const { sql, deps, erp } = await openWapro();
    sql.addOrphan(deps.settings.user, NOW, "order-1");
    expect(await erp.find({ order: "order-1", keys: [], since: NOW })).toEqual([]);
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ outcome: "created", erp: { erpId: "2" } });
    await cleanOrphans(NOW + 1, deps);
    expect({ orphans: sql.orphans(), rows: sql.rows().map(({ id, status }) => [id, status]) }).toEqual({
      orphans: [],
      rows: [[2, ""]],
    });
  });
});

describe("a dry run", () => {
  test("shows the number and leaves nothing", async () => {
    const { sql, deps } = await openWapro();
    const result = await dryRun(order(), DEADLINE, deps);
    expect(result).toEqual({
      answer: { outcome: "created", erp: { erpId: "1", number: "ZO 000001/26" } },
      kept: false,
    });
    expect(sql.rows()).toEqual([]);
  });

  test("warns where WAPRO kept the order in spite of the rollback", async () => {
    const { sql, deps } = await openWapro();
    sql.arm("rollback-ignored");
    expect(await dryRun(order(), DEADLINE, deps)).toMatchObject({ kept: true });
  });

  test("says why an order would not be taken", async () => {
    const { deps } = await openWapro();
    expect(await dryRun(order({ currency: "EUR" }), DEADLINE, deps)).toMatchObject({
      answer: { outcome: "rejected", reason: "erp-currency-unsupported" },
      kept: false,
    });
  });
});

describe("orphans", () => {
  test("with our id go when they are old; what anybody else began stays, also under our user", async () => {
    const { sql, deps } = await openWapro();
    sql.addOrphan(deps.settings.user, NOW - 3_600_000, "order-1");
    sql.addOrphan(deps.settings.user, NOW, "order-2");
    sql.addOrphan(deps.settings.user, NOW - 3_600_000);
    sql.addOrphan(7, NOW - 3_600_000);
    expect(await cleanOrphans(NOW - 1_800_000, deps)).toBe(1);
    expect(sql.orphans().map(({ id }) => id)).toEqual([2, 3, 4]);
    expect(await cleanOrphans(NOW - 1_800_000, deps)).toBe(0);
  });
});

describe("what WAPRO shows", () => {
  test("orders of every writer since an instant, page by page", async () => {
    const { sql, erp } = await openWapro();
    sql.foreign({ customerNumber: "old", total: 1, createdAt: NOW - 1 });
    for (let n = 0; n < 201; n++) sql.foreign({ internetId: `n-${n}`, total: n });
    const first = await erp.list(NOW);
    expect(first.orders).toHaveLength(200);
    expect(first.orders[0]).toEqual({
      erpId: "2",
      number: "ZO 000002/26",
      internetId: "n-0",
      currency: "PLN",
      total: 0,
      cancelled: false,
      createdAt: NOW,
    });
    const second = await erp.list(NOW, first.cursor);
    expect(second.orders).toHaveLength(1);
    expect(await erp.list(NOW, second.cursor)).toEqual({ orders: [] });
  });

  test("an order's state and the documents made from it; an unknown one is left out", async () => {
    const { sql, erp } = await openWapro();
    const created = await erp.submit(order(), DEADLINE);
    const { erpId } = "erp" in created ? created.erp : { erpId: "" };
    sql.ship(erpId, { warehouse: "WZ 1/26", sale: "FS 2/26" });
    expect(await erp.read([erpId, "999", "ZO 1/26", ""])).toMatchObject([
      {
        erpId,
        realised: false,
        documents: [
          { kind: "warehouse", number: "WZ 1/26" },
          { kind: "sale", number: "FS 2/26" },
        ],
      },
    ]);
    expect(await erp.cancel({ erpId, number: "" }, "order-1")).toEqual({
      outcome: "refused",
      reason: "erp-order-shipped",
    });
  });
});

describe("the tax code of a line", () => {
  const line = { sku: "TALERZ", name: "Talerz testowy", quantity: "2", gross: 5000 };

  test.each<[Vat | undefined, string, number]>([
    [vatFrom("23"), "23", 2033],
    [vatFrom("8.00"), "8", 2315],
    [vatFrom("5 %"), "5", 2381],
    [vatFrom(0), "0", 2500],
    [vatFrom("zw"), "zw", 2500],
    [vatFrom("NP"), "np", 2500],
    [vatFrom("oo"), "oo", 2500],
    [{ kind: "untaxed" }, "zw", 2500],
  ])("%s is written as %s", async (vat, code, net) => {
    const { sql, erp } = await openWapro();
    await erp.submit(withReport({ lines: [{ ...line, vat }] }), DEADLINE);
    expect(sql.rows()[0]?.lines[0]).toMatchObject({ vat: code, gross: 2500, net });
  });

  test("that nobody says is the article's own, and never 23 by itself", async () => {
    const { sql, erp } = await openWapro();
    await erp.submit(withReport({ lines: [line] }), DEADLINE);
    expect(sql.rows()[0]?.lines[0]).toMatchObject({ vat: "8", net: 2315 });
  });

  test("is held where this version's articles tell none", async () => {
    const { erp } = await openWapro({ version: versionOf("with internet id", { without: ["ARTYKUL.KOD_VAT"] }) });
    const shipping = { ...report.shipping, shares: [{ gross: 899, vat: vatFrom("23") }] };
    expect(await erp.submit(withReport({ lines: [line], shipping }), DEADLINE)).toMatchObject({
      reason: "erp-vat-unknown",
      detail: "VAT of TALERZ",
    });
  });

  test("is the one that the merchant configured", async () => {
    const vatCodes = { untaxed: "np", "19": "DE9" };
    const { sql, erp } = await openWapro({
      settings: { vatCodes },
      version: versionOf("with internet id", { types: { "RM_DodajPozycjeZamowienia.@KOD_VAT": ["char", 4] } }),
    });
    const lines: Line[] = [
      { ...line, gross: 2000, vat: { kind: "untaxed" } },
      { ...line, gross: 3000, vat: vatFrom("19") },
    ];
    await erp.submit(withReport({ lines }), DEADLINE);
    expect(sql.rows()[0]?.lines.map(({ vat, net }) => [vat, net])).toEqual([
      ["np", 1000],
      ["DE9", 1261],
      ["23", 731],
    ]);
  });
});

describe("what is no goods", () => {
  test("is written as the service article of its kind, each with its VAT, and a deposit outside VAT", async () => {
    const { sql, erp } = await openWapro();
    const fees: Fee[] = [
      { kind: "codFee", name: "Pobranie", gross: 500, vat: vatFrom("23") },
      { kind: "deposit", name: "Kaucja", quantity: "6", gross: 300 },
      { kind: "wrapping", name: "Pakowanie", gross: 100, vat: vatFrom("8") },
      { kind: "insurance", name: "Ubezpieczenie", gross: 0 },
    ];
    await erp.submit(withReport({ fees }, 5899 + 900), DEADLINE);
    expect(sql.rows()[0]).toMatchObject({ total: 6799 });
    expect(sql.rows()[0]?.lines.slice(2)).toMatchObject([
      { article: "20", name: "Pobranie", quantity: "1", gross: 500, vat: "23" },
      { article: "24", quantity: "6", gross: 50, vat: "np" },
      { article: "22", quantity: "1", gross: 100, vat: "8" },
    ]);
  });

  test("without a service article of its kind is for a person", async () => {
    const { erp } = await openWapro({ settings: { services: { shipping: "WYSYLKA" } } });
    const fees: Fee[] = [{ kind: "codFee", name: "Pobranie", gross: 500 }];
    expect(await erp.submit(withReport({ fees }, 6399), DEADLINE)).toMatchObject({
      reason: "erp-service-missing",
      detail: "services.codFee",
    });
  });

  test("shipping at several rates is a line for each of them", async () => {
    const { sql, erp } = await openWapro();
    const shares = [
      { gross: 500, vat: vatFrom("23") },
      { gross: 200, vat: vatFrom("5") },
      { gross: 199, vat: vatFrom("23") },
    ];
    await erp.submit(withReport({ shipping: { ...report.shipping, shares } }), DEADLINE);
    expect(sql.rows()[0]?.lines.slice(1)).toMatchObject([
      { article: "19", gross: 699, vat: "23" },
      { article: "19", gross: 200, vat: "5" },
    ]);
  });

  test("an older configuration names the article of the shipping alone", async () => {
    const { services: _, ...rest } = settings;
    const older = WaproSettings.parse({ ...rest, shippingSku: "WYSYLKA", vatCode: "23" });
    const { sql, erp, report: lines } = await openWapro({ settings: older });
    await erp.submit(order(), DEADLINE);
    expect(sql.rows()[0]?.lines[1]?.article).toBe("19");
    expect(lines).toContain("vatCode is ignored: a VAT that a source does not say is the article's");
  });

  test("a configuration without an article for the shipping names what is missing", () => {
    const { services: _, ...rest } = settings;
    const { error } = WaproSettings.safeParse(rest);
    expect(error && configErrorsOf(error)).toEqual([expect.stringContaining("services.shipping")]);
  });
});

describe("rounding", () => {
  const lines = [
    { sku: "KUB-1", name: "Kubek", quantity: "80", gross: 75504 },
    { sku: "TALERZ", name: "Talerz", quantity: "1", gross: 900 },
  ];

  test.each([
    [{ on: "piece", prices: "net" } as const, 41],
    [undefined, 41],
  ])(
    "of pieces, or of nobody knows what, may leave half a grosz a piece: it goes onto a line",
    async (rounding, off) => {
      const { sql, erp } = await openWapro();
      const total = 75504 + 900 + 899 + off;
      expect(await erp.submit(withReport({ lines, ...(rounding && { rounding }) }, total), DEADLINE)).toMatchObject({
        outcome: "created",
      });
      expect(sql.rows()[0]?.total).toBe(total);
    },
  );

  test("of rows leaves a grosz a row and one more", async () => {
    const { sql, erp } = await openWapro();
    const rounding = { on: "row", prices: "gross" } as const;
    const total = 75504 + 900 + 899;
    expect(await erp.submit(withReport({ lines, rounding }, total - 4), DEADLINE)).toMatchObject({
      reason: "erp-total-not-in-lines",
      detail: "lines 764.04 + shipping 8.99 = 773.03, total says 772.99 PLN: 0.04 too much",
    });
    await erp.submit(withReport({ lines, rounding }, total - 3), DEADLINE);
    expect(sql.rows()[0]?.total).toBe(total - 3);
  });
});

describe("texts for people", () => {
  const address = {
    name: "Oksana Wymyślona",
    street: "Próbna 1",
    postcode: "00-001",
    city: "Warszawa",
    country: "PL",
    phone: "600 000 002",
  };
  const company = { ...address, name: "Anna Testowa", company: "Próba Sp. z o.o.", street: "Firmowa 2" };

  async function written(changes: Partial<Report>, more: Partial<ErpOrder> & { version?: Version } = {}) {
    const { version, ...rest } = more;
    const { sql, erp } = await openWapro(version ? { version } : {});
    await erp.submit(order({ ...rest, report: { ...report, ...changes } }), DEADLINE);
    const [row] = sql.rows();
    if (!row) throw new Error("it was not written");
    return { ...row, names: row.lines.map(({ name }) => name) };
  }

  test("what the buyer chose stands behind the name, and is kept where the name is cut", async () => {
    const line = { sku: "KUB-1", quantity: "1", gross: 2500 };
    const variant = "Rozmiar: L, Grawer: Ala";
    const { names } = await written({
      lines: [
        { ...line, name: "Koszulka", variant },
        { ...line, name: "x".repeat(600), variant },
      ],
    });
    expect(names[0]).toBe("Koszulka, Rozmiar: L, Grawer: Ala");
    expect(names[1]).toMatch(/^x+…, Rozmiar: L, Grawer: Ala$/);
    expect(names[1]).toHaveLength(500);
  });

  test("a variant that is in the name already is not said twice", async () => {
    const { names } = await written({
      lines: [{ sku: "KUB-1", quantity: "1", gross: 5000, name: "Buty - 42", variant: "42" }],
    });
    expect(names[0]).toBe("Buty - 42");
  });

  test("a gift without an article stops no order, and is told", async () => {
    const { remarks, lines } = await written({
      lines: [...report.lines, { name: "Zestaw prezentowy", quantity: "1", gross: 0 }],
    });
    expect(lines).toHaveLength(2);
    expect(remarks).toContain("gratis: Zestaw prezentowy x 1");
  });

  test("no piece of nothing is no line, and stops no order", async () => {
    const none = { sku: "KUB-1", name: "Kubek, anulowany", quantity: "0", gross: 0 };
    const { lines, remarks } = await written({ lines: [...report.lines, none] });
    expect(lines).toHaveLength(2);
    expect(remarks).not.toContain("anulowany");
  });

  test("an invoice address has no phone of a recipient", async () => {
    const shipping = { ...report.shipping, address: { ...address, phone: "600000009" } };
    const { remarks } = await written({ shipping, buyer: { phone: "600000002", billing: company } });
    expect(remarks).toContain("faktura: Anna Testowa, Próba Sp. z o.o., Firmowa 2, 00-001 Warszawa, PL");
    expect(remarks.match(/tel\. odbiorcy/g)).toHaveLength(1);
  });

  test("without a delivery address the remarks hold the billing one", async () => {
    const { remarks } = await written({ buyer: { billing: company } });
    expect(remarks).toContain("Anna Testowa, Próba Sp. z o.o., Firmowa 2, 00-001 Warszawa, PL");
  });

  test("nor with one whose every field is empty", async () => {
    const empty = { name: "", street: "", postcode: "", city: "", country: "" };
    const { remarks, buyer } = await written({
      shipping: { ...report.shipping, address: empty },
      buyer: { billing: company },
    });
    expect(remarks).toContain("Firmowa 2, 00-001 Warszawa");
    expect(buyer).toBe("Anna Testowa");
  });

  test("the recipient's own phone stands at the address, and is not said twice", async () => {
    const shipping = { ...report.shipping, address };
    expect((await written({ shipping, buyer: { phone: "+48 600000001" } })).remarks).toContain(
      "PL, tel. odbiorcy 600 000 002\n+48 600000001",
    );
    expect((await written({ shipping, buyer: { phone: "+48600000002" } })).remarks).not.toContain("odbiorcy");
  });

  test("with the stand-in contractor NIP, company and invoice address are in the remarks; with the buyer's own not", async () => {
    const shipping = { ...report.shipping, address };
    const billing = company;
    const strange = await written({ shipping, buyer: { taxId: "999-999-99-99", billing } });
    expect(strange.remarks).toContain(
      "faktura: NIP 999-999-99-99, Anna Testowa, Próba Sp. z o.o., Firmowa 2, 00-001 Warszawa, PL",
    );
    const known = await written({ shipping, buyer: { taxId: "1234563218", billing } });
    expect(known).toMatchObject({ contractor: "501", remarks: expect.not.stringContaining("faktura") });
  });

  test("the point and where it stands", async () => {
    const pointAddress = { ...address, name: "Paczkomat WAW01A", phone: undefined };
    const { remarks } = await written({ shipping: { ...report.shipping, point: "WAW01A", pointAddress } });
    expect(remarks).toContain("WAW01A: Paczkomat WAW01A, Próbna 1, 00-001 Warszawa, PL");
  });

  test("what was paid how, and what is due", async () => {
    const payments = [{ kind: "gift-card" as const, name: "PREZENT", amount: 2000 }];
    expect((await written({ payments })).remarks).toContain("karta podarunkowa (PREZENT): 20.00 PLN, zapłacone");
    const unpaid = { method: "Przelew", cashOnDelivery: false, paid: false };
    expect((await written({ payments, payment: unpaid }, { due: 3899 })).remarks).toContain("do zapłaty 38.99 PLN");
    const cod = { method: "Pobranie", cashOnDelivery: true, paid: false };
    expect((await written({ payments, payment: cod })).remarks).toContain("pobranie 38.99 PLN");
    expect((await written({ payment: cod })).remarks).toMatch(/pobranie$/);
  });

  test("a long note is cut, and nothing that is needed to send the order", async () => {
    const { remarks } = await written({
      note: "n".repeat(2_000),
      shipping: { ...report.shipping, point: "WAW01A", address },
    });
    expect(remarks).toHaveLength(1_000);
    expect(remarks).toMatch(/^n+…\nPaczkomat\nWAW01A\nOksana Wymyślona, Próbna 1/);
    expect(remarks).toContain("zapłacone");
  });

  test("keep their letters, or the nearest that the column has: no ? appears", async () => {
    const note = "20 m² → Київ, piña 🎁, Łódź żółw…";
    expect((await written({ note })).remarks).toContain("20 m2 > Kiiv, pina :gift:, Łódź żółw…");
    const types = { "RM_ZatwierdzZamowienie.@UWAGI": ["nvarchar", 2000] as const };
    const wide = versionOf("with internet id", { types });
    expect((await written({ note }, { version: wide })).remarks).toContain(note);
    const western = versionOf("with internet id", { codePage: 1252 });
    expect((await written({ note }, { version: western })).remarks).toContain("20 m² > Kiiv, piña :gift:, Lódz zólw…");
  });

  test("a number that the column cannot keep is written as prefix and hash, and found again", async () => {
    const { sql, erp } = await openWapro();
    const strange = number("Ж-77");
    await erp.submit(order({ keys: [strange], report: { ...report, number: "Ж-77" } }), DEADLINE);
    expect(sql.rows()[0]?.customerNumber).toMatch(/^zh-77~[0-9a-f]+$/);
    expect(await erp.find({ order: "order-2", keys: [strange], since: 0 })).toMatchObject([{ kojarzOrder: "order-1" }]);
    sql.foreign({ customerNumber: "?-78", total: 5899 });
    expect(await erp.find({ order: "order-2", keys: [number("Ж-78")], since: 0 })).toEqual([]);
  });
});

describe("the hour that clocks in Warsaw show twice", () => {
  const FIRST = Date.parse("2026-10-25T00:50:00Z");
  const SECOND = FIRST + 20 * 60_000;
  const theirs = { customerNumber: "1001", total: 5899 };

  test("an order of its second time is found and listed from a moment of its first on", async () => {
    const { sql, erp } = await openWapro({ clock: { now: SECOND } });
    const { erpId } = sql.foreign(theirs);
    expect(await erp.find({ order: "order-1", keys: [number("1001")], since: FIRST })).toMatchObject([{ erpId }]);
    expect((await erp.list(FIRST)).orders).toMatchObject([{ erpId }]);
  });

  test("has no gap for the look under the lock", async () => {
    const at = FIRST + 14 * 60_000;
    const { sql, erp } = await openWapro({ clock: { now: at } });
    sql.foreign(theirs);
    expect(await erp.submit(order(), at + 48_000)).toMatchObject({ reason: "erp-order-appeared" });
  });

  test("has no header of its second time that is taken for one left in its first", async () => {
    const { sql, deps } = await openWapro({ clock: { now: SECOND } });
    sql.addOrphan(deps.settings.user, SECOND, "order-1");
    expect(await cleanOrphans(FIRST, deps)).toBe(0);
  });
});
