/** What the modelled WAPRO says of itself in `sys.columns` and `sys.parameters`, and how strict it is about it. */
import { StatementFailed, type Values } from "../../erp/bridge/wapro/executor.ts";
import type { Statement } from "../../erp/bridge/wapro/statements.ts";

export type Version = {
  columns: ReadonlyArray<{ tableName: string; columnName: string; typeName: string; maxLength: number }>;
  parameters: ReadonlyArray<{ procedureName: string; parameterName: string; typeName: string; maxLength: number }>;
  internetIdLength: number;
  /** Throws what SQL Server would: for a name that it does not know, or a value that was not bound. */
  check(statement: Statement, values: Values): void;
};

type Change = {
  /** Leaves out a `table.column`, a procedure, or a `procedure.@parameter`. */
  without?: readonly string[];
  /** A parameter that nobody has heard of. */
  extra?: Readonly<Record<string, string>>;
  internetIdLength?: number;
  /** Another type of a `table.column` or a `procedure.@parameter`, with its length in bytes. */
  types?: Readonly<Record<string, readonly [typeName: string, maxLength: number]>>;
};

/** `old`: as the mapping of an older database shows it, before WAPRO knew internet ids. */
export function versionOf(kind: "with internet id" | "old", change: Change = {}): Version {
  const without = new Set([...(change.without ?? []), ...(kind === "old" ? [INTERNET_ID] : [])]);
  const internetIdLength = without.has(INTERNET_ID) ? 0 : (change.internetIdLength ?? 50);
  const typeOf = (name: string, length: number) => {
    const [typeName, maxLength] = change.types?.[name] ?? ["varchar", length];
    return { typeName, maxLength };
  };
  const columns = Object.entries(COLUMNS).flatMap(([tableName, names]) =>
    Object.entries(names)
      .filter(([columnName]) => !without.has(`${tableName}.${columnName}`))
      .map(([columnName, maxLength]) => ({
        tableName,
        columnName,
        ...typeOf(
          `${tableName}.${columnName}`,
          `${tableName}.${columnName}` === INTERNET_ID ? internetIdLength : maxLength,
        ),
      })),
  );
  const parameters = Object.entries(PARAMETERS)
    .filter(([procedureName]) => !without.has(procedureName))
    .flatMap(([procedureName, names]) =>
      [...names.split(" "), ...(change.extra?.[procedureName] ? [change.extra[procedureName]] : [])]
        .filter((parameterName) => !without.has(`${procedureName}.${parameterName}`))
        .map((parameterName) => ({
          procedureName,
          parameterName,
          ...typeOf(`${procedureName}.${parameterName}`, parameterName === "@NR_ZAM_KLIENTA" ? 30 : 1000),
        })),
    );

  return {
    columns,
    parameters,
    internetIdLength,
    check(statement, values) {
      const { text, name } = statement;
      if (internetIdLength === 0 && text.includes("ZAMOWIENIE_INTERNETOWE_ID")) throw new StatementFailed(name, 207);
      const procedure = /EXEC dbo\.(\w+)/.exec(text)?.[1];
      const known = parameters.filter((row) => row.procedureName === procedure).map((row) => row.parameterName);
      if (procedure && known.length === 0) throw new StatementFailed(name, 2812);
      for (const [, parameter = ""] of procedure ? text.matchAll(/(@\w+) = @/g) : [])
        if (!known.includes(parameter)) throw new StatementFailed(name, 8145);
      for (const variable of variablesOf(text))
        if (!Object.hasOwn(values, variable)) throw new StatementFailed(name, 137);
    },
  };
}

