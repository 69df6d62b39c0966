/** What the modelled WAPRO says of itself in `sys.columns` and `sys.parameters`, and how strict it is about it. */
import { StatementFailed, type Values } from "../../bridge/wapro/executor.ts";
import type { Statement } from "../../bridge/wapro/statements.ts";

export type Version = {
  columns: readonly ColumnRow[];
  parameters: readonly ParameterRow[];
  /** The texts of the procedures, where the login may see them. */
  definitions: ReadonlyArray<{ procedureName: string; definition: string | null }>;
  /** Of `sys.databases`. */
  snapshot: number;
  /** What other schemas have under the same names: seen by who does not ask for `dbo` alone. */
  strays: { columns: readonly ColumnRow[]; parameters: readonly ParameterRow[] };
  internetIdLength: number;
  /** Of the database. */
  codePage: number;
  /** Throws what SQL Server would: for a name that it does not know, or a value that was not bound. */
  check(statement: Statement, values: Values): void;
  /** What arrives of the values: letters outside the code page as `?`, arguments cut to their parameter, without a word. */
  kept(statement: Statement, values: Values): Kept;
};

type Sized = { typeName: string; maxLength: number };
type ColumnRow = Sized & {
  tableName: string;
  columnName: string;
  codePage?: number | null;
  mayRead?: number;
  mayWrite?: number;
};
type ParameterRow = Sized & { procedureName: string; parameterName: string; isOutput?: number; mayRun?: number };

export type Kept = Readonly<Record<string, string | number | null>>;

type Change = {
  /** Leaves out a `table.column`, a procedure, or a `procedure.@parameter`. */
  without?: readonly string[];
  /** A parameter that nobody has heard of. It has a default, unless `withoutDefault` says otherwise. */
  extra?: Readonly<Record<string, string>>;
  /** `procedure.@parameter`. */
  withoutDefault?: readonly string[];
  /** The login may see the texts of the procedures. */
  showsDefinitions?: boolean;
  snapshot?: boolean;
  internetIdLength?: number;
  codePage?: number;
  /** Of a `table.column` whose collation is another than the database's. */
  codePages?: Readonly<Record<string, number>>;
  /** SQL Server shows no object to whom it gives no right to it: these calls fail, and the probe does not hear of it. */
  deniedLater?: readonly string[];
  /** What the login may not: `SELECT table.column`, `UPDATE table.column`, `EXECUTE procedure`. */
  denied?: readonly string[];
  /** A `procedure.@parameter` that gives nothing back. */
  notOutput?: readonly string[];
  /** What other schemas have under the same names. */
  strays?: Partial<Version["strays"]>;
  /** Another type of a `table.column` or a `procedure.@parameter`, with its length in bytes. */
  types?: Readonly<Record<string, readonly [typeName: string, maxLength: number]>>;
};

/** `old`: as the mapping of an older database shows it, before WAPRO knew internet ids. */
export function versionOf(kind: "with internet id" | "old", change: Change = {}): Version {
  const without = new Set([...(change.without ?? []), ...(kind === "old" ? [INTERNET_ID] : [])]);
  const internetIdLength = without.has(INTERNET_ID) ? 0 : (change.internetIdLength ?? 50);
  const typeOf = (name: string, usual: Sized) => {
    const [typeName, maxLength] = change.types?.[name] ?? [usual.typeName, usual.maxLength];
    return { typeName, maxLength };
  };
  const codePage = change.codePage ?? 1250;
  const may = (what: string) => (change.denied?.includes(what) ? 0 : 1);
  const columns = Object.entries(COLUMNS).flatMap(([tableName, names]) =>
    Object.entries(names)
      .filter(([columnName]) => !without.has(`${tableName}.${columnName}`))
      .map(([columnName, maxLength]) => ({
        tableName,
        columnName,
        mayRead: may(`SELECT ${tableName}.${columnName}`),
        mayWrite: may(`UPDATE ${tableName}.${columnName}`),
        codePage: change.codePages?.[`${tableName}.${columnName}`] ?? codePage,
        ...typeOf(`${tableName}.${columnName}`, {
          typeName: TYPES[columnName] ?? (maxLength === 5 ? "numeric" : "varchar"),
          maxLength: `${tableName}.${columnName}` === INTERNET_ID ? internetIdLength : maxLength,
        }),
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
          mayRun: may(`EXECUTE ${procedureName}`),
          isOutput:
            OUTPUTS[procedureName]?.includes(parameterName) &&
            !change.notOutput?.includes(`${procedureName}.${parameterName}`)
              ? 1
              : 0,
          ...typeOf(
            `${procedureName}.${parameterName}`,
            TEXT_PARAMETERS.has(parameterName.toLowerCase())
              ? { typeName: "varchar", maxLength: LENGTHS[parameterName] ?? 1000 }
              : { typeName: "numeric", maxLength: 9 },
          ),
        })),
    );
  const isGiven = (name: string) => !change.withoutDefault?.includes(name);
  const definitions = Object.keys(PARAMETERS).map((procedureName) => ({
    procedureName,
    definition: change.showsDefinitions
      ? `CREATE PROCEDURE dbo.${procedureName} ${parameters
          .filter((row) => row.procedureName === procedureName)
          .map(({ parameterName }) => {
            const needsNone =
              change.extra?.[procedureName] === parameterName && isGiven(`${procedureName}.${parameterName}`);
            return `${parameterName} varchar(1000)${needsNone ? " = NULL" : ""}`;
          })
          .join(", ")} AS RETURN 0`
      : null,
  }));

  const toCodePage = conversionTo(codePage);
  return {
    columns,
    parameters,
    definitions,
    snapshot: change.snapshot ? 1 : 0,
    strays: { columns: change.strays?.columns ?? [], parameters: change.strays?.parameters ?? [] },
    internetIdLength,
    codePage,
    kept({ text }, values) {
      const procedure = /EXEC dbo\.(\w+)/.exec(text)?.[1];
      const targets = new Map([...text.matchAll(/(@\w+) = @(\w+)/g)].map(([, target, name]) => [name, target]));
      const typeOf = (name: string) =>
        parameters.find((row) => row.procedureName === procedure && row.parameterName === targets.get(name));
      return Object.fromEntries(
        Object.entries(values).map(([name, value]) => {
          if (typeof value === "number" || value === null) return [name, value];
          const { typeName = "", maxLength = -1 } = typeOf(name) ?? {};
          const isWide = typeof value === "object" && typeName.startsWith("n");
          const arrived = typeof value === "object" ? value.text : value;
          const kept = isWide ? arrived : toCodePage(arrived);
          return [name, maxLength < 0 ? kept : kept.slice(0, isWide ? maxLength / 2 : maxLength)];
        }),
      );
    },
    check(statement, values) {
      const { text, name } = statement;
      if (internetIdLength === 0 && text.includes("ZAMOWIENIE_INTERNETOWE_ID")) throw new StatementFailed(name, 207);
      const procedure = /EXEC dbo\.(\w+)/.exec(text)?.[1];
      const known = parameters.filter((row) => row.procedureName === procedure).map((row) => row.parameterName);
      if (procedure && known.length === 0) throw new StatementFailed(name, 2812);
      for (const [, parameter = ""] of procedure ? text.matchAll(/(@\w+) = @/g) : [])
        if (!known.includes(parameter)) throw new StatementFailed(name, 8145, { about: parameter });
      if (change.deniedLater?.includes(`EXECUTE ${procedure}`))
        throw new StatementFailed(name, 229, { about: procedure });
      const unfilled = change.extra?.[procedure ?? ""];
      if (unfilled && !isGiven(`${procedure}.${unfilled}`) && !text.includes(`${unfilled} =`))
        throw new StatementFailed(name, 201, { about: unfilled });
      for (const variable of variablesOf(text))
        if (!Object.hasOwn(values, variable)) throw new StatementFailed(name, 137);
    },
  };
}

