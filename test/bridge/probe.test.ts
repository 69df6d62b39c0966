import { describe, expect, test } from "vitest";
import { probe } from "../../bridge/wapro/probe.ts";
import { openWaproSql } from "../../local/simulators/wapro-sql.ts";
import { versionOf } from "../../local/simulators/wapro-version.ts";
import { NOW } from "../support/sightings.ts";
import { settings } from "./wapro-world.ts";

async function probed(version: ReturnType<typeof versionOf>) {
  return probe(openWaproSql({ now: () => NOW, version }).run, settings);
}

describe("the probe of a WAPRO database", () => {
  test("says how long an internet id may be, and how much of each procedure is known", async () => {
    const { wapro, report, missing } = await probed(versionOf("with internet id"));
    expect({ missing, length: wapro?.internetIdLength }).toEqual({ missing: [], length: 50 });
    expect(report).toEqual([
      "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID: 50 characters",
      "documents of an order: can be read",
      "ARTYKUL.KOD_VAT: tells the VAT that a source does not say",
      "VAT of an order's lines: can be read, for a report on shadow mode",
      "letters that are kept: code page 1250",
      "session, as the login has it: language polski, the week begins on day 1",
      "READ_COMMITTED_SNAPSHOT is off: a find waits for what others are just writing",
      "RM_DodajZamowienie_Server: 10 parameters known",
      "RM_DodajPozycjeZamowienia: 23 parameters known",
      "RM_SumujZamowienie: 1 parameters known",
      "JL_PobierzFormatNumeracji_Server: 8 parameters known",
      "RM_ZatwierdzZamowienie: 37 parameters known",
      "RM_UstawStanZamowien: 4 parameters known",
      "RM_UsunBlokadeZamowienia: 2 parameters known",
    ]);
  });

  test("a version without internet ids is named and can be worked with", async () => {
    const { wapro, report } = await probed(versionOf("old"));
    expect(wapro?.queries.byInternetId).toBeUndefined();
    expect(report[0]).toMatch(/not in this version/);
  });

  test("a parameter that nobody has heard of is shown, and not filled", async () => {
    const extra = { RM_ZatwierdzZamowienie: "@NowyParametr" };
    const { wapro, report } = await probed(versionOf("with internet id", { extra }));
    expect(wapro?.calls.confirm.text).not.toContain("NowyParametr");
    expect(report).toContain(
      "RM_ZatwierdzZamowienie: 37 parameters known; not filled, its default must do: @NowyParametr",
    );
  });

  test("a parameter that a version lacks is left out of the call", async () => {
    const { wapro } = await probed(versionOf("with internet id", { without: ["RM_ZatwierdzZamowienie.@ID_RACHUNKU"] }));
    expect(wapro?.calls.confirm.text).not.toContain("ID_RACHUNKU");
  });

  test.each([
    ["RM_ZatwierdzZamowienie", "procedure RM_ZatwierdzZamowienie, or the right to EXECUTE it"],
    ["RM_ZatwierdzZamowienie.@NR_ZAM_KLIENTA", "parameter NR_ZAM_KLIENTA of RM_ZatwierdzZamowienie"],
    ["ZAMOWIENIE.POLE7", "ZAMOWIENIE.POLE7"],
    ["ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA", "ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA"],
  ])("without %s the bridge does not start, and says why", async (name, shown) => {
    const { wapro, missing, report } = await probed(versionOf("with internet id", { without: [name] }));
    expect({ wapro, missing }).toEqual({ wapro: undefined, missing: [shown] });
    expect(report).toContain(`missing: ${shown}`);
  });

  test.each<[string, [string, number], string]>([
    [
      "RM_ZatwierdzZamowienie.@NR_ZAM_KLIENTA",
      ["varchar", 20],
      "parameter NR_ZAM_KLIENTA of RM_ZatwierdzZamowienie with 30 characters",
    ],
    [
      "RM_ZatwierdzZamowienie.@NR_ZAM_KLIENTA",
      ["nvarchar", 40],
      "parameter NR_ZAM_KLIENTA of RM_ZatwierdzZamowienie with 30 characters",
    ],
    ["ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA", ["nvarchar", 40], "ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA with 30 characters"],
  ])("%s as %s would be cut without a word: the bridge does not start", async (name, type, shown) => {
    const { wapro, missing } = await probed(versionOf("with internet id", { types: { [name]: type } }));
    expect({ wapro, missing }).toEqual({ wapro: undefined, missing: [shown] });
  });

  test.each<[string, number]>([
    ["nvarchar", 60],
    ["nvarchar", -1],
    ["varchar", 50],
  ])("a customer number fits a parameter of %s and %i bytes", async (...type) => {
    const types = { "RM_ZatwierdzZamowienie.@NR_ZAM_KLIENTA": type };
    expect((await probed(versionOf("with internet id", { types }))).missing).toEqual([]);
  });

  test.each(["EXECUTE RM_SumujZamowienie", "SELECT ARTYKUL.KOD_KRESKOWY", "UPDATE ZAMOWIENIE.POLE7"])(
    "a login that may not %s is told so, and not that the version lacks it",
    async (right) => {
      const { wapro, missing } = await probed(versionOf("with internet id", { denied: [right] }));
      expect({ wapro, missing }).toEqual({ wapro: undefined, missing: [`the right to ${right}`] });
    },
  );

  test("a parameter that gives nothing back where an id or a format is expected is missing", async () => {
    const notOutput = ["RM_DodajZamowienie_Server.@id_zamowienia"];
    const { missing } = await probed(versionOf("with internet id", { notOutput }));
    expect(missing).toEqual(["parameter ID_ZAMOWIENIA of RM_DodajZamowienie_Server as OUTPUT"]);
  });

  test("tables and procedures of the same names in another schema change nothing", async () => {
    const size = { typeName: "varchar", maxLength: 200 };
    const strays = {
      columns: [{ tableName: "ZAMOWIENIE", columnName: "ZAMOWIENIE_INTERNETOWE_ID", ...size }],
      parameters: [{ procedureName: "RM_SumujZamowienie", parameterName: "@inny", ...size }],
    };
    const { wapro, report } = await probed(versionOf("with internet id", { strays }));
    expect(wapro?.internetIdLength).toBe(50);
    expect(report).toContain("RM_SumujZamowienie: 1 parameters known");
  });

  test("an internet id of nvarchar counts two bytes a character", async () => {
    const types = { "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID": ["nvarchar", 72] as const };
    expect((await probed(versionOf("with internet id", { types }))).wapro?.internetIdLength).toBe(36);
  });

  test("without the tables of documents everything else works", async () => {
    const { wapro, report } = await probed(versionOf("with internet id", { without: ["DOKUMENT_HANDLOWY.NUMER"] }));
    expect(wapro?.documents).toBe(false);
    expect(report).toContain("documents of an order: cannot be read in this version");
  });
});