/** What a text takes from outside: not what it declares, and not the names of a procedure's parameters. */
function variablesOf(text: string): string[] {
  const declared = new Set(
    [...text.matchAll(/DECLARE ([^;]*);/g)].flatMap(([, list = ""]) => list.match(/@\w+/g) ?? []),
  );
  const body = text
    .replaceAll(/DECLARE [^;]*;/g, "")
    .replaceAll(/@\w+ = (?=[@'])/g, (name) => (declared.has(name) ? name : ""));
  const used = (body.match(/@\w+/g) ?? []).filter((name) => !declared.has(name));
  return [...new Set(used)].map((name) => name.slice(1));
}

const INTERNET_ID = "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID";

/** Bytes, as `sys.columns` counts. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ZAMOWIENIE: {
    ID_ZAMOWIENIA: 5,
    NUMER: 30,
    NR_ZAMOWIENIA_KLIENTA: 30,
    ZAMOWIENIE_INTERNETOWE_ID: 50,
    SYM_WAL: 3,
    WARTOSC_BRUTTO: 9,
    STATUS_ZAM: 1,
    STAN_REALIZ: 1,
    FLAGA_STANU: 1,
    SEMAFOR: 5,
    DATA_UTWORZENIA_WIERSZA: 8,
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => [`POLE${n}`, 100])),
  },
  POZYCJA_ZAMOWIENIA: { ID_POZYCJI_ZAMOWIENIA: 5, ID_ZAMOWIENIA: 5 },
  ARTYKUL: { ID_ARTYKULU: 5, ID_MAGAZYNU: 5, INDEKS_KATALOGOWY: 20, INDEKS_HANDLOWY: 20, KOD_KRESKOWY: 20 },
  KONTRAHENT: { ID_KONTRAHENTA: 5, NIP: 15, ZABLOKOWANY: 1 },
  POZYCJA_DOKUMENTU_MAGAZYNOWEGO: { ID_POZ_ZAM: 5, ID_DOK_MAGAZYNOWEGO: 5 },
  DOKUMENT_MAGAZYNOWY: { ID_DOK_MAGAZYNOWEGO: 5, ID_DOKUMENTU_HANDLOWEGO: 5, NUMER: 30 },
  DOKUMENT_HANDLOWY: { ID_DOKUMENTU_HANDLOWEGO: 5, NUMER: 30 },
};

const PARAMETERS: Readonly<Record<string, string>> = {
  RM_DodajZamowienie_Server:
    "@id_firmy @id_kontrahenta @id_magazynu @typ @data @semafor @trybrejestracji @brutto_netto @flaga_stanu @id_zamowienia",
  RM_DodajPozycjeZamowienia:
    "@ID_POZYCJI_ZAMOWIENIA @ID_ZAMOWIENIA @ID_ARTYKULU @KOD_VAT @ZAMOWIONO @ZREALIZOWANO @ZAREZERWOWANO @DO_REZERWACJI " +
    "@CENA_NETTO @CENA_BRUTTO @CENA_NETTO_WAL @CENA_BRUTTO_WAL @PRZELICZNIK @JEDNOSTKA @NARZUT @OPIS @ZNAK_NARZUTU " +
    "@trybrejestracji @ID_DOSTAWY_REZ @ID_WARIANTU_PRODUKTU @ZNACZNIK_CENY @NR_SERII @TYP_TRANSKACJI_TRANSGRANICZNEJ",
  RM_SumujZamowienie: "@id_zamowienia",
  JL_PobierzFormatNumeracji_Server: "@id_firmy @dokument @id_typu @id_zasobu @format @okres @auto @niezalezny",
  RM_ZatwierdzZamowienie:
    "@ID_ZAMOWIENIA @ID_KONTRAHENTA @ID_TYPU @NUMER @NUM_FORMAT @NUM_OKRESNUMERACJI @NUM_AUTO @NUM_NIEZALEZNY @AUTONUMER " +
    "@ID_FIRMY @ID_MAG @DATA @DATA_REALIZACJI @ZALICZKA @PRIORYTET @AUTO_REZERWACJA @NR_ZAM_KLIENTA @TYP @ID_PRACOWNIKA " +
    "@PRZELICZNIK_WAL @DATA_KURS_WAL @SYM_WAL @DOK_WAL @FLAGA_STANU @trybrejestracji @RABAT_NARZUT @ZNAK_RABATU @UWAGI " +
    "@ID_RACHUNKU @InformacjeDodatkowe @OsobaZamawiajaca @Id_KONTAKTU @FormaPlatnosci @DniPlatnosci @FakturaParagon " +
    "@NumerPrzesylki @IdOperatoraPrzesylki",
  RM_UstawStanZamowien: "@id_zamowienia @id_sesji @tryb_inf_realiz @status_zam",
  RM_UsunBlokadeZamowienia: "@ID_ZAMOWIENIA @Tryb",
};