/** As SQL Server writes into a varchar of this code page. */
function conversionTo(codePage: number): (text: string) => string {
  const bytes = Uint8Array.from({ length: 256 }, (_, code) => code);
  const letters = new Set(new TextDecoder(`windows-${codePage}`).decode(bytes));
  return (text) => [...text].map((letter) => (letters.has(letter) ? letter : "?".repeat(letter.length))).join("");
}

/** What a text takes from outside: not what it declares, and not the names of a procedure's parameters. */
function variablesOf(text: string): string[] {
  const declared = new Set(
    [...text.matchAll(/DECLARE ([^;]*);/g)].flatMap(([, list = ""]) => list.match(/@\w+/g) ?? []),
  );
  const body = text
    .replaceAll(/DECLARE [^;]*;/g, "")
    .replaceAll(/@\w+ = (?=[@'])/g, (name) => (declared.has(name) ? name : ""));
  const used = (body.match(/(?<!@)@\w+/g) ?? []).filter((name) => !declared.has(name));
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
  POZYCJA_ZAMOWIENIA: {
    ID_POZYCJI_ZAMOWIENIA: 5,
    ID_ZAMOWIENIA: 5,
    KOD_VAT: 3,
    JEDNOSTKA: 10,
    ZAMOWIONO: 5,
    CENA_BRUTTO: 5,
  },
  ARTYKUL: { ID_ARTYKULU: 5, ID_MAGAZYNU: 5, INDEKS_KATALOGOWY: 20, INDEKS_HANDLOWY: 20, KOD_KRESKOWY: 20, KOD_VAT: 3 },
  KONTRAHENT: { ID_KONTRAHENTA: 5, NIP: 15, ZABLOKOWANY: 1 },
  POZYCJA_DOKUMENTU_MAGAZYNOWEGO: { ID_POZ_ZAM: 5, ID_DOK_MAGAZYNOWEGO: 5 },
  DOKUMENT_MAGAZYNOWY: { ID_DOK_MAGAZYNOWEGO: 5, ID_DOKUMENTU_HANDLOWEGO: 5, NUMER: 30 },
  DOKUMENT_HANDLOWY: { ID_DOKUMENTU_HANDLOWEGO: 5, NUMER: 30 },
};

/** Of parameters, where public code or exports say so. */
const LENGTHS: Readonly<Record<string, number>> = {
  "@NR_ZAM_KLIENTA": 30,
  "@KOD_VAT": 3,
  "@OPIS": 500,
  "@OsobaZamawiajaca": 101,
  "@FormaPlatnosci": 50,
};

/** Of columns that are neither text nor a number of five bytes. */
const TYPES: Readonly<Record<string, string>> = {
  DATA_UTWORZENIA_WIERSZA: "datetime",
  WARTOSC_BRUTTO: "decimal",
  FLAGA_STANU: "smallint",
  ZABLOKOWANY: "tinyint",
};

const TEXT_PARAMETERS: ReadonlySet<string> = new Set(
  (
    "@brutto_netto @kod_vat @jednostka @opis @znacznik_ceny @nr_serii @typ_transkacji_transgranicznej @format @numer " +
    "@num_format @nr_zam_klienta @sym_wal @uwagi @informacjedodatkowe @osobazamawiajaca @formaplatnosci @numerprzesylki " +
    "@status_zam @nowyparametr @inny"
  ).split(" "),
);

const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  RM_DodajZamowienie_Server: ["@id_zamowienia"],
  JL_PobierzFormatNumeracji_Server: ["@format", "@okres", "@auto", "@niezalezny"],
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
