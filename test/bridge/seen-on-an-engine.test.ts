/**
 * What went wrong when the bridge ran on an engine for the first time, by the numbers of docs/bridge-on-an-engine.md. Each
 * failed before; what is done against it is tested in full elsewhere.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import type { Run } from "../../bridge/wapro/executor.ts";
import { probe } from "../../bridge/wapro/probe.ts";
import { vatFrom } from "../../lib/core/money.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { openWaproSql } from "../../local/simulators/wapro-sql.ts";
import { versionOf } from "../../local/simulators/wapro-version.ts";
import { NOW, number, report, shopId } from "../support/sightings.ts";
import { openOverTds } from "./tds/over-tds.ts";
import { openWapro, settings } from "./wapro-world.ts";

const DEADLINE = NOW + 48_000;
const order = (changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: "order-1",
  keys: [shopId("271"), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
  ...changes,
});

async function openTds() {
  const world = await openOverTds();
  onTestFinished(world.close);
  return world;
}

const probed = async (change: Parameters<typeof versionOf>[1]) => {
  const version = versionOf("with internet id", change);
  return probe(openWaproSql({ now: () => NOW, version }).run, settings);
};

describe("what was seen on an engine", () => {
  test("1: an order is created only when it is committed and others see it", async () => {
    const { sql, served, erp } = await openTds();
    served.endsIn = "sum";
    const submit = (id: string) => erp.submit(order({ order: id, keys: [number(id)] }), DEADLINE);
    expect(await submit("o-1")).toMatchObject({ outcome: "rejected", reason: "erp-transaction-lost" });
    expect(await submit("o-2")).toMatchObject({ outcome: "created" });
    expect(sql.rows()).toHaveLength(1);
  });

  test.each(["19", "23,5", "99"])("2: a VAT that WAPRO has no code for is held: %s", async (vat) => {
    const { sql, erp } = await openWapro();
    const lines = [{ sku: "KUB-1", name: "Kubek", quantity: "1", gross: 5000, vat: vatFrom(vat) }];
    const answer = await erp.submit(order({ report: { ...report, lines } }), DEADLINE);
    expect(answer).toMatchObject({ outcome: "rejected", retry: false });
    expect(sql.rows()).toEqual([]);
  });

  test("3: the last look goes by the server's own clock", async () => {
    const { sql, erp } = await openWapro({ serverClock: { aheadMs: -3_600_000 } });
    sql.foreign({ customerNumber: "1001", total: 5899 });
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-order-appeared" });
  });

  test("4: a document type without numbering is no outage: no other order waits for it", async () => {
    const { sql, erp } = await openWapro();
    sql.arm("no-number-format");
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-no-number-format", retry: false });
  });

  test("5: NULL for an id is no id, and not in doubt", async () => {
    const { sql, erp } = await openWapro();
    sql.arm("no-id");
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-gave-no-id", retry: false });
  });

  test("6: what other schemas have under the same names counts for nothing", async () => {
    const stray = {
      tableName: "ZAMOWIENIE",
      columnName: "ZAMOWIENIE_INTERNETOWE_ID",
      typeName: "varchar",
      maxLength: 200,
    };
    const { wapro } = await probed({ strays: { columns: [stray] } });
    expect(wapro?.internetIdLength).toBe(50);
  });

  test("7: a deadlock behind another error is tried again", async () => {
    const { served, erp } = await openTds();
    served.fails = { statement: "confirm", numbers: [50_000, 1205, 266] };
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-sql-1205", retry: true });
  });

  test.each([1250, 1252, 1257])(
    "8: no ? that the buyer did not write is written or asked for: code page %i",
    async (codePage) => {
      const { sql, erp } = await openWapro({ version: versionOf("with internet id", { codePage }) });
      const strange = "Łódź №7 Ж 漢";
      sql.foreign({ customerNumber: "?ód? ?7 ? ?", total: 5899 });
      const lines = [{ sku: "KUB-1", name: strange, quantity: "1", gross: 5000 }];
      const answer = await erp.submit(
        order({
          keys: [shopId(strange), number(strange)],
          report: { ...report, number: strange, note: strange, lines },
        }),
        DEADLINE,
      );
      expect(answer).toMatchObject({ outcome: "created" });
      const written = sql.rows().find((row) => row.free.POLE7);
      expect(JSON.stringify([written?.customerNumber, written?.remarks, written?.lines])).not.toContain("?");
      expect(written?.internetId).toBeNull();
      const [hit, ...others] = await erp.find({ order: "order-2", keys: [number(strange)], since: 0 });
      expect({ hit: hit?.kojarzOrder, others }).toEqual({ hit: "order-1", others: [] });
    },
  );

  test("8: a SKU in letters that the column cannot hold is no other article's", async () => {
    const { warehouse } = settings;
    const { erp } = await openWapro({
      articles: [
        { id: "1", warehouse, sku: "KUB-?", vat: "23" },
        { id: "2", warehouse, sku: "WYSYLKA", vat: "23" },
      ],
    });
    const lines = [{ sku: "KUB-Ж", name: "Kubek", quantity: "1", gross: 5000 }];
    expect(await erp.submit(order({ report: { ...report, lines } }), DEADLINE)).toMatchObject({
      reason: "erp-sku-unknown",
      detail: "KUB-Ж (0 articles)",
    });
  });

  test("9: the session has the login's own language and date format", async () => {
    const { served } = await openTds();
    const settings = served.heard.filter(({ asked }) => asked === "settings").map(({ values }) => String(values.text));
    expect(settings.filter((text) => /language|dateformat|datefirst/i.test(text))).toEqual([]);
    expect(settings.length).toBeGreaterThan(0);
  });

  test("10: a right that is missing is named as one, at the probe and at an order", async () => {
    const { missing } = await probed({ denied: ["EXECUTE RM_SumujZamowienie"] });
    expect(missing).toEqual(["the right to EXECUTE RM_SumujZamowienie"]);
    const { erp } = await openWapro({
      version: versionOf("with internet id", { deniedLater: ["EXECUTE RM_SumujZamowienie"] }),
    });
    expect(await erp.submit(order(), DEADLINE)).toEqual({
      outcome: "rejected",
      reason: "erp-right-missing",
      retry: false,
      detail: "sum: RM_SumujZamowienie",
    });
  });

  test("11: with every writing connection at a statement that hangs, a find is answered", async () => {
    const { served, erp } = await openTds();
    const hung = Promise.withResolvers<void>();
    let hanging = 0;
    const allHang = Promise.withResolvers<void>();
    served.at = async (moment) => {
      if (moment !== "addOrder") return;
      if (++hanging === 4) allHang.resolve();
      await hung.promise;
    };
    const writing = ["a", "b", "c", "d"].map((id) => erp.submit(order({ order: id, keys: [number(id)] }), DEADLINE));
    await allHang.promise;
    expect(await erp.find({ order: "order-9", keys: [number("9")], since: 0 })).toEqual([]);
    hung.resolve();
    expect((await Promise.all(writing)).map(({ outcome }) => outcome)).toEqual(Array(4).fill("created"));
  });

  test.each([
    ["addOrder", { outcome: "rejected", reason: "erp-unavailable", retry: true }],
    ["confirm", { outcome: "in-doubt" }],
  ])(
    "11: a statement that hangs ends with its caller's deadline, and the order is written once: %s",
    async (name, answer) => {
      const { sql, served, erp } = await openTds();
      const hung = Promise.withResolvers<void>();
      served.at = async (moment) => {
        if (moment === name) await hung.promise;
      };
      const patient = erp.submit(
        order({ order: "order-9", keys: [number("9")], report: { ...report, number: "9" } }),
        DEADLINE,
      );
      const impatient = erp.submit(order(), NOW + 2_000);
      expect(await Promise.race([patient, impatient])).toEqual(answer);
      hung.resolve();
      expect(await patient).toMatchObject({ outcome: "created" });
      await expect.poll(async () => (await erp.submit(order(), DEADLINE)).outcome).toBe("created");
      expect(sql.rows()).toHaveLength(2);
    },
  );

  test("11: what cannot be done before the caller's deadline is not begun", async () => {
    const { sql, erp, clock } = await openWapro();
    clock.now = DEADLINE;
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({ reason: "erp-too-late", retry: true });
    expect(sql.statements).not.toContain("lock");
  });

  test("12: an order that its confirm procedure committed by itself gets its internet id with the find", async () => {
    const { sql, erp, notes } = await openWapro();
    sql.arm("confirm-commits");
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(sql.rows()[0]?.internetId).toBeNull();
    const asked = { order: "order-1", keys: order().keys, since: NOW };
    expect(await erp.find(asked)).toMatchObject([{ matched: "own", internetId: "271" }]);
    expect(sql.rows()[0]?.internetId).toBe("271");
    expect(notes.at(-1)).toBe("order 1 had no internet id: it was written now");
  });

  test("12: and where it cannot be written a person hears of it", async () => {
    const { sql, erp, notes } = await openWapro();
    sql.arm("confirm-commits");
    await erp.submit(order(), DEADLINE);
    sql.arm("internet-id-cut");
    expect(await erp.find({ order: "order-1", keys: order().keys, since: NOW })).toMatchObject([{ matched: "own" }]);
    expect(notes.at(-1)).toMatch(/^order 1 has no internet id, and it could not be written/);
    expect(sql.rows()[0]?.internetId).toBeNull();
  });

  test.each(["7777777777", "PL 777-777-77-77", "pl7777777777"])(
    "13: two contractors of one NIP are held: %s",
    async (taxId) => {
      const { erp } = await openWapro();
      expect(await erp.submit(order({ report: { ...report, buyer: { taxId } } }), DEADLINE)).toMatchObject({
        reason: "erp-contractor-ambiguous",
        detail: "contractors 506, 507",
      });
    },
  );

  test("14: a parameter without a default is missing before the first order where the database shows it", async () => {
    const strange = { extra: { RM_ZatwierdzZamowienie: "@NowyParametr" } };
    const withoutDefault = ["RM_ZatwierdzZamowienie.@NowyParametr"];
    const seen = await probed({ ...strange, withoutDefault, showsDefinitions: true });
    expect(seen.missing).toEqual(["a value for @NowyParametr of RM_ZatwierdzZamowienie, which has no default"]);
    const harmless = await probed({ ...strange, showsDefinitions: true });
    expect(harmless.missing).toEqual([]);
    expect(harmless.report).toContain(
      "RM_ZatwierdzZamowienie: 37 parameters known; not filled, its default does: @NowyParametr",
    );
  });

  test("14: column names in another case are the same columns", async () => {
    const { run } = openWaproSql({ now: () => NOW, version: versionOf("with internet id") });
    const inLowerCase: Run = async (...asked) => {
      const rows = z.array(z.looseObject({ columnName: z.optional(z.string()) })).parse(await run(...asked));
      return rows.map((row) => ({ ...row, ...(row.columnName && { columnName: row.columnName.toLowerCase() }) }));
    };
    expect((await probe(inLowerCase, settings)).missing).toEqual([]);
  });

  test("14: and at the first order it is named where the database does not", async () => {
    const { erp } = await openWapro({
      version: versionOf("with internet id", {
        extra: { RM_ZatwierdzZamowienie: "@NowyParametr" },
        withoutDefault: ["RM_ZatwierdzZamowienie.@NowyParametr"],
      }),
    });
    expect(await erp.submit(order(), DEADLINE)).toMatchObject({
      reason: "erp-parameter-missing",
      retry: false,
      detail: "confirm: @NowyParametr",
    });
  });

  test("14: an id that is no number spoils no other's state", async () => {
    const { sql, erp } = await openWapro();
    const { erpId } = sql.foreign({ total: 1 });
    expect(await erp.read(["ZO 1/26", erpId])).toMatchObject([{ erpId }]);
  });
});

describe("what could not be judged on that engine", () => {
  test("another writer's order that is not committed yet is waited for, where readers see what was committed last", async () => {
    const { sql, erp } = await openWapro({ version: versionOf("with internet id", { snapshot: true }) });
    const theirs = sql.foreignOpen({ customerNumber: "1001", total: 5899 });
    expect(await erp.find({ order: "order-1", keys: order().keys, since: 0 })).toEqual([]);
    const ours = erp.submit(order(), DEADLINE);
    await expect.poll(() => sql.statements.at(-1)).toBe("lastByInternetId");
    theirs.end("committed");
    expect(await ours).toMatchObject({ reason: "erp-order-appeared", retry: true });
  });

  test("and one that is taken back keeps nobody", async () => {
    const { sql, erp } = await openWapro({ version: versionOf("with internet id", { snapshot: true }) });
    const theirs = sql.foreignOpen({ customerNumber: "1001", total: 5899 });
    const ours = erp.submit(order(), DEADLINE);
    await expect.poll(() => sql.statements.at(-1)).toBe("lastByInternetId");
    theirs.end("rolled back");
    expect(await ours).toMatchObject({ outcome: "created" });
  });
});
