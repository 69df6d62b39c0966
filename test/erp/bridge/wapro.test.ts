import { describe, expect, test } from "vitest";
import { dryRun, submitOrder } from "../../../lib/erp/bridge/wapro/submit.ts";
import { cleanOrphans } from "../../../lib/erp/bridge/wapro/wapro.ts";
import type { ErpOrder } from "../../../lib/erp/erp.ts";
import { versionOf } from "../../../lib/local/simulators/wapro-version.ts";
import type { Report } from "../../../lib/order.ts";
import { allegroId, NOW, number, report, shopId, UUID } from "../../support/sightings.ts";
import { erpContract } from "../erp-contract.ts";
import { type WatchUnderTest, watchContract } from "../watch-contract.ts";
import { openWapro } from "./wapro-world.ts";

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
    expect(written.filter((name) => !["lock", "byNumber", "byInternetId"].includes(name))).toEqual([
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
  ])("a quantity of %s is written as it is", async (quantity, gross, written) => {
    const { sql, erp } = await openWapro();
    const lines = [{ sku: "KUB-1", name: "Kubek testowy", quantity, gross }];
    await erp.submit(withReport({ lines }, gross + 899), DEADLINE);
    expect(sql.rows()[0]?.lines[0]).toMatchObject({ quantity: written });
  });

  test.each<[string, Partial<ErpOrder>, string]>([
    ["another currency", { currency: "EUR" }, "erp-currency-unsupported"],
    ["a total that its lines do not make", { total: 9999 }, "erp-total-not-in-lines"],
    [
      "a price that no grosz can say",
      { total: 899 + 1000, report: { ...report, lines: [{ sku: "KUB-1", name: "x", quantity: "33.7", gross: 1000 }] } },
      "erp-price-inexact",
    ],
    [
      "a SKU that is not in the warehouse",
      { report: { ...report, lines: [{ sku: "NIE-MA", name: "x", quantity: "1", gross: 5000 }] } },
      "erp-sku-unknown",
    ],
    [
      "a line without SKU and EAN",
      { report: { ...report, lines: [{ name: "x", quantity: "1", gross: 5000 }] } },
      "erp-sku-unknown",
    ],
  ])("%s fails the whole order before anything is written", async (_, changes, reason) => {
    const { sql, erp } = await openWapro();
    expect(await erp.submit(order(changes), DEADLINE)).toEqual({ outcome: "rejected", reason, retry: false });
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

  test.each([
    ["by its NIP, however it is written", "PL 123-456-32-18", "501"],
    ["else the configured one: an unknown NIP", "9999999999", "900"],
    ["else the configured one: a blocked contractor", "5252525252", "900"],
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

  test("the clock runs out while it is written: nothing is committed", async () => {
    const { sql, deps } = await openWapro();
    let looks = 0;
    const now = () => (++looks > 5 ? DEADLINE : NOW);
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
    ["deadlock", { outcome: "rejected", reason: "erp-sql-1205", retry: true }],
    ["sum-differs", { outcome: "rejected", reason: "erp-total-differs", retry: false }],
    ["number-cut", { outcome: "rejected", reason: "erp-number-differs", retry: false }],
    ["own-id-lost", { outcome: "rejected", reason: "erp-own-id-lost", retry: false }],
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
    const { erpId } = sql.foreign({ customerNumber: "1001", total: 5899 });
    sql.ship(erpId, { warehouse: "WZ 1/26", sale: "FS 2/26" });
    expect(await erp.read([erpId, "999"])).toMatchObject([
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
  test.each([
    ["23", "23"],
    ["8.00", "8"],
    ["5 %", "5"],
    ["zw", "zw"],
    [undefined, "23"],
  ])("%s is written as %s", async (taxRate, vat) => {
    const { sql, erp } = await openWapro();
    const line = { sku: "KUB-1", name: "Kubek testowy", quantity: "2", gross: 5000 };
    await erp.submit(withReport({ lines: [{ ...line, ...(taxRate !== undefined && { taxRate }) }] }), DEADLINE);
    expect(sql.rows()[0]?.lines[0]?.vat).toBe(vat);
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
