/** `kojarz report --erp`: suspected doubles of an export, judged against a truth that the test has made. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { cellsOf, textOf } from "../../cli/report/csv.ts";
import { coreOf, doublesOf, writerOf } from "../../cli/report/doubles.ts";
import { erpReportOf } from "../../cli/report/erp-report.ts";
import { dayOf, type ErpRow, erpRowsOf, isoDay } from "../../cli/report/rows.ts";
import { exportOf } from "./erp-export.ts";

const WITHIN = { ids: 14, total: 1 };
const UUID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";

let line = 1;
function row(fields: Partial<ErpRow>): ErpRow {
  line += 1;
  const bare = {
    number: `ZO ${line}/26`,
    internetId: "",
    customerNumber: "",
    day: 20_000,
    total: 9_999,
    currency: "PLN",
  };
  return { line, ...bare, ...fields };
}

function rowsIn(text: string) {
  const read = erpRowsOf(cellsOf(text));
  if (read.kind !== "rows") throw new Error(`no columns for ${read.missing.join(", ")}`);
  return read;
}

describe("reading an export", () => {
  test("as WAPRO's list writes it: semicolons, Polish dates and amounts, other columns left out", () => {
    const { rows } = rowsIn(
      "Numer;Kontrahent;Nr zamówienia klienta;ZAMOWIENIE_INTERNETOWE_ID;Data;Wartość brutto\r\n" +
        '"ZO 0001/26";"Ktoś; z o.o.";B_800000101;;24.11.2026;"1 234,56 zł"\r\n',
    );
    expect(rows).toEqual([
      {
        line: 2,
        number: "ZO 0001/26",
        internetId: "",
        customerNumber: "B_800000101",
        day: 20_781,
        total: 123_456,
        currency: "PLN",
      },
    ]);
  });

  test("as a query of the table writes it: commas, the ERP's own count of days, plain decimals", () => {
    const { rows } = rowsIn(
      `\ufeffNUMER,ZAMOWIENIE_INTERNETOWE_ID,NR_ZAMOWIENIA_KLIENTA,DATA,WARTOSC_BRUTTO\n"ZO 0285/22",${UUID},,80820,1234.5`,
    );
    expect(rows.map(({ day, total, internetId }) => [isoDay(day), total, internetId])).toEqual([
      ["2022-04-08", 123_450, UUID],
    ]);
  });

  test.each([
    ["2026-11-24 13:05", "2026-11-24"],
    ["4.1.2026", "2026-01-04"],
    ["80820", "2022-04-08"],
  ])("the date %s is %s", (text, day) => expect(isoDay(dayOf(text) ?? 0)).toBe(day));

  test.each(["30.02.2026", "wczoraj", "", "2026-13-01"])("%j is no date", (text) =>
    expect(dayOf(text)).toBeUndefined(),
  );

  test("the code page of Polish Windows is read as well as UTF-8", () => {
    const inWindows = Uint8Array.from([0x4e, 0x72, 0x20, 0x7a, 0x61, 0x6d, 0xf3, 0x77, 0x69, 0x65, 0xf1]);
    expect(textOf(inWindows)).toBe("Nr zamówień");
    expect(textOf(new TextEncoder().encode("Wartość"))).toBe("Wartość");
  });

  test("cancelled orders are left out and counted, and so is what cannot be read", () => {
    const { rows, cancelled, unread } = rowsIn(
      "Numer;Nr zamówienia klienta;Data;Razem;Status\n1;7;2026-01-02;10;A\n2;7;2026-01-02;dużo;\n3;7;2026-01-02;10,00;",
    );
    expect([rows.length, cancelled, unread]).toEqual([1, 1, [{ line: 3, column: "total" }]]);
  });

  test("headings that nobody knows are named, with those that are there", () => {
    expect(erpRowsOf(cellsOf("A;B\n1;2"))).toEqual({
      kind: "no-columns",
      missing: ["number", "date", "total", "internetId", "customerNumber"],
      headings: ["A", "B"],
    });
  });
});

describe("suspicions", () => {
  test.each([
    ["B_800000101", "800000101"],
    ["BL/0800000101", "800000101"],
    ["#1001", "1001"],
    [UUID, "0cc200003b6d11f09c4"],
    [UUID.toUpperCase().slice(0, 30), "0cc200003b6d11f09c4"],
    [UUID.replaceAll("-", ""), "0cc200003b6d11f09c4"],
    [`ALLEGRO-${UUID}`.slice(0, 30), "0cc200003b6d11f09c4"],
    ["abcdefab-3b6d-11f0-9c4d-8b1f2a6d7e90", "abcdefab3b6d11f09c4"],
    ["brak", undefined],
    ["", undefined],
  ])("%s is known by %s", (text, core) => expect(coreOf(text)).toBe(core));

  test("an id that nobody gives twice joins whatever the totals are, also cut to the column", () => {
    const rows = [row({ internetId: UUID }), row({ customerNumber: `ALLEGRO-${UUID}`.slice(0, 30), total: 8_999 })];
    expect(doublesOf(rows, WITHIN).suspected).toMatchObject([{ reason: "same-id", rows }]);
  });

  test("a short number joins where the totals agree; two shops may both have an order 1001", () => {
    const rows = [row({ customerNumber: "1001" }), row({ customerNumber: "B_1001", total: 10_000 })];
    expect(doublesOf(rows, WITHIN).suspected).toMatchObject([{ reason: "same-number", shared: "1001" }]);
    const shops = [row({ customerNumber: "1001" }), row({ customerNumber: "1001", total: 25_000 })];
    expect(doublesOf(shops, WITHIN)).toEqual({ suspected: [], set: 1 });
  });

  test("a number that comes again months later is another purchase", () => {
    const rows = [row({ customerNumber: "1001" }), row({ customerNumber: "1001", day: 20_015 })];
    expect(doublesOf(rows, WITHIN).suspected).toEqual([]);
  });

  test("three orders of one purchase are one suspicion, with its best reason", () => {
    const rows = [
      row({ internetId: UUID, customerNumber: "77" }),
      row({ customerNumber: UUID.slice(0, 30) }),
      row({ customerNumber: "BL-77" }),
    ];
    expect(doublesOf(rows, WITHIN).suspected).toMatchObject([{ reason: "same-id", rows }]);
  });

  test("a total alone joins two writers on near days, and no price that many orders have", () => {
    const two = [row({ customerNumber: "B_1" }), row({ customerNumber: "2" })];
    expect(doublesOf(two, WITHIN).suspected).toMatchObject([{ reason: "same-total" }]);
    expect(doublesOf([...two, row({ customerNumber: "B_3" })], WITHIN).suspected).toEqual([]);
    const sameWriter = [row({ customerNumber: "B_1", total: 5 }), row({ customerNumber: "B_2", total: 5 })];
    expect(doublesOf(sameWriter, WITHIN).suspected).toEqual([]);
  });

  test("writers are told apart by the way in which they number", () => {
    const of = (fields: Partial<ErpRow>) => writerOf(row(fields));
    expect([of({ customerNumber: "B_12" }), of({ customerNumber: "12" }), of({ internetId: UUID }), of({})]).toEqual([
      "B_{digits}",
      "{digits}",
      "id {uuid}",
      "-",
    ]);
  });
});

test("of a month in which two integrators double one purchase in twenty, all are found and nothing else", () => {
  for (const seed of [1, 2, 3]) {
    const { csv, doubled } = exportOf({ seed, purchases: 1_500 });
    const { rows, cancelled, unread } = rowsIn(csv);
    const found = erpReportOf({ rows, cancelled, unread }, WITHIN);
    const proven = found.suspected.filter(({ reason }) => reason !== "same-total");
    // Serial numbers in the order of the file.
    const names = (numbers: ReadonlyArray<readonly string[]>) => new Set(numbers.map((pair) => pair.join(" + ")));
    expect(doubled.length).toBeGreaterThan(50);
    expect(names(proven.map(({ orders }) => orders.map(({ number }) => number)))).toEqual(names(doubled));
    expect(found.byDay.reduce((sum, { surplus }) => sum + surplus, 0)).toBe(found.surplus.orders);
  }
});

describe("the command", () => {
  const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kojarz-report-"));
    return () => rm(folder, { recursive: true, force: true });
  });

  function kojarz(args: readonly string[], language = "C"): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, "report", ...args], { env: { ...process.env, LC_ALL: language } });
      let [out, err] = ["", ""];
      child.stdout.on("data", (data) => (out += String(data)));
      child.stderr.on("data", (data) => (err += String(data)));
      child.on("close", (code) => resolve({ code, out, err }));
    });
  }

  test("prints what is suspected, says that it can say no more, and writes the page", async () => {
    const [csv, page] = [join(folder, "orders.csv"), join(folder, "doubles.html")];
    await writeFile(csv, exportOf({ seed: 1, purchases: 200 }).csv);
    const { code, out } = await kojarz(["--erp", csv, "--html", page], "pl_PL.UTF-8");
    expect(code).toBe(0);
    expect(out).toContain("Podejrzane podwójne zamówienia w ERP");
    expect(out).toContain("może mówić tylko o podejrzeniach");
    expect(await readFile(page, "utf8")).toContain('<html lang="pl">');
  });

  test("as JSON it prints the whole report and nothing else", async () => {
    const csv = join(folder, "some.csv");
    await writeFile(csv, exportOf({ seed: 2, purchases: 100 }).csv);
    const { out } = await kojarz(["--erp", csv, "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      kind: "erp-export",
      orders: expect.any(Number),
      suspected: expect.any(Array),
    });
  });

  test.each([
    [["--erp", "no-such.csv"], 1, "cannot be read"],
    [["--erp", "package.json"], 1, "no heading is known for number"],
    [["--erp", "package.json", "--column", "price=Cena"], 2, "--column wants one of"],
    [["--erp", "package.json", "--within", "soon"], 2, "--within wants whole days"],
    [[], 2, "report wants --erp or --days, and not both"],
    [["--erp", "package.json", "--days", "14"], 2, "report wants --erp or --days, and not both"],
    [["--days", "0"], 2, "--days wants 1 to 90 whole days"],
    [["--days", "14", "--live-from", "soon"], 2, "--live-from wants an ISO time"],
  ])("%j ends with %i", async (args, code, says) => {
    const ended = await kojarz(args);
    expect(ended).toMatchObject({ code });
    expect(ended.err).toContain(says);
  });
});
