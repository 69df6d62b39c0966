import nodeSqlParser from "node-sql-parser";
import { describe, expect, test } from "vitest";
import {
  callOf,
  PROBES,
  PROCEDURES,
  type ProcedureName,
  queriesOf,
  type Statement,
} from "../../bridge/wapro/statements.ts";

const parser = new nodeSqlParser.Parser();

const names = Object.keys(PROCEDURES) as ProcedureName[];
const calls = names.map((name) =>
  callOf(
    name,
    Object.fromEntries(PROCEDURES[name].parameters.map((parameter) => [parameter.name, `@${parameter.name}`])),
  ),
);
const statementsOf = (internetId: boolean): Statement[] =>
  Object.values(
    queriesOf({ own: "POLE7", sku: "INDEKS_KATALOGOWY", internetId, vat: internetId, lines: internetId }),
  ).filter((query) => query !== undefined);
const all = [...Object.values(PROBES), ...statementsOf(true), ...statementsOf(false), ...calls];

function isRead(text: string): boolean {
  try {
    parser.astify(text, { database: "transactsql" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Named here, so that nobody takes them for checked: the parser knows no `OUTPUT`, no result of an `EXEC`, no
 * `READCOMMITTEDLOCK` and no `@@` variable. An engine has read them: see docs/bridge-on-an-engine.md.
 */
const NOT_READ_BY_THE_PARSER = ["addOrder", "lock", "numberFormat", "lastByInternetId", "lastByNumber", "session"];

describe("the statements for WAPRO", () => {
  test("are read by a T-SQL parser, but for those named here", () => {
    const unread = new Set(all.filter(({ text }) => !isRead(text)).map(({ name }) => name));
    expect(unread).toEqual(new Set(NOT_READ_BY_THE_PARSER));
  });

  test("the parser does refuse what is not T-SQL", () => {
    expect(isRead("SELECT TOP (2 NUMER FROM dbo.ZAMOWIENIE WHERE")).toBe(false);
  });

  test("write nothing but the ids that no procedure takes, and insert or delete nothing", () => {
    const writes = /\b(?:INSERT|DELETE|MERGE|UPDATE|TRUNCATE|DROP|ALTER)\b/i;
    // A right is asked for by its name, in quotes.
    const writing = all.filter(({ text }) => writes.test(text.replaceAll(/'[^']*'/g, "''")));
    expect(new Set(writing.map(({ name }) => name))).toEqual(new Set(["writeOwn", "writeInternetId"]));
  });

  test("a version without internet ids never hears of them", () => {
    expect(statementsOf(false).filter(({ text }) => text.includes("ZAMOWIENIE_INTERNETOWE_ID"))).toEqual([]);
    expect(statementsOf(true).some(({ text }) => text.includes("ZAMOWIENIE_INTERNETOWE_ID"))).toBe(true);
  });

  test("a call binds every parameter that this version has, under its name there, and no other", () => {
    expect(
      callOf("setState", { ID_ZAMOWIENIA: "@id_zamowienia", ID_SESJI: "@id_sesji", STATUS_ZAM: "@status" }).text,
    ).toBe(
      "EXEC dbo.RM_UstawStanZamowien @id_zamowienia = @ID_ZAMOWIENIA, @id_sesji = @ID_SESJI, @status = @STATUS_ZAM;",
    );
  });

  test("a call gives back what the procedure puts out", () => {
    expect(callOf("addOrder", { TYP: "@typ", ID_ZAMOWIENIA: "@id" }).text).toBe(
      "DECLARE @OUT_ID_ZAMOWIENIA numeric(18, 0); EXEC dbo.RM_DodajZamowienie_Server @typ = @TYP, " +
        "@id = @OUT_ID_ZAMOWIENIA OUTPUT; SELECT @OUT_ID_ZAMOWIENIA AS ID_ZAMOWIENIA;",
    );
  });
});
